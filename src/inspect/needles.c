/* SPDX-License-Identifier: ISC */
/* The table of needles, and vectorscan to look for all of them in one pass. */
#include "inspect/needles.h"

#include <hs/hs.h>
#include <limits.h>
#include <stdlib.h>

#define NEEDLE(literal)                                                        \
	{                                                                      \
		(const uint8_t *)(literal), sizeof(literal) - 1                \
	}

static const struct bytes texts[NEEDLE_COUNT] = {
	[NEEDLE_PEM] = NEEDLE("-----BEGIN "), /* RFC 7468 §2 */
	/* PKCS#1: version 0, then a modulus with a length of two bytes or one */
	[NEEDLE_PKCS1_LONG] = NEEDLE("\x02\x01\x00\x02\x82"),
	[NEEDLE_PKCS1_SHORT] = NEEDLE("\x02\x01\x00\x02\x81"),
	[NEEDLE_SEC1_P256] = NEEDLE("\x30\x77\x02\x01\x01\x04\x20"),
	[NEEDLE_PKCS8_P256] = NEEDLE("\x30\x81\x87\x02\x01\x00\x30\x13"),
	/* OID 1.3.101.112, then 32 bytes twice wrapped */
	[NEEDLE_PKCS8_ED25519] = NEEDLE("\x06\x03\x2b\x65\x70\x04\x22\x04\x20"),
	/* FIPS 197 figure 7 */
	[NEEDLE_AES_SBOX] = NEEDLE("\x63\x7c\x77\x7b\xf2\x6b\x6f\xc5"
				   "\x30\x01\x67\x2b\xfe\xd7\xab\x76"),
	/* S-box times 2, 1, 1, 3: Daemen and Rijmen, "AES Proposal" 5.2.1 */
	[NEEDLE_AES_TE0_BIG] =
	    NEEDLE("\xc6\x63\x63\xa5\xf8\x7c\x7c\x84\xee\x77\x77\x99"),
	[NEEDLE_AES_TE0_LITTLE] =
	    NEEDLE("\xa5\x63\x63\xc6\x84\x7c\x7c\xf8\x99\x77\x77\xee"),
	/* FIPS 180-4 section 4.2.2 */
	[NEEDLE_SHA256_K_BIG] =
	    NEEDLE("\x42\x8a\x2f\x98\x71\x37\x44\x91\xb5\xc0\xfb\xcf"),
	[NEEDLE_SHA256_K_LITTLE] =
	    NEEDLE("\x98\x2f\x8a\x42\x91\x44\x37\x71\xcf\xfb\xc0\xb5"),
	/* RFC 1321 section 3.4: T[1] to T[3] */
	[NEEDLE_MD5_T_BIG] =
	    NEEDLE("\xd7\x6a\xa4\x78\xe8\xc7\xb7\x56\x24\x20\x70\xdb"),
	[NEEDLE_MD5_T_LITTLE] =
	    NEEDLE("\x78\xa4\x6a\xd7\x56\xb7\xc7\xe8\xdb\x70\x20\x24"),
	/* RFC 1321 section 3.3 */
	[NEEDLE_MD5_STATE_BIG] = NEEDLE("\x67\x45\x23\x01\xef\xcd\xab\x89"
					"\x98\xba\xdc\xfe\x10\x32\x54\x76"),
	[NEEDLE_MD5_STATE_LITTLE] = NEEDLE("\x01\x23\x45\x67\x89\xab\xcd\xef"
					   "\xfe\xdc\xba\x98\x76\x54\x32\x10"),
	/* FIPS 46-3: by bits from 1, and inside those from 0 */
	[NEEDLE_DES_PC1] = NEEDLE("\x39\x31\x29\x21\x19\x11\x09\x01"
				  "\x3a\x32\x2a\x22\x1a\x12\x0a\x02"),
	/* the providers' pages on secret scanning */
	[NEEDLE_AWS_AKIA] = NEEDLE("AKIA"),
	[NEEDLE_AWS_ASIA] = NEEDLE("ASIA"),
	[NEEDLE_GOOGLE] = NEEDLE("AIza"),
	[NEEDLE_GITHUB_GHP] = NEEDLE("ghp_"),
	[NEEDLE_GITHUB_GHO] = NEEDLE("gho_"),
	[NEEDLE_GITHUB_GHS] = NEEDLE("ghs_"),
	[NEEDLE_GITHUB_PAT] = NEEDLE("github_pat_"),
	[NEEDLE_GITLAB] = NEEDLE("glpat-"),
	[NEEDLE_SLACK_XOXB] = NEEDLE("xoxb-"),
	[NEEDLE_SLACK_XOXP] = NEEDLE("xoxp-"),
	[NEEDLE_STRIPE] = NEEDLE("sk_live_"),
	[NEEDLE_HOME] = NEEDLE("/home/"),
	[NEEDLE_USERS] = NEEDLE("/Users/"),
};

struct needles {
	hs_database_t *database;
	hs_scratch_t *scratch;
};

struct bytes
needle_bytes(enum needle needle)
{
	return texts[needle];
}

enum err
needles_open(struct needles **ret)
{
	const char *text[NEEDLE_COUNT];
	size_t len[NEEDLE_COUNT];
	unsigned flags[NEEDLE_COUNT];
	unsigned number[NEEDLE_COUNT];
	hs_compile_error_t *trouble = NULL;
	struct needles *n = calloc(1, sizeof(*n));

	if (n == NULL)
		return ERR_MEMORY;
	for (unsigned i = 0; i < NEEDLE_COUNT; i++) {
		text[i] = (const char *)texts[i].ptr;
		len[i] = texts[i].len;
		flags[i] = 0;
		number[i] = i;
	}
	/* the table is ours: only memory can be missing */
	if (hs_compile_lit_multi(text, flags, number, len, NEEDLE_COUNT,
		HS_MODE_BLOCK, NULL, &n->database, &trouble) != HS_SUCCESS ||
	    hs_alloc_scratch(n->database, &n->scratch) != HS_SUCCESS) {
		(void)hs_free_compile_error(trouble); /* NULL is fine */
		needles_close(n);
		return ERR_MEMORY;
	}
	*ret = n;
	return ERR_OK;
}

void
needles_close(struct needles *n)
{
	if (n == NULL)
		return;
	(void)hs_free_scratch(n->scratch);
	(void)hs_free_database(n->database);
	free(n);
}

static int
on_needle(unsigned number, unsigned long long from, unsigned long long to,
    unsigned flags, void *context)
{
	uint64_t *held = context;

	(void)from;
	(void)to;
	(void)flags;
	*held |= UINT64_C(1) << number;
	return 0;
}

uint64_t
needles_in(struct needles *n, struct bytes in)
{
	uint64_t held = 0;

	if (in.len == 0)
		return 0;
	if (in.len > UINT_MAX ||
	    hs_scan(n->database, (const char *)in.ptr, (unsigned)in.len, 0,
		n->scratch, on_needle, &held) != HS_SUCCESS)
		return NEEDLES_ALL;
	return held;
}

size_t
needle_find(struct bytes in, uint64_t held, enum needle needle, size_t from)
{
	if ((held >> needle & 1) == 0)
		return SIZE_MAX;
	return bytes_find(in, texts[needle], from);
}
