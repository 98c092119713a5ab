// SPDX-License-Identifier: ISC
// Verifies a scanned label where it was scanned: the same three answers as
// `hallmark label verify`, from docs/label.md, with nothing but what a browser
// has. Nothing is sent anywhere; whoever calls hands over anchors and bundle.

// ---- bytes ----

class Wrong extends Error {}

const need = (holds, what) => {
	if (!holds)
		throw new Wrong(what);
};
const utf8 = new TextEncoder();
const text_of = (bytes) =>
	new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
const equal = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);
const join = (...parts) => {
	const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
	let at = 0;

	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
};
export const hex = (bytes) =>
	Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

const sha256 = async (...parts) =>
	new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)));

const from_base64 = (text) => {
	need(/^[A-Za-z0-9+/]*={0,2}$/.test(text), 'base64');
	const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

	need(btoa(String.fromCharCode(...bytes)) === text, 'base64');
	return bytes;
};

// ---- CBOR, deterministic only (RFC 8949 §4.2.1) ----

const DEPTH_MAX = 16;

class Map_ {
	constructor(pairs, raw) {
		this.pairs = pairs; // [key, value] in their order
		this.raw = raw;
	}
	get(key) {
		const pair = this.pairs.find(([k]) => k === key);

		return pair === undefined ? undefined : pair[1];
	}
}

class Tag {
	constructor(number, value) {
		this.number = number;
		this.value = value;
	}
}

class Reader {
	constructor(bytes) {
		this.bytes = bytes;
		this.at = 0;
	}
	take(n) {
		need(n <= this.bytes.length - this.at, 'truncated');
		this.at += n;
		return this.bytes.subarray(this.at - n, this.at);
	}
	// Major type and argument, in their shortest form.
	head() {
		const first = this.take(1)[0];
		const info = first & 31;

		if (info < 24)
			return [first >> 5, info, info];
		need(info < 28, 'head');
		const len = 1 << (info - 24);
		let value = 0n;

		for (const byte of this.take(len))
			value = (value << 8n) | BigInt(byte);
		const least = [24n, 0x100n, 0x10000n, 0x100000000n][info - 24];

		need(value >= least, 'not the shortest form');
		need(value <= BigInt(Number.MAX_SAFE_INTEGER), 'number');
		return [first >> 5, Number(value), info];
	}
	item(depth = 0) {
		need(depth < DEPTH_MAX, 'depth');
		const [major, n, info] = this.head();

		switch (major) {
		case 0:
			return n;
		case 1:
			return -1 - n;
		case 2:
			return this.take(n);
		case 3:
			return text_of(this.take(n));
		case 4:
			return this.array(n, depth);
		case 5:
			return this.map(n, depth);
		case 6:
			return new Tag(n, this.item(depth + 1));
		default:
			need(info >= 20 && info <= 22, 'simple value');
			return [false, true, null][info - 20];
		}
	}
	array(n, depth) {
		const list = [];

		need(n <= this.bytes.length - this.at, 'truncated');
		for (let i = 0; i < n; i++)
			list.push(this.item(depth + 1));
		return list;
	}
	map(n, depth) {
		const from = this.at;
		const pairs = [];
		let before = null;

		need(n <= this.bytes.length - this.at, 'truncated');
		for (let i = 0; i < n; i++) {
			const start = this.at;
			const key = this.item(depth + 1);
			const raw = this.bytes.subarray(start, this.at);

			need(before === null || compare(before, raw) < 0, 'order of keys');
			before = raw;
			pairs.push([key, this.item(depth + 1)]);
		}
		return new Map_(pairs, join(write_head(5, n),
		    this.bytes.subarray(from, this.at)));
	}
}

const compare = (a, b) => {
	for (let i = 0; i < Math.min(a.length, b.length); i++)
		if (a[i] !== b[i])
			return a[i] - b[i];
	return a.length - b.length;
};

const read_cbor = (bytes) => {
	const reader = new Reader(bytes);
	const value = reader.item();

	need(reader.at === bytes.length, 'bytes behind the end');
	return value;
};

