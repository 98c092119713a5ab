/* SPDX-License-Identifier: ISC */
/* Tests of update scripts, settings and modes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "inspect/modes.h"
#include "inspect/settings.h"
#include "inspect/updates.h"
#include "inspect_event.h"

typedef enum err inspector(
    const struct unpack_event *file, struct facts *facts);

static struct facts
facts_of(inspector *inspect, const char *path, uint32_t mode, const char *text)
{
	struct facts facts = facts_open(LIMIT_FACTS_LEN);
	struct unpack_event event = event_file(path, bytes_of(text));

	event.node.mode = mode;
	assert_int_equal(inspect(&event, &facts), ERR_OK);
	return facts;
}

static void
flashing_without_a_check_is_seen(void **state)
{
	struct facts facts =
	    facts_of(updates_inspect, "squashfs@0x0!/usr/sbin/update.sh", 0755,
		"#!/bin/sh\nwget http://fw.example.com/new.bin -O /tmp/fw\n"
		"flashcp -v /tmp/fw /dev/mtd4\n");
	const struct fact *write = only_fact(&facts, FACT_FLASH_WRITE);
	const struct fact *url = only_fact(&facts, FACT_PLAIN_URL);

	(void)state;
	assert_non_null(write);
	assert_int_equal(write->detail.len, 0);
	assert_non_null(url);
	assert_true(bytes_equal_text(url->value, "update"));
	facts_close(&facts);
}

static void
addresses_in_variables_are_seen(void **state)
{
	struct facts facts =
	    facts_of(updates_inspect, "squashfs@0x0!/usr/sbin/update.sh", 0755,
		"#!/bin/sh\nserver=http://fw.example.com\n"
		"wget -q \"$server/latest.img\" -O /tmp/fw\n");
	const struct fact *url = only_fact(&facts, FACT_PLAIN_URL);

	(void)state;
	assert_non_null(url);
	assert_true(bytes_equal_text(url->name, "http://fw.example.com"));
	facts_close(&facts);
}

static void
mqtt_in_clear_is_seen(void **state)
{
	struct facts facts = facts_of(updates_inspect,
	    "squashfs@0x0!/usr/sbin/telemetry.sh", 0755,
	    "#!/bin/sh\nmosquitto_pub -h x -p 1883 -m y\n"
	    "mosquitto_pub -h x --cafile /etc/ca.pem -m y\n");

	(void)state;
	assert_non_null(only_fact(&facts, FACT_PLAIN_URL));
	facts_close(&facts);
}

static void
flashing_behind_a_signature_check_names_it(void **state)
{
	struct facts facts =
	    facts_of(updates_inspect, "squashfs@0x0!/usr/sbin/update.sh", 0755,
		"#!/bin/sh\nopenssl dgst -sha256 -verify /etc/key.pem "
		"-signature /tmp/s /tmp/fw || exit 1\ndd if=/tmp/fw "
		"of=/dev/mtdblock4\n");
	const struct fact *write = only_fact(&facts, FACT_FLASH_WRITE);

	(void)state;
	assert_non_null(write);
	assert_true(bytes_equal_text(write->detail, "openssl"));
	facts_close(&facts);
}

/* Scripts that write, and what is said to have been checked before. */
static void
checks_and_writes_in_functions_are_joined(void **state)
{
	static const struct {
		const char *script;
		const char *checked; /* NULL: no write at all */
	} cases[] = {
		{ "w() {\n flashcp $1 /dev/mtd3\n}\nusign -V -m $1 || exit\n"
		  "w $1\n",
		    "usign" },
		{ "w() {\n flashcp $1 /dev/mtd3\n}\nw $1\nusign -V\n", "" },
		{ "w() {\n flashcp $1 /dev/mtd3\n}\n", "" },
		{ ". /lib/v.sh\nverify_image $1 || exit\nmtd write $1 fw\n",
		    "verify_image" },
		{ "verify_md5 $1 || exit\nmtd write $1 fw\n", "" },
		{ "cat $1 > /dev/mtd4\n", "" },
		{ "cat /dev/mtd4 > /tmp/x\n", NULL },
		{ "dd if=/dev/zero of=/dev/mtd4\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = facts_of(updates_inspect,
		    "squashfs@0x0!/usr/sbin/up.sh", 0755, cases[i].script);
		const struct fact *write = only_fact(&facts, FACT_FLASH_WRITE);

		if (cases[i].checked == NULL) {
			assert_int_equal(
			    count_facts(&facts, FACT_FLASH_WRITE), 0);
		} else {
			assert_non_null(write);
			assert_true(
			    bytes_equal_text(write->detail, cases[i].checked));
		}
		facts_close(&facts);
	}
}

