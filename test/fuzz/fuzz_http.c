/* SPDX-License-Identifier: ISC */
/*
 * Requests of any kind, and rows full of foreign text. Answers are well formed,
 * say nothing of our insides, hold foreign text only escaped, and are the same
 * for whoever asks for the same target in the same form.
 */
#include "../registry/canned.h"
#include "../registry/markup.h"
#include "base/limits.h"
#include "codec/cbor.h"
#include "codec/json_read.h"
#include "http/addresses.h"
#include "http/etag.h"
#include "http/reply.h"
#include "registry/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1770000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static _Noreturn void
stop(const char *what, const struct registry_answer *answer)
{
	(void)fprintf(stderr, "%s: status %u, type %s\n", what, answer->status,
	    answer->type != NULL ? answer->type : "none");
	(void)fwrite(answer->body.ptr, 1, answer->body.len, stderr);
	abort();
}

/* Opened once: reading its texts takes longer than all else. */
static struct canned canned;
static struct registry *registry;

/* ---- what is asked ---- */

/* One byte of method, then lines; behind the fifth the body. */
static struct registry_request
read_request(struct bytes in, struct bytes *ret_none_match)
{
	struct registry_request request = { .now = NOW };
	struct bytes *const lines[] = { &request.target, &request.accept,
		&request.accept_language, &request.content_type,
		ret_none_match };

	if (in.len > 0)
		request.method = (enum registry_method)(in.ptr[0] % 3);
	in = bytes_from(in, 1);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct bytes line = { NULL, 0 };

		if (in.len > 0)
			(void)bytes_next_field(&in, '\n', &line);
		*lines[i] = bytes_slice(line, 0,
		    i == 0 ? REGISTRY_TARGET_MAX : REGISTRY_HEADER_MAX);
	}
	request.body = bytes_slice(in, 0, REGISTRY_BODY_MAX);
	return request;
}

/* Rows whose texts are the request's, where a row may have them. */
static void
fill_rows(const struct registry_request *request)
{
	canned_fill(&canned);
	canned.body = bytes_slice(request->body, 0, 64);
	canned.iss = bytes_slice(request->accept, 0, 64);
	canned.reason = bytes_slice(request->body, 3, 64);
	if (request->body.len > 0)
		canned.model = bytes_slice(request->body, 0, 32);
}

/* ---- what is answered ---- */

static void
check_json(const struct registry_answer *answer)
{
	struct json_reader r = json_reader_open(answer->body);
	struct json_item item;
	enum err err;

	do {
		err = json_read(&r, &item);
	} while (err == ERR_OK);
	if (err != ERR_END)
		stop("JSON that cannot be read", answer);
}

static bool
is_type(const struct registry_answer *answer, const char *part)
{
	return answer->type != NULL && strstr(answer->type, part) != NULL;
}

static void
check_body(const struct registry_answer *answer)
{
	const char *wrong = NULL;
	struct fault fault;

	if ((answer->body.len > 0) != (answer->type != NULL))
		stop("a body without a type, or a type alone", answer);
	if (is_type(answer, "text/html"))
		wrong = markup_check(answer->body, MARKUP_HTML);
	else if (is_type(answer, "xml"))
		wrong = markup_check(answer->body, MARKUP_XML);
	else if (is_type(answer, "json"))
		check_json(answer);
	else if (is_type(answer, "/cbor") || is_type(answer, "details+cbor"))
		wrong = cbor_check(answer->body, CBOR_STRICT, &fault) == ERR_OK
		    ? NULL
		    : "CBOR that cannot be read";
	if (wrong != NULL)
		stop(wrong, answer);
	if (answer->status >= 400 &&
	    bytes_find(answer->body, BYTES("src/registry/"), 0) != SIZE_MAX)
		stop("our insides", answer);
}

static void
check_answer(const struct registry_request *request,
    const struct registry_answer *answer, struct bytes none_match)
{
	struct reply_room room = { .limit = 2 * REGISTRY_ANSWER_LEN_MAX };
	struct reply *reply = NULL;
	char etag[ETAG_LEN];

	if (answer->submit.ptr != NULL) {
		if (request->method != REGISTRY_POST ||
		    answer->submit.len > REGISTRY_BODY_MAX)
			stop("a statement from nowhere", answer);
		return;
	}
	if (answer->status < 200 || answer->status > 599)
		stop("a status that is none", answer);
	if (answer->status / 100 == 3
		? answer->location.len == 0
		: answer->location.len > 0 && answer->status / 100 != 2)
		stop("a location too many, or missing", answer);
	if (bytes_starts(answer->location, BYTES("//")))
		stop("a location elsewhere", answer);
	if (answer->status == 405 && answer->allow == NULL)
		stop("405 without Allow", answer);
	check_body(answer);
	if (etag_make(answer->body, etag) != ERR_OK ||
	    !etag_matches(bytes_of(etag), etag) ||
	    (etag_matches(none_match, etag) &&
		bytes_find(none_match, bytes_of(etag), 0) == SIZE_MAX &&
		bytes_find_byte(none_match, '*', 0) == SIZE_MAX))
		stop("an entity tag", answer);
	if (reply_make(answer, &room, &reply) != ERR_OK)
		stop("headers that cannot be sent", answer);
	reply_drop(reply);
	if (atomic_load(&room.used) != 0)
		abort();
}

static bool
answer_once(const struct registry_request *request,
    struct registry_choice choice, struct arena *arena,
    struct registry_answer *ret)
{
	enum err err = registry_answer(registry, request, choice, arena, ret);

	if (err != ERR_OK && err != ERR_MEMORY)
		abort();
	return err == ERR_OK;
}

static void
check_request(const struct registry_request *request, struct bytes none_match)
{
	struct registry_choice choice = registry_choose(registry, request);
	struct registry_request bare = {
		.method = request->method,
		.target = request->target,
		.now = request->now,
	};
	struct arena arena = arena_open(REGISTRY_ANSWER_LEN_MAX);
	struct arena other_arena = arena_open(REGISTRY_ANSWER_LEN_MAX);
	struct registry_answer answer = { 0 };
	struct registry_answer other = { 0 };

	if (answer_once(request, choice, &arena, &answer)) {
		check_answer(request, &answer, none_match);
		/* What may be kept is anybody's who chose the same. */
		if (answer.may_be_kept &&
		    (!answer_once(&bare, choice, &other_arena, &other) ||
			other.status != answer.status ||
			!bytes_equal(other.body, answer.body)))
			stop("kept, but another's", &answer);
	}
	arena_close(&arena);
	arena_close(&other_arena);
}

static void
check_addresses(struct bytes list)
{
	uint8_t room[16];
	size_t len = 0;

	if (addresses_read_last(list, room, &len) ? len != 4 && len != 16
						  : len != 0)
		abort();
}

static void
open_registry(void)
{
	const struct registry_wish wish = {
		.base_uri = BYTES("https://registry.example"),
		.source = canned_source(&canned),
		.data = data_embedded(),
	};
	struct fault fault;

	if (registry_open(&wish, &registry, &fault) != ERR_OK)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes none_match;
	const struct registry_request request =
	    read_request((struct bytes){ data, size }, &none_match);

	if (registry == NULL)
		open_registry();
	fill_rows(&request);
	check_request(&request, none_match);
	check_addresses(request.accept);
	return 0;
}
