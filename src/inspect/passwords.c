/* SPDX-License-Identifier: ISC */
/* Trying known passwords, within a counted budget. */
#include "inspect/passwords.h"

#include "inspect/apr1.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What one try costs in microseconds, measured with libxcrypt 4.4.33 on one
 * core of a 2020s server: DES 6, MD5 173, SHA-256 2676 and SHA-512 3521 at
 * 5000 rounds, bcrypt 2428 at cost 5 and twice that a step, yescrypt j9T
 * 31574. A list of 2300 words costs 15 ms with DES and 0.4 s with MD5.
 */
#define COST_DES 7
#define COST_DES_EXTENDED 170
#define COST_MD5 180
#define COST_APR1 450
#define COST_SHA256_ROUND_NS 550
#define COST_SHA512_ROUND_NS 720
#define COST_BCRYPT_5 2500
#define COST_YESCRYPT 32000
#define COST_DIGEST 1
#define COST_PBKDF2_ROUND_NS 900

/*
 * One hash, and one image. The whole list with DES or MD5, 116 tries of
 * SHA-512, 13 of yescrypt, 5 of bcrypt at cost 10: the list has the most
 * common first. An image with two such hashes still takes about a second.
 */
#define HASH_COST ((uint64_t)420000)
#define IMAGE_COST ((uint64_t)2000000)
#define IMAGE_HASHES 16

/* No single try may cost more; asks for 2^31 rounds are not followed. */
#define TRY_COST ((uint64_t)200000)

#define HASH_MAX 200 /* bytes of a stored hash; libcrypt's are below 120 */
#define USER_MAX 32

enum err
password_list_open(struct bytes text, struct password_list *ret)
{
	struct password_list list = { .text = malloc(text.len + 1) };
	struct bytes rest = text;
	struct bytes line;
	size_t line_count = 1;
	char *to = list.text;

	for (size_t i = 0; i < text.len; i++)
		line_count += text.ptr[i] == '\n';
	list.word = calloc(line_count, sizeof(*list.word));
	if (list.text == NULL || list.word == NULL) {
		password_list_close(&list);
		return ERR_MEMORY;
	}
	while (bytes_next_line(&rest, &line)) {
		if (line.len == 0 || line.ptr[0] == '#' ||
		    bytes_find_byte(line, '\0', 0) != SIZE_MAX)
			continue;
		list.word[list.count++] = to;
		memcpy(to, line.ptr, line.len);
		to[line.len] = '\0';
		to += line.len + 1;
	}
	*ret = list;
	return ERR_OK;
}

void
password_list_close(struct password_list *list)
{
	free(list->text);
	free(list->word);
	*list = (struct password_list){ 0 };
}

static const struct {
	const char *prefix;
	enum password_scheme scheme;
} prefixes[] = {
	{ "$1$", PASSWORD_MD5 },
	{ "$apr1$", PASSWORD_APR1 },
	{ "$5$", PASSWORD_SHA256 },
	{ "$6$", PASSWORD_SHA512 },
	{ "$2a$", PASSWORD_BCRYPT },
	{ "$2b$", PASSWORD_BCRYPT },
	{ "$2x$", PASSWORD_BCRYPT },
	{ "$2y$", PASSWORD_BCRYPT },
	{ "$y$", PASSWORD_YESCRYPT },
	{ "$7$", PASSWORD_MOSQUITTO_PBKDF2 },
	{ "{SHA}", PASSWORD_SHA1_BASE64 },
	{ "$gy$", PASSWORD_OTHER },
	{ "$md5", PASSWORD_OTHER },
	{ "$sha1$", PASSWORD_OTHER },
	{ "$3$", PASSWORD_OTHER },
	{ "{SSHA", PASSWORD_OTHER },
};

