/* SPDX-License-Identifier: ISC */
/* The page that a QR code leads to: one sentence first, details last. */
#include "registry/page_private.h"

#include <stdio.h>

struct label_page {
	struct page page;
	const struct registry_label *label;
	enum standing standing;
	/* of its body; NULL when it cannot be found */
	const struct registry_statement *accreditation;
	struct facts facts;
	struct page_corrections corrections;
};

static unsigned long long
wide(uint64_t number)
{
	return number;
}

/* ---- asking ---- */

static enum err
ask_label(struct label_page *l, uint64_t index)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_LABELS,
		.by = REGISTRY_BY_INDEX,
		.number = index,
		.limit = 1,
	};
	struct registry_reply reply;
	enum err err = page_ask(&l->page, &question, &reply);

	if (err == ERR_OK && reply.count == 0)
		err = ERR_END;
	if (err != ERR_OK)
		return err;
	l->label = &reply.labels[0];
	l->standing = standing_of(l->label, l->page.call->request->now);
	return ERR_OK;
}

static enum err
ask_accreditation(struct label_page *l)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_STATEMENTS,
		.by = REGISTRY_BY_INDEX,
		.number = l->label->accredited_by,
		.limit = 1,
	};
	struct registry_reply reply;
	enum err err = page_ask(&l->page, &question, &reply);

	if (err == ERR_OK && reply.count > 0 &&
	    reply.statements[0].is_admitted &&
	    reply.statements[0].kind == STATEMENT_ACCREDITATION)
		l->accreditation = &reply.statements[0];
	return err;
}

static enum err
ask_corrections(struct label_page *l)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_STATEMENTS,
		.by = REGISTRY_BY_LABEL,
		.number = l->label->index,
		.kinds = 1U << STATEMENT_CORRECTION,
		.newest_first = true,
		.limit = PAGE_CORRECTIONS,
	};
	struct registry_reply reply;
	enum err err = page_ask(&l->page, &question, &reply);

	if (err != ERR_OK)
		return err;
	return page_read_corrections(
	    &l->page, reply.statements, reply.count, &l->corrections);
}

/* ---- the sentence ---- */

static const char *
sentence_key(const struct label_page *l)
{
	static const char *const keys[STANDINGS] = {
		[STANDING_SUPPORT_ENDED] = "sentence.support-ended",
		[STANDING_NOT_YET] = "sentence.not-yet-valid",
		[STANDING_EXPIRED] = "sentence.expired",
		[STANDING_SUPERSEDED] = "sentence.superseded",
		[STANDING_SUSPENDED] = "sentence.suspended",
		[STANDING_REVOKED] = "sentence.revoked",
	};

	if (l->standing != STANDING_VALID)
		return keys[l->standing];
	switch (l->label->claims.basis) {
	case LABEL_BASIS_TESTED:
		return "sentence.tested";
	case LABEL_BASIS_REVIEWED:
		return "sentence.reviewed";
	case LABEL_BASIS_DECLARED:
		break;
	}
	return "sentence.declared";
}

/* "This camera", where the label says what it is. */
static struct bytes
this_thing(struct label_page *l)
{
	struct bytes text;

	return page_try(&l->page, "this.", l->label->claims.category, "", &text)
	    ? text
	    : page_text(&l->page, "this.device");
}

static void
put_sentence(struct label_page *l)
{
	struct page *p = &l->page;
	const struct registry_label *label = l->label;
	const struct word words[] = {
		{ "this", WORD_OURS, .text = this_thing(l) },
		{ "body", WORD_TEXT, .text = label->body_name },
		{ "from", WORD_DAY, .time = label->issued },
		{ "until", WORD_DAY, .time = label->expires },
		{ "since", WORD_DAY, .time = label->changed },
		{ "support", WORD_DAY, .time = label->claims.support_until },
		{ "reason", WORD_OURS, .text = page_reason(p, label->reason) },
		{ 0 },
	};
	char advice[48];

	(void)snprintf(
	    advice, sizeof(advice), "advice.%s", standing_word(l->standing));
	page_say_in(p, "p", "sentence", sentence_key(l), words);
	page_say_in(p, "p", "advice", advice, NULL);
	if (page_is_exploited(&l->facts, label->claims.product.version))
		page_say_in(p, "p", "bad", "advisory.warning", NULL);
	if (label->replaced_by == 0)
		return;
	web_begin(&p->web, "p");
	page_link(p, page_path(p, "/label/%llu", wide(label->replaced_by - 1)),
	    "label.newer");
	web_end(&p->web);
}

