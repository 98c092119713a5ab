/* SPDX-License-Identifier: ISC */
/* X.509 certificates in text and DER files. */
#ifndef INSPECT_CERTIFICATES_H
#define INSPECT_CERTIFICATES_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/facts.h"

#include <stdint.h>

/* Certificates reported of one image, bundles included. */
#define CERTIFICATES_PER_IMAGE 200

/* What is counted over all files of one image; zero at the start. */
struct certificates {
	unsigned found; /* reported as facts */
};

/*
 * Adds a FACT_CERTIFICATE for each certificate of a text file (PEM) or of a
 * file that is one (DER). Those of a bundle of roots (more than 10 in a file,
 * or a folder of them such as /etc/ssl/certs) become FACT_CA_CERTIFICATE. A
 * notAfter before 1970, or one that is no time, has number 0. ERR_MEMORY.
 */
enum err certificates_find(struct certificates *all, struct bytes path,
    struct bytes content, struct facts *facts);

#endif
