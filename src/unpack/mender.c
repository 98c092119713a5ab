/* SPDX-License-Identifier: ISC */
/* Mender: a tar whose manifest has the digests of all else. */
#include "base/limits.h"
#include "codec/decompress.h"
#include "unpack/archives.h"
#include "unpack/archives_private.h"
#include "unpack/config_text.h"
#include "unpack/signatures.h"
#include "unpack/updates.h"

#include <string.h>

/* What looking into it may decompress: payloads beyond this stay unchecked. */
#define LOOK_LEN (64 * MIB)
#define MANIFEST_MAX_LEN (256 * KIB)
#define MEMBERS_MAX 64
#define NAME_MAX_LEN ((size_t)256)
#define DIGEST_LEN ((size_t)32)
#define TEXT_MAX 32
#define ECDSA_BASE64_LEN 88 /* of 64 bytes */

struct artifact {
	struct bytes version, manifest, augment, header;
	struct bytes signature;
	size_t lines, agree, wrong;
	size_t payloads; /* data/0000.tar.* */
	bool too_large;	 /* one of them, to be looked into here */
	char name[TEXT_MAX + 1], device[TEXT_MAX + 1];
};

/* The digest that the manifest has for a name; empty: none. */
static struct bytes
find_digest(struct bytes manifest, struct bytes name)
{
	struct bytes line;

	while (bytes_next_line(&manifest, &line)) {
		struct bytes digest;

		if (bytes_next_word(&line, &digest) &&
		    bytes_equal(bytes_trim(line), name))
			return digest;
	}
	return (struct bytes){ NULL, 0 };
}

static void
check(struct artifact *a, struct bytes name, struct bytes content)
{
	struct bytes text = find_digest(a->manifest, name);
	uint8_t wanted[DIGEST_LEN];

	if (text.len == 0)
		text = find_digest(a->augment, name);
	if (text.len == 0)
		return;
	if (hex_decode(text, wanted, sizeof(wanted)) == DIGEST_LEN &&
	    digest_agrees(
		HASH_SHA256, content, (struct bytes){ wanted, DIGEST_LEN }))
		a->agree++;
	else
		a->wrong++;
}

static size_t
count_lines(struct bytes text)
{
	struct bytes line;
	size_t count = 0;

	while (bytes_next_line(&text, &line))
		count += bytes_trim(line).len > 0;
	return count;
}

/* Decompresses into `to` unless it is a tar already. What is broken is empty:
   then its files are missing. */
static struct bytes
inflate(struct artifact *a, struct bytes in, struct out *to)
{
	static const struct {
		struct bytes magic;
		enum codec codec;
	} rows[] = {
		{ { (const uint8_t *)"\x1f\x8b", 2 }, CODEC_GZIP },
		{ { (const uint8_t *)"\xfd"
				     "7zXZ",
		      5 },
		    CODEC_XZ },
		{ { (const uint8_t *)"\x28\xb5\x2f\xfd", 4 }, CODEC_ZSTD },
	};
	size_t used = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (bytes_starts(in, rows[i].magic)) {
			enum err err =
			    decompress_stream(rows[i].codec, in, to, &used);

			a->too_large |= err == ERR_LIMIT;
			if (err != ERR_OK)
				return (struct bytes){ NULL, 0 };
			return out_bytes(to);
		}
	return in;
}

/* Calls `take` with each file of a tar. */
static void
each_file(struct bytes in, struct budget *budget, struct artifact *a,
    void (*take)(struct artifact *a, const struct node *node, void *more),
    void *more)
{
	struct node node = { .kind = NODE_PAYLOAD };
	void *handle;

	if (tar_format.open(in, budget, &handle) != ERR_OK)
		return;
	while (tar_format.next(handle, &node) == ERR_OK) {
		if (node.kind == NODE_FILE && node.fault.code == ERR_OK)
			take(a, &node, more);
		node = (struct node){ .kind = NODE_PAYLOAD };
	}
	tar_format.close(handle);
}

static void
take_member(struct artifact *a, const struct node *node, void *more)
{
	(void)more;
	if (bytes_equal_text(node->name, "/version"))
		a->version = node->content;
	else if (bytes_equal_text(node->name, "/manifest"))
		a->manifest = node->content;
	else if (bytes_equal_text(node->name, "/manifest-augment"))
		a->augment = node->content;
	else if (bytes_equal_text(node->name, "/manifest.sig"))
		a->signature = bytes_trim(node->content);
	else if (bytes_starts(node->name, BYTES("/header.tar")))
		a->header = node->content;
	else if (bytes_starts(node->name, BYTES("/data/")))
		a->payloads++;
}

/* "data/0000" and the file's name. */
static void
check_payload(struct artifact *a, const struct node *node, void *more)
{
	const struct bytes *folder = more;
	uint8_t name[NAME_MAX_LEN];

	if (folder->len + node->name.len > sizeof(name))
		return;
	memcpy(name, folder->ptr, folder->len);
	memcpy(name + folder->len, node->name.ptr, node->name.len);
	check(a, (struct bytes){ name, folder->len + node->name.len },
	    node->content);
}

