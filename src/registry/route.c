/* SPDX-License-Identifier: ISC */
/* What the functions of routes share: asking, answering, reading parts. */
#include "base/number.h"
#include "base/text.h"
#include "codec/hex.h"
#include "registry/route_private.h"
#include "statement/status_change.h"

#include <string.h>

/* ---- asking ---- */

enum err
route_ask(struct route_call *call, const struct registry_question *question,
    struct registry_reply *ret)
{
	const struct registry_source *source = &call->registry->wish.source;

	return source->ask(source->context, question, call->arena, ret);
}

/* ---- answering ---- */

void
route_give_bytes(struct route_call *call, const char *type,
    enum registry_cache cache, struct bytes body)
{
	call->answer->type = type;
	call->answer->cache = cache;
	call->answer->body = body;
}

enum err
route_give(struct route_call *call, const char *type, enum registry_cache cache,
    struct out *o)
{
	struct bytes body = arena_copy(call->arena, out_bytes(o));
	enum err err = o->failed;

	if (err == ERR_OK && body.len != o->len)
		err = ERR_MEMORY;
	out_close(o);
	if (err == ERR_OK)
		route_give_bytes(call, type, cache, body);
	return err;
}

enum err
route_redirect(struct route_call *call, unsigned status, struct bytes to)
{
	call->answer->status = status;
	call->answer->location = to;
	call->answer->cache = REGISTRY_NO_STORE;
	return ERR_OK;
}

/* ---- parts of paths and forms ---- */

bool
route_number(struct bytes part, uint64_t *ret)
{
	uint64_t number;

	if (!bytes_to_u64(part, &number) || number > LEDGER_INDEX_MAX ||
	    (part.len > 1 && part.ptr[0] == '0'))
		return false;
	*ret = number;
	return true;
}

bool
route_hex(struct bytes part, uint8_t *room, size_t len)
{
	for (size_t i = 0; i < part.len; i++)
		if (part.ptr[i] >= 'A' && part.ptr[i] <= 'F')
			return false;
	return hex_read(part, room, len);
}

/* application/x-www-form-urlencoded: '+' is a space. */
static bool
decode_field(struct bytes in, uint8_t *room, struct bytes *ret)
{
	struct bytes rest;
	size_t len = 0;

	for (size_t i = 0; i < in.len; i++) {
		uint8_t byte = in.ptr[i];

		if (byte == '%') {
			if (!hex_read(bytes_slice(in, i + 1, 2), &byte, 1))
				return false;
			i += 2;
		} else if (byte == '+') {
			byte = ' ';
		}
		if (byte == 0)
			return false;
		room[len++] = byte;
	}
	rest = (struct bytes){ room, len };
	while (rest.len > 0) {
		size_t n = text_utf8_len(rest);

		if (n == 0)
			return false;
		rest = bytes_from(rest, n);
	}
	*ret = (struct bytes){ room, len };
	return true;
}

bool
route_field(struct route_call *call, struct bytes form, const char *name,
    struct bytes *ret)
{
	struct bytes pair;

	while (bytes_next_field(&form, '&', &pair)) {
		size_t at = bytes_find_byte(pair, '=', 0);
		struct bytes value;
		uint8_t *room;

		if (!bytes_equal_text(bytes_slice(pair, 0, at), name))
			continue;
		value = at == SIZE_MAX ? (struct bytes){ NULL, 0 }
				       : bytes_from(pair, at + 1);
		room = arena_take(call->arena, value.len);
		return room != NULL && decode_field(value, room, ret);
	}
	return false;
}

/* ---- Accept ---- */

/* A range of media types with its weight. */
struct range {
	struct bytes type;
	unsigned q; /* thousandths */
};

/* The next element of a list; quoted commas do not part. */
static struct bytes
take_element(struct bytes *rest, uint8_t separator)
{
	bool quoted = false;
	size_t i = 0;
	struct bytes element;

	for (; i < rest->len; i++) {
		if (rest->ptr[i] == '"')
			quoted = !quoted;
		else if (rest->ptr[i] == separator && !quoted)
			break;
	}
	element = bytes_trim(bytes_slice(*rest, 0, i));
	*rest = bytes_from(*rest, i + 1);
	return element;
}

