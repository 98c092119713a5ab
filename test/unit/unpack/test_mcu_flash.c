/* SPDX-License-Identifier: ISC */
/* What microcontrollers have in flash: partition tables, storages, modules. */
#include "codec/crc.h"
#include "crypto/hash.h"
#include "image.h"
#include "mcu_probe.h"
#include "unpack/mcu.h"

static void
put_u16le(struct out *o, unsigned value)
{
	out_u8(o, (uint8_t)value);
	out_u8(o, (uint8_t)(value >> 8));
}

/* An entry of ESP-IDF's partition table, as gen_esp32part.py packs it. */
static void
put_entry(struct out *o, uint8_t type, uint8_t subtype, uint32_t at,
    uint32_t len, const char *label, uint32_t flags)
{
	size_t start = o->len;

	put_u16le(o, 0x50aa);
	out_u8(o, type);
	out_u8(o, subtype);
	out_u32le(o, at);
	out_u32le(o, len);
	out_text(o, label);
	image_put_fill(o, 0, start + 28 - o->len);
	out_u32le(o, flags);
}

static void
put_table(struct out *o)
{
	size_t start = o->len;
	uint8_t md5[HASH_MAX_LEN];

	put_entry(o, 1, 2, 0x9000, 0x1000, "nvs", 0);
	put_entry(o, 0, 0, 0xa000, 0x1000, "factory", 1);
	put_entry(o, 1, 0x82, 0xb000, 0x2000, "a_label_of_sixte", 0);
	assert_int_equal(
	    hash_of(HASH_MD5, bytes_from(out_bytes(o), start), md5), ERR_OK);
	put_u16le(o, 0xebeb);
	image_put_fill(o, 0xff, 14);
	out_put(o, (struct bytes){ md5, 16 });
	image_put_fill(o, 0xff, start + 0xc00 - o->len);
}

static void
a_partition_table_by_itself_is_only_that(void **state)
{
	struct out o = out_open(1 * MIB);

	(void)state;
	put_table(&o);
	struct format_info info =
	    probe_yes(&esp_partitions_format, out_bytes(&o));

	assert_int_equal(info.size, 0xc00);
	assert_int_equal(info.authenticity, AUTHENTICITY_UNKNOWN);
	assert_says(info,
	    "3 partitions, 1 for applications, 1 marked encrypted, MD5 "
	    "agrees");
	assert_nodes(&esp_partitions_format, out_bytes(&o), "");
	o.ptr[4] ^= 0x10;
	info = probe_yes(&esp_partitions_format, out_bytes(&o));
	assert_says(info, "MD5 is wrong");
	out_close(&o);
}

static void
a_table_in_flash_gives_its_partitions(void **state)
{
	struct out o = out_open(1 * MIB);

	(void)state;
	put_table(&o);
	image_put_fill(&o, 0xff, 0x1000 - o.len); /* flash 0x9000 */
	out_text(&o, "storage");
	image_put_fill(&o, 0xff, 0x2000 - o.len);
	out_u8(&o, 0xe9);
	image_put_fill(&o, 0xff, 0x3000 - o.len);
	out_text(&o, "files");
	struct format_info info =
	    probe_yes(&esp_partitions_format, out_bytes(&o));

	assert_int_equal(info.size, o.len);
	struct budget budget = { .limit = 0 };
	struct node node = { 0 };
	void *handle = NULL;

	assert_int_equal(
	    esp_partitions_format.open(out_bytes(&o), &budget, &handle),
	    ERR_OK);
	assert_int_equal(esp_partitions_format.next(handle, &node), ERR_OK);
	assert_true(bytes_equal_text(node.name, "/nvs"));
	assert_int_equal(node.at, 0x1000);
	assert_int_equal(node.content.len, 0x1000);
	assert_int_equal(esp_partitions_format.next(handle, &node), ERR_OK);
	assert_true(bytes_equal_text(node.name, "/factory"));
	assert_int_equal(node.at, 0x2000);
	assert_int_equal(esp_partitions_format.next(handle, &node), ERR_OK);
	assert_true(bytes_equal_text(node.name, "/a_label_of_sixte"));
	assert_int_equal(node.content.len, 5); /* the dump ends there */
	assert_int_equal(node.fault.code, ERR_OK);
	assert_int_equal(esp_partitions_format.next(handle, &node), ERR_END);
	esp_partitions_format.close(handle);
	/* no application where the table wants one: then it is elsewhere */
	o.ptr[32 + 28] = 0; /* and not encrypted */
	o.ptr[0x2000] = 0;
	info = probe_yes(&esp_partitions_format, out_bytes(&o));
	assert_int_equal(info.size, 0xc00);
	out_close(&o);
}

