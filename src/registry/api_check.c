/* SPDX-License-Identifier: ISC */
/* The answers to a list: CSV, JSON, CBOR. */
#include "base/date.h"
#include "registry/api_private.h"
#include "registry/api_rows.h"
#include "registry/check.h"
#include "registry/csv.h"

#include <inttypes.h>

#define CSV_LEN_MAX ((size_t)8 << 20)

bool
check_read_list(struct route_call *call, struct bytes *ret)
{
	struct bytes rest = call->request->content_type;
	struct bytes type = { NULL, 0 };

	(void)bytes_next_field(&rest, ';', &type);
	type = bytes_trim(type);
	if (bytes_equal_any_case(type, "application/x-www-form-urlencoded"))
		return route_field(call, call->request->body, "list", ret);
	if (!bytes_equal_any_case(type, "text/csv") &&
	    !bytes_equal_any_case(type, "text/plain"))
		return false;
	*ret = call->request->body;
	return true;
}

bool
check_wants_csv(const struct route_call *call)
{
	struct bytes accept = call->request->accept;
	unsigned csv = route_wants(accept, "text/csv");
	unsigned form = 1; /* what was asked for without naming anything */

	if (call->choice.form == REGISTRY_HTML)
		form = route_wants(accept, "text/html");
	else if (call->choice.form == REGISTRY_JSON)
		form = route_wants(accept, "application/json");
	else
		form = route_wants(accept, "application/cbor");
	if (csv != form)
		return csv > form;
	return bytes_starts(call->request->content_type, BYTES("text/"));
}

/* ---- CSV ---- */

static void
put_number(struct out *o, uint64_t number)
{
	out_text(o, ",");
	out_decimal(o, number);
}

static void
put_text(struct out *o, struct bytes text)
{
	out_text(o, ",");
	csv_put(o, text);
}

static void
put_csv_line(
    struct route_call *call, struct out *o, const struct check_line *line)
{
	const struct registry_label *label = line->label;
	bool found = line->answer == CHECK_FOUND;

	out_decimal(o, line->number);
	put_text(o, line->text);
	out_text(o, ",");
	out_text(o, check_answer_word(line->answer));
	out_text(o, ",");
	out_text(o, found ? standing_word(line->standing) : "");
	if (label == NULL) {
		out_text(o, ",,,,,,\r\n");
		return;
	}
	put_number(o, label->index);
	put_text(o, label->claims.maker);
	put_text(o, api_model(call, &label->claims));
	put_text(o, label->claims.product.version);
	out_text(o, ",");
	date_put_day(o, label->expires);
	put_text(o, api_url(call, "/label/%" PRIu64, label->index));
	out_text(o, "\r\n");
}

enum err
check_give_csv(struct route_call *call, const struct check *check)
{
	struct out o = out_open(CSV_LEN_MAX);
	enum err err;

	out_text(&o,
	    "line,text,answer,standing,label,maker,model,version,expires,"
	    "url\r\n");
	for (size_t i = 0; i < check->count; i++)
		put_csv_line(call, &o, &check->line[i]);
	err =
	    route_give(call, "text/csv; charset=utf-8", REGISTRY_NO_STORE, &o);
	call->answer->file_name = "labels.csv";
	return err;
}

/* ---- JSON and CBOR ---- */

static void
put_counts(struct api_answer *a, const struct check *check)
{
	form_begin_object(&a->form, "counts");
	for (size_t i = 0; i < CHECK_ANSWERS; i++)
		form_number(&a->form, check_answer_word((enum check_answer)i),
		    check->counts[i]);
	form_end(&a->form);
}

static void
put_line(struct api_answer *a, const struct check_line *line)
{
	struct form *f = &a->form;
	const struct registry_label *label = line->label;

	form_begin_object(f, NULL);
	form_number(f, "line", line->number);
	form_text(f, "text", line->text);
	form_string(f, "answer", check_answer_word(line->answer));
	if (line->answer == CHECK_FOUND)
		form_string(f, "standing", standing_word(line->standing));
	else
		form_null(f, "standing");
	if (label != NULL) {
		form_begin_object(f, "label");
		form_number(f, "index", label->index);
		form_text(f, "url",
		    api_url(a->call, "/label/%" PRIu64, label->index));
		form_text(f, "maker", label->claims.maker);
		form_text(f, "model", api_model(a->call, &label->claims));
		form_text(f, "version", label->claims.product.version);
		form_time(f, "expires", label->expires);
		form_end(f);
	} else {
		form_null(f, "label");
	}
	form_end(f);
}

static enum err
give_rows(struct route_call *call, const struct check *check)
{
	struct api_answer a;
	enum err err;

	api_begin(&a, call, "hallmark.registry-check/1", &check->head);
	put_counts(&a, check);
	form_begin_array(&a.form, "lines");
	for (size_t i = 0; i < check->count; i++)
		put_line(&a, &check->line[i]);
	form_end(&a.form);
	form_bool(&a.form, "more", check->more);
	err = api_end(&a);
	call->answer->cache = REGISTRY_NO_STORE;
	return err;
}

enum err
api_check(struct route_call *call)
{
	struct bytes list;
	struct check check;
	enum err err;

	if (!check_read_list(call, &list))
		return route_refuse(call, 415,
		    "A list is sent as text/csv or text/plain, or as the field "
		    "\"list\" of a form.");
	err = check_run(call, list, &check);
	if (err != ERR_OK)
		return err;
	return check_wants_csv(call) ? check_give_csv(call, &check)
				     : give_rows(call, &check);
}
