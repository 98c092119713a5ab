/* SPDX-License-Identifier: ISC */
/* Key files that libcrypto does not read. */
#include "inspect/key_formats.h"

#include "base/cursor.h"
#include "inspect/pem.h"

#include <stdio.h>

/* An SSH string or number: length, then bytes. RFC 4251 §5. */
static struct bytes
read_string(struct cursor *c, const char *field)
{
	uint32_t len = cur_u32be(c, field);

	if (len > cur_left(c))
		cur_fail(c, ERR_TRUNCATED, c->pos, field);
	if (!cur_ok(c) || len == 0)
		return (struct bytes){ NULL, 0 };
	return cur_bytes(c, len, field);
}

/* The public numbers that follow a key's name in every SSH format. */
static bool
read_public(struct cursor *c, struct bytes name, struct pkey_facts *ret)
{
	if (bytes_equal_text(name, "ssh-rsa")) {
		struct bytes e = read_string(c, "e");
		struct bytes n = read_string(c, "n");

		return cur_ok(c) && pkey_from_rsa(n, e, ret);
	}
	if (bytes_equal_text(name, "ssh-dss")) {
		struct bytes p = read_string(c, "p");
		struct bytes q = read_string(c, "q");
		struct bytes g = read_string(c, "g");
		struct bytes y = read_string(c, "y");

		return cur_ok(c) && pkey_from_dsa(p, q, g, y, ret);
	}
	if (bytes_starts(name, BYTES("ecdsa-sha2-"))) {
		struct bytes curve = read_string(c, "curve");
		struct bytes point = read_string(c, "point");

		return cur_ok(c) && pkey_from_ec(curve, point, ret);
	}
	if (bytes_equal_text(name, "ssh-ed25519")) {
		struct bytes public_key = read_string(c, "public key");

		return cur_ok(c) && pkey_from_ed25519(public_key, ret);
	}
	return false;
}

static bool
read_public_blob(struct bytes blob, struct pkey_facts *ret)
{
	struct cursor c = cur_open(blob, "ssh public key");
	struct bytes name = read_string(&c, "name");

	return read_public(&c, name, ret) && cur_left(&c) == 0;
}

bool
key_read_openssh(struct bytes in, struct key_seen *ret)
{
	struct cursor c = cur_open(in, "openssh key");
	struct key_seen seen = { .encrypted = false };
	struct bytes magic = cur_bytes(&c, 15, "magic");
	struct bytes cipher = read_string(&c, "ciphername");
	struct bytes kdf = read_string(&c, "kdfname");

	(void)read_string(&c, "kdfoptions");
	uint32_t count = cur_u32be(&c, "number of keys");
	struct bytes public_key = read_string(&c, "public key");
	struct bytes private_part = read_string(&c, "private keys");

	if (!cur_ok(&c) || !bytes_equal(magic, BYTES("openssh-key-v1\0")) ||
	    count != 1 || !read_public_blob(public_key, &seen.facts) ||
	    private_part.len == 0)
		return false;
	seen.encrypted =
	    !bytes_equal_text(cipher, "none") || !bytes_equal_text(kdf, "none");
	if (!seen.encrypted) {
		struct cursor part = cur_open(private_part, "openssh key");
		uint32_t check1 = cur_u32be(&part, "checkint");
		uint32_t check2 = cur_u32be(&part, "checkint");
		struct bytes name = read_string(&part, "name");

		if (!cur_ok(&part) || check1 != check2 ||
		    bytes_find(public_key, name, 0) != 4)
			return false;
	}
	*ret = seen;
	return true;
}

bool
key_read_dropbear(struct bytes in, struct key_seen *ret)
{
	struct cursor c = cur_open(in, "dropbear key");
	struct key_seen seen = { .encrypted = false };
	struct bytes name = read_string(&c, "name");
	bool sound = false;

	if (!cur_ok(&c) || name.len > 32)
		return false;
	if (bytes_equal_text(name, "ssh-ed25519")) {
		/* one string: the seed, then the public key */
		struct bytes pair = read_string(&c, "key pair");

		sound = pair.len == 64 &&
		    pkey_from_ed25519(bytes_from(pair, 32), &seen.facts);
	} else if (bytes_equal_text(name, "ssh-rsa")) {
		struct bytes e = read_string(&c, "e");
		struct bytes n = read_string(&c, "n");
		struct bytes d = read_string(&c, "d");
		/* files of very old versions end here */
		bool old = cur_left(&c) == 0;
		struct bytes p = { NULL, 0 };
		struct bytes q = { NULL, 0 };

		if (!old) {
			p = read_string(&c, "p");
			q = read_string(&c, "q");
		}
		sound = d.len > 0 && pkey_from_rsa(n, e, &seen.facts) &&
		    (old || pkey_factors_agree(n, p, q));
	} else if (read_public(&c, name, &seen.facts)) {
		sound = read_string(&c, "private number").len > 0;
	}
	if (!sound || !cur_ok(&c) || cur_left(&c) != 0)
		return false;
	*ret = seen;
	return true;
}

