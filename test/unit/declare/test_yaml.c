/* SPDX-License-Identifier: ISC */
/* What is written as YAML reads back as the same text. */
#include "declare/write.h"

#include "answers.h"

static const char *const texts[] = { "plain", "two words", "", "yes", "~",
	"1.0", "2031-12-31", "https://a.b/c#d", "a: b", "a #b", "- a", "# a",
	"'q'", "\"q\"", "back\\slash", "tab\there", " lead", "trail ",
	"two\nlines", "two\nlines\n", "\nfirst empty", "a\n\nb", "a\n b", "[x]",
	"{x}", "*x", "&x", "!x", "%x", "@x", "`x", "|", ">", "?", "a:", ":a",
	"---", "...", "a, b",
	"Gr\xc3\xbc\xc3\x9f"
	"e",
	"\xe2\x80\xa6",
	"\xe2\x80\xae"
	"rtl",
	"\xc2\x85nel",
	"a\xe2\x80\xa8"
	"b",
	"<<", "a&b" };

static void
a_text_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct out o = out_open(MIB);
		struct arena arena = arena_open(MIB);
		struct declaration d = { NULL, 0 };
		struct declaration_fault fault = { 0 };

		out_text(&o, "t:\n  - id: x\n    f: ");
		yaml_put_value(&o, bytes_of(texts[i]), 6);
		out_text(&o, "    g: [");
		yaml_put_scalar(&o, bytes_of(texts[i]));
		out_text(&o, "]\n");
		if (declaration_read(out_bytes(&o), &arena, &d, &fault) !=
		    ERR_OK)
			fail_msg("%.*s: %u:%u %s", (int)o.len,
			    (const char *)o.ptr, fault.line, fault.column,
			    fault.text);
		assert_int_equal(d.count, 3);
		for (size_t k = 1; k < 3; k++)
			if (!bytes_equal_text(d.list[k].value, texts[i]))
				fail_msg("%.*s gives %.*s", (int)o.len,
				    (const char *)o.ptr,
				    (int)d.list[k].value.len,
				    (const char *)d.list[k].value.ptr);
		arena_close(&arena);
		out_close(&o);
	}
}

static void
a_comment_stays_in_its_line(void **state)
{
	struct out o = out_open(MIB);

	(void)state;
	yaml_put_comment(&o, BYTES("a\nproduct: b\x1b[2J"));
	assert_null(memchr(o.ptr, '\n', o.len));
	assert_null(memchr(o.ptr, 0x1b, o.len));
	out_close(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_comes_back),
		cmocka_unit_test(a_comment_stays_in_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
