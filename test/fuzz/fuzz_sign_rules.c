/* SPDX-License-Identifier: ISC */
/* A store that was taken over asks for any signature. */
#include "codec/cbor.h"
#include "ledger/checkpoint.h"
#include "worker/sign_rules.h"

#include <stdlib.h>
#include <string.h>

#define NOW 1795305600

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* A tree of the size and root that the memory does not forbid. */
static void
try_head(const struct sign_terms *terms, struct bytes in)
{
	struct sign_memory memory = { 1, { .size = 10 } };
	struct merkle_head head = { .size = 0 };

	if (sign_check_head(terms, &memory, in, &head) != NULL) {
		must(head.size == 0);
		return;
	}
	must(head.size >= 10);
	must(head.size > 10 || merkle_equal(&head.root, &memory.head.root));
	must(bytes_starts(in, terms->origin));
}

/* Nothing but a Sig_structure is a token, and never that of a statement: those
   have claims that no token of ours has. */
static void
try_token(const struct sign_terms *terms, struct bytes in)
{
	struct fault fault;

	if (sign_check_token(terms, in) != NULL)
		return;
	must(cbor_check(in, CBOR_STRICT, &fault) == ERR_OK);
	must(bytes_find(in, BYTES("Signature1"), 0) == 2);
	must(bytes_find(in, BYTES("application/statuslist+cwt"), 0) !=
		SIZE_MAX ||
	    bytes_find(in, BYTES("hallmark.bundle+cose"), 0) != SIZE_MAX);
}

static void
try_places(const struct sign_terms *terms, struct bytes in)
{
	const struct bytes place[2] = { bytes_slice(in, 0, SIGN_PLACE_LEN),
		bytes_slice(
		    bytes_from(in, SIGN_PLACE_LEN), 0, SIGN_PLACE_LEN) };
	struct sign_memory memory = { 77, { .size = 77 } };
	uint8_t again[SIGN_PLACE_LEN];

	if (sign_read_places(terms, place, &memory) != ERR_OK) {
		must(memory.number == 77);
		return;
	}
	if (memory.number == 0)
		return;
	/* it is what was written */
	sign_put_place(terms, &memory, again);
	const struct bytes written = { again, sizeof(again) };

	must(bytes_equal(place[0], written) || bytes_equal(place[1], written));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct cose_key key = { .curve = COSE_CURVE_ED25519,
		.point = { 1, 2, 3 } };
	const struct sign_terms terms = { .origin = BYTES("ledger.example"),
		.key = &key,
		.hooks = &crypto_hooks_default,
		.now = NOW };
	struct bytes in = { data, size };

	if (size == 0)
		return 0;
	in = bytes_from(in, 1);
	if (data[0] == 'h')
		try_head(&terms, in);
	else if (data[0] == 't')
		try_token(&terms, in);
	else if (data[0] == 'p')
		try_places(&terms, in);
	else if (in.len > SIGNATURE_LEN)
		/* nobody has that key */
		must(sign_check_receipt(&terms, data[0], in.ptr,
			 bytes_from(in, SIGNATURE_LEN)) != NULL);
	return 0;
}
