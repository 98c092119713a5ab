/* SPDX-License-Identifier: ISC */
/* A product: its labels, the newest firmware, its history, and comparing. */
#include "registry/page_private.h"

#include "base/limits.h"

#include <stdio.h>

static unsigned long long
wide(uint64_t number)
{
	return number;
}

static enum err
ask_labels(struct page *p, struct bytes id, struct registry_reply *ret)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_LABELS,
		.by = REGISTRY_BY_PRODUCT,
		.value = id,
		.newest_first = true,
		.limit = PAGE_ROWS,
	};
	enum err err = page_ask(p, &question, ret);

	return err == ERR_OK && ret->count == 0 ? ERR_END : err;
}

/* The newest label that is good for something, else the newest. */
static const struct registry_label *
find_best(const struct page *p, const struct registry_reply *reply)
{
	for (size_t i = 0; i < reply->count; i++)
		if (standing_of(&reply->labels[i], p->call->request->now) ==
		    STANDING_VALID)
			return &reply->labels[i];
	return &reply->labels[0];
}

static void
put_name(struct page *p, const struct label_claims *claims)
{
	struct word model = page_model(p, claims->product.hwmodel);

	web_leaf(&p->web, "bdi", NULL, claims->maker);
	web_put(&p->web, " ");
	page_put_word(p, &model);
}

/* ---- the product ---- */

static void
put_badge_help(struct page *p, const struct registry_label *label)
{
	struct web *w = &p->web;
	struct bytes base = p->call->registry->wish.base_uri;
	struct bytes badge =
	    page_bare_path(p, "/label/%llu/badge.svg", wide(label->index));
	struct bytes page =
	    page_bare_path(p, "/label/%llu", wide(label->index));

	web_begin(w, "details");
	page_say_in(p, "summary", NULL, "product.badge", NULL);
	page_say_in(p, "p", NULL, "product.badge.how", NULL);
	web_begin(w, "pre");
	web_begin(w, "code");
	web_put(w, "<a href=\"");
	web_text(w, base);
	web_text(w, page);
	web_put(w, "\"><img src=\"");
	web_text(w, base);
	web_text(w, badge);
	web_put(w, "\" alt=\"\"></a>");
	web_end(w);
	web_end(w);
	web_end(w);
}

static void
put_product_links(
    struct page *p, struct bytes id, const struct registry_label *label)
{
	static const struct {
		const char *end;
		const char *key;
		bool has_language;
	} links[] = {
		{ "/history", "label.history", true },
		{ "/feed.atom", "product.feed", false },
		{ ".json", "details.json", false },
		{ ".cbor", "details.cbor", false },
	};
	struct bytes prefix = p->prefix;

	web_begin_class(&p->web, "ul", "links");
	web_begin(&p->web, "li");
	page_link(p, page_path_maker(p, &label->claims), "label.maker");
	web_end(&p->web);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (!links[i].has_language)
			p->prefix = (struct bytes){ NULL, 0 };
		web_begin(&p->web, "li");
		page_link(p, page_path_hex(p, "/product/", id, links[i].end),
		    links[i].key);
		web_end(&p->web);
		p->prefix = prefix;
	}
	web_end(&p->web);
}

static void
put_product(struct page *p, struct bytes id, const struct registry_reply *reply,
    const struct facts *facts)
{
	const struct registry_label *best = find_best(p, reply);

	web_begin_class(&p->web, "div", "label");
	page_picture(p, best);
	web_begin_class(&p->web, "div", "said");
	web_begin(&p->web, "h1");
	put_name(p, &best->claims);
	web_end(&p->web);
	page_say_in(p, "p", "lead", "product.lead", NULL);
	web_end(&p->web);
	web_end(&p->web);
	page_heading(p, "labels", "product.labels");
	page_label_list(p, reply->labels, reply->count);
	if (reply->more)
		page_nothing(p, "product.older");
	page_heading(p, "facts", "product.facts");
	page_begin_facts(p);
	page_put_update(p, facts, (struct bytes){ NULL, 0 });
	page_put_advisories(p, facts, (struct bytes){ NULL, 0 });
	page_end_facts(p);
	put_product_links(p, id, best);
	put_badge_help(p, best);
}

