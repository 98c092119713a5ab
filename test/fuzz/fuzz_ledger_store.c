/* SPDX-License-Identifier: ISC */
/*
 * Opens ledgers whose files somebody else wrote. The input is a byte that picks
 * one of two good ledgers, and edits of its files: a byte for what to do, one
 * for the file, three for the place (little-endian), one for a length, and for
 * the first kind that many bytes.
 */
#include "../unit/ledger/fault_files.h"
#include "../unit/ledger/sum_key.h"
#include "base/cursor.h"
#include "codec/crc.h"
#include "ledger/store.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ORIGIN "fuzz.example"
#define FILE_LEN_MAX ((size_t)256 << 10)
#define EDITS_MAX 64

static const char *const names[] = { "about", "wal", "heads", "entries",
	"offsets", "level.0", "level.1", "level.2", "level.3", "level.39" };

struct world {
	struct fault_disk *disk;
	struct folder files;
	struct signer signer;
	struct crypto_hooks hooks;
	struct ledger_world ledger;
	unsigned signatures;
};

static bool
verify(const void *context, const uint8_t key[ED25519_KEY_LEN],
    struct bytes message, const uint8_t signature[SIGNATURE_LEN])
{
	(void)context;
	(void)key;
	return sum_key_signed(message, signature);
}

static enum err
sign(void *context, struct bytes message, uint8_t ret[SIGNATURE_LEN])
{
	struct world *w = context;

	w->signatures++;
	sum_key_sign(message, ret);
	return ERR_OK;
}

static void
set_world(struct world *w, struct fault_disk *disk, bool writes)
{
	w->disk = disk;
	w->files = fault_folder(disk);
	w->hooks = crypto_hooks_default;
	w->hooks.ed25519_verify = verify;
	w->signer = (struct signer){ .sign = sign, .context = w };
	w->signer.key.curve = COSE_CURVE_ED25519;
	w->ledger = (struct ledger_world){
		.files = &w->files,
		.hooks = &w->hooks,
		.signer = writes ? &w->signer : NULL,
		.one_thread = true,
	};
	w->signatures = 0;
}

/* A ledger of three batches, closed or not. */
static struct fault_disk *
make(bool closed)
{
	static const char *const text[] = { "one", "two", "three", "four",
		"five", "six", "seven" };
	struct bytes entry[7];
	struct ledger_why why;
	struct ledger *l = NULL;
	struct world w = { 0 };
	uint64_t place[7];

	set_world(&w, fault_open(), true);
	for (size_t i = 0; i < 7; i++)
		entry[i] = bytes_of(text[i]);
	if (ledger_create(&w.ledger, BYTES(ORIGIN), LEDGER_WAL_LEN_MIN, 1,
		&why) != ERR_OK ||
	    ledger_open(&w.ledger, &l, &why) != ERR_OK ||
	    ledger_append(l, entry, 3, 1, place) != ERR_OK ||
	    ledger_flush(l) != ERR_OK ||
	    ledger_append(l, entry + 3, 1, 1, place) != ERR_OK ||
	    ledger_append(l, entry + 4, 3, 1, place) != ERR_OK)
		abort();
	struct fault_disk *disk = fault_copy(w.disk);

	ledger_close(l);
	if (!closed) {
		fault_close(w.disk);
		return disk;
	}
	fault_close(disk);
	return w.disk;
}

/* Makes a checksum right, so that what is behind it is reached. */
static void
reseal(uint8_t *file, size_t len, size_t at, uint8_t kind)
{
	static const size_t lens[] = { 128, 256 };
	size_t n = lens[kind % 2];

	if (at > len || len - at < n)
		return;
	uint32_t crc = crc32_of((struct bytes){ file + at, n - 4 });

	for (unsigned i = 0; i < 4; i++)
		file[at + n - 4 + i] = (uint8_t)(crc >> 8 * i);
}

static void
edit(struct fault_disk *disk, struct cursor *c)
{
	static uint8_t file[FILE_LEN_MAX];
	uint8_t what = cur_u8(c, "what");
	const char *name =
	    names[cur_u8(c, "file") % (sizeof(names) / sizeof(names[0]))];
	size_t at = cur_u16le(c, "place");

	at |= (size_t)cur_u8(c, "place") << 16;
	size_t n = cur_u8(c, "length");
	size_t len = (size_t)fault_len(disk, name);

	if (!cur_ok(c) || len > FILE_LEN_MAX)
		return;
	struct bytes in = { NULL, 0 };

	if (what % 3 == 0)
		in = cur_bytes(c, n, "bytes");
	fault_read(disk, name, file);
	if (what % 3 == 0 && at <= FILE_LEN_MAX - in.len) {
		if (at > len)
			memset(file + len, 0, at - len);
		if (in.len > 0)
			memcpy(file + at, in.ptr, in.len);
		len = at + in.len > len ? at + in.len : len;
	} else if (what % 3 == 1 && at < len) {
		len = at;
	} else if (what % 3 == 2) {
		reseal(file, len, at, (uint8_t)n);
	}
	fault_write(disk, name, (struct bytes){ file, len });
}

/* What was opened can be read to its end, and goes on. */
static void
use(struct world *w, struct ledger *l)
{
	static uint8_t room[LEDGER_ENTRY_MAX];
	struct bytes more = BYTES("more");
	struct ledger_audit audit;
	struct ledger_head head;
	struct ledger_why why;
	struct merkle_proof proof;
	uint64_t place = 0;

	ledger_head(l, &head);
	for (uint64_t i = 0; i < head.tree.size; i++) {
		struct bytes entry;

		/* Damage in the flat files is noticed here, or by the audit. */
		(void)ledger_read_entry(l, i, room, &entry);
		(void)ledger_prove(l, i, &proof);
	}
	enum err audited = ledger_audit(l, NULL, NULL, &audit, &why);

	if (audited == ERR_OK && audit.entries != head.tree.size)
		abort();
	if (w->ledger.signer == NULL) {
		if (w->signatures > 0)
			abort();
		ledger_close(l);
		return;
	}
	enum err err = ledger_append(l, &more, 1, 1, &place);

	if (err == ERR_OK) {
		ledger_head(l, &head);
		if (place >= head.tree.size)
			abort();
	}
	ledger_close(l);
	if (audited != ERR_OK || err != ERR_OK)
		return;
	l = NULL;
	if (ledger_open(&w->ledger, &l, &why) != ERR_OK)
		abort(); /* it closed well a moment ago */
	ledger_close(l);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fault_disk *good[2];
	struct cursor c = cur_open((struct bytes){ data, size }, "edits");
	uint8_t which = cur_u8(&c, "which") & 1;

	if (good[which] == NULL)
		good[which] = make(which == 1);
	struct fault_disk *disk = fault_copy(good[which]);

	for (unsigned i = 0; i < EDITS_MAX && cur_left(&c) > 0; i++)
		edit(disk, &c);
	for (unsigned writes = 0; writes < 2; writes++) {
		struct ledger_why why = { "" };
		struct ledger *l = NULL;
		struct world w = { 0 };

		set_world(&w, disk, writes == 1);
		enum err err = ledger_open(&w.ledger, &l, &why);

		if (err == ERR_OK) {
			use(&w, l);
			continue;
		}
		if (l != NULL || w.signatures > 0 || why.text[0] == '\0')
			abort(); /* refused, but signed or not told why */
	}
	fault_close(disk);
	return 0;
}
