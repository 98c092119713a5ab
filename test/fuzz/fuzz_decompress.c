/* SPDX-License-Identifier: ISC */
/* Every decoder, picked by the first byte, against its header's promises. */
#include "codec/decompress.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT ((size_t)256 << 10)
#define STREAMS (CODEC_LZOP + 1)
#define BLOCKS (BLOCK_RTIME + 1)
#define UNTOUCHED ((size_t)-7)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
	enum err err;
	size_t used;
	struct out to;
};

static struct run
run_stream(enum codec codec, struct bytes in, size_t limit)
{
	struct run r = { .used = UNTOUCHED, .to = out_open(limit) };

	r.err = decompress_stream(codec, in, &r.to, &r.used);
	if (r.used > in.len || r.to.len > limit)
		abort();
	if (r.err == ERR_END || r.err == ERR_SYSTEM || r.err == ERR_ENCRYPTED)
		abort();
	return r;
}

/*
 * A smaller limit gives the same, cut short; of broken data it may even save
 * more, where a library drops the step that fails.
 */
static void
check_cut(const struct run *whole, const struct run *part)
{
	size_t both =
	    part->to.len < whole->to.len ? part->to.len : whole->to.len;

	if (both > 0 && memcmp(part->to.ptr, whole->to.ptr, both) != 0)
		abort();
	if (whole->err != ERR_OK)
		return;
	if (both != part->to.len)
		abort();
	if (whole->to.len > part->to.limit
		? part->err != ERR_LIMIT
		: part->err != ERR_OK || part->used != whole->used)
		abort();
}

static void
check_stream(enum codec codec, struct bytes in)
{
	struct run whole = run_stream(codec, in, LIMIT);
	struct run part = run_stream(codec, in, LIMIT / 16);

	check_cut(&whole, &part);
	if (whole.err == ERR_OK) { /* it needs nothing behind it */
		in.len = whole.used;
		struct run again = run_stream(codec, in, LIMIT);

		/* LZMA's bad last state may need a byte more to show */
		if ((again.err != ERR_OK && codec != CODEC_LZMA) ||
		    again.to.len != whole.to.len)
			abort();
		out_close(&again.to);
	}
	out_close(&whole.to);
	out_close(&part.to);
}

static void
check_block(enum block_codec codec, struct bytes in, size_t cap)
{
	struct block_decoder *d;
	uint8_t *to = malloc(cap + 1); /* exact: sanitizers see */
	size_t len = UNTOUCHED;
	size_t again = UNTOUCHED;

	if (to == NULL || block_decoder_open(codec, &d) != ERR_OK)
		abort();
	enum err err = block_decode(d, in, to, cap, &len);

	if (err == ERR_OK ? len > cap : len != UNTOUCHED)
		abort();
	/* nothing stays in the decoder from one block to the next */
	if (block_decode(d, in, to, cap, &again) != err || again != len)
		abort();
	block_decoder_close(d);
	free(to);
}

static void
check_raw(struct bytes in, size_t cap)
{
	struct lzma_props props = { 3, 0, 2, 65536 };
	uint8_t *to = malloc(cap + 1);
	size_t len = UNTOUCHED;

	if (to == NULL)
		abort();
	if (in.len > 0) {
		props.lc = in.ptr[0] % 10;
		props.lp = in.ptr[0] / 10 % 6;
		props.pb = in.ptr[0] / 60;
	}
	enum err err = block_decode_lzma_raw(&props, in, to, cap, &len);

	if (err == ERR_OK ? len > cap : len != UNTOUCHED)
		abort();
	free(to);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t caps[] = { 0, 1, 100, 4096, 65536 };

	if (size == 0)
		return 0;
	unsigned pick = data[0] % (STREAMS + BLOCKS + 1);
	struct bytes in = { data + 1, size - 1 };

	if (pick < STREAMS) {
		check_stream((enum codec)pick, in);
		return 0;
	}
	for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++) {
		if (pick < STREAMS + BLOCKS)
			check_block(
			    (enum block_codec)(pick - STREAMS), in, caps[i]);
		else
			check_raw(in, caps[i]);
	}
	return 0;
}
