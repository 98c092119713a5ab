/* SPDX-License-Identifier: ISC */
/* RPM: a lead, a header of signatures, a header, and a compressed cpio. */
#include "base/cursor.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"
#include "unpack/updates.h"

#define LEAD_LEN ((size_t)96)
#define LEAD_MAGIC 0xedabeedbU
#define HEADER_MAGIC 0x8eade801U
#define HEADER_LEN ((size_t)16)
#define ENTRY_LEN ((size_t)16)
#define DIGEST_LEN ((size_t)32)
#define WORD_MAX ((size_t)48)

/* rpmtag.h: tags of the header, */
#define TAG_NAME 1000
#define TAG_VERSION 1001
#define TAG_RELEASE 1002
#define TAG_ARCH 1022
#define TAG_PAYLOAD_DIGEST 5092
#define TAG_PAYLOAD_DIGEST_ALGO 5093
/* and of the signatures: over the header alone, */
#define SIGTAG_DSA 267
#define SIGTAG_RSA 268
#define SIGTAG_OPENPGP 278
#define SIGTAG_SHA1 269
#define SIGTAG_SHA256 273
/* over header and payload. */
#define SIGTAG_PGP 1002
#define SIGTAG_MD5 1004
#define SIGTAG_GPG 1005
#define DIGEST_ALGO_SHA256 8

struct header {
	struct bytes all; /* magic to the end of the store */
	struct bytes entries, store;
};

struct package {
	struct header signatures, header;
	size_t payload_at;
};

static bool
read_header(struct cursor *c, struct header *ret)
{
	size_t start = c->pos;
	struct header h = { .entries = { NULL, 0 } };

	if (cur_u32be(c, "header magic") != HEADER_MAGIC)
		cur_fail(c, ERR_MALFORMED, start, "header magic");
	cur_skip(c, 4, "reserved");
	size_t count = cur_u32be(c, "index entries");
	size_t len = cur_u32be(c, "store length");

	if (cur_ok(c) && count > cur_left(c) / ENTRY_LEN)
		cur_fail(c, ERR_TRUNCATED, start + 8, "index entries");
	if (!cur_ok(c))
		return false;
	h.entries = cur_bytes(c, count * ENTRY_LEN, "index");
	h.store = cur_bytes(c, len, "store");
	h.all = bytes_slice(c->in, start, c->pos - start);
	if (cur_ok(c))
		*ret = h;
	return cur_ok(c);
}

static enum err
read_package(struct bytes in, struct package *ret)
{
	struct cursor c = cur_open(in, "rpm");
	struct package p = { .payload_at = 0 };

	if (cur_u32be(&c, "lead magic") != LEAD_MAGIC)
		cur_fail(&c, ERR_MALFORMED, 0, "lead magic");
	uint8_t major = cur_u8(&c, "major");

	if (major != 3 && major != 4)
		cur_fail(&c, ERR_UNSUPPORTED, 4, "major");
	cur_seek(&c, LEAD_LEN, "lead");
	if (!cur_ok(&c))
		return c.fault.code;
	if (read_header(&c, &p.signatures)) {
		cur_seek(&c, (c.pos + 7) / 8 * 8, "padding");
		(void)read_header(&c, &p.header);
	}
	p.payload_at = c.pos;
	if (c.fault.code == ERR_OK)
		*ret = p;
	return c.fault.code;
}

/* Where the value of a tag starts in the store; false: not there. */
static bool
find_tag(const struct header *h, uint32_t tag, struct bytes *ret)
{
	struct cursor c = cur_open(h->entries, "rpm index");

	while (cur_ok(&c) && cur_left(&c) > 0) {
		uint32_t found = cur_u32be(&c, "tag");

		cur_skip(&c, 4, "type");
		size_t at = cur_u32be(&c, "offset");

		cur_skip(&c, 4, "count");
		if (!cur_ok(&c) || found != tag || at >= h->store.len)
			continue;
		*ret = bytes_from(h->store, at);
		return true;
	}
	return false;
}

/* A text (or the first of several); empty when it has none. */
static struct bytes
find_text(const struct header *h, uint32_t tag)
{
	struct bytes value = { NULL, 0 };

	if (!find_tag(h, tag, &value))
		return value;
	size_t end = bytes_find_byte(value, 0, 0);

	return bytes_slice(value, 0, end);
}

static bool
has_any(const struct header *h, const uint32_t *tags, size_t count)
{
	struct bytes value;

	for (size_t i = 0; i < count; i++)
		if (find_tag(h, tags[i], &value))
			return true;
	return false;
}

/* A text of hex digits, as digests are stored. */
static bool
hex_agrees(enum hash hash, struct bytes in, struct bytes text)
{
	uint8_t wanted[HASH_MAX_LEN];
	size_t len = hex_decode(text, wanted, sizeof(wanted));

	return len == hash_len(hash) &&
	    digest_agrees(hash, in, (struct bytes){ wanted, len });
}

enum check {
	CHECK_ABSENT,
	CHECK_AGREES,
	CHECK_WRONG,
};

static enum check
check_header(const struct package *p)
{
	struct bytes sha256 = find_text(&p->signatures, SIGTAG_SHA256);
	struct bytes sha1 = find_text(&p->signatures, SIGTAG_SHA1);
	bool right = true;

	if (sha256.len == 0 && sha1.len == 0)
		return CHECK_ABSENT;
	if (sha256.len > 0)
		right = hex_agrees(HASH_SHA256, p->header.all, sha256);
	if (sha1.len > 0)
		right = right && hex_agrees(HASH_SHA1, p->header.all, sha1);
	return right ? CHECK_AGREES : CHECK_WRONG;
}

