/* SPDX-License-Identifier: ISC */
/* JFFS2, as it comes and once more with its checksums mended. */
#include "unpack/jffs2.h"

#include "codec/crc.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
put_u32(uint8_t *to, bool big, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> 8 * (big ? 3 - i : i));
}

static uint32_t
get_u32(const uint8_t *from, bool big)
{
	uint32_t value = 0;

	for (size_t i = 0; i < 4; i++)
		value |= (uint32_t)from[i] << 8 * (big ? 3 - i : i);
	return value;
}

static void
put_crc(uint8_t *to, bool big, const uint8_t *from, size_t len)
{
	struct bytes in = { from, len };

	put_u32(to, big, len == 0 ? 0 : ~crc32_add(UINT32_MAX, in));
}

/* Makes a node's checksums right, as far as the node is there. */
static void
mend(uint8_t *node, size_t len, bool big)
{
	uint8_t type = node[big ? 3 : 2];

	put_crc(node + 8, big, node, 8);
	if (type == 1 && len >= 40) {
		size_t name_len = node[28];

		put_crc(node + 32, big, node, 32);
		if (name_len <= len - 40)
			put_crc(node + 36, big, node + 40, name_len);
	} else if (type == 2 && len >= 68) {
		size_t data_len = get_u32(node + 48, big);

		if (data_len <= len - 68)
			put_crc(node + 60, big, node + 68, data_len);
		put_crc(node + 64, big, node, 60);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);

	format_fuzz(&jffs2_format, (struct bytes){ data, size });
	if (copy == NULL || size == 0) {
		free(copy);
		return 0;
	}
	memcpy(copy, data, size);
	for (size_t at = 0; at + 12 <= size; at += 4) {
		bool little = copy[at] == 0x85 && copy[at + 1] == 0x19;
		bool big = copy[at] == 0x19 && copy[at + 1] == 0x85;

		if (little || big)
			mend(copy + at, size - at, big);
	}
	format_fuzz(&jffs2_format, (struct bytes){ copy, size });
	free(copy);
	return 0;
}
