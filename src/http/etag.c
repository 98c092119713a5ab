/* SPDX-License-Identifier: ISC */
/* SHA-256, cut; and a list of quoted strings. */
#include "http/etag.h"

#include "codec/base64.h"
#include "crypto/hash.h"

#include <stddef.h>
#include <string.h>

#define TAG_BYTES 16

enum err
etag_make(struct bytes body, char ret[ETAG_LEN])
{
	uint8_t digest[HASH_MAX_LEN];
	uint8_t text[ETAG_LEN];
	struct bytes written;
	enum err err = hash_of(HASH_SHA256, body, digest);

	if (err == ERR_OK)
		err = base64_encode(BASE64_URL,
		    (struct bytes){ digest, TAG_BYTES }, text, sizeof(text),
		    &written);
	if (err != ERR_OK)
		return err;
	ret[0] = '"';
	memcpy(ret + 1, written.ptr, written.len);
	ret[1 + written.len] = '"';
	ret[2 + written.len] = '\0';
	return ERR_OK;
}

/* Takes one tag with its quotes off the list; false when there is none. */
static bool
next_tag(struct bytes *rest, struct bytes *ret)
{
	while (rest->len > 0 &&
	    (rest->ptr[0] == ' ' || rest->ptr[0] == '\t' ||
		rest->ptr[0] == ','))
		*rest = bytes_from(*rest, 1);
	if (bytes_starts(*rest, BYTES("W/")))
		*rest = bytes_from(*rest, 2);
	if (rest->len == 0 || rest->ptr[0] != '"')
		return false;
	size_t end = bytes_find_byte(*rest, '"', 1);

	if (end == SIZE_MAX)
		return false;
	*ret = bytes_slice(*rest, 0, end + 1);
	*rest = bytes_from(*rest, end + 1);
	return true;
}

bool
etag_matches(struct bytes if_none_match, const char *etag)
{
	struct bytes rest = bytes_trim(if_none_match);
	struct bytes tag;

	if (bytes_equal_text(rest, "*"))
		return true;
	while (next_tag(&rest, &tag))
		if (bytes_equal_text(tag, etag))
			return true;
	return false;
}
