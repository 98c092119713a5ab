/* SPDX-License-Identifier: ISC */
/* Where keys hide in files. */
#include "inspect/keys.h"

#include "inspect/key_formats.h"
#include "inspect/key_password.h"
#include "inspect/needles.h"
#include "inspect/pem.h"
#include "inspect/pkey.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a DER key; RSA of 16384 bits takes 9.3 KiB. */
#define DER_LIMIT ((size_t)16 << 10)

/* Encrypted keys tried with passwords in one file: each may take 10 ms. */
#define PASSWORD_TRIES_PER_FILE 4

/* Candidates parsed in one file, right or not, so that time is bounded. */
#define TRIES_PER_FILE 256

struct search {
	struct bytes path, content;
	uint64_t held; /* needles in the content */
	struct bytes known;
	struct facts *facts;
	unsigned found;
	unsigned tries;
};

static struct bytes
base_name(struct bytes path)
{
	size_t at = path.len;

	while (at > 0 && path.ptr[at - 1] != '/' && path.ptr[at - 1] != '!')
		at--;
	return bytes_from(path, at);
}

/* Names of files that hold a server's own key; a part of the path or all of
   the base name. The first match counts. */
static const struct {
	const char *part; /* of the path; empty: any */
	const char *base;
	const char *ending; /* of the base name; empty: base is all of it */
	const char *server;
} host_files[] = {
	{ "", "dropbear_", "_host_key", "dropbear" },
	{ "", "ssh_host_", "_key", "sshd" },
	{ "lighttpd", "", ".pem", "lighttpd" },
	{ "lighttpd", "", ".key", "lighttpd" },
	{ "", "lighttpd", ".pem", "lighttpd" },
	{ "", "uhttpd", ".key", "uhttpd" },
	{ "", "uhttpd", ".pem", "uhttpd" },
	{ "nginx", "", ".key", "nginx" },
	{ "", "mini_httpd", ".pem", "mini_httpd" },
	{ "", "stunnel", ".pem", "stunnel" },
	{ "", "vsftpd", ".pem", "vsftpd" },
	{ "mosquitto", "", ".key", "mosquitto" },
	{ "", "https", ".pem", "https" },
	{ "", "httpd", ".pem", "https" },
	{ "", "server", ".pem", "https" },
	{ "", "server", ".key", "https" },
	{ "", "privkeySrv.pem", "", "https" },
	{ "", "ssl_key.pem", "", "https" },
	{ "", "ssl.key", "", "https" },
	{ "", "privkey.pem", "", "https" },
};

static const char *
server_of(struct bytes path)
{
	struct bytes base = base_name(path);

	for (size_t i = 0; i < sizeof(host_files) / sizeof(host_files[0]);
	     i++) {
		struct bytes name = bytes_of(host_files[i].base);
		struct bytes ending = bytes_of(host_files[i].ending);

		if (!bytes_starts(base, name) || !bytes_ends(base, ending) ||
		    (ending.len == 0 && base.len != name.len) ||
		    bytes_find(path, bytes_of(host_files[i].part), 0) ==
			SIZE_MAX)
			continue;
		return host_files[i].server;
	}
	return NULL;
}

static struct fact
fact_at(
    const struct search *s, enum fact_kind kind, size_t at, struct bytes text)
{
	return (struct fact){
		.kind = kind,
		.path = s->path,
		.at = at,
		.text = text,
	};
}

/* A key's facts; `text` is the BEGIN line, or empty. */
static enum err
add_key(struct search *s, size_t at, struct bytes text,
    const struct key_seen *seen, const char *container, const char *server)
{
	struct fact fact = fact_at(s, FACT_PRIVATE_KEY, at, text);

	if (s->found++ >= KEYS_PER_FILE)
		return ERR_OK;
	if (seen->encrypted) {
		fact.kind = FACT_ENCRYPTED_KEY;
		fact.name = bytes_of(container);
		if (seen->password != NULL)
			fact.value = bytes_of(seen->password);
		return facts_add(s->facts, &fact);
	}
	fact.name = bytes_of(seen->facts.type);
	fact.value = bytes_of(seen->facts.spki_sha256);
	fact.detail = pkey_known_name(s->known, seen->facts.spki_sha256);
	fact.extra = bytes_of(container);
	fact.number = seen->facts.bits;
	enum err err = facts_add(s->facts, &fact);

	if (err != ERR_OK || server == NULL || fact.value.len == 0)
		return err; /* OpenPGP's kinds without print serve nobody */
	fact.kind = FACT_HOST_KEY;
	fact.name = bytes_of(server);
	fact.detail = (struct bytes){ NULL, 0 };
	fact.extra = (struct bytes){ NULL, 0 };
	fact.number = 0;
	return facts_add(s->facts, &fact);
}

