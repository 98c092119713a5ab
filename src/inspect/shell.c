/* SPDX-License-Identifier: ISC */
/* A reader for the plain part of the shell's grammar: no expansion, no run. */
#include "inspect/shell.h"

#include "base/text.h"

#include <string.h>

/* "export" */
#define KEYWORD_MAX_LEN 6

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
			size_t end = bytes_find_byte(r->script, '\n', r->pos);

			r->pos = end == SIZE_MAX ? r->script.len : end;
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

/* What most words are made of: nothing that means anything else. */
static bool
is_plain(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '-' && c <= '9') || c == '_';
}

/* One word, quotes obeyed. Empty at an operator or the end. */
static struct bytes
read_word(struct shell_reader *r)
{
	size_t from = r->pos;

	while (!at_end(r)) {
		uint8_t c = peek(r, 0);

		if (is_plain(c)) {
			r->pos++;
		} else if (c == '\'' || c == '"' || c == '`') {
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

static void
open_brace(struct shell_reader *r)
{
	if (r->function.len > 0 && !r->function_open) {
		r->function_open = true;
		r->function_depth = r->brace_depth;
	} else if (r->after_test) {
		r->group = r->chain;
	}
	r->brace_depth++;
}

static void
close_brace(struct shell_reader *r)
{
	r->brace_depth -= r->brace_depth > 0;
	r->group = (struct shell_test){ .inverted = false };
	if (!r->function_open || r->brace_depth > r->function_depth)
		return;
	r->function = (struct bytes){ NULL, 0 };
	r->function_open = false;
	r->passed = r->passed_outside;
}

static void
begin_function(struct shell_reader *r, struct bytes name)
{
	r->function = name;
	r->function_open = false;
	r->passed_outside = r->passed;
}

/* The test of the innermost if; a spare one when they are too deep. */
static struct shell_test *
innermost_if(struct shell_reader *r)
{
	size_t depth = r->if_depth > 0 ? r->if_depth - 1 : 0;

	return &r->if_test[depth < SHELL_DEPTH_MAX ? depth
						   : SHELL_DEPTH_MAX - 1];
}

static void
begin_if(struct shell_reader *r)
{
	struct bytes text = line_from(r, r->line_at);
	size_t end = bytes_find(text, BYTES("; then"), 0);

	*innermost_if(r) =
	    (struct shell_test){ .text = bytes_slice(text, 0, end) };
	r->in_condition = true;
}

/* if, then, else, fi; false for other words. */
static bool
read_if_word(struct shell_reader *r, struct bytes word)
{
	if (bytes_equal_text(word, "if") || bytes_equal_text(word, "elif")) {
		if (word.len == 2)
			r->if_depth++;
		begin_if(r);
	} else if (bytes_equal_text(word, "then")) {
		r->in_condition = false;
	} else if (bytes_equal_text(word, "else")) {
		innermost_if(r)->inverted = true;
	} else if (bytes_equal_text(word, "fi")) {
		r->if_depth -= r->if_depth > 0;
		r->in_condition = false;
	} else {
		return false;
	}
	return true;
}

/* Words that stand in front of a command, or alone. */
static bool
read_keyword(struct shell_reader *r, struct bytes word)
{
	static const char *const plain[] = { "do", "done", "while", "until",
		"{", "}", "!", "esac", "time", "local", "export", "exec",
		"nohup" };

	/* most words are none: by their length and how they begin */
	if (word.len > KEYWORD_MAX_LEN || word.len == 0 ||
	    strchr("!{}deiflntuw", word.ptr[0]) == NULL)
		return false;
	if (bytes_equal_text(word, "{"))
		open_brace(r);
	else if (bytes_equal_text(word, "}"))
		close_brace(r);
	else if (bytes_equal_text(word, "do"))
		r->loop_depth++;
	else if (bytes_equal_text(word, "done"))
		r->loop_depth -= r->loop_depth > 0;
	if (bytes_equal_text(word, "esac")) {
		r->case_depth -= r->case_depth > 0;
		r->in_pattern = false;
	}
	return read_if_word(r, word) ||
	    is_one_of(word, plain, sizeof(plain) / sizeof(plain[0]));
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

	r->after_chain = chain;
	if (chain) {
		if (test) {
			r->after_test = true;
			r->chain = (struct shell_test){
				.text = bytes_trim(bytes_slice(r->script,
				    command->at, r->pos - command->at)),
				.inverted = c == '|',
			};
		}
		step(r);
	} else {
		r->after_test = false;
	}
	if (c == '(')
		r->paren_depth++;
	else if (c == ')' && r->in_pattern)
		r->in_pattern = false;
	else if (c == ')')
		r->paren_depth -= r->paren_depth > 0;
	else if (c == ';' && peek(r, 1) == ';') {
		r->in_pattern = r->case_depth > 0;
		step(r);
	}
	step(r);
}

/* exit and return end the script, the function, or what passes a test. */
static void
note_exit(struct shell_reader *r, const struct shell_command *c)
{
	const struct shell_test *test = NULL;
	bool leaves = bytes_equal_text(c->word[0], "exit") ||
	    bytes_equal_text(c->word[0], "return");

	if (!leaves || r->case_depth > 0 || r->loop_depth > 0 ||
	    r->paren_depth > 0)
		return;
	if (r->group.text.len > 0)
		test = &r->group;
	else if (r->after_test && r->if_depth == 0)
		test = &r->chain;
	else if (r->if_depth == 1 && !r->after_chain && !r->in_condition)
		test = &r->if_test[0];
	else if (r->if_depth == 0 && !r->after_chain && r->brace_depth == 0 &&
	    r->function.len == 0)
		r->ended = true;
	if (test == NULL)
		return;
	r->passed = *test;
	r->passed.inverted = !test->inverted;
	r->passed.is_exit = true;
}

/* A definition's name, or the head of case: no commands. */
static bool
is_no_command(struct shell_reader *r, struct shell_command *c)
{
	if (r->in_pattern)
		return true;
	if (c->word_count == 1 && peek(r, 0) == '(' && peek(r, 1) == ')') {
		begin_function(r, c->word[0]);
		return true;
	}
	if (c->word_count >= 2 && bytes_equal_text(c->word[0], "function")) {
		begin_function(r, c->word[1]);
		if (bytes_equal_text(c->word[c->word_count - 1], "{"))
			open_brace(r);
		return true;
	}
	if (c->word_count >= 2 && bytes_equal_text(c->word[0], "case")) {
		if (r->case_depth < SHELL_DEPTH_MAX)
			r->choice[r->case_depth] =
			    (struct shell_test){ .text = c->word[1] };
		r->case_depth++;
		r->in_pattern = true;
	}
	return false;
}

static void
add_test(struct shell_command *c, const struct shell_test *test)
{
	if (test->text.len > 0 && c->test_count < SHELL_TESTS_MAX)
		c->test[c->test_count++] = *test;
}

/* The exits, tests, cases and functions around a command. */
static void
note_place(const struct shell_reader *r, struct shell_command *c)
{
	unsigned ifs = r->if_depth - (r->in_condition && r->if_depth > 0);

	add_test(c, &r->passed);
	for (unsigned i = 0; i < r->case_depth && i < SHELL_DEPTH_MAX; i++)
		add_test(c, &r->choice[i]);
	for (unsigned i = 0; i < ifs && i < SHELL_DEPTH_MAX; i++)
		add_test(c, &r->if_test[i]);
	add_test(c, &r->group);
	if (r->after_test)
		add_test(c, &r->chain);
	c->function = r->function;
	c->guarded = (r->if_depth > 0 && !r->in_condition) || r->after_test;
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
			note_place(r, c);
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
	while (!at_end(r) && !r->ended) {
		struct shell_command c = { .word_count = 0 };
		size_t before = r->pos;
		bool found = read_words(r, &c);
		bool command = found && !is_no_command(r, &c);

		if (command)
			note_exit(r, &c);
		if (peek(r, 0) == '$' && peek(r, 1) == '(')
			step(r);
		if (!at_end(r) || r->pos == before)
			read_separator(r, found ? &c : NULL);
		if (command) {
			*ret = c;
			return true;
		}
	}
	return false;
}