/* The value of "Name: value" when the next line has that name. */
static bool
read_named_line(struct bytes *rest, const char *name, struct bytes *ret)
{
	struct bytes line;
	struct bytes prefix = bytes_of(name);

	if (!bytes_next_line(rest, &line) || !bytes_starts(line, prefix))
		return false;
	*ret = bytes_from(line, prefix.len);
	return true;
}

/* `count` lines of base64 in one buffer; false when they are none. */
static bool
read_base64_lines(struct bytes *rest, struct bytes count_text, uint8_t *to,
    size_t cap, size_t *ret_len)
{
	struct bytes start = *rest;
	struct bytes line;
	uint64_t count;

	if (!bytes_to_u64(count_text, &count) || count == 0 || count > 200)
		return false;
	for (uint64_t i = 0; i < count; i++)
		if (!bytes_next_line(rest, &line))
			return false;
	start.len -= rest->len;
	return pem_decode(start, to, cap, ret_len) == ERR_OK;
}

bool
key_read_putty(struct bytes in, struct key_seen *ret)
{
	static const size_t cap = 4096;
	struct key_seen seen = { .encrypted = false };
	struct bytes rest = in;
	struct bytes kind, cipher, comment, count, line;
	uint8_t blob[4096];
	size_t len = 0;

	if (!bytes_next_line(&rest, &kind) ||
	    !bytes_starts(kind, BYTES("PuTTY-User-Key-File-")) ||
	    !read_named_line(&rest, "Encryption: ", &cipher) ||
	    !read_named_line(&rest, "Comment: ", &comment) ||
	    !read_named_line(&rest, "Public-Lines: ", &count) ||
	    !read_base64_lines(&rest, count, blob, cap, &len) ||
	    !read_public_blob((struct bytes){ blob, len }, &seen.facts))
		return false;
	seen.encrypted = !bytes_equal_text(cipher, "none");
	while (bytes_next_line(&rest, &line)) {
		struct bytes prefix = BYTES("Private-Lines: ");

		if (!bytes_starts(line, prefix))
			continue;
		count = bytes_from(line, prefix.len);
		if (!read_base64_lines(&rest, count, blob, cap, &len) ||
		    len == 0)
			return false;
		*ret = seen;
		return true;
	}
	return false;
}

/* The body of an OpenPGP packet and its tag. RFC 4880 §4.2. */
static struct bytes
read_packet(struct cursor *c, unsigned *ret_tag)
{
	uint8_t head = cur_u8(c, "packet tag");
	uint32_t len = 0;

	*ret_tag = 0;
	if ((head & 0x80) == 0)
		return (struct bytes){ NULL, 0 };
	if ((head & 0x40) == 0) { /* old format */
		*ret_tag = head >> 2 & 15;
		switch (head & 3) {
		case 0:
			len = cur_u8(c, "packet length");
			break;
		case 1:
			len = cur_u16be(c, "packet length");
			break;
		case 2:
			len = cur_u32be(c, "packet length");
			break;
		default: /* up to the end */
			len = (uint32_t)cur_left(c);
			break;
		}
	} else {
		uint8_t first = cur_u8(c, "packet length");

		*ret_tag = head & 63;
		len = first;
		if (first >= 192 && first < 224)
			len = (uint32_t)(first - 192) * 256 +
			    cur_u8(c, "packet length") + 192;
		else if (first == 255)
			len = cur_u32be(c, "packet length");
		else if (first >= 224)
			return (struct bytes){ NULL, 0 }; /* partial */
	}
	if (len == 0 || len > cur_left(c))
		return (struct bytes){ NULL, 0 };
	return cur_bytes(c, len, "packet");
}

