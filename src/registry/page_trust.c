/* SPDX-License-Identifier: ISC */
/* Who may label what: bodies, recognitions, and what a scheme's levels ask. */
#include "registry/page_private.h"

#include "base/table_file.h"
#include "label/scheme_levels.h"

#include <stdio.h>

static unsigned long long
wide(uint64_t number)
{
	return number;
}

/* The last number and name that a level has in words. */
static struct bytes
level_name(struct page *p, struct bytes scheme, unsigned level)
{
	const struct label_claims claims = { .scheme = scheme, .level = level };
	unsigned count;

	return page_level(p, &claims, &count);
}

static void
put_scope(struct page *p, const struct accreditation_scope *scope)
{
	struct web *w = &p->web;
	struct accreditation_walk walk = accreditation_categories(scope);
	struct bytes category;
	bool first = true;
	const struct word words[] = {
		{ "scheme", WORD_TEXT,
		    .text = page_scheme_name(p, scope->scheme),
		    .url = page_scheme_path(p, scope->scheme) },
		{ "level", WORD_OURS,
		    .text = level_name(p, scope->scheme, scope->level) },
		{ "number", WORD_NUMBER, .number = scope->level },
		{ 0 },
	};

	web_begin(w, "li");
	page_say(p, words[1].text.len > 0 ? "trust.scope" : "trust.scope.bare",
	    words);
	while (accreditation_next_category(&walk, &category)) {
		web_put(w, first ? " (" : ", ");
		web_leaf(w, "bdi", NULL, category);
		first = false;
	}
	if (!first)
		web_put(w, ")");
	web_end(w);
}

static void
put_scopes(struct page *p, const struct registry_body *body)
{
	struct accreditation_walk walk;
	struct accreditation_scope scope;

	if (body->action == WITHDRAW || body->scopes.len == 0)
		return;
	walk = accreditation_scopes(body->scopes);
	web_begin_class(&p->web, "ul", "plain");
	while (accreditation_next(&walk, &scope))
		put_scope(p, &scope);
	web_end(&p->web);
}

static const char *
action_key(const struct registry_body *body)
{
	switch (body->action) {
	case ACCREDIT:
		return "trust.accredited";
	case RESTRICT:
		return "trust.restricted";
	case WITHDRAW:
		break;
	}
	return "trust.withdrawn";
}

static void
put_body_state(struct page *p, const struct registry_body *body)
{
	const struct word words[] = {
		{ "said", WORD_DAY, .time = body->said_at },
		{ "from", WORD_DAY, .time = body->from },
		{ "until", WORD_DAY, .time = body->until },
		{ "index", WORD_NUMBER, .number = body->index,
		    .url =
			page_bare_path(p, "/entries/%llu", wide(body->index)) },
		{ 0 },
	};

	page_say_in(p, "p", body->action == WITHDRAW ? "bad" : NULL,
	    action_key(body), words);
	if (body->action != WITHDRAW)
		page_say_in(p, "p", NULL,
		    body->until != 0 ? "trust.from-until" : "trust.from",
		    words);
	page_say_in(p, "p", "quiet", "trust.statement", words);
}

static void
put_body(struct page *p, const struct registry_body *body)
{
	struct web *w = &p->web;

	web_begin(w, "li");
	web_begin_class(w, "a", "name");
	web_url(w, "href",
	    page_path_hex(
		p, "/body/", (struct bytes){ body->kid, SHA256_LEN }, ""));
	web_leaf(w, "bdi", NULL, body->name);
	web_end(w);
	web_begin_class(w, "span", "quiet");
	page_say_count(p, "list.labels", body->label_count, NULL);
	web_end(w);
	put_scopes(p, body);
	put_body_state(p, body);
	web_end(w);
	out_text(&p->out, "\n");
}

static void
put_recognition(struct page *p, const struct trust_recognition *r)
{
	const struct word words[] = {
		{ "domain", WORD_TEXT, .text = r->what.their_domain },
		{ "theirs", WORD_TEXT, .text = r->what.their_scheme },
		{ "their-level", WORD_TEXT, .text = r->what.their_level },
		{ "ours", WORD_TEXT,
		    .text = page_scheme_name(p, r->what.our_scheme),
		    .url = page_scheme_path(p, r->what.our_scheme) },
		{ "our-level", WORD_OURS,
		    .text =
			level_name(p, r->what.our_scheme, r->what.our_level) },
		{ "from", WORD_DAY, .time = r->what.from },
		{ "until", WORD_DAY, .time = r->what.until },
		{ 0 },
	};

	web_begin(&p->web, "li");
	page_say(p, "recognition.line", words);
	page_say_in(p, "p", "quiet",
	    r->what.until != 0 ? "recognition.from-until" : "recognition.from",
	    words);
	if (r->what.conditions.len > 0) {
		web_begin_class(&p->web, "p", "quiet");
		web_leaf(&p->web, "bdi", NULL, r->what.conditions);
		web_end(&p->web);
	}
	web_begin(&p->web, "p");
	page_say_in(p, "span", "quiet", "recognition.source", NULL);
	web_put(&p->web, " ");
	page_outside_link(p, r->what.source);
	web_end(&p->web);
	web_end(&p->web);
}

