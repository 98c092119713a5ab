/* SPDX-License-Identifier: ISC */
/* The environment that U-Boot saves: a CRC-32, and name=value texts. */
#include "base/cursor.h"
#include "base/limits.h"
#include "codec/crc.h"
#include "unpack/boot.h"
#include "unpack/slices.h"

#include <ctype.h>

#define CRC_LEN ((size_t)4)
/* CONFIG_ENV_SIZE: that of a flash sector or less, and a multiple of: */
#define ENV_STEP ((size_t)256)
#define ENV_MIN_LEN ((size_t)512)
#define ENV_MAX_LEN (512 * KIB)
#define NAME_MAX_LEN ((size_t)64)

struct environment {
	size_t data_at; /* 4, or 5 behind the flag of a redundant one */
	size_t text_len, count;
	size_t len;
	bool big; /* the CRC is big-endian */
	uint8_t flag;
};

/* "name=": what begins each variable. */
static bool
is_variable(struct bytes in)
{
	size_t len = 0;

	while (len < in.len && len < NAME_MAX_LEN &&
	    (isalnum(in.ptr[len]) || in.ptr[len] == '_' || in.ptr[len] == '.' ||
		in.ptr[len] == '-' || in.ptr[len] == '#'))
		len++;
	return len > 0 && len < in.len && in.ptr[len] == '=';
}

static bool
is_text(uint8_t byte)
{
	return (byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\r' ||
	    byte == '\t';
}

/* Variables up to the empty one; false when they are none. */
static bool
read_text(struct bytes in, struct environment *e)
{
	size_t at = e->data_at;

	in = bytes_slice(in, 0, ENV_MAX_LEN);
	while (is_variable(bytes_from(in, at))) {
		while (at < in.len && is_text(in.ptr[at]))
			at++;
		if (at == in.len || in.ptr[at] != 0)
			return false;
		e->count++;
		at++;
	}
	if (e->count == 0 || at >= in.len || in.ptr[at] != 0)
		return false;
	e->text_len = at + 1 - e->data_at;
	return true;
}

/* Bytes that the text and the run of equal ones behind it take. */
static size_t
filled_len(struct bytes in, const struct environment *e)
{
	size_t at = e->data_at + e->text_len;
	size_t end = at;

	while (end < in.len && end < ENV_MAX_LEN && in.ptr[end] == in.ptr[at])
		end++;
	return end;
}

/*
 * Whether the field in front of the text is the end of another variable. Such
 * a CRC is possible, but so the search does not try each variable of a long
 * text, and no text is read twice.
 */
static bool
continues_text(struct bytes in)
{
	return is_text(in.ptr[0]) && is_text(in.ptr[1]) && is_text(in.ptr[2]) &&
	    (is_text(in.ptr[3]) || in.ptr[3] == 0);
}

/* Its size is written nowhere: it is where the CRC agrees. */
static bool
find_len(struct bytes in, struct environment *e)
{
	struct cursor c = cur_open(in, "uboot-env");
	uint32_t little = cur_u32le(&c, "crc");
	uint32_t big = __builtin_bswap32(little);
	uint32_t crc = 0;
	size_t at = e->data_at;
	size_t least = e->data_at + e->text_len;

	for (size_t len = ENV_MIN_LEN; len <= ENV_MAX_LEN && len <= in.len;
	     len += ENV_STEP) {
		crc = crc32_add(crc, bytes_slice(in, at, len - at));
		at = len;
		if (len < least || (crc != little && crc != big))
			continue;
		e->len = len;
		e->big = crc == big;
		return true;
	}
	return false;
}

static enum err
read_environment(struct bytes in, bool searched, struct environment *ret)
{
	for (size_t at = CRC_LEN; at <= CRC_LEN + 1; at++) {
		struct environment e = { .data_at = at };

		if (in.len <= at || (searched && continues_text(in)) ||
		    !read_text(in, &e))
			continue;
		/* What older and longer texts left may follow. */
		size_t len = searched ? filled_len(in, &e) : in.len;

		if (!find_len(bytes_slice(in, 0, len), &e))
			continue;
		e.flag = at > CRC_LEN ? in.ptr[CRC_LEN] : 0;
		*ret = e;
		return ERR_OK;
	}
	return ERR_MALFORMED;
}

static enum err
probe(struct bytes in, bool searched, struct format_info *ret)
{
	/* It is what a device keeps, not an update: its CRC answers for none. */
	struct format_info info = { .authenticity = AUTHENTICITY_UNKNOWN };
	struct environment e;
	enum err err = read_environment(in, searched, &e);

	if (err != ERR_OK)
		return err;
	info.size = e.len;
	format_detail(&info, "%zu variables, CRC agrees%s", e.count,
	    e.big ? " (big endian)" : "");
	if (e.data_at > CRC_LEN)
		format_detail(&info, ", redundant, flag %u", e.flag);
	*ret = info;
	return ERR_OK;
}

static enum err
env_probe(struct bytes in, struct format_info *ret)
{
	return probe(in, true, ret);
}

static enum err
env_start_probe(struct bytes in, struct format_info *ret)
{
	return probe(in, false, ret);
}

static enum err
env_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct environment e;
	struct slices *s;
	enum err err = read_environment(in, false, &e);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	slices_add(s, e.data_at, e.text_len, true);
	*ret_handle = s;
	return ERR_OK;
}

/*
 * It has no magic. In the middle of a flash image it is found by the variables
 * that stand first: those that sort first, or that old ones are built with.
 */
const struct format uboot_env_format = {
	.name = "uboot-env",
	.magic = { MAGIC(4, "arch="), MAGIC(5, "arch="), MAGIC(4, "baudrate="),
	    MAGIC(5, "baudrate="), MAGIC(4, "boot"), MAGIC(5, "boot"),
	    MAGIC(4, "altbootcmd="), MAGIC(5, "altbootcmd=") },
	.probe = env_probe,
	.open = env_open,
	.next = slices_next,
	.close = slices_close,
};

const struct format uboot_env_start_format = {
	.name = "uboot-env",
	.only_at_start = true,
	.probe = env_start_probe,
	.open = env_open,
	.next = slices_next,
	.close = slices_close,
};
