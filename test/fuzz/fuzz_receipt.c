/* SPDX-License-Identifier: ISC */
/* Fuzzes ledger/receipt.c: numbers that can be, nobody's signature is good, and
   what is hung on a statement is found there and comes off again. */
#include "ledger/receipt.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_at_receipt(const struct receipt *receipt)
{
	static const struct cose_key keys[] = {
		{ COSE_CURVE_ED25519, { 5 } },
		{ COSE_CURVE_P256, { 5 } },
	};
	struct merkle_hash leaf = { { 3 } };
	struct merkle_head older = { receipt->index, { { 4 } } };
	struct merkle_head head;

	if (receipt->size > MERKLE_SIZE_MAX ||
	    receipt->path.count > MERKLE_PROOF_MAX)
		abort();
	if (receipt->kind == RECEIPT_INCLUSION
		? receipt->index >= receipt->size
		: receipt->index == 0 || receipt->index > receipt->size)
		abort();
	for (size_t i = 0; i < 2; i++)
		if (receipt_verify_inclusion(receipt, &keys[i],
			&crypto_hooks_default, &leaf, &head) == ERR_OK ||
		    receipt_verify_consistency(receipt, &keys[i],
			&crypto_hooks_default, &older, &head) == ERR_OK)
			abort();
}

static size_t
count_receipts(struct bytes statement, struct bytes *ret_last)
{
	struct fault fault;
	size_t from = 0;

	while (receipt_find(statement, &from, ret_last, &fault) == ERR_OK)
		continue;
	return from;
}

static void
look_at_statement(struct bytes in)
{
	size_t cap = in.len + 64;
	uint8_t *one = malloc(cap);
	uint8_t *two = malloc(cap);
	struct bytes last = { NULL, 0 };
	size_t count = count_receipts(in, &last);

	if (one == NULL || two == NULL)
		abort();
	struct cbor_writer w = cbor_writer_open(one, cap);
	enum err err = receipt_attach(in, BYTES("a receipt"), &w);

	if (err == ERR_OK) {
		struct bytes hung = cbor_written(&w);
		struct cbor_writer off = cbor_writer_open(two, cap);
		struct cose_sign1 message;
		struct fault fault;

		/* Only a list that can be read to its end grows. */
		if (count_receipts(hung, &last) != count + 1 ||
		    !bytes_equal_text(last, "a receipt"))
			abort();
		if (receipt_detach(hung, &off) != ERR_OK ||
		    count_receipts(cbor_written(&off), &last) != 0 ||
		    cose_read_sign1(cbor_written(&off), CBOR_RELAXED, &message,
			&fault) != ERR_OK)
			abort();
	} else if (err == ERR_LIMIT && !w.failed) {
		struct cose_sign1 message;
		struct fault fault;

		/* Then it is nested too deeply to be read at all. */
		if (cose_read_sign1(in, CBOR_RELAXED, &message, &fault) !=
		    ERR_LIMIT)
			abort();
	}
	free(one);
	free(two);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct receipt receipt = { .size = UINT64_MAX };
	struct fault fault = { .code = ERR_OK };
	enum err err = receipt_read(in, &receipt, &fault);

	if (err == ERR_OK)
		look_at_receipt(&receipt);
	else if (fault.code != err || receipt.size != UINT64_MAX)
		abort();
	look_at_statement(in);
	return 0;
}
