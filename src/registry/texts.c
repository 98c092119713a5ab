/* SPDX-License-Identifier: ISC */
/* Reads data/texts/ and finds what stands there. */
#include "registry/texts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A text is "key" in English; a language is a row here and a file. */
static const struct {
	const char *code;
	const char *name; /* of the data set's file */
} languages[TEXTS_LANGUAGES] = {
	{ "en", "texts/en.tsv" },
	{ "de", "texts/de.tsv" },
	{ "fr", "texts/fr.tsv" },
};

struct row {
	struct bytes key;
	struct bytes text;
	size_t line;
};

/* All tables are sorted by key, and have the same ones. */
struct texts {
	size_t count;
	struct row *row[TEXTS_LANGUAGES];
};

static int
compare_rows(const void *a, const void *b)
{
	const struct row *left = a;
	const struct row *right = b;

	return bytes_compare(left->key, right->key);
}

/* At the line of the row. */
static enum err
fail_at(struct table_file *t, const struct row *row, const char *field)
{
	t->table.line = row->line;
	return table_file_fail(t, field);
}

/* Sorts what was read; no key twice, and those of English. */
static enum err
check_rows(struct table_file *t, const struct texts *texts, unsigned language,
    size_t count)
{
	struct row *row = texts->row[language];

	qsort(row, count, sizeof(*row), compare_rows);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && bytes_equal(row[i].key, row[i - 1].key))
			return fail_at(t, &row[i], "a key stands twice");
		if (i >= texts->count ||
		    !bytes_equal(row[i].key, texts->row[0][i].key))
			return fail_at(
			    t, &row[i], "a key, or one of English before it");
	}
	if (count != texts->count)
		return table_file_fail(t, "the last keys of English");
	return ERR_OK;
}

static enum err
read_language(struct texts *texts, const struct data_set *data,
    unsigned language, struct arena *arena, struct fault *ret_fault)
{
	static const char *const columns[] = { "key", "text", NULL };
	struct table_file t;
	size_t count = 0;
	enum err err = table_file_open(
	    data, bytes_of(languages[language].name), columns, &t);

	*ret_fault = t.fault;
	if (err != ERR_OK)
		return err;
	struct row *row = arena_take_array(arena, t.row_count, sizeof(*row));

	if (row == NULL)
		return ERR_MEMORY;
	while ((err = table_file_next(&t)) == ERR_OK) {
		row[count].key = table_field(&t.table, "key");
		row[count].text = table_field(&t.table, "text");
		row[count].line = t.table.line;
		if (row[count].key.len == 0 || row[count].text.len == 0)
			err = table_file_fail(&t, "an empty field");
		if (err != ERR_OK)
			break;
		count++;
	}
	texts->row[language] = row;
	if (language == 0)
		texts->count = count;
	if (err == ERR_END)
		err = check_rows(&t, texts, language, count);
	*ret_fault = t.fault;
	return err;
}

enum err
texts_open(const struct data_set *data, struct arena *arena,
    const struct texts **ret, struct fault *ret_fault)
{
	struct texts *texts = arena_take(arena, sizeof(*texts));

	if (texts == NULL)
		return ERR_MEMORY;
	for (unsigned i = 0; i < TEXTS_LANGUAGES; i++) {
		enum err err = read_language(texts, data, i, arena, ret_fault);

		if (err != ERR_OK)
			return err;
	}
	*ret = texts;
	return ERR_OK;
}

/* As bytes_compare(), for each of some hundred texts on a page. */
static int
compare(struct bytes key, struct bytes wanted)
{
	size_t len = key.len < wanted.len ? key.len : wanted.len;
	int order = memcmp(key.ptr, wanted.ptr, len);

	if (order != 0 || key.len == wanted.len)
		return order;
	return key.len < wanted.len ? -1 : 1;
}

bool
texts_try(const struct texts *texts, unsigned language, const char *key,
    struct bytes *ret)
{
	struct bytes wanted = bytes_of(key);
	size_t from = 0;
	size_t to = texts->count;

	assert(language < TEXTS_LANGUAGES && wanted.len > 0);
	while (from < to) {
		size_t at = from + (to - from) / 2;
		int order = compare(texts->row[language][at].key, wanted);

		if (order == 0) {
			*ret = texts->row[language][at].text;
			return true;
		}
		if (order < 0)
			from = at + 1;
		else
			to = at;
	}
	return false;
}

struct bytes
texts_find(const struct texts *texts, unsigned language, const char *key)
{
	struct bytes text = { NULL, 0 };
	bool found = texts_try(texts, language, key, &text);

	assert(found);
	(void)found; /* asserted */
	return text;
}

const char *
texts_code(unsigned language)
{
	assert(language < TEXTS_LANGUAGES);
	return languages[language].code;
}

/* "q=0.8" in thousandths; what is none counts as 1 (it was named at all). */
static unsigned
read_weight(struct bytes text)
{
	unsigned weight = 0;
	unsigned unit = 100;

	text = bytes_trim(text);
	if (text.len < 3 || bytes_lower(text.ptr[0]) != 'q' ||
	    text.ptr[1] != '=' || text.ptr[2] != '0')
		return 1000;
	for (size_t i = 4; i < text.len && unit > 0; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			break;
		weight += unit * (text.ptr[i] - (unsigned)'0');
		unit /= 10;
	}
	return weight;
}

/* "de", "de-AT"; false when it is none of ours. */
static bool
read_range(struct bytes range, unsigned *ret)
{
	range = bytes_trim(range);
	if (bytes_equal_text(range, "*")) {
		*ret = 0;
		return true;
	}
	for (unsigned i = 0; i < TEXTS_LANGUAGES; i++) {
		struct bytes code = bytes_of(languages[i].code);

		if ((range.len == code.len ||
			(range.len > code.len && range.ptr[code.len] == '-')) &&
		    bytes_equal_any_case(
			bytes_slice(range, 0, code.len), languages[i].code)) {
			*ret = i;
			return true;
		}
	}
	return false;
}

unsigned
texts_choose(struct bytes accept_language)
{
	unsigned best = 0;
	unsigned best_weight = 0;
	struct bytes item;

	while (bytes_next_field(&accept_language, ',', &item)) {
		struct bytes range = { NULL, 0 };
		unsigned language;
		unsigned weight;

		if (!bytes_next_field(&item, ';', &range) ||
		    !read_range(range, &language))
			continue;
		weight = item.len > 0 ? read_weight(item) : 1000;
		if (weight > best_weight) {
			best = language;
			best_weight = weight;
		}
	}
	return best;
}
