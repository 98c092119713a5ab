/* SPDX-License-Identifier: ISC */
/* What went wrong, in the client's form: JSON, CBOR or a page. */
#include "codec/cbor.h"
#include "codec/json.h"
#include "registry/pages_private.h"
#include "registry/route_private.h"

#include <stddef.h>

#define PROBLEM_LEN ((size_t)4096)

static const struct {
	unsigned status;
	const char *text;
	const char *detail; /* what is said when nothing else is */
} rows[] = {
	{ 200, "OK", NULL },
	{ 201, "Created", NULL },
	{ 303, "See Other", NULL },
	{ 307, "Temporary Redirect", NULL },
	{ 400, "Bad Request", "The request is not of the form that it needs." },
	{ 403, "Forbidden", NULL },
	{ 404, "Not Found", "There is nothing at this address." },
	{ 405, "Method Not Allowed",
	    "This address does not take that method." },
	{ 406, "Not Acceptable",
	    "There is a page, JSON and CBOR here, and nothing else." },
	{ 408, "Request Timeout", "The request took too long to arrive." },
	{ 409, "Conflict", NULL },
	{ 410, "Gone", NULL },
	{ 413, "Content Too Large", "The request's body is too long." },
	{ 414, "URI Too Long", "The address is too long." },
	{ 415, "Unsupported Media Type",
	    "The request's body is of another type than is taken here." },
	{ 429, "Too Many Requests", "Ask again in a while." },
	{ 431, "Request Header Fields Too Large",
	    "The request's header is too long." },
	{ 500, "Internal Server Error", "The answer could not be made." },
	{ 503, "Service Unavailable",
	    "The registry cannot answer now. Ask again in a while." },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

const char *
route_status_text(unsigned status)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].status == status)
			return rows[i].text;
	return "Problem";
}

/* What is said of it: the caller's words, else the status's. */
static struct bytes
find_detail(const struct route_problem *p)
{
	if (p->text.len > 0)
		return p->text;
	if (p->detail != NULL)
		return bytes_of(p->detail);
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].status == p->status && rows[i].detail != NULL)
			return bytes_of(rows[i].detail);
	return (struct bytes){ NULL, 0 };
}

/* RFC 9457 §3.1; the type is "about:blank", so title is the status's. */
static enum err
give_json(struct route_call *call, const struct route_problem *p)
{
	struct out o = out_open(PROBLEM_LEN);
	struct json j = json_open(&o);
	struct bytes detail = find_detail(p);

	json_begin_object(&j, JSON_LINES);
	json_string(&j, "type", "about:blank");
	json_string(&j, "title", route_status_text(p->status));
	json_number(&j, "status", p->status);
	if (detail.len > 0)
		json_text(&j, "detail", detail);
	if (p->word.len > 0)
		json_text(&j, "word", p->word);
	if (p->has_other)
		json_number(&j, "other", p->other);
	json_end(&j);
	return route_give(
	    call, "application/problem+json", REGISTRY_NO_STORE, &o);
}

/* Keys of RFC 9290 §2. */
enum {
	CONCISE_TITLE = -1,
	CONCISE_DETAIL = -2,
	CONCISE_RESPONSE_CODE = -4,
};

/* The title is the word of a refusal, where there is one: what programs read. */
static enum err
give_cbor(struct route_call *call, const struct route_problem *p)
{
	uint8_t *room = arena_take(call->arena, PROBLEM_LEN);
	struct bytes detail = find_detail(p);
	struct bytes title =
	    p->word.len > 0 ? p->word : bytes_of(route_status_text(p->status));

	if (room == NULL)
		return ERR_MEMORY;
	struct cbor_writer w = cbor_writer_open(room, PROBLEM_LEN);

	cbor_put_map(&w, detail.len > 0 ? 3 : 2);
	cbor_put_int(&w, CONCISE_TITLE);
	cbor_put_text(&w, title);
	if (detail.len > 0) {
		cbor_put_int(&w, CONCISE_DETAIL);
		cbor_put_text(&w, detail);
	}
	cbor_put_int(&w, CONCISE_RESPONSE_CODE);
	cbor_put_uint(&w, p->status);
	if (w.failed)
		return ERR_LIMIT;
	route_give_bytes(call, "application/concise-problem-details+cbor",
	    REGISTRY_NO_STORE, cbor_written(&w));
	return ERR_OK;
}

enum err
route_give_problem(struct route_call *call, const struct route_problem *p)
{
	*call->answer = (struct registry_answer){
		.status = p->status,
		.retry_after_secs = p->retry_after_secs,
		.varies = true,
	};
	switch (call->choice.form) {
	case REGISTRY_CBOR:
		return give_cbor(call, p);
	case REGISTRY_HTML:
		return page_problem(call, p->status, p->detail);
	case REGISTRY_JSON:
		break;
	}
	return give_json(call, p);
}

enum err
route_refuse(struct route_call *call, unsigned status, const char *detail)
{
	return route_give_problem(call,
	    &(struct route_problem){
		.status = status,
		.detail = detail,
		.retry_after_secs = status == 503 ? 5 : 0,
	    });
}
