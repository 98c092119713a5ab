/* SPDX-License-Identifier: ISC */
/* Measures an ISO 9660 file system by its primary volume descriptor. */
#include "base/cursor.h"
#include "base/number.h"
#include "unpack/archives_private.h"

#define BLOCK_LEN 2048u
#define DESCRIPTOR_AT ((size_t)16 * BLOCK_LEN)
#define ROOT_RECORD_LEN 34 /* its name is one byte */

/* Numbers stand twice, in both orders: that they agree tells much. */
static uint32_t
both_u32(struct cursor *c, const char *field)
{
	size_t at = c->pos;
	uint32_t value = cur_u32le(c, field);

	if (cur_u32be(c, field) != value)
		cur_fail(c, ERR_MALFORMED, at, field);
	return value;
}

/* Whether the root directory's own record goes on with SUSP's mark, as Rock
   Ridge's do. Source: IEEE P1281 §5.3. */
static bool
has_rock_ridge(struct bytes in, uint32_t root_block)
{
	struct bytes record = bytes_slice(
	    in, size_min((size_t)root_block * BLOCK_LEN, in.len), BLOCK_LEN);

	return bytes_equal(
	    bytes_slice(record, ROOT_RECORD_LEN, 4), BYTES("SP\x07\x01"));
}

/* ECMA-119 §8.4 */
enum err
archives_probe_iso(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open_at(in, DESCRIPTOR_AT, "iso9660");

	if (!bytes_equal(cur_bytes(&c, 7, "Standard Identifier"),
		BYTES("\x01"
		      "CD001\x01")))
		cur_fail(&c, ERR_MALFORMED, DESCRIPTOR_AT, "identifier");
	cur_skip(&c, 33, "System Identifier");
	struct bytes volume =
	    bytes_trim(cur_bytes(&c, 32, "Volume Identifier"));

	cur_skip(&c, 8, "unused");
	uint32_t blocks = both_u32(&c, "Volume Space Size");

	cur_skip(&c, 40, "unused … Volume Sequence Number");
	if (cur_u32le(&c, "Logical Block Size") != (BLOCK_LEN | 8u << 16))
		cur_fail(&c, ERR_UNSUPPORTED, c.pos, "Logical Block Size");
	cur_seek(&c, DESCRIPTOR_AT + 156, "Root Directory Record");
	uint8_t record_len = cur_u8(&c, "Length of Directory Record");

	(void)cur_u8(&c, "Extended Attribute Record Length");
	uint32_t root = both_u32(&c, "Location of Extent");

	if (!cur_ok(&c))
		return c.fault.code;
	if (record_len != ROOT_RECORD_LEN || blocks <= root || root <= 16)
		return ERR_MALFORMED;
	uint64_t size = (uint64_t)blocks * BLOCK_LEN;

	*ret = (struct format_info){
		.size = size < in.len ? (size_t)size : in.len,
		.authenticity = AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO,
	};
	format_detail(ret, "%u blocks of %u bytes, %s", blocks, BLOCK_LEN,
	    has_rock_ridge(in, root) ? "Rock Ridge" : "no modes");
	if (volume.len > 0)
		format_detail(ret, ", volume \"%.*s\"", (int)volume.len,
		    (const char *)volume.ptr);
	if (size > in.len)
		format_detail(ret, ", cut short");
	return ERR_OK;
}
