/* SPDX-License-Identifier: ISC */
/* Writes the tiles that grew since the last time, then the checkpoint. */
#include "ledger/publish.h"

#include "base/cursor.h"
#include "ledger/static.h"
#include "ledger/tile.h"

struct publisher {
	const struct crypto_hooks *hooks;
	const struct publish_source *source;
	const struct publish_step *step;
	const struct publish_files *files;
	struct publish_count count;
};

static enum err
write_tile(struct publisher *p, const struct tile *tile, const struct out *o)
{
	char path[TILE_PATH_MAX];

	if (o->failed != ERR_OK)
		return o->failed;
	tile_write_path(tile, path);
	enum err err = p->files->write(p->files->context, path, out_bytes(o));

	if (err == ERR_OK) {
		p->count.files++;
		p->count.bytes += o->len;
	}
	return err;
}

/* The hashes of a tile are subtrees 8 binary levels above those below it. */
static enum err
write_hashes(struct publisher *p, const struct tile *tile)
{
	struct out o = out_open(TILE_LEN);
	unsigned level = tile->level * TILE_HEIGHT;
	enum err err = ERR_OK;

	for (unsigned i = 0; i < tile->width && err == ERR_OK; i++) {
		struct merkle_hash hash;

		err = p->source->nodes->read(p->source->nodes->context, level,
		    tile->index * TILE_WIDTH + i, &hash);
		if (err == ERR_OK)
			out_put(
			    &o, (struct bytes){ hash.byte, sizeof(hash.byte) });
	}
	if (err == ERR_OK)
		err = write_tile(p, tile, &o);
	out_close(&o);
	return err;
}

/* Appends one entry to a bundle, if it is what the tree says it is. */
static enum err
put_entry(struct publisher *p, uint64_t index, struct out *bundle)
{
	struct out entry = out_open(TILE_ENTRY_MAX);
	struct merkle_hash want;
	enum err err = p->source->put_entry(p->source->context, index, &entry);

	if (err == ERR_OK)
		err = entry.failed;
	if (err == ERR_OK)
		err = p->source->nodes->read(
		    p->source->nodes->context, 0, index, &want);
	if (err == ERR_OK) {
		struct merkle_hash leaf =
		    merkle_leaf(p->hooks, out_bytes(&entry));

		err = merkle_equal(&leaf, &want)
		    ? tile_put_entry(bundle, out_bytes(&entry))
		    : ERR_CHECKSUM;
	}
	out_close(&entry);
	return err;
}

static enum err
write_entries(struct publisher *p, const struct tile *tile)
{
	struct out o = out_open(STATIC_BUNDLE_LEN);
	enum err err = ERR_OK;

	for (unsigned i = 0; i < tile->width && err == ERR_OK; i++)
		err = put_entry(p, tile->index * TILE_WIDTH + i, &o);
	if (err == ERR_OK)
		err = write_tile(p, tile, &o);
	out_close(&o);
	return err;
}

/* Every tile of one kind and level that is wider than it was. */
static enum err
write_level(struct publisher *p, enum tile_kind kind, unsigned level)
{
	/* Hashes of this level before: tiles left of that are full already. */
	uint64_t before = p->step->from >> (level * TILE_HEIGHT);
	enum err err = ERR_OK;

	for (uint64_t i = before / TILE_WIDTH; err == ERR_OK; i++) {
		struct tile tile = {
			.kind = kind,
			.level = level,
			.index = i,
			.width = tile_width(kind, level, i, p->step->to.size),
		};

		if (tile.width == 0)
			return ERR_OK;
		if (tile.width == tile_width(kind, level, i, p->step->from))
			continue;
		err = kind == TILE_ENTRIES ? write_entries(p, &tile)
					   : write_hashes(p, &tile);
	}
	return err;
}

static enum err
check_root(const struct publisher *p)
{
	struct merkle_hash root;
	enum err err = merkle_hash_of(
	    p->hooks, p->source->nodes, 0, p->step->to.size, &root);

	if (err == ERR_OK && !merkle_equal(&root, &p->step->to.root))
		err = ERR_CHECKSUM;
	return err;
}

enum err
publish(const struct crypto_hooks *hooks, const struct publish_source *source,
    const struct publish_step *step, const struct publish_files *files,
    struct publish_count *ret)
{
	struct publisher p = {
		.hooks = hooks,
		.source = source,
		.step = step,
		.files = files,
	};

	if (step->from > step->to.size)
		return ERR_MALFORMED;
	enum err err = check_root(&p);

	if (err == ERR_OK)
		err = write_level(&p, TILE_ENTRIES, 0);
	for (unsigned level = 0; level <= TILE_LEVEL_MAX && err == ERR_OK;
	     level++)
		err = write_level(&p, TILE_HASHES, level);
	if (err == ERR_OK)
		err = files->write(
		    files->context, PUBLISH_CHECKPOINT, step->checkpoint);
	if (err != ERR_OK)
		return err;
	p.count.files++;
	p.count.bytes += step->checkpoint.len;
	*ret = p.count;
	return ERR_OK;
}
