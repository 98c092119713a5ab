/* SPDX-License-Identifier: ISC */
/* A zip that is an Android update: read as a zip, judged by its signatures. */
#include "base/cursor.h"
#include "base/limits.h"
#include "unpack/android_ota_private.h"
#include "unpack/cms.h"
#include "unpack/signatures.h"
#include "unpack/updates.h"
#include "unpack/zip_package.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#define LOOK_LEN (1 * MIB)
#define CERTIFICATE_MAX_LEN (16 * KIB)
#define MEMBERS_MAX 256
#define FOOTER_LEN ((size_t)6)
#define COMMENT_LEN_LEN ((size_t)2)
#define TEXT_MAX 48

struct package {
	EVP_PKEY *key; /* of otacert; owned */
	char build[TEXT_MAX + 1];
	bool metadata, downgrade;
	struct bytes payload; /* stored, so that it lies in the zip */
};

static void
read_metadata(struct bytes text, struct package *p)
{
	struct bytes line;
	struct bytes key;

	p->metadata = true;
	while (bytes_next_line(&text, &line)) {
		if (!bytes_next_field(&line, '=', &key))
			continue;
		if (bytes_equal_text(key, "ota-downgrade"))
			p->downgrade = bytes_equal_text(line, "yes");
		else if (bytes_equal_text(key, "post-build"))
			memcpy(p->build, line.ptr,
			    (size_t)detail_text_len(
				bytes_slice(line, 0, TEXT_MAX)));
	}
}

/* The key of a PEM certificate; NULL: none. */
static EVP_PKEY *
certificate_key(struct bytes pem)
{
	BIO *in = NULL;
	char no_password[] = "";
	X509 *certificate = NULL;
	EVP_PKEY *key = NULL;

	if (pem.len > 0 && pem.len <= CERTIFICATE_MAX_LEN)
		in = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	if (in != NULL)
		certificate = PEM_read_bio_X509(in, NULL, NULL, no_password);
	if (certificate != NULL)
		key = X509_get_pubkey(certificate);
	X509_free(certificate);
	BIO_free(in);
	return key;
}

static void
take_member(const struct node *node, void *package)
{
	struct package *p = package;

	if (bytes_equal_text(node->name, "/META-INF/com/android/metadata"))
		read_metadata(node->content, p);
	else if (bytes_equal_text(node->name, "/payload.bin") && node->in_place)
		p->payload = node->content;
	else if (bytes_equal_text(
		     node->name, "/META-INF/com/android/otacert") &&
	    p->key == NULL)
		p->key = certificate_key(node->content);
}

/* The members wanted stand first and last; large ones between them that are
   compressed use the budget up and end it. */
static enum err
read_package(struct bytes in, struct package *ret)
{
	enum err err =
	    zip_package_look(in, LOOK_LEN, MEMBERS_MAX, take_member, ret);

	if (err != ERR_OK)
		return err;
	return ret->metadata ? ERR_OK : ERR_MALFORMED;
}

/*
 * The zip's comment ends with: where the signature starts (counted from the
 * end), ff ff, length of the comment. It is over all in front of that length
 * at the comment's start. Source: AOSP bootable/recovery, verifier.cpp.
 */
static bool
find_signature(struct bytes zip, struct bytes *ret_der, struct bytes *ret_data)
{
	if (zip.len < FOOTER_LEN)
		return false;
	struct cursor c =
	    cur_open_at(zip, zip.len - FOOTER_LEN, "ota zip footer");
	size_t start = cur_u16le(&c, "signature start");
	uint16_t mark = cur_u16le(&c, "mark");
	size_t comment = cur_u16le(&c, "comment length");

	if (mark != 0xffff || start <= FOOTER_LEN || start > comment ||
	    comment + COMMENT_LEN_LEN > zip.len)
		return false;
	*ret_der = bytes_slice(zip, zip.len - start, start - FOOTER_LEN);
	*ret_data = bytes_slice(zip, 0, zip.len - comment - COMMENT_LEN_LEN);
	return true;
}

/* payload.bin has its own signatures, by the key of otacert. */
static enum authenticity
judge_payload(const struct package *p, struct format_info *info)
{
	struct ota_payload payload;

	if (p->payload.len == 0 ||
	    ota_read_payload(p->payload, &payload) != ERR_OK)
		return AUTHENTICITY_CRC; /* of the zip */
	info->rollback = p->downgrade ? ANSWER_NO
	    : payload.timestamp > 0   ? ANSWER_YES
				      : ANSWER_UNKNOWN;
	if (payload.metadata_signature.len == 0) {
		format_detail(info, ", payload not signed");
		return AUTHENTICITY_HASH;
	}
	if (p->key == NULL) {
		format_detail(info, ", payload signed (key not in the image)");
		return AUTHENTICITY_SIGNED;
	}
	bool right = ota_verify(&payload, p->key);

	format_detail(info, ", payload %s otacert",
	    right ? "verifies with" : "does not verify with");
	if (right)
		signature_detail_key(info, p->key);
	return right ? AUTHENTICITY_SIGNED : AUTHENTICITY_NONE;
}

static void
judge(struct bytes zip, const struct package *p, struct format_info *info)
{
	struct bytes der;
	struct bytes data;
	enum authenticity whole = AUTHENTICITY_NONE;
	bool has_whole = find_signature(zip, &der, &data);

	if (has_whole)
		switch (cms_check(der, data)) {
		case CMS_IS_RIGHT:
			format_detail(info, ", whole-file CMS verifies");
			whole = AUTHENTICITY_SIGNED;
			break;
		case CMS_HAS_NO_KEY:
			format_detail(
			    info, ", whole-file CMS (key not in the image)");
			whole = AUTHENTICITY_SIGNED;
			break;
		case CMS_IS_WRONG:
			format_detail(info, ", whole-file CMS does not verify");
			break;
		case CMS_IS_NONE:
			has_whole = false;
			break;
		}
	enum authenticity payload = judge_payload(p, info);

	/* A device that streams looks at the payload's signature alone. */
	info->authenticity = p->payload.len > 0 ? payload
	    : has_whole				? whole
						: AUTHENTICITY_CRC;
	if (p->payload.len == 0 && whole == AUTHENTICITY_SIGNED)
		cms_detail_key(info, der);
	if (has_whole && whole != AUTHENTICITY_SIGNED)
		info->authenticity = AUTHENTICITY_NONE;
}

static enum err
zip_probe(struct bytes in, struct format_info *ret)
{
	struct package p = { .metadata = false };
	struct format_info info;
	struct bytes zip;
	enum err err = zip_package_probe(in, &info, &zip);

	if (err != ERR_OK)
		return err;
	if (!zip_package_mentions(zip, BYTES("META-INF/com/android/metadata")))
		return ERR_MALFORMED;
	err = read_package(zip, &p);
	if (err != ERR_OK)
		goto done;
	info = (struct format_info){ .size = info.size,
		.encrypted = ANSWER_NO,
		.rollback = p.downgrade ? ANSWER_NO : ANSWER_UNKNOWN };
	format_detail(&info, "zip, build \"%s\"", p.build);
	judge(zip, &p, &info);
	*ret = info;
done:
	EVP_PKEY_free(p.key);
	return err;
}

const struct format android_ota_zip_format = {
	.name = "android-ota",
	.magic = { MAGIC(0, "PK\x03\x04") },
	.only_at_start = true, /* looking into it is not cheap */
	.probe = zip_probe,
	.open = zip_package_open,
	.next = zip_package_next,
	.used = zip_package_used,
	.close = zip_package_close,
};
