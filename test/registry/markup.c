/* SPDX-License-Identifier: ISC */
/* A tokenizer that knows less than a browser, and refuses what it does not. */
#include "markup.h"

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define DEPTH 64

struct reading {
	struct bytes in;
	size_t at;
	enum markup_kind kind;
	struct bytes open[DEPTH];
	size_t depth;
	const char *wrong;
};

static bool
is_in(struct bytes word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (bytes_equal_text(word, *list))
			return true;
	return false;
}

static uint8_t
peek(const struct reading *r)
{
	return r->at < r->in.len ? r->in.ptr[r->at] : 0;
}

static bool
starts(const struct reading *r, const char *text)
{
	return bytes_starts(bytes_from(r->in, r->at), bytes_of(text));
}

static void
fail(struct reading *r, const char *what)
{
	if (r->wrong == NULL)
		r->wrong = what;
}

/* Letters, digits, and of XML ':' and '-'; elements of HTML have none. */
static struct bytes
read_name(struct reading *r, bool is_attribute)
{
	size_t from = r->at;

	for (uint8_t byte = peek(r); byte != 0; byte = peek(r)) {
		uint8_t low = bytes_lower(byte);
		bool plain = (low >= 'a' && low <= 'z') ||
		    (r->at > from && byte >= '0' && byte <= '9');
		bool other = r->at > from && (byte == '-' || byte == ':') &&
		    (is_attribute || r->kind == MARKUP_XML);

		if (!plain && !other)
			break;
		r->at++;
	}
	if (r->at == from)
		fail(r, "a name");
	return bytes_slice(r->in, from, r->at - from);
}

static void
read_entity(struct reading *r)
{
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;",
		"&quot;", "&#39;", NULL };

	for (size_t i = 0; entities[i] != NULL; i++)
		if (starts(r, entities[i])) {
			r->at += strlen(entities[i]);
			return;
		}
	fail(r, "an & that begins no entity");
	r->at++;
}

/* ---- attributes ---- */

static bool
is_link(struct bytes name)
{
	static const char *const names[] = { "href", "src", "action",
		"formaction", "poster", "cite", "data", "xlink:href", "uri",
		NULL };

	return is_in(name, names);
}

static void
check_link(struct reading *r, struct bytes element, struct bytes value)
{
	bool is_path = value.len > 0 &&
	    (value.ptr[0] == '/' || value.ptr[0] == '#' ||
		value.ptr[0] == '?') &&
	    !bytes_starts(value, BYTES("//")) &&
	    !bytes_starts(value, BYTES("/\\"));
	bool is_web = bytes_starts(value, BYTES("https://")) ||
	    bytes_starts(value, BYTES("http://"));
	bool is_picture = bytes_equal_text(element, "img") &&
	    bytes_starts(value, BYTES("data:image/"));
	bool is_script = bytes_equal_text(element, "script");

	if (!is_path && !is_web && !is_picture)
		fail(r, "a link that leads elsewhere");
	if (is_script && !bytes_starts(value, BYTES("/assets/")))
		fail(r, "a script that is not ours");
}

static void
check_attribute(struct reading *r, struct bytes element, struct bytes name,
    struct bytes value)
{
	if (name.len > 2 && bytes_lower(name.ptr[0]) == 'o' &&
	    bytes_lower(name.ptr[1]) == 'n')
		fail(r, "an attribute that runs script");
	if (r->kind == MARKUP_HTML &&
	    (bytes_equal_text(name, "style") ||
		bytes_equal_text(name, "srcdoc")))
		fail(r, "an attribute that we do not use");
	if (is_link(name))
		check_link(r, element, value);
}

static void
read_attribute(struct reading *r, struct bytes element)
{
	struct bytes name = read_name(r, true);

	if (peek(r) != '=') { /* <input required> */
		if (r->kind == MARKUP_XML)
			fail(r, "an attribute without a value");
		return;
	}
	r->at++;
	if (peek(r) != '"') {
		fail(r, "a value without quotes");
		return;
	}
	size_t from = ++r->at;

	while (r->at < r->in.len && peek(r) != '"' && r->wrong == NULL) {
		if (peek(r) == '<')
			fail(r, "a < in a value");
		else if (peek(r) == '&')
			read_entity(r);
		else
			r->at++;
	}
	check_attribute(
	    r, element, name, bytes_slice(r->in, from, r->at - from));
	if (peek(r) != '"')
		fail(r, "a value without its end");
	r->at++;
}

/* ---- elements ---- */

static bool
is_void(const struct reading *r, struct bytes name)
{
	static const char *const names[] = { "meta", "link", "input", "br",
		"hr", "img", "col", "wbr", NULL };

	return r->kind == MARKUP_HTML && is_in(name, names);
}

static void
check_element(struct reading *r, struct bytes name)
{
	static const char *const never[] = { "iframe", "object", "embed",
		"base", "frame", "frameset", "applet", "foreignObject", "style",
		"math", "set", "animate", NULL };

	if (r->kind == MARKUP_HTML && is_in(name, never))
		fail(r, "an element that we do not use");
	if (r->kind == MARKUP_XML && bytes_equal_text(name, "script"))
		fail(r, "a script in a picture or feed");
}

static void
read_end(struct reading *r)
{
	r->at += 2;
	struct bytes name = read_name(r, false);

	if (peek(r) != '>' || r->depth == 0 ||
	    !bytes_equal(r->open[r->depth - 1], name)) {
		fail(r, "an end of what was not begun");
		return;
	}
	r->at++;
	r->depth--;
}

static void
read_begin(struct reading *r)
{
	bool closed = false;

	r->at++;
	struct bytes name = read_name(r, false);

	check_element(r, name);
	while (r->wrong == NULL &&
	    (peek(r) == ' ' || peek(r) == '\n' || peek(r) == '\t')) {
		r->at++;
		if (peek(r) != '/' && peek(r) != '>')
			read_attribute(r, name);
	}
	if (peek(r) == '/') {
		closed = true;
		r->at++;
	}
	if (peek(r) != '>')
		fail(r, "an element without its end");
	r->at++;
	if (closed || is_void(r, name))
		return;
	if (r->depth == DEPTH)
		fail(r, "elements too deep");
	else
		r->open[r->depth++] = name;
}

static void
read_text(struct reading *r)
{
	size_t len = text_utf8_len(bytes_from(r->in, r->at));
	uint8_t byte = peek(r);

	if (byte == '&') {
		read_entity(r);
		return;
	}
	if (len == 0 || (byte < ' ' && byte != '\n' && byte != '\t'))
		fail(r, "a byte that is no text");
	r->at += len > 0 ? len : 1;
}

const char *
markup_check(struct bytes in, enum markup_kind kind)
{
	struct reading r = { .in = in, .kind = kind };
	const char *begin = kind == MARKUP_HTML ? "<!DOCTYPE html>" : "<?xml ";

	if (starts(&r, begin)) {
		size_t end = bytes_find_byte(in, '>', 0);

		r.at = end == SIZE_MAX ? in.len : end + 1;
	} else if (kind == MARKUP_HTML) {
		fail(&r, "no doctype");
	}
	while (r.at < r.in.len && r.wrong == NULL) {
		if (starts(&r, "</"))
			read_end(&r);
		else if (peek(&r) == '<')
			read_begin(&r);
		else
			read_text(&r);
	}
	if (r.depth > 0)
		fail(&r, "elements without their ends");
	return r.wrong;
}
