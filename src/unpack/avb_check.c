/* SPDX-License-Identifier: ISC */
/* Computes the digests and hash trees that Verified Boot promises anew. */
#include "base/cursor.h"
#include "base/number.h"
#include "unpack/avb_private.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define TAG_HASH_TREE 1
#define TAG_HASH 2
#define LEVELS_MAX 8
#define BLOCK_MIN 512u
#define BLOCK_MAX 65536u

bool
avb_next_descriptor(struct bytes *rest, struct avb_descriptor *ret)
{
	struct cursor c = cur_open(*rest, "avb descriptor");
	struct avb_descriptor d = { 0 };
	uint64_t tag = cur_u64be(&c, "tag");
	uint64_t len = cur_u64be(&c, "num_bytes_following");

	if (!cur_ok(&c) || len > cur_left(&c))
		return false;
	size_t end = c.pos + (size_t)len;

	d.tree = tag == TAG_HASH_TREE;
	d.other = !d.tree && tag != TAG_HASH;
	if (d.tree)
		(void)cur_u32be(&c, "dm_verity_version");
	d.image_len = cur_u64be(&c, "image_size");
	if (d.tree) {
		cur_skip(&c, 16, "tree_offset, tree_size");
		d.data_block_len = cur_u32be(&c, "data_block_size");
		d.hash_block_len = cur_u32be(&c, "hash_block_size");
		cur_skip(&c, 20, "fec_num_roots, fec_offset, fec_size");
	}
	d.algorithm = cur_text(&c, 32, "hash_algorithm");
	size_t name_len = cur_u32be(&c, "partition_name_len");
	size_t salt_len = cur_u32be(&c, "salt_len");
	size_t digest_len = cur_u32be(&c, "digest_len");

	cur_skip(&c, 64, "flags, reserved");
	if (!d.other && cur_ok(&c) && c.pos <= end) {
		struct bytes tail = bytes_slice(*rest, c.pos, end - c.pos);

		d.partition = bytes_slice(tail, 0, name_len);
		tail = bytes_from(tail, d.partition.len);
		d.salt = bytes_slice(tail, 0, salt_len);
		d.digest =
		    bytes_slice(bytes_from(tail, d.salt.len), 0, digest_len);
	}
	if (d.partition.len != name_len || d.salt.len != salt_len ||
	    d.digest.len != digest_len || d.digest.len == 0)
		d.other = true; /* it says nothing that could be checked */
	*rest = bytes_from(*rest, end);
	*ret = d;
	return true;
}

static const EVP_MD *
md_of(enum hash hash)
{
	switch (hash) {
	case HASH_SHA1:
		return EVP_sha1();
	case HASH_SHA256:
		return EVP_sha256();
	case HASH_SHA512:
		return EVP_sha512();
	case HASH_MD5:
	case HASH_SHA384:
		break;
	}
	return NULL;
}

static bool
hash_with(EVP_MD_CTX *ctx, enum hash hash, struct bytes first,
    struct bytes second, uint8_t *to)
{
	return EVP_DigestInit_ex(ctx, md_of(hash), NULL) == 1 &&
	    EVP_DigestUpdate(ctx, first.ptr, first.len) == 1 &&
	    EVP_DigestUpdate(ctx, second.ptr, second.len) == 1 &&
	    EVP_DigestFinal_ex(ctx, to, NULL) == 1;
}

bool
avb_digest(enum hash hash, struct bytes first, struct bytes second,
    uint8_t ret[HASH_MAX_LEN])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx != NULL && hash_with(ctx, hash, first, second, ret);

	EVP_MD_CTX_free(ctx);
	return ok;
}

static bool
hash_named(struct bytes name, enum hash *ret)
{
	static const struct {
		const char *name;
		enum hash hash;
	} rows[] = {
		{ "sha1", HASH_SHA1 },
		{ "sha256", HASH_SHA256 },
		{ "sha512", HASH_SHA512 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (bytes_equal_text(name, rows[i].name)) {
			*ret = rows[i].hash;
			return true;
		}
	return false;
}

/* A tree of digests, each in a power of two of bytes. */
struct tree_kind {
	enum hash hash;
	struct bytes salt;
	size_t digest_room;
	size_t block_len; /* of what the digests lie in */
};

/* Digests of all blocks of `in`, padded to whole blocks; free() it. */
static uint8_t *
hash_level(EVP_MD_CTX *ctx, const struct tree_kind *kind, struct bytes in,
    size_t block_len, size_t *ret_len)
{
	size_t count = in.len / block_len;
	size_t len = 0;
	uint8_t digest[HASH_MAX_LEN];

	if (!size_round_up(count * kind->digest_room, kind->block_len, &len))
		return NULL;
	uint8_t *level = calloc(1, len);

	for (size_t i = 0; level != NULL && i < count; i++) {
		struct bytes block = bytes_slice(in, i * block_len, block_len);

		if (!hash_with(ctx, kind->hash, kind->salt, block, digest)) {
			free(level);
			return NULL;
		}
		memcpy(level + i * kind->digest_room, digest,
		    hash_len(kind->hash));
	}
	*ret_len = len;
	return level;
}

/* Source: Linux Documentation/admin-guide/device-mapper/verity.rst. */
static enum answer
check_tree(const struct avb_descriptor *d, enum hash hash, struct bytes image)
{
	struct tree_kind kind = { .hash = hash,
		.salt = d->salt,
		.digest_room = hash == HASH_SHA512 ? 64 : 32,
		.block_len = d->hash_block_len };
	size_t block_len = d->data_block_len;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t *level = NULL;
	bool ok = ctx != NULL;
	uint8_t root[HASH_MAX_LEN];

	for (size_t i = 0; ok && image.len > block_len && i < LEVELS_MAX; i++) {
		size_t len = 0;
		uint8_t *above = hash_level(ctx, &kind, image, block_len, &len);

		free(level);
		level = above;
		image = (struct bytes){ level, len };
		block_len = kind.block_len;
		ok = level != NULL;
	}
	ok = ok && hash_with(ctx, hash, d->salt, image, root);
	free(level);
	EVP_MD_CTX_free(ctx);
	if (!ok)
		return ANSWER_UNKNOWN;
	return memcmp(root, d->digest.ptr, d->digest.len) == 0 ? ANSWER_YES
							       : ANSWER_NO;
}

static bool
block_is_right(uint32_t len)
{
	return len >= BLOCK_MIN && len <= BLOCK_MAX && (len & (len - 1)) == 0;
}

enum answer
avb_check(const struct avb_descriptor *d, struct bytes image)
{
	uint8_t digest[HASH_MAX_LEN];
	enum hash hash;

	if (d->other || image.len == 0 || d->image_len > image.len ||
	    d->image_len == 0 || !hash_named(d->algorithm, &hash) ||
	    d->digest.len != hash_len(hash))
		return ANSWER_UNKNOWN;
	image.len = (size_t)d->image_len;
	if (d->tree) {
		if (!block_is_right(d->data_block_len) ||
		    !block_is_right(d->hash_block_len) ||
		    image.len % d->data_block_len != 0)
			return ANSWER_UNKNOWN;
		return check_tree(d, hash, image);
	}
	if (!avb_digest(hash, d->salt, image, digest))
		return ANSWER_UNKNOWN;
	return memcmp(digest, d->digest.ptr, d->digest.len) == 0 ? ANSWER_YES
								 : ANSWER_NO;
}
