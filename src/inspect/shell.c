/* SPDX-License-Identifier: ISC */
/* A reader for the plain part of the shell's grammar: no expansion, no run. */
#include "inspect/shell.h"

#include "base/text.h"

#include <string.h>

struct shell_reader
shell_open(struct bytes script)
{
	return (struct shell_reader){ .script = script };
}

struct bytes
shell_base_name(struct bytes path)
{
	size_t at = path.len;

	while (at > 0 && path.ptr[at - 1] != '/')
		at--;
	return bytes_from(path, at);
}

static uint8_t
peek(const struct shell_reader *r, size_t ahead)
{
	size_t at = r->pos + ahead;

	return at < r->script.len ? r->script.ptr[at] : '\0';
}

static bool
at_end(const struct shell_reader *r)
{
	return r->pos >= r->script.len;
}

static void
step(struct shell_reader *r)
{
	if (peek(r, 0) == '\n')
		r->line_at = r->pos + 1;
	r->pos++;
}

static struct bytes
line_from(const struct shell_reader *r, size_t at)
{
	size_t end = bytes_find_byte(r->script, '\n', at);

	return bytes_trim(bytes_slice(
	    r->script, at, end == SIZE_MAX ? r->script.len - at : end - at));
}

/* Blanks, continued lines and comments; stops at newlines. */
static void
skip_blanks(struct shell_reader *r)
{
	while (!at_end(r)) {
		uint8_t c = peek(r, 0);

		if (c == '\\' && peek(r, 1) == '\n') {
			step(r);
			step(r);
		} else if (c == ' ' || c == '\t' || c == '\r') {
			step(r);
		} else if (c == '#') {
			while (!at_end(r) && peek(r, 0) != '\n')
				step(r);
		} else {
			break;
		}
	}
}

static bool
is_operator(uint8_t c)
{
	return c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' ||
	    c == ')';
}

/* One word, quotes obeyed. Empty at an operator or the end. */
static struct bytes
read_word(struct shell_reader *r)
{
	size_t from = r->pos;

	while (!at_end(r)) {
		uint8_t c = peek(r, 0);

		if (c == '\'' || c == '"' || c == '`') {
			step(r);
			while (!at_end(r) && peek(r, 0) != c) {
				if (c == '"' && peek(r, 0) == '\\')
					step(r);
				step(r);
			}
			step(r);
		} else if (c == '\\') {
			step(r);
			step(r);
		} else if (c == ' ' || c == '\t' || c == '\r' ||
		    is_operator(c) || (c == '$' && peek(r, 1) == '(')) {
			break; /* a substitution is read as commands */
		} else {
			step(r);
		}
	}
	if (r->pos > r->script.len)
		r->pos = r->script.len;
	return bytes_slice(r->script, from, r->pos - from);
}

static struct bytes
without_quotes(struct bytes word)
{
	if (word.len >= 2 && word.ptr[0] == word.ptr[word.len - 1] &&
	    (word.ptr[0] == '"' || word.ptr[0] == '\''))
		return bytes_slice(word, 1, word.len - 2);
	return word;
}

struct bytes
shell_value(const struct shell_reader *r, struct bytes name)
{
	for (size_t i = r->variable_count; i > 0; i--)
		if (bytes_equal(r->variable[i - 1].name, name))
			return r->variable[i - 1].value;
	return (struct bytes){ NULL, 0 };
}

static struct bytes
expand(const struct shell_reader *r, struct bytes word)
{
	if (word.len < 2 || word.ptr[0] != '$')
		return word;
	struct bytes name = bytes_from(word, 1);

	if (name.len > 2 && name.ptr[0] == '{' && name.ptr[name.len - 1] == '}')
		name = bytes_slice(name, 1, name.len - 2);
	struct bytes value = shell_value(r, name);

	return value.len > 0 ? value : word;
}

/* NAME=value: remembered when the value is plain. */
static bool
read_assignment(struct shell_reader *r, struct bytes word)
{
	size_t equals = bytes_find_byte(word, '=', 0);

	if (equals == 0 || equals == SIZE_MAX)
		return false;
	for (size_t i = 0; i < equals; i++) {
		uint8_t c = word.ptr[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			c == '_' || (i > 0 && c >= '0' && c <= '9')))
			return false;
	}
	struct bytes value =
	    expand(r, without_quotes(bytes_from(word, equals + 1)));

	if (r->variable_count < SHELL_VARIABLES_MAX)
		r->variable[r->variable_count++] =
		    (struct shell_variable){ bytes_slice(word, 0, equals),
			    value };
	return true;
}

