/* SPDX-License-Identifier: ISC */
/* The Apache MD5 password scheme, which libcrypt does not know. */
#include "inspect/apr1.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

/* Base64 as crypt writes it: six bits at a time, the lowest first. */
static char *
put_crypt64(char *to, uint32_t value, unsigned digits)
{
	static const char alphabet[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz";

	for (unsigned i = 0; i < digits; i++) {
		*to++ = alphabet[value & 63];
		value >>= 6;
	}
	return to;
}

/* One digest over up to six parts. */
static bool
md5_parts(EVP_MD_CTX *ctx, const struct bytes *part, size_t count,
    uint8_t ret[static 16])
{
	bool good = EVP_DigestInit_ex2(ctx, NULL, NULL) == 1;

	for (size_t i = 0; good && i < count; i++)
		if (part[i].len > 0)
			good = EVP_DigestUpdate(
				   ctx, part[i].ptr, part[i].len) == 1;
	return good && EVP_DigestFinal_ex(ctx, ret, NULL) == 1;
}

/* The first digest: password, magic, salt, then bytes of the digest of
   password, salt, password, then a bit pattern of the password's length. */
static bool
apr1_start(EVP_MD_CTX *ctx, struct bytes password, struct bytes salt,
    uint8_t digest[static 16])
{
	const struct bytes mixed[] = { password, salt, password };
	struct bytes part[3 + 64];
	size_t count = 0;
	uint8_t mix[16];

	if (!md5_parts(ctx, mixed, 3, mix))
		return false;
	part[count++] = password;
	part[count++] = BYTES("$apr1$");
	part[count++] = salt;
	for (size_t left = password.len; left > 0;) {
		size_t n = left < 16 ? left : 16;

		part[count++] = (struct bytes){ mix, n };
		left -= n;
	}
	for (size_t bits = password.len; bits > 0; bits >>= 1)
		part[count++] =
		    (bits & 1) != 0 ? BYTES("\0") : bytes_slice(password, 0, 1);
	return md5_parts(ctx, part, count, digest);
}

/* Source: apr_md5.c's description of the scheme, which is md5crypt with
   another magic. */
bool
apr1_hash(struct bytes password, struct bytes salt, char ret[static APR1_LEN])
{
	static const uint8_t order[5][3] = { { 0, 6, 12 }, { 1, 7, 13 },
		{ 2, 8, 14 }, { 3, 9, 15 }, { 4, 10, 5 } };
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_MD *md5 = EVP_MD_fetch(NULL, "MD5", NULL);
	uint8_t d[16];
	char *to = ret;
	bool good = ctx != NULL && md5 != NULL && password.len <= 512 &&
	    EVP_DigestInit_ex2(ctx, md5, NULL) == 1;

	salt = bytes_slice(salt, 0, 8);
	good = good && apr1_start(ctx, password, salt, d);
	for (unsigned i = 0; good && i < 1000; i++) {
		struct bytes digest = { d, sizeof(d) };
		const struct bytes none = { NULL, 0 };
		const struct bytes part[] = {
			(i & 1) != 0 ? password : digest,
			i % 3 != 0 ? salt : none,
			i % 7 != 0 ? password : none,
			(i & 1) != 0 ? digest : password,
		};

		good = md5_parts(ctx, part, 4, d);
	}
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(md5);
	if (!good)
		return false;
	(void)snprintf(ret, APR1_LEN, "$apr1$%.*s$", (int)salt.len,
	    salt.ptr != NULL ? (const char *)salt.ptr : "");
	to += strlen(ret);
	for (size_t i = 0; i < 5; i++)
		to = put_crypt64(to,
		    (uint32_t)d[order[i][0]] << 16 |
			(uint32_t)d[order[i][1]] << 8 | d[order[i][2]],
		    4);
	to = put_crypt64(to, d[11], 2);
	*to = '\0';
	return true;
}
