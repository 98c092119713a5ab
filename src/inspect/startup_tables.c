/* SPDX-License-Identifier: ISC */
/* inittab, systemd units, inetd and xinetd: files that list what is started. */
#include "inspect/shell.h"
#include "inspect/startup_private.h"

#include <string.h>

static bool
is_getty(struct bytes program)
{
	return bytes_equal_text(program, "getty") ||
	    bytes_equal_text(program, "agetty") ||
	    bytes_equal_text(program, "mingetty") ||
	    bytes_equal_text(program, "login");
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

	if (is_getty(program) || startup_is_shell(program)) {
		struct fact fact =
		    startup_fact_at(FACT_CONSOLE, file, at, line);
		struct bytes script;

		/* "sh /etc/init.d/rcS" runs a script, not a console. */
		if (startup_is_shell(program) &&
		    bytes_next_word(&rest, &script) && script.ptr[0] == '/') {
			startup_add_script_named(s, script);
			return;
		}
		fact.name = is_getty(program) ? BYTES("getty")
		    : asked		      ? BYTES("askfirst")
					      : BYTES("shell");
		fact.value = command;
		fact.detail = id;
		startup_add_fact(s, &fact);
		return;
	}
	startup_add_script_named(s, word);
	startup_add_service(
	    s, &(struct start){ file, word, { NULL, 0 }, line, at, "always" });
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

void
startup_read_unit(struct startup *s, const struct kept *file)
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
		startup_add_service(s,
		    &(struct start){ file, word, user, line, at,
			guarded ? "guarded" : "always" });
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
