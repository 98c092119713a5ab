/* SPDX-License-Identifier: ISC */
/* From a whole request to the bytes that answer it. */
#include "base/limits.h"
#include "http/http_private.h"
#include "system/clock.h"
#include "system/journal.h"

#include <string.h>
#include <time.h>

/* An answer that says only why there is none. */
#define REFUSAL_LEN (1 * MIB)
/* Seconds after which to ask again. */
#define RETRY_RATE_SECS 2
#define RETRY_BUSY_SECS 5

/* ---- the request as the registry wants it ---- */

/* A proxy's client may write the whole URI (RFC 9112 §3.2.2). */
static struct bytes
path_of(struct bytes target)
{
	static const char *const schemes[] = { "http://", "https://" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t len = strlen(schemes[i]);

		if (!bytes_equal_any_case(
			bytes_slice(target, 0, len), schemes[i]))
			continue;
		size_t slash = bytes_find_byte(target, '/', len);

		return slash == SIZE_MAX ? BYTES("/")
					 : bytes_from(target, slash);
	}
	return target;
}

struct bytes
answer_target(const struct peer *peer)
{
	if (peer->target_len > REGISTRY_TARGET_MAX)
		return BYTES("/");
	return path_of((struct bytes){ peer->target, peer->target_len });
}

static struct registry_request
make_request(const struct peer *peer)
{
	const struct request *request = &peer->request;

	return (struct registry_request){
		.method = request->method,
		.target = answer_target(peer),
		.accept = request->accept,
		.accept_language = request->accept_language,
		.content_type = request->content_type,
		.body = request->place != NULL ? desk_statement(request->place)
					       : out_bytes(&request->body),
		.now = (int64_t)time(NULL),
	};
}

/* ---- sending ---- */

static void
log_request(const struct peer *peer, unsigned status, size_t body_len,
    uint64_t microseconds)
{
	static const char *const methods[] = {
		[REGISTRY_GET] = "GET",
		[REGISTRY_POST] = "POST",
		[REGISTRY_OTHER] = "other",
	};
	const struct request *request = &peer->request;
	struct journal line;

	journal_begin(&line, peer->loop->http->wish.log_fd, "info", "request");
	journal_word(&line, "method",
	    request->is_head ? "HEAD" : methods[request->method]);
	journal_text(&line, "target", answer_target(peer));
	journal_number(&line, "status", status);
	journal_number(&line, "bytes", body_len);
	journal_number(&line, "us", microseconds);
	journal_end(&line);
}

/* It has its answer: the clock of sending begins. */
static void
begin_sending(struct peer *peer, unsigned status, size_t body_len)
{
	const struct request *request = &peer->request;
	uint64_t now_us = http_now_us();

	if (request->is_head || status == MHD_HTTP_NOT_MODIFIED)
		body_len = 0;
	peer->phase = PEER_SENDING;
	peer->until_ms = now_us / 1000 + HTTP_SEND_MS +
	    body_len * 1000 / HTTP_SEND_BYTES_PER_SEC;
	counts_request(peer->loop->counts, request->class, status,
	    now_us - request->begun_us, body_len);
	if (peer->loop->http->wish.options.log_requests)
		log_request(peer, status, body_len, now_us - request->begun_us);
}

/* Drops the reply. */
static enum MHD_Result
send_reply(struct peer *peer, struct reply *reply)
{
	bool last = peer->served + 1 >= HTTP_REQUESTS_OF_CONNECTION ||
	    atomic_load(&peer->loop->http->is_stopping);
	size_t body_len = reply_answer(reply)->body.len;
	unsigned status;
	enum err err = reply_send(reply, peer->connection,
	    peer->request.method == REGISTRY_GET ? peer->request.if_none_match
						 : BYTES(""),
	    last, &status);

	reply_drop(reply);
	if (err != ERR_OK)
		return MHD_NO; /* no memory even for a refusal */
	begin_sending(peer, status, body_len);
	return MHD_YES;
}

static enum MHD_Result
send_answer(struct peer *peer, const struct registry_answer *answer)
{
	struct reply *reply;

	if (reply_make(answer, &peer->loop->http->room, &reply) != ERR_OK) {
		peer_refused(peer->loop, COUNTS_BUSY);
		return MHD_NO; /* for a refusal there is no room either */
	}
	return send_reply(peer, reply);
}

/* ---- refusing ---- */

static const struct {
	unsigned status;
	enum counts_refusal refusal;
	unsigned retry_secs;
} refusals[] = {
	{ MHD_HTTP_BAD_REQUEST, COUNTS_MALFORMED, 0 },
	{ MHD_HTTP_CONTENT_TOO_LARGE, COUNTS_BODY, 0 },
	{ MHD_HTTP_URI_TOO_LONG, COUNTS_TARGET, 0 },
	{ MHD_HTTP_TOO_MANY_REQUESTS, COUNTS_RATE, RETRY_RATE_SECS },
	{ MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, COUNTS_HEADERS, 0 },
	{ MHD_HTTP_SERVICE_UNAVAILABLE, COUNTS_BUSY, RETRY_BUSY_SECS },
	{ MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED, COUNTS_MALFORMED, 0 },
};

static unsigned
note_refusal(struct peer *peer, unsigned status)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].status == status) {
			peer_refused(peer->loop, refusals[i].refusal);
			return refusals[i].retry_secs;
		}
	return 0;
}

/* Refusals are kept as answers are, for a flood must cost little: by a target
   that no request can have. */
