/* SPDX-License-Identifier: ISC */
/* Volumes, files and sections as UEFI's headers describe them. */
#include "unpack/uefi_private.h"

#include "base/cursor.h"
#include "base/number.h"
#include "unpack/utf16.h"

#include <stdio.h>
#include <string.h>

#define VOLUME_SIGNATURE_AT ((size_t)40)
#define VOLUME_HEADER_MIN 56
#define VOLUME_HEADER_MAX 4096
#define VOLUME_ERASED_ONES 0x800U
#define FILE_HEADER_LEN ((size_t)24)
#define FILE_LARGE_HEADER_LEN ((size_t)32)
#define FILE_LARGE 0x01
#define FILE_ALIGN 8
#define SECTION_ALIGN 4
#define SECTION_SIZE_EXTENDED 0xffffffU
#define SECTION_COMPRESSION 0x01
#define SECTION_GUID_DEFINED 0x02
#define SECTION_UI 0x15
#define SECTION_FREEFORM 0x18
#define GUIDED_NEEDS_WORK 1U

static const struct {
	const char *guid;
	uint8_t ffs;
} file_systems[] = {
	{ "\xd9\x54\x93\x7a\x68\x04\x4a\x44\x81\xce\x0b\xf6\x17\xd8\x90\xdf",
	    1 },
	{ "\x78\xe5\x8c\x8c\x3d\x8a\x1c\x4f\x99\x35\x89\x61\x85\xc3\x2d\xd3",
	    2 },
	{ "\x7a\xc0\x73\x54\xcb\x3d\xca\x4d\xbd\x6f\x1e\x96\x89\xe7\x34\x9a",
	    3 },
};

/* EE4E5898-3914-4259-9D6E-DC7BD79403CF, 1D301FE9-BE79-4353-91C2-D23BC959AE0C */
static const char lzma_guid[] =
    "\x98\x58\x4e\xee\x14\x39\x59\x42\x9d\x6e\xdc\x7b\xd7\x94\x03\xcf";
static const char gzip_guid[] =
    "\xe9\x1f\x30\x1d\x79\xbe\x53\x43\x91\xc2\xd2\x3b\xc9\x59\xae\x0c";

static const struct {
	uint8_t type;
	enum uefi_way way;
	const char *name;
} section_types[] = {
	{ 0x01, UEFI_CODED, "compressed" },
	{ 0x02, UEFI_CODED, "coded" },
	{ 0x03, UEFI_OPEN, "disposable" },
	{ 0x10, UEFI_LEAF, "pe32" },
	{ 0x11, UEFI_LEAF, "pic" },
	{ 0x12, UEFI_LEAF, "te" },
	{ 0x13, UEFI_SKIP, "dxe-depex" },
	{ 0x14, UEFI_SKIP, "version" },
	{ 0x15, UEFI_SKIP, "ui" },
	{ 0x16, UEFI_LEAF, "compatibility16" },
	{ 0x17, UEFI_LEAF, "volume" },
	{ 0x18, UEFI_LEAF, "freeform" },
	{ 0x19, UEFI_LEAF, "raw" },
	{ 0x1b, UEFI_SKIP, "pei-depex" },
	{ 0x1c, UEFI_SKIP, "mm-depex" },
};

static bool
is_guid(struct bytes in, const char *guid)
{
	return in.len == UEFI_GUID_LEN &&
	    memcmp(in.ptr, guid, UEFI_GUID_LEN) == 0;
}

static uint8_t
ffs_version(struct bytes guid)
{
	for (size_t i = 0; i < sizeof(file_systems) / sizeof(file_systems[0]);
	     i++)
		if (is_guid(guid, file_systems[i].guid))
			return file_systems[i].ffs;
	return 0;
}

/* All 16-bit words of the header add up to zero. */
static bool
header_sum_agrees(struct bytes header)
{
	struct cursor c = cur_open(header, "uefi volume");
	uint32_t sum = 0;

	while (cur_left(&c) >= 2)
		sum += cur_u16le(&c, "word");
	return (sum & 0xffff) == 0;
}