static bool
is_crypt_char(uint8_t byte)
{
	return (byte >= '.' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
	    (byte >= 'a' && byte <= 'z');
}

static bool
all_crypt_chars(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if (!is_crypt_char(in.ptr[i]))
			return false;
	return true;
}

/* The fields of $id$a$b$c, after the id; the count, at most 3. */
static size_t
split(struct bytes hash, struct bytes ret[static 3])
{
	struct bytes rest = bytes_from(hash, 1);
	struct bytes field;
	size_t count = 0;

	(void)bytes_next_field(&rest, '$', &field);
	while (count < 3 && bytes_next_field(&rest, '$', &ret[count]))
		count++;
	return count;
}

/* Base64 of 64 bytes is how mosquitto_passwd ends; crypt's $6$ never does. */
static bool
is_mosquitto(struct bytes hash, size_t fields)
{
	struct bytes field[3];

	return split(hash, field) == fields && field[fields - 1].len == 88 &&
	    bytes_ends(field[fields - 1], BYTES("=="));
}

enum password_scheme
password_scheme_of(struct bytes hash)
{
	if (hash.len > HASH_MAX)
		return PASSWORD_NONE;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		enum password_scheme scheme = prefixes[i].scheme;

		if (!bytes_starts(hash, bytes_of(prefixes[i].prefix)) ||
		    hash.len < strlen(prefixes[i].prefix) + 16)
			continue;
		if (scheme == PASSWORD_SHA512 && is_mosquitto(hash, 2))
			return PASSWORD_MOSQUITTO_SHA512;
		if (scheme == PASSWORD_MOSQUITTO_PBKDF2 &&
		    !is_mosquitto(hash, 3))
			return PASSWORD_OTHER; /* scrypt */
		return scheme;
	}
	if (hash.len == 13 && all_crypt_chars(hash))
		return PASSWORD_DES;
	if (hash.len == 20 && hash.ptr[0] == '_' &&
	    all_crypt_chars(bytes_from(hash, 1)))
		return PASSWORD_DES;
	return PASSWORD_NONE;
}

const char *
password_scheme_text(enum password_scheme scheme)
{
	switch (scheme) {
	case PASSWORD_DES:
		return "des";
	case PASSWORD_MD5:
		return "md5";
	case PASSWORD_APR1:
		return "apr1";
	case PASSWORD_SHA256:
		return "sha256";
	case PASSWORD_SHA512:
		return "sha512";
	case PASSWORD_BCRYPT:
		return "bcrypt";
	case PASSWORD_YESCRYPT:
		return "yescrypt";
	case PASSWORD_NONE:
	case PASSWORD_SHA1_BASE64:
	case PASSWORD_MOSQUITTO_SHA512:
	case PASSWORD_MOSQUITTO_PBKDF2:
	case PASSWORD_OTHER:
		break;
	}
	return "other";
}

struct password_budget
password_budget_open(void)
{
	return (struct password_budget){ IMAGE_COST, IMAGE_HASHES };
}

/* "$5$rounds=N$": N, or libcrypt's default; UINT64_MAX for what is none. */
static uint64_t
sha_rounds(struct bytes hash)
{
	struct bytes field[3];
	uint64_t rounds;

	if (split(hash, field) == 0 ||
	    !bytes_starts(field[0], BYTES("rounds=")))
		return 5000;
	if (!bytes_to_u64(bytes_from(field[0], 7), &rounds))
		return UINT64_MAX;
	return rounds < 1000 ? 1000 : rounds;
}

/* yescrypt with the parameters that Debian sets or smaller ones; UINT64_MAX
   for all others, which could ask for any amount of memory. */
static uint64_t
yescrypt_cost(struct bytes hash)
{
	struct bytes field[3];

	if (split(hash, field) != 3 || field[0].len != 3 ||
	    field[0].ptr[0] != 'j' || field[0].ptr[1] < '.' ||
	    field[0].ptr[1] > '9' || field[0].ptr[2] < '.' ||
	    field[0].ptr[2] > 'T')
		return UINT64_MAX;
	return COST_YESCRYPT;
}

static uint64_t
bcrypt_cost(struct bytes hash)
{
	uint64_t log;

	if (hash.len < 7 || !bytes_to_u64(bytes_slice(hash, 4, 2), &log) ||
	    log < 4 || log > 20)
		return UINT64_MAX;
	return ((uint64_t)COST_BCRYPT_5 << log) >> 5;
}

static uint64_t
round_cost(uint64_t rounds, uint64_t nanoseconds)
{
	return rounds > UINT32_MAX ? UINT64_MAX : rounds * nanoseconds / 1000;
}

