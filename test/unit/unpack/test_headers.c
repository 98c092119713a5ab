/* SPDX-License-Identifier: ISC */
/* Tests of the formats that are a header around other things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "codec/crc.h"
#include "crypto/hash.h"
#include "image.h"
#include "unpack/headers.h"

#include <libfdt.h>
#include <string.h>

static enum err
probe(const struct format *format, struct bytes in, struct format_info *ret)
{
	return format->probe(in, ret);
}

/* All payloads of a container, one behind the other. */
static struct out
read_all(const struct format *format, struct bytes in)
{
	struct budget budget = { .limit = 1 * MIB };
	struct out all = out_open(1 * MIB);
	struct node node;
	void *handle;

	assert_int_equal(format->open(in, &budget, &handle), ERR_OK);
	while (format->next(handle, &node) == ERR_OK) {
		assert_true(node.in_place);
		assert_ptr_equal(node.content.ptr, in.ptr + node.at);
		out_put(&all, node.content);
		out_text(&all, "|");
	}
	format->close(handle);
	return all;
}

static void
assert_reads(const struct format *format, struct bytes in, const char *wanted)
{
	struct out all = read_all(format, in);

	out_u8(&all, 0);
	assert_string_equal((const char *)all.ptr, wanted);
	out_close(&all);
}

static void
refuses_every_prefix(
    const struct format *format, struct bytes in, size_t header_len)
{
	struct format_info info;

	for (size_t len = 0; len < header_len; len++)
		assert_int_not_equal(
		    probe(format, bytes_slice(in, 0, len), &info), ERR_OK);
}

static void
uimage_is_read_and_its_crc_checked(void **state)
{
	struct out image = out_open(1 * MIB);
	struct format_info info;

	(void)state;
	image_put_uimage(&image, BYTES("payload"), 2);
	assert_int_equal(
	    probe(&uimage_format, out_bytes(&image), &info), ERR_OK);
	assert_int_equal(info.size, 71);
	assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
	assert_string_equal(info.architecture, "arm");
	assert_non_null(strstr(info.detail, "data CRC agrees"));
	assert_reads(&uimage_format, out_bytes(&image), "payload|");
	refuses_every_prefix(&uimage_format, out_bytes(&image), 64);
	image.ptr[70] ^= 1;
	assert_int_equal(
	    probe(&uimage_format, out_bytes(&image), &info), ERR_OK);
	assert_non_null(strstr(info.detail, "data CRC is wrong"));
	image.ptr[20] ^= 1;
	assert_int_equal(
	    probe(&uimage_format, out_bytes(&image), &info), ERR_CHECKSUM);
	out_close(&image);
}

static void
uimage_with_several_parts_is_parted(void **state)
{
	struct out parts = out_open(1 * MIB);
	struct out image = out_open(1 * MIB);

	(void)state;
	out_u32be(&parts, 5);
	out_u32be(&parts, 3);
	out_u32be(&parts, 0);
	out_text(&parts, "first");
	image_put_fill(&parts, 0, 3);
	out_text(&parts, "two");
	image_put_uimage(&image, out_bytes(&parts), 4);
	assert_reads(&uimage_format, out_bytes(&image), "first|two|");
	out_close(&parts);
	out_close(&image);
}

static void
trx_is_read_and_its_crc_checked(void **state)
{
	struct out image = out_open(1 * MIB);
	struct format_info info;

	(void)state;
	image_put_trx(&image, BYTES("partition"));
	assert_int_equal(probe(&trx_format, out_bytes(&image), &info), ERR_OK);
	assert_int_equal(info.size, 28 + 9);
	assert_non_null(strstr(info.detail, "CRC agrees"));
	assert_reads(&trx_format, out_bytes(&image), "partition|");
	refuses_every_prefix(&trx_format, out_bytes(&image), 28);
	image.ptr[14] = 9; /* version */
	assert_int_equal(
	    probe(&trx_format, out_bytes(&image), &info), ERR_UNSUPPORTED);
	out_close(&image);
}

static void
put_tplink(struct out *o, const char *vendor, struct bytes data)
{
	static const char salt[] =
	    "\xdc\xd7\x3a\xa5\xc3\x95\x98\xfb\xdd\xf9\xe7\xf4\x0e\xae\x47\x38";
	uint8_t digest[HASH_MAX_LEN];

	out_u32le(o, 1);
	out_text(o, vendor);
	image_put_fill(o, 0, 28 - o->len);
	out_text(o, "ver. 1.0");
	image_put_fill(o, 0, 64 - o->len);
	out_u32be(o, 0x10430001);
	out_u32be(o, 1);
	out_u32be(o, 0);
	out_put(o, (struct bytes){ (const uint8_t *)salt, 16 });
	image_put_fill(o, 0, 124 - o->len);
	out_u32be(o, (uint32_t)(512 + data.len));
	out_u32be(o, 512);
	out_u32be(o, (uint32_t)data.len);
	image_put_fill(o, 0, 512 - o->len);
	out_put(o, data);
	assert_int_equal(hash_of(HASH_MD5, out_bytes(o), digest), ERR_OK);
	memcpy(o->ptr + 76, digest, 16);
}