static enum err
add_public(struct search *s, size_t at, struct bytes text,
    const struct pkey_facts *key)
{
	struct fact fact = fact_at(s, FACT_PUBLIC_KEY, at, text);

	if (s->found++ >= KEYS_PER_FILE)
		return ERR_OK;
	fact.name = bytes_of(key->type);
	fact.value = bytes_of(key->spki_sha256);
	fact.detail = pkey_known_name(s->known, key->spki_sha256);
	return facts_add(s->facts, &fact);
}

/* EncryptedPrivateKeyInfo, RFC 5958 §3: an algorithm and an octet string. */
static bool
is_encrypted_pkcs8(struct bytes der)
{
	const uint8_t *at = der.ptr;
	X509_SIG *sig = NULL;
	const X509_ALGOR *algorithm = NULL;
	const ASN1_OCTET_STRING *data = NULL;
	bool good = false;

	if (der.len < 32 || der.len > DER_LIMIT)
		return false;
	sig = d2i_X509_SIG(NULL, &at, (long)der.len);
	if (sig != NULL) {
		const ASN1_OBJECT *object = NULL;

		X509_SIG_get0(sig, &algorithm, &data);
		X509_ALGOR_get0(&object, NULL, NULL, algorithm);
		int id = OBJ_obj2nid(object);

		/* A digest's DigestInfo has the same shape. */
		good = (id == NID_pbes2 || id == NID_pbeWithMD5AndDES_CBC ||
			   id == NID_pbeWithSHA1AndDES_CBC ||
			   id == NID_pbe_WithSHA1And3_Key_TripleDES_CBC ||
			   id == NID_pbe_WithSHA1And128BitRC4 ||
			   id == NID_pbe_WithSHA1And40BitRC2_CBC) &&
		    ASN1_STRING_length(data) >= 24;
	}
	X509_SIG_free(sig);
	ERR_clear_error();
	return good;
}

/* A decoded block by its label; false when it is no private key. */
static bool
read_private_block(const struct pem_block *block, struct bytes der, bool try,
    struct key_seen *ret, const char **ret_container)
{
	size_t used;

	*ret_container = "pem";
	if (bytes_equal_text(block->label, "OPENSSH PRIVATE KEY")) {
		*ret_container = "openssh";
		return key_read_openssh(der, ret);
	}
	if (bytes_equal_text(block->label, "PGP PRIVATE KEY BLOCK")) {
		*ret_container = "pgp";
		return key_read_pgp(der, ret);
	}
	if (bytes_equal_text(block->label, "ENCRYPTED PRIVATE KEY")) {
		ret->encrypted = true;
		if (!is_encrypted_pkcs8(der))
			return false;
		ret->password = try ? key_password_of_pkcs8(der) : NULL;
		return true;
	}
	if (bytes_find(block->header, BYTES("ENCRYPTED"), 0) != SIZE_MAX) {
		ret->encrypted = true;
		if (der.len < 48 || der.len % 8 != 0)
			return false;
		if (try)
			ret->password = key_password_of_pem(
			    (struct bytes){ block->begin.ptr, block->len });
		return true;
	}
	return pkey_read_private(der, &ret->facts, &used);
}

static enum err
look_at_block(struct search *s, const struct pem_block *block)
{
	bool is_private =
	    bytes_find(block->label, BYTES("PRIVATE KEY"), 0) != SIZE_MAX;
	bool is_public = bytes_ends(block->label, BYTES("PUBLIC KEY"));
	struct key_seen seen = { .encrypted = false };
	const char *container = "pem";
	enum err err = ERR_OK;
	size_t len = 0;

	if ((!is_private && !is_public) || s->tries++ >= TRIES_PER_FILE)
		return ERR_OK;
	uint8_t *der = malloc(PEM_BLOCK_LIMIT);

	if (der == NULL)
		return ERR_MEMORY;
	if (pem_decode(block->body, der, PEM_BLOCK_LIMIT, &len) != ERR_OK)
		len = 0;
	struct bytes in = { der, len };

	if (len == 0)
		err = ERR_OK;
	else if (is_private &&
	    read_private_block(block, in, s->tries <= PASSWORD_TRIES_PER_FILE,
		&seen, &container))
		err = add_key(s, block->at, block->begin, &seen, container,
		    server_of(s->path));
	else if (is_public &&
	    pkey_read_public(in,
		bytes_equal_text(block->label, "RSA PUBLIC KEY"), &seen.facts))
		err = add_public(s, block->at, block->begin, &seen.facts);
	explicit_bzero(der, PEM_BLOCK_LIMIT);
	free(der);
	return err;
}