static void
what_is_no_partition_table_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} cases[] = {
		{ 1, 0x51 },   /* magic */
		{ 4, 0x01 },   /* offset not aligned */
		{ 7, 0x80 },   /* offset past any flash */
		{ 11, 0x80 },  /* size past any flash */
		{ 12, 0 },     /* no label */
		{ 13, 0x01 },  /* a control character in it */
		{ 31, 0x01 },  /* flags */
		{ 0x60, 'x' }, /* neither MD5 nor erased behind the last */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct out o = out_open(1 * MIB);

		put_table(&o);
		o.ptr[cases[i].at] = cases[i].value;
		probe_no(&esp_partitions_format, out_bytes(&o));
		out_close(&o);
	}
	struct out o = out_open(1 * MIB);

	put_table(&o);
	probe_refuses_every_prefix(
	    &esp_partitions_format, out_bytes(&o), 32 * 3);
	out_close(&o);
}

/* A page of storage, as ESP-IDF's guide describes it. */
static void
put_page(struct out *o, uint32_t state, uint32_t number)
{
	size_t start = o->len;

	out_u32le(o, state);
	out_u32le(o, number);
	out_u8(o, 0xfe);
	image_put_fill(o, 0xff, 19);
	out_u32le(
	    o, crc32_add(0xffffffff, bytes_slice(out_bytes(o), start + 4, 24)));
	image_put_fill(o, 0xff, 32);
}

/* Marks `count` entries from `first` as written, in the page at `page`. */
static void
mark_written(struct out *o, size_t page, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++)
		o->ptr[page + 32 + i / 4] &= (uint8_t) ~(1U << (i % 4 * 2));
}

static void
put_item(struct out *o, uint8_t space, uint8_t type, uint8_t span,
    const char *key, struct bytes data)
{
	size_t start = o->len;

	out_u8(o, space);
	out_u8(o, type);
	out_u8(o, span);
	out_u8(o, type == 0x42 ? 0 : 0xff); /* the first chunk, or none */
	out_u32le(o, 0);
	out_text(o, key);
	image_put_fill(o, 0, start + 24 - o->len);
	if (span > 1) {
		put_u16le(o, (unsigned)data.len);
		put_u16le(o, 0xffff);
		out_u32le(o, crc32_add(0xffffffff, data));
	} else {
		out_put(o, data);
		image_put_fill(o, 0xff, start + 32 - o->len);
	}
	uint32_t crc =
	    crc32_add(0xffffffff, bytes_slice(out_bytes(o), start, 4));

	crc = crc32_add(crc, bytes_slice(out_bytes(o), start + 8, 24));
	for (size_t i = 0; i < 4; i++)
		o->ptr[start + 4 + i] = (uint8_t)(crc >> (8 * i));
	if (span > 1) {
		out_put(o, data);
		image_put_fill(o, 0xff, start + (size_t)span * 32 - o->len);
	}
}

