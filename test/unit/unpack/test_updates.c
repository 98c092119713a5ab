/* SPDX-License-Identifier: ISC */
/* Update containers and packages that real tools made; see test/data/updates. */
#include "codec/crc.h"
#include "format_run.h"
#include "image.h"
#include "unpack/archives_private.h"
#include "unpack/boot.h"
#include "unpack/config_text.h"
#include "unpack/headers.h"
#include "unpack/protobuf.h"
#include "unpack/updates.h"

#include <openssl/evp.h>

#define FOLDER "test/data/updates/good/"

static struct bytes
sample(const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), FOLDER "%s", name);
	return run_read_sample(path);
}

struct wanted {
	const char *file;
	const struct format *format;
	enum authenticity authenticity;
	enum answer encrypted, rollback;
	const char *says;
};

static const struct wanted samples[] = {
	{ "cms.swu", &swupdate_format, AUTHENTICITY_SIGNED, ANSWER_YES,
	    ANSWER_UNKNOWN,
	    "version \"1.2.3\" for \"1.0\", 2 images, 2 of 2 hashes agree, "
	    "1 encrypted, 1 compressed, CMS verifies, key " },
	{ "nocerts.swu", &swupdate_format, AUTHENTICITY_SIGNED, ANSWER_YES,
	    ANSWER_UNKNOWN, "CMS signature (key not in the image)" },
	{ "rsa.swu", &swupdate_format, AUTHENTICITY_SIGNED, ANSWER_YES,
	    ANSWER_UNKNOWN,
	    "256 bytes of RSA signature (key not in the image)" },
	{ "json.swu", &swupdate_format, AUTHENTICITY_NONE, ANSWER_NO,
	    ANSWER_UNKNOWN,
	    "version \"2.0\", 2 images, 1 of 1 hashes agree, no signature" },
	{ "plain.mender", &mender_format, AUTHENTICITY_HASH, ANSWER_NO,
	    ANSWER_UNKNOWN,
	    "version 3, \"rel-1\" for \"beaglebone\", 1 payload, 3 of 3 "
	    "digests agree, no signature" },
	{ "signed.mender", &mender_format, AUTHENTICITY_SIGNED, ANSWER_NO,
	    ANSWER_UNKNOWN,
	    "3 of 3 digests agree, ECDSA P-256 signature (key not in the "
	    "image)" },
	{ "payload.bin", &android_ota_format, AUTHENTICITY_SIGNED, ANSWER_NO,
	    ANSWER_YES,
	    "1 partition, metadata and payload signed (key not in the image)"
	    ", nothing older than 1600000000" },
	{ "unsigned-payload.bin", &android_ota_format, AUTHENTICITY_HASH,
	    ANSWER_NO, ANSWER_YES, "not signed" },
	{ "ota.zip", &android_ota_zip_format, AUTHENTICITY_SIGNED, ANSWER_NO,
	    ANSWER_YES, "payload verifies with otacert, key " },
	{ "other-cert.zip", &android_ota_zip_format, AUTHENTICITY_NONE,
	    ANSWER_NO, ANSWER_YES, "payload does not verify with otacert" },
	{ "whole.zip", &android_ota_zip_format, AUTHENTICITY_SIGNED, ANSWER_NO,
	    ANSWER_YES,
	    "whole-file CMS verifies, payload verifies with otacert, key " },
	{ "plain.rpm", &rpm_format, AUTHENTICITY_HASH, ANSWER_NO,
	    ANSWER_UNKNOWN,
	    "testpkg 1.2.3-4 noarch, header digest agrees, payload digest "
	    "agrees, not signed" },
	{ "signed.rpm", &rpm_format, AUTHENTICITY_SIGNED, ANSWER_NO,
	    ANSWER_UNKNOWN, "OpenPGP signature (key not in the image)" },
	{ "plain.apk", &apk_format, AUTHENTICITY_HASH, ANSWER_NO,
	    ANSWER_UNKNOWN, "baz 4.5-r0 armv7, data hash agrees, not signed" },
	{ "signed.apk", &apk_format, AUTHENTICITY_SIGNED, ANSWER_NO,
	    ANSWER_UNKNOWN,
	    "data hash agrees, RSA signature (key not in the image)" },
	{ "plain.suit", &suit_format, AUTHENTICITY_HASH, ANSWER_UNKNOWN,
	    ANSWER_YES,
	    "sequence number 0, 0 payloads inside, manifest digest agrees, "
	    "not signed" },
	{ "signed.suit", &suit_format, AUTHENTICITY_SIGNED, ANSWER_UNKNOWN,
	    ANSWER_YES, "1 COSE signature (key not in the image)" },
	{ "egon.img", &sunxi_egon_format, AUTHENTICITY_CRC, ANSWER_NO,
	    ANSWER_UNKNOWN, "eGON.BT0, checksum agrees" },
	{ "rk3399.img", &rockchip_idb_format, AUTHENTICITY_NONE, ANSWER_UNKNOWN,
	    ANSWER_UNKNOWN, "ID block, 4096 bytes of code for RK33" },
	{ "rk3568.img", &rockchip_rkns_format, AUTHENTICITY_HASH,
	    ANSWER_UNKNOWN, ANSWER_UNKNOWN,
	    "1 image, flags 0x1, SHA-256 agrees, not signed" },
	{ "uboot-env.bin", &uboot_env_format, AUTHENTICITY_UNKNOWN,
	    ANSWER_UNKNOWN, ANSWER_UNKNOWN, "4 variables, CRC agrees" },
	{ "uboot-env-redundant.bin", &uboot_env_format, AUTHENTICITY_UNKNOWN,
	    ANSWER_UNKNOWN, ANSWER_UNKNOWN,
	    "4 variables, CRC agrees, redundant, flag 1" },
	{ "uboot-env-big.bin", &uboot_env_start_format, AUTHENTICITY_UNKNOWN,
	    ANSWER_UNKNOWN, ANSWER_UNKNOWN, "CRC agrees (big endian)" },
};

