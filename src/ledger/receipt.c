/* SPDX-License-Identifier: ISC */
/* COSE receipts: read and verified. */
#include "ledger/receipt.h"

/* RFC 9942 §4.2 and §4.3: in the map 396. */
#define PROOFS_INCLUSION (-1)
#define PROOFS_CONSISTENCY (-2)

#define CWT_ISS 1
#define CWT_SUB 2

/* Protected headers are small; a root is 32 bytes. */
#define TO_BE_SIGNED_MAX ((size_t)2048)

static const struct bytes no_bytes = { NULL, 0 };

static enum err
fail(struct fault *ret_fault, enum err code, const char *field)
{
	*ret_fault = (struct fault){ code, 0, "receipt", field };
	return code;
}

/* The texts iss and sub of the claims, empty where there are none. */
static enum err
read_claims(struct receipt *receipt, struct fault *ret_fault)
{
	struct bytes claims = cose_find(receipt->message.protected_map,
	    COSE_HEADER_CWT_CLAIMS, CBOR_RELAXED);
	struct cbor_reader r = cbor_open(claims, CBOR_RELAXED, "receipt");
	struct cbor_item key;

	if (claims.len == 0)
		return ERR_OK;
	struct cbor_map map = cbor_map(&r, "CWT claims");

	while (cbor_next(&r, &map, &key, "CWT claim")) {
		if (cbor_is(&key, CWT_ISS))
			receipt->iss = cbor_text(&r, "iss");
		else if (cbor_is(&key, CWT_SUB))
			receipt->sub = cbor_text(&r, "sub");
		else
			(void)cbor_skip(&r, "CWT claim");
	}
	if (cbor_end(&r) == ERR_OK)
		return ERR_OK;
	*ret_fault = r.fault;
	return r.fault.code;
}

static enum err
check_vds(const struct receipt *receipt, struct fault *ret_fault)
{
	struct bytes vds = cose_find(
	    receipt->message.protected_map, COSE_HEADER_VDS, CBOR_RELAXED);
	struct cbor_reader r = cbor_open(vds, CBOR_RELAXED, "receipt");

	if (vds.len == 0)
		return fail(ret_fault, ERR_MALFORMED, "vds");
	int64_t number = cbor_int(&r, "vds");

	if (cbor_end(&r) != ERR_OK)
		return fail(ret_fault, ERR_MALFORMED, "vds");
	if (number != RECEIPT_VDS_RFC9162)
		return fail(ret_fault, ERR_UNSUPPORTED, "vds");
	return ERR_OK;
}

/* [size, index, [hashes]], or both sizes in the order older, newer. */
static enum err
read_proof(struct bytes in, struct receipt *receipt, struct fault *ret_fault)
{
	struct cbor_reader r = cbor_open(in, CBOR_RELAXED, "receipt");
	uint64_t first;
	uint64_t second;
	size_t count;

	if (cbor_array(&r, "proof") != 3)
		cbor_fail(&r, ERR_MALFORMED, 0, "proof");
	first = cbor_uint(&r, "first number of a proof");
	second = cbor_uint(&r, "second number of a proof");
	count = cbor_array(&r, "path");
	if (cbor_ok(&r) && count > MERKLE_PROOF_MAX)
		cbor_fail(&r, ERR_LIMIT, r.pos, "path");
	for (size_t i = 0; i < count && cbor_ok(&r); i++) {
		size_t at = r.pos;
		struct bytes hash = cbor_bytes(&r, "hash");

		if (cbor_ok(&r) &&
		    merkle_read_hash(hash, &receipt->path.hash[i]) != ERR_OK)
			cbor_fail(&r, ERR_MALFORMED, at, "hash");
	}
	if (cbor_end(&r) != ERR_OK) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	receipt->path.count = count;
	if (receipt->kind == RECEIPT_INCLUSION) {
		receipt->size = first;
		receipt->index = second;
	} else {
		receipt->index = first;
		receipt->size = second;
	}
	return ERR_OK;
}

