/* SPDX-License-Identifier: ISC */
/* Alpine's versions: number{.number}{letter}{_suffix{number}}{~hash}{-r#}. */
#include "advisories/version_private.h"

/* Source: apk-package(5), "version"; the names in the order in which they
   sort, those of the first line before a version without suffix. */
static const char *const suffixes[] = {
	"alpha", "beta", "pre", "rc",	/**/
	"cvs", "svn", "git", "hg", "p", /**/
};
#define SUFFIXES (sizeof(suffixes) / sizeof(suffixes[0]))
#define SUFFIXES_BEFORE 4

/* By what a version goes on with where another one goes on otherwise. */
enum token_kind {
	TOKEN_BEFORE, /* _alpha … _rc */
	TOKEN_END,
	TOKEN_REVISION,
	TOKEN_HASH,
	TOKEN_SUFFIX, /* _cvs … _p */
	TOKEN_LETTER,
	TOKEN_NUMBER,
	TOKEN_BAD,
};

struct token {
	enum token_kind kind;
	size_t suffix;
	struct bytes text; /* digits with leading zeros; letter; hash */
};

static bool
is_hex(uint8_t byte)
{
	return version_is_digit(byte) || (byte >= 'a' && byte <= 'f');
}

static bool
is_small(uint8_t byte)
{
	return byte >= 'a' && byte <= 'z';
}

static struct bytes
take_run(struct bytes *rest, bool (*fits)(uint8_t byte))
{
	size_t len = version_run_len(*rest, fits);
	struct bytes run = bytes_slice(*rest, 0, len);

	*rest = bytes_from(*rest, len);
	return run;
}

static struct token
take_suffix(struct bytes *rest)
{
	struct bytes word = take_run(rest, is_small);

	for (size_t i = 0; i < SUFFIXES; i++)
		if (bytes_equal_text(word, suffixes[i]))
			return (struct token){
				.kind = i < SUFFIXES_BEFORE ? TOKEN_BEFORE
							    : TOKEN_SUFFIX,
				.suffix = i,
				.text = take_run(rest, version_is_digit),
			};
	return (struct token){ .kind = TOKEN_BAD };
}

/* `last` is what came before; a version starts after TOKEN_BAD. */
static struct token
take_token(struct bytes *rest, enum token_kind last)
{
	struct token token = { .kind = TOKEN_BAD };
	bool numbers = last == TOKEN_BAD || last == TOKEN_NUMBER;
	uint8_t first;

	if (rest->len == 0) {
		token.kind = last == TOKEN_BAD ? TOKEN_BAD : TOKEN_END;
		return token;
	}
	first = rest->ptr[0];
	if (last == TOKEN_BAD || first == '.') {
		*rest = bytes_from(*rest, first == '.');
		token.text = take_run(rest, version_is_digit);
		if (numbers && token.text.len > 0)
			token.kind = TOKEN_NUMBER;
	} else if (is_small(first)) {
		token.text = bytes_slice(*rest, 0, 1);
		*rest = bytes_from(*rest, 1);
		if (numbers)
			token.kind = TOKEN_LETTER;
	} else if (first == '_') {
		*rest = bytes_from(*rest, 1);
		if (last != TOKEN_HASH && last != TOKEN_REVISION)
			token = take_suffix(rest);
	} else if (first == '~') {
		*rest = bytes_from(*rest, 1);
		token.text = take_run(rest, is_hex);
		if (last != TOKEN_HASH && last != TOKEN_REVISION)
			token.kind = TOKEN_HASH;
	} else if (bytes_starts(*rest, BYTES("-r"))) {
		*rest = bytes_from(*rest, 2);
		token.text = take_run(rest, version_is_digit);
		if (last != TOKEN_REVISION && token.text.len > 0)
			token.kind = TOKEN_REVISION;
	}
	return token;
}

static bool
is_apk(struct bytes version)
{
	struct token token = { .kind = TOKEN_BAD };

	if (version.len > 0 && version.ptr[0] == '.')
		return false;
	do
		token = take_token(&version, token.kind);
	while (token.kind != TOKEN_END && token.kind != TOKEN_BAD);
	return token.kind == TOKEN_END;
}

static int
compare_digits(struct bytes a, struct bytes b)
{
	struct bytes x = version_take_number(&a);
	struct bytes y = version_take_number(&b);

	return version_compare_numbers(x, y);
}

/* Behind the first dot a number with a leading zero counts as a fraction, as
   Gentoo's versions have it, from which these come. */
static int
compare_tokens(const struct token *a, const struct token *b, bool first)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == TOKEN_LETTER || a->kind == TOKEN_HASH)
		return bytes_compare(a->text, b->text);
	if (a->suffix != b->suffix)
		return a->suffix < b->suffix ? -1 : 1;
	if (a->kind == TOKEN_NUMBER && !first &&
	    (a->text.ptr[0] == '0' || b->text.ptr[0] == '0'))
		return bytes_compare(a->text, b->text);
	return compare_digits(a->text, b->text);
}

bool
version_compare_apk(struct bytes a, struct bytes b, int *ret_order)
{
	struct token x = { .kind = TOKEN_BAD };
	struct token y = { .kind = TOKEN_BAD };
	bool first = true;
	int order = 0;

	if (!is_apk(a) || !is_apk(b))
		return false;
	while (order == 0 && x.kind != TOKEN_END) {
		x = take_token(&a, x.kind);
		y = take_token(&b, y.kind);
		order = compare_tokens(&x, &y, first);
		first = false;
	}
	*ret_order = order;
	return true;
}
