/* SPDX-License-Identifier: ISC */
/* MStar: a script of the boot loader's, then what its lines load. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#define MSTAR_SCRIPT_LEN ((size_t)16384)
#define MSTAR_PARTS_MAX SLICES_PARTS_MAX

static bool
read_hex(struct bytes text, size_t *ret)
{
	struct vendor_number number = { VENDOR_HEX, 0, 0 };
	uint64_t value;

	if (bytes_starts(text, BYTES("0x")))
		text = bytes_from(text, 2);
	number.len = (uint32_t)text.len;
	if (text.len == 0 || !vendor_number_read(text, &number, &value))
		return false;
	*ret = (size_t)value;
	return true;
}

/* "filepartload ADDRESS FILE OFFSET LENGTH" */
static bool
mstar_next(
    struct bytes *script, struct bytes in, size_t *ret_at, size_t *ret_len)
{
	struct bytes line;
	struct bytes word[5];

	while (bytes_next_line(script, &line)) {
		size_t count = 0;

		while (count < 5 && bytes_next_word(&line, &word[count]))
			count++;
		if (count < 5 || !bytes_equal_text(word[0], "filepartload") ||
		    !read_hex(word[3], ret_at) || !read_hex(word[4], ret_len))
			continue;
		if (*ret_len > 0 && *ret_at <= in.len &&
		    *ret_len <= in.len - *ret_at)
			return true;
	}
	return false;
}

static struct bytes
mstar_script(struct bytes in)
{
	struct bytes script = bytes_slice(in, 0, MSTAR_SCRIPT_LEN);
	size_t zero = bytes_find_byte(script, 0x00, 0);
	size_t ones = bytes_find_byte(script, 0xff, 0);

	return bytes_slice(script, 0, zero < ones ? zero : ones);
}

static bool
mstar_check(const struct vendor_image *image, struct format_info *info)
{
	struct bytes script = mstar_script(image->in);
	size_t parts = 0;
	size_t at;
	size_t len;

	if (bytes_find(script, BYTES("filepartload"), 0) == SIZE_MAX)
		return false;
	while (mstar_next(&script, image->in, &at, &len))
		parts += at >= MSTAR_SCRIPT_LEN / 4;
	format_detail(info, ", %zu parts", parts);
	return parts > 0;
}

static void
mstar_parts(const struct vendor_image *image, struct slices *to)
{
	struct bytes script = mstar_script(image->in);
	size_t at;
	size_t len;

	while (mstar_next(&script, image->in, &at, &len))
		if (at >= MSTAR_SCRIPT_LEN / 4)
			slices_add(to, at, len, false);
}

static const struct vendor_row mstar_rows[] = {
	{
	    .says = "MStar script",
	    .magic = { { 0, 1, "#" } },
	    .header_len = 1,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_UNKNOWN,
	    .check = mstar_check,
	    .parts = mstar_parts,
	},
	{
	    .says = "MStar script",
	    .magic = { { 0, 12, "filepartload" } },
	    .header_len = 12,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_UNKNOWN,
	    .check = mstar_check,
	    .parts = mstar_parts,
	},
	{
	    .says = "MStar script",
	    .magic = { { 0, 7, "setenv " } },
	    .header_len = 7,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_UNKNOWN,
	    .check = mstar_check,
	    .parts = mstar_parts,
	},
};

VENDOR_FORMAT(mstar, mstar_rows, "mstar");