static void
put_storage(struct out *o)
{
	put_page(o, 0xfffffffe, 0);
	put_item(o, 0, 0x01, 1, "nvs.net80211", BYTES("\x03"));
	put_item(o, 3, 0x01, 1, "opmode", BYTES("\x02"));
	put_item(o, 3, 0x21, 2, "sta.pswd", BYTES("secret123\0"));
	put_item(o, 3, 0x42, 3, "blob",
	    BYTES("forty bytes of a blob, which are enough."));
	put_item(o, 3, 0x21, 2, "erased", BYTES("gone\0"));
	mark_written(o, 0, 0, 7);
	image_put_fill(o, 0xff, 4096 - o->len);
}

static void
storage_gives_its_values_as_files(void **state)
{
	struct out o = out_open(1 * MIB);

	(void)state;
	put_storage(&o);
	image_put_fill(&o, 0xff, 8192);
	struct format_info info = probe_yes(&esp_nvs_format, out_bytes(&o));

	assert_int_equal(info.size, 4096);
	assert_int_equal(info.encrypted, ANSWER_NO);
	assert_says(info, "1 pages, 3 values");
	assert_nodes(&esp_nvs_format, bytes_slice(out_bytes(&o), 0, 4096),
	    "[/nvs.net80211/opmode]\x02|[/nvs.net80211/sta.pswd]secret123|"
	    "[/nvs.net80211/blob]forty bytes of a blob, which are enough.|");
	out_close(&o);
}

static void
storage_with_wrong_sums_is_none_or_has_no_values(void **state)
{
	struct out o = out_open(1 * MIB);

	(void)state;
	put_storage(&o);
	o.ptr[64 + 32 + 8] ^= 1; /* the key of opmode */
	struct format_info info = probe_yes(&esp_nvs_format, out_bytes(&o));

	assert_says(info, "2 values");
	o.ptr[4] ^= 1; /* the page's number */
	probe_no(&esp_nvs_format, out_bytes(&o));
	o.ptr[4] ^= 1;
	probe_refuses_every_prefix(&esp_nvs_format, out_bytes(&o), 4096);
	out_close(&o);
}

static void
put_telink(struct out *o, size_t mark_at, bool counts_crc, bool inverted)
{
	image_put_fill(o, 0x11, 6);
	out_u8(o, 0x5d);
	out_u8(o, 0x02);
	image_put_fill(o, 0x22, 0x40 - o->len);
	memcpy(o->ptr + mark_at, "KNLT", 4);
	out_text(o, "code of a lamp, which is long enough");
	size_t len = o->len + (counts_crc ? 4 : 0);

	for (size_t i = 0; i < 4; i++)
		o->ptr[0x18 + i] = (uint8_t)(len >> (8 * i));
	uint32_t crc = crc32_of(out_bytes(o));

	out_u32le(o, inverted ? crc : ~crc);
}

static void
telink_images_are_known_by_mark_and_crc(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		struct out o = out_open(1 * MIB);
		bool tc32 = (i & 1) == 0;

		put_telink(&o, tc32 ? 8 : 0x20, (i & 2) == 0, (i & 4) != 0);
		struct format_info info =
		    probe_yes(&telink_format, out_bytes(&o));

		assert_int_equal(info.size, o.len);
		assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
		assert_string_equal(
		    info.architecture, tc32 ? "tc32" : "riscv32");
		assert_says(info, "for updates over the air, CRC-32 agrees");
		o.ptr[0x50] ^= 1;
		info = probe_yes(&telink_format, out_bytes(&o));
		assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
		image_put_fill(&o, 0, 100); /* and not at its end */
		probe_no(&telink_format, out_bytes(&o));
		out_close(&o);
	}
}

static void
what_is_no_telink_image_is_refused(void **state)
{
	struct out o = out_open(1 * MIB);

	(void)state;
	put_telink(&o, 8, true, false);
	probe_refuses_every_prefix(&telink_format, out_bytes(&o), 0x60);
	o.ptr[8] = 'X';
	probe_no(&telink_format, out_bytes(&o));
	o.ptr[8] = 'K';
	o.ptr[0x1b] = 0x7f; /* longer than flash */
	probe_no(&telink_format, out_bytes(&o));
	out_close(&o);
}

