/* SPDX-License-Identifier: ISC */
/*
 * The three answers, apart and never one tick: first this server's own words,
 * which the script replaces by what it has verified itself (docs/registry.md
 * has the names that it finds things by).
 */
#include "registry/page_private.h"

#include <stdio.h>

enum answer {
	ANSWER_YES,
	ANSWER_NO,
	ANSWER_UNKNOWN,
};

static const char *const answer_words[] = {
	[ANSWER_YES] = "yes",
	[ANSWER_NO] = "no",
	[ANSWER_UNKNOWN] = "unknown",
};

/* What the script may have to say, as keys below "answers.". */
static const char *const script_texts[] = {
	"yes",
	"no",
	"unknown",
	"working",
	"own",
	"no-label",
	"no-bundle",
	"no-script-power",
	"says",
	"open-label",
	"open-product",
	"issuer.yes",
	"issuer.unknown-key",
	"issuer.forged",
	"issuer.unsupported",
	"issuer.not-accredited",
	"issuer.withdrawn",
	"issuer.scheme",
	"issuer.level",
	"issuer.category",
	"issuer.dates",
	"ledger.yes",
	"ledger.not-yet",
	"ledger.no-proof",
	"ledger.no",
	"ledger.unknown",
	"ledger.size",
	"status.valid",
	"status.revoked",
	"status.suspended",
	"status.superseded",
	"status.stale",
	"status.unknown",
	"status.as-of",
	"clock.in-time",
	"clock.not-yet",
	"clock.expired",
	"clock.support-ended",
	"clock.unknown",
};

struct one {
	const char *name; /* "issuer" */
	enum answer answer;
	const char *key; /* why; NULL: nothing is known yet */
	const struct word *words;
};

static void
put_one(struct page *p, const struct one *one)
{
	struct web *w = &p->web;
	const char *word = answer_words[one->answer];
	char key[40];

	web_begin(w, "li");
	web_begin_value(w, "id");
	web_put(w, "answer-");
	web_put(w, one->name);
	web_end_value(w);
	web_put_attribute(w, "data-answer", word);
	(void)snprintf(key, sizeof(key), "answers.%s.question", one->name);
	page_say_in(p, "span", "question", key, NULL);
	for (size_t i = 0; i < 3; i++)
		page_drawing(p, answer_words[i], answer_words[i]);
	(void)snprintf(key, sizeof(key), "answers.%s", word);
	page_say_in(p, "strong", "word", key, NULL);
	web_begin_class(w, "span", "why");
	if (one->key != NULL)
		page_say(p, one->key, one->words);
	web_end(w);
	web_end(w);
	out_text(&p->out, "\n");
}

/* Texts for the script, in the page's language; none is shown. */
static void
put_script_texts(struct page *p)
{
	struct web *w = &p->web;
	char key[48];

	web_begin(w, "template");
	web_put_attribute(w, "id", "answer-texts");
	web_begin(w, "ul");
	for (size_t i = 0; i < sizeof(script_texts) / sizeof(char *); i++) {
		(void)snprintf(key, sizeof(key), "answers.%s", script_texts[i]);
		web_begin(w, "li");
		web_put_attribute(w, "data-key", script_texts[i]);
		/* {places} stay: the script fills them */
		web_text(w, page_text(p, key));
		web_end(w);
	}
	web_end(w);
	web_end(w);
}

static void
begin_section(struct page *p, const struct registry_label *label)
{
	struct web *w = &p->web;

	web_begin_class(w, "section", "answers");
	web_put_attribute(w, "id", "answers");
	web_put_attribute(w, "aria-labelledby", "answers-title");
	web_put_attribute(w, "aria-live", "polite");
	web_put_attribute(w, "data-by", label != NULL ? "server" : "nobody");
	web_url(w, "data-label-path", page_path(p, "/label/"));
	web_url(w, "data-product-path", page_path(p, "/product/"));
	web_put_attribute(w, "data-bundle", "/bundle");
	web_url(w, "data-verify", page_asset_path(p, "verify.js"));
	web_put_attribute(w, "data-anchors", "/anchors");
	if (label != NULL) {
		web_begin_value(w, "data-index");
		web_number(w, label->index);
		web_end_value(w);
	}
	page_heading(p, "answers-title", "answers.title");
}

static struct one
issuer_answer(const struct registry_statement *accreditation)
{
	return (struct one){
		.name = "issuer",
		.answer = accreditation != NULL ? ANSWER_YES : ANSWER_UNKNOWN,
		.key = accreditation != NULL ? "answers.server.issuer"
					     : "answers.issuer.unknown-key",
	};
}

static struct one
status_answer(enum standing standing)
{
	static const char *const keys[STANDINGS] = {
		[STANDING_VALID] = "answers.server.valid",
		[STANDING_SUPPORT_ENDED] = "answers.server.support-ended",
		[STANDING_NOT_YET] = "answers.server.not-yet",
		[STANDING_EXPIRED] = "answers.server.expired",
		[STANDING_SUPERSEDED] = "answers.server.superseded",
		[STANDING_SUSPENDED] = "answers.server.suspended",
		[STANDING_REVOKED] = "answers.server.revoked",
	};

	return (struct one){
		.name = "status",
		.answer = standing == STANDING_VALID ? ANSWER_YES : ANSWER_NO,
		.key = keys[standing],
	};
}

static void
put_list(struct page *p, const struct one *one)
{
	web_begin(&p->web, "ol");
	for (size_t i = 0; i < 3; i++)
		put_one(p, &one[i]);
	web_end(&p->web);
}

void
page_put_answers(struct page *p, const struct registry_label *label,
    const struct registry_statement *accreditation)
{
	begin_section(p, label);
	if (label != NULL) {
		const struct word words[] = {
			{ "body", WORD_TEXT, .text = label->body_name },
			{ "accreditation", WORD_NUMBER,
			    .number = label->accredited_by },
			{ "index", WORD_NUMBER, .number = label->index },
			{ "size", WORD_NUMBER, .number = p->head.size },
			{ "time", WORD_TIME, .time = p->head.time },
			{ "until", WORD_DAY, .time = label->expires },
			{ 0 },
		};
		struct one all[3] = {
			issuer_answer(accreditation),
			{ .name = "ledger",
			    .answer = ANSWER_YES,
			    .key = "answers.server.ledger" },
			status_answer(
			    standing_of(label, p->call->request->now)),
		};

		for (size_t i = 0; i < 3; i++)
			all[i].words = words;
		put_list(p, all);
		page_say_in(p, "p", "quiet by", "answers.server", NULL);
	} else {
		const struct one none[3] = {
			{ .name = "issuer", .answer = ANSWER_UNKNOWN },
			{ .name = "ledger", .answer = ANSWER_UNKNOWN },
			{ .name = "status", .answer = ANSWER_UNKNOWN },
		};

		put_list(p, none);
		page_say_in(p, "p", "quiet by", "answers.nobody", NULL);
	}
	put_script_texts(p);
	web_end(&p->web);
}
