/* SPDX-License-Identifier: ISC */
/* The operator's view: a list of labels in, a table or CSV out. */
#include "registry/check.h"
#include "registry/page_private.h"

#include <stdio.h>

/* Lines without the CR that browsers send, for that is no character of a
   page. */
static void
put_lines(struct web *w, struct bytes list)
{
	struct bytes line;

	/* which browsers take away: the list may begin with one */
	web_put(w, "\n");
	while (bytes_next_field(&list, '\n', &line)) {
		if (bytes_ends(line, BYTES("\r")))
			line.len--;
		web_text(w, line);
		web_put(w, "\n");
	}
}

/* The form; `list` stands in it again, so that it can be mended. */
static void
put_form(struct page *p, struct bytes list)
{
	struct web *w = &p->web;

	web_begin_class(w, "form", "check");
	web_put_attribute(w, "method", "post");
	web_url(w, "action", page_path(p, "/check"));
	web_begin(w, "label");
	web_put_attribute(w, "for", "list");
	page_say(p, "check.list", NULL);
	web_end(w);
	web_begin(w, "textarea");
	web_put_attribute(w, "name", "list");
	web_put_attribute(w, "id", "list");
	web_put_attribute(w, "rows", "8");
	web_flag(w, "required");
	web_put_attribute(w, "spellcheck", "false");
	put_lines(w, list);
	web_end(w);
	web_begin_class(w, "p", "buttons");
	page_say_in(p, "button", NULL, "check.go", NULL);
	web_put(w, " ");
	web_begin(w, "button");
	web_put_attribute(w, "name", "as");
	web_put_attribute(w, "value", "csv");
	page_say(p, "check.csv", NULL);
	web_end(w);
	web_end(w);
	web_end(w);
	page_say_in(p, "p", "quiet", "check.kept", NULL);
}

static void
put_result(struct page *p, const struct check_line *line)
{
	struct web *w = &p->web;
	char key[48];

	web_begin_class(w, "td", NULL);
	if (line->answer == CHECK_FOUND) {
		page_standing(p, line->standing);
	} else {
		web_begin_class(w, "span", "badge is-revoked");
		page_drawing(p, "sign", "unknown");
		(void)snprintf(key, sizeof(key), "check.answer.%s",
		    check_answer_word(line->answer));
		page_say(p, key, NULL);
		web_end(w);
	}
	web_end(w);
}

static void
put_label(struct page *p, const struct check_line *line)
{
	struct web *w = &p->web;
	const struct registry_label *label = line->label;

	web_begin(w, "td");
	if (label != NULL) {
		struct word model =
		    page_model(p, label->claims.product.hwmodel);

		web_begin(w, "a");
		web_url(w, "href",
		    page_path(
			p, "/label/%llu", (unsigned long long)label->index));
		web_leaf(w, "bdi", NULL, label->claims.maker);
		web_put(w, " ");
		page_put_word(p, &model);
		web_end(w);
		web_put(w, " ");
		web_leaf(w, "bdi", "quiet", label->claims.product.version);
	}
	web_end(w);
}

static void
put_table(struct page *p, const struct check *check)
{
	static const char *const heads[] = { "check.line", "check.result",
		"check.product", "check.given" };
	struct web *w = &p->web;

	web_begin_class(w, "div", "wide");
	web_put_attribute(w, "tabindex", "0");
	web_put_attribute(w, "role", "region");
	web_put_attribute(w, "aria-labelledby", "result");
	web_begin(w, "table");
	web_begin(w, "thead");
	web_begin(w, "tr");
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		web_begin(w, "th");
		web_put_attribute(w, "scope", "col");
		page_say(p, heads[i], NULL);
		web_end(w);
	}
	web_end(w);
	web_end(w);
	web_begin(w, "tbody");
	for (size_t i = 0; i < check->count; i++) {
		const struct check_line *line = &check->line[i];

		web_begin(w, "tr");
		web_begin_class(w, "td", "num");
		web_number(w, line->number);
		web_end(w);
		put_result(p, line);
		put_label(p, line);
		web_begin(w, "td");
		web_leaf(w, "code", NULL, bytes_slice(line->text, 0, 60));
		web_end(w);
		web_end(w);
		out_text(&p->out, "\n");
	}
	web_end(w);
	web_end(w);
	web_end(w);
}

static void
put_begin(struct page *p)
{
	page_begin(p, "check.title", NULL);
	page_say_in(p, "h1", NULL, "check.title", NULL);
	page_say_in(p, "p", "lead", "check.lead", NULL);
}

enum err
page_check_form(struct route_call *call)
{
	const struct registry_question head = { .ask = REGISTRY_ASK_HEAD };
	struct registry_reply reply;
	struct page page;
	enum err err;

	page_open(&page, call);
	err = page_ask(&page, &head, &reply);
	if (err != ERR_OK)
		return page_drop(&page, err);
	put_begin(&page);
	put_form(&page, (struct bytes){ NULL, 0 });
	return page_end(&page);
}

static bool
wants_csv(struct route_call *call)
{
	struct bytes as;

	return (route_field(call, call->request->body, "as", &as) &&
		   bytes_equal_text(as, "csv")) ||
	    check_wants_csv(call);
}

enum err
page_check(struct route_call *call)
{
	struct bytes list;
	struct check check;
	struct page page;
	struct page *p = &page;
	enum err err;

	if (!check_read_list(call, &list))
		return route_refuse(call, 415, NULL);
	err = check_run(call, list, &check);
	if (err != ERR_OK)
		return err;
	if (wants_csv(call))
		return check_give_csv(call, &check);
	page_open(p, call);
	p->head = check.head;
	p->has_head = true;
	put_begin(p);
	page_heading(p, "result", "check.result");
	web_begin(&p->web, "p");
	page_say_count(p, "check.count", check.count, NULL);
	web_end(&p->web);
	if (check.count > 0)
		put_table(p, &check);
	if (check.more)
		page_nothing(p, "check.more");
	put_form(p, list);
	err = page_end(p);
	call->answer->cache = REGISTRY_NO_STORE;
	return err;
}
