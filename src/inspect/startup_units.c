/* SPDX-License-Identifier: ISC */
/* systemd's units: what they run, as whom, and under which condition. */
#include "inspect/shell.h"
#include "inspect/startup_private.h"

#include <string.h>

#define UNIT_NAME_LEN 200

/* A unit's lines "Key=value", those with one of the keys, one after another. */
static bool
next_value(const struct kept *file, size_t *at, const char *key_start,
    struct bytes *ret_value, size_t *ret_at)
{
	struct bytes rest = bytes_from(file->text, *at);
	struct bytes line;

	while (bytes_next_line(&rest, &line)) {
		size_t line_at = *at;
		struct bytes value = line;
		struct bytes key;

		*at = file->text.len - rest.len;
		if (!bytes_starts(line, bytes_of(key_start)) ||
		    !bytes_next_field(&value, '=', &key))
			continue;
		*ret_value = bytes_trim(value);
		*ret_at = line_at;
		return true;
	}
	return false;
}

static struct bytes
first_value(const struct kept *file, const char *key)
{
	struct bytes value = { NULL, 0 };
	size_t at = 0;
	size_t line_at;

	return next_value(file, &at, key, &value, &line_at)
	    ? value
	    : (struct bytes){ NULL, 0 };
}

/* Whether a condition may keep the unit from being started: not one that the
   image as it is fulfils, nor "!/etc/ssh/sshd_not_to_be_run". */
static bool
has_condition(const struct startup *s, const struct kept *file)
{
	static const char *const keys[] = { "ConditionPathExists=",
		"ConditionFileNotEmpty=", "ConditionKernelCommandLine=",
		"ConditionPathIsDirectory=", "ConditionDirectoryNotEmpty=" };
	struct bytes value;
	size_t line_at;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t at = 0;

		while (next_value(file, &at, keys[i], &value, &line_at)) {
			if (bytes_starts(value, BYTES("!")))
				continue;
			if (!bytes_starts(value, BYTES("/")) ||
			    keep_resolve(s->keep, s->root, value) == NULL)
				return true;
		}
	}
	return false;
}

/* "agetty … ttyS0" of serial-getty@ttyS0; a screen's log-in is no matter. */
static void
add_unit_console(struct startup *s, const struct kept *file, struct bytes unit,
    struct bytes command, size_t at)
{
	struct fact fact = startup_fact_at(FACT_CONSOLE, file, at, command);

	if (!bytes_starts(unit, BYTES("serial-getty@")) &&
	    !bytes_starts(unit, BYTES("console-getty")))
		return;
	fact.name = BYTES("getty");
	fact.value = command;
	fact.detail = unit;
	startup_add_fact(s, &fact);
}

/* One command of a unit; `text` is what stands behind ExecStart=. */
static void
read_command(struct startup *s, const struct kept *file, struct bytes unit,
    struct start *start)
{
	struct bytes rest = start->line;
	struct bytes word;

	while (rest.len > 0 && strchr("-@:+!", rest.ptr[0]) != NULL)
		rest = bytes_from(rest, 1);
	start->line = rest;
	if (!bytes_next_word(&rest, &word))
		return;
	struct bytes program = shell_base_name(word);

	if (startup_is_getty(program)) {
		add_unit_console(s, file, unit, start->line, start->at);
		return;
	}
	if (startup_is_shell(program)) {
		if (!startup_read_shell_words(s, start, rest) &&
		    bytes_next_word(&rest, &word))
			startup_add_script_named(s, word);
		return;
	}
	startup_add_script_named(s, word);
	start->command = word;
	startup_add_service(s, start);
}

static void
read_commands(struct startup *s, const struct kept *file, struct bytes unit,
    const char *condition)
{
	struct bytes user = first_value(file, "User=");
	struct bytes value;
	size_t at = 0;
	size_t line_at;

	while (next_value(file, &at, "ExecStart", &value, &line_at)) {
		struct start start = { .file = file,
			.user = user,
			.line = value,
			.at = line_at,
			.condition = condition };

		read_command(s, file, unit, &start);
	}
}

/* The file of `folder` and a unit's name, or NULL. */
static const struct kept *
find_unit(const struct startup *s, const char *folder, struct bytes name)
{
	uint8_t path[UNIT_NAME_LEN + 40];
	size_t folder_len = strlen(folder);

	if (name.len > UNIT_NAME_LEN)
		return NULL;
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): has a length */
	memcpy(path, folder, folder_len);
	memcpy(path + folder_len, name.ptr, name.len);
	return keep_find(
	    s->keep, s->root, (struct bytes){ path, folder_len + name.len });
}

/* A link to /dev/null, or an empty file: systemd.unit(5), masked. */
static bool
is_masked(const struct startup *s, struct bytes name)
{
	const struct kept *own = find_unit(s, "/etc/systemd/system/", name);

	if (own == NULL)
		return false;
	return own->kind == NODE_SYMLINK
	    ? bytes_equal_text(own->link, "/dev/null")
	    : own->kind == NODE_FILE && own->size == 0;
}

/* The service that telnet.socket starts: telnet@.service, telnet.service. */
static const struct kept *
service_of_socket(const struct startup *s, struct bytes name)
{
	static const char *const folders[] = { "/etc/systemd/system/",
		"/lib/systemd/system/", "/usr/lib/systemd/system/" };
	static const char *const endings[] = { "@.service", ".service" };
	size_t stem = name.len - (sizeof(".socket") - 1);
	uint8_t service[UNIT_NAME_LEN];

	for (size_t e = 0; e < 2 && stem + 9 <= sizeof(service); e++) {
		size_t len = strlen(endings[e]);

		memcpy(service, name.ptr, stem);
		memcpy(service + stem, endings[e], len);
		for (size_t i = 0; i < 3; i++) {
			const struct kept *file = find_unit(s, folders[i],
			    (struct bytes){ service, stem + len });

			if (file != NULL && file->text.len > 0)
				return file;
		}
	}
	return NULL;
}

void
startup_read_unit(struct startup *s, const struct kept *wanted)
{
	struct bytes name = shell_base_name(wanted->name);
	const struct kept *own = find_unit(s, "/etc/systemd/system/", name);
	const struct kept *file = keep_resolve(s->keep, s->root, wanted->name);

	if (is_masked(s, name))
		return;
	if (own != NULL && own->kind == NODE_FILE)
		file = own;
	if (bytes_ends(name, BYTES(".socket"))) {
		const struct kept *service = service_of_socket(s, name);

		if (service != NULL)
			read_commands(s, service, name, "socket");
		return;
	}
	if (file != NULL)
		read_commands(s, file, name,
		    has_condition(s, file) ? "guarded" : "always");
}