static void
put_title(struct label_page *l)
{
	struct page *p = &l->page;
	struct web *w = &p->web;
	const struct label_claims *c = &l->label->claims;
	struct word model = page_model(p, c->product.hwmodel);

	web_begin(w, "div");
	web_begin_value(w, "class");
	web_put(w, "label is-");
	web_put(w, standing_word(l->standing));
	web_end_value(w);
	page_picture(p, l->label);
	web_begin_class(w, "div", "said");
	web_begin(w, "h1");
	web_leaf(w, "bdi", NULL, c->maker);
	web_put(w, " ");
	page_put_word(p, &model);
	web_end(w);
	web_begin_class(w, "p", "state");
	page_standing(p, l->standing);
	web_end(w);
	put_sentence(l);
	web_end(w);
	web_end(w);
}

/* ---- the facts ---- */

static void
put_change(struct label_page *l)
{
	struct page *p = &l->page;
	const struct registry_label *label = l->label;
	const struct word words[] = {
		{ "since", WORD_TIME, .time = label->changed },
		{ "reason", WORD_OURS, .text = page_reason(p, label->reason) },
		{ "body", WORD_TEXT, .text = label->body_name },
		{ "index", WORD_NUMBER, .number = label->changed_by,
		    .url = page_bare_path(
			p, "/entries/%llu", wide(label->changed_by)) },
		{ 0 },
	};

	page_begin_fact(p, "label.change");
	page_say(p,
	    label->by_owner ? "label.change.owner" : "label.change.body",
	    words);
	if (label->reason_text.len > 0) {
		web_begin(&p->web, "blockquote");
		web_leaf(&p->web, "bdi", NULL, label->reason_text);
		web_end(&p->web);
	}
	page_end_fact(p);
}

static void
put_basis(struct label_page *l)
{
	struct page *p = &l->page;
	char key[40];

	(void)snprintf(key, sizeof(key), "basis.%s",
	    label_basis_text(l->label->claims.basis));
	page_begin_fact(p, "label.basis");
	page_say_in(p, "strong", NULL, key, NULL);
	(void)snprintf(key, sizeof(key), "basis.%s.why",
	    label_basis_text(l->label->claims.basis));
	page_say_in(p, "p", "quiet", key, NULL);
	page_end_fact(p);
}

static void
put_body(struct label_page *l)
{
	struct page *p = &l->page;
	const struct registry_label *label = l->label;
	struct bytes url = page_path_hex(
	    p, "/body/", (struct bytes){ label->body, SHA256_LEN }, "");
	const struct registry_statement *by = l->accreditation;
	const struct word words[] = {
		{ "owner", WORD_CODE,
		    .text = by != NULL ? by->iss : BYTES("") },
		{ "day", WORD_DAY, .time = by != NULL ? by->issued : 0 },
		{ "index", WORD_NUMBER, .number = label->accredited_by,
		    .url = page_bare_path(
			p, "/entries/%llu", wide(label->accredited_by)) },
		{ 0 },
	};

	page_begin_fact(p, "label.body");
	page_link_text(p, url, label->body_name);
	page_say_in(p, "p", "quiet",
	    by != NULL ? "label.accredited" : "label.accredited.bare", words);
	page_end_fact(p);
}

static void
put_support(struct label_page *l)
{
	struct page *p = &l->page;
	int64_t until = l->label->claims.support_until;
	const struct word day = { .kind = WORD_DAY, .time = until };

	page_begin_fact(p, "label.support");
	if (until != 0)
		page_put_word(p, &day);
	else
		page_say(p, "label.support.none", NULL);
	if (until != 0 && until <= p->call->request->now)
		page_say_in(p, "p", "bad", "label.support.over", NULL);
	page_end_fact(p);
}

static void
put_facts(struct label_page *l)
{
	struct page *p = &l->page;
	const struct registry_label *label = l->label;
	const struct word until = { .kind = WORD_DAY, .time = label->expires };

	page_heading(p, "facts", "label.facts");
	page_begin_facts(p);
	if (label->has_change && label->status != TRUST_VALID)
		put_change(l);
	page_begin_fact(p, "label.level");
	page_level_line(p, &label->claims);
	page_end_fact(p);
	put_basis(l);
	put_body(l);
	page_fact(p, "label.until", &until);
	put_support(l);
	page_put_update(p, &l->facts, label->claims.product.version);
	page_put_advisories(p, &l->facts, label->claims.product.version);
	page_end_facts(p);
	page_put_corrections(p, &l->corrections, label->index);
}

/* ---- links and details ---- */

static const struct {
	const char *name;
	const char *key;
	bool to_print; /* not of a label that is over */
} downloads[] = {
	{ "qr.svg", "label.qr", true },
	{ "mark.svg", "label.mark", true },
	{ "badge.svg", "label.badge", false },
};

