/* SPDX-License-Identifier: ISC */
/* The frame of each page: head, search, languages, foot; and its addresses. */
#include "registry/page_private.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Bytes of a page: a list of 200 statements with the longest texts has 400. */
#define PAGE_LEN_MAX (2 * MIB)
/* Bytes of an address of ours. */
#define PATH_MAX_LEN 512

static bool
is_path_of(struct bytes target, const char *code)
{
	size_t len = strlen(code);

	return target.len > len && target.ptr[0] == '/' &&
	    bytes_starts(bytes_from(target, 1), bytes_of(code)) &&
	    (target.len == len + 1 || target.ptr[len + 1] == '/' ||
		target.ptr[len + 1] == '?');
}

/* "/de" when the target begins so: who chose a language stays in it. */
static struct bytes
find_prefix(const struct route_call *call)
{
	struct bytes target = call->request->target;

	for (unsigned i = 0; i < TEXTS_LANGUAGES; i++)
		if (is_path_of(target, texts_code(i)))
			return bytes_slice(
			    target, 0, 1 + strlen(texts_code(i)));
	return (struct bytes){ NULL, 0 };
}

void
page_open(struct page *p, struct route_call *call)
{
	*p = (struct page){
		.call = call,
		.out = out_open(PAGE_LEN_MAX),
		.wording = { call->registry->texts, call->choice.language },
		.prefix = find_prefix(call),
	};
}

enum err
page_ask(struct page *p, const struct registry_question *question,
    struct registry_reply *ret)
{
	enum err err = route_ask(p->call, question, ret);

	if (err == ERR_OK && ret->head.size > 0) {
		p->head = ret->head;
		p->has_head = true;
	}
	return err;
}

enum err
page_drop(struct page *p, enum err err)
{
	out_close(&p->out);
	return err;
}

/* ---- addresses ---- */

static struct bytes
keep_path(struct page *p, struct bytes path)
{
	if (path.len == 0 && p->out.failed == ERR_OK)
		p->out.failed = ERR_MEMORY;
	return path;
}

/* What `o` holds, in the arena. */
static struct bytes
keep_out(struct page *p, struct out *o)
{
	struct bytes path = arena_copy(p->call->arena, out_bytes(o));

	if (o->failed != ERR_OK)
		path = (struct bytes){ NULL, 0 };
	out_close(o);
	return keep_path(p, path);
}

struct bytes
page_bare_path(struct page *p, const char *format, ...)
{
	struct bytes path;
	va_list args;

	va_start(args, format);
	path = arena_print(p->call->arena, PATH_MAX_LEN, format, args);
	va_end(args);
	return keep_path(p, path);
}

struct bytes
page_path(struct page *p, const char *format, ...)
{
	struct out o = out_open(PATH_MAX_LEN);
	va_list args;

	out_put(&o, p->prefix);
	va_start(args, format);
	out_put(&o, arena_print(p->call->arena, PATH_MAX_LEN, format, args));
	va_end(args);
	return keep_out(p, &o);
}

struct bytes
page_path_of(
    struct page *p, const char *begin, struct bytes segment, const char *end)
{
	struct out o = out_open(REGISTRY_TARGET_MAX);

	out_put(&o, p->prefix);
	out_text(&o, begin);
	web_put_encoded(&o, segment);
	out_text(&o, end);
	return keep_out(p, &o);
}

struct bytes
page_path_hex(
    struct page *p, const char *begin, struct bytes id, const char *end)
{
	struct out o = out_open(REGISTRY_TARGET_MAX);

	out_put(&o, p->prefix);
	out_text(&o, begin);
	out_hex_bytes(&o, id);
	out_text(&o, end);
	return keep_out(p, &o);
}

struct bytes
page_path_maker(struct page *p, const struct label_claims *claims)
{
	const struct product *product = &claims->product;
	struct out o = out_open(REGISTRY_TARGET_MAX);

	out_put(&o, p->prefix);
	out_text(&o, "/maker/");
	if (product->oemid.len > 0)
		out_hex_bytes(&o, product->oemid);
	else
		out_decimal(&o, product->pen);
	out_text(&o, "/");
	web_put_encoded(&o, claims->maker);
	return keep_out(p, &o);
}

