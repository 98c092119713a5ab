/* SPDX-License-Identifier: ISC */
/* Tiles and bundles out of files, one of each level remembered. */
#include "ledger/static.h"

#include <string.h>

void
static_open(struct static_log *ret, const struct crypto_hooks *hooks,
    const struct static_files *files, uint64_t size)
{
	memset(ret, 0, sizeof(*ret));
	ret->hooks = hooks;
	ret->files = files;
	ret->size = size;
	ret->bundle = out_open(STATIC_BUNDLE_LEN);
}

void
static_close(struct static_log *log)
{
	out_close(&log->bundle);
	log->bundle_width = 0;
}

/* The partial tile, or the full one that took its place (tlog-tiles: partial
   ones may go away then). */
static enum err
read_file(struct static_log *log, struct tile tile, struct out *to)
{
	char path[TILE_PATH_MAX];

	tile_write_path(&tile, path);
	enum err err = log->files->read(log->files->context, path, to);

	if (err != ERR_END || tile.width == TILE_WIDTH)
		return err;
	tile.width = TILE_WIDTH;
	tile_write_path(&tile, path);
	return log->files->read(log->files->context, path, to);
}

enum err
static_read_tile(struct static_log *log, unsigned level, uint64_t index,
    const struct static_tile **ret)
{
	struct tile want = {
		.kind = TILE_HASHES,
		.level = level,
		.index = index,
		.width = tile_width(TILE_HASHES, level, index, log->size),
	};

	if (want.width == 0)
		return ERR_LIMIT;
	struct static_tile *tile = &log->tile[level];

	if (tile->width != 0 && tile->index == index) {
		*ret = tile;
		return ERR_OK;
	}
	struct out o = out_open(TILE_LEN);
	size_t len = (size_t)want.width * SHA256_LEN;
	enum err err = read_file(log, want, &o);

	if (err == ERR_OK && o.len != len && o.len != TILE_LEN)
		err = o.len < len ? ERR_TRUNCATED : ERR_LIMIT;
	if (err == ERR_OK) {
		for (size_t i = 0; i < want.width; i++)
			memcpy(tile->hash[i].byte, o.ptr + i * SHA256_LEN,
			    SHA256_LEN);
		tile->index = index;
		tile->width = want.width;
		*ret = tile;
	}
	out_close(&o);
	return err;
}

/* Where the first `width` entries of a bundle end. */
static enum err
measure(struct bytes bundle, unsigned width, size_t *ret)
{
	struct cursor c = cur_open(bundle, "entry bundle");
	struct bytes entry;

	for (unsigned i = 0; i < width; i++) {
		enum err err = tile_read_entry(&c, &entry);

		if (err != ERR_OK)
			return err == ERR_END ? ERR_TRUNCATED : err;
	}
	*ret = c.pos;
	return ERR_OK;
}

enum err
static_read_bundle(struct static_log *log, uint64_t index, struct bytes *ret)
{
	struct tile want = {
		.kind = TILE_ENTRIES,
		.index = index,
		.width = tile_width(TILE_ENTRIES, 0, index, log->size),
	};
	size_t end = 0;

	if (want.width == 0)
		return ERR_LIMIT;
	if (log->bundle_width == 0 || log->bundle_index != index) {
		out_close(&log->bundle);
		log->bundle = out_open(STATIC_BUNDLE_LEN);
		log->bundle_width = 0;
		enum err err = read_file(log, want, &log->bundle);

		if (err == ERR_OK)
			err =
			    measure(out_bytes(&log->bundle), want.width, &end);
		if (err != ERR_OK)
			return err;
		log->bundle.len = end;
		log->bundle_index = index;
		log->bundle_width = want.width;
	}
	*ret = out_bytes(&log->bundle);
	return ERR_OK;
}

enum err
static_put_entry(struct static_log *log, uint64_t index, struct out *o)
{
	struct bytes bundle;
	struct bytes entry = { 0 };

	if (index >= log->size)
		return ERR_LIMIT;
	enum err err = static_read_bundle(log, index / TILE_WIDTH, &bundle);

	if (err != ERR_OK)
		return err;
	struct cursor c = cur_open(bundle, "entry bundle");

	for (uint64_t i = 0; i <= index % TILE_WIDTH && err == ERR_OK; i++)
		err = tile_read_entry(&c, &entry);
	if (err == ERR_OK) {
		out_put(o, entry);
		err = o->failed;
	}
	return err;
}

/* A node between two levels of tiles is hashed from those of the lower one. */
static enum err
read_node(
    void *context, unsigned level, uint64_t index, struct merkle_hash *ret)
{
	struct static_log *log = context;
	unsigned height = level % TILE_HEIGHT;
	uint64_t first = index << height;
	const struct static_tile *tile;
	struct merkle_hash hash[TILE_WIDTH / 2]; /* height is below 8 */
	unsigned count = 1U << height;
	enum err err = static_read_tile(
	    log, level / TILE_HEIGHT, first / TILE_WIDTH, &tile);

	if (err != ERR_OK)
		return err;
	first %= TILE_WIDTH;
	if (first + count > tile->width)
		return ERR_LIMIT;
	memcpy(hash, tile->hash + first, count * sizeof(hash[0]));
	for (; count > 1; count /= 2)
		for (size_t i = 0; i < count / 2; i++)
			hash[i] = merkle_node(
			    log->hooks, &hash[2 * i], &hash[2 * i + 1]);
	*ret = hash[0];
	return ERR_OK;
}

struct merkle_nodes
static_nodes(struct static_log *log)
{
	return (struct merkle_nodes){ read_node, log };
}
