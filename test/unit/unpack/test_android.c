/* SPDX-License-Identifier: ISC */
/* Android: what mkbootimg and avbtool make, and what breaks it. */
#include "unpack/android.h"

#include "tree_run.h"

#define GOOD "test/data/android/good/"
#define KEY_2048                                                               \
	"key 27f501a05553b8086eaea2ddabeb46c96b3ca30cd6ceb0d4f30e5bc0c543d507"

static uint8_t *
open_sample(const char *path, struct bytes *ret)
{
	*ret = tree_read_gzip(path);
	return (uint8_t *)(uintptr_t)ret->ptr;
}

/* Their rows have no used(): the size is known before. */
static size_t
used_nothing(void *handle)
{
	(void)handle;
	return 0;
}

static struct run *
run_row(const struct format *row, struct bytes in)
{
	struct format format = *row;

	format.used = used_nothing;
	return run_format(&format, in, TREE_LIMIT);
}

static struct format_info
probe(const struct format *format, struct bytes in)
{
	struct format_info info = { 0 };

	assert_int_equal(format->probe(in, &info), ERR_OK);
	return info;
}

static void
boot_images_of_all_versions_give_their_parts(void **state)
{
	static const struct {
		const char *path;
		enum authenticity authenticity;
		size_t lens[5];
	} cases[] = {
		{ GOOD "boot-v0.gz", AUTHENTICITY_HASH, { 5000, 3000, 6 } },
		{ GOOD "boot-v1.gz", AUTHENTICITY_HASH, { 5000, 3000, 6, 7 } },
		{ GOOD "boot-v2.gz", AUTHENTICITY_HASH,
		    { 5000, 3000, 6, 7, 11 } },
		{ GOOD "boot-v3.gz", AUTHENTICITY_NONE, { 5000, 3000 } },
		{ GOOD "boot-v4.gz", AUTHENTICITY_NONE, { 5000, 3000 } },
		{ GOOD "vendor-boot-v3.gz", AUTHENTICITY_NONE, { 3000, 11 } },
		{ GOOD "vendor-boot-v4.gz", AUTHENTICITY_NONE,
		    { 3000, 11, 7 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in = tree_read_gzip(cases[i].path);
		struct run *run = run_row(&android_boot_format, in);
		size_t count = 0;

		assert_int_equal(run->ended, ERR_END);
		assert_int_equal(run->info.authenticity, cases[i].authenticity);
		assert_int_equal(run->info.size, in.len);
		while (count < 5 && cases[i].lens[count] != 0)
			count++;
		assert_int_equal(run->count, count);
		for (size_t k = 0; k < count; k++)
			assert_int_equal(
			    run->nodes[k].content_len, cases[i].lens[k]);
		if (run->count >= 2 && cases[i].lens[0] == 5000)
			run_assert_content(&run->nodes[0], run_beer());
		run_close(run);
		run_free(in);
	}
}

static void
the_details_tell_version_and_system(void **state)
{
	struct bytes in = tree_read_gzip(GOOD "boot-v2.gz");

	(void)state;
	assert_string_equal(probe(&android_boot_format, in).detail,
	    "boot image v2, pages of 2048 bytes, name \"small\", "
	    "Android 11.0.0, patch level 2021-03, id agrees (SHA-1)");
	run_free(in);
}

static void
an_id_that_is_no_digest_is_told(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(GOOD "boot-v1.gz", &in);

	(void)state;
	image[2048] ^= 1;
	struct format_info info = probe(&android_boot_format, in);

	assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
	assert_non_null(strstr(info.detail, "id is no digest of the parts"));
	memset(image + 576, 0, 32);
	info = probe(&android_boot_format, in);
	assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
	assert_non_null(strstr(info.detail, ", no id"));
	run_free(in);
}

static void
broken_headers_are_refused(void **state)
{
	static const struct {
		const char *path;
		size_t at;
		uint8_t value;
	} cases[] = {
		{ GOOD "boot-v0.gz", 0, 0 },
		{ GOOD "boot-v0.gz", 37, 9 },	       /* page_size */
		{ GOOD "boot-v0.gz", 38, 0xff },       /* likewise */
		{ GOOD "boot-v3.gz", 20, 0 },	       /* header_size */
		{ GOOD "vendor-boot-v3.gz", 8, 5 },    /* header_version */
		{ GOOD "vendor-boot-v3.gz", 13, 1 },   /* page_size */
		{ GOOD "vendor-boot-v4.gz", 2096, 0 }, /* header_size */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(cases[i].path, &in);
		struct format_info info = { .size = 77 };

		image[cases[i].at] = cases[i].value;
		if (cases[i].at == 20 || cases[i].at == 2096)
			image[cases[i].at + 1] = 0;
		assert_int_equal(
		    android_boot_format.probe(in, &info), ERR_MALFORMED);
		assert_int_equal(info.size, 77);
		run_free(in);
	}
}

static void
signed_images_verify_and_give_the_image(void **state)
{
	static const struct {
		const char *path;
		enum authenticity authenticity;
		const char *detail;
	} cases[] = {
		{ GOOD "avb-hash.gz", AUTHENTICITY_SIGNED,
		    "SHA256_RSA2048 verifies, rollback index 5, hash of "
		    "\"boot\" agrees, " KEY_2048 },
		{ GOOD "avb-hash-unsigned.gz", AUTHENTICITY_HASH,
		    "not signed, rollback index 0, hash of \"boot\" agrees" },
		{ GOOD "avb-tree.gz", AUTHENTICITY_SIGNED,
		    "SHA512_RSA4096 verifies, rollback index 0, hash tree of "
		    "\"system\" agrees, key 9841073d16a7abbe21059e026da7197637"
		    "3d8f74fdb91cc46aa0a7d622b925b9" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in = tree_read_gzip(cases[i].path);
		struct run *run = run_row(&avb_footer_format, in);

		assert_int_equal(run->info.authenticity, cases[i].authenticity);
		assert_string_equal(run->info.detail, cases[i].detail);
		assert_int_equal(run->info.size, in.len);
		assert_int_equal(run->count, 1);
		assert_int_equal(run->nodes[0].node.at, 0);
		assert_int_equal(
		    run->info.rollback, i == 0 ? ANSWER_YES : ANSWER_NO);
		run_close(run);
		run_free(in);
	}
}

static void
changed_images_are_not_signed(void **state)
{
	static const char *const paths[] = { GOOD "avb-hash.gz",
		GOOD "avb-tree.gz" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(paths[i], &in);

		image[100] ^= 1;
		struct format_info info = probe(&avb_footer_format, in);

		assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
		assert_non_null(strstr(info.detail, "is wrong"));
		run_free(in);
	}
}

static void
a_vbmeta_is_signed_by_the_key_inside(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(GOOD "vbmeta.gz", &in);
	struct format_info info = probe(&avb_format, in);
	size_t parts[] = { 120 + 3, 128, 256 + 8, in.len - 1 };

	(void)state;
	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_string_equal(info.detail,
	    "SHA512_RSA2048 verifies, rollback index 7, " KEY_2048);
	/* header, release string, hash, auxiliary data */
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		image[parts[i]] ^= 1;
		info = probe(&avb_format, in);
		image[parts[i]] ^= 1;
		assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
		assert_non_null(strstr(info.detail, "does not verify"));
		assert_null(strstr(info.detail, "key "));
	}
	run_free(in);
}

static void
verification_that_is_off_is_no_signature(void **state)
{
	struct bytes in = tree_read_gzip(GOOD "vbmeta-off.gz");
	struct format_info info = probe(&avb_format, in);

	(void)state;
	assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
	assert_non_null(strstr(info.detail, ", verification is off"));
	run_free(in);
}

static void
broken_vbmeta_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum err err;
	} cases[] = {
		{ 3, '1', ERR_MALFORMED },    /* magic */
		{ 7, 2, ERR_UNSUPPORTED },    /* version */
		{ 19, 3, ERR_MALFORMED },     /* authentication block */
		{ 12, 0x80, ERR_TRUNCATED },  /* likewise */
		{ 33, 0xff, ERR_MALFORMED },  /* hash_offset */
		{ 65, 0xff, ERR_MALFORMED },  /* public_key_offset */
		{ 104, 0xff, ERR_MALFORMED }, /* descriptors_size */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(GOOD "vbmeta.gz", &in);
		struct format_info info = { .size = 77 };

		image[cases[i].at] = cases[i].value;
		assert_int_equal(avb_format.probe(in, &info), cases[i].err);
		assert_int_equal(info.size, 77);
		run_free(in);
	}
}

static void
every_prefix_is_refused_or_read_in_part(void **state)
{
	static const struct {
		const struct format *format;
		const char *path;
	} cases[] = {
		{ &android_boot_format, GOOD "boot-v2.gz" },
		{ &android_boot_format, GOOD "vendor-boot-v4.gz" },
		{ &avb_format, GOOD "vbmeta.gz" },
		{ &avb_footer_format, GOOD "avb-hash.gz" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in = tree_read_gzip(cases[i].path);
		struct format format = *cases[i].format;

		format.used = used_nothing;
		tree_check_prefixes(&format, in, 61);
		run_free(in);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boot_images_of_all_versions_give_their_parts),
		cmocka_unit_test(the_details_tell_version_and_system),
		cmocka_unit_test(an_id_that_is_no_digest_is_told),
		cmocka_unit_test(broken_headers_are_refused),
		cmocka_unit_test(signed_images_verify_and_give_the_image),
		cmocka_unit_test(changed_images_are_not_signed),
		cmocka_unit_test(a_vbmeta_is_signed_by_the_key_inside),
		cmocka_unit_test(verification_that_is_off_is_no_signature),
		cmocka_unit_test(broken_vbmeta_is_refused),
		cmocka_unit_test(every_prefix_is_refused_or_read_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
