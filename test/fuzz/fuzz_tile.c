/* SPDX-License-Identifier: ISC */
/* Fuzzes ledger/tile.c: a path that is read is written the same, and a bundle
   is made up of its entries. */
#include "ledger/merkle.h"
#include "ledger/tile.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_at_path(struct bytes in)
{
	struct tile tile = { .width = 999 };
	enum err err = tile_read_path(in, &tile);
	char path[TILE_PATH_MAX];

	if (err != ERR_OK) {
		if (tile.width != 999)
			abort();
		return;
	}
	tile_write_path(&tile, path);
	if (!bytes_equal_text(in, path) ||
	    (tile.width == TILE_WIDTH) !=
		(bytes_find(in, BYTES(".p"), 0) == SIZE_MAX))
		abort();
	/* The largest tree has it; the empty one has not. */
	if (tile.level < TILE_LEVEL_MAX && !tile_is_in(&tile, MERKLE_SIZE_MAX))
		abort();
	if (tile_is_in(&tile, 0))
		abort();
}

static void
look_at_bundle(struct bytes in)
{
	struct cursor c = cur_open(in, "bundle");
	struct out o = out_open(in.len + 1);
	struct bytes entry;
	enum err err;

	while ((err = tile_read_entry(&c, &entry)) == ERR_OK)
		if (tile_put_entry(&o, entry) != ERR_OK)
			abort();
	if (err == ERR_END ? !bytes_equal(out_bytes(&o), in)
			   : err != ERR_TRUNCATED || o.len >= in.len)
		abort();
	out_close(&o);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };

	look_at_path(in);
	look_at_bundle(in);
	return 0;
}