static void
check_member(struct artifact *a, const struct node *node, void *more)
{
	struct budget budget = { .limit = LOOK_LEN };
	size_t *left = more;
	struct bytes name = bytes_from(node->name, 1);
	struct out out = out_open(*left);

	if (!bytes_starts(name, BYTES("data/"))) {
		check(a, name, node->content);
		return;
	}
	size_t dot = bytes_find_byte(name, '.', 0);
	struct bytes folder = bytes_slice(name, 0, dot);
	struct bytes tar = inflate(a, node->content, &out);

	if (tar.len > 0)
		each_file(tar, &budget, a, check_payload, &folder);
	*left -= out.len;
	out_close(&out);
}

static void
copy_text(char to[TEXT_MAX + 1], struct bytes text)
{
	int len = detail_text_len(bytes_slice(text, 0, TEXT_MAX));

	if (to[0] == '\0' && len > 0)
		memcpy(to, text.ptr, (size_t)len);
}

/* Version 3 has provides and depends, version 2 an older shape. */
static void
read_header(struct artifact *a, const struct node *node, void *more)
{
	struct config_text text = config_open(node->content);
	struct config_item item;
	struct bytes list = { NULL, 0 };

	(void)more;
	if (!bytes_equal_text(node->name, "/header-info"))
		return;
	while (config_next(&text, &item)) {
		if (item.kind == CONFIG_OPEN)
			list = item.name;
		if (item.kind != CONFIG_VALUE)
			continue;
		if (bytes_equal_text(item.name, "artifact_name"))
			copy_text(a->name, item.value);
		else if (bytes_equal_text(list, "device_type") ||
		    bytes_equal_text(list, "device_types_compatible"))
			copy_text(a->device, item.value);
	}
}

static uint64_t
version_of(struct bytes json)
{
	struct config_text text = config_open(json);
	struct config_item item;
	uint64_t version = 0;
	bool mender = false;

	while (config_next(&text, &item)) {
		if (bytes_equal_text(item.name, "format"))
			mender = bytes_equal_text(item.value, "mender");
		else if (bytes_equal_text(item.name, "version") &&
		    !bytes_to_u64(item.value, &version))
			version = 0;
	}
	return mender ? version : 0;
}

static void
judge(const struct artifact *a, struct format_info *info)
{
	size_t left = a->lines - (a->agree + a->wrong);

	info->authenticity = AUTHENTICITY_HASH;
	if (a->wrong > 0)
		info->authenticity = AUTHENTICITY_NONE;
	else if (left > 0 && !a->too_large)
		info->authenticity = AUTHENTICITY_UNKNOWN; /* cut short */
	else if (a->signature.len >= ECDSA_BASE64_LEN - 2)
		info->authenticity = AUTHENTICITY_SIGNED;
	format_detail(info, ", %zu of %zu digests agree", a->agree, a->lines);
	if (a->wrong > 0)
		format_detail(info, ", %zu wrong", a->wrong);
	if (left > 0)
		format_detail(info, ", %zu %s", left,
		    a->too_large ? "not computed" : "missing");
	if (a->signature.len > 0)
		format_detail(info, ", %s signature (key not in the image)",
		    a->signature.len <= ECDSA_BASE64_LEN ? "ECDSA P-256"
							 : "RSA");
	else
		format_detail(info, ", no signature");
}

static enum err
mender_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { 0 };
	struct artifact a = { .lines = 0 };
	struct budget budget = { .limit = LOOK_LEN };
	size_t left = LOOK_LEN;
	enum err err = archives_probe_tar(in, &info);

	if (err != ERR_OK)
		return err;
	in = bytes_slice(in, 0, info.size);
	each_file(in, &budget, &a, take_member, NULL);
	uint64_t version = version_of(a.version);

	if (version == 0 || a.manifest.len == 0 ||
	    a.manifest.len > MANIFEST_MAX_LEN ||
	    a.augment.len > MANIFEST_MAX_LEN)
		return ERR_MALFORMED;
	a.lines = count_lines(a.manifest) + count_lines(a.augment);
	each_file(in, &budget, &a, check_member, &left);
	struct out out = out_open(1 * MIB);
	struct bytes header = inflate(&a, a.header, &out);

	if (header.len > 0)
		each_file(header, &budget, &a, read_header, NULL);
	out_close(&out);
	info = (struct format_info){ .size = info.size,
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_UNKNOWN };
	format_detail(&info, "version %u, \"%s\" for \"%s\", %zu payload%s",
	    (unsigned)version, a.name, a.device, a.payloads,
	    a.payloads == 1 ? "" : "s");
	judge(&a, &info);
	*ret = info;
	return ERR_OK;
}

static enum err
mender_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	return tar_format.open(in, budget, ret_handle);
}

static enum err
mender_next(void *handle, struct node *ret)
{
	return tar_format.next(handle, ret);
}

static size_t
mender_used(void *handle)
{
	return tar_format.used(handle);
}

static void
mender_close(void *handle)
{
	tar_format.close(handle);
}

const struct format mender_format = {
	.name = "mender",
	.magic = { MAGIC(0, "version\0") },
	.only_at_start = true, /* looking into it is not cheap */
	.probe = mender_probe,
	.open = mender_open,
	.next = mender_next,
	.used = mender_used,
	.close = mender_close,
};
