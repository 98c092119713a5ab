/* SPDX-License-Identifier: ISC */
/* Newest firmware, flaws, contact: what is known, and what nobody has said. */
#include "registry/page_private.h"

void
page_put_source(struct page *p, const struct fact_source *from)
{
	const struct word words[] = {
		{ "by", from->name.len > 0 ? WORD_TEXT : WORD_CODE,
		    .text = from->name.len > 0 ? from->name : from->iss },
		{ "day", WORD_DAY, .time = from->said_at },
		{ "index", WORD_NUMBER, .number = from->index,
		    .url = page_bare_path(
			p, "/entries/%llu", (unsigned long long)from->index) },
		{ 0 },
	};

	page_say_in(p, "p", "quiet", "facts.source", words);
}

static void
put_version(struct page *p, const struct facts *facts, struct bytes version)
{
	page_begin_fact(p, "label.version");
	web_leaf(&p->web, "strong", NULL, version);
	if (facts->has_update && facts->update.see_version.len > 0) {
		web_begin(&p->web, "p");
		page_say_in(p, "span", "quiet", "update.see", NULL);
		web_put(&p->web, " ");
		web_leaf(&p->web, "bdi", NULL, facts->update.see_version);
		web_end(&p->web);
	}
	page_end_fact(p);
}

static void
put_newest(struct page *p, const struct facts *facts, struct bytes version)
{
	const struct update *u = &facts->update;
	const struct word released[] = {
		{ "day", WORD_DAY, .time = u->released },
		{ 0 },
	};

	page_begin_fact(p, "update.newest");
	web_leaf(&p->web, "strong", NULL, u->version);
	if (u->released != 0) {
		web_put(&p->web, " ");
		page_say_in(p, "span", "quiet", "update.released", released);
	}
	if (version.len > 0)
		page_say_in(p, "p", NULL,
		    bytes_equal(version, u->version) ? "update.same"
						     : "update.other",
		    NULL);
	if (u->install.len > 0) {
		web_begin(&p->web, "p");
		page_say_in(p, "span", "quiet", "update.install", NULL);
		web_put(&p->web, " ");
		web_leaf(&p->web, "bdi", NULL, u->install);
		web_end(&p->web);
	}
	if (u->url.len > 0) {
		web_begin(&p->web, "p");
		page_outside_link(p, u->url);
		web_end(&p->web);
	}
	page_put_source(p, &facts->update_from);
	page_end_fact(p);
}

static void
put_endpoints(struct page *p, const struct update *u)
{
	struct cbor_reader r = update_endpoints(u);
	struct bytes endpoint;

	page_begin_fact(p, "update.endpoints");
	web_begin_class(&p->web, "ul", "plain");
	while (update_next_endpoint(&r, &endpoint)) {
		web_begin(&p->web, "li");
		web_leaf(&p->web, "code", NULL, endpoint);
		web_end(&p->web);
	}
	web_end(&p->web);
	page_end_fact(p);
}

/* One line of all that nobody has said. */
static void
put_unknown(struct page *p, const struct facts *facts)
{
	const struct update *u = facts->has_update ? &facts->update : NULL;
	const struct {
		bool is_known;
		const char *key;
	} all[] = {
		{ u != NULL && u->see_version.len > 0, "unknown.see" },
		{ u != NULL, "unknown.update" },
		{ u != NULL && u->install.len > 0, "unknown.install" },
		{ u != NULL && u->endpoint_count > 0, "unknown.endpoints" },
		{ u != NULL && u->contact.len > 0, "unknown.contact" },
	};
	bool any = false;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].is_known)
			continue;
		if (!any) {
			page_begin_fact(p, "unknown.title");
			web_begin_class(&p->web, "ul", "plain");
			any = true;
		}
		page_say_in(p, "li", NULL, all[i].key, NULL);
	}
	if (!any)
		return;
	web_end(&p->web);
	page_end_fact(p);
}

void
page_put_update(struct page *p, const struct facts *facts, struct bytes version)
{
	if (version.len > 0)
		put_version(p, facts, version);
	if (facts->has_update) {
		put_newest(p, facts, version);
		if (facts->update.endpoint_count > 0)
			put_endpoints(p, &facts->update);
		if (facts->update.contact.len > 0) {
			page_begin_fact(p, "update.contact");
			page_contact(p, facts->update.contact);
			page_end_fact(p);
		}
	}
	put_unknown(p, facts);
}

/* ---- flaws ---- */

static void
put_advisory(struct page *p, const struct fact_advisory *a)
{
	const struct word fixed[] = {
		{ "version", WORD_TEXT, .text = a->what.fixed_version },
		{ 0 },
	};

	web_begin(&p->web, "li");
	web_leaf(&p->web, "strong", NULL, a->what.id);
	if (a->what.title.len > 0) {
		web_put(&p->web, ": ");
		web_leaf(&p->web, "bdi", NULL, a->what.title);
	}
	page_say_in(p, "p", NULL,
	    a->what.fixed_version.len > 0 ? "advisory.fixed" : "advisory.open",
	    fixed);
	if (a->what.url.len > 0) {
		web_begin(&p->web, "p");
		page_outside_link(p, a->what.url);
		web_end(&p->web);
	}
	page_put_source(p, &a->from);
	web_end(&p->web);
}

static size_t
count_advisories(const struct facts *facts, bool exploited)
{
	size_t count = 0;

	for (size_t i = 0; i < facts->advisory_count; i++)
		count += facts->advisory[i].what.exploited == exploited;
	return count;
}

static void
put_some(struct page *p, const struct facts *facts, bool exploited)
{
	web_begin_class(&p->web, "ul", "plain");
	for (size_t i = 0; i < facts->advisory_count; i++)
		if (facts->advisory[i].what.exploited == exploited)
			put_advisory(p, &facts->advisory[i]);
	web_end(&p->web);
}

bool
page_is_exploited(const struct facts *facts, struct bytes version)
{
	for (size_t i = 0; i < facts->advisory_count; i++) {
		const struct advisory *a = &facts->advisory[i].what;

		if (a->exploited &&
		    (version.len == 0 ||
			!bytes_equal(a->fixed_version, version)))
			return true;
	}
	return false;
}

void
page_put_advisories(
    struct page *p, const struct facts *facts, struct bytes version)
{
	page_begin_fact(p, "advisory.exploited");
	if (count_advisories(facts, true) > 0) {
		if (page_is_exploited(facts, version))
			page_say_in(p, "p", "bad", "advisory.warning", NULL);
		else
			page_say_in(p, "p", NULL, "advisory.mended", NULL);
		put_some(p, facts, true);
	} else {
		page_say(p, "advisory.none", NULL);
	}
	page_end_fact(p);
	if (count_advisories(facts, false) == 0)
		return;
	page_begin_fact(p, "advisory.others");
	put_some(p, facts, false);
	if (facts->more)
		page_say_in(p, "p", "quiet", "advisory.more", NULL);
	page_end_fact(p);
}
