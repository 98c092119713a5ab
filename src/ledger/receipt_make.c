/* SPDX-License-Identifier: ISC */
/* COSE receipts: made, and hung onto statements. */
#include "ledger/receipt.h"

#define PROTECTED_MAX (RECEIPT_NAME_MAX + 96)
#define PROOF_MAX ((size_t)(MERKLE_PROOF_MAX * (SHA256_LEN + 2) + 32))
#define UNPROTECTED_MAX (PROOF_MAX + 32)
#define TO_BE_SIGNED_MAX (PROTECTED_MAX + SHA256_LEN + 32)

#define PROOFS_INCLUSION (-1)
#define PROOFS_CONSISTENCY (-2)

static const struct bytes no_bytes = { NULL, 0 };

/* { 1: alg, 4: thumbprint, 15: { 1: iss, 2: sub }, 395: 1 } */
static void
put_protected(struct cbor_writer *w, const struct receipt_about *about)
{
	const struct cose_key *key = &about->signer->key;
	uint8_t kid[SHA256_LEN];

	cose_key_thumbprint(about->hooks, key, kid);
	cbor_put_map(w, 4);
	cbor_put_int(w, COSE_HEADER_ALG);
	cbor_put_int(w, cose_key_alg(key));
	cbor_put_int(w, COSE_HEADER_KID);
	cbor_put_bytes(w, (struct bytes){ kid, sizeof(kid) });
	cbor_put_int(w, COSE_HEADER_CWT_CLAIMS);
	cbor_put_map(w, 2);
	cbor_put_int(w, 1);
	cbor_put_text(w, about->iss);
	cbor_put_int(w, 2);
	cbor_put_text(w, about->sub);
	cbor_put_int(w, COSE_HEADER_VDS);
	cbor_put_int(w, RECEIPT_VDS_RFC9162);
}

/* A proof that is ready: numbers in the order in which they are written. */
struct made {
	int64_t kind;
	uint64_t first;
	uint64_t second;
	struct merkle_proof path;
	struct merkle_hash root;
	bool attached;
};

/* { 396: { kind: [ << [first, second, [hashes]] >> ] } } */
static void
put_unprotected(struct cbor_writer *w, const struct made *made)
{
	uint8_t room[PROOF_MAX];
	struct cbor_writer inner = cbor_writer_open(room, sizeof(room));

	cbor_put_array(&inner, 3);
	cbor_put_uint(&inner, made->first);
	cbor_put_uint(&inner, made->second);
	cbor_put_array(&inner, made->path.count);
	for (size_t i = 0; i < made->path.count; i++)
		cbor_put_bytes(&inner,
		    (struct bytes){ made->path.hash[i].byte, SHA256_LEN });
	cbor_put_map(w, 1);
	cbor_put_int(w, COSE_HEADER_VDP);
	cbor_put_map(w, 1);
	cbor_put_int(w, made->kind);
	cbor_put_array(w, 1);
	cbor_put_bytes(w, cbor_written(&inner));
	w->failed |= inner.failed;
}

/* The signature over a root under this header. */
static enum err
sign_root(const struct receipt_about *about, struct bytes protected_map,
    struct bytes root, uint8_t ret[SIGNATURE_LEN])
{
	uint8_t room[TO_BE_SIGNED_MAX];
	struct bytes message;
	enum err err = cose_to_be_signed(
	    protected_map, no_bytes, root, room, sizeof(room), &message);

	if (err != ERR_OK)
		return err;
	return about->signer->sign(about->signer->context, message, ret);
}

static enum err
make(const struct receipt_about *about, const struct made *made, uint8_t *room,
    size_t cap, struct bytes *ret)
{
	const struct bytes root = { made->root.byte, SHA256_LEN };
	uint8_t header[PROTECTED_MAX];
	uint8_t proofs[UNPROTECTED_MAX];
	uint8_t signature[SIGNATURE_LEN];
	struct cbor_writer first = cbor_writer_open(header, sizeof(header));
	struct cbor_writer second = cbor_writer_open(proofs, sizeof(proofs));
	struct cbor_writer all = cbor_writer_open(room, cap);
	enum err err;

	put_protected(&first, about);
	put_unprotected(&second, made);
	if (first.failed || second.failed)
		return ERR_LIMIT;
	err = sign_root(about, cbor_written(&first), root, signature);
	if (err != ERR_OK)
		return err;
	cose_put_sign1(&all, cbor_written(&first), cbor_written(&second),
	    made->attached ? root : no_bytes,
	    (struct bytes){ signature, sizeof(signature) });
	if (all.failed)
		return ERR_LIMIT;
	*ret = cbor_written(&all);
	return ERR_OK;
}

enum err
receipt_make_inclusion(const struct receipt_about *about,
    const struct merkle_nodes *nodes, uint64_t index, uint64_t size,
    uint8_t *room, size_t cap, struct bytes *ret)
{
	struct made made = { PROOFS_INCLUSION, size, index, .attached = false };
	enum err err = merkle_prove_inclusion(
	    about->hooks, nodes, index, size, &made.path);

	if (err == ERR_OK)
		err = merkle_hash_of(about->hooks, nodes, 0, size, &made.root);
	return err == ERR_OK ? make(about, &made, room, cap, ret) : err;
}