const write_head = (major, n) => {
	const top = major << 5;

	if (n < 24)
		return Uint8Array.of(top | n);
	const len = n < 0x100 ? 1 : n < 0x10000 ? 2 : n < 0x100000000 ? 4 : 8;
	const head = new Uint8Array(1 + len);
	let rest = BigInt(n);

	head[0] = top | (24 + Math.log2(len));
	for (let i = len; i > 0; i--) {
		head[i] = Number(rest & 255n);
		rest >>= 8n;
	}
	return head;
};
const cbor_int = (n) => n < 0 ? write_head(1, -1 - n) : write_head(0, n);
const cbor_bytes = (bytes) => join(write_head(2, bytes.length), bytes);
const cbor_text = (text) => {
	const bytes = utf8.encode(text);

	return join(write_head(3, bytes.length), bytes);
};
// Pairs of what is written already, in their order.
const cbor_map = (...pairs) => join(write_head(5, pairs.length), ...pairs.flat());
const cbor_array = (...items) => join(write_head(4, items.length), ...items);

const is_bytes = (value, len) => value instanceof Uint8Array &&
    (len === undefined || value.length === len);
const is_text = (value, min, max) => typeof value === 'string' &&
    utf8.encode(value).length >= min && utf8.encode(value).length <= max &&
    !/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(value);
const is_number = (value, min, max) => Number.isInteger(value) &&
    value >= min && value <= max;
const TIME_MAX = 253402300799; // the end of the year 9999
const is_time = (value) => is_number(value, 1, TIME_MAX);
const is_list = (value, len) => Array.isArray(value) &&
    (len === undefined || value.length === len);

// ---- keys and signatures ----

const ED25519 = -19;
const ESP256 = -9;

// A key of a COSE_Key map, in exactly the form that we write.
const read_key = (map) => {
	need(map instanceof Map_, 'key');
	const okp = map.get(1) === 1 && map.get(-1) === 6;
	const ec2 = map.get(1) === 2 && map.get(-1) === 1;

	need(okp ? map.pairs.length === 3 : ec2 && map.pairs.length === 4, 'key');
	need(is_bytes(map.get(-2), 32), 'key');
	need(okp || is_bytes(map.get(-3), 32), 'key');
	return {
		alg: okp ? ED25519 : ESP256,
		point: okp ? map.get(-2) : join(map.get(-2), map.get(-3)),
	};
};

// RFC 9679: SHA-256 over the key's map.
const thumbprint = (key) => {
	const x = [cbor_int(-2), cbor_bytes(key.point.subarray(0, 32))];

	if (key.alg === ED25519)
		return sha256(cbor_map([cbor_int(1), cbor_int(1)],
		    [cbor_int(-1), cbor_int(6)], x));
	return sha256(cbor_map([cbor_int(1), cbor_int(2)],
	    [cbor_int(-1), cbor_int(1)], x,
	    [cbor_int(-3), cbor_bytes(key.point.subarray(32))]));
};

