/* SPDX-License-Identifier: ISC */
/* Looks at what authenticates a UBIFS. */
#include "base/cursor.h"
#include "crypto/hash.h"
#include "unpack/cms.h"
#include "unpack/ubi.h"
#include "unpack/ubifs_private.h"

#define TYPE_MASTER 7
#define TYPE_SIGNATURE 13
#define SIGNATURE_PKCS7 1
#define SIGNATURE_HEADER_LEN ((size_t)64)
#define MASTER_LEN ((size_t)512)
#define ROOT_PLACE_AT 48
#define ROOT_DIGEST_AT 168

struct hash_name {
	uint16_t id;
	enum hash hash;
	const char *text;
};

/* include/uapi/linux/hash_info.h; the ones that mkfs.ubifs offers */
static const struct hash_name hashes[] = {
	{ 2, HASH_SHA1, "SHA-1" },
	{ 4, HASH_SHA256, "SHA-256" },
	{ 5, HASH_SHA384, "SHA-384" },
	{ 6, HASH_SHA512, "SHA-512" },
};

static const struct hash_name *
find_hash(uint16_t id)
{
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
		if (hashes[i].id == id)
			return &hashes[i];
	return NULL;
}

/* The node of this type at an offset; empty when it is none. */
static struct bytes
node_at(struct bytes in, uint64_t at, uint8_t type)
{
	struct bytes none = { NULL, 0 };
	struct cursor c = cur_open(in, "ubifs node");

	cur_seek(&c, at, "node");
	if (cur_u32le(&c, "magic") != UBIFS_NODE_MAGIC)
		return none;
	uint32_t crc = cur_u32le(&c, "crc");

	cur_skip(&c, 8, "sqnum");
	uint32_t len = cur_u32le(&c, "len");
	uint8_t found = cur_u8(&c, "node_type");

	if (!cur_ok(&c) || len < UBIFS_HEADER_LEN || len > in.len - at ||
	    found != type)
		return none;
	struct bytes node = bytes_slice(in, (size_t)at, len);

	return crc == ubi_crc(bytes_from(node, 8)) ? node : none;
}

static bool
has_digest(const struct hash_name *h, struct bytes in, struct bytes wanted)
{
	uint8_t digest[HASH_MAX_LEN];

	return h != NULL && in.len > 0 && wanted.len >= hash_len(h->hash) &&
	    hash_of(h->hash, in, digest) == ERR_OK &&
	    bytes_equal((struct bytes){ digest, hash_len(h->hash) },
		bytes_slice(wanted, 0, hash_len(h->hash)));
}

/* From the superblock down to the root of the index. */
static bool
is_chain_right(
    struct bytes in, const struct ubifs_super *super, const struct hash_name *h)
{
	struct bytes master = node_at(in, super->leb_len, TYPE_MASTER);
	struct cursor c = cur_open(master, "ubifs master node");

	cur_seek(&c, ROOT_PLACE_AT, "root_lnum");
	uint64_t at = (uint64_t)cur_u32le(&c, "root_lnum") * super->leb_len;

	at += cur_u32le(&c, "root_offs");
	uint32_t len = cur_u32le(&c, "root_len");

	if (!cur_ok(&c) || master.len != MASTER_LEN || at > in.len)
		return false;
	/* The headers of master nodes, of which there are two, differ. */
	return has_digest(h, bytes_from(master, UBIFS_HEADER_LEN),
		   super->master_digest) &&
	    has_digest(h, bytes_slice(in, (size_t)at, len),
		bytes_from(master, ROOT_DIGEST_AT));
}

static struct bytes
find_signature(struct bytes in)
{
	struct bytes node = node_at(in, UBIFS_SUPER_LEN, TYPE_SIGNATURE);
	struct cursor c =
	    cur_open_at(node, UBIFS_HEADER_LEN, "ubifs signature");
	uint32_t type = cur_u32le(&c, "type");
	uint32_t len = cur_u32le(&c, "len");

	if (!cur_ok(&c) || type != SIGNATURE_PKCS7)
		return (struct bytes){ NULL, 0 };
	return bytes_slice(node, SIGNATURE_HEADER_LEN, len);
}

void
ubifs_describe_authenticity(
    struct bytes in, const struct ubifs_super *super, struct format_info *info)
{
	const struct hash_name *h = find_hash(super->hash);
	struct bytes signature = find_signature(in);

	if ((super->flags & UBIFS_AUTHENTICATED) == 0)
		return;
	format_detail(
	    info, ", authenticated (%s)", h != NULL ? h->text : "unknown hash");
	if (signature.len == 0) {
		info->authenticity = AUTHENTICITY_HASH;
		format_detail(info, " by HMACs with the device's key");
		return;
	}
	enum cms_answer answer =
	    cms_check(signature, bytes_slice(in, 0, UBIFS_SUPER_LEN));

	if (answer == CMS_IS_WRONG || answer == CMS_IS_NONE) {
		format_detail(info, ", signature does not hold");
		return;
	}
	if (!is_chain_right(in, super, h)) {
		format_detail(info, ", digest of the root is wrong");
		return;
	}
	info->authenticity = AUTHENTICITY_SIGNED;
	format_detail(info,
	    answer == CMS_IS_RIGHT ? ", signature holds"
				   : ", signed, key in the device");
	format_detail(info, ", digests below the root not checked");
	if (answer == CMS_IS_RIGHT)
		cms_detail_key(info, signature);
}