static void
options_against_tls_are_told_from_others(void **state)
{
	static const struct {
		const char *command;
		size_t count;
	} cases[] = {
		{ "curl -sk https://a.net", 1 },
		{ "curl -fksSLo /x https://a.net", 1 },
		{ "curl -ok https://a.net", 0 },
		{ "curl --key k https://a.net", 0 },
		{ "wget -k https://a.net", 0 },
		{ "wget --no-check-certificate https://a.net", 1 },
		{ "O=\"-s -k\"\ncurl $O https://a.net", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = facts_of(updates_inspect,
		    "squashfs@0x0!/usr/sbin/x.sh", 0755, cases[i].command);

		assert_int_equal(
		    count_facts(&facts, FACT_TLS_UNCHECKED), cases[i].count);
		facts_close(&facts);
	}
}

static void
what_stays_at_home_is_no_plain_service(void **state)
{
	static const char *const commands[] = { "curl http://127.0.0.1/x",
		"wget http://localhost:80/", "curl http://192.168.1.1/",
		"curl http://172.16.0.1/", "curl http://$IP/x",
		"wget http://[::1]/", "mosquitto_pub -h localhost -t x -m y",
		"mosquitto_sub -t x" };

	(void)state;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		struct facts facts = facts_of(updates_inspect,
		    "squashfs@0x0!/usr/sbin/x.sh", 0755, commands[i]);

		assert_int_equal(count_facts(&facts, FACT_PLAIN_URL), 0);
		facts_close(&facts);
	}
}

