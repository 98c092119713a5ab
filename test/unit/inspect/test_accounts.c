/* SPDX-License-Identifier: ISC */
/* Accounts out of passwd, shadow and files of web and MQTT users. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "inspect/accounts.h"

#define ROOT "squashfs@0x0!"

struct fixture {
	struct keep keep;
	struct facts facts;
	struct password_list list;
};

static int
set_up(void **state)
{
	static struct fixture f;

	f.keep = keep_open(LIMIT_INDEX_LEN);
	f.facts = facts_open(LIMIT_FACTS_LEN);
	*state = &f;
	return password_list_open(BYTES("# common\nadmin\nismart12\n1234\n"),
		   &f.list) != ERR_OK;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	keep_close(&f->keep);
	facts_close(&f->facts);
	password_list_close(&f->list);
	return 0;
}

static void
add_at(struct fixture *f, const char *root, const char *name, struct bytes text)
{
	char path[256];
	struct unpack_event event = { .kind = UNPACK_FILE };
	struct kept *kept = NULL;

	(void)snprintf(path, sizeof(path), "%s%s", root, name);
	event.path = bytes_of(path);
	event.node.kind = NODE_FILE;
	event.node.name = bytes_of(name);
	event.node.content = text;
	assert_int_equal(
	    keep_add(&f->keep, &event, accounts_wants(event.node.name), &kept),
	    ERR_OK);
}

static void
add(struct fixture *f, const char *name, const char *text)
{
	add_at(f, ROOT, name, bytes_of(text));
}

static void
finish(struct fixture *f)
{
	assert_int_equal(
	    accounts_finish(&f->keep, &f->list, &f->facts), ERR_OK);
}

static unsigned
count(const struct fixture *f, enum fact_kind kind)
{
	unsigned n = 0;
	size_t at = 0;

	while (facts_next(&f->facts, kind, &at) != NULL)
		n++;
	return n;
}

/* The fact of a kind about a user. */
static const struct fact *
find(const struct fixture *f, enum fact_kind kind, const char *user)
{
	const struct fact *fact;
	size_t at = 0;

	while ((fact = facts_next(&f->facts, kind, &at)) != NULL)
		if (bytes_equal_text(fact->name, user))
			return fact;
	fail_msg("no %s of %s", fact_kind_text(kind), user);
	return NULL;
}

static void
assert_state(const struct fixture *f, const char *user, const char *text)
{
	const struct fact *fact = find(f, FACT_ACCOUNT, user);

	if (!bytes_equal_text(fact->detail, text))
		fail_msg("%s is %.*s, not %s", user, (int)fact->detail.len,
		    (const char *)fact->detail.ptr, text);
}

static void
accounts_combines_passwd_and_shadow(void **state)
{
	struct fixture *f = *state;

	add(f, "/etc/shadow",
	    "root:rJ0FHsG0ZbyZo:10933:0:99999:7:::\n"
	    "daemon:*:0:0:99999:7:::\nempty::0:0:99999:7:::\n"
	    "gone:!$1$abcdefgh$l/LAqC8oJERu7Cmx6trtY/:1::::::\n");
	add(f, "/etc/passwd",
	    "root:x:0:0:root:/root:/bin/sh\n"
	    "daemon:x:1:1:daemon:/var:/bin/false\n"
	    "empty:x:2:2::/:/bin/ash\ngone:x:3:3::/:/bin/ash\n"
	    "nobody:x:65534:65534::/:\n");
	finish(f);
	assert_int_equal(count(f, FACT_ACCOUNT), 5);
	assert_state(f, "root", "hash");
	assert_state(f, "daemon", "locked");
	assert_state(f, "empty", "empty");
	assert_state(f, "gone", "locked");
	assert_state(f, "nobody", "shadow"); /* not known: no line */
	const struct fact *root = find(f, FACT_ACCOUNT, "root");

	assert_true(bytes_equal_text(root->path, ROOT "/etc/shadow"));
	assert_true(bytes_equal_text(root->value, "/bin/sh"));
	assert_true(bytes_equal_text(root->extra, "/root"));
	assert_int_equal(root->number, 0);
	assert_int_equal(root->at, 0);
	assert_int_equal(find(f, FACT_ACCOUNT, "daemon")->at, 38);
	assert_int_equal(count(f, FACT_PASSWORD_HASH), 1);
	assert_true(bytes_equal_text(
	    find(f, FACT_PASSWORD_HASH, "root")->value, "des"));
	const struct fact *known = find(f, FACT_PASSWORD_KNOWN, "root");

	assert_true(bytes_equal_text(known->value, "ismart12"));
	assert_true(bytes_equal_text(known->detail, "des"));
}

/* TRAP: Debian's installer ships these two lines and no shadow file. */
static void
accounts_star_and_x_without_shadow_are_not_empty(void **state)
{
	struct fixture *f = *state;

	add(f, "/etc/passwd",
	    "root:*:0:0:root:/:/bin/sh\n"
	    "installer:x:0:0:installer:/:/bin/network-console\n");
	finish(f);
	assert_state(f, "root", "locked");
	assert_state(f, "installer", "shadow");
	assert_int_equal(count(f, FACT_ACCOUNT), 2);
	assert_int_equal(count(f, FACT_PASSWORD_HASH), 0);
}

static void
accounts_keeps_roots_and_backups_apart(void **state)
{
	struct fixture *f = *state;

	add(f, "/etc/passwd", "root:x:0:0::/:/bin/sh\n");
	add(f, "/etc/shadow-", "root::0:0:99999:7:::\n");
	add_at(f, "cpio@0x0!", "/etc/shadow", BYTES("root::0:0:99999:7:::\n"));
	finish(f);
	const struct fact *fact;
	size_t at = 0;
	unsigned shadow = 0;
	unsigned empty = 0;

	while ((fact = facts_next(&f->facts, FACT_ACCOUNT, &at)) != NULL) {
		shadow += bytes_equal_text(fact->detail, "shadow");
		empty += bytes_equal_text(fact->detail, "empty");
	}
	assert_int_equal(shadow, 1); /* /etc/passwd has no shadow here */
	assert_int_equal(empty, 2);  /* lone shadows */
}