#define SAMPLE_COUNT (sizeof(samples) / sizeof(samples[0]))

static void
assert_wanted(const struct wanted *w, const struct format_info *info)
{
	if (info->authenticity != w->authenticity ||
	    info->encrypted != w->encrypted || info->rollback != w->rollback ||
	    strstr(info->detail, w->says) == NULL)
		fail_msg("%s: authenticity %d, encrypted %d, rollback %d: %s",
		    w->file, info->authenticity, info->encrypted,
		    info->rollback, info->detail);
}

static void
each_tells_what_authenticates_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct bytes in = sample(samples[i].file);
		struct format_info info = { 0 };

		assert_int_equal(samples[i].format->probe(in, &info), ERR_OK);
		assert_wanted(&samples[i], &info);
		assert_true(info.size <= in.len);
		run_free(in);
	}
}

/* What a cut or changed file says is never that a signature is there and all
   it covers is right; where nothing tells, the file is much the same. */
static void
no_prefix_is_signed(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct bytes in = sample(samples[i].file);

		/* padding, or what a zip has behind its payload */
		size_t rest =
		    samples[i].format == &android_ota_zip_format ? 2400 : 1500;

		for (size_t len = 0; len + rest < in.len; len += 7) {
			uint8_t *cut = malloc(len + 1);
			struct format_info info = { 0 };

			assert_non_null(cut);
			if (len > 0)
				memcpy(cut, in.ptr, len);
			if (samples[i].format->probe(
				(struct bytes){ cut, len }, &info) == ERR_OK &&
			    (info.authenticity == AUTHENTICITY_SIGNED ||
				info.size > len))
				fail_msg("%s, %zu bytes: %s", samples[i].file,
				    len, info.detail);
			free(cut);
		}
		run_free(in);
	}
}

static void
a_magic_alone_is_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct bytes in = sample(samples[i].file);
		uint8_t *broken = malloc(in.len);
		struct format_info info = { 0 };

		assert_non_null(broken);
		memset(broken, 0x55, in.len);
		memcpy(broken, in.ptr, 8);
		assert_int_not_equal(
		    samples[i].format->probe(
			(struct bytes){ broken, in.len }, &info),
		    ERR_OK);
		free(broken);
		run_free(in);
	}
}

