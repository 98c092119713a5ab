/* SPDX-License-Identifier: ISC */
/* Opens a bundle: everything in it is verified once, in the caller's memory. */
#include "label/bundle.h"

#include "base/number.h"
#include "label/bundle_private.h"
#include "label/compact.h"
#include "label/status_list.h"
#include "ledger/tile.h"
#include "statement/statement.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

/* What the Sig_structure has besides the message's own bytes. */
#define TO_BE_SIGNED_MORE ((size_t)128)

#define TOKEN_PATH "/status/"

static enum err
fail_with(enum err err, const char *field, struct fault *ret_fault)
{
	*ret_fault =
	    (struct fault){ .code = err, .format = "bundle", .field = field };
	return err;
}

/* The caller's memory, given out piece by piece. */
struct room {
	uint8_t *ptr;
	size_t left;
};

static size_t
aligned(size_t len)
{
	size_t to = alignof(max_align_t);

	return (len + to - 1) & ~(to - 1);
}

/* NULL when it does not suffice. What is counted was bounded before, so that
   the product cannot wrap. */
static void *
take(struct room *room, size_t count, size_t size)
{
	size_t len = aligned(count * size);

	if (len > room->left)
		return NULL;
	uint8_t *taken = room->ptr;

	room->ptr += len;
	room->left -= len;
	memset(taken, 0, len);
	return taken;
}

/* Working room: for what is signed, and for zlib. */
static size_t
work_len(const struct bundle_parts *parts)
{
	size_t len = parts->longest + TO_BE_SIGNED_MORE;

	return len < STATUS_INFLATE_ROOM ? STATUS_INFLATE_ROOM : len;
}

static size_t
memory_needed(const struct bundle_parts *parts)
{
	size_t len = alignof(max_align_t) + aligned(sizeof(struct bundle));

	len += aligned(parts->trust_count * sizeof(struct trust_record));
	len += aligned(parts->list_count * sizeof(struct bundle_list));
	for (size_t i = 0; i < parts->list_count; i++)
		len += aligned(bundle_list_len(i, parts->tree_size));
	return len + aligned(work_len(parts));
}

enum err
bundle_memory_needed(struct bytes file, size_t *ret, struct fault *ret_fault)
{
	struct bundle_parts parts;
	enum err err = bundle_read(file, &parts, ret_fault);

	if (err == ERR_OK)
		*ret = memory_needed(&parts);
	return err;
}

/* What the steps of opening share. */
struct opening {
	const struct bundle_parts *parts;
	const struct policy *policy;
	struct cose_key log; /* of the ledger, by the policy */
	struct room room;
	uint8_t *work;
	size_t work_len;
	struct bundle *bundle;
	struct fault *fault;
};

/* The head: signed by a ledger of the policy and a quorum of witnesses. */
static enum err
open_head(struct opening *o)
{
	struct bundle *b = o->bundle;
	struct checkpoint checkpoint;
	struct policy_verdict verdict;
	enum err err = policy_judge(o->policy, b->hooks, o->parts->checkpoint,
	    &checkpoint, &verdict, o->fault);

	if (err != ERR_OK)
		return err;
	if (!verdict.quorum)
		return fail_with(ERR_CHECKSUM, "quorum of witnesses", o->fault);
	o->log = o->policy->log[verdict.log].key.key;
	b->origin = checkpoint.origin;
	b->head = checkpoint.head;
	b->witnesses = (unsigned)verdict.witness_count;
	if (verdict.newest <= INT64_MAX)
		b->head_time = (int64_t)verdict.newest;
	return ERR_OK;
}

/* The envelope: the same ledger's, about these very bytes. */
static enum err
open_envelope(struct opening *o)
{
	const struct bundle_parts *p = o->parts;
	struct bundle *b = o->bundle;
	uint8_t digest[SHA256_LEN];

	b->hooks->sha256(b->hooks->context, &p->content, 1, digest);
	if (memcmp(digest, p->envelope.payload.ptr, SHA256_LEN) != 0)
		return fail_with(ERR_CHECKSUM, "digest", o->fault);
	cose_key_thumbprint(b->hooks, &o->log, digest);
	if (memcmp(digest, p->header.kid, SHA256_LEN) != 0)
		return fail_with(ERR_CHECKSUM, "kid", o->fault);
	if (!bytes_equal(p->header.iss, b->origin))
		return fail_with(ERR_CHECKSUM, "iss", o->fault);
	enum err err = cose_verify_sign1(&p->envelope, &o->log, b->hooks,
	    (struct bytes){ NULL, 0 }, o->work, o->work_len);

	if (err != ERR_OK)
		return fail_with(err, "signature", o->fault);
	b->issued = p->header.issued;
	b->expires = p->header.expires;
	return ERR_OK;
}

