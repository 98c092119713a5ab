/* SPDX-License-Identifier: ISC */
/* A target taken apart, and which route has it. */
#include "base/text.h"
#include "codec/hex.h"
#include "registry/route_private.h"

#include <string.h>

/* ---- targets ---- */

static void
put_byte(uint8_t *room, size_t *len, uint8_t byte)
{
	room[(*len)++] = byte;
}

/* Undoes the percent signs of one segment, which gets no longer by it. */
static bool
decode(struct bytes raw, uint8_t *room, size_t *len, bool *has_slash)
{
	for (size_t i = 0; i < raw.len; i++) {
		uint8_t byte = raw.ptr[i];

		if (byte == '%') {
			if (!hex_read(bytes_slice(raw, i + 1, 2), &byte, 1))
				return false;
			i += 2;
			*has_slash |= byte == '/';
		} else if (byte == ' ') {
			return false;
		}
		if (byte < ' ' || byte == 0x7f)
			return false;
		put_byte(room, len, byte);
	}
	return true;
}

static bool
is_utf8(struct bytes in)
{
	while (in.len > 0) {
		size_t len = text_utf8_len(in);

		if (len == 0)
			return false;
		in = bytes_from(in, len);
	}
	return true;
}

static bool
is_dots(struct bytes segment)
{
	return bytes_equal_text(segment, ".") ||
	    bytes_equal_text(segment, "..");
}

/* "/de/label/17" is "/label/17" in German; "/de" and "/de/" are "/". */
static void
cut_language(struct route_target *t)
{
	if (t->count == 0)
		return;
	for (unsigned i = 0; i < TEXTS_LANGUAGES; i++) {
		const char *code = texts_code(i);

		if (!bytes_equal_text(t->segment[0], code))
			continue;
		t->has_language = true;
		t->language = i;
		t->path = bytes_from(t->path, 1 + strlen(code));
		t->count--;
		memmove(t->segment, t->segment + 1,
		    t->count * sizeof(t->segment[0]));
	}
	if (t->has_language &&
	    (t->path.len == 0 || bytes_equal_text(t->path, "/"))) {
		t->path = BYTES("/");
		t->count = 0;
	}
}

enum err
route_read_target(struct bytes target, uint8_t *room, struct route_target *ret)
{
	size_t mark = bytes_find_byte(target, '?', 0);
	struct bytes rest = bytes_slice(target, 0, mark);
	struct route_target t = { 0 };
	struct bytes raw;
	size_t len = 0;

	if (target.len > REGISTRY_TARGET_MAX)
		return ERR_LIMIT;
	if (rest.len == 0 || rest.ptr[0] != '/')
		return ERR_MALFORMED;
	if (mark != SIZE_MAX)
		t.query = bytes_from(target, mark + 1);
	while (rest.len > 0) {
		size_t begin = len + 1;
		size_t end = bytes_find_byte(rest, '/', 1);

		raw =
		    bytes_slice(rest, 1, (end < rest.len ? end : rest.len) - 1);
		rest = bytes_from(rest, raw.len + 1);
		put_byte(room, &len, '/');
		if (t.count == ROUTE_SEGMENTS)
			return ERR_MALFORMED;
		if (!decode(raw, room, &len, &t.has_slash))
			return ERR_MALFORMED;
		t.segment[t.count] =
		    (struct bytes){ room + begin, len - begin };
		if (is_dots(t.segment[t.count]))
			return ERR_MALFORMED;
		t.count++;
	}
	t.path = (struct bytes){ room, len };
	if (!is_utf8(t.path))
		return ERR_MALFORMED;
	if (t.path.len == 1)
		t.count = 0;
	cut_language(&t);
	*ret = t;
	return ERR_OK;
}

/* ---- matching ---- */

/* Suffixes by enum registry_form. */
static const char *const suffixes[] = {
	[REGISTRY_HTML] = ".html",
	[REGISTRY_JSON] = ".json",
	[REGISTRY_CBOR] = ".cbor",
};
#define FORM_COUNT (sizeof(suffixes) / sizeof(suffixes[0]))

unsigned
route_forms(const struct route *route)
{
	unsigned api = 1U << REGISTRY_JSON | 1U << REGISTRY_CBOR;

	if (!route->forms)
		return 1U << route->form;
	return route->page != NULL ? api | 1U << REGISTRY_HTML : api;
}

/* Cuts ".json" and the like off the last segment. */
static void
cut_suffix(
    const struct route *route, struct bytes *segment, struct route_match *match)
{
	for (size_t i = 0; i < FORM_COUNT; i++) {
		struct bytes suffix = bytes_of(suffixes[i]);

		if ((route_forms(route) & 1U << i) == 0 ||
		    segment->len <= suffix.len || !bytes_ends(*segment, suffix))
			continue;
		segment->len -= suffix.len;
		match->has_form = true;
		match->form = (enum registry_form)i;
		return;
	}
}

/* One segment of a pattern against one of the target. */
static bool
fits(struct bytes pattern, struct bytes segment, size_t *parts,
    struct route_match *match)
{
	if (segment.len == 0)
		return false;
	if (pattern.ptr[0] != '{')
		return bytes_equal(pattern, segment);
	match->part[(*parts)++] = segment;
	return true;
}

static bool
match_path(const struct route *route, const struct route_target *t,
    struct route_match *match)
{
	struct bytes rest = bytes_of(route->pattern + 1);
	struct bytes pattern;
	size_t parts = 0;
	size_t at = 0;

	if (rest.len == 0)
		return t->count == 0;
	while (bytes_next_field(&rest, '/', &pattern)) {
		struct bytes segment;

		if (at == t->count)
			return false;
		segment = t->segment[at++];
		if (bytes_ends(pattern, BYTES("...}"))) {
			if (t->has_slash)
				return false;
			segment.len =
			    (size_t)(t->path.ptr + t->path.len - segment.ptr);
			at = t->count;
		}
		if (at == t->count && route->forms)
			cut_suffix(route, &segment, match);
		if (!fits(pattern, segment, &parts, match))
			return false;
	}
	return at == t->count;
}

void
route_find(const struct route_target *target, enum registry_method method,
    struct route_match *ret)
{
	struct route_match found = { 0 };

	for (size_t i = 0; i < route_count; i++) {
		struct route_match match = { .route = &routes[i] };

		/* Only pages speak languages. */
		if ((target->has_language && routes[i].is_api) ||
		    !match_path(&routes[i], target, &match))
			continue;
		match.methods = found.methods | 1U << routes[i].method;
		if (found.route == NULL && routes[i].method == method)
			found = match;
		found.methods = match.methods;
	}
	*ret = found;
}
