/* SPDX-License-Identifier: ISC */
/* Fuzzes label/status_list.c: tokens by both rules, inflated within bounds. */
#include "label/status_list.h"
#include "promises.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROOM_LEN ((size_t)4096)

static void
inflate_list(const struct status_list *list)
{
	static const size_t caps[] = { 0, 1, 100, ROOM_LEN };
	uint8_t *work = malloc(STATUS_INFLATE_ROOM);

	if (work == NULL)
		return;
	for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++) {
		uint8_t *room = malloc(caps[i] + 1);
		struct bytes bytes = { NULL, SIZE_MAX };
		uint8_t value = 0;
		enum err err = status_list_inflate(
		    list, work, STATUS_INFLATE_ROOM, room, caps[i], &bytes);

		if (err == ERR_MEMORY)
			abort(); /* the room that is promised suffices */
		if (err != ERR_OK && bytes.len != SIZE_MAX)
			abort();
		if (err == ERR_OK &&
		    (bytes.len > caps[i] ||
			status_list_find(bytes, list->bits,
			    bytes.len * 8 / list->bits, &value)))
			abort();
		free(room);
	}
	free(work);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };

	for (int rules = CBOR_STRICT; rules <= CBOR_RELAXED; rules++) {
		struct status_token token = { .ttl = 77 };
		struct status_list list = { .bits = 77 };
		struct fault fault = { 0 };
		enum err err = status_token_read(
		    in, (enum cbor_rules)rules, &token, &fault);

		if (err != ERR_OK && (token.ttl != 77 || fault.code != err))
			abort();
		if (err == ERR_OK) {
			if (!lies_in(token.uri, in) ||
			    !lies_in(token.list.packed, in) ||
			    token.uri.len == 0 || token.issued < 0)
				abort();
			inflate_list(&token.list);
		}
		err =
		    status_list_read(in, (enum cbor_rules)rules, &list, &fault);
		if (err != ERR_OK && list.bits != 77)
			abort();
		if (err == ERR_OK)
			inflate_list(&list);
	}
	/* and as a stream of its own */
	inflate_list(&(struct status_list){ .bits = 2, .packed = in });
	return 0;
}
