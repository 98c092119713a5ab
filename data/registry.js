// SPDX-License-Identifier: ISC
// What the pages do with a scanned label: the part of the address behind '#' is
// verified here, in the reader's browser, and never sent anywhere. The texts
// come with the page, in its language (src/registry/page_answers.c).

const section = document.getElementById('answers');

const texts = () => {
	const template = document.getElementById('answer-texts');
	const list = template.content.querySelectorAll('[data-key]');

	return new Map(Array.from(list, (item) =>
	    [item.dataset.key, item.textContent]));
};

// A text with its {places} filled; foreign text stays text, for it is only ever
// set as such.
const say = (words, key, places = {}) =>
	(words.get(key) ?? key).replace(/\{([a-z_]+)\}/g, (all, name) =>
	    name in places ? String(places[name]) : all);

// Dates as the server writes them: English without a country is American.
const locale = () => document.documentElement.lang.replace(/^en$/, 'en-GB');

const day = (secs) => new Date(secs * 1000).toLocaleDateString(
    locale(), { dateStyle: 'long', timeZone: 'UTC' });

const time = (secs) => new Date(secs * 1000).toLocaleString(locale(),
    { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }) + ' UTC';

const set_answer = (words, name, word, why) => {
	const item = document.getElementById('answer-' + name);

	item.dataset.answer = word;
	item.querySelector('.word').textContent = say(words, word);
	item.querySelector('.why').textContent = why;
};

const fetch_whole = async (path, limit) => {
	const answer = await fetch(path, { credentials: 'omit', mode: 'same-origin' });

	if (!answer.ok)
		throw new Error(path);
	const bytes = new Uint8Array(await answer.arrayBuffer());

	if (bytes.length > limit)
		throw new Error(path);
	return bytes;
};

const model_text = (label) => {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(label.hwmodel);
	} catch {
		return Array.from(label.hwmodel, (b) =>
		    b.toString(16).padStart(2, '0')).join('');
	}
};

const places_of = (label, answers) => ({
	maker: label.maker, model: model_text(label), version: label.version,
	scheme: label.scheme, level: label.level, issued: day(label.issued),
	expires: day(label.expires), until: day(label.expires),
	support: label.support_until ? day(label.support_until) : '',
	body: answers.body_name, index: label.index ?? '', size: answers.size,
	origin: answers.origin,
	time: answers.as_of ? time(answers.as_of) : '',
});

const yes_no = (answer, unknown) => answer === 'yes' ? 'yes'
    : unknown.includes(answer) ? 'unknown' : 'no';

// What the ledger and what the clock say: both must be good.
const status_word = (answers) => {
	const known_bad = ['revoked', 'suspended', 'superseded']
	    .includes(answers.status) ||
	    ['not-yet', 'expired', 'support-ended'].includes(answers.clock);

	if (known_bad)
		return 'no';
	return answers.status === 'valid' && answers.clock === 'in-time'
	    ? 'yes' : 'unknown';
};

// Shows the three, and gives the worst of them: its word, and why.
const show_answers = (words, label, answers) => {
	const places = places_of(label, answers);
	const joined = (...keys) =>
		keys.map((key) => say(words, key, places)).join(' ');
	const status = status_word(answers);
	// Whether its time is over matters only while nobody took it back.
	const holds = ['valid', 'stale', 'unknown'].includes(answers.status);
	const three = [
		['issuer', yes_no(answers.issuer, ['unknown-key', 'unsupported']),
			'issuer.' + answers.issuer, []],
		['ledger', yes_no(answers.presence,
		    ['unknown', 'not-yet', 'no-proof']),
		'ledger.' + answers.presence, ['ledger.size']],
		['status', status, 'status.' + answers.status,
			[...(answers.as_of ? ['status.as-of'] : []),
				...(holds ? ['clock.' + answers.clock] : [])]],
	];

	for (const [name, word, why, more] of three)
		set_answer(words, name, word, joined(why, ...more));
	const worst = three.find(([, word]) => word === 'no') ??
	    three.find(([, word]) => word === 'unknown');

	if (worst === undefined)
		return { word: 'yes', why: '' };
	return { word: worst[1], why: joined(worst[0] === 'status' &&
	    answers.status === 'valid' ? 'clock.' + answers.clock : worst[2]) };
};

