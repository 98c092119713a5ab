/* SPDX-License-Identifier: ISC */
/* The tables of texts: complete, used, and filled as each language does it. */
#include "registry/texts.h"

#include "base/limits.h"
#include "base/table_file.h"
#include "label/scheme_levels.h"
#include "registry/wording.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
	EN,
	DE,
	FR
};

struct tables {
	struct arena arena;
	const struct texts *texts;
	struct arena sources; /* the module's own source, in one piece */
	struct bytes source;
};

static const char *source_folder;

static void
fill(const struct tables *t, unsigned language, const char *key,
    const struct word *words, const char *expected)
{
	const struct wording wording = { t->texts, language };
	struct out o = out_open(KIB);
	struct web w = web_open(&o);
	size_t begin = o.len;

	wording_put(&wording, &w, key, words);
	struct bytes got = bytes_from(out_bytes(&o), begin);

	if (!bytes_equal_text(got, expected))
		fail_msg("%.*s", (int)got.len, (const char *)got.ptr);
	out_close(&o);
}

/* ---- tables ---- */

/* The next {name} of a text. */
static bool
next_name(struct bytes *rest, struct bytes *ret)
{
	size_t begin = bytes_find_byte(*rest, '{', 0);
	size_t end = bytes_find_byte(*rest, '}', 0);

	if (begin == SIZE_MAX && end == SIZE_MAX)
		return false;
	if (begin == SIZE_MAX || end == SIZE_MAX || end < begin + 2)
		fail_msg("{ without }: %.*s", (int)rest->len,
		    (const char *)rest->ptr);
	*ret = bytes_slice(*rest, begin, end - begin + 1);
	*rest = bytes_from(*rest, end + 1);
	return true;
}

static void
has_names_of(struct bytes text, struct bytes other, const char *key)
{
	struct bytes name;

	while (next_name(&text, &name))
		if (bytes_find(other, name, 0) == SIZE_MAX)
			fail_msg("%s: %.*s is not in every language", key,
			    (int)name.len, (const char *)name.ptr);
}

/* Calls `look` with each key and its texts. */
static void
each_key(struct tables *t,
    void (*look)(const struct tables *t, const char *key,
	const struct bytes text[TEXTS_LANGUAGES]))
{
	static const char *const columns[] = { "key", "text", NULL };
	struct table_file file;
	char key[64];

	assert_int_equal(table_file_open(data_embedded(), BYTES("texts/en.tsv"),
			     columns, &file),
	    ERR_OK);
	while (table_file_next(&file) == ERR_OK) {
		struct bytes name = table_field(&file.table, "key");
		struct bytes text[TEXTS_LANGUAGES];

		assert_true(name.len < sizeof(key));
		(void)snprintf(key, sizeof(key), "%.*s", (int)name.len,
		    (const char *)name.ptr);
		for (unsigned i = 0; i < TEXTS_LANGUAGES; i++)
			text[i] = texts_find(t->texts, i, key);
		look(t, key, text);
	}
}

static void
look_at_names(const struct tables *t, const char *key,
    const struct bytes text[TEXTS_LANGUAGES])
{
	(void)t;
	for (unsigned i = 0; i < TEXTS_LANGUAGES; i++) {
		has_names_of(text[i], text[EN], key);
		has_names_of(text[EN], text[i], key);
		if (text[i].ptr[0] == ' ' ||
		    text[i].ptr[text[i].len - 1] == ' ')
			fail_msg("%s: a blank at an end", key);
		if (bytes_find_byte(text[i], '\'', 0) != SIZE_MAX)
			fail_msg("%s: a typewriter's apostrophe", key);
		if (bytes_find(text[i], BYTES("  "), 0) != SIZE_MAX)
			fail_msg("%s: two blanks", key);
	}
}

static void
every_language_has_the_same_places(void **state)
{
	each_key(*state, look_at_names);
}

/* French puts a space that does not break before : ; ? ! and inside « ». */
static void
look_at_french(const struct tables *t, const char *key,
    const struct bytes text[TEXTS_LANGUAGES])
{
	static const char *const bad[] = { " :", " ;", " ?", " !", " \xc2\xbb",
		"\xc2\xab " };

	(void)t;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (bytes_find(text[FR], bytes_of(bad[i]), 0) != SIZE_MAX)
			fail_msg("%s: a space that breaks", key);
}

static void
french_marks_do_not_part_from_their_words(void **state)
{
	each_key(*state, look_at_french);
}

/* ---- what the pages ask for ---- */