static bool
is_one_of(struct bytes word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_equal_text(word, list[i]))
			return true;
	return false;
}

static bool
is_test(struct bytes word)
{
	static const char *const tests[] = { "[", "[[", "test", "grep" };

	return is_one_of(word, tests, sizeof(tests) / sizeof(tests[0]));
}

/* Words that stand in front of a command, or alone. */
static bool
read_keyword(struct shell_reader *r, struct bytes word)
{
	static const char *const plain[] = { "do", "done", "while", "until",
		"{", "}", "!", "esac", "time", "local", "export", "exec",
		"nohup", "else" };

	if (bytes_equal_text(word, "if") || bytes_equal_text(word, "elif")) {
		if (word.len == 2)
			r->if_depth++;
		r->in_condition = true;
		r->guard = line_from(r, r->line_at);
		return true;
	}
	if (bytes_equal_text(word, "then")) {
		r->in_condition = false;
		return true;
	}
	if (bytes_equal_text(word, "fi")) {
		r->if_depth -= r->if_depth > 0;
		r->in_condition = false;
		return true;
	}
	return is_one_of(word, plain, sizeof(plain) / sizeof(plain[0]));
}

/* The text of a here-document is no command. */
static void
skip_here_document(struct shell_reader *r, struct bytes mark)
{
	if (mark.len > 0 && mark.ptr[0] == '-')
		mark = bytes_from(mark, 1);
	mark = without_quotes(mark);
	bool last = false;

	while (!at_end(r) && !last) {
		while (!at_end(r) && peek(r, 0) != '\n')
			step(r);
		step(r);
		last = !at_end(r) && bytes_equal(line_from(r, r->pos), mark);
	}
	while (!at_end(r) && peek(r, 0) != '\n')
		step(r);
}

/* What follows the command decides whether the next one is guarded by it. */
static void
read_separator(struct shell_reader *r, const struct shell_command *command)
{
	uint8_t c = peek(r, 0);
	bool chain =
	    (c == '&' && peek(r, 1) == '&') || (c == '|' && peek(r, 1) == '|');
	bool test = command != NULL && is_test(command->word[0]);

	if (chain) {
		if (test) {
			r->after_test = true;
			r->guard = line_from(r, command->at);
		}
		step(r);
	} else {
		r->after_test = false;
	}
	step(r);
}

/* Reads the words of one command; false when there were none. */
static bool
read_words(struct shell_reader *r, struct shell_command *c)
{
	struct bytes here = { NULL, 0 };

	for (;;) {
		skip_blanks(r);
		size_t line_at = r->line_at;
		struct bytes word = read_word(r);

		if (word.len == 0)
			break;
		if (bytes_starts(word, BYTES("<<"))) {
			here = word.len > 2 ? bytes_from(word, 2) : here;
			continue;
		}
		word = expand(r, without_quotes(word));
		if (c->word_count == 0) {
			if (read_keyword(r, word) || read_assignment(r, word))
				continue;
			c->at = line_at;
			c->line = line_from(r, line_at);
			c->guarded = (r->if_depth > 0 && !r->in_condition) ||
			    r->after_test;
			c->guard =
			    c->guarded ? r->guard : (struct bytes){ NULL, 0 };
		}
		if (c->word_count < SHELL_WORDS_MAX)
			c->word[c->word_count++] = word;
	}
	if (here.len > 0)
		skip_here_document(r, here);
	return c->word_count > 0;
}

bool
shell_next(struct shell_reader *r, struct shell_command *ret)
{
	while (!at_end(r)) {
		struct shell_command c = { .word_count = 0 };
		size_t before = r->pos;
		bool found = read_words(r, &c);

		if (peek(r, 0) == '$' && peek(r, 1) == '(')
			step(r);
		if (!at_end(r) || r->pos == before)
			read_separator(r, found ? &c : NULL);
		if (found) {
			*ret = c;
			return true;
		}
	}
	return false;
}