/* Changes one byte behind the first `text` in a sample. */
static struct format_info
probe_changed(const char *file, const struct format *format, const char *text,
    size_t behind)
{
	struct bytes in = sample(file);
	struct bytes changed = run_join(in, (struct bytes){ NULL, 0 });
	size_t at = bytes_find(in, bytes_of(text), 0);
	struct format_info info = { 0 };

	assert_int_not_equal(at, SIZE_MAX);
	((uint8_t *)(uintptr_t)changed.ptr)[at + behind] ^= 1;
	assert_int_equal(format->probe(changed, &info), ERR_OK);
	run_free(changed);
	run_free(in);
	return info;
}

static void
a_changed_byte_takes_the_signature_away(void **state)
{
	static const struct {
		const char *file;
		const struct format *format;
		const char *text;
		size_t behind;
		const char *says;
	} cases[] = {
		{ "cms.swu", &swupdate_format, "a kernel", 0,
		    "1 of 2 hashes agree" },
		{ "cms.swu", &swupdate_format, "/dev/mtd1", 8,
		    "CMS does not verify" },
		{ "rsa.swu", &swupdate_format, "a kernel", 0,
		    "1 of 2 hashes agree" },
		{ "signed.mender", &mender_format, "\x1f\x8b\x08", 4,
		    "1 wrong" },
		{ "signed.rpm", &rpm_format, "hello.conf", 0,
		    "header digest is wrong" },
		{ "signed.rpm", &rpm_format, "\x1f\x8b\x08", 20,
		    "payload digest is wrong" },
		{ "signed.suit", &suit_format, "\x11\x22\x33\x44", 0,
		    "manifest digest is wrong" },
		{ "ota.zip", &android_ota_zip_format, "boot", 0,
		    "payload does not verify with otacert" },
		{ "whole.zip", &android_ota_zip_format, "acme", 1,
		    "whole-file CMS does not verify" },
		{ "rk3568.img", &rockchip_rkns_format, "700", 0,
		    "SHA-256 is wrong" },
		{ "egon.img", &sunxi_egon_format, "100", 0,
		    "checksum is wrong" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct format_info info = probe_changed(cases[i].file,
		    cases[i].format, cases[i].text, cases[i].behind);

		if (info.authenticity != AUTHENTICITY_NONE ||
		    strstr(info.detail, cases[i].says) == NULL)
			fail_msg("%s %s: %d %s", cases[i].file, cases[i].text,
			    info.authenticity, info.detail);
	}
}

static void
cpio_members_are_files_of_an_swupdate_package(void **state)
{
	struct bytes in = sample("cms.swu");
	struct run *run = run_format(&swupdate_format, in, 1 * MIB);

	(void)state;
	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run->count, 4);
	run_assert_content(run_get(run, "/kernel.bin"), BYTES("a kernel\n"));
	assert_non_null(run_find(run, "/sw-description.sig"));
	run_close(run);
	run_free(in);
}

static void
an_image_that_is_missing_is_told(void **state)
{
	struct out in = out_open(1 * MIB);
	struct format_info info = { 0 };

	(void)state;
	image_put_cpio(&in, "sw-description",
	    BYTES("software = { version = \"1\"; images: ({ filename = "
		  "\"gone\"; sha256 = \"00\"; }); }"));
	assert_int_equal(swupdate_format.probe(out_bytes(&in), &info), ERR_OK);
	assert_non_null(
	    strstr(info.detail, "1 images, 0 of 1 hashes agree, 1 not in it"));
	out_close(&in);
}

static void
an_unreadable_description_promises_nothing(void **state)
{
	struct out in = out_open(1 * MIB);
	struct out text = out_open(1 * MIB);
	struct format_info info = { 0 };

	(void)state;
	image_put_noise(&text, 3, 4096);
	image_put_cpio(&in, "sw-description", out_bytes(&text));
	assert_int_equal(swupdate_format.probe(out_bytes(&in), &info), ERR_OK);
	assert_int_equal(info.authenticity, AUTHENTICITY_UNKNOWN);
	assert_int_equal(info.encrypted, ANSWER_YES);
	out_close(&text);
	out_close(&in);
}

