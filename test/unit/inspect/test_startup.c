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
		{ "/usr/sbin/inetd", NULL, "../../bin/busybox", 0777 },
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
		{ "::sysinit:/bin/sh -c \"mount -a\"\n", NULL },
		{ "::respawn:/bin/busybox ash\n", "shell" },
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

/* Scripts that start telnetd only under a condition, or not at all. */
static void
conditions_of_every_form_are_seen(void **state)
{
	static const struct {
		const char *script;
		const char *condition;
	} cases[] = {
		{ "test -e /mnt/debug && /usr/sbin/telnetd &\n", "guarded" },
		{ "case \"$(nvram get t)\" in\n1) telnetd;;\nesac\n",
		    "guarded" },
		{ "[ -f /etc/on ] || exit 0\ntelnetd\n", "guarded" },
		{ "if [ ! -f /etc/on ]; then\n exit 0\nfi\ntelnetd\n",
		    "guarded" },
		{ "if [ \"$(nvram get t)\" = 1 ]; then\n"
		  "[ -x /usr/sbin/telnetd ] && telnetd\nfi\n",
		    "guarded" },
		{ "start_t() {\n telnetd\n}\n", "guarded" },
		{ "exit 0\ntelnetd\n", NULL },
		{ "case \"$x\" in\ntelnetd) echo;;\nesac\n", NULL },
		{ "start_t() {\n telnetd\n}\nstart_t\n", "always" },
		{ "case \"$1\" in\nstart) telnetd;;\nesac\n", "always" },
		{ "[ -f /bin/busybox ] && telnetd\n", "always" },
		{ "[ $# -gt 1 ] && exit\ntelnetd\n", "always" },
		{ "mount -a || exit 1\ntelnetd\n", "always" },
		{ "sh -x\nbusybox telnetd\n", "always" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
			{ "/etc/init.d/rcS", cases[i].script, NULL, 0 } };

		assert_service(tree, "telnetd", cases[i].condition);
	}
}

#define UNIT(text)                                                             \
	{                                                                      \
		"/lib/systemd/system/a.service", (text), NULL, 0644            \
	}
#define WANTED                                                                 \
	{                                                                      \
		"/etc/systemd/system/multi-user.target.wants/a.service", NULL, \
		    "/lib/systemd/system/a.service", 0777                      \
	}

static void
units_are_followed_to_what_they_run(void **state)
{
	static const struct {
		const char *unit;
		const char *condition;
	} cases[] = {
		{ "[Service]\nExecStart=-/usr/sbin/telnetd -F\n", "always" },
		{ "[Service]\nExecStartPre=/usr/sbin/telnetd\n", "always" },
		{ "[Service]\nExecStart=/bin/sh -c \"mount -a; telnetd\"\n",
		    "always" },
		{ "[Unit]\nConditionKernelCommandLine=debug\n[Service]\n"
		  "ExecStart=/usr/sbin/telnetd\n",
		    "guarded" },
		{ "[Unit]\nConditionPathExists=/etc/on\n[Service]\n"
		  "ExecStart=/usr/sbin/telnetd\n",
		    "guarded" },
		{ "[Unit]\nConditionPathExists=!/etc/off\n[Service]\n"
		  "ExecStart=/usr/sbin/telnetd\n",
		    "always" },
		{ "[Service]\n#ExecStart=/usr/sbin/telnetd\n", NULL },
	};
	struct tree_file masked[TREE_MAX] = { BUSYBOX, TELNETD, WANTED,
		UNIT("[Service]\nExecStart=/usr/sbin/telnetd\n"),
		{ "/etc/systemd/system/a.service", NULL, "/dev/null", 0777 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
			WANTED, UNIT(cases[i].unit) };

		assert_service(tree, "telnetd", cases[i].condition);
	}
	assert_service(masked, "telnetd", NULL);
	masked[4].name = NULL;
	assert_service(masked, "telnetd", "always");
}

static void
a_socket_unit_starts_its_service(void **state)
{
	const struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
		{ "/lib/systemd/system/t.socket", "[Socket]\nListenStream=23\n",
		    NULL, 0644 },
		{ "/lib/systemd/system/t@.service",
		    "[Service]\nExecStart=-/usr/sbin/telnetd -i\n", NULL,
		    0644 },
		{ "/etc/systemd/system/sockets.target.wants/t.socket", NULL,
		    "/lib/systemd/system/t.socket", 0777 } };

	(void)state;
	assert_service(tree, "telnetd", "socket");
}

static void
inetd_s_file_counts_only_with_inetd(void **state)
{
	struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
		{ "/etc/inetd.conf",
		    "telnet stream tcp nowait root /bin/busybox busybox "
		    "telnetd -i\n",
		    NULL, 0644 },
		{ "/usr/sbin/inetd", NULL, "../../bin/busybox", 0777 } };

	(void)state;
	assert_service(tree, "telnetd", "socket");
	tree[3].name = NULL;
	assert_service(tree, "telnetd", NULL);
}

static void
port_and_user_are_read_from_the_command(void **state)
{
	const struct tree_file tree[TREE_MAX] = { BUSYBOX, TELNETD,
		{ "/usr/sbin/mosquitto", NULL, NULL, 0755 },
		{ "/usr/sbin/httpd", NULL, "../../bin/busybox", 0777 },
		{ "/etc/init.d/rcS", "telnetd -l /bin/login -p 2323\n", NULL,
		    0 },
		{ "/etc/rc.local", "httpd -p 0.0.0.0:8080 -h /www\n", NULL, 0 },
		{ "/etc/rc.d/S80m",
		    "start_service() {\n"
		    " procd_set_param command /usr/sbin/mosquitto\n"
		    " procd_set_param user mosq\n}\n",
		    NULL, 0 } };
	struct facts facts = facts_of(tree);
	const struct fact *mosquitto =
	    named_fact(&facts, FACT_SERVICE, "mosquitto");
	const struct fact *telnetd =
	    named_fact(&facts, FACT_SERVICE, "telnetd");
	const struct fact *httpd = named_fact(&facts, FACT_SERVICE, "httpd");

	(void)state;
	assert_non_null(telnetd);
	assert_int_equal(telnetd->number, 2323);
	assert_non_null(httpd);
	assert_int_equal(httpd->number, 8080);
	assert_non_null(mosquitto);
	assert_int_equal(mosquitto->number, 1883);
	assert_true(bytes_equal_text(mosquitto->value, "mosq"));
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
		cmocka_unit_test(conditions_of_every_form_are_seen),
		cmocka_unit_test(units_are_followed_to_what_they_run),
		cmocka_unit_test(a_socket_unit_starts_its_service),
		cmocka_unit_test(inetd_s_file_counts_only_with_inetd),
		cmocka_unit_test(port_and_user_are_read_from_the_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
