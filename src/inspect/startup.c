/* SPDX-License-Identifier: ISC */
/* Follows init from its first file to the programs it starts. */
#include "inspect/startup.h"

#include "base/limits.h"
#include "base/table.h"
#include "base/text.h"
#include "inspect/evidence.h"
#include "inspect/shell.h"

#include <stdlib.h>
#include <string.h>

/* Scripts followed in one root. */
#define SCRIPTS_MAX 400
#define SERVICES_MAX 256

/* File systems of one image that are looked at. */
#define ROOTS_MAX 64

struct known_service {
	struct bytes program;
	uint64_t port;
};

struct startup {
	const struct keep *keep;
	struct facts *facts;
	struct bytes root;
	struct known_service known[SERVICES_MAX];
	size_t known_count;
	bool started[SERVICES_MAX]; /* by index in known */
	/* Scripts to be read, and read already. */
	const struct kept *script[SCRIPTS_MAX];
	size_t script_count;
	enum err err; /* the first failure of the machine */
};

static const char *const wanted_prefixes[] = {
	"/etc/init.d/",
	"/etc/rc",
	"/etc/inittab",
	"/etc/inetd.conf",
	"/etc/xinetd.d/",
	"/etc/systemd/",
	"/lib/systemd/system/",
	"/usr/lib/systemd/system/",
	"/etc/profile",
	"/init",
	"/linuxrc",
	"/etc/preinit",
	"/etc/procd/",
	"/usr/local/etc/rc",
	"/system/init/",
	"/etc_ro/rc",
	"/etc_ro/inittab",
	"/etc_ro/init",
	"/opt/etc/init.d/",
};

bool
startup_wants(struct bytes name)
{
	size_t count = sizeof(wanted_prefixes) / sizeof(wanted_prefixes[0]);

	for (size_t i = 0; i < count; i++)
		if (bytes_starts(name, bytes_of(wanted_prefixes[i])))
			return true;
	return bytes_ends(name, BYTES(".sh"));
}

static enum err
read_known(struct startup *s, const struct data_set *data)
{
	struct table t;
	enum err err = table_open(data_find(data, "services.tsv"), &t);

	while (err == ERR_OK) {
		err = table_next(&t);
		if (err != ERR_OK || s->known_count == SERVICES_MAX)
			break;
		struct known_service *row = &s->known[s->known_count++];

		row->program = table_field(&t, "program");
		if (!bytes_to_u64(table_field(&t, "port"), &row->port))
			return ERR_MALFORMED;
	}
	return err == ERR_END ? ERR_OK : ERR_MALFORMED;
}

static size_t
find_known(const struct startup *s, struct bytes program)
{
	for (size_t i = 0; i < s->known_count; i++)
		if (bytes_equal(s->known[i].program, program))
			return i;
	return SIZE_MAX;
}

static void
add(struct startup *s, const struct fact *fact)
{
	enum err err = facts_add(s->facts, fact);

	if (s->err == ERR_OK)
		s->err = err;
}

static struct fact
fact_at(
    enum fact_kind kind, const struct kept *file, size_t at, struct bytes line)
{
	return (struct fact){
		.kind = kind,
		.path = file->path,
		.at = at,
		.text = bytes_slice(line, 0, LIMIT_EXCERPT_LEN),
	};
}

/* A test for the program's own file is no condition: it is there. Nor is one
   for the script's argument: init says "start". */
static bool
guard_counts(struct bytes guard, struct bytes program)
{
	if (bytes_find(guard, BYTES("$1"), 0) != SIZE_MAX ||
	    bytes_find(guard, BYTES("${1"), 0) != SIZE_MAX)
		return false;
	bool for_file = bytes_find(guard, BYTES("-x "), 0) != SIZE_MAX ||
	    bytes_find(guard, BYTES("-f "), 0) != SIZE_MAX ||
	    bytes_find(guard, BYTES("-e "), 0) != SIZE_MAX;

	if (!for_file)
		return true;
	size_t at = bytes_find(guard, program, 0);

	/* "[ -f /etc/telnetd_enable ]" names another file. */
	while (at != SIZE_MAX) {
		size_t end = at + program.len;

		if (at > 0 && guard.ptr[at - 1] == '/' &&
		    (end == guard.len || guard.ptr[end] == ' ' ||
			guard.ptr[end] == '"' || guard.ptr[end] == ']' ||
			guard.ptr[end] == ';'))
			return false;
		at = bytes_find(guard, program, at + 1);
	}
	return true;
}