static void
another_cpio_is_no_swupdate_package(void **state)
{
	struct out in = out_open(1 * MIB);
	struct format_info info = { 0 };

	(void)state;
	image_put_cpio(&in, "init", BYTES("software = { };"));
	assert_int_not_equal(
	    swupdate_format.probe(out_bytes(&in), &info), ERR_OK);
	out_close(&in);
}

static void
android_operations_make_the_partition(void **state)
{
	struct bytes in = sample("payload.bin");
	struct bytes wanted = sample("boot.want");
	struct run *run = calloc(1, sizeof(*run));
	struct budget budget = { .limit = 1 * MIB };
	struct node node = { 0 };
	void *handle = NULL;

	(void)state;
	assert_int_equal(android_ota_format.open(in, &budget, &handle), ERR_OK);
	assert_int_equal(android_ota_format.next(handle, &node), ERR_OK);
	assert_int_equal(node.fault.code, ERR_OK);
	assert_true(bytes_equal_text(node.name, "/boot"));
	assert_true(bytes_equal(node.content, wanted));
	assert_int_equal(android_ota_format.next(handle, &node), ERR_END);
	android_ota_format.close(handle);
	android_ota_format.close(NULL);
	free(run);
	run_free(wanted);
	run_free(in);
}

static void
android_partitions_that_need_the_old_ones_are_not_readable(void **state)
{
	struct bytes in = sample("incremental-payload.bin");
	struct budget budget = { .limit = 1 * MIB };
	struct node node = { 0 };
	void *handle = NULL;

	(void)state;
	assert_int_equal(android_ota_format.open(in, &budget, &handle), ERR_OK);
	assert_int_equal(android_ota_format.next(handle, &node), ERR_OK);
	assert_int_equal(node.fault.code, ERR_OK);
	assert_int_equal(android_ota_format.next(handle, &node), ERR_OK);
	assert_true(bytes_equal_text(node.name, "/system"));
	assert_int_equal(node.fault.code, ERR_UNSUPPORTED);
	assert_string_equal(node.fault.field, "incremental operation");
	assert_int_equal(android_ota_format.next(handle, &node), ERR_END);
	android_ota_format.close(handle);
	run_free(in);
}

static void
android_data_that_is_changed_is_the_partitions_fault(void **state)
{
	struct bytes in = sample("payload.bin");
	struct bytes changed = run_join(in, (struct bytes){ NULL, 0 });
	size_t at = bytes_find(in, BYTES("AAAAAAAA"), 0);
	struct budget budget = { .limit = 1 * MIB };
	struct node node = { 0 };
	void *handle = NULL;

	(void)state;
	((uint8_t *)(uintptr_t)changed.ptr)[at + 100] = 'B';
	assert_int_equal(
	    android_ota_format.open(changed, &budget, &handle), ERR_OK);
	assert_int_equal(android_ota_format.next(handle, &node), ERR_OK);
	assert_int_equal(node.fault.code, ERR_CHECKSUM);
	android_ota_format.close(handle);
	run_free(changed);
	run_free(in);
}

static void
android_partitions_stay_within_the_budget(void **state)
{
	struct bytes in = sample("payload.bin");

	(void)state;
	for (uint64_t limit = 0; limit < 4096; limit += 100) {
		struct budget budget = { .limit = limit };
		struct node node = { 0 };
		void *handle = NULL;

		assert_int_equal(
		    android_ota_format.open(in, &budget, &handle), ERR_OK);
		assert_int_equal(
		    android_ota_format.next(handle, &node), ERR_OK);
		assert_int_equal(node.fault.code, ERR_LIMIT);
		assert_true(budget.made <= limit);
		android_ota_format.close(handle);
	}
	run_free(in);
}