static void
tplink_is_hash_never_signature(void **state)
{
	struct out image = out_open(1 * MIB);
	struct format_info info;

	(void)state;
	put_tplink(&image, "Anybody", BYTES("kernel and file system"));
	assert_int_equal(
	    probe(&tplink_format, out_bytes(&image), &info), ERR_OK);
	assert_int_equal(info.authenticity, AUTHENTICITY_HASH);
	assert_non_null(strstr(info.detail, "public salt agrees"));
	assert_reads(
	    &tplink_format, out_bytes(&image), "kernel and file system|");
	refuses_every_prefix(&tplink_format, out_bytes(&image), 512);
	/* A wrong MD5 and no known maker: a chance hit. */
	image.ptr[530] ^= 1;
	assert_int_equal(
	    probe(&tplink_format, out_bytes(&image), &info), ERR_CHECKSUM);
	out_close(&image);
}

static void
tplink_of_a_known_maker_may_be_cut_short(void **state)
{
	struct out image = out_open(1 * MIB);
	struct format_info info;

	(void)state;
	put_tplink(&image, "TP-LINK Technologies", BYTES("kernel"));
	assert_int_equal(probe(&tplink_format,
			     bytes_slice(out_bytes(&image), 0, 515), &info),
	    ERR_OK);
	assert_non_null(strstr(info.detail, "cut short"));
	out_close(&image);
}

/* A FIT with one image, its data inside, and the nodes that are asked for. */
static size_t
make_fit(uint8_t *to, size_t len, const char *hash, bool wrong, bool sign)
{
	static const char data[] = "a kernel, so to speak";
	uint8_t digest[HASH_MAX_LEN];
	struct bytes bytes = { (const uint8_t *)data, sizeof(data) - 1 };
	uint32_t crc = __builtin_bswap32(crc32_of(bytes));

	assert_int_equal(hash_of(HASH_SHA256, bytes, digest), ERR_OK);
	digest[0] ^= wrong;
	assert_int_equal(fdt_create(to, (int)len), 0);
	assert_int_equal(fdt_finish_reservemap(to), 0);
	assert_int_equal(fdt_begin_node(to, ""), 0);
	fdt_property_string(to, "description", "test image");
	fdt_begin_node(to, "images");
	fdt_begin_node(to, "kernel");
	fdt_property(to, "data", data, (int)(sizeof(data) - 1));
	fdt_property_string(to, "arch", "arm64");
	fdt_property_string(to, "os", "linux");
	if (hash != NULL) {
		bool is_crc = strcmp(hash, "crc32") == 0;

		fdt_begin_node(to, "hash-1");
		fdt_property(to, "algo", hash, (int)strlen(hash) + 1);
		if (is_crc)
			fdt_property(to, "value", &crc, 4);
		else
			fdt_property(to, "value", digest, 32);
		fdt_end_node(to);
	}
	fdt_end_node(to);
	fdt_end_node(to);
	if (sign) {
		fdt_begin_node(to, "configurations");
		fdt_begin_node(to, "conf-1");
		fdt_begin_node(to, "signature-1");
		fdt_property_string(to, "algo", "sha256,rsa2048");
		fdt_end_node(to);
		fdt_end_node(to);
		fdt_end_node(to);
	}
	fdt_end_node(to);
	assert_int_equal(fdt_finish(to), 0);
	return fdt_totalsize(to);
}