/* Everything a line tells about a service that it starts. */
struct start {
	const struct kept *file;
	struct bytes command; /* as written, may have a path */
	struct bytes user;
	struct bytes line;
	size_t at;
	const char *condition; /* "always" "guarded" "socket" */
};

static void
add_service(struct startup *s, const struct start *start)
{
	struct bytes program = shell_base_name(start->command);
	size_t known = find_known(s, program);
	bool busybox = false;

	if (known == SIZE_MAX ||
	    keep_find_program(s->keep, s->root, start->command, &busybox) ==
		NULL)
		return;
	struct fact fact =
	    fact_at(FACT_SERVICE, start->file, start->at, start->line);

	fact.name = program;
	fact.value = start->user;
	fact.detail = bytes_of(start->condition);
	fact.extra = bytes_slice(start->line, 0, LIMIT_EXCERPT_LEN);
	fact.number = s->known[known].port;
	s->started[known] = true;
	add(s, &fact);
}

static bool
is_shell(struct bytes program)
{
	static const char *const shells[] = { "sh", "ash", "bash", "-sh",
		"-ash", "login.sh", "cttyhack", "hush", "msh", "dash" };

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (bytes_equal_text(program, shells[i]))
			return true;
	return false;
}

static bool
is_getty(struct bytes program)
{
	return bytes_equal_text(program, "getty") ||
	    bytes_equal_text(program, "agetty") ||
	    bytes_equal_text(program, "mingetty") ||
	    bytes_equal_text(program, "login");
}

static void
add_script(struct startup *s, const struct kept *file)
{
	if (file == NULL || file->text.len == 0 ||
	    s->script_count == SCRIPTS_MAX)
		return;
	for (size_t i = 0; i < s->script_count; i++)
		if (s->script[i] == file)
			return;
	s->script[s->script_count++] = file;
}

static void
add_script_named(struct startup *s, struct bytes name)
{
	if (name.len > 0 && name.ptr[0] == '/')
		add_script(s, keep_resolve(s->keep, s->root, name));
}

/* inittab: id:runlevels:action:process (busybox ignores the runlevels). */

static void
read_inittab_line(
    struct startup *s, const struct kept *file, struct bytes line, size_t at)
{
	struct bytes rest = line;
	struct bytes id;
	struct bytes skip;
	struct bytes action;
	struct bytes word;

	if (line.len == 0 || line.ptr[0] == '#' ||
	    !bytes_next_field(&rest, ':', &id) ||
	    !bytes_next_field(&rest, ':', &skip) ||
	    !bytes_next_field(&rest, ':', &action) || rest.len == 0)
		return;
	struct bytes command = bytes_trim(rest);

	if (bytes_equal_text(action, "shutdown") ||
	    bytes_equal_text(action, "ctrlaltdel") ||
	    bytes_equal_text(action, "restart") ||
	    bytes_equal_text(action, "off") || !bytes_next_word(&rest, &word))
		return;
	struct bytes program = word;

	if (program.len > 1 && program.ptr[0] == '-') /* a login shell */
		program = bytes_from(program, 1);
	program = shell_base_name(program);
	bool asked = bytes_starts(action, BYTES("ask"));

	if (is_getty(program) || is_shell(program)) {
		struct fact fact = fact_at(FACT_CONSOLE, file, at, line);
		struct bytes script;

		/* "sh /etc/init.d/rcS" runs a script, not a console. */
		if (is_shell(program) && bytes_next_word(&rest, &script) &&
		    script.ptr[0] == '/') {
			add_script_named(s, script);
			return;
		}
		fact.name = is_getty(program) ? BYTES("getty")
		    : asked		      ? BYTES("askfirst")
					      : BYTES("shell");
		fact.value = command;
		fact.detail = id;
		add(s, &fact);
		return;
	}
	add_script_named(s, word);
	add_service(
	    s, &(struct start){ file, word, { NULL, 0 }, line, at, "always" });
}

static void
read_inittab(struct startup *s, const struct kept *file)
{
	struct bytes rest = file->text;
	struct bytes line;

	for (size_t at = 0; bytes_next_line(&rest, &line);
	     at = file->text.len - rest.len)
		read_inittab_line(s, file, line, at);
}

/* Scripts. */