enum err
page_product(struct route_call *call)
{
	uint8_t *room = arena_take(call->arena, PRODUCT_ID_LEN);
	struct facts *facts = arena_take(call->arena, sizeof(*facts));
	struct bytes id = { room, PRODUCT_ID_LEN };
	struct registry_reply reply;
	struct page page;
	struct page *p = &page;
	enum err err;

	if (room == NULL || facts == NULL)
		return ERR_MEMORY;
	if (!route_hex(call->part[0], room, PRODUCT_ID_LEN))
		return ERR_END;
	page_open(p, call);
	err = ask_labels(p, id, &reply);
	if (err == ERR_OK)
		err = facts_read(call, room, facts);
	if (err != ERR_OK)
		return page_drop(p, err);
	const struct label_claims *c = &find_best(p, &reply)->claims;
	struct word model = page_model(p, c->product.hwmodel);

	model.name = "model";
	p->feed = page_bare_path(p, "/product/%.*s/feed.atom",
	    (int)call->part[0].len, (const char *)call->part[0].ptr);
	page_begin(p, "label.title",
	    (const struct word[]){
		{ "maker", WORD_TEXT, .text = c->maker }, model, { 0 } });
	put_product(p, id, &reply, facts);
	return page_end(p);
}

/* ---- comparing ---- */

#define COMPARE_MAX 3

struct compared {
	struct bytes id;
	const struct registry_label *label;
};

typedef void put_cell(struct page *p, const struct compared *c);

static void
put_cell_standing(struct page *p, const struct compared *c)
{
	page_standing(p, standing_of(c->label, p->call->request->now));
}

static void
put_cell_level(struct page *p, const struct compared *c)
{
	page_level_line(p, &c->label->claims);
}

static void
put_cell_basis(struct page *p, const struct compared *c)
{
	char key[32];

	(void)snprintf(key, sizeof(key), "basis.%s",
	    label_basis_text(c->label->claims.basis));
	page_say(p, key, NULL);
}

static void
put_cell_body(struct page *p, const struct compared *c)
{
	page_link_text(p,
	    page_path_hex(
		p, "/body/", (struct bytes){ c->label->body, SHA256_LEN }, ""),
	    c->label->body_name);
}

static void
put_cell_version(struct page *p, const struct compared *c)
{
	web_leaf(&p->web, "bdi", NULL, c->label->claims.product.version);
}

static void
put_cell_until(struct page *p, const struct compared *c)
{
	const struct word day = { .kind = WORD_DAY, .time = c->label->expires };

	page_put_word(p, &day);
}

static void
put_cell_support(struct page *p, const struct compared *c)
{
	int64_t until = c->label->claims.support_until;
	const struct word day = { .kind = WORD_DAY, .time = until };

	if (until != 0)
		page_put_word(p, &day);
	else
		page_say(p, "label.support.none", NULL);
}

static void
put_cell_label(struct page *p, const struct compared *c)
{
	const struct word words[] = {
		{ "number", WORD_NUMBER, .number = c->label->index,
		    .url = page_path(p, "/label/%llu", wide(c->label->index)) },
		{ 0 },
	};

	page_say(p, "compare.label", words);
}

static const struct {
	const char *key;
	put_cell *put;
} compare_rows[] = {
	{ "compare.standing", put_cell_standing },
	{ "label.level", put_cell_level },
	{ "label.basis", put_cell_basis },
	{ "label.body", put_cell_body },
	{ "label.version", put_cell_version },
	{ "label.until", put_cell_until },
	{ "label.support", put_cell_support },
	{ "details.number", put_cell_label },
};

/* The row's heading has a row of its own, so that three columns are enough on
   a narrow telephone. */
