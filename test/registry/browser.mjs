// SPDX-License-Identifier: ISC
// Reads a registry with a browser; browser.sh makes the ledger behind it:
//
//	node browser.mjs HALLMARK http://127.0.0.1:PORT/
//
// The folder at hand is the scene's. Prints a line for each test.
import { execFileSync } from 'node:child_process';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { chromium } from 'playwright-core';

const [hallmark, server] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const axe_source = fs.readFileSync(require.resolve('axe-core/axe.min.js'),
    'utf8');
const pictures = process.env.SCREENSHOTS ?? '';
// Debian has the browser with and without windows; the latter is quicker.
const program = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']
    .find((one) => fs.existsSync(one));

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

// ---- the scene ----

const text_of = (name) => fs.readFileSync(name + '.text', 'utf8').trim();
const fragment_of = (name) => text_of(name).split('#')[1];
const index_of = (name) =>
	Number(fs.readFileSync(name + '.index', 'utf8').trim());
const label_path = (name) => '/label/' + index_of(name);

// What each label must be found to be, beside what the program says.
const wanted = {
	good: 'yes yes yes', tested: 'yes yes yes', renewed: 'yes yes yes',
	hebrew: 'yes yes yes', p256: 'yes yes yes', young: 'yes yes yes',
	suspended: 'yes yes no', revoked: 'yes yes no', expired: 'yes yes no',
	old: 'yes yes no', replaced: 'yes yes no', markup: 'yes yes no',
	stranger: 'unknown unknown unknown',
};

