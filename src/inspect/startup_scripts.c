/* SPDX-License-Identifier: ISC */
/* Scripts that run at start, and what they start or run in turn. */
#include "base/limits.h"
#include "base/text.h"
#include "inspect/shell.h"
#include "inspect/startup_private.h"

#include <stdlib.h>
#include <string.h>

/* The file that "[ -f /etc/x ]" looks for; empty when it is none of these. */
static struct bytes
tested_file(struct bytes test)
{
	static const char *const options[] = { "-x ", "-f ", "-e ", "-r ",
		"-s " };

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		size_t at = bytes_find(test, bytes_of(options[i]), 0);
		struct bytes word;
		struct bytes rest =
		    at == SIZE_MAX ? test : bytes_from(test, at + 3);

		if (at == SIZE_MAX || !bytes_next_word(&rest, &word))
			continue;
		while (word.len > 0 &&
		    strchr("\";]", word.ptr[word.len - 1]) != NULL)
			word.len--;
		return bytes_starts(word, BYTES("\"")) ? bytes_from(word, 1)
						       : word;
	}
	return (struct bytes){ NULL, 0 };
}

/*
 * A test for a file that is there is no condition, such as for the program
 * itself. Nor is one for the script's arguments, of which init gives "start",
 * or whether the last command worked.
 */
static bool
test_counts(const struct startup *s, const struct shell_test *test,
    struct bytes program)
{
	static const char *const arguments[] = { "$1", "${1", "$#", "$@", "$*",
		"$?", "$0" };
	struct bytes file = tested_file(test->text);

	for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++)
		if (bytes_find(test->text, bytes_of(arguments[i]), 0) !=
		    SIZE_MAX)
			return false;
	if (file.len == 0)
		return true;
	if (bytes_equal(shell_base_name(file), program))
		return false;
	bool there = bytes_starts(file, BYTES("/")) &&
	    keep_resolve(s->keep, s->root, file) != NULL;
	bool wants_none = bytes_find(test->text, BYTES("! "), 0) != SIZE_MAX;

	return !there || wants_none != test->inverted;
}

/* Functions that rc.common and its like call. */
static bool
is_entry(struct bytes function)
{
	static const char *const names[] = { "start", "boot", "start_service",
		"restart", "main" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bytes_equal_text(function, names[i]))
			return true;
	return false;
}

static bool
is_name_char(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	    (byte >= '0' && byte <= '9') || byte == '_';
}

/* How often a name stands in a text as a word of its own; 2 is enough. */
static unsigned
count_name(struct bytes text, struct bytes name)
{
	unsigned count = 0;
	size_t at = bytes_find(text, name, 0);

	while (at != SIZE_MAX && count < 2) {
		size_t end = at + name.len;

		count += (at == 0 || !is_name_char(text.ptr[at - 1])) &&
		    (end == text.len || !is_name_char(text.ptr[end]));
		at = bytes_find(text, name, end);
	}
	return count;
}

/* Scripts that were added meanwhile are read for their words now. */
static void
read_words(struct startup *s)
{
	while (s->worded_count < s->script_count && s->err == ERR_OK)
		s->err = word_counts_add(
		    &s->words, s->script[s->worded_count++]->text);
}

static bool
is_among_scripts(const struct startup *s, const struct kept *file)
{
	for (size_t i = 0; i < s->script_count; i++)
		if (s->script[i] == file)
			return true;
	return false;
}

/* Whether anything else than its definition names the function. */
static bool
is_called(struct startup *s, const struct kept *file, struct bytes function)
{
	if (is_entry(function))
		return true;
	if (word_counts_is_word(function) && is_among_scripts(s, file)) {
		read_words(s);
		return word_counts_of(&s->words, function) > 1;
	}
	if (count_name(file->text, function) > 1)
		return true;
	for (size_t i = 0; i < s->script_count; i++)
		if (s->script[i] != file &&
		    count_name(s->script[i]->text, function) > 0)
			return true;
	return false;
}

static bool
is_guarded(struct startup *s, const struct kept *file,
    const struct shell_command *c, struct bytes program)
{
	for (size_t i = 0; i < c->test_count; i++)
		if (test_counts(s, &c->test[i], program))
			return true;
	return c->function.len > 0 && !is_called(s, file, c->function);
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

/* procd_set_param user X: of the service that the script has just started. */
static void
note_user(struct startup *s, size_t from, const struct shell_command *c)
{
	struct fact *last = NULL;

	if (!bytes_equal_text(c->word[0], "procd_set_param") ||
	    c->word_count < 3 || !bytes_equal_text(c->word[1], "user"))
		return;
	for (size_t i = from; i < s->facts->count; i++)
		if (s->facts->list[i].kind == FACT_SERVICE)
			last = &s->facts->list[i];
	if (last == NULL || last->value.len > 0)
		return;
	struct bytes user = arena_copy(&s->facts->arena, c->word[2]);

	if (user.ptr != NULL)
		last->value = user;
}

bool
startup_read_shell_words(
    struct startup *s, const struct start *start, struct bytes rest)
{
	struct shell_reader *r;
	struct shell_command c;
	struct bytes word;

	if (!bytes_next_word(&rest, &word) || !bytes_equal_text(word, "-c"))
		return false;
	rest = bytes_trim(rest);
	if (rest.len >= 2 && (rest.ptr[0] == '"' || rest.ptr[0] == '\'') &&
	    rest.ptr[rest.len - 1] == rest.ptr[0])
		rest = bytes_slice(rest, 1, rest.len - 2);
	r = malloc(sizeof(*r));
	if (r == NULL) {
		s->err = ERR_MEMORY;
		return true;
	}
	*r = shell_open(rest);
	while (shell_next(r, &c)) {
		struct start one = *start;
		struct bytes program;

		one.command = started_program(&c, &one.user);
		program = shell_base_name(one.command);
		follow(s, &c);
		if (program.len == 0 || !startup_knows(s, program))
			continue;
		if (is_guarded(s, start->file, &c, program))
			one.condition = "guarded";
		startup_add_service(s, &one);
	}
	free(r);
	return true;
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
		note_user(s, first_fact, &c);
		/* the last question takes longest, and few are services */
		if (command.len == 0 || !startup_knows(s, program) ||
		    already_found(s, first_fact, program))
			continue;

		startup_add_service(s,
		    &(struct start){ file, command, user, c.line, c.at,
			is_guarded(s, file, &c, program) ? "guarded"
							 : "always" });
	}
	if (s->facts->count == first_fact)
		read_program_variables(s, file, r);
	free(r);
}
