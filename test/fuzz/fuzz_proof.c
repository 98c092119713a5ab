/* SPDX-License-Identifier: ISC */
/* Fuzzes ledger/proof.c: what is read is written the same, but for `extra`,
   which is base64 there and bytes here. */
#include "codec/base64.h"
#include "ledger/proof.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct policy nobody;
	static const struct merkle_hash leaf;
	struct bytes in = { data, size };
	struct proof proof = { .index = 99, .path = { .count = SIZE_MAX } };
	struct fault fault = { .code = ERR_OK };
	struct policy_verdict verdict;
	struct checkpoint c;
	struct bytes extra = { NULL, 0 };
	enum err err = proof_read(in, &proof, &fault);
	uint8_t *room;
	size_t wrong;

	if (err != ERR_OK) {
		if (fault.code != err || fault.at > size ||
		    proof.path.count != SIZE_MAX)
			abort();
		return 0;
	}
	if (proof.path.count > MERKLE_PROOF_MAX || proof.checkpoint.len == 0 ||
	    proof.checkpoint.ptr + proof.checkpoint.len != data + size)
		abort();
	struct out o = out_open(2 * size + 64);

	room = malloc(size);
	if (room == NULL)
		abort();
	if (proof.extra.len > 0 &&
	    base64_decode(BASE64_STANDARD, proof.extra, room, size, &extra,
		&wrong) != ERR_OK)
		abort();
	proof_put(&o, extra, proof.index, merkle_path_of(&proof.path),
	    proof.checkpoint);
	if (!bytes_equal(out_bytes(&o), in))
		abort();
	if (proof_verify(&proof, &nobody, &crypto_hooks_default, &leaf, &c,
		&verdict, &fault) == ERR_OK)
		abort();
	out_close(&o);
	free(room);
	return 0;
}