// False for a signature that is not the key's; null when this browser cannot
// tell, because it does not know the algorithm.
const signed_by = async (key, message, signature) => {
	const ed = key.alg === ED25519;
	const raw = ed ? key.point : join(Uint8Array.of(4), key.point);
	const algorithm = ed ? { name: 'Ed25519' }
	    : { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

	try {
		const imported = await crypto.subtle.importKey(
		    'raw', raw, algorithm, false, ['verify']);

		return await crypto.subtle.verify(
		    algorithm, imported, signature, message);
	} catch (error) {
		if (error.name === 'NotSupportedError')
			return null;
		return false;
	}
};

const to_be_signed = (header, payload) => cbor_array(cbor_text('Signature1'),
    cbor_bytes(header), cbor_bytes(new Uint8Array(0)), cbor_bytes(payload));

// A COSE_Sign1, tagged, with nothing unprotected.
const read_sign1 = (message) => {
	need(message instanceof Tag && message.number === 18, 'tag');
	const list = message.value;

	need(is_list(list, 4) && is_bytes(list[0]) && is_bytes(list[2]) &&
	    is_bytes(list[3], 64), 'COSE_Sign1');
	need(list[1] instanceof Map_ && list[1].pairs.length === 0,
	    'unprotected header');
	const header = read_cbor(list[0]);

	need(header instanceof Map_, 'protected header');
	return { raw_header: list[0], header, payload: list[2],
		signature: list[3] };
};
const verify_sign1 = (message, key) =>
	signed_by(key, to_be_signed(message.raw_header, message.payload),
	    message.signature);

// ---- Merkle trees (RFC 9162) ----

const leaf_hash = (entry) => sha256(Uint8Array.of(0), entry);
const node_hash = (left, right) => sha256(Uint8Array.of(1), left, right);

const hash_at = (hashes, i) => hashes.subarray(32 * i, 32 * i + 32);

// The root of full tiles of 256 leaves and the leaves that follow them.
const root_of = async (tiles, tail) => {
	const peaks = []; // [height, hash], heights falling
	const add = async (height, hash) => {
		while (peaks.length > 0 && peaks[peaks.length - 1][0] === height) {
			hash = await node_hash(peaks.pop()[1], hash);
			height++;
		}
		peaks.push([height, hash]);
	};

	for (let i = 0; i < tiles.length / 32; i++)
		await add(8, hash_at(tiles, i));
	for (let i = 0; i < tail.length / 32; i++)
		await add(0, hash_at(tail, i));
	if (peaks.length === 0)
		return sha256();
	let root = peaks.pop()[1];

	while (peaks.length > 0)
		root = await node_hash(peaks.pop()[1], root);
	return root;
};

// What a leaf's place says: 'yes', 'no', 'not-yet' or 'no-proof'.
const find_leaf = async (bundle, leaf, index, proof) => {
	if (index >= bundle.size)
		return 'not-yet';
	const tile = Math.floor(index / 256);

	if (tile >= bundle.tiles.length / 32)
		return equal(hash_at(bundle.tail, index % 256), leaf) ? 'yes' : 'no';
	if (proof.length === 0)
		return 'no-proof';
	let hash = leaf;

	for (let i = 0; i < 8; i++) {
		const other = hash_at(proof, i);

		hash = Math.floor(index / 2 ** i) % 2 === 0
		    ? await node_hash(hash, other)
		    : await node_hash(other, hash);
	}
	return equal(hash, hash_at(bundle.tiles, tile)) ? 'yes' : 'no';
};

// ---- anchors: owners, the ledger, witnesses and their quorum ----

const read_vkey = async (text) => {
	const match = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);

	need(match !== null, 'key of the anchors');
	const bytes = from_base64(match[3]);
	const type = bytes[0];
	const key = { name: match[1], type, id: match[2], usable: false };

	if ((type === 1 || type === 4) && bytes.length === 33) {
		key.usable = true;
		key.key = { alg: ED25519, point: bytes.subarray(1) };
		const id = await sha256(utf8.encode(key.name + '\n'), bytes);

		need(hex(id.subarray(0, 4)) === key.id, 'id of a key');
	} else if (type === 2) {
		// an SPKI of P-256: the point is its last 64 bytes
		const spki = bytes.subarray(1);

		need(spki.length === 91 && hex(spki.subarray(0, 27)) ===
		    '3059301306072a8648ce3d020106082a8648ce3d03010703420004',
		    'key of the anchors');
		key.usable = true;
		key.key = { alg: ESP256, point: spki.subarray(27) };
	}
	return key;
};

