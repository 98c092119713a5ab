/* SPDX-License-Identifier: ISC */
/* Declarations that the image refutes, and one that it does not. */
#include "draft/compare.h"

#include "camera.h"

static const struct {
	const char *sentence;
	const char *yaml;
	const char *table, *field;
	uint32_t line;	   /* 0: it stands nowhere */
	const char *words; /* NULL: nothing is refuted */
} rows[] = {
	{ "another release", "product: {release: 2.0}", "product", "release", 1,
	    "release 1.0" },
	{ "the same release", "product: {release: 1.0}", "", "", 0, NULL },
	{ "no console", "features: {Fq: no}", "features", "Fq", 1,
	    "/etc/inittab" },
	{ "a console", "features: {Fq: yes}", "", "", 0, NULL },
	{ "what an image cannot show", "features: {Fz: no}", "", "", 0, NULL },
	{ "a service that no row names", "SoftServ: [{id: web}]", "SoftServ",
	    "", 0, "\"telnetd\"" },
	{ "a service that a row names",
	    "SoftServ: [{id: a, description: the telnetd of busybox}]", "", "",
	    0, NULL },
	{ "a table that is not there", "product: {maker: x}", "", "", 0, NULL },
	{ "a key that no row names", "SecParam: [{id: a}]", "SecParam", "", 0,
	    "bbbbbbbbbbbb" },
	{ "a shared key that is called unique",
	    "SecParam: [{id: a, fingerprint: bbbbbbbbbbbbbbbb, unique: yes}]",
	    "SecParam", "unique", 1, "every device" },
	{ "a shared key",
	    "SecParam: [{id: a, fingerprint: bbbbbbbbbbbbbbbb, unique: no}]",
	    "", "", 0, NULL },
	{ "an update that is signed on paper",
	    "UpdMech: [{id: a, container: uimage, authenticity: signed}]",
	    "UpdMech", "authenticity", 1, "no signature" },
	{ "another update than this image",
	    "UpdMech: [{id: a, container: fit, authenticity: signed}]", "", "",
	    0, NULL },
	{ "a component in two versions", "SoftComp: [{id: busybox}]", "", "", 0,
	    NULL },
	{ "a component that no row names", "SoftComp: [{id: dropbear}]",
	    "SoftComp", "", 0, "\"busybox\"" },
	{ "a console that no row names", "PhyIntf: [{id: eth0}]", "PhyIntf", "",
	    0, "\"ttyS0\"" },
};

static void
the_image_refutes_what_it_shows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct camera c = camera_open();
		struct problem *list;
		size_t count;

		camera_assess(&c);
		struct declaration d = camera_read(&c, bytes_of(rows[i].yaml));

		assert_int_equal(
		    compare_with_image(&d, &c.prefill, &c.arena, &list, &count),
		    ERR_OK);
		if ((rows[i].words != NULL) != (count > 0))
			fail_msg("%s: %zu", rows[i].sentence, count);
		if (count > 0) {
			assert_int_equal(list[0].kind, PROBLEM_REFUTED);
			assert_true(
			    bytes_equal_text(list[0].table, rows[i].table));
			assert_true(
			    bytes_equal_text(list[0].field, rows[i].field));
			assert_int_equal(list[0].line, rows[i].line);
			if (bytes_find(list[0].text, bytes_of(rows[i].words),
				0) == SIZE_MAX)
				fail_msg("%s: %.*s", rows[i].sentence,
				    (int)list[0].text.len,
				    (const char *)list[0].text.ptr);
		}
		camera_close(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_image_refutes_what_it_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