static void
orders_to_take_unsigned_packages_are_seen(void **state)
{
	static const struct {
		const char *path, *text;
		size_t count;
	} cases[] = {
		{ "s@0x0!/etc/apt/sources.list.d/a.list",
		    "deb [trusted=yes] http://a.net x main\n", 1 },
		{ "s@0x0!/etc/apt/sources.list.d/a.sources",
		    "Types: deb\nTrusted: yes\n", 1 },
		{ "s@0x0!/etc/apt/apt.conf.d/9",
		    "APT::Get::AllowUnauthenticated \"true\";\n", 1 },
		{ "s@0x0!/etc/apt/apt.conf.d/9",
		    "// APT::Get::AllowUnauthenticated \"true\";\n"
		    "APT::Get::AllowUnauthenticated \"false\";\n",
		    0 },
		{ "s@0x0!/etc/yum.repos.d/a.repo", "[a]\ngpgcheck=0\n", 1 },
		{ "s@0x0!/etc/yum.repos.d/a.repo",
		    "[a]\ngpgcheck=0\nenabled=0\n[b]\ngpgcheck=1\n", 0 },
		{ "s@0x0!/etc/apt/sources.list", "deb http://a.net x main\n",
		    0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = facts_of(
		    settings_inspect, cases[i].path, 0644, cases[i].text);

		assert_int_equal(
		    count_facts(&facts, FACT_SETTING), cases[i].count);
		facts_close(&facts);
	}
}

static void
feeds_that_their_manager_checks_say_so(void **state)
{
	struct facts facts =
	    facts_of(settings_inspect, "s@0x0!/etc/apk/repositories", 0644,
		"http://dl-cdn.alpinelinux.org/alpine/v3.18/main\n");
	const struct fact *fact = only_fact(&facts, FACT_PLAIN_URL);

	(void)state;
	assert_non_null(fact);
	assert_true(bytes_equal_text(fact->detail, "checked"));
	facts_close(&facts);
}

static void
communities_of_snmp_are_read_in_all_forms(void **state)
{
	static const struct {
		const char *path, *text;
	} cases[] = {
		{ "s@0x0!/etc/snmp/snmpd.conf", "rocommunity public\n" },
		{ "s@0x0!/etc/snmp/snmpd.conf", "com2sec ro default public\n" },
		{ "s@0x0!/etc/config/snmpd", "\toption community public\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = facts_of(
		    settings_inspect, cases[i].path, 0644, cases[i].text);
		const struct fact *fact = only_fact(&facts, FACT_SETTING);

		assert_non_null(fact);
		assert_true(bytes_equal_text(fact->value, "public"));
		facts_close(&facts);
	}
}

static void
a_digest_is_no_signature_check(void **state)
{
	struct facts facts =
	    facts_of(updates_inspect, "squashfs@0x0!/usr/sbin/update.sh", 0755,
		"#!/bin/sh\nopenssl dgst -sha256 /tmp/fw\n"
		"mtd write /tmp/fw firmware\n");
	const struct fact *write = only_fact(&facts, FACT_FLASH_WRITE);

	(void)state;
	assert_non_null(write);
	assert_int_equal(write->detail.len, 0);
	facts_close(&facts);
}

static void
dd_to_a_file_is_no_flashing(void **state)
{
	struct facts facts =
	    facts_of(updates_inspect, "squashfs@0x0!/usr/sbin/log.sh", 0755,
		"#!/bin/sh\ndd if=/dev/zero of=/tmp/x\ngrep mtd /proc/mtd\n");

	(void)state;
	assert_int_equal(facts.count, 0);
	facts_close(&facts);
}

static void
unchecked_tls_is_seen(void **state)
{
	struct facts facts =
	    facts_of(updates_inspect, "squashfs@0x0!/usr/bin/sync", 0755,
		"#!/bin/sh\nwget --no-check-certificate https://x.example/\n"
		"curl -k https://y.example/\n");

	(void)state;
	assert_int_equal(count_facts(&facts, FACT_TLS_UNCHECKED), 2);
	facts_close(&facts);
}

static void
programs_are_known_by_name(void **state)
{
	struct facts facts =
	    facts_of(updates_inspect, "s@0x0!/sbin/firstboot", 0755, "x");

	(void)state;
	assert_non_null(only_fact(&facts, FACT_RESET));
	facts_close(&facts);
	facts = facts_of(updates_inspect, "s@0x0!/etc/gdb", 0644, "x");
	assert_int_equal(facts.count, 0); /* not a program */
	facts_close(&facts);
}

static void
dropbear_settings_are_read_but_comments_not(void **state)
{
	struct facts facts =
	    facts_of(settings_inspect, "s@0x0!/etc/config/dropbear", 0644,
		"config dropbear\n\toption PasswordAuth 'on'\n"
		"#\toption RootPasswordAuth 'on'\n");
	const struct fact *fact = only_fact(&facts, FACT_SETTING);

	(void)state;
	assert_non_null(fact);
	assert_true(bytes_equal_text(fact->name, "dropbear.PasswordAuth"));
	assert_true(bytes_equal_text(fact->value, "on"));
	facts_close(&facts);
}

static void
an_opkg_option_without_a_value_is_on(void **state)
{
	static const struct {
		const char *text;
		const char *value; /* NULL: no fact */
	} cases[] = {
		{ "option check_signature\n", "1" },
		{ "option check_signature 0\n", "0" },
		{ "# option check_signature 0\n", NULL },
		{ "option overlay_root /overlay\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = facts_of(settings_inspect,
		    "s@0x0!/etc/opkg.conf", 0644, cases[i].text);
		const struct fact *fact = only_fact(&facts, FACT_SETTING);

		if (cases[i].value == NULL)
			assert_null(fact);
		else
			assert_true(
			    bytes_equal_text(fact->value, cases[i].value));
		facts_close(&facts);
	}
}

static void
plain_feeds_are_seen(void **state)
{
	struct facts facts =
	    facts_of(settings_inspect, "s@0x0!/etc/opkg/distfeeds.conf", 0644,
		"src/gz core http://downloads.example.org/core\n"
		"# src/gz x http://www.example.com/x\n"
		"src/gz base https://downloads.example.org/base\n");
	const struct fact *fact = only_fact(&facts, FACT_PLAIN_URL);

	(void)state;
	assert_non_null(fact);
	assert_true(bytes_equal_text(fact->value, "feed"));
	assert_true(
	    bytes_equal_text(fact->name, "http://downloads.example.org/core"));
	facts_close(&facts);
}

static void
modes_come_from_the_inode(void **state)
{
	struct facts facts =
	    facts_of(modes_inspect, "s@0x0!/bin/su", 04755, "x");

	(void)state;
	assert_non_null(only_fact(&facts, FACT_SETUID));
	facts_close(&facts);
	facts = facts_of(modes_inspect, "s@0x0!/etc/x", 0666, "x");
	assert_non_null(only_fact(&facts, FACT_WORLD_WRITABLE));
	facts_close(&facts);
	facts = facts_of(modes_inspect, "s@0x0!/etc/y", 0644, "x");
	assert_int_equal(facts.count, 0);
	facts_close(&facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flashing_without_a_check_is_seen),
		cmocka_unit_test(addresses_in_variables_are_seen),
		cmocka_unit_test(mqtt_in_clear_is_seen),
		cmocka_unit_test(flashing_behind_a_signature_check_names_it),
		cmocka_unit_test(checks_and_writes_in_functions_are_joined),
		cmocka_unit_test(options_against_tls_are_told_from_others),
		cmocka_unit_test(what_stays_at_home_is_no_plain_service),
		cmocka_unit_test(orders_to_take_unsigned_packages_are_seen),
		cmocka_unit_test(feeds_that_their_manager_checks_say_so),
		cmocka_unit_test(communities_of_snmp_are_read_in_all_forms),
		cmocka_unit_test(a_digest_is_no_signature_check),
		cmocka_unit_test(dd_to_a_file_is_no_flashing),
		cmocka_unit_test(unchecked_tls_is_seen),
		cmocka_unit_test(programs_are_known_by_name),
		cmocka_unit_test(dropbear_settings_are_read_but_comments_not),
		cmocka_unit_test(an_opkg_option_without_a_value_is_on),
		cmocka_unit_test(plain_feeds_are_seen),
		cmocka_unit_test(modes_come_from_the_inode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
