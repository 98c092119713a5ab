/* SPDX-License-Identifier: ISC */
/* tlog-proof@v1: a few lines in front of a checkpoint. */
#include "ledger/proof.h"

#include "codec/base64.h"
#include "ledger/note_private.h"

#define HEADER BYTES(PROOF_HEADER)
#define EXTRA BYTES(PROOF_EXTRA)
#define INDEX BYTES(PROOF_INDEX)

static enum err
fail(struct fault *ret_fault, enum err code, size_t at, const char *field)
{
	*ret_fault = (struct fault){ code, at, "tlog-proof", field };
	return code;
}

/* Takes a line with its newline off *rest. */
static bool
take_line(struct bytes *rest, struct bytes *ret)
{
	size_t end = bytes_find_byte(*rest, '\n', 0);

	if (end == SIZE_MAX)
		return false;
	*ret = bytes_slice(*rest, 0, end);
	*rest = bytes_from(*rest, end + 1);
	return true;
}

static bool
read_extra(struct bytes line, struct bytes *ret)
{
	struct bytes text = bytes_from(line, EXTRA.len);
	uint32_t first;
	size_t len;

	if (!note_check_base64(text, &len, &first) || len == 0)
		return false;
	*ret = text;
	return true;
}

static bool
read_index(struct bytes line, uint64_t *ret)
{
	struct bytes number = bytes_from(line, INDEX.len);

	if (!bytes_starts(line, INDEX) || number.len == 0 ||
	    (number.ptr[0] == '0' && number.len > 1))
		return false;
	return bytes_to_u64(number, ret);
}

static bool
read_hash(struct bytes line, struct merkle_hash *ret)
{
	uint8_t room[SHA256_LEN + 4];
	struct bytes hash;
	size_t wrong;

	return base64_decode(BASE64_STANDARD, line, room, sizeof(room), &hash,
		   &wrong) == ERR_OK &&
	    merkle_read_hash(hash, ret) == ERR_OK;
}

/* The lines of hashes, and the empty one behind them. */
static enum err
read_path(struct bytes in, struct bytes *rest, struct merkle_proof *path,
    struct fault *ret_fault)
{
	struct bytes line;

	path->count = 0;
	for (;;) {
		size_t at = in.len - rest->len;

		if (!take_line(rest, &line))
			return fail(ret_fault, ERR_TRUNCATED, at, "empty line");
		if (line.len == 0)
			return ERR_OK;
		if (path->count == MERKLE_PROOF_MAX)
			return fail(ret_fault, ERR_LIMIT, at, "hashes");
		if (!read_hash(line, &path->hash[path->count]))
			return fail(ret_fault, ERR_MALFORMED, at, "hash");
		path->count++;
	}
}

enum err
proof_read(struct bytes in, struct proof *ret, struct fault *ret_fault)
{
	struct proof proof = { .extra = { 0 } };
	struct bytes rest = in;
	struct bytes line;
	size_t at = 0;
	enum err err;

	if (in.len > PROOF_LEN_MAX)
		return fail(ret_fault, ERR_LIMIT, PROOF_LEN_MAX, "length");
	if (!take_line(&rest, &line))
		return fail(ret_fault, ERR_TRUNCATED, in.len, "header");
	if (!bytes_equal(line, HEADER))
		return fail(ret_fault, ERR_MALFORMED, 0, "header");
	at = in.len - rest.len;
	if (!take_line(&rest, &line))
		return fail(ret_fault, ERR_TRUNCATED, at, "index");
	if (bytes_starts(line, EXTRA)) {
		if (!read_extra(line, &proof.extra))
			return fail(ret_fault, ERR_MALFORMED, at, "extra");
		at = in.len - rest.len;
		if (!take_line(&rest, &line))
			return fail(ret_fault, ERR_TRUNCATED, at, "index");
	}
	if (!read_index(line, &proof.index))
		return fail(ret_fault, ERR_MALFORMED, at, "index");
	err = read_path(in, &rest, &proof.path, ret_fault);
	if (err != ERR_OK)
		return err;
	if (rest.len == 0)
		return fail(ret_fault, ERR_TRUNCATED, in.len, "checkpoint");
	proof.checkpoint = rest;
	*ret = proof;
	return ERR_OK;
}

enum err
proof_verify(const struct proof *proof, const struct policy *policy,
    const struct crypto_hooks *hooks, const struct merkle_hash *leaf,
    struct checkpoint *ret, struct policy_verdict *ret_verdict,
    struct fault *ret_fault)
{
	struct policy_verdict verdict;
	struct checkpoint checkpoint;
	enum err err = policy_verify(
	    policy, hooks, proof->checkpoint, &checkpoint, &verdict, ret_fault);

	if (err != ERR_OK)
		return err;
	err = merkle_verify_inclusion(hooks, leaf, proof->index,
	    &checkpoint.head, merkle_path_of(&proof->path));
	if (err != ERR_OK)
		return fail(ret_fault, err, 0, "path of the entry");
	*ret = checkpoint;
	*ret_verdict = verdict;
	return ERR_OK;
}
