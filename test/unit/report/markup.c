/* SPDX-License-Identifier: ISC */
/* The markup reader: stricter than a browser, and it knows no scripts. */
#include "markup.h"

#include <string.h>

#define DEPTH_MAX 64

struct reader {
	struct bytes in;
	size_t pos;
	struct bytes open[DEPTH_MAX];
	size_t depth;
	unsigned heading;
	struct markup_counts counts;
};

static const char *const void_elements[] = { "meta", "br", "link", "img", "hr",
	"input" };

static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;",
	"&#39;", "&nbsp;" };

static bool
is_void(struct bytes name)
{
	for (size_t i = 0; i < sizeof(void_elements) / sizeof(char *); i++)
		if (bytes_equal_text(name, void_elements[i]))
			return true;
	return false;
}

static bool
is_name(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	    (byte >= '0' && byte <= '9') || byte == '-';
}

static uint8_t
look(const struct reader *r)
{
	return r->pos < r->in.len ? r->in.ptr[r->pos] : 0;
}

static struct bytes
take_name(struct reader *r)
{
	size_t from = r->pos;

	while (r->pos < r->in.len && is_name(r->in.ptr[r->pos]))
		r->pos++;
	return bytes_slice(r->in, from, r->pos - from);
}

static bool
take_entity(struct reader *r)
{
	struct bytes rest = bytes_from(r->in, r->pos);

	for (size_t i = 0; i < sizeof(entities) / sizeof(char *); i++)
		if (bytes_starts(rest, bytes_of(entities[i]))) {
			r->pos += strlen(entities[i]);
			return true;
		}
	return false;
}

/* ` name="value"` */
static const char *
take_attribute(struct reader *r)
{
	struct bytes name = take_name(r);

	if (name.len == 0)
		return "attribute without a name";
	if (bytes_starts(name, BYTES("on")))
		r->counts.scripts++;
	if (look(r) != '=')
		return NULL; /* <details open> */
	r->pos++;
	if (look(r) != '"')
		return "attribute without quotes";
	r->pos++;
	size_t from = r->pos;

	while (look(r) != '"') {
		if (r->pos >= r->in.len || look(r) == '<')
			return "attribute without an end";
		if (look(r) != '&')
			r->pos++;
		else if (!take_entity(r))
			return "bare & in an attribute";
	}
	struct bytes value = bytes_slice(r->in, from, r->pos - from);

	r->pos++;
	if ((bytes_equal_text(name, "href") || bytes_equal_text(name, "src")) &&
	    !bytes_starts(value, BYTES("#")))
		r->counts.references++;
	return NULL;
}

static void
note_element(struct reader *r, struct bytes name)
{
	r->counts.elements++;
	if (bytes_equal_text(name, "script"))
		r->counts.scripts++;
	if (name.len != 2 || name.ptr[0] != 'h' || name.ptr[1] < '1' ||
	    name.ptr[1] > '6')
		return;
	unsigned level = name.ptr[1] - (unsigned)'0';

	r->counts.h1 += level == 1;
	r->counts.broken_order += level > r->heading + 1;
	r->heading = level;
}

static const char *
take_end(struct reader *r)
{
	struct bytes name = take_name(r);

	if (look(r) != '>')
		return "end tag without an end";
	r->pos++;
	if (r->depth == 0 || !bytes_equal(r->open[r->depth - 1], name))
		return "end tag that closes nothing";
	r->depth--;
	return NULL;
}

static const char *
take_tag(struct reader *r)
{
	r->pos++; /* < */
	if (look(r) == '/') {
		r->pos++;
		return take_end(r);
	}
	struct bytes name = take_name(r);

	if (name.len == 0)
		return "bare <";
	note_element(r, name);
	while (look(r) == ' ') {
		r->pos++;
		const char *wrong = take_attribute(r);

		if (wrong != NULL)
			return wrong;
	}
	bool closed = look(r) == '/';

	r->pos += closed;
	if (look(r) != '>')
		return "tag without an end";
	r->pos++;
	if (closed || is_void(name))
		return NULL;
	if (r->depth == DEPTH_MAX)
		return "nested too deeply";
	r->open[r->depth++] = name;
	return NULL;
}

static bool
in_style(const struct reader *r)
{
	return r->depth > 0 && bytes_equal_text(r->open[r->depth - 1], "style");
}

const char *
markup_check(struct bytes page, struct markup_counts *ret)
{
	static const struct bytes doctype = {
		(const uint8_t *)"<!DOCTYPE html>", 15
	};
	struct reader r = { .in = page };

	if (!bytes_starts(page, doctype))
		return "no doctype";
	r.pos = doctype.len;
	while (r.pos < page.len) {
		const char *wrong = NULL;

		if (look(&r) == '<')
			wrong = take_tag(&r);
		else if (look(&r) == '&' && !take_entity(&r))
			wrong = "bare &";
		else if (look(&r) == '>' && !in_style(&r))
			wrong = "bare >";
		else if (look(&r) != '&' && look(&r) != '<')
			r.pos++;
		if (wrong != NULL)
			return wrong;
	}
	if (r.depth > 0)
		return "an element is left open";
	*ret = r.counts;
	return NULL;
}
