/* SPDX-License-Identifier: ISC */
/* The two carriers of a compact label. */
#include "label/compact_text.h"

#include "codec/base_n.h"
#include "label/compact.h"

#include <string.h>

#define URL_SCHEME BYTES("HTTPS://")
#define URL_PATH BYTES("/V#")
#define PLAIN BYTES("HM1:")

static enum err
fail_at(enum err err, size_t at, const char *field, struct fault *ret_fault)
{
	*ret_fault = (struct fault){
		.code = err, .at = at, .format = "label text", .field = field
	};
	return err;
}

/* The letters, digits and marks of a host and its port; no user, no path. */
static bool
is_host(struct bytes host)
{
	if (host.len == 0 || host.len > COMPACT_HOST_MAX_LEN)
		return false;
	for (size_t i = 0; i < host.len; i++) {
		uint8_t c = bytes_lower(host.ptr[i]);
		bool known = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '-' || c == '.' || c == ':';

		if (!known)
			return false;
	}
	return true;
}

static bool
starts_any_case(struct bytes in, const char *prefix)
{
	return bytes_equal_any_case(bytes_slice(in, 0, strlen(prefix)), prefix);
}

static enum err
decode(enum base_n base, struct bytes in, size_t at, uint8_t *room,
    struct bytes *ret, struct fault *ret_fault)
{
	size_t wrong_at = 0;
	enum err err =
	    base_n_decode(base, in, room, COMPACT_MAX_LEN, ret, &wrong_at);

	if (err != ERR_OK)
		return fail_at(err, at + wrong_at,
		    base == BASE_41 ? "base41" : "base45", ret_fault);
	return ERR_OK;
}

static enum err
from_url(struct bytes text, uint8_t *room, struct bytes *ret,
    struct fault *ret_fault)
{
	size_t host_at = URL_SCHEME.len;
	size_t path_at = bytes_find(text, URL_PATH, host_at);

	if (path_at == SIZE_MAX)
		return fail_at(ERR_UNSUPPORTED, host_at, "path", ret_fault);
	if (!is_host(bytes_slice(text, host_at, path_at - host_at)))
		return fail_at(ERR_MALFORMED, host_at, "host", ret_fault);
	size_t at = path_at + URL_PATH.len;

	return decode(BASE_41, bytes_from(text, at), at, room, ret, ret_fault);
}

/* What a file or a scanner adds: never a space, which base45 has. */
static struct bytes
without_line_ends(struct bytes in)
{
	while (in.len > 0 &&
	    (in.ptr[in.len - 1] == '\n' || in.ptr[in.len - 1] == '\r'))
		in.len--;
	return in;
}

enum err
compact_from_text(struct bytes text, uint8_t *room, struct bytes *ret,
    struct fault *ret_fault)
{
	struct bytes plain = without_line_ends(text);

	if (text.len > COMPACT_TEXT_MAX_LEN)
		return fail_at(ERR_LIMIT, 0, "length", ret_fault);
	if (bytes_starts(plain, PLAIN))
		return decode(BASE_45, bytes_from(plain, PLAIN.len), PLAIN.len,
		    room, ret, ret_fault);
	text = bytes_trim(text);
	if (starts_any_case(text, "https://"))
		return from_url(text, room, ret, ret_fault);
	return fail_at(ERR_UNSUPPORTED, 0, "carrier", ret_fault);
}

/* Puts the start in capitals and the digits behind it. */
static enum err
write_text(const struct bytes *part, size_t count, enum base_n base,
    struct bytes compact, uint8_t *room, struct bytes *ret)
{
	size_t len = 0;
	struct bytes digits = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (part[i].len > COMPACT_TEXT_MAX_LEN - len)
			return ERR_LIMIT;
		for (size_t j = 0; j < part[i].len; j++) {
			uint8_t c = part[i].ptr[j];
			bool small = c >= 'a' && c <= 'z';

			room[len] = (uint8_t)(small ? c - 'a' + 'A' : c);
			len++;
		}
	}
	enum err err = base_n_encode(
	    base, compact, room + len, COMPACT_TEXT_MAX_LEN - len, &digits);

	if (err == ERR_OK)
		*ret = (struct bytes){ room, len + digits.len };
	return err;
}

enum err
compact_to_url(
    struct bytes compact, struct bytes host, uint8_t *room, struct bytes *ret)
{
	const struct bytes part[] = { URL_SCHEME, host, URL_PATH };

	if (!is_host(host))
		return ERR_MALFORMED;
	return write_text(part, 3, BASE_41, compact, room, ret);
}

enum err
compact_to_text(struct bytes compact, uint8_t *room, struct bytes *ret)
{
	const struct bytes part[] = { PLAIN };

	return write_text(part, 1, BASE_45, compact, room, ret);
}
