/* SPDX-License-Identifier: ISC */
/* Android Verified Boot: what vouches for an image, and whether it is right. */
#include "base/cursor.h"
#include "base/number.h"
#include "unpack/android.h"
#include "unpack/avb_private.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"

#include <openssl/rsa.h>
#include <string.h>

#define HEADER_LEN ((size_t)256)
#define FOOTER_LEN ((size_t)64)
#define KEY_MAX_LEN ((size_t)1024)
#define FLAG_VERIFICATION_OFF 2u
#define FLAG_HASH_TREE_OFF 1u
#define NAME_SHOWN 24 /* of a partition, so that the key fits in behind */

/* All numbers are big-endian. */
struct vbmeta {
	struct bytes header, auxiliary;
	uint32_t algorithm;
	struct bytes hash, signature, key, descriptors;
	uint64_t rollback;
	uint32_t flags;
	size_t size;
};

static const struct {
	const char *name;
	bool sha512;
	size_t key_len; /* bytes */
} algorithms[] = {
	{ "NONE", false, 0 },
	{ "SHA256_RSA2048", false, 256 },
	{ "SHA256_RSA4096", false, 512 },
	{ "SHA256_RSA8192", false, 1024 },
	{ "SHA512_RSA2048", true, 256 },
	{ "SHA512_RSA4096", true, 512 },
	{ "SHA512_RSA8192", true, 1024 },
};

#define ALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

/* A part of a block that the header names by offset and length. */
static struct bytes
part_of(struct cursor *c, struct bytes block, const char *field)
{
	uint64_t at = cur_u64be(c, field);
	uint64_t len = cur_u64be(c, field);

	if (at > block.len || len > block.len - at) {
		cur_fail(c, ERR_MALFORMED, c->pos, field);
		return (struct bytes){ NULL, 0 };
	}
	return bytes_slice(block, (size_t)at, (size_t)len);
}

static enum err
read_vbmeta(struct bytes in, struct vbmeta *ret)
{
	struct cursor c = cur_open(in, "avb header");
	struct vbmeta v = { .header = bytes_slice(in, 0, HEADER_LEN) };

	if (cur_u32be(&c, "magic") != 0x41564230) /* AVB0 */
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	if (cur_u32be(&c, "required_libavb_version_major") != 1)
		cur_fail(&c, ERR_UNSUPPORTED, 4, "version");
	(void)cur_u32be(&c, "required_libavb_version_minor");
	uint64_t first = cur_u64be(&c, "authentication_data_block_size");
	uint64_t second = cur_u64be(&c, "auxiliary_data_block_size");

	v.algorithm = cur_u32be(&c, "algorithm_type");
	if (in.len < HEADER_LEN)
		return ERR_TRUNCATED;
	size_t room = in.len - HEADER_LEN;

	if (!cur_ok(&c))
		return c.fault.code;
	if (first % 64 != 0 || second % 64 != 0)
		return ERR_MALFORMED;
	if (first > room || second > room - first)
		return ERR_TRUNCATED;
	struct bytes block = bytes_slice(in, HEADER_LEN, (size_t)first);

	v.auxiliary =
	    bytes_slice(in, HEADER_LEN + (size_t)first, (size_t)second);
	v.size = HEADER_LEN + (size_t)first + (size_t)second;
	v.hash = part_of(&c, block, "hash");
	v.signature = part_of(&c, block, "signature");
	v.key = part_of(&c, v.auxiliary, "public_key");
	(void)part_of(&c, v.auxiliary, "public_key_metadata");
	v.descriptors = part_of(&c, v.auxiliary, "descriptors");
	v.rollback = cur_u64be(&c, "rollback_index");
	v.flags = cur_u32be(&c, "flags");
	if (!cur_ok(&c))
		return c.fault.code;
	*ret = v;
	return ERR_OK;
}

