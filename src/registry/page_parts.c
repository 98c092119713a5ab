/* SPDX-License-Identifier: ISC */
/* Parts that several pages have: lists of facts, standings, levels, labels. */
#include "registry/page_private.h"

#include "base/text.h"
#include "label/scheme_levels.h"
#include "statement/fields.h"
#include "statement/reasons.h"

#include <stdio.h>
#include <string.h>

void
page_begin_facts(struct page *p)
{
	web_begin_class(&p->web, "dl", "facts");
}

void
page_end_facts(struct page *p)
{
	web_end(&p->web);
}

void
page_begin_fact(struct page *p, const char *key)
{
	web_begin(&p->web, "div");
	page_say_in(p, "dt", NULL, key, NULL);
	web_begin(&p->web, "dd");
}

void
page_end_fact(struct page *p)
{
	web_end(&p->web);
	web_end(&p->web);
	out_text(&p->out, "\n");
}

void
page_fact(struct page *p, const char *key, const struct word *word)
{
	page_begin_fact(p, key);
	page_put_word(p, word);
	page_end_fact(p);
}

void
page_heading(struct page *p, const char *id, const char *key)
{
	web_begin(&p->web, "h2");
	if (id != NULL)
		web_put_attribute(&p->web, "id", id);
	page_say(p, key, NULL);
	web_end(&p->web);
}

void
page_nothing(struct page *p, const char *key)
{
	page_say_in(p, "p", "quiet", key, NULL);
}

void
page_more(struct page *p, struct bytes url)
{
	web_begin_class(&p->web, "p", "more");
	web_begin(&p->web, "a");
	web_put_attribute(&p->web, "rel", "next");
	web_url(&p->web, "href", url);
	page_say(p, "list.more", NULL);
	web_end(&p->web);
	web_end(&p->web);
}

/* ---- standings ---- */

void
page_standing(struct page *p, enum standing standing)
{
	struct web *w = &p->web;
	const char *word = standing_word(standing);
	char text[40];

	web_begin(w, "span");
	web_begin_value(w, "class");
	web_put(w, "badge is-");
	web_put(w, word);
	web_end_value(w);
	page_drawing(p, "sign", word);
	(void)snprintf(text, sizeof(text), "standing.%s", word);
	page_say(p, text, NULL);
	web_end(w);
}

struct bytes
page_reason(const struct page *p, unsigned number)
{
	struct reason_row row;
	struct bytes text;
	char digits[16];

	(void)snprintf(digits, sizeof(digits), "%u", number);
	if (page_try(p, "reason.", bytes_of(digits), "", &text))
		return text;
	if (reason_find(p->call->registry->wish.data, (struct bytes){ 0 },
		number, &row) == ERR_OK)
		return row.meaning;
	return page_text(p, "reason.0");
}

/* ---- names ---- */

struct word
page_model(struct page *p, struct bytes hwmodel)
{
	struct word word = { .kind = WORD_HEX, .text = hwmodel };

	(void)p;
	if (fields_text_ok(hwmodel, 1, PRODUCT_HWMODEL_MAX))
		word.kind = WORD_TEXT;
	return word;
}

struct bytes
page_scheme_name(const struct page *p, struct bytes scheme)
{
	struct bytes name;

	return page_try(p, "scheme.name.", scheme, "", &name) ? name : scheme;
}

struct bytes
page_scheme_path(struct page *p, struct bytes scheme)
{
	const struct bytes any = { NULL, 0 };
	struct scheme_level level;

	if (scheme_level_find(
		p->call->registry->wish.data, scheme, any, 1, &level) != ERR_OK)
		return any;
	return page_path_of(p, "/scheme/", scheme, "");
}

struct bytes
page_level(
    struct page *p, const struct label_claims *claims, unsigned *ret_count)
{
	const struct data_set *data = p->call->registry->wish.data;
	struct bytes nothing = { NULL, 0 };
	struct bytes name = nothing;
	struct scheme_level row;

	*ret_count = 0;
	for (unsigned i = 1; i <= LABEL_LEVEL_MAX; i++) {
		if (scheme_level_find(data, claims->scheme, nothing, i, &row) !=
		    ERR_OK)
			break;
		*ret_count = i;
		if (i == claims->level)
			name = row.name;
	}
	if (name.len > 0)
		(void)page_try(p, "level.name.", name, "", &name);
	return name;
}

void
page_level_line(struct page *p, const struct label_claims *claims)
{
	unsigned count;
	struct bytes name = page_level(p, claims, &count);
	const struct word words[] = {
		{ "level", WORD_OURS, .text = name },
		{ "number", WORD_NUMBER, .number = claims->level },
		{ "count", WORD_NUMBER, .number = count },
		{ "scheme", WORD_TEXT,
		    .text = page_scheme_name(p, claims->scheme),
		    .url = page_scheme_path(p, claims->scheme) },
		{ 0 },
	};

	page_say(p, name.len > 0 ? "level.line" : "level.bare", words);
}

