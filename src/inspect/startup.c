/* SPDX-License-Identifier: ISC */
/* Follows init from its first file to the programs it starts. */
#include "inspect/startup.h"

#include "base/limits.h"
#include "base/table.h"
#include "inspect/shell.h"
#include "inspect/startup_private.h"

#include <stdlib.h>
#include <string.h>

/* File systems of one image that are looked at. */
#define ROOTS_MAX 64

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

void
startup_add_fact(struct startup *s, const struct fact *fact)
{
	enum err err = facts_add(s->facts, fact);

	if (s->err == ERR_OK)
		s->err = err;
}

struct fact
startup_fact_at(
    enum fact_kind kind, const struct kept *file, size_t at, struct bytes line)
{
	return (struct fact){
		.kind = kind,
		.path = file->path,
		.at = at,
		.text = bytes_slice(line, 0, LIMIT_EXCERPT_LEN),
	};
}

/* The port that -p gives a server that takes one so; else its usual one. */
static uint64_t
port_of(struct bytes program, struct bytes line, uint64_t usual)
{
	static const char *const takes_p[] = { "dropbear", "telnetd",
		"utelnetd", "httpd", "uhttpd", "sshd", "thttpd", "mosquitto" };
	bool takes = false;
	struct bytes word;
	uint64_t port;

	for (size_t i = 0; i < sizeof(takes_p) / sizeof(takes_p[0]); i++)
		takes |= bytes_equal_text(program, takes_p[i]);
	while (takes && bytes_next_word(&line, &word)) {
		if (!bytes_starts(word, BYTES("-p")))
			continue;
		word = bytes_from(word, 2);
		if (word.len == 0 && !bytes_next_word(&line, &word))
			break;
		for (size_t at = bytes_find_byte(word, ':', 0); at != SIZE_MAX;
		     at = bytes_find_byte(word, ':', 0))
			word = bytes_from(word, at + 1); /* 0.0.0.0:80 */
		if (bytes_to_u64(word, &port) && port > 0 && port < 65536)
			return port;
	}
	return usual;
}

bool
startup_knows(const struct startup *s, struct bytes program)
{
	return find_known(s, program) != SIZE_MAX;
}

void
startup_add_service(struct startup *s, const struct start *start)
{
	struct bytes program = shell_base_name(start->command);
	size_t known = find_known(s, program);
	bool busybox = false;

	if (known == SIZE_MAX ||
	    keep_find_program(s->keep, s->root, start->command, &busybox) ==
		NULL)
		return;
	struct fact fact =
	    startup_fact_at(FACT_SERVICE, start->file, start->at, start->line);

	fact.name = program;
	fact.value = start->user;
	fact.detail = bytes_of(start->condition);
	fact.extra = bytes_slice(start->line, 0, LIMIT_EXCERPT_LEN);
	fact.number = port_of(program, start->line, s->known[known].port);
	s->started[known] = true;
	startup_add_fact(s, &fact);
}

void
startup_add_script(struct startup *s, const struct kept *file)
{
	if (file == NULL || file->text.len == 0 ||
	    s->script_count == SCRIPTS_MAX)
		return;
	for (size_t i = 0; i < s->script_count; i++)
		if (s->script[i] == file)
			return;
	s->script[s->script_count++] = file;
}

void
startup_add_script_named(struct startup *s, struct bytes name)
{
	if (name.len > 0 && name.ptr[0] == '/')
		startup_add_script(s, keep_resolve(s->keep, s->root, name));
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

static bool
has_program(const struct startup *s, const char *name)
{
	return keep_find_program(s->keep, s->root, bytes_of(name), NULL) !=
	    NULL;
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
		startup_add_script_named(s, bytes_of(scripts[i]));
	for (size_t i = 0; i < s->keep->count; i++) {
		const struct kept *file = s->keep->list[i];

		if (!bytes_equal(file->root, s->root))
			continue;
		if (is_enabled_link(file->name))
			startup_add_script(
			    s, keep_resolve(s->keep, s->root, file->name));
		if (is_wanted_unit(file->name))
			startup_read_unit(s, file);
		if (bytes_starts(file->name, BYTES("/etc/xinetd.d/")) &&
		    has_program(s, "xinetd"))
			startup_read_xinetd(s, file);
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

		startup_add_fact(s, &fact);
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

		startup_add_fact(s, &fact);
	}
}

static void
read_root(struct startup *s)
{
	static const char *const tabs[] = { "/etc/inittab", "/etc_ro/inittab" };
	const struct kept *file;

	memset(s->started, 0, sizeof(s->started));
	s->script_count = 0;
	word_counts_close(&s->words);
	s->worded_count = 0;
	for (size_t i = 0; i < sizeof(tabs) / sizeof(tabs[0]); i++) {
		file = keep_resolve(s->keep, s->root, bytes_of(tabs[i]));
		if (file != NULL)
			startup_read_inittab(s, file);
	}
	find_entries(s);
	for (size_t i = 0; i < s->script_count && s->err == ERR_OK; i++)
		startup_read_script(s, s->script[i]);
	file = keep_resolve(s->keep, s->root, BYTES("/etc/inetd.conf"));
	if (file != NULL &&
	    (has_program(s, "inetd") || has_program(s, "inetutils-inetd")))
		startup_read_inetd(s, file);
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
	word_counts_close(&s->words);
	free(s);
	return err;
}
