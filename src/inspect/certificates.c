/* SPDX-License-Identifier: ISC */
/* Reading certificates with libcrypto. */
#include "inspect/certificates.h"

#include "base/text.h"
#include "inspect/pem.h"
#include "inspect/pkey.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More in one file than a server's chain: a bundle of roots. */
#define CHAIN_LIMIT 10

#define NAME_LEN 400
#define ALGORITHM_LEN 80

/* Bytes of a DER file that may be a certificate. */
#define CERTIFICATE_LIMIT ((size_t)64 << 10)

struct certificate {
	char subject[NAME_LEN];
	char issuer[NAME_LEN];
	char algorithm[ALGORITHM_LEN];
	struct pkey_facts key;
	uint64_t not_after;
};

/* One line, as `openssl x509 -subject` shows it, UTF-8. */
static void
put_name(const X509_NAME *name, char ret[static NAME_LEN])
{
	BIO *bio = BIO_new(BIO_s_mem());
	int len = 0;

	ret[0] = '\0';
	if (bio == NULL)
		return;
	if (X509_NAME_print_ex(bio, name, 0,
		XN_FLAG_ONELINE & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0)
		len = BIO_read(bio, ret, NAME_LEN - 1);
	ret[len > 0 ? len : 0] = '\0';
	BIO_free(bio);
}

static uint64_t
unix_seconds(const ASN1_TIME *when)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days = 0;
	int seconds = 0;
	uint64_t ret = 0;

	if (epoch != NULL &&
	    ASN1_TIME_diff(&days, &seconds, epoch, when) == 1 && days >= 0 &&
	    seconds >= 0)
		ret = (uint64_t)days * 86400 + (uint64_t)seconds;
	ASN1_STRING_free(epoch);
	return ret;
}

static void
put_algorithm(const X509 *x509, struct certificate *ret)
{
	const char *name = OBJ_nid2ln(X509_get_signature_nid(x509));

	(void)snprintf(ret->algorithm, sizeof(ret->algorithm), "%.60s %u",
	    name != NULL ? name : "unknown", ret->key.bits);
}

/* Trailing bytes are allowed only where `rest_ok` (trust settings). */
static bool
read_certificate(struct bytes der, bool rest_ok, struct certificate *ret)
{
	const uint8_t *at = der.ptr;
	X509 *x509 = NULL;
	EVP_PKEY *key = NULL;

	if (der.len < 64 || der.len > CERTIFICATE_LIMIT || der.ptr[0] != 0x30)
		return false;
	x509 = d2i_X509(NULL, &at, (long)der.len);
	if (x509 == NULL || (!rest_ok && at != der.ptr + der.len)) {
		X509_free(x509);
		ERR_clear_error();
		return false;
	}
	*ret = (struct certificate){ .not_after = 0 };
	key = X509_get0_pubkey(x509); /* unknown kinds give none */
	if (key != NULL)
		(void)pkey_describe(key, &ret->key);
	put_name(X509_get_subject_name(x509), ret->subject);
	put_name(X509_get_issuer_name(x509), ret->issuer);
	put_algorithm(x509, ret);
	ret->not_after = unix_seconds(X509_get0_notAfter(x509));
	X509_free(x509);
	ERR_clear_error();
	return true;
}

struct search {
	struct certificates *all;
	struct bytes path, content;
	struct facts *facts;
	enum fact_kind kind;
};

static enum err
add(struct search *s, size_t at, struct bytes text,
    const struct certificate *certificate)
{
	struct fact fact = {
		.kind = s->kind,
		.path = s->path,
		.at = at,
		.text = text,
		.name = bytes_of(certificate->subject),
		.value = bytes_of(certificate->algorithm),
		.detail = bytes_of(certificate->issuer),
		.extra = bytes_of(certificate->key.spki_sha256),
		.number = certificate->not_after,
	};

	s->all->found++;
	return facts_add(s->facts, &fact);
}

static bool
is_certificate(struct bytes label)
{
	return bytes_equal_text(label, "CERTIFICATE") ||
	    bytes_equal_text(label, "X509 CERTIFICATE") ||
	    bytes_equal_text(label, "TRUSTED CERTIFICATE");
}

static enum err
read_block(struct search *s, const struct pem_block *block, uint8_t *buffer)
{
	struct certificate certificate;
	size_t len = 0;

	if (pem_decode(block->body, buffer, PEM_BLOCK_LIMIT, &len) != ERR_OK ||
	    !read_certificate((struct bytes){ buffer, len },
		bytes_starts(block->label, BYTES("TRUSTED")), &certificate))
		return ERR_OK;
	return add(s, block->at, block->begin, &certificate);
}

static size_t
count_blocks(struct bytes content)
{
	struct pem_block block;
	size_t at = 0;
	size_t count = 0;

	while (pem_next(content, &at, &block))
		count += is_certificate(block.label);
	return count;
}

static bool
is_bundle_folder(struct bytes path)
{
	static const char *const folders[] = { "/etc/ssl/certs/",
		"/ca-certificates/", "/cacerts/", "/ca-bundle/" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (bytes_find(path, bytes_of(folders[i]), 0) != SIZE_MAX)
			return true;
	return false;
}

static enum err
find_pem(struct search *s)
{
	struct pem_block block;
	size_t at = 0;
	size_t count = count_blocks(s->content);
	enum err err = ERR_OK;

	if (count == 0)
		return ERR_OK;
	if (count > CHAIN_LIMIT)
		s->kind = FACT_CA_CERTIFICATE;
	uint8_t *buffer = malloc(PEM_BLOCK_LIMIT);

	if (buffer == NULL)
		return ERR_MEMORY;
	while (err == ERR_OK && s->all->found < CERTIFICATES_PER_IMAGE &&
	    pem_next(s->content, &at, &block))
		if (is_certificate(block.label))
			err = read_block(s, &block, buffer);
	free(buffer);
	return err;
}

enum err
certificates_find(struct certificates *all, struct bytes path,
    struct bytes content, struct facts *facts)
{
	struct search s = { all, path, content, facts, FACT_CERTIFICATE };
	struct certificate certificate;

	if (content.len == 0 || all->found >= CERTIFICATES_PER_IMAGE)
		return ERR_OK;
	if (is_bundle_folder(path))
		s.kind = FACT_CA_CERTIFICATE;
	if (content.ptr[0] == 0x30 &&
	    read_certificate(content, false, &certificate))
		return add(&s, 0, (struct bytes){ NULL, 0 }, &certificate);
	return text_is_text(content) ? find_pem(&s) : ERR_OK;
}