// The three answers of `hallmark label verify`, or null for what is no label.
const verify = (text) => {
	let out;

	try {
		out = execFileSync(hallmark, ['label', 'verify', text, '--trust',
			'anchors', '--bundle', 'bundle', '--json'],
		    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
	} catch (error) {
		if (error.status === 3)
			return null;
		assert.equal(error.status, 1, error.message);
		out = error.stdout;
	}
	const a = JSON.parse(out);

	return [a.issuer, a.ledger, a.status].map((one) => one.answer).join(' ');
};

// ---- the wire: everything that the browser sends passes here ----

const sent = [];
const wire = net.createServer((client) => {
	const { hostname, port } = new URL(server);
	const far = net.connect(Number(port), hostname);

	client.on('data', (bytes) => sent.push(bytes.toString('latin1')));
	client.pipe(far).pipe(client);
	client.on('error', () => far.destroy());
	far.on('error', () => client.destroy());
});

await new Promise((done) => wire.listen(0, '127.0.0.1', done));
const origin = 'http://127.0.0.1:' + wire.address().port;

// ---- the browser ----

const browser = await chromium.launch({
	executablePath: program,
	args: ['--no-sandbox', '--disable-dev-shm-usage',
		'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
});

// Runs `use` with a page of its own. Whatever a page complains of fails the
// test: an error, a refusal by the policy, a request to elsewhere.
const with_page = async (options, use) => {
	const context = await browser.newContext({ baseURL: origin,
		viewport: DESKTOP, locale: 'en-US', colorScheme: 'light',
		reducedMotion: 'reduce', ...options });
	const page = await context.newPage();
	const complaints = [];

	page.expected = /^$/;
	context.on('request', (request) => {
		const url = request.url();

		if (!url.startsWith(origin + '/') && !url.startsWith('data:'))
			complaints.push('asks elsewhere: ' + url);
	});
	page.on('console', (message) => {
		if (['error', 'warning'].includes(message.type()) &&
		    !page.expected.test(message.text()))
			complaints.push(message.text());
	});
	page.on('pageerror', (error) => complaints.push(String(error)));
	page.on('dialog', (dialog) => {
		complaints.push('a dialog: ' + dialog.message());
		dialog.dismiss();
	});
	try {
		await use(page);
		assert.deepEqual(complaints, []);
	} finally {
		await context.close();
	}
};

const go = async (page, where, status = 200) => {
	const answer = await page.goto(where);

	assert.equal(answer.status(), status, where);
	return answer;
};

const answers_on = (page) => page.evaluate(() =>
	['issuer', 'ledger', 'status'].map((name) =>
	    document.getElementById('answer-' + name).dataset.answer).join(' '));

const scanned = (page) => page.waitForFunction(() =>
	['browser', 'nobody'].includes(
	    document.getElementById('answers').dataset.by) &&
	    !document.getElementById('scanned').hidden);

// As a telephone does it: the address in the code is opened. Gives the three
// answers, or null when the page says that it is no label.
const scan = async (page, fragment) => {
	const before = new URL(page.url()).pathname === '/V';

	if (before) // a change of the fragment alone loads nothing
		await page.evaluate(() => {
			document.getElementById('answers').dataset.by = 'test';
		});
	await page.goto('/V#' + fragment);
	await scanned(page);
	const says = await page.textContent('#scanned-says');
	const by = await page.getAttribute('#answers', 'data-by');

	if (/is not a label/.test(says)) {
		assert.equal(by, 'nobody');
		assert.equal(await answers_on(page), 'unknown unknown unknown');
		return null;
	}
	assert.equal(by, 'browser', says);
	return answers_on(page);
};

const shot = async (page, name) => {
	if (pictures !== '')
		await page.screenshot({ fullPage: true,
			path: path.join(pictures, name + '.png') });
};

const axe_here = async (page, where) => {
	const found = await page.evaluate(() => globalThis.axe.run(document, {
		resultTypes: ['violations'],
	}));

	assert.deepEqual(found.violations.map((v) => `${where}: ${v.id}: ` +
	    v.nodes.map((node) => node.html).join(' ')), []);
};

// ---- the tests ----

const tests = [];
const test = (sentence, run) => tests.push([sentence, run]);

test('a scanned label has the three answers of the program', () =>
	with_page({}, async (page) => {
		for (const [name, want] of Object.entries(wanted)) {
			assert.equal(verify(text_of(name)), want, name);
			assert.equal(await scan(page, fragment_of(name)), want,
			    name);
		}
	}));

test('a scan says what the label says and leads to its pages', () =>
	with_page({}, async (page) => {
		await scan(page, fragment_of('good'));
		assert.match(await page.textContent('#scanned-says'),
		    /Example Optics Argentum Cam 1, version 1\.1/);
		assert.match(await page.textContent('#answer-issuer'),
		    /Prüflabor Silber/);
		assert.equal(await page.isVisible('#not-scanned'), false);
		const links = page.locator('#scanned-links a');

		assert.equal(await links.count(), 2);
		await links.nth(0).click();
		await page.waitForURL('**' + label_path('good'));
		assert.match(await page.textContent('h1'), /Argentum Cam 1/);
		await page.goBack();
		await scanned(page);
		await page.locator('#scanned-links a').nth(1).click();
		await page.waitForURL('**/product/*');
		assert.match(await page.textContent('h1'), /Argentum Cam 1/);
	}));

test('a scan begins with what is wrong', () => with_page({}, async (page) => {
	for (const [name, word, sentence] of [
		['suspended', 'no', /^It is suspended\. The label says: /],
		['revoked', 'no', /^It is withdrawn\. /],
		['expired', 'no', /^It has run out\. /],
		['stranger', 'unknown', /^No accredited body has the key/],
		['good', 'yes', /^The label says: .* until [0-9]+ [A-Z][a-z]+ 20/],
	]) {
		await scan(page, fragment_of(name));
		assert.match(await page.textContent('#scanned-says'), sentence);
		assert.equal(await page.getAttribute('#scanned-says',
		    'data-answer'), word);
	}
}));

test('the words of a label that nobody signed are not repeated', () =>
	with_page({}, async (page) => {
		await scan(page, fragment_of('stranger'));
		const main = await page.textContent('main');

		assert.equal(main.includes('Argentum'), false);
		assert.equal(await page.locator('#scanned-links a').count(), 0);
	}));

test('a changed character is noticed wherever it stands', () =>
	with_page({}, async (page) => {
		const good = fragment_of('good');
		let count = 0;

		for (let at = 0; at < good.length; at += 40) {
			const bad = good.slice(0, at) +
			    (good[at] === '7' ? '8' : '7') + good.slice(at + 1);
			const want = verify('HTTPS://LABEL.EXAMPLE/V#' + bad);

			assert.notEqual(want, 'yes yes yes', `at ${at}`);
			assert.equal(await scan(page, bad), want, `at ${at}`);
			count++;
		}
		assert.ok(count > 15);
	}));

test('what is no label is called so', () => with_page({}, async (page) => {
	for (const text of ['A', 'HELLO-WORLD', '%ff%fe', 'A'.repeat(3000),
		fragment_of('good').slice(0, -12), fragment_of('good') + '00'])
		assert.equal(await scan(page, text), null, text.slice(0, 40));
}));

test('going back and forth shows what the address says', () =>
	with_page({}, async (page) => {
		const state = async () =>
			await page.isVisible('#scanned')
			    ? (await scanned(page), answers_on(page)) : 'form';

		await go(page, '/V');
		assert.equal(await state(), 'form');
		await scan(page, fragment_of('good'));
		await scan(page, fragment_of('suspended'));
		for (const [step, want] of [['goBack', 'yes yes yes'],
			['goBack', 'form'], ['goForward', 'yes yes yes'],
			['goForward', 'yes yes no']]) {
			await page.evaluate(() => {
				document.getElementById('answers').dataset.by = 'test';
			});
			await page[step]();
			await page.waitForTimeout(50);
			assert.equal(await state(), want, step);
		}
	}));

test('of two quick scans the last one is shown', () =>
	with_page({}, async (page) => {
		await go(page, '/V');
		await page.evaluate(([first, last]) => {
			location.hash = first;
			return new Promise((done) => setTimeout(() => {
				location.hash = last;
				done();
			}, 1));
		}, [fragment_of('good'), fragment_of('revoked')]);
		await scanned(page);
		await page.waitForTimeout(300);
		assert.equal(await answers_on(page), 'yes yes no');
		assert.match(await page.textContent('#scanned-says'), /Lock 2/);
	}));

test('a label of a body with a P-256 key is verified', () =>
	with_page({}, async (page) => {
		assert.equal(await scan(page, fragment_of('p256')),
		    'yes yes yes');
		assert.match(await page.textContent('#answer-issuer'),
		    /Office <i>"&'<\/i> of P-256 signed it/);
	}));

test('a bundle that cannot be had is said to be missing', () =>
	with_page({}, async (page) => {
		page.expected = /Failed to load resource/;
		await page.route('**/bundle', (route) => route.fulfill({
			status: 503, body: 'no' }));
		await page.goto('/V#' + fragment_of('good'));
		await scanned(page);
		assert.match(await page.textContent('#scanned-says'),
		    /could not be fetched/);
		assert.equal(await answers_on(page), 'unknown unknown unknown');
	}));

test('a browser without the signatures says so and leads to the label', () =>
	with_page({}, async (page) => {
		await page.addInitScript(() => {
			crypto.subtle.importKey = () => Promise.reject(
			    new DOMException('no', 'NotSupportedError'));
		});
		await page.goto('/V#' + fragment_of('good'));
		await scanned(page);
		assert.match(await page.textContent('#scanned-says'),
		    /cannot check this kind of signature/);
		assert.equal(await answers_on(page), 'unknown unknown unknown');
		assert.ok(await page.isVisible('#number'));
		await page.click('#scanned-links a');
		await page.waitForURL('**' + label_path('good'));
	}));

test('nothing behind the # was sent', async () => {
	const all = sent.join('');

	assert.ok(all.includes('GET /V HTTP/1.1'));
	for (const name of Object.keys(wanted)) {
		const fragment = fragment_of(name);

		// twelve characters anywhere in it; they stand in no path by chance
		for (let at = 0; at + 12 <= fragment.length; at += 6)
			assert.equal(all.includes(fragment.slice(at, at + 12)),
			    false, name);
	}
});

test('a label page says in one sentence how it stands', () =>
	with_page({}, async (page) => {
		for (const [name, sentence] of Object.entries({
			good: /only declared by the maker/,
			tested: /was tested by Prüflabor Silber/,
			suspended: /suspended since .* exploited by attackers/,
			revoked: /withdrawn for good/,
			expired: /ran out on/,
			replaced: /newer label/,
		})) {
			await go(page, label_path(name));
			assert.match(await page.textContent('.sentence'), sentence);
			assert.equal((await answers_on(page)), wanted[name], name);
		}
		await go(page, label_path('suspended'));
		assert.match(await page.textContent('#facts ~ dl blockquote'),
		    /being used by a botnet/);
	}));

test('a label page tells the facts that were stated', () =>
	with_page({}, async (page) => {
		await go(page, label_path('good'));
		const main = await page.textContent('main');

		for (const words of ['31 December 2031', '1.2',
			'Open the app, choose Camera', 'About this camera',
			'updates.optics.example:443', 'security@optics.example',
			'CVE-2026-0001', 'Mended in version 1.1'])
			assert.ok(main.includes(words), words);
		assert.equal(await page.getAttribute(
		    'a[href^="mailto:"]', 'href'),
		    'mailto:security@optics.example');
	}));

test('foreign markup stays text in every place', () =>
	with_page({}, async (page) => {
		const evil = '<b>"&\'</b>';
		const product = async () => page.getAttribute(
		    'a[href^="/product/"]', 'href');

		await go(page, label_path('markup'));
		const id = await product();
		const maker = await page.getAttribute('a[href^="/maker/"]',
		    'href');

		for (const where of [label_path('markup'), id, id + '/history',
			maker, '/', '/changes', '/trust',
			'/search/maker/' + encodeURIComponent(evil),
			`${id.replace('/product/', '/compare/')}/` +
			id.replace('/product/', '')]) {
			await go(page, where);
			assert.equal(await page.evaluate(() => document
			    .querySelectorAll('main b, main i, main img[onerror], ' +
				'main script, svg[onload]').length), 0, where);
		}
		await go(page, label_path('markup'));
		assert.ok((await page.textContent('h1')).includes(evil));
		assert.ok((await page.title()).includes(evil));
		assert.ok((await page.textContent('blockquote')).includes(
		    '</blockquote><script>alert(1)</script>' + evil));
		await scan(page, fragment_of('markup'));
		assert.ok((await page.textContent('#scanned-says')).includes(
		    evil + ' <img src=x onerror=alert(1)>'));
	}));

test('a search finds by maker, model, digest, number and words', () =>
	with_page({}, async (page) => {
		const digest = (await (await page.request.get(
		    label_path('good') + '.json')).text())
		    .match(/"[0-9a-f]{64}"/g).map((hex) => hex.slice(1, -1));
		const find = async (where, what, want) => {
			await go(page, '/');
			await page.selectOption('select[name=in]', where);
			await page.fill('main input[name=q]', what);
			await page.click('main button');
			await page.waitForLoadState();
			assert.match(await page.textContent('main'), want,
			    `${where} ${what}`);
		};

		await find('maker', 'Example', /Argentum Cam 1/);
		await find('maker', 'Beispiel & S', /Steckdose/);
		await find('model', 'Router', /Argentum Devices Router R9/);
		await find('words', 'argentum', /Argentum/);
		await find('number', String(index_of('revoked')), /Lock 2/);
		assert.match(page.url(), /\/label\/[0-9]+$/);
		await find('words', String(index_of('revoked')), /Lock 2/);
		await find('words', 'no such thing', /Nothing was found/);
		let found = 0;

		for (const hex of digest) {
			await go(page, '/search/digest/' + hex);
			found += /Argentum Cam 1/.test(
			    await page.textContent('main')) ? 1 : 0;
		}
		assert.equal(found, 1);
	}));

test('a history has every statement in order, with proofs that are there', () =>
	with_page({}, async (page) => {
		await go(page, label_path('good'));
		await page.click('a[href$="/history"]');
		await page.waitForURL('**/history');
		const kinds = await page.locator('.history > li > strong')
		    .allTextContents();

		assert.deepEqual(kinds, ['Label issued', 'Known flaw',
			'Change of a label', 'Change of a label', 'Label issued',
			'Newest version announced', 'Correction']);
		const proofs = await page.evaluate(() => Array.from(
		    document.querySelectorAll('.history a[href$="/proof"]'),
		    (a) => a.getAttribute('href')));
		const order = proofs.map((href) => Number(href.split('/')[2]));

		assert.equal(proofs.length, kinds.length);
		assert.deepEqual(order, [...order].sort((a, b) => a - b));
		for (const href of proofs) {
			const proof = await page.request.get(href);
			const receipt = await page.request.get(
			    href.replace('/proof', ''));
			const statement = await page.request.get(
			    href.replace('/proof', '/statement'));

			assert.equal(proof.status(), 200, href);
			assert.match(await proof.text(),
			    /^c2sp\.org\/tlog-proof@v1\n/);
			assert.equal(receipt.status(), 200, href);
			assert.equal((await statement.body())[0], 0xd2, href);
		}
		const main = await page.textContent('main');

		assert.match(main, /Reports of open telnet\./);
		assert.match(main, /It was another model\./);
		assert.match(main, /Example Optics Ltd/);
	}));

test('the language is the browser\'s, and then what a link says', async () => {
	for (const [locale, lang, words] of [['de-AT', 'de', /Label-Register/],
		['fr-FR', 'fr', /étiquette|label/i], ['pt-BR', 'en', /registry/],
		['en-GB', 'en', /Label registry/]])
		await with_page({ locale }, async (page) => {
			await go(page, '/');
			assert.equal(await page.getAttribute('html', 'lang'), lang);
			assert.match(await page.title(), words);
		});
	await with_page({ locale: 'de-DE' }, async (page) => {
		await go(page, label_path('suspended'));
		assert.equal(await page.getAttribute('html', 'lang'), 'de');
		await page.click('a[hreflang=fr]');
		await page.waitForURL('**/fr/label/*');
		assert.equal(await page.getAttribute('html', 'lang'), 'fr');
		await page.click('a[href^="/fr/product/"]');
		await page.waitForURL('**/fr/product/*');
		assert.equal(await page.getAttribute('html', 'lang'), 'fr');
		assert.equal(await page.textContent('.languages [aria-current]'),
		    'Français');
		await page.fill('.top input[name=q]', 'Porta');
		await page.press('.top input[name=q]', 'Enter');
		await page.waitForURL('**/fr/search/words/Porta');
	});
});

test('a scan is answered in every language', async () => {
	for (const lang of ['de', 'fr'])
		await with_page({}, async (page) => {
			await page.goto(`/${lang}/V#` + fragment_of('good'));
			await scanned(page);
			assert.equal(await answers_on(page), 'yes yes yes');
			const shown = await page.textContent('#answers ol');

			assert.equal(/[{}]|answers\.|Yes/.test(shown), false);
			assert.equal(await page.getAttribute(
			    '#scanned-links a', 'href'),
			    `/${lang}${label_path('good')}`);
		});
});

test('products are compared, two and three', () =>
	with_page({}, async (page) => {
		await go(page, '/search/words/Porta');
		const boxes = page.locator('main input[type=checkbox]');

		assert.equal(await boxes.count(), 2);
		await boxes.nth(0).check();
		await boxes.nth(1).check();
		await page.locator('main form button').last().click();
		await page.waitForURL('**/compare/*/*');
		assert.equal(await page.locator('.compare thead th').count(), 2);
		assert.match(await page.textContent('.compare'), /Withdrawn/);
	}));

test('a list is checked, and comes back as CSV', () =>
	with_page({ acceptDownloads: true }, async (page) => {
		await go(page, '/check');
		await page.fill('textarea', [index_of('good'),
			index_of('suspended'), text_of('revoked'), '999999',
			'nonsense'].join('\n'));
		await page.click('form.check button:not([name])');
		await page.waitForSelector('#result');
		const rows = await page.locator('main tbody tr').allTextContents();

		assert.equal(rows.length, 5);
		for (const [i, word] of [/Valid/, /Suspended/, /Withdrawn/,
			/No such label/, /Not a label/].entries())
			assert.match(rows[i], word);
		const waiting = page.waitForEvent('download');

		await page.click('button[name=as]');
		const file = await (await waiting).path();
		const lines = fs.readFileSync(file, 'utf8').trim().split(/\r?\n/);

		assert.equal(lines.length, 6);
		assert.match(lines[2], /suspended/);
	}));

test('what changed is listed, and can be subscribed to', () =>
	with_page({}, async (page) => {
		await go(page, '/changes');
		const badges = await page.locator('.cards .badge')
		    .allTextContents();

		for (const word of ['Suspended', 'Withdrawn', 'Replaced'])
			assert.ok(badges.includes(word), word);
		const feed = await page.request.get(await page.getAttribute(
		    'main a[href$="feed.atom"]', 'href'));

		assert.match(feed.headers()['content-type'], /atom\+xml/);
	}));

test('codes, marks and badges are pictures; a code is the label', () =>
	with_page({}, async (page) => {
		const base = label_path('good');

		for (const name of ['qr.svg', 'qr.png', 'mark.svg', 'badge.svg'])
			await page.setContent(`<base href="${origin}">` +
			    `<img src="${base}/${name}">`, { waitUntil: 'load' })
			    .then(() => page.evaluate(() =>
				document.images[0].naturalWidth))
			    .then((width) => assert.ok(width > 20, name));
		const png = await page.request.get(base + '/qr.png');

		fs.writeFileSync('qr.png', await png.body());
		await page.setContent(`<base href="${origin}">` +
		    `<img width=600 src="${base}/qr.svg">`);
		await page.locator('img').screenshot({ path: 'qr-svg.png' });
		let decoded;

		try {
			decoded = ['qr.png', 'qr-svg.png'].map((file) =>
				execFileSync('zbarimg', ['--quiet', '--raw',
					'-Sdisable', '-Sqrcode.enable', file],
				    { encoding: 'utf8',
					    stdio: ['ignore', 'pipe', 'ignore'] })
				    .trim());
		} catch (error) {
			if (error.code !== 'ENOENT')
				throw error;
			return; // without zbarimg they are only looked at
		}
		for (const text of decoded)
			assert.equal(text.split('#')[1] ?? text,
			    fragment_of('good'));
	}));

test('an address with nothing behind it says so', () =>
	with_page({}, async (page) => {
		page.expected = /404/;
		for (const where of ['/label/999999', '/nowhere',
			'/product/' + '0'.repeat(32)]) {
			await go(page, where, 404);
			assert.match(await page.textContent('h1'), /nothing here/);
		}
	}));

// ---- every page, every way of looking ----

// Filled once: the pages that there are, by a name for their pictures.
const pages = {};

test('every page can be reached by links', () => with_page({}, async (page) => {
	const seen = new Set();
	const next = ['/', '/V'];
	const forms = /^\/(search\/words\/argentum|check)$/;

	page.expected = /404|410/;
	while (next.length > 0) {
		const where = next.pop();

		if (seen.has(where))
			continue;
		seen.add(where);
		const answer = await page.request.get(where);

		// a mark of a label that does not hold is gone
		assert.ok(answer.status() === 200 || (answer.status() === 410 &&
		    where.endsWith('mark.svg')), where + ' ' + answer.status());
		if (!/text\/html/.test(answer.headers()['content-type']) ||
		    forms.test(where))
			continue;
		const html = await answer.text();

		for (const [, href] of html.matchAll(/<a [^>]*?href="([^"]*)"/g))
			if (href.startsWith('/') && !/^\/(de|fr|en)\//.test(href))
				next.push(href.replace(/&amp;/g, '&').split('#')[0]);
	}
	assert.ok(seen.size > 60, String(seen.size));
	const first = (pattern) => [...seen].find((one) => pattern.test(one));
	const product = async (name) => (await (await page.request.get(
	    label_path(name))).text()).match(/href="\/product\/([0-9a-f]{32})"/)[1];
	const [cam, bell, lock] = [await product('good'),
		await product('suspended'), await product('revoked')];

	Object.assign(pages, {
		start: '/', landing: '/V', scan: '/V#' + fragment_of('good'),
		'scan-bad': '/V#' + fragment_of('suspended'),
		'scan-nothing': '/V#' + fragment_of('good').slice(0, -12),
		good: label_path('good'), tested: label_path('tested'),
		suspended: label_path('suspended'),
		revoked: label_path('revoked'), expired: label_path('expired'),
		replaced: label_path('replaced'), markup: label_path('markup'),
		hebrew: label_path('hebrew'), product: '/product/' + cam,
		history: `/product/${cam}/history`, maker: first(/^\/maker\//),
		compare: `/compare/${cam}/${bell}/${lock}`,
		changes: '/changes', how: '/how', trust: '/trust',
		body: first(/^\/body\//), scheme: '/scheme/psti',
		'scheme-hallmark': '/scheme/hallmark', check: '/check',
		search: '/search/words/Argentum',
		'search-none': '/search/words/nothing', missing: '/nowhere',
	});
	for (const [name, where] of Object.entries(pages))
		assert.ok(where, name);
}));

// Loads it even when only the fragment is another.
const open_page = async (page, where) => {
	if (where.includes('#'))
		await page.goto('about:blank');
	await page.goto(where, { waitUntil: 'domcontentloaded' });
	if (where.includes('#'))
		await scanned(page);
};

// Opens each page, and the answer to a list as well.
const each_page = async (page, use) => {
	page.expected = /404/;
	for (const [name, where] of Object.entries(pages)) {
		await open_page(page, where);
		await page.evaluate(() => document.querySelectorAll('details')
		    .forEach((one) => {
			one.open = true;
		    }));
		await use(name);
	}
	await page.goto('/check');
	await page.fill('textarea', `${index_of('good')}\n${text_of('p256')}\nx`);
	await page.click('form.check button:not([name])');
	await page.waitForSelector('#result');
	await use('checked');
};

// Both colours and both widths on every page; with pictures, all four pairs.
const looks = [['light', DESKTOP], ['dark', PHONE], ['light', PHONE],
	['dark', DESKTOP]].slice(0, pictures === '' ? 2 : 4);

test('axe finds nothing on any page, light and dark, wide and narrow', () =>
	with_page({}, (page) => each_page(page, async (name) => {
		await page.evaluate(axe_source);
		for (const [scheme, viewport] of looks) {
			await page.setViewportSize(viewport);
			await page.emulateMedia({ colorScheme: scheme });
			await axe_here(page, `${name} ${scheme} ${viewport.width}`);
			await shot(page, `${name}-${scheme}-${viewport.width}`);
		}
	})));

test('no page is wider than a telephone, in no language', async () => {
	for (const lang of ['', '/de', '/fr'])
		await with_page({ viewport: PHONE, isMobile: true,
			hasTouch: true }, async (page) => {
			page.expected = /404/;
			for (const [name, where] of Object.entries(pages)) {
				await open_page(page, lang + where);
				const [wide, room] = await page.evaluate(() =>
					[document.documentElement.scrollWidth,
						window.innerWidth]);

				assert.ok(wide <= room && room <= PHONE.width,
				    `${lang}/${name}: ${wide} of ${room}`);
				if (lang !== '')
					await shot(page, `${name}-${lang.slice(1)}-360`);
			}
		});
});

test('the dark colours are others', () => with_page({}, async (page) => {
	await go(page, '/');
	const ground = () => page.evaluate(() =>
		getComputedStyle(document.body).backgroundColor);
	const light = await ground();

	await page.emulateMedia({ colorScheme: 'dark' });
	assert.notEqual(await ground(), light);
}));

test('without script pages are read, searched and explained', () =>
	with_page({ javaScriptEnabled: false }, async (page) => {
		await go(page, label_path('suspended'));
		assert.match(await page.textContent('.sentence'), /suspended/);
		assert.match(await page.textContent('#answer-status'), /suspended/);
		await page.click('summary');
		assert.ok(await page.isVisible('details code'));
		await page.fill('.top input[name=q]', 'Porta');
		await page.click('.top button');
		await page.waitForURL('**/search/words/Porta');
		assert.match(await page.textContent('main'), /Lock 2/);
		await page.goto('/V#' + fragment_of('good'));
		assert.ok(await page.isVisible('#not-scanned'));
		assert.equal(await page.isVisible('#scanned'), false);
		await page.fill('#number', String(index_of('good')));
		await page.click('#not-scanned button');
		await page.waitForURL('**' + label_path('good'));
		await shot(page, 'without-script');
	}));

test('the keyboard is enough', () => with_page({}, async (page) => {
	const focus = () => page.evaluate(() => {
		const here = document.activeElement;
		const style = getComputedStyle(here);
		const box = here.getBoundingClientRect();

		return { text: here.textContent.trim(), name: here.localName,
			seen: style.outlineStyle !== 'none' &&
			    parseFloat(style.outlineWidth) >= 2 &&
			    box.width > 4 && box.height > 4 };
	});

	await go(page, label_path('good'));
	await page.keyboard.press('Tab');
	assert.equal((await focus()).text, 'Skip to the content');
	assert.ok((await focus()).seen);
	await shot(page, 'keyboard');
	await page.keyboard.press('Enter');
	await page.waitForURL('**#main');
	await page.keyboard.press('Tab');
	assert.ok(await page.evaluate(() => document.getElementById('main')
	    .contains(document.activeElement)));
	await go(page, '/');
	const seen = [];

	for (let i = 0; i < 60; i++) {
		await page.keyboard.press('Tab');
		const here = await focus();

		if (here.name === 'body')
			break;
		assert.ok(here.seen, JSON.stringify(here));
		seen.push(here.name);
	}
	for (const name of ['input', 'select', 'button', 'a'])
		assert.ok(seen.includes(name), name);
	await page.focus('main input[name=q]');
	await page.keyboard.type('Porta');
	await page.keyboard.press('Enter');
	await page.waitForURL('**/search/words/Porta');
	await go(page, label_path('good'));
	await page.focus('summary');
	await page.keyboard.press('Enter');
	assert.ok(await page.isVisible('details code'));
}));

test('a page on paper has its label and no forms', () =>
	with_page({}, async (page) => {
		await go(page, label_path('suspended'));
		await page.emulateMedia({ media: 'print' });
		assert.ok(await page.isVisible('.sentence'));
		assert.ok(await page.isVisible('#answers'));
		assert.equal(await page.isVisible('.top .find'), false);
		assert.equal(await page.isVisible('.languages'), false);
		await shot(page, 'print');
		const paper = await page.pdf({ format: 'A4' });

		assert.ok(paper.length > 5000);
	}));

// ---- all of them ----

fs.writeFileSync('bundle', Buffer.from(
    await (await fetch(new URL('/bundle', server))).arrayBuffer()));
if (pictures !== '')
	fs.mkdirSync(pictures, { recursive: true });
let failed = 0;

for (const [sentence, run] of tests) {
	const begin = Date.now();

	try {
		await run();
		console.log(`ok ${sentence} (${Date.now() - begin} ms)`);
	} catch (error) {
		failed++;
		console.log(`FAILED: ${sentence}\n${error.stack}`);
	}
}
await browser.close();
wire.close();
console.log(`${tests.length} tests of the browser, ${failed} failed`);
process.exit(failed === 0 && tests.length > 0 ? 0 : 1);
