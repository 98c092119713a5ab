/* SPDX-License-Identifier: ISC */
/* Tests of following init to what it starts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/data.h"
#include "base/limits.h"
#include "inspect/startup.h"
#include "inspect_event.h"

#include <string.h>

struct tree_file {
	const char *name; /* inside squashfs@0x0! */
	const char *text;
	const char *link;
	uint32_t mode;
};

#define TREE_MAX 12

/* The facts of a tree; files end at the first without a name. */
static struct facts
facts_of(const struct tree_file *files)
{
	struct keep keep = keep_open(LIMIT_INDEX_LEN);
	struct facts facts = facts_open(LIMIT_FACTS_LEN);

	for (size_t i = 0; i < TREE_MAX && files[i].name != NULL; i++) {
		char path[128] = "squashfs@0x0!";
		struct kept *kept;

		strncat(path, files[i].name, 100);
		struct unpack_event event = event_file(path,
		    bytes_of(files[i].text != NULL ? files[i].text : "x"));

		event.node.name = bytes_of(files[i].name);
		event.node.mode = files[i].mode != 0 ? files[i].mode : 0755;
		if (files[i].link != NULL) {
			event.node.kind = NODE_SYMLINK;
			event.node.link = bytes_of(files[i].link);
			event.node.content = (struct bytes){ NULL, 0 };
		}
		assert_int_equal(
		    keep_add(&keep, &event, files[i].text != NULL, &kept),
		    ERR_OK);
	}
	assert_int_equal(
	    startup_finish(&keep, data_embedded(), &facts), ERR_OK);
	keep_close(&keep);
	return facts;
}

static void
assert_service(
    const struct tree_file *files, const char *program, const char *condition)
{
	struct facts facts = facts_of(files);
	const struct fact *fact = named_fact(&facts, FACT_SERVICE, program);

	if (condition == NULL) {
		assert_null(fact);
	} else {
		assert_non_null(fact);
		assert_true(bytes_equal_text(fact->detail, condition));
	}
	facts_close(&facts);
}

#define BUSYBOX                                                                \
	{                                                                      \
		"/bin/busybox", NULL, NULL, 0755                               \
	}
#define TELNETD                                                                \
	{                                                                      \
		"/usr/sbin/telnetd", NULL, "../../bin/busybox", 0777           \
	}

static void
rcS_starts_telnetd_always(void **state)
{
	const struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
		{ "/etc/inittab", "::sysinit:/etc/init.d/rcS\n", NULL, 0 },
		{ "/etc/init.d/rcS", "#!/bin/sh\nmount -a\ntelnetd &\n", NULL,
		    0 } };

	(void)state;
	assert_service(tree, "telnetd", "always");
}

static void
a_commented_line_starts_nothing(void **state)
{
	const struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
		{ "/etc/init.d/rcS", "#!/bin/sh\n#telnetd &\n", NULL, 0 } };

	(void)state;
	assert_service(tree, "telnetd", NULL);
}

static void
a_guarded_line_is_guarded(void **state)
{
	const struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
		{ "/etc/init.d/rcS", "[ -f /etc/telnet_enable ] && telnetd\n",
		    NULL, 0 } };

	(void)state;
	assert_service(tree, "telnetd", "guarded");
}

static void
a_test_for_the_program_itself_is_no_guard(void **state)
{
	const struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
		{ "/etc/init.d/rcS", "[ -x /usr/sbin/telnetd ] && telnetd\n",
		    NULL, 0 } };

	(void)state;
	assert_service(tree, "telnetd", "always");
}

static void
a_program_that_is_not_there_is_not_started(void **state)
{
	const struct tree_file tree[TREE_MAX] = { BUSYBOX,
		{ "/etc/init.d/rcS", "telnetd\n", NULL, 0 } };

	(void)state;
	assert_service(tree, "telnetd", NULL);
}

static void
an_enabled_procd_script_is_a_service(void **state)
{
	const struct tree_file tree[TREE_MAX] = {
		{ "/usr/sbin/dropbear", NULL, NULL, 0755 },
		{ "/etc/inittab", "::sysinit:/etc/init.d/rcS S boot\n", NULL,
		    0 },
		{ "/etc/init.d/dropbear",
		    "#!/bin/sh /etc/rc.common\nSTART=50\nUSE_PROCD=1\n"
		    "PROG=/usr/sbin/dropbear\nstart_service()\n{\n"
		    "\tprocd_set_param command \"$PROG\" -F\n}\n",
		    NULL, 0 },
		{ "/etc/rc.d/S50dropbear", NULL, "../init.d/dropbear", 0777 },
	};

	(void)state;
	assert_service(tree, "dropbear", "always");
}

static void
a_script_without_a_link_is_not_enabled(void **state)
{
	const struct tree_file tree[TREE_MAX] = {
		{ "/usr/sbin/dropbear", NULL, NULL, 0755 },
		{ "/etc/init.d/dropbear", "/usr/sbin/dropbear\n", NULL, 0 },
		{ "/etc/rc.d/K50dropbear", NULL, "../init.d/dropbear", 0777 },
	};

	(void)state;
	assert_service(tree, "dropbear", NULL);
}