static struct merkle_hash
hash_at(struct bytes hashes, size_t index)
{
	struct merkle_hash hash;

	memcpy(hash.byte, hashes.ptr + index * SHA256_LEN, SHA256_LEN);
	return hash;
}

/* Adds a full tile to the right edge of a tree: a carry from level 8 up. */
static void
add_tile(const struct crypto_hooks *hooks, struct merkle_frontier *frontier,
    struct merkle_hash tile)
{
	unsigned level = TILE_HEIGHT;

	while ((frontier->size >> level & 1) != 0) {
		tile = merkle_node(hooks, &frontier->peak[level], &tile);
		level++;
	}
	frontier->peak[level] = tile;
	frontier->size += TILE_WIDTH;
}

static enum err
open_tree(struct opening *o)
{
	struct bundle *b = o->bundle;
	struct merkle_frontier frontier = { 0 };
	struct merkle_hash node[MERKLE_LEVELS];

	b->tiles = o->parts->tiles;
	b->tail = o->parts->tail;
	for (size_t i = 0; i < b->tiles.len / SHA256_LEN; i++)
		add_tile(b->hooks, &frontier, hash_at(b->tiles, i));
	for (size_t i = 0; i < b->tail.len / SHA256_LEN; i++) {
		struct merkle_hash leaf = hash_at(b->tail, i);

		(void)merkle_frontier_append(b->hooks, &frontier, &leaf, node);
	}
	struct merkle_hash root = merkle_frontier_root(b->hooks, &frontier);

	if (!merkle_equal(&root, &b->head.root))
		return fail_with(ERR_CHECKSUM, "root", o->fault);
	return ERR_OK;
}

enum err
bundle_verify_leaf(const struct bundle *bundle, const struct merkle_hash *leaf,
    uint64_t index, struct bytes proof)
{
	struct merkle_proof path;
	struct merkle_head tile = { .size = TILE_WIDTH };
	uint64_t number = index / TILE_WIDTH;
	size_t place = (size_t)(index % TILE_WIDTH);

	if (index >= bundle->head.size)
		return ERR_END;
	if (number >= bundle->tiles.len / SHA256_LEN) {
		struct merkle_hash there = hash_at(bundle->tail, place);

		return merkle_equal(leaf, &there) ? ERR_OK : ERR_CHECKSUM;
	}
	if (proof.len == 0)
		return ERR_TRUNCATED;
	tile.root = hash_at(bundle->tiles, (size_t)number);
	if (merkle_read_proof(proof, &path) != ERR_OK ||
	    merkle_verify_inclusion(bundle->hooks, leaf, place, &tile,
		merkle_path_of(&path)) != ERR_OK)
		return ERR_CHECKSUM;
	return ERR_OK;
}

/* Signed by one of the scheme's owners. */
static enum err
verify_owner(const struct opening *o, const struct statement *s)
{
	enum err err = ERR_CHECKSUM;

	for (size_t i = 0; i < o->policy->owner_count; i++) {
		const struct vkey *owner = &o->policy->owner[i];

		if (!owner->usable)
			continue;
		err = statement_verify(
		    s, &owner->key, o->bundle->hooks, o->work, o->work_len);
		if (err == ERR_OK)
			return ERR_OK;
	}
	return err == ERR_UNSUPPORTED ? err : ERR_CHECKSUM;
}

/* One statement of the trust list: an accreditation goes into the record,
   a recognition need only be right. */
static enum err
open_statement(struct opening *o, const struct bundle_entry *entry,
    struct trust_record *record, bool *ret_is_record)
{
	const struct crypto_hooks *hooks = o->bundle->hooks;
	struct statement s;
	struct trust_recognition recognition;
	enum err err = statement_read(entry->statement, &s, o->fault);

	if (err != ERR_OK)
		return err;
	if (!statement_is_leaf(&s))
		return fail_with(ERR_MALFORMED, "trust statement", o->fault);
	err = verify_owner(o, &s);
	if (err != ERR_OK)
		return fail_with(err, "owner of a trust statement", o->fault);
	struct merkle_hash leaf = merkle_leaf(hooks, entry->statement);

	if (bundle_verify_leaf(o->bundle, &leaf, entry->index, entry->proof) !=
	    ERR_OK)
		return fail_with(
		    ERR_CHECKSUM, "proof of a trust statement", o->fault);
	*ret_is_record = s.header.kind == STATEMENT_ACCREDITATION;
	if (*ret_is_record)
		return trust_record_read(
		    &s, entry->index, hooks, record, o->fault);
	return trust_recognition_read(&s, entry->index, &recognition, o->fault);
}