enum err
receipt_make_consistency(const struct receipt_about *about,
    const struct merkle_nodes *nodes, uint64_t older, uint64_t newer,
    uint8_t *room, size_t cap, struct bytes *ret)
{
	struct made made = { PROOFS_CONSISTENCY, older, newer,
		.attached = true };
	enum err err;

	if (older == 0)
		return ERR_MALFORMED;
	err = merkle_prove_consistency(
	    about->hooks, nodes, older, newer, &made.path);
	if (err == ERR_OK)
		err = merkle_hash_of(about->hooks, nodes, 0, newer, &made.root);
	return err == ERR_OK ? make(about, &made, room, cap, ret) : err;
}

/* A receipt of the list: wrapped in a byte string, or as it is. */
static struct bytes
read_element(struct cbor_reader *r)
{
	if (cbor_peek(r) == CBOR_BYTES)
		return cbor_bytes(r, "receipt");
	return cbor_skip(r, "receipt");
}

enum err
receipt_find(struct bytes statement, size_t *from, struct bytes *ret,
    struct fault *ret_fault)
{
	struct cose_sign1 message;
	struct bytes element = no_bytes;
	enum err err =
	    cose_read_sign1(statement, CBOR_RELAXED, &message, ret_fault);

	if (err != ERR_OK)
		return err;
	struct bytes list =
	    cose_find(message.unprotected, COSE_HEADER_RECEIPTS, CBOR_RELAXED);
	struct cbor_reader r = cbor_open(list, CBOR_RELAXED, "receipts");

	if (list.len == 0)
		return ERR_END;
	size_t count = cbor_array(&r, "receipts");

	if (cbor_ok(&r) && *from >= count)
		return ERR_END;
	for (size_t i = 0; i <= *from && cbor_ok(&r); i++)
		element = read_element(&r);
	if (!cbor_ok(&r)) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	*ret = element;
	(*from)++;
	return ERR_OK;
}

/* Writes an unprotected header anew. */
struct rewriting {
	struct bytes map;
	struct bytes receipt; /* to add; empty to take all away */
	struct cbor_writer *w;
	enum err err;
};

/* The list of receipts with a new one at its end; `old` may be empty. */
static void
put_list(struct rewriting *job, struct bytes old)
{
	struct cbor_reader r = cbor_open(old, CBOR_RELAXED, "receipts");
	size_t count = old.len > 0 ? cbor_array(&r, "receipts") : 0;

	cbor_put_int(job->w, COSE_HEADER_RECEIPTS);
	cbor_put_array(job->w, count + 1);
	for (size_t i = 0; i < count && cbor_ok(&r); i++)
		cbor_put_raw(job->w, cbor_skip(&r, "receipt"));
	cbor_put_bytes(job->w, job->receipt);
	if (!cbor_ok(&r))
		job->err = r.fault.code;
}

/* Whether the encoded label `key` belongs behind that of the receipts. */
static bool
is_behind(struct bytes key)
{
	static const uint8_t receipts[] = { 0x19, 0x01, 0x8a };

	return bytes_compare(
		   key, (struct bytes){ receipts, sizeof(receipts) }) > 0;
}

/* The other labels stay as they are and where they are; the receipts stand in
   front of the first that belongs behind them. */
static enum err
put_map(struct rewriting *job)
{
	struct cbor_reader r =
	    cbor_open(job->map, CBOR_RELAXED, "unprotected header");
	struct bytes old =
	    cose_find(job->map, COSE_HEADER_RECEIPTS, CBOR_RELAXED);
	struct cbor_map map = cbor_map(&r, "map");
	bool to_put = job->receipt.len > 0;
	struct cbor_item key;

	cbor_put_map(job->w, map.left - (old.len > 0) + to_put);
	for (;;) {
		size_t at = r.pos;

		if (!cbor_next(&r, &map, &key, "label"))
			break;
		struct bytes label = bytes_slice(job->map, at, r.pos - at);
		struct bytes value = cbor_skip(&r, "value");

		if (cbor_is(&key, COSE_HEADER_RECEIPTS))
			continue;
		if (to_put && is_behind(label)) {
			put_list(job, old);
			to_put = false;
		}
		cbor_put_raw(job->w, label);
		cbor_put_raw(job->w, value);
	}
	if (to_put)
		put_list(job, old);
	return job->err != ERR_OK ? job->err : cbor_end(&r);
}

/* The statement's bytes up to its unprotected header, that header anew, and
   the bytes behind it: nothing else is touched. */
static enum err
rewrite(struct bytes statement, struct bytes receipt, struct cbor_writer *w)
{
	struct cose_sign1 message;
	struct fault fault;
	enum err err =
	    cose_read_sign1(statement, CBOR_RELAXED, &message, &fault);
	struct rewriting job = { .receipt = receipt, .w = w, .err = ERR_OK };

	if (err != ERR_OK)
		return err;
	/* Hung on, it would stand in both headers. */
	if (receipt.len > 0 &&
	    cose_find(message.protected_map, COSE_HEADER_RECEIPTS, CBOR_RELAXED)
		    .len > 0)
		return ERR_MALFORMED;
	size_t at = (size_t)(message.unprotected.ptr - statement.ptr);

	job.map = message.unprotected;
	cbor_put_raw(w, bytes_slice(statement, 0, at));
	err = put_map(&job);
	cbor_put_raw(w, bytes_from(statement, at + message.unprotected.len));
	if (err == ERR_OK && w->failed)
		return ERR_LIMIT;
	return err;
}

enum err
receipt_attach(
    struct bytes statement, struct bytes receipt, struct cbor_writer *w)
{
	if (receipt.len == 0)
		return ERR_MALFORMED;
	return rewrite(statement, receipt, w);
}

enum err
receipt_detach(struct bytes statement, struct cbor_writer *w)
{
	return rewrite(statement, no_bytes, w);
}
