/* SPDX-License-Identifier: ISC */
/* Finds and measures EROFS by its superblock. */
#include "unpack/erofs.h"

#include "base/cursor.h"
#include "base/number.h"

static enum err
erofs_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open_at(in, 1024, "erofs superblock");

	cur_skip(&c, 12, "magic, checksum, feature_compat");
	uint8_t log = cur_u8(&c, "blkszbits");

	cur_seek(&c, 1024 + 36, "blocks");
	uint32_t blocks = cur_u32le(&c, "blocks");
	size_t size = 0;

	if (log < 9 || log > 16 || blocks == 0 ||
	    !size_mul(blocks, (size_t)1 << (log & 31), &size))
		cur_fail(&c, ERR_MALFORMED, 1024 + 12, "blkszbits, blocks");
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	*ret = (struct format_info){ .size = size_min(size, in.len) };
	format_detail(ret, "%u blocks", blocks);
	return ERR_OK;
}

const struct format erofs_format = {
	.name = "erofs",
	.magic = { MAGIC(1024, "\xe2\xe1\xf5\xe0") },
	.probe = erofs_probe,
};
