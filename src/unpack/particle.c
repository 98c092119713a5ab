/* SPDX-License-Identifier: ISC */
/* Particle's modules: code with a description near its start, and a CRC-32. */
#include "base/cursor.h"
#include "codec/crc.h"
#include "unpack/mcu.h"
#include "unpack/slices.h"

#define INFO_LEN ((size_t)24)
#define CRC_LEN ((size_t)4)
/* Behind the vector table of the platform, or at once. */
static const size_t info_places[] = { 0, 0x184, 0x188, 0x18c, 0x200, 0x400 };

struct module {
	size_t info_at;
	uint32_t start;
	uint16_t version, platform;
	uint8_t function, index;
};

/* Source: Particle device-os, system-dynalib module_info.h: addresses in
   flash, the CRC not counted. */
static bool
read_info(struct bytes in, size_t at, struct module *ret)
{
	struct cursor c = cur_open_at(in, at, "particle module");
	struct module m = { .info_at = at };

	m.start = cur_u32le(&c, "module_start_address");
	uint32_t end = cur_u32le(&c, "module_end_address");

	cur_skip(&c, 2, "reserved, flags");
	m.version = cur_u16le(&c, "module_version");
	m.platform = cur_u16le(&c, "platform_id");
	m.function = cur_u8(&c, "module_function");
	m.index = cur_u8(&c, "module_index");
	cur_skip(&c, 8, "dependencies");
	if (!cur_ok(&c) || m.start == 0 || m.start % 4 != 0 || m.start >= end ||
	    end - m.start != in.len - CRC_LEN || m.function > 16)
		return false;
	*ret = m;
	return true;
}

static enum err
read_module(struct bytes in, struct module *ret)
{
	if (in.len < INFO_LEN + CRC_LEN)
		return ERR_TRUNCATED;
	for (size_t i = 0; i < sizeof(info_places) / sizeof(info_places[0]);
	     i++)
		if (read_info(in, info_places[i], ret)) {
			size_t at = in.len - CRC_LEN;
			struct cursor c =
			    cur_open_at(in, at, "particle module");

			return crc32_of(bytes_slice(in, 0, at)) ==
				cur_u32be(&c, "crc32")
			    ? ERR_OK
			    : ERR_CHECKSUM;
		}
	return ERR_MALFORMED;
}

static const char *
function_text(uint8_t function)
{
	static const char *const texts[] = { "none", "resource", "boot loader",
		"monolithic firmware", "system part", "user part", "settings",
		"NCP firmware", "radio stack", "asset" };

	return function < sizeof(texts) / sizeof(texts[0]) ? texts[function]
							   : "other";
}

static enum err
particle_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .authenticity = AUTHENTICITY_CRC,
		.encrypted = ANSWER_NO,
		.architecture = "arm" };
	struct module m;
	enum err err = read_module(in, &m);

	if (err != ERR_OK)
		return err;
	info.size = in.len;
	format_detail(&info,
	    "%s %u, version %u, platform %u, at 0x%08x, CRC-32 agrees",
	    function_text(m.function), m.index, m.version, m.platform, m.start);
	*ret = info;
	return ERR_OK;
}

static enum err
particle_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	struct module m;
	enum err err = read_module(in, &m);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	/* a vector table, then code */
	slices_add(s, 0, m.info_at, false);
	slices_add(s, m.info_at + INFO_LEN,
	    in.len - CRC_LEN - m.info_at - INFO_LEN, false);
	*ret_handle = s;
	return ERR_OK;
}

const struct format particle_format = {
	.name = "particle",
	.only_at_start = true, /* known by its length and CRC */
	.probe = particle_probe,
	.open = particle_open,
	.next = slices_next,
	.close = slices_close,
};