static void
an_apk_has_three_parts(void **state)
{
	static const char *const names[] = { "/signature.tar.gz",
		"/control.tar.gz", "/data.tar.gz" };
	struct bytes in = sample("signed.apk");
	struct budget budget = { .limit = 1 * MIB };
	struct node node = { 0 };
	void *handle = NULL;
	size_t at = 0;

	(void)state;
	assert_int_equal(apk_format.open(in, &budget, &handle), ERR_OK);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(apk_format.next(handle, &node), ERR_OK);
		assert_true(bytes_equal_text(node.name, names[i]));
		assert_int_equal(node.at, at);
		at += node.content.len;
	}
	assert_int_equal(at, in.len);
	assert_int_equal(apk_format.next(handle, &node), ERR_END);
	apk_format.close(handle);
	run_free(in);
}

/* OpenWrt's build: image, ucert's chain (a certificate with the key, then the
   image's signature), fwtool's trailer. */
static void
put_base64(struct out *o, const uint8_t *head, const uint8_t *body, size_t len)
{
	uint8_t bytes[128];
	uint8_t text[256];

	memcpy(bytes, "Ed", 2);
	memcpy(bytes + 2, head, 8);
	memcpy(bytes + 10, body, len);
	int made = EVP_EncodeBlock(text, bytes, (int)(10 + len));

	out_text(o, "untrusted comment: made here\n");
	out_put(o, (struct bytes){ text, (size_t)made });
	out_text(o, "\n");
}