static uint64_t
try_cost(enum password_scheme scheme, struct bytes hash)
{
	struct bytes field[3];
	uint64_t rounds;

	switch (scheme) {
	case PASSWORD_DES:
		return hash.len == 13 ? COST_DES : COST_DES_EXTENDED;
	case PASSWORD_MD5:
		return COST_MD5;
	case PASSWORD_APR1:
		return COST_APR1;
	case PASSWORD_SHA256:
		return round_cost(sha_rounds(hash), COST_SHA256_ROUND_NS);
	case PASSWORD_SHA512:
		return round_cost(sha_rounds(hash), COST_SHA512_ROUND_NS);
	case PASSWORD_BCRYPT:
		return bcrypt_cost(hash);
	case PASSWORD_YESCRYPT:
		return yescrypt_cost(hash);
	case PASSWORD_SHA1_BASE64:
	case PASSWORD_MOSQUITTO_SHA512:
		return COST_DIGEST;
	case PASSWORD_MOSQUITTO_PBKDF2:
		if (split(hash, field) != 3 || !bytes_to_u64(field[0], &rounds))
			return UINT64_MAX;
		return round_cost(rounds, COST_PBKDF2_ROUND_NS) + 1;
	case PASSWORD_NONE:
	case PASSWORD_OTHER:
		break;
	}
	return UINT64_MAX;
}

/* Everything that one try needs. */
struct trial {
	enum password_scheme scheme;
	struct bytes hash;
	char text[HASH_MAX + 1]; /* the hash, zero-terminated */
	struct crypt_data *crypt;
	uint64_t cost; /* of one try */
	uint64_t left;
	struct bytes field[3];
	uint8_t salt[64]; /* of mosquitto's schemes */
	size_t salt_len;
	uint8_t digest[66];
	int rounds;
};

/* EVP_DecodeBlock() counts padding as bytes; 0 when it is not base64. */
static size_t
decode_base64(struct bytes in, uint8_t *to, size_t cap)
{
	size_t pad = bytes_ends(in, BYTES("==")) ? 2
	    : bytes_ends(in, BYTES("="))	 ? 1
						 : 0;

	if (in.len % 4 != 0 || in.len / 4 * 3 > cap || in.len == 0 ||
	    EVP_DecodeBlock(to, in.ptr, (int)in.len) < 0)
		return 0;
	return in.len / 4 * 3 - pad;
}

static bool
prepare_digest(struct trial *t)
{
	bool pbkdf2 = t->scheme == PASSWORD_MOSQUITTO_PBKDF2;
	uint64_t rounds = 1;

	if (t->scheme == PASSWORD_SHA1_BASE64)
		return decode_base64(bytes_from(t->hash, 5), t->digest,
			   sizeof(t->digest)) == 20;
	if (split(t->hash, t->field) < (pbkdf2 ? 3 : 2) ||
	    (pbkdf2 && !bytes_to_u64(t->field[0], &rounds)))
		return false;
	struct bytes salt = t->field[pbkdf2 ? 1 : 0];
	struct bytes digest = t->field[pbkdf2 ? 2 : 1];

	t->rounds = rounds > 0 && rounds < 1000000 ? (int)rounds : 1;
	t->salt_len = decode_base64(salt, t->salt, sizeof(t->salt));
	return t->salt_len > 0 &&
	    decode_base64(digest, t->digest, sizeof(t->digest)) == 64;
}

/* password, then salt, under one digest. */
static bool
matches_digest(const struct trial *t, struct bytes word)
{
	const char *name =
	    t->scheme == PASSWORD_SHA1_BASE64 ? "SHA1" : "SHA512";
	size_t want = t->scheme == PASSWORD_SHA1_BASE64 ? 20 : 64;
	uint8_t in[512 + sizeof(t->salt)];
	uint8_t digest[64];
	size_t len = 0;

	if (word.len > 512)
		return false;
	if (word.len > 0)
		memcpy(in, word.ptr, word.len);
	memcpy(in + word.len, t->salt, t->salt_len);
	return EVP_Q_digest(NULL, name, NULL, in, word.len + t->salt_len,
		   digest, &len) == 1 &&
	    len == want && CRYPTO_memcmp(digest, t->digest, want) == 0;
}

