/* SPDX-License-Identifier: ISC */
/* inittab, inetd and xinetd: files that list what is started. */
#include "inspect/shell.h"
#include "inspect/startup_private.h"

#include <string.h>

bool
startup_is_getty(struct bytes program)
{
	return bytes_equal_text(program, "getty") ||
	    bytes_equal_text(program, "agetty") ||
	    bytes_equal_text(program, "mingetty") ||
	    bytes_equal_text(program, "login");
}

/* inittab: id:runlevels:action:process (busybox ignores the runlevels). */

static bool
is_action(struct bytes action, const char *const *list)
{
	for (; *list != NULL; list++)
		if (bytes_equal_text(action, *list))
			return true;
	return false;
}

static void
add_console(struct startup *s, const struct start *start, struct bytes id,
    const char *name, struct bytes command)
{
	struct fact fact =
	    startup_fact_at(FACT_CONSOLE, start->file, start->at, start->line);

	fact.name = bytes_of(name);
	fact.value = command;
	fact.detail = id;
	startup_add_fact(s, &fact);
}

/* "sh /etc/init.d/rcS" and "sh -c …" run a script, "-sh" is a console. */
static void
read_inittab_shell(struct startup *s, const struct start *start,
    struct bytes id, const char *name, struct bytes command, struct bytes rest)
{
	struct bytes words = rest;
	struct bytes script;

	if (startup_read_shell_words(s, start, rest))
		return;
	if (bytes_next_word(&words, &script) && script.ptr[0] == '/')
		startup_add_script_named(s, script);
	else
		add_console(s, start, id, name, command);
}

/* The process of a line: what stands behind the third colon. */
static void
read_inittab_process(struct startup *s, struct start *start, struct bytes id,
    bool asked, struct bytes command)
{
	struct bytes rest = command;
	struct bytes word;

	if (!bytes_next_word(&rest, &word))
		return;
	if (bytes_equal_text(shell_base_name(word), "busybox") &&
	    bytes_next_word(&rest, &word))
		command = (struct bytes){ word.ptr,
			command.len - (size_t)(word.ptr - command.ptr) };
	struct bytes program = word;

	if (program.len > 1 && program.ptr[0] == '-') /* a login shell */
		program = bytes_from(program, 1);
	program = shell_base_name(program);
	if (startup_is_getty(program)) {
		add_console(s, start, id, "getty", command);
		return;
	}
	if (startup_is_shell(program)) {
		read_inittab_shell(
		    s, start, id, asked ? "askfirst" : "shell", command, rest);
		return;
	}
	startup_add_script_named(s, word);
	start->command = word;
	startup_add_service(s, start);
}

static void
read_inittab_line(
    struct startup *s, const struct kept *file, struct bytes line, size_t at)
{
	static const char *const at_end[] = { "shutdown", "ctrlaltdel",
		"restart", "off", NULL };
	struct start start = {
		.file = file, .line = line, .at = at, .condition = "always"
	};
	struct bytes rest = line;
	struct bytes id;
	struct bytes skip;
	struct bytes action;

	if (line.len == 0 || line.ptr[0] == '#' ||
	    !bytes_next_field(&rest, ':', &id) ||
	    !bytes_next_field(&rest, ':', &skip) ||
	    !bytes_next_field(&rest, ':', &action) || rest.len == 0 ||
	    is_action(action, at_end))
		return;
	read_inittab_process(s, &start, id, bytes_starts(action, BYTES("ask")),
	    bytes_trim(rest));
}

void
startup_read_inittab(struct startup *s, const struct kept *file)
{
	struct bytes rest = file->text;
	struct bytes line;

	for (size_t at = 0; bytes_next_line(&rest, &line);
	     at = file->text.len - rest.len)
		read_inittab_line(s, file, line, at);
}

/* xinetd's files have "key = value", too. */

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

/* name type proto wait user program arguments */
void
startup_read_inetd(struct startup *s, const struct kept *file)
{
	struct bytes rest = file->text;
	struct bytes line;

	for (size_t at = 0; bytes_next_line(&rest, &line);
	     at = file->text.len - rest.len) {
		struct bytes words = line;
		struct bytes word[8];
		size_t count = 0;

		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		while (count < 8 && bytes_next_word(&words, &word[count]))
			count++;
		if (count < 6)
			continue;
		struct bytes program = word[5];

		if (count > 6 &&
		    (bytes_ends(program, BYTES("/tcpd")) ||
			bytes_ends(program, BYTES("/busybox"))))
			program = word[6];
		if (count > 7 && bytes_equal_text(program, "busybox"))
			program = word[7];
		startup_add_service(s,
		    &(struct start){
			file, program, word[4], line, at, "socket" });
	}
}

void
startup_read_xinetd(struct startup *s, const struct kept *file)
{
	size_t at = 0;
	size_t other;
	struct bytes server = unit_value(file->text, "server", &at);
	struct bytes disabled = unit_value(file->text, "disable", &other);
	struct bytes user = unit_value(file->text, "user", &other);

	if (server.len == 0 || bytes_equal_text(disabled, "yes"))
		return;
	startup_add_service(
	    s, &(struct start){ file, server, user, server, at, "socket" });
}
