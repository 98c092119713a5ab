/* SPDX-License-Identifier: ISC */
/* Scripts that run at start, and what they start or run in turn. */
#include "base/limits.h"
#include "base/text.h"
#include "inspect/shell.h"
#include "inspect/startup_private.h"

#include <stdlib.h>

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

bool
startup_is_shell(struct bytes program)
{
	static const char *const shells[] = { "sh", "ash", "bash", "-sh",
		"-ash", "login.sh", "cttyhack", "hush", "msh", "dash" };

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (bytes_equal_text(program, shells[i]))
			return true;
	return false;
}

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
			startup_add_script(s, file);
	}
}

/* Scripts that a script runs or sources. */
static void
follow(struct startup *s, const struct shell_command *c)
{
	struct bytes first = shell_base_name(c->word[0]);
	bool runs = bytes_equal_text(c->word[0], ".") ||
	    bytes_equal_text(c->word[0], "source") || startup_is_shell(first);

	if (c->word[0].len > 0 && c->word[0].ptr[0] == '/')
		startup_add_script_named(s, c->word[0]);
	if (bytes_equal_text(c->word[0], "for"))
		for (size_t i = 3; i < c->word_count; i++)
			follow_pattern(s, c->word[i]);
	if (runs && c->word_count > 1)
		startup_add_script_named(s, c->word[1]);
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

		startup_add_service(s,
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

void
startup_read_script(struct startup *s, const struct kept *file)
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

		startup_add_service(s,
		    &(struct start){ file, command, user, c.line, c.at,
			guarded ? "guarded" : "always" });
	}
	if (s->facts->count == first_fact)
		read_program_variables(s, file, r);
	free(r);
}