/* The program that a command starts: behind wrappers, or itself. */
static struct bytes
started_program(const struct shell_command *c, struct bytes *ret_user)
{
	struct bytes first = shell_base_name(c->word[0]);
	bool daemon = bytes_equal_text(first, "start-stop-daemon");
	bool procd = bytes_equal_text(first, "procd_set_param") ||
	    bytes_equal_text(first, "procd_open_instance");

	if (bytes_equal_text(first, "busybox") && c->word_count > 1)
		return c->word[1];
	if (bytes_equal_text(first, "service_start") && c->word_count > 1)
		return c->word[1];
	if (procd)
		return c->word_count > 2 &&
			bytes_equal_text(c->word[1], "command")
		    ? c->word[2]
		    : (struct bytes){ NULL, 0 };
	if (!daemon)
		return c->word[0];
	struct bytes program = { NULL, 0 };

	for (size_t i = 1; i + 1 < c->word_count; i++) {
		if (bytes_equal_text(c->word[i], "-K") ||
		    bytes_equal_text(c->word[i], "--stop"))
			return (struct bytes){ NULL, 0 };
		if (bytes_equal_text(c->word[i], "-x") ||
		    bytes_equal_text(c->word[i], "--exec") ||
		    bytes_equal_text(c->word[i], "-a") ||
		    bytes_equal_text(c->word[i], "--startas"))
			program = c->word[i + 1];
		if (bytes_equal_text(c->word[i], "-c") ||
		    bytes_equal_text(c->word[i], "--chuid"))
			*ret_user = c->word[i + 1];
	}
	return program;
}

/* A loop over /etc/boot.d/S* runs these: found by folder and ending. */
static void
follow_pattern(struct startup *s, struct bytes pattern)
{
	size_t star = bytes_find_byte(pattern, '*', 0);

	if (star == SIZE_MAX || pattern.ptr[0] != '/')
		return;
	struct bytes front = bytes_slice(pattern, 0, star);
	struct bytes end = bytes_from(pattern, star + 1);

	for (size_t i = 0; i < s->keep->count; i++) {
		const struct kept *file = s->keep->list[i];

		if (bytes_equal(file->root, s->root) &&
		    bytes_starts(file->name, front) &&
		    bytes_ends(file->name, end) &&
		    bytes_find_byte(file->name, '/', star) == SIZE_MAX)
			add_script(s, file);
	}
}

/* Scripts that a script runs or sources. */
static void
follow(struct startup *s, const struct shell_command *c)
{
	struct bytes first = shell_base_name(c->word[0]);
	bool runs = bytes_equal_text(c->word[0], ".") ||
	    bytes_equal_text(c->word[0], "source") || is_shell(first);

	if (c->word[0].len > 0 && c->word[0].ptr[0] == '/')
		add_script_named(s, c->word[0]);
	if (bytes_equal_text(c->word[0], "for"))
		for (size_t i = 3; i < c->word_count; i++)
			follow_pattern(s, c->word[i]);
	if (runs && c->word_count > 1)
		add_script_named(s, c->word[1]);
}

/*
 * OpenWrt's procd scripts name their program in a variable and start it
 * through functions; in a script that is enabled the name is enough.
 */
static void
read_program_variables(
    struct startup *s, const struct kept *file, const struct shell_reader *r)
{
	static const char *const names[] = { "PROG", "DAEMON", "BIN", "EXEC",
		"CMD", "UHTTPD_BIN", "SERVER", "APP" };

	for (size_t i = 0; i < r->variable_count; i++) {
		const struct shell_variable *v = &r->variable[i];
		bool names_program = false;

		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			names_program |= bytes_equal_text(v->name, names[k]);
		if (!names_program || v->value.len == 0 ||
		    v->value.ptr[0] != '/')
			continue;
		size_t at = (size_t)(v->name.ptr - file->text.ptr);

		add_service(s,
		    &(struct start){ file, v->value, { NULL, 0 },
			text_excerpt(
			    file->text, at, v->name.len, LIMIT_EXCERPT_LEN),
			at, "always" });
	}
}

static bool
already_found(const struct startup *s, size_t from, struct bytes program)
{
	for (size_t i = from; i < s->facts->count; i++)
		if (s->facts->list[i].kind == FACT_SERVICE &&
		    bytes_equal(s->facts->list[i].name, program))
			return true;
	return false;
}