static void
fit_says_what_authenticates_it(void **state)
{
	static const struct {
		const char *hash;
		bool wrong, sign;
		enum authenticity authenticity;
		const char *text;
	} cases[] = {
		{ NULL, false, false, AUTHENTICITY_NONE, "0 hashed" },
		{ "crc32", false, false, AUTHENTICITY_CRC, "1 hashed" },
		{ "sha256", false, false, AUTHENTICITY_HASH, "1 hashed" },
		{ "sha256", true, false, AUTHENTICITY_HASH, "1 hashes wrong" },
		{ "sha256", false, true, AUTHENTICITY_SIGNED, "1 signature" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t fit[2048];
		struct format_info info;
		size_t len = make_fit(fit, sizeof(fit), cases[i].hash,
		    cases[i].wrong, cases[i].sign);
		struct bytes in = { fit, len };

		assert_int_equal(probe(&fit_format, in, &info), ERR_OK);
		assert_int_equal(info.authenticity, cases[i].authenticity);
		assert_non_null(strstr(info.detail, cases[i].text));
		assert_string_equal(info.architecture, "aarch64");
		assert_reads(&fit_format, in, "a kernel, so to speak|");
		refuses_every_prefix(&fit_format, in, len);
	}
}

static void
a_device_tree_without_images_is_a_dtb(void **state)
{
	uint8_t fdt[512];
	struct format_info info;

	(void)state;
	fdt_create(fdt, sizeof(fdt));
	fdt_finish_reservemap(fdt);
	fdt_begin_node(fdt, "");
	fdt_property_string(fdt, "model", "Argentum");
	fdt_end_node(fdt);
	fdt_finish(fdt);
	struct bytes in = { fdt, fdt_totalsize(fdt) };

	assert_int_not_equal(probe(&fit_format, in, &info), ERR_OK);
	assert_int_equal(probe(&dtb_format, in, &info), ERR_OK);
	assert_non_null(strstr(info.detail, "Argentum"));
	refuses_every_prefix(&dtb_format, in, in.len);
}

static void
zimage_of_either_byte_order_gives_its_payload(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct out image = out_open(1 * MIB);
		struct format_info info;

		image_put_fill(&image, 0xe1, 0x24);
		if (big) {
			out_u32be(&image, 0x016f2818);
			out_u32be(&image, 0);
			out_u32be(&image, 0x30 + 7);
		} else {
			out_u32le(&image, 0x016f2818);
			out_u32le(&image, 0);
			out_u32le(&image, 0x30 + 7);
		}
		out_text(&image, "payload");
		assert_int_equal(
		    probe(&zimage_format, out_bytes(&image), &info), ERR_OK);
		assert_int_equal(info.size, 0x37);
		assert_reads(&zimage_format, out_bytes(&image), "payload|");
		refuses_every_prefix(&zimage_format, out_bytes(&image), 0x30);
		out_close(&image);
	}
}

static void
zimage_magic_among_constants_is_no_kernel(void **state)
{
	struct out image = out_open(1 * MIB);
	struct format_info info;

	(void)state;
	for (uint32_t word = 0; word < 9; word++)
		out_u32le(&image, 0xe59f0000U + word);
	out_u32le(&image, 0x016f2818);
	out_u32le(&image, 0);
	out_u32le(&image, 0x30 + 7);
	out_text(&image, "literals");
	assert_int_equal(
	    probe(&zimage_format, out_bytes(&image), &info), ERR_MALFORMED);
	out_close(&image);
}

static void
bzimage_is_linux_by_its_own_words(void **state)
{
	static const struct {
		const char *version;
		const char *system;
	} cases[] = {
		{ "6.1.0-50-amd64 (kernel@lists) #1 SMP", "linux" },
		{ "Memtest86+ v6.10", NULL },
		{ "MEMDISK 6.04 20200816", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct out image = out_open(1 * MIB);
		struct format_info info;

		image_put_fill(&image, 0, 0x1f1);
		out_u8(&image, 1);
		out_u16le(&image, 0);
		out_u32le(&image, 1);
		image_put_fill(&image, 0, 0x1fe - image.len);
		out_u16le(&image, 0xaa55);
		out_u16le(&image, 0x66eb);
		out_text(&image, "HdrS");
		out_u16le(&image, 0x020f);
		image_put_fill(&image, 0, 0x20e - image.len);
		out_u16le(&image, 0x100);
		image_put_fill(&image, 0, 0x300 - image.len);
		out_text(&image, cases[i].version);
		image_put_fill(&image, 0, 1040 - image.len);
		assert_int_equal(
		    probe(&bzimage_format, out_bytes(&image), &info), ERR_OK);
		if (cases[i].system == NULL)
			assert_null(info.operating_system);
		else
			assert_string_equal(
			    info.operating_system, cases[i].system);
		out_close(&image);
	}
}

static void
bzimage_gives_what_follows_its_setup(void **state)
{
	struct out image = out_open(1 * MIB);
	struct format_info info;

	(void)state;
	image_put_fill(&image, 0, 0x1f1);
	out_u8(&image, 1); /* one setup sector, after the boot sector */
	out_u16le(&image, 0);
	out_u32le(&image, 1);
	image_put_fill(&image, 0, 0x1fe - image.len);
	out_u16le(&image, 0xaa55);
	out_u16le(&image, 0x66eb);
	out_text(&image, "HdrS");
	out_u16le(&image, 0x020f);
	image_put_fill(&image, 0, 1024 - image.len);
	out_text(&image, "sixteen bytes ok");
	assert_int_equal(
	    probe(&bzimage_format, out_bytes(&image), &info), ERR_OK);
	assert_int_equal(info.size, 1040);
	assert_reads(&bzimage_format, out_bytes(&image), "sixteen bytes ok|");
	refuses_every_prefix(&bzimage_format, out_bytes(&image), 0x208);
	out_close(&image);
}

static void
arm64_image_is_measured(void **state)
{
	struct out image = out_open(1 * MIB);
	struct format_info info;

	(void)state;
	image_put_fill(&image, 0, 16);
	out_u64le(&image, 70);
	image_put_fill(&image, 0, 56 - image.len);
	out_text(&image, "ARMd");
	image_put_fill(&image, 0, 4);
	out_text(&image, "kernel and more");
	assert_int_equal(
	    probe(&image_format, out_bytes(&image), &info), ERR_OK);
	assert_int_equal(info.size, 70);
	assert_string_equal(info.architecture, "aarch64");
	assert_null(info.operating_system); /* U-Boot and Xen have it too */
	out_close(&image);
}

static void
image_magic_among_constants_is_no_kernel(void **state)
{
	static const char *const magics[] = { "ARMd", "RSC\x05" };

	(void)state;
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		struct out image = out_open(1 * MIB);
		struct format_info info;

		image_put_fill(&image, 0, 16);
		out_u64le(&image, 70);
		image_put_fill(&image, 0x13, 56 - image.len);
		out_text(&image, magics[i]);
		image_put_fill(&image, 0, 20);
		assert_int_equal(probe(&image_format, out_bytes(&image), &info),
		    ERR_MALFORMED);
		out_close(&image);
	}
}

