/* SPDX-License-Identifier: ISC */
/* Fills the places of texts, and writes numbers and dates as people do. */
#include "registry/wording.h"

#include "base/date.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* A key with ".other", or "month." and a number. */
#define KEY_MAX 64

/* Digits in threes, with what the language puts between them. */
static void
put_number(const struct wording *g, struct web *w, uint64_t number)
{
	struct bytes group = texts_find(g->texts, g->language, "number.group");
	char digits[24];
	int len = snprintf(
	    digits, sizeof(digits), "%llu", (unsigned long long)number);

	assert(len > 0 && (size_t)len < sizeof(digits));
	for (int i = 0; i < len; i++) {
		/* four digits stay together, as French and German have it */
		if (i > 0 && len > 4 && (len - i) % 3 == 0)
			web_text(w, group);
		web_text(w, (struct bytes){ (const uint8_t *)digits + i, 1 });
	}
}

static void
put_two_digits(struct web *w, unsigned value)
{
	if (value < 10)
		web_put(w, "0");
	web_number(w, value);
}

/* What stands for a name in "date" and "time"; false when it is none of
   theirs. */
static bool
put_date_part(const struct wording *g, struct web *w, const struct date *date,
    struct bytes name)
{
	char key[KEY_MAX];

	if (bytes_equal_text(name, "day")) {
		web_number(w, date->day);
	} else if (bytes_equal_text(name, "month")) {
		(void)snprintf(key, sizeof(key), "month.%u", date->month);
		web_text(w, texts_find(g->texts, g->language, key));
	} else if (bytes_equal_text(name, "year")) {
		web_number(w, date->year);
	} else if (bytes_equal_text(name, "hour")) {
		put_two_digits(w, date->hour);
	} else if (bytes_equal_text(name, "minute")) {
		put_two_digits(w, date->minute);
	} else {
		return false;
	}
	return true;
}

/* Takes the text up to the next {name} off *rest; false at the end. */
static bool
next_place(struct bytes *rest, struct bytes *ret_text, struct bytes *ret_name)
{
	size_t begin = bytes_find_byte(*rest, '{', 0);
	size_t end = bytes_find_byte(*rest, '}', 0);

	if (begin == SIZE_MAX || end == SIZE_MAX || end < begin)
		return false;
	*ret_text = bytes_slice(*rest, 0, begin);
	*ret_name = bytes_slice(*rest, begin + 1, end - begin - 1);
	*rest = bytes_from(*rest, end + 1);
	return true;
}

/* "3 March 2027" */
static void
put_day_text(const struct wording *g, struct web *w, const struct date *date)
{
	struct bytes rest = texts_find(
	    g->texts, g->language, date->day == 1 ? "date.first" : "date");
	struct bytes text;
	struct bytes name;

	while (next_place(&rest, &text, &name)) {
		bool known;

		web_text(w, text);
		known = put_date_part(g, w, date, name);
		assert(known);
		(void)known; /* asserted */
	}
	web_text(w, rest);
}

/* "3 March 2027, 14:05 UTC" */
static void
put_time_text(const struct wording *g, struct web *w, const struct date *date)
{
	struct bytes rest = texts_find(g->texts, g->language, "time");
	struct bytes text;
	struct bytes name;

	while (next_place(&rest, &text, &name)) {
		web_text(w, text);
		if (bytes_equal_text(name, "date"))
			put_day_text(g, w, date);
		else if (!put_date_part(g, w, date, name))
			assert(false);
	}
	web_text(w, rest);
}

/* <time datetime="2027-03-01">1 March 2027</time> */
static void
put_date(const struct wording *g, struct web *w, const struct word *word)
{
	bool in_value = w->is_value;
	bool has_time = word->kind == WORD_TIME;
	struct date date;

	if (!date_split(word->time, &date)) {
		web_put(w, "\xe2\x80\x93");
		return;
	}
	if (!in_value) {
		web_begin(w, "time");
		web_begin_value(w, "datetime");
		if (has_time)
			date_put_time(w->to, word->time);
		else
			date_put_day(w->to, word->time);
		web_end_value(w);
	}
	if (has_time)
		put_time_text(g, w, &date);
	else
		put_day_text(g, w, &date);
	if (!in_value)
		web_end(w);
}

static void
put_apart(struct web *w, const char *element, struct bytes text)
{
	if (w->is_value)
		web_text(w, text);
	else
		web_leaf(w, element, NULL, text);
}

static void
put_bare(const struct wording *g, struct web *w, const struct word *word)
{
	switch (word->kind) {
	case WORD_END:
		return;
	case WORD_OURS:
		web_text(w, word->text);
		return;
	case WORD_TEXT:
		put_apart(w, "bdi", word->text);
		return;
	case WORD_CODE:
		put_apart(w, "code", word->text);
		return;
	case WORD_NUMBER:
		put_number(g, w, word->number);
		return;
	case WORD_DAY:
	case WORD_TIME:
		put_date(g, w, word);
		return;
	case WORD_HEX:
		web_hex(w, word->text);
		return;
	}
}

void
wording_put_word(
    const struct wording *g, struct web *w, const struct word *word)
{
	bool has_link = word->url.len > 0 && !w->is_value;

	if (has_link) {
		web_begin(w, "a");
		web_url(w, "href", word->url);
	}
	put_bare(g, w, word);
	if (has_link)
		web_end(w);
}

static const struct word *
find_word(const struct word *words, struct bytes name)
{
	for (; words != NULL && words->kind != WORD_END; words++)
		if (bytes_equal_text(name, words->name))
			return words;
	return NULL;
}

void
wording_put(const struct wording *g, struct web *w, const char *key,
    const struct word *words)
{
	struct bytes rest = texts_find(g->texts, g->language, key);
	struct bytes text;
	struct bytes name;

	while (next_place(&rest, &text, &name)) {
		const struct word *word = find_word(words, name);

		web_text(w, text);
		assert(word != NULL);
		wording_put_word(g, w, word);
	}
	web_text(w, rest);
}

bool
wording_is_one(unsigned language, uint64_t n)
{
	/* by CLDR, French counts nothing as one */
	bool zero_is_one = strcmp(texts_code(language), "fr") == 0;

	return n == 1 || (n == 0 && zero_is_one);
}

#define WORDS_MAX 8

void
wording_put_count(const struct wording *g, struct web *w, const char *key,
    uint64_t n, const struct word *words)
{
	struct word all[WORDS_MAX + 2] = {
		{ .name = "n", .kind = WORD_NUMBER, .number = n },
	};
	char full[KEY_MAX];

	for (size_t i = 0; words != NULL && words[i].kind != WORD_END; i++) {
		assert(i < WORDS_MAX);
		all[i + 1] = words[i];
	}
	(void)snprintf(full, sizeof(full), "%s.%s", key,
	    wording_is_one(g->language, n) ? "one" : "other");
	wording_put(g, w, full, all);
}