/* ---- texts ---- */

struct bytes
page_text(const struct page *p, const char *key)
{
	return texts_find(p->wording.texts, p->wording.language, key);
}

bool
page_try(const struct page *p, const char *family, struct bytes name,
    const char *end, struct bytes *ret)
{
	char key[80];

	if (name.len == 0 || name.len > 32 ||
	    bytes_find_byte(name, 0, 0) != SIZE_MAX)
		return false;
	(void)snprintf(key, sizeof(key), "%s%.*s%s", family, (int)name.len,
	    (const char *)name.ptr, end);
	return texts_try(p->wording.texts, p->wording.language, key, ret);
}

void
page_say(struct page *p, const char *key, const struct word *words)
{
	wording_put(&p->wording, &p->web, key, words);
}

void
page_say_count(
    struct page *p, const char *key, uint64_t n, const struct word *words)
{
	wording_put_count(&p->wording, &p->web, key, n, words);
}

void
page_say_in(struct page *p, const char *element, const char *class,
    const char *key, const struct word *words)
{
	web_begin_class(&p->web, element, class);
	page_say(p, key, words);
	web_end(&p->web);
}

void
page_put_word(struct page *p, const struct word *word)
{
	wording_put_word(&p->wording, &p->web, word);
}

void
page_link(struct page *p, struct bytes url, const char *key)
{
	web_begin(&p->web, "a");
	web_url(&p->web, "href", url);
	page_say(p, key, NULL);
	web_end(&p->web);
}

void
page_link_text(struct page *p, struct bytes url, struct bytes text)
{
	const struct word word = {
		.kind = WORD_TEXT, .text = text, .url = url
	};

	page_put_word(p, &word);
}

/* ---- head ---- */

/* The target without language and query: the same page in another one. */
static struct bytes
rest_of_target(const struct page *p)
{
	struct bytes target = p->call->request->target;
	struct bytes rest = bytes_from(target, p->prefix.len);

	rest = bytes_slice(rest, 0, bytes_find_byte(rest, '?', 0));
	return web_url_ok(rest) && rest.ptr[0] == '/' ? rest : BYTES("/");
}

static struct bytes
path_in(struct page *p, unsigned language)
{
	struct out o = out_open(REGISTRY_TARGET_MAX + 8);

	out_text(&o, "/");
	out_text(&o, texts_code(language));
	out_put(&o, rest_of_target(p));
	return keep_out(p, &o);
}

static void
put_meta(struct page *p, const char *name, const char *content)
{
	web_void(&p->web, "meta");
	web_put_attribute(&p->web, "name", name);
	web_put_attribute(&p->web, "content", content);
}

static void
put_assets(struct page *p)
{
	struct web *w = &p->web;
	struct bytes icon = page_asset_path(p, "icon.svg");
	struct bytes style = page_asset_path(p, "registry.css");
	struct bytes script = page_asset_path(p, "registry.js");

	if (style.len > 0) {
		web_void(w, "link");
		web_put_attribute(w, "rel", "stylesheet");
		web_url(w, "href", style);
	}
	if (icon.len > 0) {
		web_void(w, "link");
		web_put_attribute(w, "rel", "icon");
		web_url(w, "href", icon);
	}
	if (script.len > 0) {
		web_begin(w, "script");
		web_put_attribute(w, "type", "module");
		web_url(w, "src", script);
		web_end(w);
	}
}

static void
put_head(struct page *p, const char *key, const struct word *words)
{
	struct web *w = &p->web;

	web_begin(w, "head");
	web_void(w, "meta");
	web_put_attribute(w, "charset", "utf-8");
	web_begin_plain(w, "title");
	page_say(p, key, words);
	web_put(w, " \xc2\xb7 ");
	page_say(p, "site.name", NULL);
	web_end_plain(w);
	put_meta(p, "viewport", "width=device-width, initial-scale=1");
	put_meta(p, "color-scheme", "light dark");
	put_meta(p, "referrer", "no-referrer");
	for (unsigned i = 0; i < TEXTS_LANGUAGES; i++) {
		web_void(w, "link");
		web_put_attribute(w, "rel", "alternate");
		web_put_attribute(w, "hreflang", texts_code(i));
		web_url(w, "href", path_in(p, i));
	}
	if (p->feed.len > 0) {
		web_void(w, "link");
		web_put_attribute(w, "rel", "alternate");
		web_put_attribute(w, "type", "application/atom+xml");
		web_url(w, "href", p->feed);
	}
	put_assets(p);
	web_end(w);
}