static void
read_script(struct startup *s, const struct kept *file)
{
	struct shell_reader *r = malloc(sizeof(*r));
	struct shell_command c;
	size_t first_fact = s->facts->count;

	if (r == NULL) {
		s->err = ERR_MEMORY;
		return;
	}
	*r = shell_open(file->text);
	while (shell_next(r, &c)) {
		struct bytes user = { NULL, 0 };
		struct bytes command = started_program(&c, &user);
		struct bytes program = shell_base_name(command);

		follow(s, &c);
		if (command.len == 0 || already_found(s, first_fact, program))
			continue;
		bool guarded = c.guarded && guard_counts(c.guard, program);

		add_service(s,
		    &(struct start){ file, command, user, c.line, c.at,
			guarded ? "guarded" : "always" });
	}
	if (s->facts->count == first_fact)
		read_program_variables(s, file, r);
	free(r);
}

/* systemd units that something wants, inetd, xinetd. */

static struct bytes
unit_value(struct bytes text, const char *key, size_t *ret_at)
{
	struct bytes rest = text;
	struct bytes line;

	for (size_t at = 0; bytes_next_line(&rest, &line);
	     at = text.len - rest.len) {
		struct bytes value = line;
		struct bytes name;

		if (!bytes_next_field(&value, '=', &name) ||
		    !bytes_equal_text(bytes_trim(name), key))
			continue;
		*ret_at = at;
		return bytes_trim(value);
	}
	return (struct bytes){ NULL, 0 };
}

static void
read_unit(struct startup *s, const struct kept *file)
{
	size_t at = 0;
	size_t other;
	struct bytes exec = unit_value(file->text, "ExecStart", &at);
	struct bytes user = unit_value(file->text, "User", &other);
	bool guarded =
	    unit_value(file->text, "ConditionPathExists", &other).len > 0;
	struct bytes word;

	while (exec.len > 0 && strchr("-@:+!", exec.ptr[0]) != NULL)
		exec = bytes_from(exec, 1);
	struct bytes line = exec;

	if (bytes_next_word(&exec, &word))
		add_service(s,
		    &(struct start){ file, word, user, line, at,
			guarded ? "guarded" : "always" });
}

/* name type proto wait user program arguments */
static void
read_inetd(struct startup *s, const struct kept *file)
{
	struct bytes rest = file->text;
	struct bytes line;

	for (size_t at = 0; bytes_next_line(&rest, &line);
	     at = file->text.len - rest.len) {
		struct bytes words = line;
		struct bytes word[7];
		size_t count = 0;

		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		while (count < 7 && bytes_next_word(&words, &word[count]))
			count++;
		if (count < 6)
			continue;
		struct bytes program = word[5];

		if (count == 7 &&
		    (bytes_ends(program, BYTES("/tcpd")) ||
			bytes_ends(program, BYTES("/busybox"))))
			program = word[6];
		add_service(s,
		    &(struct start){
			file, program, word[4], line, at, "socket" });
	}
}

static void
read_xinetd(struct startup *s, const struct kept *file)
{
	size_t at = 0;
	size_t other;
	struct bytes server = unit_value(file->text, "server", &at);
	struct bytes disabled = unit_value(file->text, "disable", &other);
	struct bytes user = unit_value(file->text, "user", &other);

	if (server.len == 0 || bytes_equal_text(disabled, "yes"))
		return;
	add_service(
	    s, &(struct start){ file, server, user, server, at, "socket" });
}

/* Where one root's start-up begins. */

/* S50dropbear in a folder whose links or scripts init runs in order. */
static bool
is_enabled_link(struct bytes name)
{
	struct bytes base = shell_base_name(name);
	struct bytes folder = bytes_slice(name, 0, name.len - base.len);

	if (base.len < 4 || base.ptr[0] != 'S' || base.ptr[1] < '0' ||
	    base.ptr[1] > '9')
		return false;
	return bytes_equal_text(folder, "/etc/rc.d/") ||
	    bytes_equal_text(folder, "/etc/init.d/") ||
	    bytes_equal_text(folder, "/opt/etc/init.d/") ||
	    (bytes_starts(folder, BYTES("/etc/rc")) &&
		bytes_ends(folder, BYTES(".d/")) &&
		bytes_find(folder, BYTES("rc0"), 0) == SIZE_MAX &&
		bytes_find(folder, BYTES("rc6"), 0) == SIZE_MAX);
}

