/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes the text of a label: what is read comes back when it is written, and
 * no text is a good label in a ledger that is empty.
 */
#include "label/compact_text.h"
#include "label/verify.h"
#include "promises.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_compact(struct bytes in)
{
	uint8_t room[COMPACT_MAX_LEN];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct compact compact = { .index = 77 };
	struct fault fault = { 0 };

	if (compact_read(in, &compact, &fault) != ERR_OK) {
		if (compact.index != 77 || fault.code == ERR_OK)
			abort();
		return;
	}
	compact_put(&w, &compact);
	if (!bytes_equal(cbor_written(&w), in))
		abort(); /* there is one way only to write it */
}

/* Everybody is accredited and every signature is good: the rest of the path is
   to be walked, too. */
static void
check_answers(struct bytes in)
{
	static const uint8_t zeros[SHA256_LEN];
	struct crypto_hooks hooks = crypto_hooks_default;
	struct trust_record record = {
		.what = {
			.action = WITHDRAW,
			.name = BYTES("x"),
			.iss = BYTES("https://x.example"),
		},
	};
	const struct bundle bundle = {
		.hooks = &hooks,
		.issued = 1,
		.expires = INT64_MAX,
		.head = { .size = 1 },
		.tail = { zeros, sizeof(zeros) },
		.trust = { .record = &record, .count = 1 },
	};
	uint8_t room[LABEL_VERIFY_ROOM];
	struct label_answers answers = { .tree_size = 77 };
	struct fault fault = { 0 };

	hooks.ed25519_verify = believe;
	if (in.len > 7) /* where the hint is */
		memcpy(record.body, in.ptr + 3, COMPACT_KID_LEN);
	enum err err =
	    label_verify(&bundle, in, 1800000000, room, &answers, &fault);

	if (err != ERR_OK) {
		if (answers.tree_size != 77 || fault.code != err)
			abort();
		return;
	}
	if (answers.issuer == LABEL_ISSUER_YES ||
	    answers.presence == LABEL_PRESENCE_YES || label_is_good(&answers))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	uint8_t room[COMPACT_MAX_LEN];
	uint8_t text[COMPACT_TEXT_MAX_LEN];
	struct bytes compact = { NULL, SIZE_MAX };
	struct bytes again = { NULL, 0 };
	struct fault fault = { 0 };

	check_compact(in);
	check_answers(in);
	if (compact_from_text(in, room, &compact, &fault) != ERR_OK) {
		if (compact.len != SIZE_MAX || fault.code == ERR_OK ||
		    fault.at > size)
			abort();
		return 0;
	}
	if (compact_to_text(compact, text, &again) != ERR_OK ||
	    compact_from_text(again, room, &compact, &fault) != ERR_OK)
		abort();
	check_compact(compact);
	check_answers(compact);
	return 0;
}
