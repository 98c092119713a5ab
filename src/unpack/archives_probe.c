/* SPDX-License-Identifier: ISC */
/* Finds out where archives end by walking their headers. */
#include "base/cursor.h"
#include "base/limits.h"
#include "base/number.h"
#include "codec/crc.h"
#include "unpack/archives_private.h"

#define CPIO_NEWC_LEN ((size_t)110)
#define CPIO_ODC_LEN ((size_t)76)
#define CPIO_GAP_MAX ((size_t)4096)
#define TAR_BLOCK_LEN ((size_t)512)
#define TAR_RECORD_LEN (20 * TAR_BLOCK_LEN) /* of GNU tar */
#define AR_MAGIC_LEN ((size_t)8)

/* A number written as digits; blanks may surround it. False: none. */
static bool
read_digits(struct bytes in, unsigned base, uint64_t *ret)
{
	uint64_t value = 0;

	while (in.len > 0 &&
	    (in.ptr[in.len - 1] == 0 || in.ptr[in.len - 1] == ' '))
		in.len--;
	while (in.len > 0 && in.ptr[0] == ' ')
		in = bytes_from(in, 1);
	if (in.len == 0 || in.len > 16)
		return false;
	for (size_t i = 0; i < in.len; i++) {
		unsigned digit = in.ptr[i];

		if (digit >= '0' && digit <= '9')
			digit -= '0';
		else if (digit >= 'a' && digit <= 'f')
			digit -= 'a' - 10;
		else if (digit >= 'A' && digit <= 'F')
			digit -= 'A' - 10;
		else
			return false;
		if (digit >= base)
			return false;
		value = value * base + digit;
	}
	*ret = value;
	return true;
}

/* What a header of any archive says about where the next one is. */
struct member {
	uint64_t header_len; /* with the name and its padding */
	uint64_t data_len;
	uint64_t align; /* of the next header */
	bool last;
	struct bytes name; /* of a cpio's member, as stored */
};

/* Behind the member; false when that is past the end. */
static bool
skip_member(size_t *at, size_t len, const struct member *m)
{
	uint64_t next = *at + m->header_len;

	if (next > len || m->data_len > len - next)
		return false;
	next += m->data_len;
	next = (next + m->align - 1) / m->align * m->align;
	*at = next < len ? (size_t)next : len;
	return true;
}

static bool
is_newc(struct bytes in)
{
	return bytes_starts(in, BYTES("070701")) ||
	    bytes_starts(in, BYTES("070702"));
}

/* Linux Documentation/driver-api/early-userspace/buffer-format.rst */
static bool
read_newc(struct bytes in, struct member *ret)
{
	uint64_t field[13];

	if (!is_newc(in) || in.len < CPIO_NEWC_LEN)
		return false;
	for (size_t i = 0; i < 13; i++)
		if (!read_digits(bytes_slice(in, 6 + 8 * i, 8), 16, &field[i]))
			return false;
	uint64_t name_len = field[11];
	struct bytes name = bytes_slice(in, CPIO_NEWC_LEN, LIMIT_PATH_LEN);

	if (name_len < 1 || name_len > name.len || name.ptr[name_len - 1] != 0)
		return false;
	*ret = (struct member){
		.header_len = (CPIO_NEWC_LEN + name_len + 3) / 4 * 4,
		.data_len = field[6],
		.align = 4,
		.last = bytes_equal(bytes_slice(name, 0, (size_t)name_len - 1),
		    BYTES("TRAILER!!!")),
		.name = bytes_slice(name, 0, (size_t)name_len - 1),
	};
	return ret->last || (field[1] & 0170000) != 0;
}