static void
put_signed(struct out *o, struct bytes data, bool with_key)
{
	static const uint8_t mark[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t signature[64];
	uint8_t raw[32];
	size_t len = sizeof(signature);
	size_t raw_len = sizeof(raw);

	assert_int_equal(EVP_DigestSignInit(ctx, NULL, NULL, NULL, key), 1);
	assert_int_equal(
	    EVP_DigestSign(ctx, signature, &len, data.ptr, data.len), 1);
	assert_int_equal(EVP_PKEY_get_raw_public_key(key, raw, &raw_len), 1);
	out_put(o, data);
	size_t start = o->len;

	if (with_key)
		put_base64(o, mark, raw, 32);
	image_put_fill(o, 0, 9); /* blob headers of ucert */
	put_base64(o, mark, signature, 64);
	uint32_t crc = ~crc32_of(out_bytes(o));

	out_text(o, "FWx0");
	out_u32be(o, crc);
	out_u32be(o, 0);
	out_u32be(o, (uint32_t)(o->len + 4 - start));
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
}

static struct format_info
probe_fwtool(const struct out *o)
{
	struct format_info info = { 0 };

	assert_int_equal(
	    fwtool_signed_format.probe(out_bytes(o), &info), ERR_OK);
	assert_int_equal(info.size, o->len);
	return info;
}

/* The trailer's sum, over a file that was changed. */
static void
mend_crc(struct out *o)
{
	size_t at = o->len - 16;
	uint32_t crc = ~crc32_of(bytes_slice(out_bytes(o), 0, at));

	for (size_t i = 0; i < 4; i++)
		o->ptr[at + 4 + i] = (uint8_t)(crc >> (24 - 8 * i));
}

static void
openwrt_signatures_are_verified_with_the_key_beside_them(void **state)
{
	struct out o = out_open(1 * MIB);
	struct format_info info;

	(void)state;
	put_signed(&o, BYTES("a sysupgrade image"), true);
	info = probe_fwtool(&o);
	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_non_null(strstr(info.detail,
	    "signature of 18 bytes, usign Ed25519 by 0102030405060708 verifies "
	    "with the key in its certificate, key "));
	o.ptr[3] ^= 1;
	assert_int_equal(
	    fwtool_signed_format.probe(out_bytes(&o), &info), ERR_CHECKSUM);
	mend_crc(&o);
	info = probe_fwtool(&o);
	assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
	assert_non_null(strstr(info.detail, "does not verify"));
	out_close(&o);
}

static void
openwrt_signatures_without_a_key_are_only_seen(void **state)
{
	struct out o = out_open(1 * MIB);
	struct format_info info;

	(void)state;
	put_signed(&o, BYTES("a sysupgrade image"), false);
	info = probe_fwtool(&o);
	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_non_null(strstr(info.detail, "(key not in the image)"));
	for (size_t len = 0; len < o.len; len++)
		assert_int_not_equal(
		    fwtool_signed_format.probe(
			bytes_slice(out_bytes(&o), 0, len), &info),
		    ERR_OK);
	out_close(&o);
}

/* All of a text as "name=value" and brackets. */
static void
assert_config(const char *text, const char *wanted, bool whole)
{
	struct config_text c = config_open(bytes_of(text));
	struct out o = out_open(1 * MIB);
	struct config_item item;

	while (config_next(&c, &item)) {
		if (item.kind != CONFIG_CLOSE && item.name.len > 0) {
			out_put(&o, item.name);
			out_text(&o, "=");
		}
		out_text(&o,
		    item.kind == CONFIG_OPEN	    ? "<"
			: item.kind == CONFIG_CLOSE ? ">"
						    : "");
		out_put(&o, item.value);
		out_text(&o, " ");
	}
	out_u8(&o, 0);
	assert_string_equal((const char *)o.ptr, wanted);
	assert_int_equal(c.rest.len == 0 && c.depth == 0, whole);
	out_close(&o);
}

static void
config_reads_libconfig_and_json_alike(void **state)
{
	(void)state;
	assert_config("a = { b = 1; c: (\"x y\", true); }; // end",
	    "a=< b=1 c=< x y true > > ", true);
	assert_config("{\"a\": {\"b\": 1, \"c\": [\"x\", null]}}",
	    "< a=< b=1 c=< x null > > > ", true);
	assert_config("# one\n/* two */ a = \"q\\\"r\"; b = -1.5;",
	    "a=q\\\"r b=-1.5 ", true);
	assert_config("a = \"no end", "", false);
	assert_config("a = { b = 1;", "a=< b=1 ", false);
	assert_config("}", "", false);
	assert_config("", "", true);
}

static void
protobuf_reads_each_kind_of_field(void **state)
{
	struct cursor c = cur_open(BYTES("\x08\x96\x01"
					 "\x12\x02hi"
					 "\x1d\x01\x00\x00\x00"
					 "\x21\x02\x00\x00\x00\x00\x00\x00"
					 "\x00"),
	    "test");
	struct protobuf_field f;

	(void)state;
	assert_true(protobuf_next(&c, &f));
	assert_true(f.number == 1 && f.value == 150 && !f.is_bytes);
	assert_true(protobuf_next(&c, &f));
	assert_true(f.number == 2 && bytes_equal_text(f.bytes, "hi"));
	assert_true(protobuf_next(&c, &f));
	assert_true(f.number == 3 && f.value == 1);
	assert_true(protobuf_next(&c, &f));
	assert_true(f.number == 4 && f.value == 2);
	assert_false(protobuf_next(&c, &f));
	assert_true(cur_ok(&c));
}

static void
protobuf_refuses_what_is_none(void **state)
{
	static const struct bytes cases[] = {
		{ (const uint8_t *)"\x0b", 1 },	      /* group */
		{ (const uint8_t *)"\x00\x01", 2 },   /* field 0 */
		{ (const uint8_t *)"\x12\x05hi", 4 }, /* past the end */
		{ (const uint8_t *)"\x08", 1 },	      /* no value */
		{ (const uint8_t *)"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff"
				   "\xff\x01",
		    12 }, /* no number */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cursor c = cur_open(cases[i], "test");
		struct protobuf_field f;

		assert_false(protobuf_next(&c, &f));
		assert_false(cur_ok(&c));
	}
}

static void
cpio_members_are_walked_and_bounded(void **state)
{
	struct out in = out_open(1 * MIB);
	struct bytes name;
	struct bytes data;
	size_t at = 0;

	(void)state;
	image_put_cpio(&in, "one", BYTES("first"));
	assert_true(archives_cpio_member(out_bytes(&in), &at, &name, &data));
	assert_true(bytes_equal_text(name, "one"));
	assert_true(bytes_equal_text(data, "first"));
	assert_false(archives_cpio_member(out_bytes(&in), &at, &name, &data));
	at = 0;
	assert_false(archives_cpio_member(
	    bytes_slice(out_bytes(&in), 0, 112), &at, &name, &data));
	out_close(&in);
}

/* An environment in the middle of flash, where only the search finds it. */
static void
an_environment_is_not_found_by_its_text_alone(void **state)
{
	struct bytes in = sample("uboot-env.bin");
	struct bytes changed = run_join(in, (struct bytes){ NULL, 0 });
	struct format_info info;

	(void)state;
	((uint8_t *)(uintptr_t)changed.ptr)[in.len - 1] ^= 1;
	assert_int_not_equal(uboot_env_format.probe(changed, &info), ERR_OK);
	assert_int_not_equal(
	    uboot_env_start_format.probe(changed, &info), ERR_OK);
	run_free(changed);
	run_free(in);
}

static void
an_environments_text_is_its_payload(void **state)
{
	struct bytes in = sample("uboot-env.bin");
	struct budget budget = { .limit = 0 };
	struct node node = { 0 };
	void *handle = NULL;

	(void)state;
	assert_int_equal(uboot_env_format.open(in, &budget, &handle), ERR_OK);
	assert_int_equal(uboot_env_format.next(handle, &node), ERR_OK);
	assert_int_equal(node.at, 4);
	assert_true(bytes_starts(node.content, BYTES("baudrate=115200\0")) ||
	    bytes_starts(node.content, BYTES("bootcmd=run x\0")));
	assert_true(bytes_ends(node.content, BYTES("\0\0")));
	assert_int_equal(uboot_env_format.next(handle, &node), ERR_END);
	uboot_env_format.close(handle);
	run_free(in);
}

/* What fw_setenv leaves behind the text when that becomes shorter. */
static void
leftovers_of_a_longer_environment_are_allowed_at_the_start(void **state)
{
	struct out data = out_open(1 * MIB);
	struct out in = out_open(1 * MIB);
	struct format_info info = { 0 };

	(void)state;
	out_put(&data, BYTES("bootdelay=0\0\0left=over\0"));
	image_put_fill(&data, 0, 0x1000 - 4 - data.len);
	out_u32le(&in, crc32_of(out_bytes(&data)));
	out_put(&in, out_bytes(&data));
	image_put_fill(&in, 0xff, 100);
	assert_int_not_equal(
	    uboot_env_format.probe(out_bytes(&in), &info), ERR_OK);
	assert_int_equal(
	    uboot_env_start_format.probe(out_bytes(&in), &info), ERR_OK);
	assert_int_equal(info.size, 0x1000);
	out_close(&in);
	out_close(&data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_tells_what_authenticates_it),
		cmocka_unit_test(no_prefix_is_signed),
		cmocka_unit_test(a_magic_alone_is_none),
		cmocka_unit_test(a_changed_byte_takes_the_signature_away),
		cmocka_unit_test(cpio_members_are_files_of_an_swupdate_package),
		cmocka_unit_test(an_image_that_is_missing_is_told),
		cmocka_unit_test(an_unreadable_description_promises_nothing),
		cmocka_unit_test(another_cpio_is_no_swupdate_package),
		cmocka_unit_test(android_operations_make_the_partition),
		cmocka_unit_test(
		    android_partitions_that_need_the_old_ones_are_not_readable),
		cmocka_unit_test(
		    android_data_that_is_changed_is_the_partitions_fault),
		cmocka_unit_test(android_partitions_stay_within_the_budget),
		cmocka_unit_test(an_apk_has_three_parts),
		cmocka_unit_test(
		    openwrt_signatures_are_verified_with_the_key_beside_them),
		cmocka_unit_test(
		    openwrt_signatures_without_a_key_are_only_seen),
		cmocka_unit_test(config_reads_libconfig_and_json_alike),
		cmocka_unit_test(protobuf_reads_each_kind_of_field),
		cmocka_unit_test(protobuf_refuses_what_is_none),
		cmocka_unit_test(cpio_members_are_walked_and_bounded),
		cmocka_unit_test(an_environment_is_not_found_by_its_text_alone),
		cmocka_unit_test(an_environments_text_is_its_payload),
		cmocka_unit_test(
		    leftovers_of_a_longer_environment_are_allowed_at_the_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