static enum err
ask_all(struct page *p, enum registry_ask ask, struct registry_reply *ret)
{
	const struct registry_question question = {
		.ask = ask,
		.by = REGISTRY_BY_ALL,
		.limit = REGISTRY_ROWS_MAX,
	};

	return page_ask(p, &question, ret);
}

/* Those of one of our schemes, or all; gives how many there were. */
static size_t
put_recognitions(
    struct page *p, const struct registry_reply *reply, struct bytes scheme)
{
	size_t count = 0;

	for (size_t i = 0; i < reply->count; i++) {
		const struct trust_recognition *r = &reply->recognitions[i].row;

		if (scheme.len > 0 && !bytes_equal(r->what.our_scheme, scheme))
			continue;
		if (count == 0)
			web_begin_class(&p->web, "ul", "cards wide");
		put_recognition(p, r);
		count++;
	}
	if (count > 0)
		web_end(&p->web);
	else
		page_nothing(p, "recognition.none");
	return count;
}

static bool
body_has_scheme(const struct registry_body *body, struct bytes scheme)
{
	struct accreditation_walk walk;
	struct accreditation_scope scope;

	if (scheme.len == 0)
		return true;
	if (body->action == WITHDRAW || body->scopes.len == 0)
		return false;
	walk = accreditation_scopes(body->scopes);
	while (accreditation_next(&walk, &scope))
		if (bytes_equal(scope.scheme, scheme))
			return true;
	return false;
}

/* Those that may label by a scheme, or all. */
static void
put_bodies(
    struct page *p, const struct registry_reply *reply, struct bytes scheme)
{
	size_t count = 0;

	for (size_t i = 0; i < reply->count; i++) {
		if (!body_has_scheme(&reply->bodies[i], scheme))
			continue;
		if (count == 0)
			web_begin_class(&p->web, "ul", "cards wide");
		put_body(p, &reply->bodies[i]);
		count++;
	}
	if (count > 0)
		web_end(&p->web);
	else
		page_nothing(p, "trust.none");
}

/* ---- the schemes that the data set has ---- */

static void
put_schemes(struct page *p)
{
	static const char *const columns[] = { "scheme", "level", NULL };
	struct bytes last = { NULL, 0 };
	struct table_file t;
	enum err err = table_file_open(p->call->registry->wish.data,
	    BYTES("scheme-levels.tsv"), columns, &t);

	if (err != ERR_OK)
		return;
	web_begin_class(&p->web, "ul", "links");
	while (table_file_next(&t) == ERR_OK) {
		struct bytes scheme = table_field(&t.table, "scheme");

		if (bytes_equal(scheme, last))
			continue;
		last = scheme;
		web_begin(&p->web, "li");
		page_link_text(p, page_path_of(p, "/scheme/", scheme, ""),
		    page_scheme_name(p, scheme));
		web_end(&p->web);
	}
	web_end(&p->web);
}

enum err
page_trust(struct route_call *call)
{
	const struct bytes all = { NULL, 0 };
	struct registry_reply bodies;
	struct registry_reply recognitions;
	struct page page;
	struct page *p = &page;
	enum err err;

	page_open(p, call);
	err = ask_all(p, REGISTRY_ASK_BODIES, &bodies);
	if (err == ERR_OK)
		err = ask_all(p, REGISTRY_ASK_RECOGNITIONS, &recognitions);
	if (err != ERR_OK)
		return page_drop(p, err);
	page_begin(p, "trust.title", NULL);
	page_say_in(p, "h1", NULL, "trust.title", NULL);
	page_say_in(p, "p", "lead", "trust.lead", NULL);
	page_heading(p, "bodies", "trust.bodies");
	put_bodies(p, &bodies, all);
	if (bodies.more)
		page_nothing(p, "list.cut");
	page_heading(p, "schemes", "trust.schemes");
	put_schemes(p);
	page_heading(p, "recognitions", "trust.recognitions");
	page_say_in(p, "p", NULL, "recognition.lead", NULL);
	(void)put_recognitions(p, &recognitions, all);
	web_begin_class(&p->web, "p", "more");
	page_link(p, BYTES("/trust.json"), "details.json");
	web_end(&p->web);
	return page_end(p);
}

/* ---- one scheme ---- */

static void
put_level(struct page *p, const struct scheme_level *level)
{
	struct web *w = &p->web;
	struct bytes name = level->name;
	struct bytes why;
	const struct word days[] = {
		{ "n", WORD_NUMBER, .number = level->max_days },
		{ 0 },
	};

	(void)page_try(p, "level.name.", level->name, "", &name);
	web_begin(w, "li");
	web_begin(w, "strong");
	web_number(w, level->number);
	web_put(w, " \xc2\xb7 ");
	web_text(w, name);
	web_end(w);
	if (page_try(p, "level.name.", level->name, ".why", &why))
		web_leaf(w, "p", NULL, why);
	web_begin_class(w, "ul", "asks");
	page_say_in(p, "li", NULL,
	    level->unread ? "scheme.unread" : "scheme.read", NULL);
	page_say_in(p, "li", NULL,
	    level->declaration ? "scheme.declaration" : "scheme.no-declaration",
	    NULL);
	page_say_in(p, "li", NULL,
	    level->support ? "scheme.support" : "scheme.no-support", NULL);
	page_say_in(p, "li", NULL, "scheme.days", days);
	web_end(w);
	web_end(w);
}