static void
systemd_units_count_when_wanted(void **state)
{
	struct tree_file tree[TREE_MAX] = {
		{ "/usr/sbin/sshd", NULL, NULL, 0755 },
		{ "/lib/systemd/system/ssh.service",
		    "[Service]\nExecStart=-/usr/sbin/sshd -D\nUser=root\n",
		    NULL, 0644 },
		{ "/etc/systemd/system/multi-user.target.wants/ssh.service",
		    NULL, "/lib/systemd/system/ssh.service", 0777 },
	};

	(void)state;
	assert_service(tree, "sshd", "always");
	tree[2].name = NULL;
	assert_service(tree, "sshd", NULL);
}

static void
inetd_lines_are_sockets(void **state)
{
	const struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
		{ "/etc/inetd.conf",
		    "#ftp stream tcp nowait root /usr/sbin/ftpd ftpd\n"
		    "telnet stream tcp nowait root /usr/sbin/telnetd telnetd\n",
		    NULL, 0 } };

	(void)state;
	assert_service(tree, "telnetd", "socket");
}

static void
consoles_are_told_apart(void **state)
{
	static const struct {
		const char *line;
		const char *name; /* NULL: no console */
	} cases[] = {
		{ "ttyS0::respawn:/sbin/getty -L ttyS0 115200\n", "getty" },
		{ "::askfirst:-/bin/sh\n", "askfirst" },
		{ "ttyS0::respawn:-/bin/sh\n", "shell" },
		{ "::askconsole:/usr/libexec/login.sh\n", "askfirst" },
		{ "#::respawn:-/bin/sh\n", NULL },
		{ "::shutdown:/bin/sh /etc/rc.stop\n", NULL },
		{ "::sysinit:/bin/sh /etc/init.d/rcS\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct tree_file tree[TREE_MAX] = { { "/etc/inittab",
		    cases[i].line, NULL, 0 } };
		struct facts facts = facts_of(tree);

		if (cases[i].name == NULL)
			assert_int_equal(count_facts(&facts, FACT_CONSOLE), 0);
		else
			assert_non_null(
			    named_fact(&facts, FACT_CONSOLE, cases[i].name));
		facts_close(&facts);
	}
}

static void
scripts_that_scripts_run_are_followed(void **state)
{
	const struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
		{ "/etc/init.d/rcS", ". /etc/rc.conf\n/etc/init.d/net\n", NULL,
		    0 },
		{ "/etc/init.d/net", "sh /etc/init.d/debug\n", NULL, 0777 },
		{ "/etc/init.d/debug", "busybox telnetd\n/etc/init.d/net\n",
		    NULL, 0 } };
	struct facts facts = facts_of(tree);
	const struct fact *open = only_fact(&facts, FACT_WORLD_WRITABLE);

	(void)state;
	assert_non_null(named_fact(&facts, FACT_SERVICE, "telnetd"));
	assert_non_null(open);
	assert_true(bytes_equal_text(open->name, "boot"));
	assert_true(bytes_ends(open->path, BYTES("/etc/init.d/net")));
	facts_close(&facts);
}

static void
a_loop_over_a_folder_runs_its_scripts(void **state)
{
	const struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
		{ "/etc/init.d/rcS",
		    "for s in /usr/share/boot.d/*.sh; do\n sh \"$s\"\ndone\n",
		    NULL, 0 },
		{ "/usr/share/boot.d/10-x.sh", "telnetd\n", NULL, 0 },
		{ "/usr/share/boot.d/sub/20-y.sh", "sshd\n", NULL, 0 } };

	(void)state;
	assert_service(tree, "telnetd", "always");
}

static void
a_test_for_start_is_no_guard(void **state)
{
	const struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
		{ "/etc/init.d/S50telnet",
		    "[ \"$1\" = start ] && exec telnetd\n", NULL, 0 } };

	(void)state;
	assert_service(tree, "telnetd", "always");
}

static void
programs_that_nobody_starts_are_dormant(void **state)
{
	const struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
		{ "/etc/init.d/rcS", "mount -a\n", NULL, 0 } };
	struct facts facts = facts_of(tree);

	(void)state;
	assert_non_null(named_fact(&facts, FACT_APPLET, "telnetd"));
	facts_close(&facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rcS_starts_telnetd_always),
		cmocka_unit_test(a_commented_line_starts_nothing),
		cmocka_unit_test(a_guarded_line_is_guarded),
		cmocka_unit_test(a_test_for_the_program_itself_is_no_guard),
		cmocka_unit_test(a_program_that_is_not_there_is_not_started),
		cmocka_unit_test(an_enabled_procd_script_is_a_service),
		cmocka_unit_test(a_script_without_a_link_is_not_enabled),
		cmocka_unit_test(systemd_units_count_when_wanted),
		cmocka_unit_test(inetd_lines_are_sockets),
		cmocka_unit_test(consoles_are_told_apart),
		cmocka_unit_test(scripts_that_scripts_run_are_followed),
		cmocka_unit_test(a_loop_over_a_folder_runs_its_scripts),
		cmocka_unit_test(a_test_for_start_is_no_guard),
		cmocka_unit_test(programs_that_nobody_starts_are_dormant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
