/* SPDX-License-Identifier: ISC */
/* The boot EEPROM of Raspberry Pi 4 and 5: sections one after the other. */
#include "base/cursor.h"
#include "base/number.h"
#include "unpack/mcu.h"
#include "unpack/signatures.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC_MASK 0xfffff00fU
#define MAGIC_ANY 0x55aaf00fU
#define MAGIC_CODE 0x55aaf00fU
#define MAGIC_PADDING 0x55aafeefU
#define SECTION_LEN ((size_t)8)
#define NAME_LEN ((size_t)12)
#define FILE_HEADER_LEN ((size_t)16) /* name and four bytes */
#define SECTIONS_MIN 3
#define EEPROM_UNIT ((size_t)64 * 1024)
#define RSA_LEN ((size_t)256)
#define DIGEST_LEN ((size_t)32)

struct section {
	uint32_t magic;
	struct bytes name; /* of a file; empty: code or padding */
	size_t at;	   /* of the content */
	struct bytes content;
};

/* False at the end, where the rest is erased. */
static bool
next_section(struct cursor *c, struct section *ret)
{
	struct section s = { .magic = cur_u32be(c, "magic") };
	size_t len = cur_u32be(c, "length");
	size_t next;

	if (!cur_ok(c) || (s.magic & MAGIC_MASK) != MAGIC_ANY ||
	    len > cur_left(c))
		return false;
	bool is_file = s.magic != MAGIC_CODE && s.magic != MAGIC_PADDING;

	s.at = c->pos;
	s.content = bytes_slice(c->in, s.at, len);
	if (is_file && len >= FILE_HEADER_LEN) {
		s.name = cur_text(c, NAME_LEN, "file name");
		s.content = bytes_from(s.content, FILE_HEADER_LEN);
		s.at += FILE_HEADER_LEN;
	}
	if (!size_round_up(s.at + s.content.len, 8, &next))
		return false;
	cur_seek(c, size_min(next, c->in.len), "section");
	*ret = s;
	return true;
}

struct parts {
	size_t count;
	struct bytes code, key, config, signature;
};

static struct parts
find_parts(struct bytes in)
{
	struct cursor c = cur_open(in, "rpi eeprom section");
	struct parts p = { .count = 0 };
	struct section s;

	while (next_section(&c, &s)) {
		p.count++;
		if (s.magic == MAGIC_CODE && p.code.len == 0)
			p.code = s.content;
		else if (bytes_equal_text(s.name, "pubkey.bin"))
			p.key = s.content;
		else if (bytes_equal_text(s.name, "bootconf.txt"))
			p.config = s.content;
		else if (bytes_equal_text(s.name, "bootconf.sig"))
			p.signature = s.content;
	}
	return p;
}

/* The file's lines: SHA-256 of bootconf.txt, "ts: N", "rsa2048: …". */
static bool
read_signature(struct bytes text, uint8_t digest[DIGEST_LEN],
    uint8_t signature[RSA_LEN], bool *ret_signed)
{
	static const char rsa[] = "rsa2048: ";
	struct bytes line;

	*ret_signed = false;
	if (!bytes_next_line(&text, &line) ||
	    hex_decode(bytes_trim(line), digest, DIGEST_LEN) != DIGEST_LEN)
		return false;
	while (bytes_next_line(&text, &line)) {
		if (!bytes_starts(line, bytes_of(rsa)))
			continue;
		line = bytes_trim(bytes_from(line, sizeof(rsa) - 1));
		*ret_signed = hex_decode(line, signature, RSA_LEN) == RSA_LEN;
	}
	return true;
}

static void
judge(const struct parts *p, struct format_info *info)
{
	uint8_t digest[DIGEST_LEN];
	uint8_t signature[RSA_LEN];
	bool is_signed;

	info->authenticity = AUTHENTICITY_NONE;
	if (!read_signature(p->signature, digest, signature, &is_signed))
		return;
	bool agrees = digest_agrees(
	    HASH_SHA256, p->config, (struct bytes){ digest, DIGEST_LEN });

	info->authenticity = AUTHENTICITY_HASH;
	format_detail(
	    info, ", hash of bootconf.txt %s", agrees ? "agrees" : "is wrong");
	if (!is_signed)
		return;
	EVP_PKEY *key = signature_rsa_key(
	    bytes_slice(p->key, 0, RSA_LEN), bytes_from(p->key, RSA_LEN));
	bool right = agrees &&
	    signature_verify(key, SIGNATURE_RSA_PKCS1,
		(struct bytes){ digest, DIGEST_LEN },
		(struct bytes){ signature, RSA_LEN });

	format_detail(info, ", RSA-2048 %s",
	    right	      ? "verifies"
		: key == NULL ? "signature, no key"
			      : "does not verify");
	if (right || key == NULL)
		info->authenticity = AUTHENTICITY_SIGNED;
	if (right)
		signature_detail_key(info, key);
	EVP_PKEY_free(key);
}

static enum err
eeprom_probe(struct bytes in, struct format_info *ret)
{
	struct bytes mark = BYTES("\0VERSION:");
	struct parts p = find_parts(in);
	struct format_info info = { .rollback = ANSWER_UNKNOWN };

	if (p.count < SECTIONS_MIN || p.code.len == 0)
		return ERR_MALFORMED;
	/* The chips have 512 KiB or 2 MiB; what is behind is another's. */
	info.size = size_min(in.len, (size_t)2048 * 1024);
	info.size -= info.size > EEPROM_UNIT ? info.size % EEPROM_UNIT : 0;
	format_detail(&info, "%zu sections", p.count);
	size_t at = bytes_find(p.code, mark, 0);

	if (at != SIZE_MAX) {
		struct bytes version = bytes_slice(p.code, at + mark.len, 8);

		format_detail(&info, ", boot code %.*s",
		    detail_text_len(version), (const char *)version.ptr);
	}
	info.encrypted = payload_is_encrypted(p.code);
	judge(&p, &info);
	*ret = info;
	return ERR_OK;
}

struct eeprom {
	struct cursor c;
	char name[NAME_LEN + 2];
};

static enum err
eeprom_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct eeprom *e = calloc(1, sizeof(*e));

	(void)budget; /* nothing is made */
	if (e == NULL)
		return ERR_MEMORY;
	e->c = cur_open(in, "rpi eeprom section");
	*ret_handle = e;
	return ERR_OK;
}

static enum err
eeprom_next(void *handle, struct node *ret)
{
	struct eeprom *e = handle;
	struct section s;

	do {
		if (!next_section(&e->c, &s))
			return ERR_END;
	} while (s.magic == MAGIC_PADDING || s.content.len == 0);
	*ret = (struct node){
		.kind = NODE_PAYLOAD,
		.size = s.content.len,
		.content = s.content,
		.in_place = true,
		.at = s.at,
		.whole = true,
	};
	if (s.name.len == 0)
		return ERR_OK;
	size_t len = format_clean_name(s.name, e->name);

	ret->kind = NODE_FILE;
	ret->mode = 0644;
	ret->name = (struct bytes){ (const uint8_t *)e->name, len };
	return ERR_OK;
}

static void
eeprom_close(void *handle)
{
	free(handle);
}

const struct format rpi_eeprom_format = {
	.name = "rpi-eeprom",
	.magic = { MAGIC(0, "\x55\xaa\xf0\x0f") },
	.probe = eeprom_probe,
	.open = eeprom_open,
	.next = eeprom_next,
	.close = eeprom_close,
};