/* The only element of the map 396, and in it the only proof. */
static enum err
find_proof(struct receipt *receipt, struct bytes *ret, struct fault *ret_fault)
{
	struct bytes vdp = cose_find(
	    receipt->message.unprotected, COSE_HEADER_VDP, CBOR_RELAXED);
	struct cbor_reader r = cbor_open(vdp, CBOR_RELAXED, "receipt");
	struct bytes proof = { 0 };
	struct cbor_item key;
	size_t count = 0;

	if (vdp.len == 0)
		return fail(ret_fault, ERR_MALFORMED, "vdp");
	struct cbor_map map = cbor_map(&r, "vdp");

	while (cbor_next(&r, &map, &key, "kind of proof")) {
		bool inclusion = cbor_is(&key, PROOFS_INCLUSION);

		if (!inclusion && !cbor_is(&key, PROOFS_CONSISTENCY)) {
			(void)cbor_skip(&r, "other proof");
			continue;
		}
		size_t left = cbor_array(&r, "proofs");

		if (cbor_ok(&r) && left == 0)
			cbor_fail(&r, ERR_MALFORMED, r.pos, "proofs");
		if (cbor_ok(&r) && (left > 1 || ++count > 1))
			cbor_fail(&r, ERR_UNSUPPORTED, r.pos, "proofs");
		receipt->kind =
		    inclusion ? RECEIPT_INCLUSION : RECEIPT_CONSISTENCY;
		proof = cbor_bytes(&r, "proof");
	}
	if (cbor_ok(&r) && count == 0)
		cbor_fail(&r, ERR_MALFORMED, 0, "proofs");
	if (cbor_end(&r) != ERR_OK) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	*ret = proof;
	return ERR_OK;
}

/* What the path's shape cannot tell: whether these numbers can be. */
static enum err
check_numbers(const struct receipt *receipt, struct fault *ret_fault)
{
	bool inclusion = receipt->kind == RECEIPT_INCLUSION;

	if (receipt->size > MERKLE_SIZE_MAX)
		return fail(ret_fault, ERR_LIMIT, "size");
	if (inclusion && receipt->index >= receipt->size)
		return fail(ret_fault, ERR_MALFORMED, "index");
	if (!inclusion &&
	    (receipt->index == 0 || receipt->index > receipt->size))
		return fail(ret_fault, ERR_MALFORMED, "sizes");
	return ERR_OK;
}

enum err
receipt_read(struct bytes in, struct receipt *ret, struct fault *ret_fault)
{
	struct receipt receipt = { .size = 0 };
	struct bytes proof = { NULL, 0 };
	enum err err =
	    cose_read_sign1(in, CBOR_RELAXED, &receipt.message, ret_fault);

	if (err == ERR_OK)
		err = check_vds(&receipt, ret_fault);
	if (err == ERR_OK)
		err = read_claims(&receipt, ret_fault);
	if (err == ERR_OK)
		err = find_proof(&receipt, &proof, ret_fault);
	if (err == ERR_OK)
		err = read_proof(proof, &receipt, ret_fault);
	if (err == ERR_OK)
		err = check_numbers(&receipt, ret_fault);
	if (err == ERR_OK)
		*ret = receipt;
	return err;
}

/* Whether the key signed this root, which an attached payload must be. */
static enum err
verify_root(const struct receipt *receipt, const struct cose_key *key,
    const struct crypto_hooks *hooks, const struct merkle_hash *root)
{
	const struct cose_sign1 *message = &receipt->message;
	const struct bytes payload = { root->byte, SHA256_LEN };
	uint8_t room[TO_BE_SIGNED_MAX];

	if (!message->detached && !bytes_equal(message->payload, payload))
		return ERR_CHECKSUM;
	return cose_verify_sign1(message, key, hooks,
	    message->detached ? payload : no_bytes, room, sizeof(room));
}

/* Whether the path leads from this part of the tree to a root that is signed. */
static enum err
verify_part(const struct receipt *receipt, const struct cose_key *key,
    const struct crypto_hooks *hooks, const struct merkle_subtree *part,
    struct merkle_head *ret)
{
	struct merkle_head head = { .size = receipt->size };
	enum err err = merkle_climb(hooks, part, receipt->size,
	    merkle_path_of(&receipt->path), &head.root);

	if (err == ERR_OK)
		err = verify_root(receipt, key, hooks, &head.root);
	if (err == ERR_OK)
		*ret = head;
	return err;
}

enum err
receipt_verify_inclusion(const struct receipt *receipt,
    const struct cose_key *key, const struct crypto_hooks *hooks,
    const struct merkle_hash *leaf, struct merkle_head *ret)
{
	const struct merkle_subtree entry = { receipt->index,
		receipt->index + 1, *leaf };

	if (receipt->kind != RECEIPT_INCLUSION)
		return ERR_MALFORMED;
	return verify_part(receipt, key, hooks, &entry, ret);
}

enum err
receipt_verify_consistency(const struct receipt *receipt,
    const struct cose_key *key, const struct crypto_hooks *hooks,
    const struct merkle_head *older, struct merkle_head *ret)
{
	const struct merkle_subtree all = { 0, older->size, older->root };

	if (receipt->kind != RECEIPT_CONSISTENCY ||
	    receipt->index != older->size)
		return ERR_MALFORMED;
	return verify_part(receipt, key, hooks, &all, ret);
}
