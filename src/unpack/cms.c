/* SPDX-License-Identifier: ISC */
/* Through libcrypto, which also takes PKCS #7. */
#include "unpack/cms.h"

#include "unpack/signatures.h"

#include <openssl/cms.h>
#include <openssl/x509.h>

static CMS_ContentInfo *
parse(struct bytes der)
{
	const unsigned char *at = der.ptr;
	CMS_ContentInfo *cms = NULL;

	if (der.len > 0 && der.len <= INT32_MAX)
		cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);
	if (cms != NULL && CMS_get0_SignerInfos(cms) == NULL) {
		CMS_ContentInfo_free(cms); /* enveloped, or just data */
		return NULL;
	}
	return cms;
}

static bool
has_certificate(CMS_ContentInfo *cms)
{
	STACK_OF(X509) *certificates = CMS_get1_certs(cms);
	bool has = certificates != NULL && sk_X509_num(certificates) > 0;

	sk_X509_pop_free(certificates, X509_free);
	return has;
}

enum cms_answer
cms_check(struct bytes der, struct bytes data)
{
	CMS_ContentInfo *cms = parse(der);
	enum cms_answer answer = CMS_IS_WRONG;

	if (cms == NULL)
		return CMS_IS_NONE;
	BIO *in = data.len <= INT32_MAX
	    ? BIO_new_mem_buf(
		  data.len > 0 ? (const void *)data.ptr : "", (int)data.len)
	    : NULL;

	if (!has_certificate(cms))
		answer = CMS_HAS_NO_KEY;
	else if (in != NULL && CMS_is_detached(cms) == 1 &&
	    CMS_verify(cms, NULL, NULL, in, NULL,
		CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1)
		answer = CMS_IS_RIGHT;
	BIO_free(in);
	CMS_ContentInfo_free(cms);
	return answer;
}

void
cms_detail_key(struct format_info *info, struct bytes der)
{
	CMS_ContentInfo *cms = parse(der);
	STACK_OF(X509) *certificates = cms != NULL ? CMS_get1_certs(cms) : NULL;
	STACK_OF(X509) *signers = NULL;

	if (certificates != NULL &&
	    CMS_set1_signers_certs(cms, certificates, 0) > 0)
		signers = CMS_get0_signers(cms);
	if (signers != NULL && sk_X509_num(signers) > 0)
		signature_detail_key(
		    info, X509_get0_pubkey(sk_X509_value(signers, 0)));
	sk_X509_free(signers);
	sk_X509_pop_free(certificates, X509_free);
	CMS_ContentInfo_free(cms);
}