const add_link = (path, text) => {
	const links = document.getElementById('scanned-links');

	if (links === null)
		return;
	const link = document.createElement('a');

	link.href = path;
	link.textContent = text;
	links.append(link, ' ');
};

// The parts of the landing page that wait for a scan, or for a number.
const show_landing = (is_scanned) => {
	const parts = [['scanned', is_scanned], ['not-scanned', !is_scanned]];

	for (const [id, is_shown] of parts) {
		const part = document.getElementById(id);

		if (part !== null)
			part.hidden = !is_shown;
	}
	document.getElementById('scanned-links')?.replaceChildren();
};

// The sentence above the three, and the worst of them, for its colour.
const say_above = (text, word) => {
	const place = document.getElementById('scanned-says');

	if (place === null)
		return;
	place.textContent = text;
	if (word === undefined)
		delete place.dataset.answer;
	else
		place.dataset.answer = word;
};

const say_below = (text) => {
	section.querySelector('.by').textContent = text;
};

// Nothing could be found out: all three answers are unknown, and the form for a
// number is there again. A label that could be read leads to its page.
const give_up = (words, key, label) => {
	for (const name of ['issuer', 'ledger', 'status'])
		set_answer(words, name, 'unknown', '');
	say_above(say(words, key), 'unknown');
	say_below('');
	document.getElementById('not-scanned')?.removeAttribute('hidden');
	if (Number.isInteger(label?.index))
		add_link(section.dataset.labelPath + label.index,
		    say(words, 'open-label'));
	section.dataset.by = 'nobody';
};

// Whether this browser has the signatures that most labels have; an old one, or
// a page that came over a plain connection, has not.
const has_signatures = async () => {
	try {
		await crypto.subtle.importKey('raw', new Uint8Array(32),
		    { name: 'Ed25519' }, false, ['verify']);
		return true;
	} catch (error) {
		return error.name === 'DataError';
	}
};

// Verifies it; gives what shows the outcome.
const verify_fragment = async (words, fragment) => {
	const own = await import(section.dataset.verify);
	let label;

	try {
		label = own.read_label(own.read_text(decodeURIComponent(fragment)));
	} catch {
		return () => give_up(words, 'no-label');
	}
	if (!await has_signatures())
		return () => give_up(words, 'no-script-power', label);
	let bundle;

	try {
		const anchors = await fetch_whole(section.dataset.anchors, 65536);

		bundle = await own.open_bundle(
		    await fetch_whole(section.dataset.bundle, 64 << 20),
		    await own.read_anchors(new TextDecoder().decode(anchors)));
	} catch {
		return () => give_up(words, 'no-bundle', label);
	}
	const answers = await own.verify(bundle, label, Date.now() / 1000);
	const product = (await own.sub_of(label)).split('/')[1];

	return () => show_verified(words, label, answers, product);
};

const show_verified = (words, label, answers, product) => {
	const believed = !['forged', 'unknown-key', 'unsupported']
	    .includes(answers.issuer);

	// Words that nobody signed are not repeated.
	const worst = show_answers(words, label, answers);
	const says = believed ? say(words, 'says', places_of(label, answers)) : '';

	say_above(`${worst.why} ${says}`.trim(), worst.word);
	say_below(say(words, 'own', places_of(label, answers)));
	section.dataset.by = 'browser';
	if (answers.presence !== 'yes')
		return;
	add_link(section.dataset.labelPath + label.index,
	    say(words, 'open-label'));
	add_link(section.dataset.productPath + product,
	    say(words, 'open-product'));
};

// "#main" is a place on the page, and no label.
const is_place = (fragment) => fragment.length < 2 ||
	document.getElementById(fragment.slice(1)) !== null;

let scans = 0; // the last one is shown

const look = async () => {
	const fragment = location.hash;
	const words = texts();
	const scan = ++scans;

	if (is_place(fragment)) {
		if (fragment.length < 2)
			show_landing(false);
		return;
	}
	section.dataset.by = 'working';
	show_landing(true);
	for (const name of ['issuer', 'ledger', 'status'])
		set_answer(words, name, 'unknown', '');
	say_above(say(words, 'working'));
	const show = await verify_fragment(words, fragment).catch(() =>
		() => give_up(words, 'no-bundle'));

	if (scan === scans)
		show();
};

// The page of a label has answers already: the server's.
if (section !== null && section.dataset.index === undefined) {
	addEventListener('hashchange', look);
	look();
}
