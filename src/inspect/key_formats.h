/* SPDX-License-Identifier: ISC */
/* Private keys in the formats of SSH programs, OpenPGP and signify. */
#ifndef INSPECT_KEY_FORMATS_H
#define INSPECT_KEY_FORMATS_H

#include "base/bytes.h"
#include "inspect/pkey.h"

#include <stdbool.h>

/* What was found; type and fingerprint are empty where the format hides them
   or the library has no such key. */
struct key_seen {
	struct pkey_facts facts;
	bool encrypted;
	const char *password; /* that opens it: key_password.h; or NULL */
};

/* Each is true only when `in` parses as a private key of that format, and
   leaves *ret untouched otherwise. Nothing is decrypted. */

/* What is in an OPENSSH PRIVATE KEY block. Source: OpenSSH PROTOCOL.key. */
bool key_read_openssh(struct bytes in, struct key_seen *ret);

/* A dropbear host key file, whole. Source: dropbear's signkey.c layouts:
   the name, the public numbers and the private ones, as SSH strings. */
bool key_read_dropbear(struct bytes in, struct key_seen *ret);

/* A PuTTY key file, version 2 or 3. Source: PuTTY manual, appendix C. */
bool key_read_putty(struct bytes in, struct key_seen *ret);

/* A secret key packet (tag 5) of version 4. Source: RFC 4880 §5.5.3. */
bool key_read_pgp(struct bytes in, struct key_seen *ret);

/* The base64 line of an OpenBSD signify or OpenWrt usign file, decoded. */
bool key_read_signify(struct bytes in, struct key_seen *ret);
bool key_read_signify_public(struct bytes in, struct pkey_facts *ret);

#endif