static struct kept_key
refusal_key(char room[16], unsigned status, struct registry_choice choice)
{
	room[0] = ' ';
	for (size_t i = 1; i < 4; i++, status /= 10)
		room[i] = (char)('0' + status % 10);
	const void *at = room;

	return (struct kept_key){ { at, 4 }, choice };
}

enum MHD_Result
answer_refusal(struct peer *peer, unsigned status)
{
	struct loop *loop = peer->loop;
	struct http *http = loop->http;
	struct registry_request request = make_request(peer);
	struct registry_choice choice =
	    registry_choose(loop->registry, &request);
	char room[16];
	struct kept_key key = refusal_key(room, status, choice);
	unsigned retry_secs = note_refusal(peer, status);
	uint64_t now_ms = clock_now_ms();
	struct reply *reply = kept_find(http->kept, &key, 0, now_ms);

	if (reply != NULL)
		return send_reply(peer, reply);
	struct arena arena = arena_open(REFUSAL_LEN);
	struct registry_answer answer = { .status = status };
	enum err err =
	    registry_refuse(loop->registry, choice, status, &arena, &answer);

	if (err != ERR_OK) /* then without words */
		answer = (struct registry_answer){ .status = status };
	if (answer.retry_after_secs == 0)
		answer.retry_after_secs = retry_secs;
	if (reply_make(&answer, &http->room, &reply) == ERR_OK)
		kept_add(http->kept, &key, 0, now_ms, reply);
	arena_close(&arena);
	return reply != NULL ? send_reply(peer, reply) : MHD_NO;
}

/* ---- statements ---- */

static enum MHD_Result
hand_in(struct peer *peer, struct bytes statement)
{
	struct loop *loop = peer->loop;
	struct request *request = &peer->request;
	struct desk_bell bell = loop_bell(loop);
	struct bytes body = out_bytes(&request->body);

	/* it is the body itself, or made of it */
	if (!bytes_equal(statement, body)) {
		struct out copy = out_open(REGISTRY_BODY_MAX);

		out_put(&copy, statement);
		out_close(&request->body);
		request->body = copy;
	}
	if (request->body.failed != ERR_OK ||
	    desk_put(loop->http->desk, &request->body, &bell, peer,
		clock_now_ms()) == NULL)
		return answer_refusal(peer, MHD_HTTP_SERVICE_UNAVAILABLE);
	peer->phase = PEER_WAITING;
	MHD_suspend_connection(peer->connection);
	return MHD_YES;
}

enum MHD_Result
answer_statement(struct peer *peer)
{
	struct loop *loop = peer->loop;
	struct request *wanted = &peer->request;
	const struct registry_submission *outcome;

	if (wanted->place == NULL) /* woken by nobody we know */
		return MHD_NO;
	outcome = desk_outcome(wanted->place);
	if (outcome == NULL)
		return answer_refusal(peer, MHD_HTTP_SERVICE_UNAVAILABLE);
	struct registry_request request = make_request(peer);
	struct registry_choice choice =
	    registry_choose(loop->registry, &request);
	struct arena arena = arena_open(REGISTRY_ANSWER_LEN_MAX);
	struct registry_answer answer = { 0 };
	enum MHD_Result result;

	counts_add(&loop->counts->outcomes[outcome->outcome], 1);
	if (registry_submitted(loop->registry, &request, choice, outcome,
		&arena, &answer) == ERR_OK)
		result = send_answer(peer, &answer);
	else
		result = answer_refusal(peer, MHD_HTTP_SERVICE_UNAVAILABLE);
	arena_close(&arena);
	return result;
}

/* ---- everything else ---- */

/* What the registry answers, kept for the next who asks. */
static enum MHD_Result
answer_anew(struct peer *peer, const struct registry_request *request,
    const struct kept_key *key, uint64_t version)
{
	struct loop *loop = peer->loop;
	struct http *http = loop->http;
	struct arena arena = arena_open(REGISTRY_ANSWER_LEN_MAX);
	struct registry_answer answer = { 0 };
	enum MHD_Result result = MHD_NO;
	struct reply *reply = NULL;
	enum err err = ERR_OK;

	if (!operation_answer(loop, request, &arena, &answer))
		err = registry_answer(
		    loop->registry, request, key->choice, &arena, &answer);
	if (err == ERR_OK && answer.submit.ptr != NULL) {
		result = hand_in(peer, answer.submit);
	} else if (err == ERR_OK &&
	    reply_make(&answer, &http->room, &reply) == ERR_OK) {
		if (answer.status == MHD_HTTP_SERVICE_UNAVAILABLE)
			peer_refused(loop, COUNTS_SILENT);
		if (answer.may_be_kept && request->method == REGISTRY_GET)
			kept_add(
			    http->kept, key, version, clock_now_ms(), reply);
		result = send_reply(peer, reply);
	} else {
		result = answer_refusal(peer, MHD_HTTP_SERVICE_UNAVAILABLE);
	}
	arena_close(&arena);
	return result;
}

enum MHD_Result
answer_request(struct peer *peer)
{
	struct loop *loop = peer->loop;
	struct http *http = loop->http;
	struct registry_request request = make_request(peer);
	const struct kept_key key = { request.target,
		registry_choose(loop->registry, &request) };
	/* before the question: an answer may be newer than its version says */
	uint64_t version =
	    atomic_load_explicit(http->wish.version, memory_order_acquire);
	struct reply *reply = NULL;

	if (request.method == REGISTRY_GET)
		reply = kept_find(http->kept, &key, version, clock_now_ms());
	if (reply != NULL) {
		counts_add(&loop->counts->kept_hits, 1);
		return send_reply(peer, reply);
	}
	counts_add(&loop->counts->kept_misses, 1);
	return answer_anew(peer, &request, &key, version);
}