static void
put_table(struct page *p, const struct compared *all, size_t count)
{
	struct web *w = &p->web;

	web_begin_class(w, "table", "compare");
	page_say_in(p, "caption", "unseen", "compare.title", NULL);
	web_begin(w, "thead");
	web_begin(w, "tr");
	for (size_t i = 0; i < count; i++) {
		web_begin(w, "th");
		web_put_attribute(w, "scope", "col");
		web_begin(w, "a");
		web_url(
		    w, "href", page_path_hex(p, "/product/", all[i].id, ""));
		put_name(p, &all[i].label->claims);
		web_end(w);
		web_end(w);
	}
	web_end(w);
	web_end(w);
	for (size_t k = 0; k < sizeof(compare_rows) / sizeof(compare_rows[0]);
	     k++) {
		web_begin(w, "tbody");
		web_begin(w, "tr");
		web_begin(w, "th");
		web_put_attribute(w, "scope", "rowgroup");
		web_begin_value(w, "colspan");
		web_number(w, count);
		web_end_value(w);
		page_say(p, compare_rows[k].key, NULL);
		web_end(w);
		web_end(w);
		web_begin(w, "tr");
		for (size_t i = 0; i < count; i++) {
			web_begin(w, "td");
			compare_rows[k].put(p, &all[i]);
			web_end(w);
		}
		web_end(w);
		web_end(w);
	}
	web_end(w);
}

static enum err
ask_compared(struct page *p, struct compared *c, struct bytes part)
{
	uint8_t *room = arena_take(p->call->arena, PRODUCT_ID_LEN);
	struct registry_reply reply;
	enum err err;

	if (room == NULL)
		return ERR_MEMORY;
	if (!route_hex(part, room, PRODUCT_ID_LEN))
		return ERR_END;
	c->id = (struct bytes){ room, PRODUCT_ID_LEN };
	err = ask_labels(p, c->id, &reply);
	if (err == ERR_OK)
		c->label = find_best(p, &reply);
	return err;
}

enum err
page_compare(struct route_call *call)
{
	struct compared all[COMPARE_MAX];
	struct page page;
	struct page *p = &page;
	size_t count = 0;
	enum err err = ERR_OK;

	page_open(p, call);
	while (
	    err == ERR_OK && count < COMPARE_MAX && call->part[count].len > 0) {
		err = ask_compared(p, &all[count], call->part[count]);
		count++;
	}
	if (err != ERR_OK)
		return page_drop(p, err);
	page_begin(p, "compare.title", NULL);
	page_say_in(p, "h1", NULL, "compare.title", NULL);
	page_say_in(p, "p", "lead", "compare.lead", NULL);
	put_table(p, all, count);
	page_say_in(p, "p", "quiet", "compare.note", NULL);
	return page_end(p);
}

/* From the boxes of a list to the path of what they pick. */
enum err
page_compare_form(struct route_call *call)
{
	struct out to = out_open(KIB);
	struct bytes rest = call->query;
	struct bytes pair;
	struct bytes path;
	struct page page;
	uint8_t id[PRODUCT_ID_LEN];
	size_t count = 0;
	enum err err;

	page_open(&page, call);
	while (count < COMPARE_MAX && bytes_next_field(&rest, '&', &pair)) {
		if (!bytes_starts(pair, BYTES("p=")) ||
		    !route_hex(bytes_from(pair, 2), id, sizeof(id)))
			continue;
		out_text(&to, "/");
		out_hex_bytes(&to, (struct bytes){ id, sizeof(id) });
		count++;
	}
	if (count >= 2)
		path = page_path(
		    &page, "/compare%.*s", (int)to.len, (const char *)to.ptr);
	else
		path = page_path(&page, count == 1 ? "/product%.*s" : "/%.*s",
		    (int)to.len, count == 1 ? (const char *)to.ptr : "");
	err = to.failed != ERR_OK ? to.failed : page.out.failed;
	out_close(&to);
	return page_drop(
	    &page, err != ERR_OK ? err : route_redirect(call, 303, path));
}