static void
put_links(struct label_page *l)
{
	struct page *p = &l->page;
	struct bytes id = { l->label->ids.product, PRODUCT_ID_LEN };

	web_begin_class(&p->web, "ul", "links");
	web_begin(&p->web, "li");
	page_link(p, page_path_hex(p, "/product/", id, ""), "label.product");
	web_end(&p->web);
	web_begin(&p->web, "li");
	page_link(
	    p, page_path_hex(p, "/product/", id, "/history"), "label.history");
	web_end(&p->web);
	web_begin(&p->web, "li");
	page_link(p, page_path_maker(p, &l->label->claims), "label.maker");
	web_end(&p->web);
	for (size_t i = 0; i < sizeof(downloads) / sizeof(downloads[0]); i++) {
		if (downloads[i].to_print && l->standing >= STANDING_EXPIRED)
			continue;
		web_begin(&p->web, "li");
		page_link(p,
		    page_bare_path(p, "/label/%llu/%s", wide(l->label->index),
			downloads[i].name),
		    downloads[i].key);
		web_end(&p->web);
	}
	web_end(&p->web);
}

static void
put_code_fact(struct page *p, const char *key, struct bytes id)
{
	page_begin_fact(p, key);
	web_begin(&p->web, "code");
	web_hex(&p->web, id);
	web_end(&p->web);
	page_end_fact(p);
}

static void
put_proofs(struct label_page *l)
{
	static const struct {
		const char *end;
		const char *key;
	} proofs[] = {
		{ "", "details.receipt" },
		{ "/statement", "details.statement" },
		{ "/proof", "details.proof" },
	};
	struct page *p = &l->page;

	page_begin_fact(p, "details.proofs");
	web_begin_class(&p->web, "ul", "links");
	for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++) {
		web_begin(&p->web, "li");
		page_link(p,
		    page_bare_path(p, "/entries/%llu%s", wide(l->label->index),
			proofs[i].end),
		    proofs[i].key);
		web_end(&p->web);
	}
	web_begin(&p->web, "li");
	page_link(p,
	    page_bare_path(p, "/label/%llu.json", wide(l->label->index)),
	    "details.json");
	web_end(&p->web);
	web_begin(&p->web, "li");
	page_link(p,
	    page_bare_path(p, "/label/%llu.cbor", wide(l->label->index)),
	    "details.cbor");
	web_end(&p->web);
	web_end(&p->web);
	page_end_fact(p);
}

static void
put_details(struct label_page *l)
{
	struct page *p = &l->page;
	const struct registry_label *label = l->label;
	const struct label_claims *c = &label->claims;
	const struct word number = { .kind = WORD_NUMBER,
		.number = label->index };
	const struct word issued = { .kind = WORD_TIME, .time = label->issued };
	const struct word iss = { .kind = WORD_CODE, .text = label->body_iss };

	web_begin(&p->web, "details");
	page_say_in(p, "summary", NULL, "details.title", NULL);
	page_begin_facts(p);
	page_fact(p, "details.number", &number);
	page_fact(p, "details.issued", &issued);
	page_fact(p, "details.iss", &iss);
	put_code_fact(
	    p, "details.key", (struct bytes){ label->body, SHA256_LEN });
	put_code_fact(p, "details.digest",
	    (struct bytes){ c->product.digest, SHA256_LEN });
	put_code_fact(p, "details.product",
	    (struct bytes){ label->ids.product, PRODUCT_ID_LEN });
	put_code_fact(p, "details.release",
	    (struct bytes){ label->ids.release, PRODUCT_ID_LEN });
	put_code_fact(p, "details.model", c->product.hwmodel);
	put_proofs(l);
	page_end_facts(p);
	web_end(&p->web);
}

static enum err
put_page(struct label_page *l)
{
	struct page *p = &l->page;
	struct word model = page_model(p, l->label->claims.product.hwmodel);
	struct word maker = { "maker", WORD_TEXT,
		.text = l->label->claims.maker };

	model.name = "model";
	page_begin(
	    p, "label.title", (const struct word[]){ maker, model, { 0 } });
	web_begin(&p->web, "article");
	put_title(l);
	page_put_answers(p, l->label, l->accreditation);
	put_facts(l);
	put_links(l);
	put_details(l);
	web_end(&p->web);
	return page_end(p);
}

enum err
page_label(struct route_call *call)
{
	struct label_page *l = arena_take(call->arena, sizeof(*l));
	uint64_t index;
	enum err err;

	if (l == NULL)
		return ERR_MEMORY;
	if (!route_number(call->part[0], &index))
		return ERR_END;
	page_open(&l->page, call);
	err = ask_label(l, index);
	if (err == ERR_OK)
		err = ask_accreditation(l);
	if (err == ERR_OK)
		err = facts_read(call, l->label->ids.product, &l->facts);
	if (err == ERR_OK)
		err = ask_corrections(l);
	return err == ERR_OK ? put_page(l) : page_drop(&l->page, err);
}