bool
uefi_volume_read(struct bytes in, struct uefi_volume *ret)
{
	struct cursor c = cur_open(in, "uefi volume");
	struct uefi_volume v = { .erased = 0x00 };

	cur_skip(&c, 16, "zero vector");
	v.guid = cur_bytes(&c, UEFI_GUID_LEN, "file system");
	uint64_t size = cur_u64le(&c, "length");

	if (!bytes_equal(cur_bytes(&c, 4, "signature"), BYTES("_FVH")))
		return false;
	if ((cur_u32le(&c, "attributes") & VOLUME_ERASED_ONES) != 0)
		v.erased = 0xff;
	size_t header_len = cur_u16le(&c, "header length");

	(void)cur_u16le(&c, "checksum"); /* part of the sum */
	size_t extended_at = cur_u16le(&c, "extended header");

	(void)cur_u8(&c, "reserved");
	uint8_t revision = cur_u8(&c, "revision");

	if (!cur_ok(&c) || revision == 0 || revision > 2 ||
	    header_len < VOLUME_HEADER_MIN || header_len > VOLUME_HEADER_MAX ||
	    header_len % 2 != 0 || header_len > in.len || size <= header_len ||
	    size > UINT32_MAX ||
	    !header_sum_agrees(bytes_slice(in, 0, header_len)))
		return false;
	v.size = (size_t)size;
	v.ffs = ffs_version(v.guid);
	v.files_at = header_len;
	if (extended_at >= header_len) {
		struct cursor x =
		    cur_open_at(in, extended_at, "uefi extended header");

		cur_skip(&x, UEFI_GUID_LEN, "name");
		uint64_t end = extended_at + (uint64_t)cur_u32le(&x, "size");

		if (cur_ok(&x) && end < size)
			v.files_at = (size_t)(end + FILE_ALIGN - 1) &
			    ~(size_t)(FILE_ALIGN - 1);
	}
	*ret = v;
	return true;
}

/* The bytes of the header add up to zero, without the two that change later:
   the sum of the content and the state. */
static bool
file_sum_agrees(struct bytes header)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < header.len; i++)
		if (i != 17 && i != 23)
			sum = (uint8_t)(sum + header.ptr[i]);
	return sum == 0;
}

static bool
is_all(struct bytes in, uint8_t byte)
{
	for (size_t i = 0; i < in.len; i++)
		if (in.ptr[i] != byte)
			return false;
	return true;
}

/* Moves *pos up to a multiple of `to`; false when nothing is left there. */
static bool
align(struct bytes in, size_t *pos, size_t to)
{
	return size_round_up(*pos, to, pos) && *pos < in.len;
}

bool
uefi_file_next(struct bytes volume, uint8_t erased, size_t *pos,
    struct uefi_file *ret, bool *ret_broken)
{
	if (!align(volume, pos, FILE_ALIGN))
		return false;
	struct cursor c = cur_open_at(volume, *pos, "uefi file");
	struct uefi_file f = { .guid = cur_bytes(&c, UEFI_GUID_LEN, "name") };

	(void)cur_u16le(&c, "sums");
	f.type = cur_u8(&c, "type");
	bool large = (cur_u8(&c, "attributes") & FILE_LARGE) != 0;
	uint64_t size = cur_u16le(&c, "size");

	size |= (uint64_t)cur_u8(&c, "size") << 16;
	(void)cur_u8(&c, "state");
	size_t header_len = FILE_HEADER_LEN;

	/* In the first file systems the bit means another thing. */
	if (large && (size == 0 || size == SECTION_SIZE_EXTENDED)) {
		size = cur_u64le(&c, "large size");
		header_len = FILE_LARGE_HEADER_LEN;
	}
	struct bytes header = bytes_slice(volume, *pos, header_len);

	if (!cur_ok(&c) || is_all(header, erased))
		return false;
	if (size < header_len || size > volume.len - *pos ||
	    !file_sum_agrees(header)) {
		*ret_broken = true;
		return false;
	}
	f.at = *pos + header_len;
	f.len = (size_t)size - header_len;
	*pos += (size_t)size;
	*ret = f;
	return true;
}