static void
accounts_reads_hashes_in_passwd_itself(void **state)
{
	struct fixture *f = *state;

	add(f, "/etc/default/passwd",
	    "# default users\r\n"
	    "admin:$1$abcdefgh$l/LAqC8oJERu7Cmx6trtY/:0:0::/:/bin/sh\r\n"
	    "open::500:500::/home:/bin/sh\r\n");
	finish(f);
	assert_state(f, "admin", "hash");
	assert_state(f, "open", "empty");
	assert_true(bytes_equal_text(
	    find(f, FACT_PASSWORD_KNOWN, "admin")->value, "admin"));
	assert_true(
	    bytes_equal_text(find(f, FACT_ACCOUNT, "open")->value, "/bin/sh"));
}

/* Files that are only called so: a program, PAM's rules, prose. */
static void
accounts_takes_nothing_from_other_files(void **state)
{
	struct fixture *f = *state;

	add(f, "/etc/pam.d/passwd", "@include common-password\n");
	add(f, "/usr/share/doc/passwd",
	    "a: b: c: d: e: f: g\nuser:pw:one:two:three:four:five\n");
	add_at(f, ROOT, "/usr/bin/passwd",
	    (struct bytes){ (const uint8_t *)"\177ELF\0:::::::", 12 });
	add(f, "/etc/shadow.txt", "one two\nroot\nx:y\n");
	add(f, "/usr/share/doc/x/shadow", "root:abOV.DfJmdnYw:1::::::\n");
	add(f, "/etc/shadow.sample", "root:abOV.DfJmdnYw:1::::::\n");
	finish(f);
	assert_int_equal(f->facts.count, 0);
	assert_false(accounts_wants(BYTES("/etc/group")));
}

static void
accounts_reads_web_and_mqtt_users(void **state)
{
	struct fixture *f = *state;

	add(f, "/www/.htpasswd", "admin:{SHA}0DPiKuNIrrVmD8IUCuw1hQxNqZc=\n");
	add(f, "/etc/lighttpd/lighttpd.user", "root:S3cr3tWord\nx:%s\n");
	add(f, "/etc/mosquitto/passwd",
	    "cam:$7$101$MDEyMzQ1Njc4OWFi$CtO8Y4bKtPcyNdHIjOuZVDeh9Hke0pc5Ol0"
	    "hxREoL26qCUSypR9x65RmCKeDF8vyWDkkywo+AiUXILjfaW5tXQ==\n");
	add(f, "/etc/httpd.conf",
	    "H:/www\nA:192.168.\n"
	    "/cgi-bin:boss:letmein\n/:root:$p$root\n");
	finish(f);
	assert_true(bytes_equal_text(
	    find(f, FACT_PASSWORD_KNOWN, "admin")->value, "admin"));
	assert_true(bytes_equal_text(
	    find(f, FACT_PASSWORD_KNOWN, "cam")->value, "admin"));
	const struct fact *fact = find(f, FACT_CREDENTIALS, "root");

	assert_true(bytes_equal_text(fact->value, "S3cr3tWord"));
	assert_true(bytes_equal_text(fact->detail, "lighttpd"));
	assert_true(bytes_equal_text(
	    find(f, FACT_CREDENTIALS, "boss")->value, "letmein"));
	assert_int_equal(count(f, FACT_CREDENTIALS), 2);
	assert_int_equal(count(f, FACT_ACCOUNT), 0);
}

static void
accounts_reads_rpcd_but_not_its_reference_to_shadow(void **state)
{
	struct fixture *f = *state;

	add(f, "/etc/config/rpcd",
	    "config login\n\toption username 'root'\n"
	    "\toption password '$p$root'\n"
	    "config login\n\toption username 'web'\n"
	    "#\toption password 'no'\n\toption password 'hunter2'\n"
	    "config login\n\toption password 'lost'\n");
	finish(f);
	assert_int_equal(count(f, FACT_CREDENTIALS), 1);
	assert_true(bytes_equal_text(
	    find(f, FACT_CREDENTIALS, "web")->value, "hunter2"));
}

/* Whatever a line is cut to, nothing is read past its end. */
static void
accounts_survives_every_prefix(void **state)
{
	static const char text[] = "root:x:0:0:root:/root:/bin/sh\nadmin:"
				   "rJ0FHsG0ZbyZo:1:1::/:/bin/sh\n:::::::\n";
	struct fixture *f = *state;

	for (size_t len = 0; len < sizeof(text); len++) {
		keep_close(&f->keep);
		facts_close(&f->facts);
		add_at(f, ROOT, "/etc/passwd",
		    (struct bytes){ (const uint8_t *)text, len });
		finish(f);
		assert_true(count(f, FACT_ACCOUNT) <= 2);
	}
	assert_int_equal(count(f, FACT_ACCOUNT), 2);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(accounts_combines_passwd_and_shadow),
		TEST(accounts_star_and_x_without_shadow_are_not_empty),
		TEST(accounts_keeps_roots_and_backups_apart),
		TEST(accounts_reads_hashes_in_passwd_itself),
		TEST(accounts_takes_nothing_from_other_files),
		TEST(accounts_reads_web_and_mqtt_users),
		TEST(accounts_reads_rpcd_but_not_its_reference_to_shadow),
		TEST(accounts_survives_every_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
