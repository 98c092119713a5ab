/* SPDX-License-Identifier: ISC */
/* Fuzzes ledger/note.c and checkpoint.c: lines lie in the note and make it up,
   what is read as a checkpoint is written the same. */
#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/note.h"
#include "promises.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_at_lines(const struct note *note)
{
	struct bytes rest = note->signatures;
	struct note_signature signature;
	size_t count = 0;
	size_t len = 0;

	while (note_next(&rest, &signature)) {
		uint8_t room[NOTE_SIGNATURE_MAX];
		struct bytes bytes;
		enum err err = note_signature_bytes(&signature, room, &bytes);

		if (!lies_in(signature.line, note->signatures) ||
		    !lies_in(signature.name, signature.line) ||
		    !vkey_name_is_good(signature.name) || signature.len == 0)
			abort();
		if ((err == ERR_OK) != (signature.len <= NOTE_SIGNATURE_MAX))
			abort();
		if (err == ERR_OK) { /* it is written as it was read */
			struct out o = out_open(4096);

			note_put_line(
			    &o, signature.name, signature.key_id, bytes);
			if (!bytes_equal(out_bytes(&o), signature.line))
				abort();
			out_close(&o);
		}
		len += signature.line.len;
		count++;
	}
	if (count != note->count || len != note->signatures.len)
		abort();
}

static void
look_at_checkpoint(const struct note *note)
{
	struct checkpoint c = { .head = { .size = UINT64_MAX } };
	struct fault fault = { .code = ERR_OK };
	struct out o = out_open(2 * CHECKPOINT_TEXT_MAX);

	if (checkpoint_read_text(note->text, &c, &fault) != ERR_OK) {
		if (c.head.size != UINT64_MAX || fault.code == ERR_OK ||
		    fault.at > note->text.len)
			abort();
		return;
	}
	checkpoint_put_text(&o, c.origin, &c.head);
	out_put(&o, c.extensions);
	if (c.head.size > MERKLE_SIZE_MAX ||
	    !bytes_equal(out_bytes(&o), note->text))
		abort();
	out_close(&o);
}

/* Nobody's signature is good, whatever it looks like. */
static void
look_at_signatures(const struct note *note)
{
	struct bytes rest = note->signatures;
	struct note_signature signature;
	uint64_t good = 0;

	while (note_next(&rest, &signature)) {
		static const enum vkey_type types[] = { VKEY_ED25519,
			VKEY_ECDSA, VKEY_COSIGNATURE, VKEY_RFC6962,
			VKEY_MLDSA44 };

		for (size_t i = 0; i < 5; i++) {
			struct vkey key = { signature.name, types[i],
				signature.key_id, types[i] != VKEY_MLDSA44,
				{ i % 2 == 0 ? COSE_CURVE_ED25519
					     : COSE_CURVE_P256,
				    { 7 } } };
			struct checkpoint c = { .text = note->text };
			uint64_t secs;

			if (cosignature_judge(&crypto_hooks_default, &c,
				&signature, &key, &secs) == NOTE_GOOD ||
			    note_verify(&crypto_hooks_default, note, &key, 1,
				&good) == ERR_OK)
				abort();
		}
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct note note = { .count = SIZE_MAX };
	struct fault fault = { .code = ERR_OK };
	size_t count = SIZE_MAX;
	enum err err = note_read(in, &note, &fault);

	if (err != ERR_OK) {
		if (note.count != SIZE_MAX || fault.code != err ||
		    fault.at > size)
			abort();
	} else {
		if (note.text.len + 1 + note.signatures.len != size ||
		    note.count == 0 || note.count > NOTE_SIGNATURES_MAX)
			abort();
		look_at_lines(&note);
		look_at_checkpoint(&note);
		look_at_signatures(&note);
	}
	if (note_read_signatures(in, &count, &fault) != ERR_OK &&
	    count != SIZE_MAX)
		abort();
	return 0;
}