static enum check
check_payload(const struct package *p, struct bytes in)
{
	struct bytes text = find_text(&p->header, TAG_PAYLOAD_DIGEST);
	struct bytes algo = { NULL, 0 };
	struct bytes md5;

	if (text.len > 0 &&
	    find_tag(&p->header, TAG_PAYLOAD_DIGEST_ALGO, &algo)) {
		struct cursor c = cur_open(algo, "rpm payload digest");

		if (cur_u32be(&c, "algorithm") != DIGEST_ALGO_SHA256)
			return CHECK_ABSENT; /* of a kind not computed here */
		return hex_agrees(
			   HASH_SHA256, bytes_from(in, p->payload_at), text)
		    ? CHECK_AGREES
		    : CHECK_WRONG;
	}
	if (!find_tag(&p->signatures, SIGTAG_MD5, &md5))
		return CHECK_ABSENT;
	size_t start = p->payload_at - p->header.all.len;

	return digest_agrees(
		   HASH_MD5, bytes_from(in, start), bytes_slice(md5, 0, 16))
	    ? CHECK_AGREES
	    : CHECK_WRONG;
}

static const char *
check_text(enum check check)
{
	switch (check) {
	case CHECK_ABSENT:
		return "has no digest";
	case CHECK_AGREES:
		return "digest agrees";
	case CHECK_WRONG:
		return "digest is wrong";
	}
	return "";
}

static const char *
architecture_of(struct bytes arch)
{
	static const struct {
		const char *rpm, *name;
	} rows[] = { { "x86_64", "x86_64" }, { "i686", "x86" },
		{ "i586", "x86" }, { "i386", "x86" }, { "aarch64", "aarch64" },
		{ "armv7hl", "arm" }, { "armv7hnl", "arm" },
		{ "armv6hl", "arm" }, { "cortexa7hf", "arm" },
		{ "cortexa9hf", "arm" }, { "mips", "mips" },
		{ "mipsel", "mipsel" }, { "ppc64le", "powerpc" },
		{ "ppc", "powerpc" }, { "riscv64", "riscv64" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (bytes_equal_text(arch, rows[i].rpm))
			return rows[i].name;
	return NULL;
}

static int
word_len(struct bytes in)
{
	return detail_text_len(bytes_slice(in, 0, WORD_MAX));
}

/* The signature covers the header, the header's digest the payload; where it
   covers both, the payload's digest is beside it. The key is never in it. */
static void
judge(const struct package *p, struct bytes in, struct format_info *info)
{
	static const uint32_t tags[] = { SIGTAG_RSA, SIGTAG_DSA, SIGTAG_OPENPGP,
		SIGTAG_PGP, SIGTAG_GPG };
	bool is_signed =
	    has_any(&p->signatures, tags, sizeof(tags) / sizeof(tags[0]));
	enum check header = check_header(p);
	enum check payload = check_payload(p, in);

	format_detail(info, ", header %s, payload %s", check_text(header),
	    check_text(payload));
	format_detail(info, ", %s",
	    is_signed ? "OpenPGP signature (key not in the image)"
		      : "not signed");
	bool wrong = header == CHECK_WRONG || payload == CHECK_WRONG;

	info->authenticity = AUTHENTICITY_NONE;
	if (is_signed && !wrong)
		info->authenticity = AUTHENTICITY_SIGNED;
	else if (payload == CHECK_AGREES && !wrong)
		info->authenticity = AUTHENTICITY_HASH;
}

static enum err
rpm_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .encrypted = ANSWER_NO };
	struct package p;
	enum err err = read_package(in, &p);

	if (err != ERR_OK)
		return err;
	struct bytes name = find_text(&p.header, TAG_NAME);
	struct bytes version = find_text(&p.header, TAG_VERSION);
	struct bytes release = find_text(&p.header, TAG_RELEASE);
	struct bytes arch = find_text(&p.header, TAG_ARCH);

	if (name.len == 0 || version.len == 0)
		return ERR_MALFORMED;
	info.size = in.len; /* nothing tells where the payload ends */
	info.architecture = architecture_of(arch);
	/* inspectors read the first words of it */
	format_detail(&info, "%.*s %.*s-%.*s %.*s", word_len(name),
	    (const char *)name.ptr, word_len(version),
	    (const char *)version.ptr, word_len(release),
	    (const char *)release.ptr, word_len(arch), (const char *)arch.ptr);
	judge(&p, in, &info);
	*ret = info;
	return ERR_OK;
}

static enum err
rpm_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct package p;
	struct slices *s;
	enum err err = read_package(in, &p);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	slices_add(s, p.payload_at, in.len - p.payload_at, true);
	*ret_handle = s;
	return ERR_OK;
}

const struct format rpm_format = {
	.name = "rpm",
	.magic = { MAGIC(0, "\xed\xab\xee\xdb\x03"),
	    MAGIC(0, "\xed\xab\xee\xdb\x04") },
	.only_at_start = true, /* its end is its input's */
	.probe = rpm_probe,
	.open = rpm_open,
	.next = slices_next,
	.close = slices_close,
};
