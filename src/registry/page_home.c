/* SPDX-License-Identifier: ISC */
/* The first page, and those that explain: /V, /how. */
#include "registry/page_private.h"

#include <stdio.h>

static enum err
ask_labels(struct page *p, enum registry_by by, unsigned limit,
    struct registry_reply *ret)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_LABELS,
		.by = by,
		.newest_first = true,
		.limit = limit,
	};

	return page_ask(p, &question, ret);
}

#define HOME_ROWS 6

enum err
page_home(struct route_call *call)
{
	struct registry_reply changed;
	struct registry_reply newest;
	struct page page;
	struct page *p = &page;
	enum err err;

	page_open(p, call);
	err = ask_labels(p, REGISTRY_BY_CHANGE, HOME_ROWS, &changed);
	if (err == ERR_OK)
		err = ask_labels(p, REGISTRY_BY_ALL, HOME_ROWS, &newest);
	if (err != ERR_OK)
		return page_drop(p, err);
	p->has_search = true;
	p->feed = BYTES("/feed.atom");
	page_begin(p, "home.title", NULL);
	page_say_in(p, "h1", NULL, "home.heading", NULL);
	page_say_in(p, "p", "lead", "home.lead", NULL);
	page_search_box(p, (struct bytes){ NULL, 0 }, "words");
	page_say_in(p, "p", "quiet", "home.search", NULL);
	page_heading(p, NULL, "home.changed");
	if (changed.count == 0)
		page_nothing(p, "changes.none");
	page_label_list(p, changed.labels, changed.count);
	if (changed.more)
		page_more(p, page_path(p, "/changes"));
	page_heading(p, NULL, "home.newest");
	if (newest.count == 0)
		page_nothing(p, "home.none");
	page_label_list(p, newest.labels, newest.count);
	page_heading(p, NULL, "how.title");
	page_say_in(p, "p", NULL, "home.how", NULL);
	web_begin(&p->web, "p");
	page_link(p, page_path(p, "/how"), "site.how");
	web_end(&p->web);
	return page_end(p);
}

/* A form that asks for a label's number. */
static void
put_number_form(struct page *p)
{
	struct web *w = &p->web;

	web_begin_class(w, "form", "find wide");
	web_url(w, "action", page_path(p, "/search"));
	web_void(w, "input");
	web_put_attribute(w, "type", "hidden");
	web_put_attribute(w, "name", "in");
	web_put_attribute(w, "value", "number");
	web_begin(w, "label");
	web_put_attribute(w, "for", "number");
	page_say(p, "landing.number", NULL);
	web_end(w);
	web_void(w, "input");
	web_put_attribute(w, "name", "q");
	web_put_attribute(w, "id", "number");
	web_put_attribute(w, "inputmode", "numeric");
	web_put_attribute(w, "pattern", "[0-9]*");
	web_put_attribute(w, "maxlength", "13");
	page_say_in(p, "button", NULL, "landing.go", NULL);
	web_end(w);
}

enum err
page_landing(struct route_call *call)
{
	const struct registry_question head = { .ask = REGISTRY_ASK_HEAD };
	struct registry_reply reply;
	struct page page;
	struct page *p = &page;
	enum err err;

	page_open(p, call);
	err = page_ask(p, &head, &reply);
	if (err != ERR_OK)
		return page_drop(p, err);
	page_begin(p, "landing.title", NULL);
	page_say_in(p, "h1", NULL, "landing.heading", NULL);
	/* The script shows what it found here, and hides what is below. */
	web_begin(&p->web, "div");
	web_put_attribute(&p->web, "id", "scanned");
	web_flag(&p->web, "hidden");
	web_begin_class(&p->web, "p", "sentence");
	web_put_attribute(&p->web, "id", "scanned-says");
	web_end(&p->web);
	page_put_answers(p, NULL, NULL);
	web_begin_class(&p->web, "p", "links");
	web_put_attribute(&p->web, "id", "scanned-links");
	web_end(&p->web);
	web_end(&p->web);
	web_begin(&p->web, "div");
	web_put_attribute(&p->web, "id", "not-scanned");
	page_say_in(p, "p", "lead", "landing.lead", NULL);
	page_say_in(p, "p", NULL, "landing.private", NULL);
	put_number_form(p);
	web_end(&p->web);
	page_say_in(p, "p", "quiet", "landing.offline", NULL);
	return page_end(p);
}

/* ---- how to read a label ---- */

static void
put_terms(struct page *p, const char *heading, const char *family,
    const char *const *names, size_t count)
{
	char key[64];

	page_heading(p, NULL, heading);
	page_begin_facts(p);
	for (size_t i = 0; i < count; i++) {
		(void)snprintf(key, sizeof(key), "%s.%s", family, names[i]);
		page_begin_fact(p, key);
		(void)snprintf(key, sizeof(key), "%s.%s.why", family, names[i]);
		page_say(p, key, NULL);
		page_end_fact(p);
	}
	page_end_facts(p);
}

static void
put_standings(struct page *p)
{
	struct web *w = &p->web;
	char key[64];

	page_heading(p, NULL, "how.standings");
	web_begin_class(w, "ul", "signs");
	for (unsigned i = 0; i < STANDINGS; i++) {
		web_begin(w, "li");
		page_standing(p, (enum standing)i);
		web_put(w, " ");
		(void)snprintf(key, sizeof(key), "standing.%s.why",
		    standing_word((enum standing)i));
		page_say(p, key, NULL);
		web_end(w);
	}
	web_end(w);
}

enum err
page_how(struct route_call *call)
{
	static const char *const bases[] = { "tested", "reviewed", "declared" };
	static const char *const levels[] = { "basic", "substantial", "high" };
	static const char *const answers[] = { "issuer", "ledger", "status" };
	const struct registry_question head = { .ask = REGISTRY_ASK_HEAD };
	struct registry_reply reply;
	struct page page;
	struct page *p = &page;
	enum err err;

	page_open(p, call);
	err = page_ask(p, &head, &reply);
	if (err != ERR_OK)
		return page_drop(p, err);
	page_begin(p, "how.title", NULL);
	page_say_in(p, "h1", NULL, "how.title", NULL);
	page_say_in(p, "p", "lead", "how.lead", NULL);
	put_standings(p);
	put_terms(p, "how.bases", "basis", bases, 3);
	put_terms(p, "how.levels", "level.name", levels, 3);
	put_terms(p, "how.answers", "how.answer", answers, 3);
	page_heading(p, NULL, "how.not");
	page_say_in(p, "p", NULL, "how.not.text", NULL);
	page_heading(p, NULL, "how.offline");
	page_say_in(p, "p", NULL, "how.offline.text", NULL);
	web_begin(&p->web, "pre");
	web_leaf(&p->web, "code", NULL, BYTES("hallmark label verify TEXT"));
	web_end(&p->web);
	return page_end(p);
}