/* POSIX.1-1988 §10.1.2, "odc" */
static bool
read_odc(struct bytes in, struct member *ret)
{
	uint64_t mode;
	uint64_t name_len;
	uint64_t data_len;

	if (!bytes_starts(in, BYTES("070707")) || in.len < CPIO_ODC_LEN ||
	    !read_digits(bytes_slice(in, 18, 6), 8, &mode) ||
	    !read_digits(bytes_slice(in, 59, 6), 8, &name_len) ||
	    !read_digits(bytes_slice(in, 65, 11), 8, &data_len))
		return false;
	struct bytes name = bytes_slice(in, CPIO_ODC_LEN, LIMIT_PATH_LEN);

	if (name_len < 1 || name_len > name.len || name.ptr[name_len - 1] != 0)
		return false;
	*ret = (struct member){
		.header_len = CPIO_ODC_LEN + name_len,
		.data_len = data_len,
		.align = 1,
		.last = bytes_equal(bytes_slice(name, 0, (size_t)name_len - 1),
		    BYTES("TRAILER!!!")),
		.name = bytes_slice(name, 0, (size_t)name_len - 1),
	};
	return ret->last || (mode & 0170000) != 0;
}

static size_t
zeros_len(struct bytes in)
{
	size_t len = 0;

	while (len < in.len && in.ptr[len] == 0)
		len++;
	return len;
}

bool
archives_cpio_member(
    struct bytes in, size_t *at, struct bytes *ret_name, struct bytes *ret_data)
{
	struct bytes rest = bytes_from(in, *at);
	struct member m;

	if ((!read_newc(rest, &m) && !read_odc(rest, &m)) || m.last)
		return false;
	/* skip_member() has seen that they fit */
	if (!skip_member(at, in.len, &m))
		return false;
	*ret_name = m.name;
	*ret_data = bytes_slice(rest, (size_t)m.header_len, (size_t)m.data_len);
	return true;
}

size_t
archives_cpio_len(struct bytes in, size_t *ret_count)
{
	size_t at = 0;
	struct member m;

	while (read_newc(bytes_from(in, at), &m) ||
	    read_odc(bytes_from(in, at), &m)) {
		++*ret_count;
		if (!skip_member(&at, in.len, &m))
			return in.len;
		if (m.last)
			break;
	}
	return at;
}

enum err
archives_probe_cpio(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .authenticity = AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO };
	size_t count = 0;
	size_t archives = 0;
	size_t at = 0;
	size_t len = archives_cpio_len(in, &count);

	if (len == 0)
		return ERR_MALFORMED;
	/* An initramfs may be several, with zeros between. */
	while (len > 0) {
		archives++;
		at += len;
		size_t gap = zeros_len(bytes_slice(in, at, CPIO_GAP_MAX));

		len = archives_cpio_len(bytes_from(in, at + gap), &count);
		if (len > 0)
			at += gap;
	}
	size_t padded = in.len;

	(void)size_round_up(at, TAR_BLOCK_LEN, &padded);
	at += zeros_len(bytes_slice(in, at, padded - at));
	info.size = at;
	format_detail(
	    &info, "%s, %zu headers", is_newc(in) ? "newc" : "odc", count);
	if (archives > 1)
		format_detail(&info, ", %zu archives", archives);
	*ret = info;
	return ERR_OK;
}

/* Sum of the header's bytes with the sum's own field as blanks. */
static bool
tar_sum_is_right(struct bytes header)
{
	uint64_t stored;
	uint64_t sum = 0;

	if (!read_digits(bytes_slice(header, 148, 8), 8, &stored))
		return false;
	for (size_t i = 0; i < TAR_BLOCK_LEN; i++)
		sum += i >= 148 && i < 156 ? ' ' : header.ptr[i];
	return sum == stored;
}

