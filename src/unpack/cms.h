/* SPDX-License-Identifier: ISC */
/* A CMS signature over bytes that stand elsewhere. */
#ifndef UNPACK_CMS_H
#define UNPACK_CMS_H

#include "base/bytes.h"
#include "unpack/format.h"

enum cms_answer {
	CMS_IS_NONE,   /* not a CMS signature */
	CMS_IS_RIGHT,  /* verifies with the certificate in it */
	CMS_IS_WRONG,  /* does not */
	CMS_HAS_NO_KEY /* no certificate in it: nobody can tell here */
};

/*
 * Whether the DER signature (bytes behind it are allowed) is one over `data`.
 * The certificate is not judged: whom to trust is the device's to say.
 * Source: RFC 5652.
 */
enum cms_answer cms_check(struct bytes der, struct bytes data);

/* Appends the signer's key: see signature_detail_key(). */
void cms_detail_key(struct format_info *info, struct bytes der);

#endif