/* What a GUID stands for is followed when it is a coding that is known, or
   when nothing needs to be done to read it. */
static void
read_guided(struct cursor *c, size_t start, size_t end, struct uefi_section *s)
{
	struct bytes guid = cur_bytes(c, UEFI_GUID_LEN, "guid");
	size_t offset = cur_u16le(c, "data offset");
	uint32_t attributes = cur_u16le(c, "attributes");

	if (!cur_ok(c) || offset < c->pos - start || offset > end - start)
		return;
	s->at = start + offset;
	s->len = end - s->at;
	s->gzip = is_guid(guid, gzip_guid);
	s->known = s->gzip || is_guid(guid, lzma_guid);
	if (!s->known && (attributes & GUIDED_NEEDS_WORK) == 0)
		s->way = UEFI_OPEN;
}

static void
read_compression(struct cursor *c, size_t end, struct uefi_section *s)
{
	(void)cur_u32le(c, "uncompressed length");
	uint8_t type = cur_u8(c, "compression");

	if (!cur_ok(c) || c->pos > end)
		return;
	s->at = c->pos;
	s->len = end - s->at;
	if (type == 0)
		s->way = UEFI_OPEN;
}

bool
uefi_section_next(struct bytes in, size_t *pos, struct uefi_section *ret)
{
	if (!align(in, pos, SECTION_ALIGN))
		return false;
	struct cursor c = cur_open_at(in, *pos, "uefi section");
	uint32_t size = cur_u16le(&c, "size");

	size |= (uint32_t)cur_u8(&c, "size") << 16;
	struct uefi_section s = { .type = cur_u8(&c, "type") };

	if (size == SECTION_SIZE_EXTENDED)
		size = cur_u32le(&c, "extended size");
	if (!cur_ok(&c) || size < c.pos - *pos || size > in.len - *pos)
		return false;
	size_t end = *pos + size;

	for (size_t i = 0; i < sizeof(section_types) / sizeof(section_types[0]);
	     i++)
		if (section_types[i].type == s.type) {
			s.name = section_types[i].name;
			s.way = section_types[i].way;
		}
	if (s.name == NULL)
		return false;
	s.at = c.pos;
	s.len = end - c.pos;
	if (s.type == SECTION_GUID_DEFINED) {
		read_guided(&c, *pos, end, &s);
	} else if (s.type == SECTION_COMPRESSION) {
		read_compression(&c, end, &s);
	} else if (s.type == SECTION_FREEFORM && s.len >= UEFI_GUID_LEN) {
		s.at += UEFI_GUID_LEN;
		s.len -= UEFI_GUID_LEN;
	}
	*pos = end;
	*ret = s;
	return true;
}

void
uefi_find_name(struct bytes sections, char *to)
{
	struct uefi_section s;
	size_t pos = 0;

	to[0] = '\0';
	while (uefi_section_next(sections, &pos, &s)) {
		if (s.type != SECTION_UI)
			continue;
		(void)utf16_to_utf8(
		    bytes_slice(sections, s.at,
			size_min(s.len, UEFI_UI_CHARACTERS_MAX * 2)),
		    to);
		break;
	}
	for (char *p = to; *p != '\0'; p++)
		if (*p == '/' || (uint8_t)*p < 0x20)
			*p = '_';
	if (strcmp(to, ".") == 0 || strcmp(to, "..") == 0)
		to[0] = '_';
}

void
uefi_guid_text(struct bytes guid, char *to)
{
	struct cursor c = cur_open(guid, "guid");
	uint32_t a = cur_u32le(&c, "guid");
	uint32_t b = cur_u16le(&c, "guid");
	uint32_t d = cur_u16le(&c, "guid");
	uint32_t e = cur_u16be(&c, "guid");
	uint32_t f = cur_u16be(&c, "guid");
	uint32_t g = cur_u32be(&c, "guid");

	(void)snprintf(to, UEFI_GUID_TEXT_LEN + 1,
	    "%08X-%04X-%04X-%04X-%04X%08X", a, b, d, e, f, g);
}