/* ---- links out of here ---- */

void
page_outside_link(struct page *p, struct bytes url)
{
	struct web *w = &p->web;

	/* a path of ours is not what somebody else may name */
	if (!web_url_ok(url) || url.ptr[0] == '/' || url.ptr[0] == '#') {
		web_leaf(w, "bdi", NULL, url);
		return;
	}
	web_begin(w, "a");
	web_url(w, "href", url);
	web_put_attribute(w, "rel", "noopener noreferrer nofollow");
	web_text(w, url);
	web_end(w);
}

static bool
is_mail_byte(uint8_t byte)
{
	uint8_t lower = bytes_lower(byte);

	return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') ||
	    byte == '.' || byte == '-' || byte == '_' || byte == '+';
}

/* "psirt@maker.example", and nothing that a program of mail could take for
   more. */
static bool
is_mail(struct bytes text)
{
	size_t at = bytes_find_byte(text, '@', 0);

	if (at == SIZE_MAX || at == 0 || at + 1 >= text.len)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (i != at && !is_mail_byte(text.ptr[i]))
			return false;
	return true;
}

void
page_contact(struct page *p, struct bytes contact)
{
	struct web *w = &p->web;
	struct bytes begin = BYTES("mailto:");

	if (bytes_starts(contact, begin))
		contact = bytes_from(contact, begin.len);
	if (!is_mail(contact)) {
		page_outside_link(p, contact);
		return;
	}
	web_begin(w, "a");
	web_begin_value(w, "href");
	web_text(w, begin);
	web_text(w, contact);
	web_end_value(w);
	web_text(w, contact);
	web_end(w);
}

/* ---- search and lists ---- */

void
page_search_box(struct page *p, struct bytes value, const char *in)
{
	static const char *const fields[] = { "words", "maker", "model",
		"digest", "number" };
	struct web *w = &p->web;
	const char *id = in != NULL ? "q-main" : "q";
	char key[32];

	web_begin_class(w, "form", in != NULL ? "find wide" : "find");
	web_put_attribute(w, "role", "search");
	web_url(w, "action", page_path(p, "/search"));
	web_begin(w, "label");
	web_put_attribute(w, "for", id);
	if (in == NULL)
		web_put_attribute(w, "class", "unseen");
	page_say(p, "search.label", NULL);
	web_end(w);
	web_void(w, "input");
	web_put_attribute(w, "type", "search");
	web_put_attribute(w, "name", "q");
	web_put_attribute(w, "id", id);
	web_put_attribute(w, "maxlength", "240");
	if (value.len > 0)
		web_attribute(w, "value", value);
	if (in != NULL) {
		web_begin(w, "select");
		web_put_attribute(w, "name", "in");
		web_begin_value(w, "aria-label");
		page_say(p, "search.where", NULL);
		web_end_value(w);
		for (size_t i = 0; i < sizeof(fields) / sizeof(char *); i++) {
			web_begin(w, "option");
			web_put_attribute(w, "value", fields[i]);
			if (strcmp(in, fields[i]) == 0)
				web_flag(w, "selected");
			(void)snprintf(
			    key, sizeof(key), "search.in.%s", fields[i]);
			page_say(p, key, NULL);
			web_end(w);
		}
		web_end(w);
	}
	page_say_in(p, "button", NULL, "search.go", NULL);
	web_end(w);
}

static void
put_card(struct page *p, const struct registry_label *label)
{
	struct web *w = &p->web;
	const struct label_claims *c = &label->claims;
	struct word model = page_model(p, c->product.hwmodel);
	struct word day = { "until", WORD_DAY, .time = label->expires };
	const struct word words[] = {
		{ "version", WORD_TEXT, .text = c->product.version },
		{ "number", WORD_NUMBER, .number = label->index },
		{ 0 },
	};

	web_begin(w, "li");
	web_begin_class(w, "a", "name");
	web_url(w, "href",
	    page_path(p, "/label/%llu", (unsigned long long)label->index));
	web_leaf(w, "bdi", NULL, c->maker);
	web_put(w, " ");
	page_put_word(p, &model);
	web_end(w);
	page_say_in(p, "span", "quiet", "list.version", words);
	page_standing(p, standing_of(label, p->call->request->now));
	web_begin_class(w, "span", "quiet");
	if (label->status != TRUST_VALID && label->has_change) {
		day.name = "since";
		day.time = label->changed;
	}
	page_say(p,
	    label->status != TRUST_VALID && label->has_change ? "list.since"
							      : "list.until",
	    (const struct word[]){ day, { 0 } });
	web_end(w);
	web_end(w);
	out_text(&p->out, "\n");
}

void
page_label_list(
    struct page *p, const struct registry_label *labels, size_t count)
{
	web_begin_class(&p->web, "ul", "cards");
	for (size_t i = 0; i < count; i++)
		put_card(p, &labels[i]);
	web_end(&p->web);
}
