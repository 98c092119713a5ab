/* SPDX-License-Identifier: ISC */
/* Whatever the fast LZMA decoder takes, liblzma gives the same for. */
#include "codec/lzma_once.h"

#include "base/limits.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#define CAP (256 * KIB)
#define ALONE_HEADER_LEN ((size_t)13)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* liblzma without containers, and a dictionary that holds all. */
static void
compare(lzma_filter *filters, struct bytes in, const uint8_t *made, size_t len)
{
	uint8_t *other = malloc(CAP);
	size_t from = 0;
	size_t to = 0;

	if (other == NULL)
		return;
	/* LZMA1 without an end mark is an error at the end; all is there. */
	(void)lzma_raw_buffer_decode(
	    filters, NULL, in.ptr, &from, in.len, other, &to, len);
	if (memcmp(made, other, len) != 0)
		abort();
	free(other);
}

static void
try_alone(struct once_decoder *d, struct bytes in, uint8_t *room)
{
	size_t len = CAP + 1;

	if (!once_decode_alone(d, in, room, CAP, &len)) {
		if (len != CAP + 1)
			abort(); /* *ret_len touched */
		return;
	}
	lzma_options_lzma options = {
		.dict_size = CAP + 4096,
		.lc = in.ptr[0] % 9,
		.lp = in.ptr[0] / 9 % 5,
		.pb = in.ptr[0] / 45,
	};
	lzma_filter filters[] = {
		{ .id = LZMA_FILTER_LZMA1, .options = &options },
		{ .id = LZMA_VLI_UNKNOWN },
	};

	if (len == 0 || len > CAP)
		abort();
	compare(filters, bytes_from(in, ALONE_HEADER_LEN), room, len);
}

static void
try_xz(struct once_decoder *d, struct bytes in, uint8_t *room)
{
	lzma_options_lzma options = { .dict_size = CAP + 4096 };
	lzma_filter filters[] = {
		{ .id = LZMA_FILTER_LZMA2, .options = &options },
		{ .id = LZMA_VLI_UNKNOWN },
	};
	size_t len = CAP + 1;

	if (!once_decode_xz(d, in, room, CAP, &len))
		return;
	if (len > CAP)
		abort();
	struct bytes block = bytes_from(in, LZMA_STREAM_HEADER_SIZE);

	block = bytes_from(block, lzma_block_header_size_decode(block.ptr[0]));
	compare(filters, block, room, len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct once_decoder *d = malloc(sizeof(*d));
	uint8_t *room = malloc(CAP);
	struct bytes in = { data, size };

	if (d != NULL && room != NULL) {
		try_alone(d, in, room);
		try_xz(d, in, room);
	}
	free(d);
	free(room);
	return 0;
}