/* Bits, a number that helps bootloaders, the modulus, another such number. */
static EVP_PKEY *
read_key(const struct vbmeta *v)
{
	static const uint8_t exponent[] = { 1, 0, 1 };
	size_t len = algorithms[v->algorithm].key_len;
	struct cursor c = cur_open(v->key, "avb key");
	uint8_t modulus[KEY_MAX_LEN];
	size_t bits = cur_u32be(&c, "key_num_bits");

	(void)cur_u32be(&c, "n0inv");
	struct bytes n = bits == len * 8 && len > 0 ? cur_bytes(&c, len, "n")
						    : (struct bytes){ NULL, 0 };

	if (!cur_ok(&c) || n.len == 0)
		return NULL;
	len = reverse_bytes(n, modulus, sizeof(modulus));
	return signature_rsa_key((struct bytes){ modulus, len },
	    (struct bytes){ exponent, sizeof(exponent) });
}

static bool
rsa_verifies(EVP_PKEY *key, bool sha512, const uint8_t *digest, size_t len,
    struct bytes signature)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	bool ok = ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(
		ctx, sha512 ? EVP_sha512() : EVP_sha256()) == 1 &&
	    EVP_PKEY_verify(ctx, signature.ptr, signature.len, digest, len) ==
		1;

	EVP_PKEY_CTX_free(ctx);
	return ok;
}

/* Header and auxiliary block against hash and signature. */
static bool
vbmeta_verifies(const struct vbmeta *v, EVP_PKEY *key)
{
	bool sha512 = algorithms[v->algorithm].sha512;
	size_t len = sha512 ? 64 : 32;
	uint8_t digest[HASH_MAX_LEN];

	return key != NULL &&
	    v->signature.len == algorithms[v->algorithm].key_len &&
	    avb_digest(sha512 ? HASH_SHA512 : HASH_SHA256, v->header,
		v->auxiliary, digest) &&
	    v->hash.len == len && memcmp(v->hash.ptr, digest, len) == 0 &&
	    rsa_verifies(key, sha512, digest, len, v->signature);
}

/* What the descriptors say of the image, each checked where it can be. */
struct promises {
	size_t right, wrong;
};

static void
check_descriptors(const struct vbmeta *v, struct bytes image,
    struct promises *p, struct format_info *info)
{
	struct bytes rest = v->descriptors;
	struct avb_descriptor d;

	while (avb_next_descriptor(&rest, &d)) {
		enum answer answer = avb_check(&d, image);

		if (answer == ANSWER_UNKNOWN)
			continue;
		bool right = answer == ANSWER_YES;

		p->right += right ? 1 : 0;
		p->wrong += right ? 0 : 1;
		if (p->right + p->wrong > 1)
			continue;
		struct bytes name = bytes_slice(d.partition, 0, NAME_SHOWN);

		format_detail(info, ", %s of \"%.*s\" %s",
		    d.tree ? "hash tree" : "hash", detail_text_len(name),
		    (const char *)name.ptr, right ? "agrees" : "is wrong");
	}
}

/*
 * `image` is what stands in front of the vbmeta, or empty. A vbmeta by itself
 * vouches for other partitions: only its signature can be looked at.
 */
static void
judge(const struct vbmeta *v, struct bytes image, bool footer,
    struct format_info *info)
{
	bool known = v->algorithm < ALGORITHMS;
	bool is_signed = known && v->algorithm > 0;
	EVP_PKEY *key = is_signed ? read_key(v) : NULL;
	bool right = is_signed && vbmeta_verifies(v, key);
	bool off = (v->flags & FLAG_VERIFICATION_OFF) != 0;
	struct promises p = { 0, 0 };

