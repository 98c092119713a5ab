/* SPDX-License-Identifier: ISC */
/* Headers and trailers too small for a room of their own. */
#include "base/cursor.h"
#include "codec/crc.h"
#include "unpack/headers.h"
#include "unpack/slices.h"

/* fwtool: the trailer stands at the end of the data that it describes. */
#define FWTOOL_MAGIC 0x46577830U /* FWx0 */
#define FWTOOL_LEN ((size_t)16)
#define FWTOOL_SIGNATURE 0

static enum err
fwtool_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "fwtool trailer");

	if (cur_u32be(&c, "magic") != FWTOOL_MAGIC)
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	(void)cur_u32be(&c, "crc32");
	uint8_t type = cur_u8(&c, "type");

	if (type > 1)
		cur_fail(&c, ERR_UNSUPPORTED, 8, "type");
	cur_skip(&c, 3, "pad");
	uint32_t size = cur_u32be(&c, "size");

	if (size < FWTOOL_LEN)
		cur_fail(&c, ERR_MALFORMED, 12, "size");
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	/* Where it is met by itself, what a signature is of is not known; see
	   fwtool_signed.c for where that is. */
	*ret = (struct format_info){
		.size = FWTOOL_LEN,
		.authenticity = AUTHENTICITY_UNKNOWN,
	};
	format_detail(ret, "%s, %u bytes in front of it",
	    type == FWTOOL_SIGNATURE ? "signature" : "metadata",
	    size - (uint32_t)FWTOOL_LEN);
	return ERR_OK;
}

static enum err
fwtool_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	enum err err = slices_open(in, &s);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		*ret_handle = s;
	return err;
}

const struct format fwtool_format = {
	.name = "fwtool",
	.magic = { MAGIC(0, "FWx0") },
	.probe = fwtool_probe,
	.open = fwtool_open,
	.next = slices_next,
	.close = slices_close,
};

/* Netgear WNR854T: 16 bytes of name, then a CRC-32 over the whole file with
   itself zero. */
#define NETGEAR_NAME_LEN ((size_t)16)
#define NETGEAR_LEN ((size_t)20)

static enum err
netgear_probe(struct bytes in, struct format_info *ret)
{
	static const uint8_t zero[4] = { 0 };
	struct cursor c = cur_open(in, "netgear header");
	struct bytes name = cur_text(&c, NETGEAR_NAME_LEN, "name");
	uint32_t wanted = cur_u32be(&c, "crc32");

	if (c.fault.code != ERR_OK)
		return c.fault.code;
	uint32_t crc = crc32_of(bytes_slice(in, 0, NETGEAR_NAME_LEN));

	crc = crc32_add(crc, (struct bytes){ zero, sizeof(zero) });
	crc = crc32_add(crc, bytes_from(in, NETGEAR_LEN));
	if (crc != wanted && __builtin_bswap32(crc) != wanted)
		return ERR_CHECKSUM;
	*ret = (struct format_info){
		.size = in.len,
		.authenticity = AUTHENTICITY_CRC,
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_NO,
	};
	format_detail(ret, "name \"%.*s\", CRC agrees", (int)name.len,
	    (const char *)name.ptr);
	return ERR_OK;
}

static enum err
netgear_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	enum err err = slices_open(in, &s);

	(void)budget; /* nothing is made */
	if (err != ERR_OK)
		return err;
	if (in.len > NETGEAR_LEN)
		slices_add(s, NETGEAR_LEN, in.len - NETGEAR_LEN, false);
	*ret_handle = s;
	return ERR_OK;
}

const struct format netgear_wndr_format = {
	.name = "netgear-wndr",
	.magic = { MAGIC(0, "NG_W") },
	.only_at_start = true,
	.probe = netgear_probe,
	.open = netgear_open,
	.next = slices_next,
	.close = slices_close,
};
