/* SPDX-License-Identifier: ISC */
/* Tiles: paths by tables of three digits, bundles by lengths of two bytes. */
#include "ledger/tile.h"

#include "base/number.h"
#include "ledger/merkle.h"

#include <assert.h>
#include <string.h>

/* Where a path is written: `len` counts, the room is large enough. */
struct path {
	char *text;
	size_t len;
};

static void
put_text(struct path *p, const char *text)
{
	size_t len = strlen(text);

	assert(len < TILE_PATH_MAX - p->len);
	memcpy(p->text + p->len, text, len + 1);
	p->len += len;
}

/* Decimal with at least `digits` digits. */
static void
put_number(struct path *p, uint64_t number, unsigned digits)
{
	char text[24];
	size_t at = sizeof(text) - 1;

	text[at] = '\0';
	while (number > 0 || sizeof(text) - 1 - at < digits) {
		text[--at] = (char)('0' + number % 10);
		number /= 10;
	}
	put_text(p, text + at);
}

void
tile_write_path(const struct tile *tile, char ret[TILE_PATH_MAX])
{
	struct path p = { ret, 0 };
	uint64_t group = 1;

	assert(tile->width > 0 && tile->width <= TILE_WIDTH);
	put_text(&p, "tile/");
	if (tile->kind == TILE_ENTRIES)
		put_text(&p, "entries");
	else
		put_number(&p, tile->level, 1);
	while (tile->index / group >= 1000)
		group *= 1000;
	for (; group > 1; group /= 1000) {
		put_text(&p, "/x");
		put_number(&p, tile->index / group % 1000, 3);
	}
	put_text(&p, "/");
	put_number(&p, tile->index % 1000, 3);
	if (tile->width < TILE_WIDTH) {
		put_text(&p, ".p/");
		put_number(&p, tile->width, 1);
	}
}

/* Takes `prefix` off *rest; false when it does not stand there. */
static bool
take(struct bytes *rest, struct bytes prefix)
{
	if (!bytes_starts(*rest, prefix))
		return false;
	*rest = bytes_from(*rest, prefix.len);
	return true;
}

/* Takes exactly `count` digits. */
static bool
take_digits(struct bytes *rest, size_t count, uint64_t *ret)
{
	uint64_t number = 0;

	if (rest->len < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (rest->ptr[i] < '0' || rest->ptr[i] > '9')
			return false;
		number = number * 10 + (uint64_t)(rest->ptr[i] - '0');
	}
	*rest = bytes_from(*rest, count);
	*ret = number;
	return true;
}

/* Takes a decimal number without a leading zero, of at most `max` digits. */
static bool
take_decimal(struct bytes *rest, size_t max, uint64_t *ret)
{
	size_t count = 0;

	while (count < rest->len && count < max && rest->ptr[count] >= '0' &&
	    rest->ptr[count] <= '9')
		count++;
	if (count == 0 || (rest->ptr[0] == '0' && count > 1))
		return false;
	return take_digits(rest, count, ret);
}

/* The largest index that a tile of some tree has on a level. */
static uint64_t
last_index(unsigned level)
{
	return ((MERKLE_SIZE_MAX >> TILE_HEIGHT * level) - 1) / TILE_WIDTH;
}

/* "x001/x234/067". The first group of several is not x000: that number has
   another path. */
static enum err
take_index(struct bytes *rest, unsigned level, uint64_t *ret)
{
	uint64_t index = 0;
	uint64_t group;
	bool first = true;

	while (take(rest, BYTES("x"))) {
		if (!take_digits(rest, 3, &group) || !take(rest, BYTES("/")) ||
		    (first && group == 0))
			return ERR_MALFORMED;
		first = false;
		if (index > (UINT64_MAX - 999) / 1000)
			return ERR_LIMIT;
		index = index * 1000 + group;
	}
	if (!take_digits(rest, 3, &group))
		return ERR_MALFORMED;
	if (index > (UINT64_MAX - 999) / 1000)
		return ERR_LIMIT;
	index = index * 1000 + group;
	if (index > last_index(level))
		return ERR_LIMIT;
	*ret = index;
	return ERR_OK;
}

/* "entries" or the level. */
static enum err
take_kind(struct bytes *rest, struct tile *tile)
{
	uint64_t level;

	if (take(rest, BYTES("entries"))) {
		tile->kind = TILE_ENTRIES;
		return ERR_OK;
	}
	if (!take_decimal(rest, 2, &level))
		return ERR_MALFORMED;
	if (level > TILE_LEVEL_MAX)
		return level <= 63 ? ERR_LIMIT : ERR_MALFORMED;
	tile->level = (unsigned)level;
	return ERR_OK;
}

enum err
tile_read_path(struct bytes path, struct tile *ret)
{
	struct tile tile = { .kind = TILE_HASHES, .width = TILE_WIDTH };
	uint64_t width;
	enum err err;

	if (!take(&path, BYTES("tile/")))
		return ERR_MALFORMED;
	err = take_kind(&path, &tile);
	if (err != ERR_OK)
		return err;
	if (!take(&path, BYTES("/")))
		return ERR_MALFORMED;
	err = take_index(&path, tile.level, &tile.index);
	if (err != ERR_OK)
		return err;
	if (take(&path, BYTES(".p/"))) {
		if (!take_decimal(&path, 3, &width) || width == 0 ||
		    width >= TILE_WIDTH)
			return ERR_MALFORMED;
		tile.width = (unsigned)width;
	}
	if (path.len > 0)
		return ERR_MALFORMED;
	*ret = tile;
	return ERR_OK;
}

unsigned
tile_width(enum tile_kind kind, unsigned level, uint64_t index, uint64_t size)
{
	uint64_t hashes;

	if (kind == TILE_ENTRIES)
		level = 0;
	if (level > TILE_LEVEL_MAX || size > MERKLE_SIZE_MAX)
		return 0;
	hashes = size >> TILE_HEIGHT * level;
	if (index > hashes / TILE_WIDTH)
		return 0;
	return (unsigned)size_min(
	    (size_t)(hashes - index * TILE_WIDTH), TILE_WIDTH);
}

bool
tile_is_in(const struct tile *tile, uint64_t size)
{
	return tile->width > 0 &&
	    tile->width <=
	    tile_width(tile->kind, tile->level, tile->index, size);
}

enum err
tile_read_entry(struct cursor *c, struct bytes *ret)
{
	struct bytes entry;
	uint16_t len;

	if (c->fault.code != ERR_OK)
		return c->fault.code;
	if (cur_left(c) == 0)
		return ERR_END;
	len = cur_u16be(c, "length of an entry");
	entry = len > 0 ? cur_bytes(c, len, "entry") : (struct bytes){ 0 };
	if (c->fault.code == ERR_OK)
		*ret = entry;
	return c->fault.code;
}

enum err
tile_put_entry(struct out *o, struct bytes entry)
{
	if (entry.len > TILE_ENTRY_MAX)
		return ERR_LIMIT;
	out_u8(o, (uint8_t)(entry.len >> 8));
	out_u8(o, (uint8_t)entry.len);
	out_put(o, entry);
	return o->failed;
}