/* POSIX.1-2017 pax, "ustar Interchange Format"; sparse: GNU tar's tar.h. */
static bool
read_tar(struct bytes in, struct member *ret)
{
	struct bytes header = bytes_slice(in, 0, TAR_BLOCK_LEN);
	struct member m = { .header_len = TAR_BLOCK_LEN,
		.align = TAR_BLOCK_LEN };

	if (header.len < TAR_BLOCK_LEN || !tar_sum_is_right(header))
		return false;
	struct bytes size = bytes_slice(header, 124, 12);
	uint8_t type = header.ptr[156];

	if ((size.ptr[0] & 0x80) != 0) { /* base 256 */
		struct cursor c = cur_open_at(size, 4, "tar");

		m.data_len = cur_u64be(&c, "size");
	} else if (!read_digits(size, 8, &m.data_len)) {
		m.data_len = 0;
	}
	/* Links, devices and directories have no data, whatever they say; but
	   a hard link in a pax archive may have. */
	struct bytes next = bytes_slice(in, TAR_BLOCK_LEN, TAR_BLOCK_LEN);

	if ((type >= '2' && type <= '6') ||
	    (type == '1' && next.len == TAR_BLOCK_LEN &&
		tar_sum_is_right(next)))
		m.data_len = 0;
	if (type == 'S' && header.ptr[482] != 0) {
		struct bytes more;

		do {
			more = bytes_slice(
			    in, (size_t)m.header_len, TAR_BLOCK_LEN);
			m.header_len += TAR_BLOCK_LEN;
		} while (more.len == TAR_BLOCK_LEN && more.ptr[504] != 0);
	}
	*ret = m;
	return true;
}

enum err
archives_probe_tar(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .authenticity = AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO };
	size_t count = 0;
	size_t at = 0;
	struct member m;

	if (in.len == 0 || in.ptr[0] == 0) /* no name */
		return ERR_MALFORMED;
	while (read_tar(bytes_from(in, at), &m)) {
		count++;
		if (!skip_member(&at, in.len, &m))
			at = in.len;
	}
	if (count == 0)
		return ERR_MALFORMED;
	/* Blocks of zeros end it and fill its last record. */
	size_t record_end = in.len;
	size_t record_count = (at + 2 * TAR_BLOCK_LEN - 1) / TAR_RECORD_LEN + 1;

	(void)size_mul(record_count, TAR_RECORD_LEN, &record_end);
	info.size = at + zeros_len(bytes_slice(in, at, record_end - at));
	format_detail(&info, "%zu headers", count);
	*ret = info;
	return ERR_OK;
}

/* System V and BSD ar(5). */
static bool
read_ar(struct bytes in, struct member *ret)
{
	struct member m = { .header_len = 60, .align = 2 };

	if (in.len < m.header_len ||
	    !bytes_equal(bytes_slice(in, 58, 2), BYTES("`\n")) ||
	    !read_digits(bytes_slice(in, 48, 10), 10, &m.data_len))
		return false;
	*ret = m;
	return true;
}

enum err
archives_probe_ar(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .authenticity = AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO };
	size_t count = 0;
	size_t at = AR_MAGIC_LEN;
	struct member m;

	if (!bytes_starts(in, BYTES("!<arch>\n")))
		return ERR_MALFORMED;
	while (read_ar(bytes_from(in, at), &m)) {
		count++;
		if (!skip_member(&at, in.len, &m))
			at = in.len;
	}
	if (count == 0)
		return ERR_MALFORMED;
	info.size = at;
	format_detail(&info, "%zu members", count);
	*ret = info;
	return ERR_OK;
}

/* 7-Zip's 7zFormat.txt, "SignatureHeader" */
enum err
archives_probe_sevenzip(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .authenticity = AUTHENTICITY_CRC };
	struct cursor c = cur_open(in, "7z");

	if (!bytes_equal(
		cur_bytes(&c, 6, "Signature"), BYTES("7z\xbc\xaf\x27\x1c")))
		return ERR_MALFORMED;
	cur_skip(&c, 2, "ArchiveVersion");
	uint32_t crc = cur_u32le(&c, "StartHeaderCRC");
	struct bytes start = bytes_slice(in, c.pos, 20);
	uint64_t next_at = cur_u64le(&c, "NextHeaderOffset");
	uint64_t next_len = cur_u64le(&c, "NextHeaderSize");

	cur_skip(&c, 4, "NextHeaderCRC");
	if (!cur_ok(&c))
		return c.fault.code;
	if (crc != crc32_of(start))
		return ERR_CHECKSUM;
	size_t left = cur_left(&c);

	if (next_at > left || next_len > left - next_at)
		return ERR_TRUNCATED; /* its directory is at the end */
	info.size = c.pos + (size_t)next_at + (size_t)next_len;
	*ret = info;
	return ERR_OK;
}