static bool
source_has(const struct tables *t, const char *literal)
{
	char quoted[128];

	(void)snprintf(quoted, sizeof(quoted), "\"%s\"", literal);
	return bytes_find(t->source, bytes_of(quoted), 0) != SIZE_MAX;
}

/* "standing.%s", "month.%u", or a family "level.name" that makes the key. */
static bool
source_makes(const struct tables *t, const char *key)
{
	char part[96];
	size_t len = strlen(key);

	for (size_t i = len; i > 0; i--) {
		if (key[i - 1] != '.')
			continue;
		(void)snprintf(part, sizeof(part), "\"%.*s%%", (int)i, key);
		if (bytes_find(t->source, bytes_of(part), 0) != SIZE_MAX)
			return true;
		(void)snprintf(part, sizeof(part), "%.*s", (int)i, key);
		if (source_has(t, part))
			return true;
		(void)snprintf(part, sizeof(part), "%.*s", (int)i - 1, key);
		/* a family by itself, but no name of an element */
		if ((strchr(part, '.') != NULL || strcmp(part, "basis") == 0) &&
		    source_has(t, part))
			return true;
	}
	return false;
}

static void
look_at_use(const struct tables *t, const char *key,
    const struct bytes text[TEXTS_LANGUAGES])
{
	static const char answers[] = "answers.";

	(void)text;
	if (source_has(t, key))
		return;
	/* the script's own: named without their family */
	if (strncmp(key, answers, strlen(answers)) == 0) {
		const char *rest = key + strlen(answers);

		if (source_has(t, rest) || strstr(rest, ".question") != NULL)
			return;
		fail_msg("nobody uses %s", key);
	}
	if (!source_makes(t, key))
		fail_msg("nobody uses %s", key);
}

static void
every_text_is_used(void **state)
{
	each_key(*state, look_at_use);
}

static bool
is_key_byte(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
	    byte == '.' || byte == '-';
}

/* Whether some key has the first part, up to the first dot. */
static bool
is_family(struct bytes literal)
{
	struct bytes all = data_find(data_embedded(), "texts/en.tsv");
	char line[64];

	(void)snprintf(line, sizeof(line), "\n%.*s.",
	    (int)bytes_find_byte(literal, '.', 0), (const char *)literal.ptr);
	return bytes_find(all, bytes_of(line), 0) != SIZE_MAX;
}

static bool
is_key_or_family(struct bytes literal)
{
	struct bytes all = data_find(data_embedded(), "texts/en.tsv");
	char line[96];

	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(line, sizeof(line), "\n%.*s%c", (int)literal.len,
		    (const char *)literal.ptr, "\t."[i]);
		if (bytes_find(all, bytes_of(line), 0) != SIZE_MAX)
			return true;
	}
	return literal.ptr[literal.len - 1] == '.';
}

static void
no_text_is_asked_for_that_is_not_there(void **state)
{
	const struct tables *t = *state;
	struct bytes rest = t->source;
	size_t seen = 0;

	while (rest.len > 0) {
		size_t at = bytes_find_byte(rest, '"', 0);
		size_t len = 0;

		if (at == SIZE_MAX)
			break;
		rest = bytes_from(rest, at + 1);
		while (len < rest.len && is_key_byte(rest.ptr[len]))
			len++;
		struct bytes literal = bytes_slice(rest, 0, len);
		size_t dot = bytes_find_byte(literal, '.', 0);

		if (len >= rest.len || rest.ptr[len] != '"' || dot == 0 ||
		    dot == SIZE_MAX || len > 60 || !is_family(literal))
			continue;
		seen++;
		if (!is_key_or_family(literal))
			fail_msg("no text %.*s", (int)len,
			    (const char *)literal.ptr);
	}
	assert_true(seen > 200);
}

static void
data_has_its_words_in_every_language(void **state)
{
	static const char *const columns[] = { "number", NULL };
	static const char *const schemes[] = { "scheme", "level", NULL };
	const struct tables *t = *state;
	struct table_file f;
	struct bytes text;
	char key[64];

	assert_int_equal(
	    table_file_open(data_embedded(), BYTES("reasons.tsv"), columns, &f),
	    ERR_OK);
	while (table_file_next(&f) == ERR_OK) {
		struct bytes number = table_field(&f.table, "number");

		(void)snprintf(key, sizeof(key), "reason.%.*s", (int)number.len,
		    (const char *)number.ptr);
		if (!texts_try(t->texts, FR, key, &text))
			fail_msg("no %s", key);
	}
	assert_int_equal(table_file_open(data_embedded(),
			     BYTES("scheme-levels.tsv"), schemes, &f),
	    ERR_OK);
	while (table_file_next(&f) == ERR_OK) {
		struct bytes scheme = table_field(&f.table, "scheme");
		struct bytes level = table_field(&f.table, "level");

		(void)snprintf(key, sizeof(key), "scheme.name.%.*s",
		    (int)scheme.len, (const char *)scheme.ptr);
		assert_true(texts_try(t->texts, FR, key, &text));
		(void)snprintf(key, sizeof(key), "level.name.%.*s",
		    (int)level.len, (const char *)level.ptr);
		assert_true(texts_try(t->texts, FR, key, &text));
	}
}