static bool
matches(const struct trial *t, const char *word)
{
	struct bytes in = bytes_of(word);
	uint8_t digest[64];
	char text[APR1_LEN];

	switch (t->scheme) {
	case PASSWORD_APR1:
		return apr1_hash(in, t->field[0], text) &&
		    bytes_equal_text(t->hash, text);
	case PASSWORD_SHA1_BASE64:
	case PASSWORD_MOSQUITTO_SHA512:
		return matches_digest(t, in);
	case PASSWORD_MOSQUITTO_PBKDF2:
		return PKCS5_PBKDF2_HMAC(word, (int)in.len, t->salt,
			   (int)t->salt_len, t->rounds, EVP_sha512(), 64,
			   digest) == 1 &&
		    CRYPTO_memcmp(digest, t->digest, 64) == 0;
	case PASSWORD_NONE:
	case PASSWORD_DES:
	case PASSWORD_MD5:
	case PASSWORD_SHA256:
	case PASSWORD_SHA512:
	case PASSWORD_BCRYPT:
	case PASSWORD_YESCRYPT:
	case PASSWORD_OTHER:
		break;
	}
	const char *made = crypt_r(word, t->text, t->crypt);

	return made != NULL && strcmp(made, t->text) == 0;
}

/* Whether this word is it; *ret_spent when the budget ends here. */
static bool
try_word(struct trial *t, const char *word, bool *ret_spent,
    struct password_found *ret)
{
	if (t->cost > t->left) {
		*ret_spent = true;
		return false;
	}
	t->left -= t->cost;
	if (!matches(t, word))
		return false;
	ret->found = true;
	(void)snprintf(ret->text, sizeof(ret->text), "%s", word);
	return true;
}

static void
try_all(struct trial *t, const struct password_list *list, struct bytes user,
    struct password_found *ret)
{
	static const char *const endings[] = { "", "1", "12", "123", "1234",
		"12345", "123456", "!", "@123" };
	bool spent = false;

	if (try_word(t, "", &spent, ret))
		return;
	for (size_t i = 0; user.len > 0 && user.len <= USER_MAX && !spent &&
	     i < sizeof(endings) / sizeof(endings[0]);
	     i++) {
		char word[USER_MAX + 16];

		(void)snprintf(word, sizeof(word), "%.*s%s", (int)user.len,
		    (const char *)user.ptr, endings[i]);
		if (try_word(t, word, &spent, ret))
			return;
	}
	for (size_t i = 0; i < list->count && !spent; i++)
		if (try_word(t, list->word[i], &spent, ret))
			return;
}

enum err
password_try(const struct password_list *list, struct password_budget *budget,
    struct bytes user, struct bytes hash, struct password_found *ret)
{
	struct trial t = { .scheme = password_scheme_of(hash), .hash = hash };
	struct password_found found = { .found = false };
	uint64_t most = HASH_COST;

	if (hash.len > HASH_MAX || budget->hashes == 0)
		goto done;
	t.cost = try_cost(t.scheme, hash);
	if (t.cost > TRY_COST || bytes_find_byte(hash, '\0', 0) != SIZE_MAX)
		goto done;
	if (hash.len > 0)
		memcpy(t.text, hash.ptr, hash.len);
	if (t.scheme == PASSWORD_APR1)
		(void)split(hash, t.field);
	else if ((t.scheme == PASSWORD_SHA1_BASE64 ||
		     t.scheme == PASSWORD_MOSQUITTO_SHA512 ||
		     t.scheme == PASSWORD_MOSQUITTO_PBKDF2) &&
	    !prepare_digest(&t))
		goto done;
	t.crypt = calloc(1, sizeof(*t.crypt));
	if (t.crypt == NULL)
		return ERR_MEMORY;
	t.left = budget->cost < most ? budget->cost : most;
	most = t.left;
	try_all(&t, list, user, &found);
	budget->cost -= most - t.left;
	budget->hashes--;
	explicit_bzero(t.crypt, sizeof(*t.crypt));
	free(t.crypt);
done:
	*ret = found;
	return ERR_OK;
}