static void
put_module(struct out *o, size_t info_at)
{
	image_put_fill(o, 0x20, info_at);
	size_t start = o->len;

	out_u32le(o, 0x20000);
	out_u32le(o, 0);
	out_u8(o, 0);
	out_u8(o, 0);
	put_u16le(o, 4001);
	put_u16le(o, 13);
	out_u8(o, 4);
	out_u8(o, 1);
	image_put_fill(o, 0, 8);
	out_text(o, "system part");
	uint32_t end = 0x20000 + (uint32_t)o->len;

	for (size_t i = 0; i < 4; i++)
		o->ptr[start + 4 + i] = (uint8_t)(end >> (8 * i));
	out_u32be(o, crc32_of(out_bytes(o)));
}

static void
particle_modules_are_known_by_length_and_crc(void **state)
{
	static const size_t places[] = { 0, 0x184, 0x200 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct out o = out_open(1 * MIB);

		put_module(&o, places[i]);
		struct format_info info =
		    probe_yes(&particle_format, out_bytes(&o));

		assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
		assert_says(info,
		    "system part 1, version 4001, platform 13, at 0x00020000, "
		    "CRC-32 agrees");
		probe_refuses_every_prefix(
		    &particle_format, out_bytes(&o), o.len);
		o.ptr[o.len - 1] ^= 1;
		probe_no(&particle_format, out_bytes(&o));
		out_close(&o);
	}
}

/* Version 2: code in flash, then an image of version 1, then a CRC. */
static void
put_esp8266_v2(struct out *o)
{
	uint8_t sum = 0xef;

	out_put(o, BYTES("\xea\x04\x02\x40"));
	out_u32le(o, 0x40100000);
	out_u32le(o, 0);
	out_u32le(o, 16);
	out_text(o, "code in flash :)");
	size_t start = o->len;

	out_put(o, BYTES("\xe9\x01\x02\x40"));
	out_u32le(o, 0x40100000);
	out_u32le(o, 0x40100000);
	out_u32le(o, 8);
	out_text(o, "code RAM");
	for (size_t i = o->len - 8; i < o->len; i++)
		sum ^= o->ptr[i];
	image_put_fill(o, 0, 15 - (o->len - start) % 16);
	out_u8(o, sum);
	uint32_t crc = crc32_of(out_bytes(o));

	out_u32le(o, (crc & 0x80000000) != 0 ? ~crc : crc + 1);
}

static void
esp8266_version_2_has_code_and_an_image(void **state)
{
	struct out o = out_open(1 * MIB);

	(void)state;
	put_esp8266_v2(&o);
	struct format_info info = probe_yes(&esp8266_v2_format, out_bytes(&o));

	assert_int_equal(info.size, o.len);
	assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
	assert_says(
	    info, "16 bytes run in flash, XOR checksum agrees, CRC-32 agrees");
	probe_refuses_every_prefix(
	    &esp8266_v2_format, out_bytes(&o), o.len - 4);
	o.ptr[20] ^= 1;
	info = probe_yes(&esp8266_v2_format, out_bytes(&o));
	assert_int_equal(info.size, o.len - 4);
	o.ptr[32] = 0; /* the image's magic */
	probe_no(&esp8266_v2_format, out_bytes(&o));
	out_close(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_partition_table_by_itself_is_only_that),
		cmocka_unit_test(a_table_in_flash_gives_its_partitions),
		cmocka_unit_test(what_is_no_partition_table_is_refused),
		cmocka_unit_test(storage_gives_its_values_as_files),
		cmocka_unit_test(
		    storage_with_wrong_sums_is_none_or_has_no_values),
		cmocka_unit_test(telink_images_are_known_by_mark_and_crc),
		cmocka_unit_test(what_is_no_telink_image_is_refused),
		cmocka_unit_test(particle_modules_are_known_by_length_and_crc),
		cmocka_unit_test(esp8266_version_2_has_code_and_an_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