static void
put_languages(struct page *p)
{
	struct web *w = &p->web;

	web_begin_class(w, "nav", "languages");
	web_begin_value(w, "aria-label");
	page_say(p, "site.languages", NULL);
	web_end_value(w);
	web_begin(w, "ul");
	for (unsigned i = 0; i < TEXTS_LANGUAGES; i++) {
		struct wording other = { p->wording.texts, i };

		web_begin(w, "li");
		web_begin(w, "a");
		web_url(w, "href", path_in(p, i));
		web_put_attribute(w, "hreflang", texts_code(i));
		web_put_attribute(w, "lang", texts_code(i));
		if (i == p->wording.language)
			web_put_attribute(w, "aria-current", "true");
		wording_put(&other, w, "language.name", NULL);
		web_end(w);
		web_end(w);
	}
	web_end(w);
	web_end(w);
}

static void
put_top(struct page *p)
{
	struct web *w = &p->web;

	web_begin_class(w, "a", "skip");
	web_url(w, "href", BYTES("#main"));
	page_say(p, "site.skip", NULL);
	web_end(w);
	web_begin_class(w, "header", "top");
	web_begin_class(w, "a", "home");
	web_url(w, "href", page_path(p, "/"));
	page_seal(p);
	page_say_in(p, "span", NULL, "site.name", NULL);
	web_end(w);
	if (!p->has_search)
		page_search_box(p, (struct bytes){ NULL, 0 }, NULL);
	put_languages(p);
	web_end(w);
}

void
page_begin(struct page *p, const char *key, const struct word *words)
{
	struct web *w = &p->web;

	*w = web_open(&p->out);
	web_begin(w, "html");
	web_put_attribute(w, "lang", texts_code(p->wording.language));
	web_attribute(w, "dir", page_text(p, "language.dir"));
	put_head(p, key, words);
	web_begin(w, "body");
	put_top(p);
	web_begin(w, "main");
	web_put_attribute(w, "id", "main");
}

/* ---- foot ---- */

static const struct {
	const char *path;
	const char *key;
} foot_links[] = {
	{ "/how", "site.how" },
	{ "/changes", "site.changes" },
	{ "/trust", "site.trust" },
	{ "/check", "site.check" },
};

static void
put_foot(struct page *p)
{
	struct web *w = &p->web;
	const struct word words[] = {
		{ "origin", WORD_CODE, .text = p->head.origin },
		{ "time", WORD_TIME, .time = p->head.time },
		{ 0 },
	};

	web_begin(w, "footer");
	web_begin(w, "nav");
	web_begin_value(w, "aria-label");
	page_say(p, "site.more", NULL);
	web_end_value(w);
	web_begin(w, "ul");
	for (size_t i = 0; i < sizeof(foot_links) / sizeof(foot_links[0]);
	     i++) {
		web_begin(w, "li");
		page_link(p, page_path(p, "%s", foot_links[i].path),
		    foot_links[i].key);
		web_end(w);
	}
	web_begin(w, "li");
	page_link(p, BYTES("/openapi.json"), "site.api");
	web_end(w);
	web_end(w);
	web_end(w);
	if (p->has_head) {
		web_begin(w, "p");
		page_say_count(p, "site.ledger", p->head.size, words);
		web_end(w);
	}
	page_say_in(p, "p", NULL, "site.derived", NULL);
	web_end(w);
}

enum err
page_end(struct page *p)
{
	struct web *w = &p->web;

	web_end(w); /* main */
	put_foot(p);
	web_end(w); /* body */
	web_end(w); /* html */
	out_text(&p->out, "\n");
	p->call->answer->language = texts_code(p->wording.language);
	return route_give(
	    p->call, "text/html; charset=utf-8", REGISTRY_REVALIDATE, &p->out);
}
