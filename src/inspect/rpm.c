/* SPDX-License-Identifier: ISC */
/* Reads rpm headers. */
#include "inspect/rpm.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/out.h"
#include "inspect/package.h"

#define INTRO_LEN 8
#define ENTRY_LEN 16

enum {
	TYPE_INT32 = 4,
	TYPE_STRING = 6,
	TAG_EPOCH = 1003,
};

/* Source: rpm, include/rpm/rpmtag.h. */
static const struct text_tag {
	uint32_t tag;
	size_t offset; /* of the member in struct rpm_header */
} text_tags[] = {
	{ 1000, offsetof(struct rpm_header, name) },
	{ 1001, offsetof(struct rpm_header, version) },
	{ 1002, offsetof(struct rpm_header, release) },
	{ 1011, offsetof(struct rpm_header, vendor) },
	{ 1014, offsetof(struct rpm_header, license) },
	{ 1022, offsetof(struct rpm_header, arch) },
};

struct entry {
	uint32_t tag, type, offset, count;
};

static void
read_text(struct cursor *c, struct bytes data, const struct entry *e,
    struct bytes *ret)
{
	struct bytes rest = bytes_from(data, e->offset);
	size_t len = bytes_find_byte(rest, 0, 0);

	if (e->type != TYPE_STRING || e->count != 1 || len == SIZE_MAX)
		cur_fail(c, ERR_MALFORMED, c->pos, "text tag");
	else
		*ret = bytes_slice(rest, 0, len);
}

static void
read_entry(struct cursor *c, struct bytes data, const struct entry *e,
    struct rpm_header *h)
{
	for (size_t i = 0; i < sizeof(text_tags) / sizeof(text_tags[0]); i++) {
		if (e->tag != text_tags[i].tag)
			continue;
		void *member = (uint8_t *)h + text_tags[i].offset;

		read_text(c, data, e, member);
	}
	if (e->tag != TAG_EPOCH)
		return;
	struct cursor value = cur_open_at(data, e->offset, "rpm epoch");

	h->epoch = cur_u32be(&value, "epoch");
	h->has_epoch = e->type == TYPE_INT32 && cur_ok(&value);
	if (!h->has_epoch)
		cur_fail(c, ERR_MALFORMED, c->pos, "epoch");
}

enum err
rpm_read_header(struct bytes blob, struct rpm_header *ret)
{
	struct cursor c = cur_open(blob, "rpm header");
	struct rpm_header h = { .has_epoch = false };
	uint32_t count = cur_u32be(&c, "index entries");
	uint32_t data_len = cur_u32be(&c, "data length");

	if (!cur_ok(&c))
		return c.fault.code;
	if (count > cur_left(&c) / ENTRY_LEN ||
	    data_len > cur_left(&c) - (size_t)count * ENTRY_LEN)
		return ERR_TRUNCATED;
	struct bytes data =
	    bytes_slice(blob, INTRO_LEN + (size_t)count * ENTRY_LEN, data_len);

	for (uint32_t i = 0; i < count && cur_ok(&c); i++) {
		struct entry e;

		e.tag = cur_u32be(&c, "tag");
		e.type = cur_u32be(&c, "type");
		e.offset = cur_u32be(&c, "offset");
		e.count = cur_u32be(&c, "count");
		read_entry(&c, data, &e, &h);
	}
	if (!cur_ok(&c))
		return c.fault.code;
	if (h.name.len == 0 || h.version.len == 0)
		return ERR_MALFORMED;
	*ret = h;
	return ERR_OK;
}

/* Namespaces of purls for what vendors call themselves in their packages. */
static const struct vendor {
	const char *start;
	const char *space;
} vendors[] = {
	{ "AlmaLinux", "almalinux" },
	{ "Amazon", "amzn" },
	{ "CentOS", "centos" },
	{ "Fedora Project", "fedora" },
	{ "Mageia", "mageia" },
	{ "Microsoft", "azurelinux" },
	{ "Oracle", "oracle" },
	{ "Red Hat", "redhat" },
	{ "Rocky", "rocky" },
	{ "SUSE", "suse" },
	{ "Wind River", "windriver" },
	{ "openEuler", "openeuler" },
	{ "openSUSE", "opensuse" },
};

static struct bytes
space_of(struct bytes vendor)
{
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		if (bytes_starts(vendor, bytes_of(vendors[i].start)))
			return bytes_of(vendors[i].space);
	}
	return (struct bytes){ 0 };
}

/* What belongs to one package, written out; released together. */
struct texts {
	struct out epoch, purl_version, version, evidence;
};

static void
put_version(struct out *o, const struct rpm_header *h)
{
	out_put(o, h->version);
	if (h->release.len > 0) {
		out_u8(o, '-');
		out_put(o, h->release);
	}
}

static void
put_texts(struct texts *t, const struct rpm_header *h)
{
	if (h->has_epoch) {
		out_decimal(&t->epoch, h->epoch);
		out_put(&t->version, out_bytes(&t->epoch));
		out_u8(&t->version, ':');
	}
	put_version(&t->version, h);
	put_version(&t->purl_version, h);
	out_put(&t->evidence, h->name);
	out_u8(&t->evidence, '-');
	out_put(&t->evidence, out_bytes(&t->version));
	if (h->arch.len > 0) {
		out_u8(&t->evidence, '.');
		out_put(&t->evidence, h->arch);
	}
	if (h->license.len > 0) {
		out_text(&t->evidence, ", ");
		out_put(&t->evidence, h->license);
	}
	if (h->vendor.len > 0) {
		out_text(&t->evidence, ", ");
		out_put(&t->evidence, h->vendor);
	}
}

enum err
rpm_add(const struct unpack_event *file, struct facts *facts, struct bytes blob,
    size_t at)
{
	struct texts t = { out_open(16), out_open(KIB), out_open(KIB),
		out_open(LIMIT_MESSAGE_LEN) };
	struct rpm_header h;
	enum err err = rpm_read_header(blob, &h);

	if (err != ERR_OK || bytes_equal_text(h.name, "gpg-pubkey"))
		return ERR_OK;
	put_texts(&t, &h);
	struct package package = {
		.purl = { .type = "rpm",
		    .space = space_of(h.vendor),
		    .name = h.name,
		    .version = out_bytes(&t.purl_version),
		    .arch = h.arch,
		    .epoch = out_bytes(&t.epoch) },
		.version = out_bytes(&t.version),
		.text = out_bytes(&t.evidence),
		.at = at,
		.kind = EVIDENCE_PACKAGE_DB,
	};

	if (t.epoch.failed == ERR_MEMORY || t.version.failed == ERR_MEMORY ||
	    t.purl_version.failed == ERR_MEMORY ||
	    t.evidence.failed == ERR_MEMORY)
		err = ERR_MEMORY;
	else if (t.version.failed == ERR_OK)
		err = package_add(file, facts, &package);
	out_close(&t.epoch);
	out_close(&t.purl_version);
	out_close(&t.version);
	out_close(&t.evidence);
	return err;
}
