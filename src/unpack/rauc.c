/* SPDX-License-Identifier: ISC */
/* RAUC bundles: squashfs, hash tree, CMS signature, and its size at the end. */
#include "base/cursor.h"
#include "base/limits.h"
#include "unpack/mcu.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"

#include <openssl/cms.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_LEN ((size_t)8)
#define SIGNATURE_MAX_LEN (64 * KIB)
#define BLOCK_LEN ((size_t)4096)
#define DIGEST_LEN ((size_t)32)
#define SALT_MAX_LEN ((size_t)64)
#define LEVELS_MAX 8

/* SEQUENCE, and the OIDs of RFC 5652: signed-data, enveloped-data. */
static const struct bytes oid_signed = {
	(const uint8_t *)"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 11
};
static const struct bytes oid_enveloped = {
	(const uint8_t *)"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", 11
};

struct bundle {
	struct bytes data; /* in front of the signature */
	struct bytes cms;
	bool enveloped;
};

static enum err
read_bundle(struct bytes in, struct bundle *ret)
{
	if (in.len < SIZE_LEN + 32)
		return ERR_TRUNCATED;
	struct cursor c = cur_open_at(in, in.len - SIZE_LEN, "rauc trailer");
	uint64_t size = cur_u64be(&c, "signature size");
	size_t room = in.len - SIZE_LEN;

	if (size < 32 || size > SIGNATURE_MAX_LEN || size > room)
		return ERR_MALFORMED;
	struct bundle b = {
		.data = bytes_slice(in, 0, room - (size_t)size),
		.cms = bytes_slice(in, room - (size_t)size, (size_t)size),
	};
	/* DER: 30 82 and two bytes of length, all of it, then the OID */
	struct cursor d = cur_open(b.cms, "rauc signature");

	if (cur_u16be(&d, "SEQUENCE") != 0x3082 ||
	    cur_u16be(&d, "length") != size - 4)
		return ERR_MALFORMED;
	struct bytes oid = bytes_from(b.cms, 4);

	b.enveloped = bytes_starts(oid, oid_enveloped);
	if (!b.enveloped && !bytes_starts(oid, oid_signed))
		return ERR_MALFORMED;
	*ret = b;
	return ERR_OK;
}

/* What the manifest inside the signature says (formats verity and crypt). */
struct manifest {
	struct bytes version, compatible;
	bool verity;
	uint8_t hash[DIGEST_LEN];
	uint8_t salt[SALT_MAX_LEN];
	size_t salt_len;
	uint64_t tree_len;
};

static struct manifest
read_manifest(struct bytes text)
{
	struct manifest m = { .verity = false };
	struct bytes line;

	while (bytes_next_line(&text, &line)) {
		struct bytes name;

		if (!bytes_next_field(&line, '=', &name))
			continue;
		if (bytes_equal_text(name, "version"))
			m.version = line;
		else if (bytes_equal_text(name, "compatible"))
			m.compatible = line;
		else if (bytes_equal_text(name, "verity-hash"))
			m.verity =
			    hex_decode(line, m.hash, DIGEST_LEN) == DIGEST_LEN;
		else if (bytes_equal_text(name, "verity-salt"))
			m.salt_len = hex_decode(line, m.salt, SALT_MAX_LEN);
		else if (bytes_equal_text(name, "verity-size") &&
		    !bytes_to_u64(line, &m.tree_len))
			m.tree_len = 0;
	}
	return m;
}

static bool
hash_block(EVP_MD_CTX *ctx, const struct manifest *m, const uint8_t *block,
    uint8_t *to)
{
	return EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
	    EVP_DigestUpdate(ctx, m->salt, m->salt_len) == 1 &&
	    EVP_DigestUpdate(ctx, block, BLOCK_LEN) == 1 &&
	    EVP_DigestFinal_ex(ctx, to, NULL) == 1;
}

/* Hashes of all blocks, padded with zeros to whole blocks; free() it. */
static uint8_t *
hash_level(
    EVP_MD_CTX *ctx, const struct manifest *m, struct bytes in, size_t *ret_len)
{
	size_t count = in.len / BLOCK_LEN;
	size_t per = BLOCK_LEN / DIGEST_LEN;
	size_t len = (count + per - 1) / per * BLOCK_LEN;
	uint8_t *level = calloc(1, len);

	for (size_t i = 0; level != NULL && i < count; i++)
		if (!hash_block(ctx, m, in.ptr + i * BLOCK_LEN,
			level + i * DIGEST_LEN)) {
			free(level);
			return NULL;
		}
	*ret_len = len;
	return level;
}

/* Computes the root anew from the data alone: dm-verity, hash type 1. Source:
   Linux Documentation/admin-guide/device-mapper/verity.rst. */
