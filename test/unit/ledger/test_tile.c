/* SPDX-License-Identifier: ISC */
/* Tiles: paths both ways, widths, bundles. */
#include "ledger/tile.h"

#include "ledger/merkle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
tile_reads_what_it_writes(void **state)
{
	static const struct {
		struct tile tile;
		const char *path;
	} rows[] = {
		{ { TILE_HASHES, 0, 0, 256 }, "tile/0/000" },
		{ { TILE_HASHES, 0, 0, 1 }, "tile/0/000.p/1" },
		{ { TILE_HASHES, 1, 999, 255 }, "tile/1/999.p/255" },
		{ { TILE_HASHES, 0, 1000, 256 }, "tile/0/x001/000" },
		{ { TILE_HASHES, 2, 1234067, 256 }, "tile/2/x001/x234/067" },
		{ { TILE_HASHES, 0, 1000000, 7 }, "tile/0/x001/x000/000.p/7" },
		{ { TILE_HASHES, 7, 0, 64 }, "tile/7/000.p/64" },
		{ { TILE_ENTRIES, 0, 5, 256 }, "tile/entries/005" },
		{ { TILE_ENTRIES, 0, 70000, 12 },
		    "tile/entries/x070/000.p/12" },
		{ { TILE_HASHES, 0, (MERKLE_SIZE_MAX >> 8) - 1, 256 },
		    "tile/0/x018/x014/x398/x509/x481/983" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[TILE_PATH_MAX];
		struct tile tile;

		tile_write_path(&rows[i].tile, path);
		assert_string_equal(path, rows[i].path);
		assert_int_equal(tile_read_path(bytes_of(path), &tile), ERR_OK);
		assert_int_equal(tile.kind, rows[i].tile.kind);
		assert_int_equal(tile.level, rows[i].tile.level);
		assert_int_equal(tile.index, rows[i].tile.index);
		assert_int_equal(tile.width, rows[i].tile.width);
	}
}

static void
tile_has_one_path_only(void **state)
{
	static const struct {
		const char *path;
		enum err err;
	} rows[] = {
		{ "", ERR_MALFORMED },
		{ "/tile/0/000", ERR_MALFORMED },
		{ "tile/0", ERR_MALFORMED },
		{ "tile/0/", ERR_MALFORMED },
		{ "tile/0/00", ERR_MALFORMED },
		{ "tile/0/0000", ERR_MALFORMED },
		{ "tile/0/0a0", ERR_MALFORMED },
		{ "tile/00/000", ERR_MALFORMED },
		{ "tile/-1/000", ERR_MALFORMED },
		{ "tile/data/000", ERR_MALFORMED },
		{ "tile/64/000", ERR_MALFORMED },
		{ "tile/8/000", ERR_LIMIT },
		{ "tile/63/000", ERR_LIMIT },
		{ "tile/0/x001", ERR_MALFORMED },
		{ "tile/0/x001/", ERR_MALFORMED },
		{ "tile/0/x000/001", ERR_MALFORMED },
		{ "tile/0/001/001", ERR_MALFORMED },
		{ "tile/0/x001/x001", ERR_MALFORMED },
		{ "tile/0/000.p", ERR_MALFORMED },
		{ "tile/0/000.p/", ERR_MALFORMED },
		{ "tile/0/000.p/0", ERR_MALFORMED },
		{ "tile/0/000.p/01", ERR_MALFORMED },
		{ "tile/0/000.p/256", ERR_MALFORMED },
		{ "tile/0/000.p/1/", ERR_MALFORMED },
		{ "tile/0/000.p/1000", ERR_MALFORMED },
		{ "tile/0/../000", ERR_MALFORMED },
		{ "tile/entries/0/000", ERR_MALFORMED },
		{ "tile/7/001", ERR_LIMIT },
		{ "tile/0/x018/x014/x398/x509/x481/984", ERR_LIMIT },
		{ "tile/0/x999/x999/x999/x999/x999/x999/x999/999", ERR_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tile tile = { .width = 77 };

		assert_int_equal(
		    tile_read_path(bytes_of(rows[i].path), &tile), rows[i].err);
		assert_int_equal(tile.width, 77);
	}
}

/* The example of the specification: 70 000 entries. */
static void
tile_knows_its_width_in_a_tree(void **state)
{
	struct tile tile = { TILE_HASHES, 0, 273, 112 };

	(void)state;
	assert_int_equal(tile_width(TILE_HASHES, 0, 0, 70000), 256);
	assert_int_equal(tile_width(TILE_HASHES, 0, 272, 70000), 256);
	assert_int_equal(tile_width(TILE_HASHES, 0, 273, 70000), 112);
	assert_int_equal(tile_width(TILE_HASHES, 0, 274, 70000), 0);
	assert_int_equal(tile_width(TILE_ENTRIES, 0, 273, 70000), 112);
	assert_int_equal(tile_width(TILE_HASHES, 1, 0, 70000), 256);
	assert_int_equal(tile_width(TILE_HASHES, 1, 1, 70000), 17);
	assert_int_equal(tile_width(TILE_HASHES, 2, 0, 70000), 1);
	assert_int_equal(tile_width(TILE_HASHES, 3, 0, 70000), 0);
	assert_int_equal(tile_width(TILE_HASHES, 1, 0, 256), 1);
	assert_int_equal(tile_width(TILE_HASHES, 0, 1, 256), 0);
	assert_int_equal(tile_width(TILE_HASHES, 0, 0, 0), 0);
	assert_int_equal(tile_width(TILE_HASHES, 7, 0, MERKLE_SIZE_MAX), 64);
	assert_int_equal(tile_width(TILE_HASHES, 8, 0, MERKLE_SIZE_MAX), 0);
	assert_int_equal(tile_width(TILE_HASHES, 0, 0, UINT64_MAX), 0);
	assert_true(tile_is_in(&tile, 70000));
	assert_false(tile_is_in(&tile, 69999));
	tile.width = 111;
	assert_true(tile_is_in(&tile, 70000));
	tile.width = 256;
	assert_false(tile_is_in(&tile, 70000));
	assert_true(tile_is_in(&tile, 70144));
}

static void
bundle_gives_the_entries_that_were_put(void **state)
{
	static const uint8_t large[TILE_ENTRY_MAX + 1];
	struct out o = out_open(1 << 20);
	struct bytes entry;
	struct cursor c;

	(void)state;
	assert_int_equal(tile_put_entry(&o, BYTES("first")), ERR_OK);
	assert_int_equal(tile_put_entry(&o, BYTES("")), ERR_OK);
	assert_int_equal(
	    tile_put_entry(&o, (struct bytes){ large, TILE_ENTRY_MAX }),
	    ERR_OK);
	assert_int_equal(
	    tile_put_entry(&o, (struct bytes){ large, TILE_ENTRY_MAX + 1 }),
	    ERR_LIMIT);
	assert_int_equal(o.len, 2 + 5 + 2 + 2 + TILE_ENTRY_MAX);
	assert_memory_equal(o.ptr, "\0\5first\0\0\xff\xff", 11);
	c = cur_open(out_bytes(&o), "bundle");
	assert_int_equal(tile_read_entry(&c, &entry), ERR_OK);
	assert_true(bytes_equal_text(entry, "first"));
	assert_int_equal(tile_read_entry(&c, &entry), ERR_OK);
	assert_int_equal(entry.len, 0);
	assert_int_equal(tile_read_entry(&c, &entry), ERR_OK);
	assert_int_equal(entry.len, TILE_ENTRY_MAX);
	assert_int_equal(tile_read_entry(&c, &entry), ERR_END);
	out_close(&o);
}

static void
bundle_refuses_an_entry_that_is_cut(void **state)
{
	static const uint8_t in[] = { 0, 3, 'a', 'b', 'c' };

	(void)state;
	for (size_t len = 1; len < sizeof(in); len++) {
		struct cursor c = cur_open((struct bytes){ in, len }, "bundle");
		struct bytes entry = { NULL, 99 };

		assert_int_equal(tile_read_entry(&c, &entry), ERR_TRUNCATED);
		assert_int_equal(entry.len, 99);
		assert_int_equal(tile_read_entry(&c, &entry), ERR_TRUNCATED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tile_reads_what_it_writes),
		cmocka_unit_test(tile_has_one_path_only),
		cmocka_unit_test(tile_knows_its_width_in_a_tree),
		cmocka_unit_test(bundle_gives_the_entries_that_were_put),
		cmocka_unit_test(bundle_refuses_an_entry_that_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