// Reads the anchors' text (C2SP tlog-policy with `owner` lines).
export const read_anchors = async (text) => {
	const anchors = { owners: [], logs: [], witnesses: new Map(),
		groups: new Map(), quorum: null };

	for (const line of text.split('\n')) {
		const words = line.replace(/#.*/, '').split(/[ \t]+/)
		    .filter((word) => word !== '');

		switch (words[0]) {
		case undefined:
			break;
		case 'owner':
			anchors.owners.push(await read_vkey(words[1]));
			break;
		case 'log':
			anchors.logs.push(await read_vkey(words[1]));
			break;
		case 'witness':
			anchors.witnesses.set(words[1], await read_vkey(words[2]));
			break;
		case 'group': {
			const members = words.slice(3);
			const wants = words[2] === 'any' ? 1
			    : words[2] === 'all' ? members.length : Number(words[2]);

			need(is_number(wants, 1, members.length), 'group');
			anchors.groups.set(words[1], { wants, members });
			break;
		}
		case 'quorum':
			anchors.quorum = words[1];
			break;
		default:
			throw new Wrong('line of the anchors');
		}
	}
	need(anchors.quorum !== null, 'anchors without a quorum');
	return anchors;
};

const is_met = (anchors, name, signed, depth = 0) => {
	need(depth < 64, 'groups');
	if (name === 'none')
		return depth === 0;
	if (anchors.witnesses.has(name))
		return signed.has(name);
	const group = anchors.groups.get(name);

	need(group !== undefined, 'quorum');
	return group.members.filter((member) =>
	    is_met(anchors, member, signed, depth + 1)).length >= group.wants;
};

// ---- the checkpoint (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ----

const read_checkpoint = (bytes) => {
	const note = text_of(bytes);
	const end = note.lastIndexOf('\n\n');

	need(end > 0 && note.endsWith('\n'), 'checkpoint');
	const text = note.slice(0, end + 1);
	const lines = text.split('\n');

	need(lines.length >= 4 && lines[0] !== '', 'checkpoint');
	need(/^(0|[1-9][0-9]*)$/.test(lines[1]), 'size of the checkpoint');
	const root = from_base64(lines[2]);

	need(root.length === 32, 'root of the checkpoint');
	const size = Number(lines[1]);

	need(Number.isSafeInteger(size), 'size of the checkpoint');
	const signatures = note.slice(end + 2, -1).split('\n').map((line) => {
		const match = /^\u2014 ([^\s+]+) (\S+)$/.exec(line);

		need(match !== null, 'signature of the checkpoint');
		const all = from_base64(match[2]);

		need(all.length > 4, 'signature of the checkpoint');
		return { name: match[1], id: hex(all.subarray(0, 4)),
			bytes: all.subarray(4) };
	});

	need(signatures.length <= 100, 'signatures of the checkpoint');
	return { text, origin: lines[0], size, root, signatures };
};

const u64 = (bytes) => Number(new DataView(bytes.buffer, bytes.byteOffset, 8)
    .getBigUint64(0));

// The key and the time that a line is about, verified; null for other lines.
const judge_line = async (checkpoint, line, vkey) => {
	if (vkey.name !== line.name || vkey.id !== line.id || !vkey.usable)
		return null;
	if (vkey.type === 4) {
		need(line.bytes.length === 72, 'cosignature');
		const secs = u64(line.bytes);
		const message = utf8.encode(
		    `cosignature/v1\ntime ${secs}\n${checkpoint.text}`);

		need(await signed_by(vkey.key, message, line.bytes.subarray(8)),
		    'cosignature');
		return secs;
	}
	if (vkey.type !== 1) // DER signatures: not of our ledgers
		return null;
	need(line.bytes.length === 64 && await signed_by(vkey.key,
	    utf8.encode(checkpoint.text), line.bytes),
	    'signature of the checkpoint');
	return 0;
};

const judge_checkpoint = async (anchors, checkpoint) => {
	const signed = new Set();
	let log = null;
	let newest = 0;

	for (const line of checkpoint.signatures) {
		for (const vkey of anchors.logs)
			if (vkey.name === checkpoint.origin &&
			    await judge_line(checkpoint, line, vkey) !== null)
				log = log ?? vkey.key;
		for (const [name, vkey] of anchors.witnesses) {
			const secs = await judge_line(checkpoint, line, vkey);

			if (secs === null)
				continue;
			signed.add(name);
			newest = Math.max(newest, secs);
		}
	}
	need(log !== null, 'signature of the ledger');
	need(is_met(anchors, anchors.quorum, signed), 'quorum of witnesses');
	return { log, witnesses: signed.size, head_time: newest };
};

// ---- statements of the trust list ----

const TYP = 'application/vnd.hallmark.';

const read_statement = (bytes, kind) => {
	const s = read_sign1(read_cbor(bytes));
	const h = s.header;
	const claims = h.get(15);

	need(h.get(16) === TYP + kind + '+cose', 'kind of a statement');
	need(is_bytes(h.get(4), 32) && claims instanceof Map_ &&
	    is_text(claims.get(1), 1, 255) && is_text(claims.get(2), 1, 255) &&
	    is_time(claims.get(6)), 'header of a statement');
	s.kid = h.get(4);
	s.iss = claims.get(1);
	s.sub = claims.get(2);
	s.iat = claims.get(6);
	return s;
};

const read_record = async (s, index) => {
	const payload = read_cbor(s.payload);

	need(payload instanceof Map_ && payload.pairs.length === 1,
	    'accreditation');
	const list = payload.get(-70001);

	need(is_list(list, 8), 'accreditation');
	const [action, key_map, name, iss, scopes, from, until, suspends] = list;

	need(is_number(action, 1, 3) && is_text(name, 1, 128) &&
	    is_text(iss, 1, 255) && is_list(scopes) && is_time(from) &&
	    (until === null || is_time(until)) && is_number(suspends, 0, 1),
	    'accreditation');
	need(s.sub === iss, 'sub of an accreditation');
	for (const scope of scopes)
		need(is_list(scope, 3) && is_text(scope[0], 1, 16) &&
		    is_number(scope[1], 1, 99) && is_list(scope[2]), 'scope');
	const key = read_key(key_map);

	return { index, action, key, body: await thumbprint(key), name, iss,
		scopes, from, until, suspends: suspends === 1 };
};

const WITHDRAW = 3;

const of_body = (bundle, body) =>
	bundle.trust.filter((record) => equal(record.body, body));

// The last record of a body before an index.
const record_before = (bundle, body, index) =>
	of_body(bundle, body).filter((record) => record.index < index).pop();

const judge_scopes = (record, label) => {
	const scope = record.scopes.find(([scheme]) => scheme === label.scheme);

	if (scope === undefined)
		return 'scheme';
	if (label.level > scope[1])
		return 'level';
	return scope[2].length === 0 || scope[2].includes(label.category)
	    ? 'yes' : 'category';
};

const judge_right = (bundle, body, label, index) => {
	const record = record_before(bundle, body, index);

	if (record === undefined)
		return 'not-accredited';
	if (record.action === WITHDRAW)
		return 'withdrawn';
	const answer = judge_scopes(record, label);

	if (answer !== 'yes')
		return answer;
	if (label.issued < record.from ||
	    (record.until !== null && label.issued >= record.until))
		return 'dates';
	return 'yes';
};

const is_suspended_by_owner = (bundle, body, label, index) => {
	let suspended = false;

	for (const record of of_body(bundle, body)) {
		if (record.index <= index)
			continue;
		if (record.action !== WITHDRAW &&
		    judge_scopes(record, label) === 'yes')
			suspended = false;
		else if (record.suspends)
			suspended = true;
	}
	return suspended;
};

// ---- the bundle ----

const inflate = async (packed, cap) => {
	const stream = new Blob([packed]).stream()
	    .pipeThrough(new DecompressionStream('deflate'));
	const reader = stream.getReader();
	const parts = [];
	let len = 0;

	for (;;) {
		const { done, value } = await reader.read();

		if (done)
			break;
		len += value.length;
		need(len <= cap, 'length of a status list');
		parts.push(value);
	}
	return join(...parts);
};

const open_list = async (bundle, token, number) => {
	const s = read_sign1(read_cbor(token));
	const claims = read_cbor(s.payload);

	need(s.header.get(16) === 'application/statuslist+cwt' &&
	    claims instanceof Map_, 'status list');
	const list = claims.get(65533);

	need(typeof claims.get(2) === 'string' &&
	    claims.get(2).endsWith('/status/' + number) &&
	    is_time(claims.get(6)) && list instanceof Map_ &&
	    list.get('bits') === 2 && is_bytes(list.get('lst')), 'status list');
	need(await verify_sign1(s, bundle.log), 'signature of a status list');
	const labels = Math.min(Math.max(bundle.size - number * 2 ** 20, 0),
	    2 ** 20);

	return {
		issued: claims.get(6),
		expires: claims.get(4) ?? TIME_MAX,
		bytes: await inflate(list.get('lst'), Math.ceil(labels / 4)),
	};
};

const open_trust = async (bundle, anchors, entry) => {
	need(is_list(entry, 3) && is_number(entry[0], 0, bundle.size - 1) &&
	    is_bytes(entry[1]) && is_bytes(entry[2]), 'trust entry');
	const [index, statement, proof] = entry;
	let s;
	let is_record = true;

	try {
		s = read_statement(statement, 'accreditation');
	} catch {
		s = read_statement(statement, 'recognition');
		is_record = false;
	}
	let owned = false;

	for (const owner of anchors.owners)
		owned = owned || (owner.usable &&
		    equal(await thumbprint(owner.key), s.kid) &&
		    await verify_sign1(s, owner.key) === true);
	need(owned, 'owner of a trust statement');
	need(await find_leaf(bundle, await leaf_hash(statement), index, proof) ===
	    'yes', 'proof of a trust statement');
	if (is_record)
		bundle.trust.push(await read_record(s, index));
};

const read_bundle_header = (envelope) => {
	const h = envelope.header;
	const claims = h.get(15);

	need(h.get(16) === TYP + 'bundle+cose' && h.get(258) === -16 &&
	    h.get(259) === TYP + 'bundle+cbor' && is_bytes(h.get(4), 32) &&
	    claims instanceof Map_ && is_time(claims.get(4)) &&
	    is_time(claims.get(6)), 'header of the bundle');
	return { kid: h.get(4), origin: claims.get(1), expires: claims.get(4),
		issued: claims.get(6) };
};

/*
 * Opens a bundle: everything in it is verified by the anchors. Throws Wrong.
 */
export const open_bundle = async (file, anchors) => {
	const outer = read_cbor(file);

	need(is_list(outer, 2) && is_bytes(outer[1]), 'bundle');
	const envelope = read_sign1(outer[0]);
	const header = read_bundle_header(envelope);
	const content = read_cbor(outer[1]);

	need(content instanceof Map_ && content.pairs.length === 5 &&
	    is_bytes(content.get(1)) && is_bytes(content.get(2)) &&
	    is_bytes(content.get(3)) && is_list(content.get(4)) &&
	    is_list(content.get(5)), 'content of the bundle');
	const checkpoint = read_checkpoint(content.get(1));
	const judged = await judge_checkpoint(anchors, checkpoint);
	const bundle = { ...header, ...judged, size: checkpoint.size,
		tiles: content.get(2), tail: content.get(3), trust: [], lists: [] };

	need(header.origin === checkpoint.origin &&
	    equal(header.kid, await thumbprint(judged.log)), 'kid of the bundle');
	need(equal(await sha256(outer[1]), envelope.payload) &&
	    await verify_sign1(envelope, judged.log), 'signature of the bundle');
	need(bundle.tiles.length === 32 * Math.floor(bundle.size / 256) &&
	    bundle.tail.length === 32 * (bundle.size % 256) &&
	    content.get(5).length === Math.ceil(bundle.size / 2 ** 20),
	    'lengths in the bundle');
	need(equal(await root_of(bundle.tiles, bundle.tail), checkpoint.root),
	    'root of the tree');
	for (const entry of content.get(4))
		await open_trust(bundle, anchors, entry);
	for (const [number, token] of content.get(5).entries())
		bundle.lists.push(await open_list(bundle, token, number));
	return bundle;
};

// ---- the label ----

const BASE = {
	41: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*-.:',
	45: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:',
};

const from_base = (base, text) => {
	const bytes = [];

	for (let i = 0; i < text.length; i += 3) {
		const group = [...text.slice(i, i + 3)].map((c) =>
		    BASE[base].indexOf(c));
		const value = group.reduceRight((sum, digit) =>
		    sum * base + digit, 0);

		need(group.length > 1 && !group.includes(-1) &&
		    value <= (group.length === 3 ? 0xffff : 0xff), 'characters');
		if (group.length === 3)
			bytes.push(value >> 8);
		bytes.push(value & 255);
	}
	return Uint8Array.from(bytes);
};

// The bytes of a label's text: a URL with a fragment, the fragment alone, or
// the plain form "HM1:".
export const read_text = (text) => {
	need(text.length <= 2048, 'length of the label');
	const plain = text.replace(/[\r\n]+$/, '');

	if (plain.startsWith('HM1:'))
		return from_base(45, plain.slice(4));
	const url = /^https:\/\/[A-Za-z0-9.:-]+\/V#(.*)$/i.exec(text.trim());
	const fragment = /^#(.+)$/.exec(text.trim());

	need(url !== null || fragment !== null, 'no label');
	return from_base(41, (url ?? fragment)[1]);
};

const read_claims = (payload) => {
	need(payload instanceof Map_ && payload.pairs.length === 4 &&
	    is_bytes(payload.get(259)) && payload.get(259).length >= 1 &&
	    payload.get(259).length <= 32 && is_list(payload.get(271), 1) &&
	    is_text(payload.get(271)[0], 1, 64), 'payload');
	const oemid = payload.get(258);
	const list = payload.get(-70000);

	need(is_number(oemid, 1, 0xffffffff) || is_bytes(oemid, 3) ||
	    is_bytes(oemid, 16), 'oemid');
	need(is_list(list) && (list.length === 6 || list.length === 7) &&
	    is_text(list[0], 1, 16) && is_number(list[1], 1, 99) &&
	    is_number(list[2], 1, 3) && is_bytes(list[3], 32) &&
	    (list[4] === null || is_time(list[4])) && is_text(list[5], 1, 48) &&
	    (list.length === 6 || is_text(list[6], 1, 16)), 'label');
	return { oemid, hwmodel: payload.get(259), version: payload.get(271)[0],
		scheme: list[0], level: list[1],
		basis: ['', 'tested', 'declared', 'reviewed'][list[2]],
		digest: list[3], support_until: list[4] ?? 0, maker: list[5],
		category: list[6] ?? '' };
};

// What the label says; nobody's words until verify() has answered.
export const read_label = (bytes) => {
	need(bytes.length <= 1024, 'length of the label');
	const list = read_cbor(bytes);

	need(is_list(list, 8) && list[0] === 1, 'form of the label');
	need(is_bytes(list[1], 4) && (list[2] === null ||
	    is_number(list[2], 0, 2 ** 40 - 1)) &&
	    is_time(list[3]) && is_time(list[4]) && list[4] > list[3] &&
	    list[5] instanceof Map_ && is_bytes(list[6], 64) &&
	    is_bytes(list[7]) && (list[7].length === 0 ||
	    (list[7].length === 256 && list[2] !== null)), 'label');
	return { hint: list[1], index: list[2], issued: list[3],
		expires: list[4], payload: list[5].raw, signature: list[6],
		proof: list[7], ...read_claims(list[5]) };
};

const short_hash = async (bytes) => (await sha256(bytes)).subarray(0, 16);

// "product/HEX/release/HEX".
export const sub_of = async (label) => {
	const oemid = typeof label.oemid === 'number' ? cbor_int(label.oemid)
	    : cbor_bytes(label.oemid);
	const product = [oemid, cbor_bytes(label.hwmodel)];
	const release = [...product, cbor_text(label.version),
		cbor_bytes(label.digest)];

	return 'product/' + hex(await short_hash(cbor_array(...product))) +
	    '/release/' + hex(await short_hash(cbor_array(...release)));
};

// The statement as that body signed it: header, and the ledger's whole entry.
const rebuild = async (label, record) => {
	const header = cbor_map([cbor_int(1), cbor_int(record.key.alg)],
	    [cbor_int(3), cbor_int(60)],
	    [cbor_int(4), cbor_bytes(record.body)],
	    [cbor_int(15), cbor_map([cbor_int(1), cbor_text(record.iss)],
		[cbor_int(2), cbor_text(await sub_of(label))],
		[cbor_int(4), cbor_int(label.expires)],
		[cbor_int(6), cbor_int(label.issued)])],
	    [cbor_int(16), cbor_text(TYP + 'label+cose')]);
	const entry = join(write_head(6, 18), cbor_array(cbor_bytes(header),
	    cbor_map(), cbor_bytes(label.payload), cbor_bytes(label.signature)));

	return { header, entry };
};

// Tries every body that the hint may mean.
const find_issuer = async (bundle, label) => {
	const seen = new Set();
	let found = { answer: 'unknown-key', record: null, entry: null };

	for (const { body } of bundle.trust) {
		if (seen.has(hex(body)) || seen.size === 8 ||
		    !equal(body.subarray(0, 4), label.hint))
			continue;
		seen.add(hex(body));
		const then = label.index !== null && label.index < bundle.size
		    ? label.index : bundle.size;
		const record = record_before(bundle, body, then) ??
		    record_before(bundle, body, Infinity);
		const { header, entry } = await rebuild(label, record);
		const good = await signed_by(record.key,
		    to_be_signed(header, label.payload), label.signature);

		if (good === true)
			return { answer: 'yes', record, entry };
		found = { answer: good === null ? 'unsupported' : 'forged',
			record: found.record ?? record, entry: null };
	}
	return found;
};

const SKEW_SECS = 300;

const judge_clock = (bundle, label, now) => {
	if (now < bundle.issued - SKEW_SECS)
		return 'unknown';
	if (now < label.issued - SKEW_SECS)
		return 'not-yet';
	if (now >= label.expires)
		return 'expired';
	if (label.support_until !== 0 && now >= label.support_until)
		return 'support-ended';
	return 'in-time';
};

const judge_status = (bundle, label, body, now) => {
	const list = bundle.lists[Math.floor(label.index / 2 ** 20)];
	const at = label.index % 2 ** 20;

	if (list === undefined || at >> 2 >= list.bytes.length)
		return { status: 'unknown', as_of: 0 };
	const bits = (list.bytes[at >> 2] >> (2 * (at & 3))) & 3;
	const status = ['valid', 'revoked', 'suspended', 'superseded'][bits];

	if (now >= bundle.expires || now >= list.expires)
		return { status: 'stale', as_of: list.issued };
	if (bits === 0 && is_suspended_by_owner(bundle, body, label, label.index))
		return { status: 'suspended', as_of: list.issued };
	return { status, as_of: list.issued };
};

/*
 * The three answers about a label, as words; `now` in seconds. `issuer`: yes,
 * unknown-key, forged, unsupported, not-accredited, withdrawn, scheme, level,
 * category, dates. `presence`: yes, not-yet, no-proof, no, unknown. `status`:
 * valid, revoked, suspended, superseded, stale, unknown. `clock`: in-time,
 * not-yet, expired, support-ended, unknown.
 */
export const verify = async (bundle, label, now) => {
	const found = await find_issuer(bundle, label);
	const answers = { issuer: found.answer, presence: 'unknown',
		status: 'unknown', as_of: 0, clock: judge_clock(bundle, label, now),
		body_name: found.record?.name ?? '', body_iss: found.record?.iss ?? '',
		size: bundle.size, origin: bundle.origin,
		witnesses: bundle.witnesses };

	if (found.answer !== 'yes')
		return answers;
	answers.presence = label.index === null ? 'not-yet'
	    : await find_leaf(bundle, await leaf_hash(found.entry), label.index,
		label.proof);
	// A place that is not proven gives no right: then the newest state counts.
	const proven = answers.presence === 'yes';
	const body = found.record.body;

	answers.issuer = judge_right(bundle, body, label,
	    proven ? label.index : bundle.size);
	if (proven)
		Object.assign(answers, judge_status(bundle, label, body, now));
	return answers;
};

export const is_good = (answers) => answers.issuer === 'yes' &&
    answers.presence === 'yes' && answers.status === 'valid' &&
    answers.clock === 'in-time';