/* ---- tables that are wrong ---- */

#define HEAD "key\ttext\n"

static void
tables_that_differ_are_refused(void **state)
{
	static const struct {
		const char *en, *de, *fr;
		const char *file;
		uint64_t line;
	} cases[] = {
		{ HEAD "a\tA\nb\tB\n", HEAD "b\tB\n", HEAD "a\tA\nb\tB\n",
		    "texts/de.tsv", 2 },
		{ HEAD "a\tA\n", HEAD "a\tA\n", HEAD "a\tA\nb\tB\n",
		    "texts/fr.tsv", 3 },
		{ HEAD "a\tA\na\tB\n", HEAD "a\tA\n", HEAD "a\tA\n",
		    "texts/en.tsv", 3 },
		{ HEAD "a\tA\n", HEAD "a\t\n", HEAD "a\tA\n", "texts/de.tsv",
		    2 },
		{ HEAD "a\n", HEAD "a\tA\n", HEAD "a\tA\n", "texts/en.tsv", 2 },
		{ HEAD "a\tA\n", "key\tword\n", HEAD "a\tA\n", "texts/de.tsv",
		    1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct data_file files[] = {
			{ "texts/en.tsv", bytes_of(cases[i].en), NULL },
			{ "texts/de.tsv", bytes_of(cases[i].de), NULL },
			{ "texts/fr.tsv", bytes_of(cases[i].fr), NULL },
		};
		const struct data_set set = { files, 3 };
		struct arena arena = arena_open(MIB);
		const struct texts *texts = NULL;
		struct fault fault = { 0 };

		assert_int_equal(
		    texts_open(&set, &arena, &texts, &fault), ERR_MALFORMED);
		assert_null(texts);
		assert_string_equal(fault.format, cases[i].file);
		assert_int_equal(fault.at, cases[i].line);
		arena_close(&arena);
	}
}

static void
a_small_arena_is_no_trouble(void **state)
{
	struct fault fault;
	const struct texts *texts = NULL;
	size_t limit = 0;
	enum err err = ERR_MEMORY;

	(void)state;
	while (err == ERR_MEMORY) {
		struct arena arena = arena_open(limit);

		assert_null(texts);
		err = texts_open(data_embedded(), &arena, &texts, &fault);
		arena_close(&arena);
		limit += KIB;
	}
	assert_int_equal(err, ERR_OK);
}

/* ---- choosing ---- */

static void
the_language_wanted_most_is_chosen(void **state)
{
	static const struct {
		const char *accept;
		unsigned language;
	} cases[] = {
		{ "", EN },
		{ "de", DE },
		{ "de-AT", DE },
		{ "DE-at,en;q=0.8", DE },
		{ "en;q=0.5, fr;q=0.9, de;q=0.7", FR },
		{ "it, fr-CH;q=0.1", FR },
		{ "it,es", EN },
		{ "fr;q=0, de;q=0.001", DE },
		{ "*, de;q=0.5", EN },
		{ "den, frau", EN },
		{ "en, de", EN },
		{ "de;q=1.0,en;q=0.999", DE },
		{ ",,;;q=,de;q", DE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (texts_choose(bytes_of(cases[i].accept)) !=
		    cases[i].language)
			fail_msg("%s", cases[i].accept);
	assert_int_equal(texts_choose((struct bytes){ NULL, 0 }), EN);
}

/* ---- filling ---- */

/* As CLDR has them for the three languages. */
static void
dates_are_written_out(void **state)
{
	const struct word first[] = {
		{ "until", WORD_DAY, .time = 1803859200 }, /* 2027-03-01 */
		{ 0 },
	};

	fill(*state, EN, "list.until", first,
	    "until <time datetime=\"2027-03-01\">1 March 2027</time>");
	fill(*state, DE, "list.until", first,
	    "bis <time datetime=\"2027-03-01\">1. März 2027</time>");
	fill(*state, FR, "list.until", first,
	    "jusqu’au <time datetime=\"2027-03-01\">1er mars 2027</time>");
	const struct word second[] = {
		{ "until", WORD_DAY, .time = 1803859200 + 86400 },
		{ 0 },
	};

	fill(*state, FR, "list.until", second,
	    "jusqu’au <time datetime=\"2027-03-02\">2 mars 2027</time>");
}

static void
times_have_hours_and_a_zone(void **state)
{
	const struct word time[] = {
		{ "time", WORD_TIME, .time = 1803859200 + 3905 },
		{ 0 },
	};

	fill(*state, EN, "answers.status.as-of", time,
	    "As of <time datetime=\"2027-03-01T01:05:05Z\">1 March 2027, "
	    "01:05 UTC</time>.");
	fill(*state, DE, "answers.status.as-of", time,
	    "Stand <time datetime=\"2027-03-01T01:05:05Z\">1. März 2027, "
	    "01:05 Uhr (UTC)</time>.");
	const struct word never[] = {
		{ "time", WORD_TIME, .time = -5 },
		{ 0 },
	};

	fill(*state, EN, "answers.status.as-of", never, "As of –.");
}

static void
numbers_are_grouped_and_counted(void **state)
{
	const struct word words[] = {
		{ "index", WORD_NUMBER, .number = 1234567 },
		{ "size", WORD_NUMBER, .number = 9999 },
		{ 0 },
	};

	fill(*state, EN, "answers.server.ledger", words,
	    "Entry 1,234,567 of 9999.");
	fill(*state, DE, "answers.server.ledger", words,
	    "Eintrag 1.234.567 von 9999.");
	fill(*state, FR, "answers.server.ledger", words,
	    "Entrée 1\xe2\x80\xaf"
	    "234\xe2\x80\xaf"
	    "567 sur 9999.");
	assert_true(wording_is_one(EN, 1));
	assert_false(wording_is_one(EN, 0));
	assert_false(wording_is_one(DE, 0));
	assert_true(wording_is_one(FR, 0));
	assert_false(wording_is_one(FR, 2));
}

static void
foreign_words_are_set_apart_and_escaped(void **state)
{
	const struct word words[] = {
		{ "what", WORD_TEXT, .text = BYTES("{n}<b>") },
		{ 0 },
	};

	fill(*state, DE, "search.title", words,
	    "Suche nach „<bdi>{n}&lt;b&gt;</bdi>“");
}

/* ---- set up ---- */

static void
read_source(struct out *o, const char *name)
{
	char path[1024];
	char buffer[4096];
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/%s", source_folder, name);
	FILE *f = fopen(path, "rb");

	assert_non_null(f);
	while ((n = fread(buffer, 1, sizeof(buffer), f)) > 0)
		out_put(o, (struct bytes){ (const uint8_t *)buffer, n });
	(void)fclose(f); /* was only read */
}

static int
setup(void **state)
{
	struct tables *t = calloc(1, sizeof(*t));
	struct out o = out_open(16 * MIB);
	struct fault fault;
	struct dirent *entry;
	DIR *folder = opendir(source_folder);

	assert_non_null(t);
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		size_t len = strlen(entry->d_name);

		if (len > 2 && strcmp(entry->d_name + len - 2, ".c") == 0)
			read_source(&o, entry->d_name);
	}
	(void)closedir(folder); /* was only read */
	t->sources = arena_open(16 * MIB);
	t->source = arena_copy(&t->sources, out_bytes(&o));
	out_close(&o);
	t->arena = arena_open(4 * MIB);
	assert_int_equal(
	    texts_open(data_embedded(), &t->arena, &t->texts, &fault), ERR_OK);
	*state = t;
	return 0;
}

static int
teardown(void **state)
{
	struct tables *t = *state;

	arena_close(&t->arena);
	arena_close(&t->sources);
	free(t);
	return 0;
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_language_has_the_same_places),
		cmocka_unit_test(french_marks_do_not_part_from_their_words),
		cmocka_unit_test(every_text_is_used),
		cmocka_unit_test(no_text_is_asked_for_that_is_not_there),
		cmocka_unit_test(data_has_its_words_in_every_language),
		cmocka_unit_test(tables_that_differ_are_refused),
		cmocka_unit_test(a_small_arena_is_no_trouble),
		cmocka_unit_test(the_language_wanted_most_is_chosen),
		cmocka_unit_test(dates_are_written_out),
		cmocka_unit_test(times_have_hours_and_a_zone),
		cmocka_unit_test(numbers_are_grouped_and_counted),
		cmocka_unit_test(foreign_words_are_set_apart_and_escaped),
	};

	if (argc != 2) {
		(void)fprintf(stderr, "usage: test_texts SOURCE_FOLDER\n");
		return 2;
	}
	source_folder = argv[1];
	return cmocka_run_group_tests(tests, setup, teardown);
}