static enum err
open_trust(struct opening *o)
{
	size_t count = o->parts->trust_count;
	struct cbor_reader r = o->parts->trust;
	struct trust_record *record = take(&o->room, count, sizeof(*record));
	size_t kept = 0;

	if (record == NULL)
		return fail_with(ERR_MEMORY, "trust", o->fault);
	for (size_t i = 0; i < count; i++) {
		struct bundle_entry entry;
		bool is_record = false;
		enum err err = bundle_read_entry(&r, &entry);

		if (err == ERR_OK)
			err = open_statement(
			    o, &entry, &record[kept], &is_record);
		if (err != ERR_OK)
			return err;
		if (is_record)
			kept++;
	}
	o->bundle->trust =
	    (struct trust_list){ .record = record, .count = kept };
	return ERR_OK;
}

/* Whether the token is the one published as list `number`. */
static bool
is_number(struct bytes uri, size_t number)
{
	size_t at = uri.len;
	uint64_t said;

	while (at > 0 && uri.ptr[at - 1] != '/')
		at--;
	struct bytes digits = bytes_from(uri, at);

	return bytes_ends(bytes_slice(uri, 0, at), BYTES(TOKEN_PATH)) &&
	    bytes_to_u64(digits, &said) && said == number &&
	    (digits.len == 1 || digits.ptr[0] != '0');
}

static enum err
open_list(
    struct opening *o, struct bytes in, size_t number, struct bundle_list *list)
{
	struct status_token token;
	size_t len = bundle_list_len(number, o->parts->tree_size);
	enum err err = status_token_read(in, CBOR_STRICT, &token, o->fault);

	if (err != ERR_OK)
		return err;
	if (token.list.bits != STATUS_LIST_BITS ||
	    !is_number(token.uri, number))
		return fail_with(ERR_MALFORMED, "status list", o->fault);
	err = cose_verify_sign1(&token.message, &o->log, o->bundle->hooks,
	    (struct bytes){ NULL, 0 }, o->work, o->work_len);
	if (err != ERR_OK)
		return fail_with(err, "signature of a status list", o->fault);
	uint8_t *unpacked = take(&o->room, len, 1);

	if (unpacked == NULL)
		return fail_with(ERR_MEMORY, "status list", o->fault);
	list->issued = token.issued;
	list->expires = token.expires;
	err = status_list_inflate(
	    &token.list, o->work, o->work_len, unpacked, len, &list->bytes);
	if (err != ERR_OK)
		return fail_with(err, "status list", o->fault);
	return ERR_OK;
}

static enum err
open_lists(struct opening *o)
{
	size_t count = o->parts->list_count;
	struct cbor_reader r = o->parts->status;
	struct bundle_list *list = take(&o->room, count, sizeof(*list));

	if (list == NULL)
		return fail_with(ERR_MEMORY, "status", o->fault);
	for (size_t i = 0; i < count; i++) {
		enum err err =
		    open_list(o, cbor_bytes(&r, "status list"), i, &list[i]);

		if (err != ERR_OK)
			return err;
	}
	o->bundle->list = list;
	o->bundle->list_count = count;
	return ERR_OK;
}

static struct room
room_of(void *memory, size_t len)
{
	size_t to = alignof(max_align_t);
	size_t off = (to - (uintptr_t)memory % to) % to;

	off = size_min(off, len);
	return (struct room){ (uint8_t *)memory + off, len - off };
}

enum err
bundle_open(struct bytes file, const struct policy *policy,
    const struct crypto_hooks *hooks, void *memory, size_t memory_len,
    const struct bundle **ret, struct fault *ret_fault)
{
	static enum err (*const steps[])(struct opening *) = {
		/* the head tells the key that the envelope is signed with */
		open_head, open_envelope, open_tree, open_trust, open_lists
	};
	struct bundle_parts parts;
	enum err err = bundle_read(file, &parts, ret_fault);

	if (err != ERR_OK)
		return err;
	if (memory_len < memory_needed(&parts))
		return fail_with(ERR_MEMORY, "memory", ret_fault);
	struct opening o = {
		.parts = &parts,
		.policy = policy,
		.room = room_of(memory, memory_len),
		.work_len = work_len(&parts),
		.fault = ret_fault,
	};

	o.bundle = take(&o.room, 1, sizeof(*o.bundle));
	o.work = take(&o.room, 1, o.work_len);
	if (o.bundle == NULL || o.work == NULL)
		return fail_with(ERR_MEMORY, "memory", ret_fault);
	o.bundle->hooks = hooks;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		err = steps[i](&o);
		if (err != ERR_OK)
			return err;
	}
	*ret = o.bundle;
	return ERR_OK;
}