static bool
verity_agrees(struct bytes data, const struct manifest *m)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t root[DIGEST_LEN];
	uint8_t *level = NULL;
	bool ok = ctx != NULL && data.len > 0 && data.len % BLOCK_LEN == 0;

	for (size_t i = 0; ok && data.len > BLOCK_LEN; i++) {
		size_t len = 0;
		uint8_t *above = hash_level(ctx, m, data, &len);

		free(level);
		level = above;
		data = (struct bytes){ level, len };
		ok = level != NULL && i < LEVELS_MAX;
	}
	ok = ok && hash_block(ctx, m, data.ptr, root) &&
	    memcmp(root, m->hash, DIGEST_LEN) == 0;
	free(level);
	EVP_MD_CTX_free(ctx);
	return ok;
}

static void
detail_signer(CMS_ContentInfo *cms, struct format_info *info)
{
	STACK_OF(X509) *signers = CMS_get0_signers(cms);

	if (signers != NULL && sk_X509_num(signers) > 0)
		signature_detail_key(
		    info, X509_get0_pubkey(sk_X509_value(signers, 0)));
	sk_X509_free(signers);
}

/* The squashfs: without the hash tree that a verity bundle has behind it. */
static struct bytes
payload_of(const struct bundle *b, const struct manifest *m)
{
	size_t len = b->data.len;

	if (m->verity && m->tree_len < len)
		len -= (size_t)m->tree_len;
	return bytes_slice(b->data, 0, len);
}

/* What the signature covers: its own content, or the data if it has none.
   The certificates are not judged: whom to trust is the device's to say. */
static bool
verify(CMS_ContentInfo *cms, struct bytes data)
{
	ASN1_OCTET_STRING **content = CMS_get0_content(cms);
	bool detached = content == NULL || *content == NULL;
	BIO *in = detached && data.len <= INT32_MAX
	    ? BIO_new_mem_buf(data.ptr, (int)data.len)
	    : NULL;
	bool ok = (!detached || in != NULL) &&
	    CMS_verify(cms, NULL, NULL, in, NULL,
		CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1;

	BIO_free(in);
	return ok;
}

static struct manifest
manifest_of(CMS_ContentInfo *cms)
{
	ASN1_OCTET_STRING **content = CMS_get0_content(cms);
	struct bytes text = { NULL, 0 };

	if (content != NULL && *content != NULL)
		text = (struct bytes){ ASN1_STRING_get0_data(*content),
			(size_t)ASN1_STRING_length(*content) };
	return read_manifest(text);
}

static void
judge(const struct bundle *b, CMS_ContentInfo *cms, struct format_info *info)
{
	struct manifest m = manifest_of(cms);
	bool right = verify(cms, b->data);
	bool tree = !m.verity || verity_agrees(payload_of(b, &m), &m);

	info->authenticity =
	    right && tree ? AUTHENTICITY_SIGNED : AUTHENTICITY_NONE;
	format_detail(info, "%s", m.verity ? "verity" : "plain");
	if (m.version.len > 0) /* of a plain one it stands inside the payload */
		format_detail(info, ", version \"%.*s\"",
		    detail_text_len(m.version), (const char *)m.version.ptr);
	format_detail(info, ", CMS %s", right ? "verifies" : "does not verify");
	if (m.verity)
		format_detail(
		    info, ", hash tree %s", tree ? "agrees" : "is wrong");
	if (right)
		detail_signer(cms, info);
}

static CMS_ContentInfo *
parse_cms(const struct bundle *b)
{
	const unsigned char *at = b->cms.ptr;

	return d2i_CMS_ContentInfo(NULL, &at, (long)b->cms.len);
}

static enum err
rauc_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .size = in.len };
	struct bundle b;
	enum err err = read_bundle(in, &b);

	if (err != ERR_OK)
		return err;
	info.encrypted = b.enveloped ? ANSWER_YES : ANSWER_NO;
	if (b.enveloped) {
		format_detail(&info, "crypt, CMS enveloped");
		*ret = info;
		return ERR_OK;
	}
	CMS_ContentInfo *cms = parse_cms(&b);

	if (cms == NULL)
		return ERR_MALFORMED;
	judge(&b, cms, &info);
	CMS_ContentInfo_free(cms);
	*ret = info;
	return ERR_OK;
}

static enum err
rauc_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct bundle b;
	struct slices *s;
	enum err err = read_bundle(in, &b);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	CMS_ContentInfo *cms = b.enveloped ? NULL : parse_cms(&b);
	struct bytes payload = b.data;

	if (cms != NULL) {
		struct manifest m = manifest_of(cms);

		payload = payload_of(&b, &m);
	}
	slices_add(s, 0, payload.len, true);
	CMS_ContentInfo_free(cms);
	*ret_handle = s;
	return ERR_OK;
}

const struct format rauc_format = {
	.name = "rauc",
	.only_at_start = true, /* known by the end of its input */
	.probe = rauc_probe,
	.open = rauc_open,
	.next = slices_next,
	.close = slices_close,
};