/* ERR_END: the data set has no such scheme. */
static enum err
put_levels(struct page *p, struct bytes scheme)
{
	const struct data_set *data = p->call->registry->wish.data;
	struct scheme_level level;
	unsigned number = 1;

	web_begin_class(&p->web, "ol", "cards wide");
	while (number <= LABEL_LEVEL_MAX &&
	    scheme_level_find(data, scheme, (struct bytes){ NULL, 0 }, number,
		&level) == ERR_OK) {
		put_level(p, &level);
		number++;
	}
	web_end(&p->web);
	return number > 1 ? ERR_OK : ERR_END;
}

enum err
page_scheme(struct route_call *call)
{
	struct bytes scheme = call->part[0];
	struct registry_reply bodies;
	struct registry_reply recognitions;
	struct bytes why;
	struct page page;
	struct page *p = &page;
	struct word name = { .name = "name", .kind = WORD_TEXT };
	enum err err;

	page_open(p, call);
	err = ask_all(p, REGISTRY_ASK_BODIES, &bodies);
	if (err == ERR_OK)
		err = ask_all(p, REGISTRY_ASK_RECOGNITIONS, &recognitions);
	if (err != ERR_OK)
		return page_drop(p, err);
	name.text = page_scheme_name(p, scheme);
	page_begin(p, "scheme.title", (const struct word[]){ name, { 0 } });
	page_say_in(p, "h1", NULL, "scheme.title",
	    (const struct word[]){ name, { 0 } });
	if (page_try(p, "scheme.name.", scheme, ".why", &why))
		web_leaf(&p->web, "p", "lead", why);
	page_heading(p, NULL, "scheme.levels");
	err = put_levels(p, scheme);
	if (err != ERR_OK)
		return page_drop(p, err);
	page_heading(p, NULL, "scheme.bodies");
	put_bodies(p, &bodies, scheme);
	page_heading(p, NULL, "trust.recognitions");
	(void)put_recognitions(p, &recognitions, scheme);
	return page_end(p);
}

/* ---- one body ---- */

static enum err
ask_body(struct page *p, enum registry_ask ask, struct bytes kid,
    struct registry_reply *ret)
{
	const struct registry_question question = {
		.ask = ask,
		.by = REGISTRY_BY_BODY,
		.value = kid,
		.newest_first = true,
		.limit = PAGE_ROWS,
	};

	return page_ask(p, &question, ret);
}

static void
put_body_page(struct page *p, const struct registry_body *body,
    const struct registry_reply *labels)
{
	struct web *w = &p->web;
	const struct word iss = { .kind = WORD_CODE, .text = body->iss };

	web_begin(w, "h1");
	web_leaf(w, "bdi", NULL, body->name);
	web_end(w);
	page_say_in(p, "p", "lead", "body.lead", NULL);
	put_body_state(p, body);
	page_heading(p, NULL, "body.scopes");
	if (body->action == WITHDRAW)
		page_nothing(p, "body.nothing");
	put_scopes(p, body);
	page_heading(p, NULL, "body.labels");
	if (labels->count == 0)
		page_nothing(p, "body.no-labels");
	page_label_list(p, labels->labels, labels->count);
	if (labels->more)
		page_nothing(p, "list.cut");
	web_begin(w, "details");
	page_say_in(p, "summary", NULL, "details.title", NULL);
	page_begin_facts(p);
	page_fact(p, "details.iss", &iss);
	page_begin_fact(p, "details.key");
	web_begin(w, "code");
	web_hex(w, (struct bytes){ body->kid, SHA256_LEN });
	web_end(w);
	page_end_fact(p);
	page_end_facts(p);
	web_end(w);
}

enum err
page_body(struct route_call *call)
{
	struct registry_reply bodies;
	struct registry_reply labels;
	uint8_t *kid = arena_take(call->arena, SHA256_LEN);
	struct bytes value = { kid, SHA256_LEN };
	struct page page;
	struct page *p = &page;
	enum err err;

	if (kid == NULL)
		return ERR_MEMORY;
	if (!route_hex(call->part[0], kid, SHA256_LEN))
		return ERR_END;
	page_open(p, call);
	err = ask_body(p, REGISTRY_ASK_BODIES, value, &bodies);
	if (err == ERR_OK && bodies.count == 0)
		err = ERR_END;
	if (err == ERR_OK)
		err = ask_body(p, REGISTRY_ASK_LABELS, value, &labels);
	if (err != ERR_OK)
		return page_drop(p, err);
	page_begin(p, "body.title",
	    (const struct word[]){
		{ "name", WORD_TEXT, .text = bodies.bodies[0].name }, { 0 } });
	put_body_page(p, &bodies.bodies[0], &labels);
	return page_end(p);
}
