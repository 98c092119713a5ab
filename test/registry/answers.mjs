// SPDX-License-Identifier: ISC
// The three answers of data/verify.js about a label, for comparing them with
// those of `hallmark label verify`:
//
//	node answers.mjs VERIFY.mjs ANCHORS BUNDLE LABEL SECONDS
//
// LABEL is the text of a QR code. Prints "yes no unknown" (or "refused WHY").
import fs from 'node:fs';
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto; // Debian 12's Node.js has it only there
const [script, anchors_file, bundle_file, text, secs] = process.argv.slice(2);
const { is_good, open_bundle, read_anchors, read_label, read_text, verify } =
	await import(script);

const words = {
	issuer: { yes: 'yes', 'unknown-key': 'unknown', unsupported: 'unknown' },
	presence: { yes: 'yes', no: 'no' },
	status: { valid: 'yes', unknown: 'unknown', stale: 'unknown' },
	clock: { 'in-time': 'yes', unknown: 'unknown' },
};

try {
	const anchors = await read_anchors(fs.readFileSync(anchors_file, 'utf8'));
	const bundle = await open_bundle(
	    new Uint8Array(fs.readFileSync(bundle_file)), anchors);
	const a = await verify(bundle, read_label(read_text(text)), Number(secs));
	const issuer = words.issuer[a.issuer] ?? 'no';
	const presence = words.presence[a.presence] ?? 'unknown';
	const halves = [words.status[a.status] ?? 'no', words.clock[a.clock] ?? 'no'];
	const holds = halves.includes('no') ? 'no'
	    : halves.includes('unknown') ? 'unknown' : 'yes';

	console.log(issuer, presence, holds);
	if (is_good(a) !== (issuer === 'yes' && presence === 'yes' && holds === 'yes'))
		throw new Error('is_good() disagrees');
} catch (error) {
	console.log('refused', error.message);
}
