/* SPDX-License-Identifier: ISC */
/* CBOR: what strict rules take is written again bit by bit, and relaxed too. */
#include "codec/cbor.h"

#include <stdlib.h>

#define ROOM_LEN 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Writes one item's head and, of strings, its content. */
static void
put_item(struct cbor_writer *w, const struct cbor_item *item)
{
	switch (item->kind) {
	case CBOR_UINT:
		cbor_put_uint(w, item->number);
		break;
	case CBOR_NINT:
		if (item->number <= INT64_MAX) {
			cbor_put_int(w, -1 - (int64_t)item->number);
		} else { /* no int64_t: an unsigned head, its type changed */
			size_t at = w->len;

			cbor_put_uint(w, item->number);
			if (!w->failed)
				w->ptr[at] |= 0x20;
		}
		break;
	case CBOR_BYTES:
		cbor_put_bytes(w, item->bytes);
		break;
	case CBOR_TEXT:
		cbor_put_text(w, item->bytes);
		break;
	case CBOR_ARRAY:
		cbor_put_array(w, item->number);
		break;
	case CBOR_MAP:
		cbor_put_map(w, item->number);
		break;
	case CBOR_TAG:
		cbor_put_tag(w, item->number);
		break;
	case CBOR_FALSE:
	case CBOR_TRUE:
		cbor_put_bool(w, item->kind == CBOR_TRUE);
		break;
	case CBOR_NULL:
		cbor_put_null(w);
		break;
	case CBOR_UNDEFINED:
	case CBOR_SIMPLE:
	case CBOR_FLOAT:
		abort(); /* strict rules refuse them */
	}
}

static void
check_identity(struct bytes in)
{
	static uint8_t room[ROOM_LEN];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct cbor_reader r = cbor_open(in, CBOR_STRICT, "fuzz");

	while (cbor_ok(&r) && r.pos < in.len) {
		enum cbor_kind kind = cbor_peek(&r);
		struct cbor_item item = cbor_read(&r, "item");

		must(item.kind == kind);
		put_item(&w, &item);
	}
	must(cbor_end(&r) == ERR_OK);
	must(
	    w.len == in.len && (w.failed || bytes_equal(cbor_written(&w), in)));
}

/* A map read pair by pair ends as it does when it is passed over. */
static void
check_map(struct bytes in, enum cbor_rules rules, enum err whole)
{
	struct cbor_reader r = cbor_open(in, rules, "fuzz");
	struct cbor_map map;
	struct cbor_item key;
	enum err err;

	if (cbor_peek(&r) != CBOR_MAP)
		return;
	map = cbor_map(&r, "map");
	while (cbor_next(&r, &map, &key, "key"))
		(void)cbor_skip(&r, "value");
	err = cbor_end(&r);
	/* A key that holds items is only passed over; depth is counted from
	   the value, not from the map. */
	must(err == whole || err == ERR_UNSUPPORTED || whole == ERR_LIMIT);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct fault strict = { .at = SIZE_MAX };
	struct fault relaxed = { .at = SIZE_MAX };
	enum err strict_err = cbor_check(in, CBOR_STRICT, &strict);
	enum err relaxed_err = cbor_check(in, CBOR_RELAXED, &relaxed);

	must(strict_err == ERR_OK ? strict.at == SIZE_MAX
				  : strict.at <= size &&
		    strict.code == strict_err && strict.field != NULL);
	must(relaxed_err == ERR_OK
		? relaxed.at == SIZE_MAX
		: relaxed.at <= size && relaxed.code == relaxed_err);
	if (strict_err == ERR_OK) {
		/* Large maps are taken in order only. */
		must(relaxed_err == ERR_OK || relaxed_err == ERR_LIMIT);
		check_identity(in);
	}
	check_map(in, CBOR_STRICT, strict_err);
	check_map(in, CBOR_RELAXED, relaxed_err);
	return 0;
}
