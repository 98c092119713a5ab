/* SPDX-License-Identifier: ISC */
/* What all rules need: evidence, words, look-ups. */
#include "baseline/judging_private.h"

#include <stdarg.h>
#include <stdlib.h>

#define SENTENCE_LEN 400

const char *const login_servers[] = { "dropbear", "telnetd", "utelnetd",
	"in.telnetd", "sshd", "rlogind", "in.rlogind", "rshd", "in.rshd",
	NULL };

static bool
is_shown(const struct bucket *b, struct bytes path, struct bytes text)
{
	for (size_t i = 0; i < b->count; i++)
		if (bytes_equal(b->list[i].path, path) &&
		    bytes_equal(b->list[i].text, text))
			return true;
	return false;
}

void
judging_show(
    struct judging *j, enum finding_result result, struct evidence evidence)
{
	struct bucket *b = &j->bucket[result];

	if (is_shown(b, evidence.path, evidence.text))
		return;
	b->total++;
	if (b->list == NULL)
		b->list = arena_take_array(
		    j->arena, EVIDENCE_SHOWN, sizeof(*b->list));
	if (b->list == NULL)
		j->no_memory = true;
	else if (b->count < EVIDENCE_SHOWN)
		b->list[b->count++] = evidence;
}

void
judging_note(struct judging *j, enum finding_result result, struct bytes path,
    uint64_t at, struct bytes text)
{
	judging_show(j, result,
	    (struct evidence){ .path = path, .at = at, .text = text });
}

int
judging_len(struct bytes text)
{
	return text.len > 120 ? 120 : (int)text.len;
}

__attribute__((format(printf, 2, 0))) static struct bytes
sentence(struct judging *j, const char *format, va_list args)
{
	struct bytes text = arena_print(j->arena, SENTENCE_LEN, format, args);

	j->no_memory |= text.ptr == NULL;
	return text;
}

void
judging_say(struct judging *j, enum finding_result result,
    const struct fact *fact, const char *format, ...)
{
	va_list args;
	struct bytes text;

	va_start(args, format);
	text = sentence(j, format, args);
	va_end(args);
	if (fact == NULL)
		judging_note(
		    j, result, (struct bytes){ NULL, 0 }, FACT_NOWHERE, text);
	else
		judging_note(j, result, fact->path, fact->at, text);
}

void
judging_quote(struct judging *j, enum finding_result result,
    const struct declared *answer, const char *format, ...)
{
	va_list args;
	struct bytes text;

	va_start(args, format);
	text = sentence(j, format, args);
	va_end(args);
	judging_show(j, result,
	    (struct evidence){ .path = j->declaration_name,
		.at = FACT_NOWHERE,
		.text = text,
		.line = answer->line,
		.column = answer->column });
}

#define TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

void
judging_add(
    struct judging *j, enum finding_result result, const struct fact *fact)
{
	if (fact->text.len > 0)
		judging_note(j, result, fact->path, fact->at, fact->text);
	else if (fact->value.len > 0)
		judging_say(j, result, fact, "%.*s: %.*s", TEXT(fact->name),
		    TEXT(fact->value));
	else
		judging_note(j, result, fact->path, fact->at, fact->name);
}

bool
word_in(struct bytes word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (bytes_equal_text(word, *words))
			return true;
	return false;
}

struct bytes
path_name(struct bytes path)
{
	size_t at = path.len;

	while (at > 0 && path.ptr[at - 1] != '/')
		at--;
	return bytes_from(path, at);
}

struct bytes
command_name(struct bytes command)
{
	struct bytes word;

	if (!bytes_next_word(&command, &word))
		return (struct bytes){ NULL, 0 };
	if (word.ptr[0] == '-')
		word = bytes_from(word, 1);
	return path_name(word);
}

static bool
equal_any_word(struct bytes in, const char *const *words)
{
	for (; *words != NULL; words++)
		if (bytes_equal_any_case(in, *words))
			return true;
	return false;
}

bool
setting_is_on(struct bytes value)
{
	static const char *const words[] = { "1", "on", "yes", "true",
		"enabled", NULL };

	return equal_any_word(value, words);
}

bool
setting_is_off(struct bytes value)
{
	static const char *const words[] = { "0", "off", "no", "false",
		"disabled", NULL };

	return equal_any_word(value, words);
}

enum running
service_running(const struct fact *service)
{
	return bytes_equal_text(service->detail, "guarded") ? RUNNING_GUARDED
							    : RUNNING_YES;
}

enum running
services_running(const struct judging *j, const char *const *programs)
{
	enum running best = RUNNING_NO;
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_SERVICE, &at)) != NULL)
		if (word_in(f->name, programs) && service_running(f) > best)
			best = service_running(f);
	return best;
}

static int
compare(const struct fact *a, const struct fact *b, enum lookup_by by)
{
	int order;

	switch (by) {
	case LOOKUP_PATH:
		return bytes_compare(a->path, b->path);
	case LOOKUP_PATH_AND_NAME:
		order = bytes_compare(a->path, b->path);
		return order != 0 ? order : bytes_compare(a->name, b->name);
	case LOOKUP_VALUE:
		return bytes_compare(a->value, b->value);
	}
	return 0;
}

static int
compare_rows(const void *a, const void *b, void *by)
{
	return compare(*(const struct fact *const *)a,
	    *(const struct fact *const *)b, *(const enum lookup_by *)by);
}

struct lookup
lookup_make(struct judging *j, enum fact_kind kind, enum lookup_by by)
{
	struct lookup l = { .by = by };
	const struct fact *f;
	size_t count = 0;
	size_t at = 0;

	while (facts_next(j->facts, kind, &at) != NULL)
		count++;
	l.list = arena_take_array(j->arena, count, sizeof(const struct fact *));
	if (l.list == NULL) {
		j->no_memory = true;
		return l;
	}
	at = 0;
	while ((f = facts_next(j->facts, kind, &at)) != NULL)
		l.list[l.count++] = f;
	qsort_r(
	    l.list, l.count, sizeof(const struct fact *), compare_rows, &l.by);
	return l;
}

const struct fact *
lookup_find(const struct lookup *l, const struct fact *like)
{
	size_t from = 0;
	size_t to = l->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = compare(l->list[middle], like, l->by);

		if (order == 0)
			return l->list[middle];
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}