static struct bytes
read_mpi(struct cursor *c, const char *field)
{
	size_t len = ((size_t)cur_u16be(c, field) + 7) / 8;

	if (!cur_ok(c) || len == 0)
		return (struct bytes){ NULL, 0 };
	return cur_bytes(c, len, field);
}

/* Public numbers of each OpenPGP algorithm: an OID first, or so many MPIs,
   and for ECDH the key derivation's parameters. RFC 4880 §9.1, RFC 6637. */
static const struct {
	uint8_t id;
	uint8_t mpis;
	bool oid, kdf;
	const char *name;
} pgp_algorithms[] = {
	{ 1, 2, false, false, "RSA" },
	{ 2, 2, false, false, "RSA" },
	{ 3, 2, false, false, "RSA" },
	{ 16, 3, false, false, "ElGamal" },
	{ 17, 4, false, false, "DSA" },
	{ 18, 1, true, true, "EC" },
	{ 19, 1, true, false, "EC" },
	{ 22, 1, true, false, "EdDSA" },
};

/* A length byte and so many bytes. */
static void
skip_short(struct cursor *c, const char *field)
{
	uint8_t len = cur_u8(c, field);

	if (len > 0)
		cur_skip(c, len, field);
}

static bool
read_pgp_public(struct cursor *c, uint8_t id, struct pkey_facts *ret)
{
	size_t row = 0;
	size_t count = sizeof(pgp_algorithms) / sizeof(pgp_algorithms[0]);
	struct bytes mpi[4] = { { NULL, 0 } };

	while (row < count && pgp_algorithms[row].id != id)
		row++;
	if (row == count)
		return false;
	if (pgp_algorithms[row].oid)
		skip_short(c, "curve");
	for (size_t i = 0; i < pgp_algorithms[row].mpis; i++) {
		mpi[i] = read_mpi(c, "public number");
		if (!cur_ok(c) || mpi[i].len == 0)
			return false;
	}
	if (pgp_algorithms[row].kdf)
		skip_short(c, "kdf");
	if (!cur_ok(c))
		return false;
	if (id <= 3)
		return pkey_from_rsa(mpi[0], mpi[1], ret);
	(void)snprintf(
	    ret->type, sizeof(ret->type), "%s", pgp_algorithms[row].name);
	return true;
}

bool
key_read_pgp(struct bytes in, struct key_seen *ret)
{
	struct cursor packets = cur_open(in, "openpgp key");
	struct key_seen seen = { .encrypted = false };
	unsigned tag = 0;
	struct bytes packet = read_packet(&packets, &tag);
	struct cursor c = cur_open(packet, "openpgp key");
	uint8_t version = cur_u8(&c, "version");

	(void)cur_u32be(&c, "creation time");
	uint8_t id = cur_u8(&c, "algorithm");

	if (tag != 5 || !cur_ok(&c) || version != 4 ||
	    !read_pgp_public(&c, id, &seen.facts))
		return false;
	/* 0: the secret numbers follow in clear, then a checksum */
	seen.encrypted = cur_u8(&c, "string-to-key usage") != 0;
	if (!cur_ok(&c) || cur_left(&c) < 4)
		return false;
	*ret = seen;
	return true;
}

/* "Ed", "BK", rounds, salt, checksum, key number, secret and public key. */
bool
key_read_signify(struct bytes in, struct key_seen *ret)
{
	struct cursor c = cur_open(in, "signify key");
	struct key_seen seen = { .encrypted = false };
	struct bytes algorithm = cur_bytes(&c, 4, "algorithms");
	uint32_t rounds = cur_u32be(&c, "kdf rounds");

	cur_skip(&c, 16 + 8 + 8 + 32, "salt, checksum, number, seed");
	struct bytes public_key = cur_bytes(&c, 32, "public key");

	if (!cur_ok(&c) || cur_left(&c) != 0 ||
	    !bytes_equal(algorithm, BYTES("EdBK")))
		return false;
	seen.encrypted = rounds != 0;
	if (!seen.encrypted && !pkey_from_ed25519(public_key, &seen.facts))
		return false;
	*ret = seen;
	return true;
}

bool
key_read_signify_public(struct bytes in, struct pkey_facts *ret)
{
	if (in.len != 42 || !bytes_starts(in, BYTES("Ed")))
		return false;
	return pkey_from_ed25519(bytes_from(in, 10), ret);
}