static enum err
find_pem(struct search *s)
{
	struct pem_block block;
	size_t at = needle_find(s->content, s->held, NEEDLE_PEM, 0);

	while (at != SIZE_MAX && pem_next(s->content, &at, &block)) {
		enum err err = look_at_block(s, &block);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/*
 * Keys inside blobs, by bytes that stand at a fixed place behind the start of
 * the key and are rare elsewhere; then the key must parse.
 */
static const struct {
	enum needle needle;
	size_t before; /* bytes of the key in front of it */
	const char *start;
	size_t start_len;
} der_shapes[] = {
	/* SEQUENCE with a length of two bytes */
	{ NEEDLE_PKCS1_LONG, 4, "\x30\x82", 2 },
	{ NEEDLE_PKCS1_SHORT, 4, "\x30\x82", 2 },
	{ NEEDLE_SEC1_P256, 0, "", 0 },
	{ NEEDLE_PKCS8_P256, 0, "", 0 },
	{ NEEDLE_PKCS8_ED25519, 7, "\x30\x2e\x02\x01\x00\x30\x05", 7 },
};

static enum err
find_der_shape(struct search *s, size_t shape)
{
	enum needle needle = der_shapes[shape].needle;
	struct bytes start = { (const uint8_t *)der_shapes[shape].start,
		der_shapes[shape].start_len };
	size_t at = needle_find(s->content, s->held, needle, 0);

	for (; at != SIZE_MAX;
	     at = needle_find(s->content, s->held, needle, at + 1)) {
		struct key_seen seen = { .encrypted = false };
		size_t used = 0;

		if (at < der_shapes[shape].before)
			continue;
		size_t from = at - der_shapes[shape].before;
		struct bytes in = bytes_slice(s->content, from, DER_LIMIT);

		if (!bytes_starts(in, start) || s->tries++ >= TRIES_PER_FILE ||
		    !pkey_read_private(in, &seen.facts, &used))
			continue;
		enum err err = add_key(
		    s, from, (struct bytes){ NULL, 0 }, &seen, "der", NULL);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* The base64 line under "untrusted comment:". */
static size_t
read_signify_text(struct bytes content, uint8_t *to, size_t cap)
{
	struct bytes rest = content;
	struct bytes line;
	size_t len = 0;

	if (content.len > 512 ||
	    !bytes_starts(content, BYTES("untrusted comment:")) ||
	    !bytes_next_line(&rest, &line) || !bytes_next_line(&rest, &line) ||
	    pem_decode(bytes_trim(line), to, cap, &len) != ERR_OK)
		return 0;
	return len;
}

/* Formats that are a whole file; *ret_done when it was one. */
static enum err
look_at_whole(struct search *s, bool *ret_done)
{
	struct key_seen seen = { .encrypted = false };
	struct bytes begin = bytes_slice(s->content, 0,
	    bytes_find_byte(bytes_slice(s->content, 0, 80), '\n', 0));
	const struct bytes none = { NULL, 0 };
	const char *server = server_of(s->path);
	size_t used = 0;
	uint8_t decoded[128];

	*ret_done = true;
	if (s->content.len > PEM_BLOCK_LIMIT) {
		*ret_done = false;
		return ERR_OK;
	}
	if (pkey_read_private(s->content, &seen.facts, &used) &&
	    used == s->content.len)
		return add_key(s, 0, none, &seen, "der", server);
	if (key_read_dropbear(s->content, &seen))
		return add_key(s, 0, none, &seen, "dropbear",
		    server != NULL ? server : "dropbear");
	if (key_read_putty(s->content, &seen))
		return add_key(s, 0, begin, &seen, "putty", NULL);
	if (key_is_pkcs12(s->content, &seen.password)) {
		seen.encrypted = true;
		return add_key(s, 0, none, &seen, "pkcs12", NULL);
	}
	if (is_encrypted_pkcs8(s->content)) {
		seen.encrypted = true;
		seen.password = key_password_of_pkcs8(s->content);
		return add_key(s, 0, none, &seen, "der", NULL);
	}
	struct bytes text = { decoded,
		read_signify_text(s->content, decoded, sizeof(decoded)) };

	if (key_read_signify_public(text, &seen.facts))
		return add_public(s, 0, begin, &seen.facts);
	if (key_read_signify(text, &seen)) {
		explicit_bzero(decoded, sizeof(decoded));
		return add_key(s, 0, begin, &seen, "signify", NULL);
	}
	*ret_done = false;
	return ERR_OK;
}

enum err
keys_find(struct bytes path, struct bytes content, uint64_t held,
    struct bytes known, struct facts *facts)
{
	struct search s = { path, content, held, known, facts, 0, 0 };
	bool done = false;

	if (content.len == 0)
		return ERR_OK;
	enum err err = look_at_whole(&s, &done);

	if (err == ERR_OK && !done)
		err = find_pem(&s);
	for (size_t i = 0; err == ERR_OK && !done &&
	     i < sizeof(der_shapes) / sizeof(der_shapes[0]);
	     i++)
		err = find_der_shape(&s, i);
	return err;
}