static void
fwtool_tells_a_signature_from_metadata(void **state)
{
	(void)state;
	for (uint8_t type = 0; type < 2; type++) {
		struct out trailer = out_open(64);
		struct format_info info;

		out_text(&trailer, "FWx0");
		out_u32be(&trailer, 0x12345678);
		out_u8(&trailer, type);
		image_put_fill(&trailer, 0, 3);
		out_u32be(&trailer, 262);
		assert_int_equal(
		    probe(&fwtool_format, out_bytes(&trailer), &info), ERR_OK);
		/* of what, the trailer alone cannot tell */
		assert_int_equal(info.authenticity, AUTHENTICITY_UNKNOWN);
		assert_non_null(
		    strstr(info.detail, type == 0 ? "signature" : "metadata"));
		refuses_every_prefix(&fwtool_format, out_bytes(&trailer), 16);
		out_close(&trailer);
	}
}

static void
netgear_header_needs_its_crc(void **state)
{
	struct out image = out_open(1 * MIB);
	struct format_info info;
	uint32_t crc;

	(void)state;
	out_text(&image, "NG_WNR854T");
	image_put_fill(&image, 0, 10);
	out_text(&image, "contents");
	crc = crc32_of(out_bytes(&image));
	for (size_t i = 0; i < 4; i++)
		image.ptr[16 + i] = (uint8_t)(crc >> (8 * i));
	assert_int_equal(
	    probe(&netgear_wndr_format, out_bytes(&image), &info), ERR_OK);
	assert_reads(&netgear_wndr_format, out_bytes(&image), "contents|");
	image.ptr[25] ^= 1;
	assert_int_equal(probe(&netgear_wndr_format, out_bytes(&image), &info),
	    ERR_CHECKSUM);
	out_close(&image);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uimage_is_read_and_its_crc_checked),
		cmocka_unit_test(uimage_with_several_parts_is_parted),
		cmocka_unit_test(trx_is_read_and_its_crc_checked),
		cmocka_unit_test(tplink_is_hash_never_signature),
		cmocka_unit_test(tplink_of_a_known_maker_may_be_cut_short),
		cmocka_unit_test(fit_says_what_authenticates_it),
		cmocka_unit_test(a_device_tree_without_images_is_a_dtb),
		cmocka_unit_test(zimage_of_either_byte_order_gives_its_payload),
		cmocka_unit_test(zimage_magic_among_constants_is_no_kernel),
		cmocka_unit_test(bzimage_gives_what_follows_its_setup),
		cmocka_unit_test(bzimage_is_linux_by_its_own_words),
		cmocka_unit_test(image_magic_among_constants_is_no_kernel),
		cmocka_unit_test(arm64_image_is_measured),
		cmocka_unit_test(fwtool_tells_a_signature_from_metadata),
		cmocka_unit_test(netgear_header_needs_its_crc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