static bool
is_wanted_unit(struct bytes name)
{
	return bytes_find(name, BYTES(".wants/"), 0) != SIZE_MAX &&
	    (bytes_ends(name, BYTES(".service")) ||
		bytes_ends(name, BYTES(".socket")));
}

static void
find_entries(struct startup *s)
{
	static const char *const scripts[] = { "/etc/init.d/rcS", "/etc/rcS",
		"/etc/rc.local", "/etc/rc", "/etc/rc.d/rcS", "/etc/rc.sysinit",
		"/etc/rc.d/rc.sysinit", "/etc/init.d/rc.local", "/init",
		"/linuxrc", "/etc/preinit", "/etc_ro/rcS",
		"/usr/etc/init.d/rcS", "/etc/init.d/dnode" };

	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		add_script_named(s, bytes_of(scripts[i]));
	for (size_t i = 0; i < s->keep->count; i++) {
		const struct kept *file = s->keep->list[i];

		if (!bytes_equal(file->root, s->root))
			continue;
		if (is_enabled_link(file->name))
			add_script(
			    s, keep_resolve(s->keep, s->root, file->name));
		if (is_wanted_unit(file->name)) {
			const struct kept *unit =
			    keep_resolve(s->keep, s->root, file->name);

			if (unit != NULL)
				read_unit(s, unit);
		}
		if (bytes_starts(file->name, BYTES("/etc/xinetd.d/")))
			read_xinetd(s, file);
	}
}

/* Programs that could be started, but that nobody is seen to start. */
static void
add_dormant(struct startup *s)
{
	for (size_t i = 0; i < s->known_count; i++) {
		bool busybox = false;
		const struct kept *program = s->started[i]
		    ? NULL
		    : keep_find_program(
			  s->keep, s->root, s->known[i].program, &busybox);

		if (program == NULL)
			continue;
		struct fact fact = {
			.kind = FACT_APPLET,
			.path = program->path,
			.at = FACT_NOWHERE,
			.name = s->known[i].program,
			.number = s->known[i].port,
		};

		add(s, &fact);
	}
}

static void
add_open_scripts(struct startup *s)
{
	for (size_t i = 0; i < s->script_count; i++) {
		const struct kept *file = s->script[i];

		if ((file->mode & 0002) == 0)
			continue;
		struct fact fact = {
			.kind = FACT_WORLD_WRITABLE,
			.path = file->path,
			.at = FACT_NOWHERE,
			.name = BYTES("boot"),
			.number = file->mode,
		};

		add(s, &fact);
	}
}

static void
read_root(struct startup *s)
{
	static const char *const tabs[] = { "/etc/inittab", "/etc_ro/inittab" };
	const struct kept *file;

	memset(s->started, 0, sizeof(s->started));
	s->script_count = 0;
	for (size_t i = 0; i < sizeof(tabs) / sizeof(tabs[0]); i++) {
		file = keep_resolve(s->keep, s->root, bytes_of(tabs[i]));
		if (file != NULL)
			read_inittab(s, file);
	}
	find_entries(s);
	for (size_t i = 0; i < s->script_count && s->err == ERR_OK; i++)
		read_script(s, s->script[i]);
	file = keep_resolve(s->keep, s->root, BYTES("/etc/inetd.conf"));
	if (file != NULL)
		read_inetd(s, file);
	add_open_scripts(s);
	add_dormant(s);
}

/* The distinct roots (containers with files) of an image; further ones than
   ROOTS_MAX are left out. */
static size_t
find_roots(const struct keep *keep, struct bytes root[ROOTS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < keep->count && count < ROOTS_MAX; i++) {
		bool known = false;

		for (size_t k = count; k > 0 && !known; k--)
			known = bytes_equal(root[k - 1], keep->list[i]->root);
		if (!known)
			root[count++] = keep->list[i]->root;
	}
	return count;
}

enum err
startup_finish(
    const struct keep *keep, const struct data_set *data, struct facts *facts)
{
	struct startup *s = calloc(1, sizeof(*s));
	struct bytes root[ROOTS_MAX];
	enum err err = ERR_MEMORY;

	if (s == NULL)
		return ERR_MEMORY;
	s->keep = keep;
	s->facts = facts;
	err = read_known(s, data);
	if (err != ERR_OK)
		goto done;
	size_t count = find_roots(keep, root);

	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		s->root = root[i];
		read_root(s);
		err = s->err;
	}
done:
	free(s);
	return err;
}
