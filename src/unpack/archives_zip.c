/* SPDX-License-Identifier: ISC */
/* Finds out where a zip ends: at the end of its central directory. */
#include "base/cursor.h"
#include "base/limits.h"
#include "base/number.h"
#include "unpack/archives_private.h"

/* Source of all: PKWARE APPNOTE.TXT 6.3.10, §4.3 and §4.4. */
#define LOCAL_SIGNATURE 0x04034b50
#define CENTRAL_SIGNATURE 0x02014b50
#define END_SIGNATURE 0x06054b50
#define END_LEN ((size_t)22)
#define FLAG_ENCRYPTED 0x0001
#define FLAG_SIZES_FOLLOW 0x0008
#define FLAGS_RESERVED 0xc000
#define VERSION_MAX 63
#define METHOD_MAX 99

struct local_header {
	uint16_t flags;
	uint64_t len; /* with its data; without when the sizes follow */
};

static bool
is_name(struct bytes name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] < 0x20 || name.ptr[i] == 0x7f)
			return false;
	return name.len > 0 && name.len <= LIMIT_PATH_LEN;
}

static enum err
read_local(struct bytes in, struct local_header *ret)
{
	struct cursor c = cur_open(in, "zip local file header");
	bool is_local = cur_u32le(&c, "signature") == LOCAL_SIGNATURE;
	uint8_t version = cur_u8(&c, "version needed");

	cur_skip(&c, 1, "version needed");
	uint16_t flags = cur_u16le(&c, "flags");
	uint16_t method = cur_u16le(&c, "method");

	cur_skip(&c, 8, "time, date, crc-32");
	uint32_t packed_len = cur_u32le(&c, "compressed size");

	cur_skip(&c, 4, "uncompressed size");
	size_t name_len = cur_u16le(&c, "file name length");
	size_t extra_len = cur_u16le(&c, "extra field length");
	struct bytes name = cur_bytes(&c, name_len, "file name");

	cur_skip(&c, extra_len, "extra field");
	if (!cur_ok(&c))
		return c.fault.code;
	if (!is_local || version > VERSION_MAX ||
	    (flags & FLAGS_RESERVED) != 0 || method > METHOD_MAX ||
	    !is_name(name))
		return ERR_MALFORMED;
	*ret = (struct local_header){ .flags = flags, .len = c.pos };
	if ((flags & FLAG_SIZES_FOLLOW) == 0)
		ret->len += packed_len;
	return ERR_OK;
}

/* in[at, end) must be directory entries, all of it. */
static bool
read_directory(struct bytes in, size_t at, size_t end, size_t *ret_count,
    bool *ret_encrypted)
{
	struct cursor c = cur_open(bytes_slice(in, at, end - at), "zip");
	bool encrypted = false;
	size_t count = 0;

	while (cur_left(&c) > 0 && count <= LIMIT_NODES) {
		if (cur_u32le(&c, "signature") != CENTRAL_SIGNATURE)
			return false;
		cur_skip(&c, 4, "versions");
		encrypted |= (cur_u16le(&c, "flags") & FLAG_ENCRYPTED) != 0;
		cur_skip(&c, 18, "method to uncompressed size");
		size_t more = cur_u16le(&c, "file name length");

		more += cur_u16le(&c, "extra field length");
		more += cur_u16le(&c, "file comment length");
		cur_skip(&c, 12, "disk number to offset of local header");
		cur_skip(&c, more, "names");
		if (!cur_ok(&c))
			return false;
		count++;
	}
	if (count == 0 || count > LIMIT_NODES)
		return false;
	*ret_count = count;
	*ret_encrypted = encrypted;
	return true;
}

/* The end of the directory at in[at], if it is this archive's. */
static size_t
read_end(struct bytes in, size_t at, size_t *ret_count, bool *ret_encrypted)
{
	struct cursor c = cur_open_at(in, at, "zip end of central directory");

	cur_skip(&c, 12, "signature to number of entries");
	uint32_t directory_len = cur_u32le(&c, "size of directory");
	uint32_t directory_at = cur_u32le(&c, "offset of directory");

	cur_skip(&c, cur_u16le(&c, "comment length"), "comment");
	/* A zip inside this one counts from its own start: that misses. */
	if (!cur_ok(&c) || directory_at > at ||
	    directory_len != at - directory_at ||
	    !read_directory(in, directory_at, at, ret_count, ret_encrypted))
		return 0;
	return c.pos;
}

/* What the local headers say, one after the other. */
struct local_walk {
	size_t at;	/* behind the last member whose length is known */
	bool open_end;	/* the next one's length is not */
	bool encrypted; /* a member is */
};

static struct local_walk
walk_members(struct bytes in)
{
	struct local_walk w = { 0 };
	struct local_header local;

	while (
	    !w.open_end && read_local(bytes_from(in, w.at), &local) == ERR_OK) {
		w.encrypted |= (local.flags & FLAG_ENCRYPTED) != 0;
		w.open_end = (local.flags & FLAG_SIZES_FOLLOW) != 0;
		if (local.len > in.len - w.at)
			w.at = in.len;
		else if (!w.open_end)
			w.at += (size_t)local.len;
	}
	return w;
}

size_t
archives_zip_len(struct bytes in, size_t *ret_count, bool *ret_encrypted)
{
	size_t at = walk_members(in).at;

	for (;;) {
		at = bytes_find(in, BYTES("PK\x05\x06"), at);
		if (at == SIZE_MAX)
			return 0;
		size_t len = read_end(in, at, ret_count, ret_encrypted);

		if (len > 0)
			return len;
		at++;
	}
}

enum err
archives_probe_zip(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .authenticity = AUTHENTICITY_CRC };
	struct local_header first;
	bool encrypted = false;
	size_t count = 0;
	enum err err = read_local(in, &first);

	if (err != ERR_OK)
		return err;
	info.size = archives_zip_len(in, &count, &encrypted);
	if (info.size > 0) {
		format_detail(&info, "%zu members", count);
	} else {
		struct local_walk w = walk_members(in);

		/* Where the sizes follow, reading shows how far it goes. */
		info.size = w.open_end ? 0 : w.at;
		encrypted = w.encrypted;
		format_detail(&info, "without central directory");
	}
	info.encrypted = encrypted ? ANSWER_YES : ANSWER_NO;
	*ret = info;
	return ERR_OK;
}