/* "0.85": RFC 9110 §12.4.2. */
static bool
read_q(struct bytes text, unsigned *ret)
{
	unsigned q = 0;

	if (text.len == 0 || text.len > 5 ||
	    (text.ptr[0] != '0' && text.ptr[0] != '1') ||
	    (text.len > 1 && text.ptr[1] != '.'))
		return false;
	for (size_t i = 0; i < 5; i++) {
		uint8_t digit = i < text.len ? text.ptr[i] : '0';

		if (i == 1)
			continue;
		if (digit < '0' || digit > '9')
			return false;
		q = q * 10 + (unsigned)(digit - '0');
	}
	if (q > 1000)
		return false;
	*ret = q;
	return true;
}

/* False when the range is broken: then it is passed over. */
static bool
read_range(struct bytes element, struct range *ret)
{
	struct range range = { .q = 1000 };

	range.type = take_element(&element, ';');
	while (element.len > 0) {
		struct bytes parameter = take_element(&element, ';');

		if (bytes_equal_any_case(bytes_slice(parameter, 0, 2), "q=") &&
		    !read_q(bytes_from(parameter, 2), &range.q))
			return false;
	}
	*ret = range;
	return range.type.len > 0;
}

/* Media types by form: the one that is given, and those whose names mean it. */
static const struct {
	enum registry_form form;
	const char *type;
	bool by_name; /* a range with a star does not mean it */
} types[] = {
	{ REGISTRY_HTML, "text/html", false },
	{ REGISTRY_HTML, "application/xhtml+xml", true },
	{ REGISTRY_JSON, "application/json", false },
	{ REGISTRY_JSON, "application/problem+json", true },
	{ REGISTRY_CBOR, "application/cbor", false },
	{ REGISTRY_CBOR, "application/concise-problem-details+cbor", true },
};
#define TYPES (sizeof(types) / sizeof(types[0]))

/* How closely a range means a type: 0 not at all, 3 by its name. */
static unsigned
closeness(struct bytes range, const char *type)
{
	struct bytes whole = bytes_of(type);
	size_t slash = bytes_find_byte(whole, '/', 0);

	if (bytes_equal_any_case(range, type))
		return 3;
	if (bytes_equal_text(range, "*/*"))
		return 1;
	return range.len == slash + 2 && range.ptr[slash + 1] == '*' &&
		bytes_equal(bytes_slice(range, 0, slash + 1),
		    bytes_slice(whole, 0, slash + 1))
	    ? 2
	    : 0;
}

/* Its closest range counts; q, then closeness. */
unsigned
route_wants(struct bytes accept, const char *type)
{
	unsigned closest = 0;
	unsigned worth = 0;

	while (accept.len > 0) {
		struct range range;
		unsigned close;

		if (!read_range(take_element(&accept, ','), &range))
			continue;
		close = closeness(range.type, type);
		if (close <= closest)
			continue;
		closest = close;
		worth = range.q == 0 ? 0 : range.q * 4 + close;
	}
	return worth;
}

bool
route_choose_form(struct bytes accept, unsigned forms,
    enum registry_form otherwise, enum registry_form *ret)
{
	unsigned best = 0;
	enum registry_form form = otherwise;

	accept = bytes_trim(accept);
	if (accept.len == 0) {
		*ret = otherwise;
		return true;
	}
	for (size_t i = 0; i < TYPES; i++) {
		unsigned worth;

		if ((forms & 1U << types[i].form) == 0)
			continue;
		worth = route_wants(accept, types[i].type);
		if (types[i].by_name && worth % 4 != 3)
			continue;
		if (worth > best ||
		    (worth == best && types[i].form == otherwise)) {
			best = worth;
			form = types[i].form;
		}
	}
	if (best == 0)
		return false;
	*ret = form;
	return true;
}
