/* SPDX-License-Identifier: ISC */
/* Passes over whole items of CBOR, and reads maps pair by pair. */
#include "codec/cbor.h"

/* What is open around the item that a walk stands at. */
struct frame {
	uint64_t left; /* items still to come; of a map, keys and values */
	size_t key_at; /* where the key now being read begins */
	struct bytes last_key;
	bool is_map;
};

static bool
holds_items(const struct cbor_item *item)
{
	return item->kind == CBOR_ARRAY || item->kind == CBOR_MAP ||
	    item->kind == CBOR_TAG;
}

/* How two keys are the same: by value, for a number may have several heads
   where the rules are relaxed. Keys that hold items go by their bytes. */
static int
key_order(struct bytes a, struct bytes b)
{
	struct cbor_reader ra = cbor_open(a, CBOR_RELAXED, "key");
	struct cbor_reader rb = cbor_open(b, CBOR_RELAXED, "key");
	struct cbor_item ia = cbor_read(&ra, "key");
	struct cbor_item ib = cbor_read(&rb, "key");

	if (ia.kind != ib.kind)
		return ia.kind < ib.kind ? -1 : 1;
	if (holds_items(&ia))
		return bytes_compare(a, b);
	if (ia.kind == CBOR_FLOAT && ia.real < ib.real)
		return -1;
	if (ia.kind == CBOR_FLOAT && ia.real > ib.real)
		return 1;
	if (ia.number != ib.number)
		return ia.number < ib.number ? -1 : 1;
	return bytes_compare(ia.bytes, ib.bytes);
}

/*
 * Passes over one item without a look at its keys or depth: `pending` counts
 * the items that are promised, and each of them takes a byte.
 */
static void
pass_over(struct cbor_reader *r, const char *field)
{
	uint64_t pending = 1;

	while (cbor_ok(r) && pending > 0) {
		size_t at = r->pos;
		struct cbor_item item = cbor_read(r, field);

		pending--;
		if (item.kind == CBOR_ARRAY)
			pending += item.number;
		else if (item.kind == CBOR_MAP)
			pending += item.number * 2;
		else if (item.kind == CBOR_TAG)
			pending++;
		if (pending > r->in.len - r->pos)
			cbor_fail(r, ERR_TRUNCATED, at, field);
	}
}

/* Keeps the keys in order; false when it is there already. */
static bool
add_key(struct bytes *keys, size_t count, struct bytes key)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = key_order(keys[middle], key);

		if (order == 0)
			return false;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	/* valgrind takes glibc's checked memmove for its memcpy */
	for (size_t i = count; i > low; i--)
		keys[i] = keys[i - 1];
	keys[low] = key;
	return true;
}

/* Whether a key is twice in the map of `pairs` that begins at the reader,
   which is a copy; its fault is the answer. */
static struct fault
find_twin(struct cbor_reader r, uint64_t pairs, const char *field)
{
	struct bytes keys[CBOR_MAP_MAX];
	size_t count = 0;

	if (pairs > CBOR_MAP_MAX)
		cbor_fail(&r, ERR_LIMIT, r.pos, field);
	while (cbor_ok(&r) && count < pairs) {
		size_t at = r.pos;

		pass_over(&r, field);
		if (!cbor_ok(&r))
			break;
		if (!add_key(keys, count, bytes_slice(r.in, at, r.pos - at)))
			cbor_fail(&r, ERR_MALFORMED, at, field);
		pass_over(&r, field);
		count++;
	}
	return r.fault;
}

/* Relaxed maps are looked through as a whole when they begin. */
static void
check_twins(struct cbor_reader *r, uint64_t pairs, const char *field)
{
	struct fault fault;

	if (!cbor_ok(r) || r->rules != CBOR_RELAXED || pairs < 2)
		return;
	fault = find_twin(*r, pairs, field);
	if (fault.code != ERR_OK)
		r->fault = fault;
}

static struct bytes
span(const struct cbor_reader *r, size_t from)
{
	return bytes_slice(r->in, from, r->pos - from);
}

/* A strict map's keys rise, by their encoded bytes (§4.2.1). */
static void
check_order(struct cbor_reader *r, struct bytes last, struct bytes key,
    const char *field)
{
	if (r->rules == CBOR_STRICT && last.len > 0 &&
	    bytes_compare(last, key) >= 0)
		cbor_fail(r, ERR_MALFORMED, r->pos - key.len, field);
}

/* An item has ended; closes what it was the last of. Gives the new depth. */
static size_t
end_item(
    struct cbor_reader *r, struct frame *stack, size_t depth, const char *field)
{
	while (depth > 0) {
		struct frame *f = &stack[depth - 1];
		bool was_key = f->is_map && f->left % 2 == 0;

		if (was_key) {
			struct bytes key = span(r, f->key_at);

			check_order(r, f->last_key, key, field);
			f->last_key = key;
		}
		f->left--;
		if (f->left > 0) {
			f->key_at = r->pos;
			break;
		}
		depth--;
	}
	return depth;
}

/* How many items are directly inside of this one. */
static uint64_t
inside(const struct cbor_item *item)
{
	if (item->kind == CBOR_TAG)
		return 1;
	if (item->kind == CBOR_ARRAY)
		return item->number;
	return item->kind == CBOR_MAP ? item->number * 2 : 0;
}

struct bytes
cbor_skip(struct cbor_reader *r, const char *field)
{
	struct frame stack[CBOR_DEPTH];
	size_t depth = 0;
	size_t from = r->pos;

	do {
		struct cbor_item item = cbor_read(r, field);

		if (!cbor_ok(r))
			break;
		if (depth == CBOR_DEPTH && holds_items(&item)) {
			cbor_fail(r, ERR_LIMIT, item.at, field);
			break;
		}
		if (inside(&item) == 0) {
			depth = end_item(r, stack, depth, field);
			continue;
		}
		if (item.kind == CBOR_MAP)
			check_twins(r, item.number, field);
		stack[depth++] = (struct frame){ .left = inside(&item),
			.key_at = r->pos,
			.is_map = item.kind == CBOR_MAP };
	} while (cbor_ok(r) && depth > 0);
	return cbor_ok(r) ? span(r, from) : (struct bytes){ NULL, 0 };
}

struct cbor_map
cbor_map(struct cbor_reader *r, const char *field)
{
	struct cbor_item item = cbor_read(r, field);

	if (cbor_ok(r) && item.kind != CBOR_MAP)
		cbor_fail(r, ERR_MALFORMED, item.at, field);
	check_twins(r, item.number, field);
	if (!cbor_ok(r))
		return (struct cbor_map){ 0 };
	return (struct cbor_map){ .left = (size_t)item.number,
		.begins_at = r->pos };
}

bool
cbor_next(struct cbor_reader *r, struct cbor_map *map,
    struct cbor_item *ret_key, const char *field)
{
	struct cbor_item key;

	if (!cbor_ok(r) || map->left == 0)
		return false;
	key = cbor_read(r, field);
	if (cbor_ok(r) && holds_items(&key))
		cbor_fail(r, ERR_UNSUPPORTED, key.at, field);
	if (!cbor_ok(r))
		return false;
	check_order(r, map->last_key, span(r, key.at), field);
	map->last_key = span(r, key.at);
	map->left--;
	if (!cbor_ok(r))
		return false;
	*ret_key = key;
	return true;
}

bool
cbor_is(const struct cbor_item *key, int64_t want_key)
{
	if (want_key >= 0)
		return key->kind == CBOR_UINT &&
		    key->number == (uint64_t)want_key;
	return key->kind == CBOR_NINT &&
	    key->number == (uint64_t)(-1 - want_key);
}
