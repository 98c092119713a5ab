/* SPDX-License-Identifier: ISC */
/* security.txt: its fields, and what is none. */
#include "inspect/security_txt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inspect_event.h"

static size_t
count_of(const char *path, const char *text, const char *first_value)
{
	struct facts facts = facts_open((size_t)1 << 20);
	struct unpack_event file = event_file(path, bytes_of(text));
	size_t count;

	assert_int_equal(security_txt_inspect(&file, &facts), ERR_OK);
	count = facts.count;
	if (count > 0 && first_value != NULL) {
		assert_true(bytes_equal_text(facts.list[0].value, first_value));
		assert_true(facts.list[0].text.len > 0);
	}
	facts_close(&facts);
	return count;
}

static void
its_fields_are_settings(void **state)
{
	(void)state;
	assert_int_equal(
	    count_of("squashfs@0x0!/www/.well-known/security.txt",
		"# hello\r\nCONTACT: mailto:psirt@cams.de\r\n"
		"Preferred-Languages: en\r\nExpires: 2030-01-01T00:00:00Z\r\n"
		"Policy: https://cams.de/policy\r\n",
		"mailto:psirt@cams.de"),
	    3);
}

static void
other_files_and_binaries_are_none(void **state)
{
	(void)state;
	assert_int_equal(
	    count_of("squashfs@0x0!/www/insecurity.txt", "Contact: x\n", NULL),
	    0);
	assert_int_equal(
	    count_of("squashfs@0x0!/www/security.txt", "", NULL), 0);
	assert_int_equal(count_of("squashfs@0x0!/www/security.txt",
			     "\x01\x02\x03\x04 Contact: x\n", NULL),
	    0);
	assert_int_equal(count_of("squashfs@0x0!/www/security.txt",
			     "Contact without a colon\n", NULL),
	    0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_fields_are_settings),
		cmocka_unit_test(other_files_and_binaries_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
