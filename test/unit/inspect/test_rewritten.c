/* SPDX-License-Identifier: ISC */
/* Tests of finding the scripts that replace a secret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "inspect/rewritten.h"
#include "inspect_event.h"

#define ROOT "squashfs@0x0!"

/* The facts that a script of this name gives for a file with a secret. */
static struct facts
facts_of(enum fact_kind kind, const char *secret_at, const char *script_at,
    const char *script)
{
	struct keep keep = keep_open(LIMIT_INDEX_LEN);
	struct facts facts = facts_open(LIMIT_FACTS_LEN);
	struct unpack_event event = event_file(script_at, bytes_of(script));
	struct fact secret = { .kind = kind, .path = bytes_of(secret_at) };
	struct kept *kept;

	event.node.name =
	    bytes_from(event.path, sizeof(ROOT) - 1); /* without containers */
	assert_int_equal(keep_add(&keep, &event, true, &kept), ERR_OK);
	assert_int_equal(facts_add(&facts, &secret), ERR_OK);
	assert_int_equal(rewritten_find(&keep, &facts), ERR_OK);
	keep_close(&keep);
	return facts;
}

static void
scripts_that_write_a_passphrase_s_file_are_found(void **state)
{
	static const struct {
		const char *script;
		bool found;
	} cases[] = {
		{ "#!/bin/sh\ncat > /etc/hostapd.conf <<E\nx\nE\n", true },
		{ "#!/bin/sh\nsed -i s/a/$b/ /etc/hostapd.conf\n", true },
		{ "#!/bin/sh\ncp /tmp/h /etc/hostapd.conf\n", true },
		{ "#!/bin/sh\ncp /etc/hostapd.conf /tmp/h\n", false },
		{ "#!/bin/sh\n#cat > /etc/hostapd.conf\n", false },
		{ "#!/bin/sh\nhostapd -B /etc/hostapd.conf\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts =
		    facts_of(FACT_WIFI_PASSPHRASE, ROOT "/etc/hostapd.conf",
			ROOT "/usr/bin/wifi", cases[i].script);
		const struct fact *fact = only_fact(&facts, FACT_REWRITTEN);

		assert_int_equal(fact != NULL, cases[i].found);
		if (fact != NULL)
			assert_true(bytes_equal_text(
			    fact->path, ROOT "/etc/hostapd.conf"));
		facts_close(&facts);
	}
}

static void
only_start_scripts_set_passwords(void **state)
{
	static const struct {
		const char *file, *name, *script;
		size_t count;
	} cases[] = {
		{ ROOT "/etc/shadow", ROOT "/etc/init.d/rcS",
		    "#!/bin/sh\necho root:$P | chpasswd\n", 1 },
		{ ROOT "/etc/shadow", ROOT "/etc/init.d/rcS",
		    "#!/bin/sh\n# chpasswd\necho chpasswd\n", 0 },
		{ ROOT "/etc/shadow", ROOT "/usr/bin/setpw",
		    "#!/bin/sh\necho root:$P | chpasswd\n", 0 },
		{ ROOT "/etc/nginx/htpasswd", ROOT "/etc/init.d/rcS",
		    "#!/bin/sh\necho root:$P | chpasswd\n", 0 },
		{ "squashfs@0x9!/etc/shadow", ROOT "/etc/init.d/rcS",
		    "#!/bin/sh\necho root:$P | chpasswd\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = facts_of(FACT_PASSWORD_HASH, cases[i].file,
		    cases[i].name, cases[i].script);

		assert_int_equal(
		    count_facts(&facts, FACT_REWRITTEN), cases[i].count);
		facts_close(&facts);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    scripts_that_write_a_passphrase_s_file_are_found),
		cmocka_unit_test(only_start_scripts_set_passwords),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
