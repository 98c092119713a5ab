/* SPDX-License-Identifier: ISC */
/* Requests: every one gets an answer, and the answer is of its form. */
#include "base/text.h"
#include "codec/cbor.h"
#include "codec/json_read.h"
#include "registry/csv.h"
#include "registry/registry.h"
#include "registry/route_private.h"
#include "registry/xml.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Rows of foreign text: what stands in the input. */
struct store {
	struct bytes text;
	uint8_t digest[SHA256_LEN];
	unsigned asked;
};

/* A label whose texts are the input's, where a label may have them. */
static struct registry_label
make_label(struct store *s)
{
	struct registry_label label = {
		.index = 1,
		.claims = { .product = { .pen = 1,
				.hwmodel = bytes_slice(s->text, 0, 32),
				.version = bytes_slice(s->text, 0, 64),
				.digest = s->digest },
		    .scheme = bytes_slice(s->text, 0, 16),
		    .level = 1,
		    .basis = LABEL_BASIS_TESTED,
		    .maker = bytes_slice(s->text, 0, 48) },
		.issued = 1,
		.expires = 2000000000,
		.body_name = s->text,
		.body_iss = s->text,
		.has_change = true,
		.changed_by = 2,
		.changed = 3,
		.status = TRUST_SUSPENDED,
		.reason_text = s->text,
	};

	return label;
}

static enum err
ask(void *context, const struct registry_question *question,
    struct arena *arena, struct registry_reply *ret)
{
	struct store *s = context;
	struct registry_label *label = arena_take(arena, sizeof(*label));

	s->asked++;
	if (!registry_question_ok(question))
		return ERR_MALFORMED;
	if (label == NULL)
		return ERR_MEMORY;
	*ret = (struct registry_reply){ .head = { .origin = s->text } };
	*label = make_label(s);
	if (question->ask == REGISTRY_ASK_LABELS) {
		ret->labels = label;
		ret->count = 1;
	} else if (question->ask >= REGISTRY_ASK_ENTRY) {
		ret->bytes = s->text;
	}
	return ERR_OK;
}

static void
check_json(struct bytes body)
{
	struct json_reader r = json_reader_open(body);
	struct json_item item;
	enum err err = ERR_OK;

	while (err == ERR_OK)
		err = json_read(&r, &item);
	if (err != ERR_END)
		abort();
}

/* No markup but ours: our names of elements are letters only, and a foreign
   '<' is none. */
static void
check_xml(struct bytes body)
{
	if (bytes_find(body, BYTES("<script"), 0) != SIZE_MAX ||
	    bytes_find(body, BYTES("<!"), 0) != SIZE_MAX)
		abort();
	for (size_t i = 0; i < body.len; i++)
		if (body.ptr[i] < 0x20 && body.ptr[i] != '\n' &&
		    body.ptr[i] != '\t')
			abort();
	while (body.len > 0) {
		size_t len = text_utf8_len(body);

		if (len == 0)
			abort();
		body = bytes_from(body, len);
	}
}

static void
check_answer(const struct registry_answer *a)
{
	struct bytes type = bytes_of(a->type != NULL ? a->type : "");
	struct fault fault;

	if (a->submit.len > 0)
		return;
	if (a->status < 200 || a->status > 599 ||
	    (a->body.len > 0) > (a->type != NULL))
		abort();
	if (a->may_be_kept && a->status >= 400)
		abort();
	if (bytes_starts(type, BYTES("application/json")) ||
	    bytes_starts(type, BYTES("application/problem+json")))
		check_json(a->body);
	if ((bytes_equal_text(type, "application/cbor") ||
		bytes_ends(type, BYTES("details+cbor"))) &&
	    cbor_check(a->body, CBOR_STRICT, &fault) != ERR_OK)
		abort();
	if (bytes_starts(type, BYTES("application/atom+xml")) ||
	    bytes_equal_text(type, "image/svg+xml"))
		check_xml(a->body);
	for (size_t i = 0; i < a->location.len; i++)
		if (a->location.ptr[i] <= ' ' || a->location.ptr[i] >= 0x7f)
			abort(); /* it goes into a header */
}

static void
check_csv(struct bytes text)
{
	struct out o = out_open(1 << 20);

	csv_put(&o, text);
	if (o.failed == ERR_OK &&
	    (o.len < 2 || o.ptr[0] != '"' || o.ptr[o.len - 1] != '"' ||
		memchr(o.ptr, '\n', o.len) != NULL ||
		strchr("=+-@", o.len > 2 ? o.ptr[1] : 'x') != NULL))
		abort();
	out_close(&o);
}

/* Lines: target, Accept, Accept-Language, Content-Type; then the body. The first
   byte says which method. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest = { data, size };
	struct registry_request request = { .now = 1700000000 };
	static struct store store; /* the registry's, which is opened once */
	static struct registry *registry;
	const struct registry_wish wish = {
		.base_uri = BYTES("https://registry.example"),
		.source = { ask, &store },
		.data = data_embedded(),
	};
	struct registry_answer answer = { .status = 0 };
	struct arena arena = arena_open(REGISTRY_ANSWER_LEN_MAX);
	struct fault fault;

	if (size < 1)
		return 0;
	request.method = (enum registry_method)(data[0] % 3);
	rest = bytes_from(rest, 1);
	(void)bytes_next_line(&rest, &request.target);
	(void)bytes_next_line(&rest, &request.accept);
	(void)bytes_next_line(&rest, &request.accept_language);
	(void)bytes_next_line(&rest, &request.content_type);
	request.body = rest;
	store.text = bytes_slice((struct bytes){ data, size }, 0, 200);
	if (registry == NULL &&
	    registry_open(&wish, &registry, &fault) != ERR_OK)
		abort();
	struct registry_choice choice = registry_choose(registry, &request);

	if (registry_answer(registry, &request, choice, &arena, &answer) !=
	    ERR_OK)
		abort();
	check_answer(&answer);
	check_csv(rest);
	arena_close(&arena);
	return 0;
}
