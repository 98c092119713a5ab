/* SPDX-License-Identifier: ISC */
/* Lets the crew begin with the file system while the kernel is unpacked. */
#include "unpack/unpack_private.h"

/* Places that look like one and are none, before we give up. */
#define TRIES 4

static bool
open_at(struct unpack *u, const struct format *format, struct bytes in)
{
	struct format_info info;
	void *handle;

	if (format->probe(in, &info) != ERR_OK || info.size == 0)
		return false;
	uint64_t made = u->budget->made;

	in = bytes_slice(in, 0, info.size);
	if (format->open(in, u->budget, &handle) != ERR_OK) {
		u->budget->made = made; /* it fails again in its turn */
		return false;
	}
	u->early = (struct early){ format, in, handle };
	return true;
}

static bool
open_by_magic(struct unpack *u, const struct format *format,
    const struct magic *magic, struct bytes image)
{
	struct bytes wanted = { (const uint8_t *)magic->bytes, magic->len };
	size_t at = magic->at; /* one at the start needs nobody to hurry */

	for (int tries = 0; tries < TRIES; tries++) {
		at = bytes_find(image, wanted, at + 1);
		if (at == SIZE_MAX)
			return false;
		if (open_at(u, format, bytes_from(image, at - magic->at)))
			return true;
	}
	return false;
}

void
walk_open_early(struct unpack *u, struct bytes image)
{
	if (u->budget->crew == NULL)
		return;
	for (size_t i = 0; i < unpack_format_count; i++) {
		const struct format *format = unpack_formats[i];

		for (size_t k = 0; format->works_ahead && k < FORMAT_MAGICS;
		     k++)
			if (format->magic[k].len > 0 &&
			    open_by_magic(u, format, &format->magic[k], image))
				return;
	}
}

void *
walk_take_early(struct unpack *u, const struct format *format, struct bytes in)
{
	void *handle = u->early.handle;

	if (handle == NULL || u->early.format != format ||
	    u->early.in.ptr != in.ptr || u->early.in.len != in.len)
		return NULL;
	u->early.handle = NULL;
	return handle;
}
