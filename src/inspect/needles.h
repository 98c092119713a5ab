/* SPDX-License-Identifier: ISC */
/* Texts and bytes that several inspectors search every file for: all at once. */
#ifndef INSPECT_NEEDLES_H
#define INSPECT_NEEDLES_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdint.h>

/* Rare ones: most files hold none, and those need not be searched for each. */
enum needle {
	NEEDLE_PEM, /* "-----BEGIN " */
	/* keys in DER */
	NEEDLE_PKCS1_LONG,
	NEEDLE_PKCS1_SHORT,
	NEEDLE_SEC1_P256,
	NEEDLE_PKCS8_P256,
	NEEDLE_PKCS8_ED25519,
	/* tables of ciphers and hashes; words big-endian or little-endian */
	NEEDLE_AES_SBOX,
	NEEDLE_AES_TE0_BIG,
	NEEDLE_AES_TE0_LITTLE,
	NEEDLE_SHA256_K_BIG,
	NEEDLE_SHA256_K_LITTLE,
	NEEDLE_MD5_T_BIG,
	NEEDLE_MD5_T_LITTLE,
	NEEDLE_MD5_STATE_BIG,
	NEEDLE_MD5_STATE_LITTLE,
	NEEDLE_DES_PC1,
	/* prefixes of tokens */
	NEEDLE_AWS_AKIA,
	NEEDLE_AWS_ASIA,
	NEEDLE_GOOGLE,
	NEEDLE_GITHUB_GHP,
	NEEDLE_GITHUB_GHO,
	NEEDLE_GITHUB_GHS,
	NEEDLE_GITHUB_PAT,
	NEEDLE_GITLAB,
	NEEDLE_SLACK_XOXB,
	NEEDLE_SLACK_XOXP,
	NEEDLE_STRIPE,
	/* folders of people */
	NEEDLE_HOME,
	NEEDLE_USERS,
	NEEDLE_COUNT
};

/* Static. */
struct bytes needle_bytes(enum needle needle);

/* A handle; not for two threads at a time. ERR_MEMORY. */
struct needles;
enum err needles_open(struct needles **ret);
void needles_close(struct needles *needles);

/* Sets of needles have a bit for each, 1 << NEEDLE_PEM and so on. This is what
   a file of which nobody knows may hold. */
#define NEEDLES_ALL UINT64_MAX

/* Those that are in `in`: exactly these, or NEEDLES_ALL when that could not be
   found out. */
uint64_t needles_in(struct needles *needles, struct bytes in);

/* As bytes_find(), where `held` is known of `in`. */
size_t needle_find(
    struct bytes in, uint64_t held, enum needle needle, size_t from);

#endif