	if (!known)
		format_detail(info, "algorithm %u", v->algorithm);
	else if (!is_signed)
		format_detail(info, "not signed");
	else
		format_detail(info, "%s %s", algorithms[v->algorithm].name,
		    right ? "verifies" : "does not verify");
	format_detail(
	    info, ", rollback index %llu", (unsigned long long)v->rollback);
	check_descriptors(v, image, &p, info);
	if (off)
		format_detail(info, ", verification is off");
	else if ((v->flags & FLAG_HASH_TREE_OFF) != 0)
		format_detail(info, ", hash trees are off");
	info->encrypted = ANSWER_UNKNOWN;
	info->rollback = v->rollback > 0 ? ANSWER_YES : ANSWER_NO;
	info->authenticity = AUTHENTICITY_NONE;
	bool kept = p.wrong == 0 && (p.right > 0 || !footer) && !off;

	/* A promise that could not be looked at is neither kept nor broken. */
	if (!known || (right && p.right + p.wrong == 0 && footer && !off))
		info->authenticity = AUTHENTICITY_UNKNOWN;
	else if (kept && right)
		info->authenticity = AUTHENTICITY_SIGNED;
	else if (kept && p.right > 0 && !is_signed)
		info->authenticity = AUTHENTICITY_HASH;
	if (right)
		signature_detail_key(info, key);
	EVP_PKEY_free(key);
}

static enum err
vbmeta_probe(struct bytes in, struct format_info *ret)
{
	struct vbmeta v;
	enum err err = read_vbmeta(in, &v);

	if (err != ERR_OK)
		return err;
	struct format_info info = { .size = v.size };

	judge(&v, (struct bytes){ NULL, 0 }, false, &info);
	*ret = info;
	return ERR_OK;
}

static enum err
vbmeta_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	enum err err = slices_open(in, &s);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		*ret_handle = s;
	return err;
}

struct footer {
	size_t image_len; /* before it was signed */
	struct bytes vbmeta;
};

static enum err
read_footer(struct bytes in, struct footer *ret)
{
	if (in.len < FOOTER_LEN)
		return ERR_TRUNCATED;
	size_t room = in.len - FOOTER_LEN;
	struct cursor c = cur_open_at(in, room, "avb footer");

	if (cur_u32be(&c, "magic") != 0x41564266) /* AVBf */
		cur_fail(&c, ERR_MALFORMED, room, "magic");
	if (cur_u32be(&c, "version_major") != 1)
		cur_fail(&c, ERR_UNSUPPORTED, room + 4, "version_major");
	(void)cur_u32be(&c, "version_minor");
	uint64_t image_len = cur_u64be(&c, "original_image_size");
	uint64_t at = cur_u64be(&c, "vbmeta_offset");
	uint64_t len = cur_u64be(&c, "vbmeta_size");

	if (!cur_ok(&c))
		return c.fault.code;
	if (at > room || len > room - at || image_len > at)
		return ERR_MALFORMED;
	*ret = (struct footer){ .image_len = (size_t)image_len,
		.vbmeta = bytes_slice(in, (size_t)at, (size_t)len) };
	return ERR_OK;
}

static enum err
footer_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .size = in.len };
	struct footer f;
	struct vbmeta v;
	enum err err = read_footer(in, &f);

	if (err == ERR_OK)
		err = read_vbmeta(f.vbmeta, &v);
	if (err != ERR_OK)
		return err;
	judge(&v, bytes_slice(in, 0, f.image_len), true, &info);
	*ret = info;
	return ERR_OK;
}

static enum err
footer_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct footer f;
	struct slices *s;
	enum err err = read_footer(in, &f);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	slices_add(s, 0, f.image_len, false);
	*ret_handle = s;
	return ERR_OK;
}

const struct format avb_format = {
	.name = "avb",
	.magic = { MAGIC(0, "AVB0\x00\x00\x00\x01") },
	.probe = vbmeta_probe,
	.open = vbmeta_open,
	.next = slices_next,
	.close = slices_close,
};

const struct format avb_footer_format = {
	.name = "avb",
	.only_at_start = true, /* known by the end of its input */
	.probe = footer_probe,
	.open = footer_open,
	.next = slices_next,
	.close = slices_close,
};
