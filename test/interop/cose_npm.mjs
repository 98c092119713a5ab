// SPDX-License-Identifier: ISC
// COSE in both directions between hallmark and @auth0/cose: cose_npm.sh runs it.
// That package knows the algorithms by their older numbers only, -7 and -8.
import { execFileSync } from 'node:child_process';
import { COSEKey, Sign1, Headers, ProtectedHeaders, UnprotectedHeaders,
	Algorithms } from '@auth0/cose';

const tool = process.argv[2];
const run = (word, input = '') =>
	execFileSync(tool, [word], { input, encoding: 'utf8' }).trim().split('\n');
const hex = bytes => Buffer.from(bytes).toString('hex');
const bytes = text => Buffer.from(text, 'hex');

let ours = 0;
for (const line of run('make')) {
	const [kind, alg, key, message, extra] = line.split(' ');
	if (alg !== '-7' && alg !== '-8')
		continue;
	const sign1 = Sign1.decode(bytes(message));
	const public_key = await COSEKey.import(bytes(key)).toKeyLike();
	await sign1.verify(public_key,
		kind === 'detached' ? { detachedPayload: bytes(extra) } : {});
	ours++;
}

const lines = [];
const wants = [];
for (const alg of [Algorithms.EdDSA, Algorithms.ES256]) {
	const { privateKey, publicKey } =
		await COSEKey.generate(alg, { crv: 'Ed25519' });
	const key = hex(publicKey.encode());
	const sign1 = await Sign1.sign(new ProtectedHeaders([[Headers.Algorithm,
		alg]]), new UnprotectedHeaders(), Buffer.from('hello'),
		await privateKey.toKeyLike());
	const message = hex(sign1.encode());
	lines.push(`relaxed ${key} ${message} - -`);
	wants.push('good');
	lines.push(`relaxed ${key} ${message.replace('68656c6c6f',
		'68616c6c6f')} - -`);
	wants.push('signature: ');
}
const answers = run('verify', lines.join('\n') + '\n');
const wrong = answers.filter((got, i) => !got.startsWith(wants[i]));
console.log(`@auth0/cose: ${ours} of ours verified, ${answers.length} of ` +
	`theirs answered, ${wrong.length} wrong ${wrong}`);
process.exit(ours === 6 && wrong.length === 0 &&
	answers.length === wants.length ? 0 : 1);
