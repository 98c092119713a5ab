/* SPDX-License-Identifier: ISC */
/* What those who run it ask: /healthz and /metrics. */
#include "base/limits.h"
#include "http/http_private.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#define METRICS_LEN (64 * KIB)
#define HEAD_LEN (64 * KIB)
#define STATM_LEN 128

/* Resident bytes of this process; 0 when nobody knows. The second number of
   /proc/self/statm, in pages (proc(5)). */
static uint64_t
read_resident(int fd)
{
	uint8_t text[STATM_LEN];
	ssize_t len = fd >= 0 ? pread(fd, text, sizeof(text), 0) : -1;
	struct bytes rest = { text, len > 0 ? (size_t)len : 0 };
	struct bytes word = { NULL, 0 };
	uint64_t pages = 0;

	for (unsigned i = 0; i < 2; i++)
		if (!bytes_next_word(&rest, &word))
			return 0;
	if (!bytes_to_u64(word, &pages))
		return 0;
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static double
read_cpu(void)
{
	struct timespec used = { 0 };

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used); /* else 0 */
	return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static bool
ask_head(struct loop *loop, uint64_t *ret_size)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_HEAD,
	};
	struct arena arena = arena_open(HEAD_LEN);
	struct registry_reply reply;
	bool answers = loop->source.ask(loop->source.context, &question, &arena,
			   &reply) == ERR_OK;

	*ret_size = answers ? reply.head.size : 0;
	arena_close(&arena);
	return answers;
}

static void
write_metrics(struct loop *loop, struct out *o)
{
	struct http *http = loop->http;
	struct counts_gauges gauges = {
		.version = atomic_load(http->wish.version),
		.kept_len = kept_len(http->kept),
		.room_len = atomic_load(&http->room.used),
		.waiting_statements = desk_waiting(http->desk),
		.resident_len = read_resident(http->wish.memory_fd),
		.cpu_secs = read_cpu(),
	};

	gauges.store_answers = ask_head(loop, &gauges.ledger_size);
	counts_write(o, http->counts, http->wish.thread_count, &gauges);
}

static void
answer_health(struct loop *loop, struct registry_answer *ret)
{
	uint64_t size;
	bool answers = ask_head(loop, &size);

	*ret = (struct registry_answer){
		.status = answers ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE,
		.type = "text/plain; charset=utf-8",
		.body = answers ? BYTES("ok\n")
				: BYTES("the store does not answer\n"),
	};
}

static void
answer_metrics(
    struct loop *loop, struct arena *arena, struct registry_answer *ret)
{
	struct out o = out_open(METRICS_LEN);

	write_metrics(loop, &o);
	*ret = (struct registry_answer){
		.status = MHD_HTTP_OK,
		.type = "text/plain; version=0.0.4; charset=utf-8",
		.body = arena_copy(arena, out_bytes(&o)),
	};
	if (o.failed != ERR_OK || ret->body.ptr == NULL)
		*ret = (struct registry_answer){
			.status = MHD_HTTP_SERVICE_UNAVAILABLE,
		};
	out_close(&o);
}

static void
answer_method(struct registry_answer *ret)
{
	*ret = (struct registry_answer){
		.status = MHD_HTTP_METHOD_NOT_ALLOWED,
		.allow = "GET, HEAD",
	};
}

bool
operation_answer(struct loop *loop, const struct registry_request *request,
    struct arena *arena, struct registry_answer *ret)
{
	bool is_health = bytes_equal_text(request->target, "/healthz");

	if (!is_health && !bytes_equal_text(request->target, "/metrics"))
		return false;
	if (request->method != REGISTRY_GET)
		answer_method(ret);
	else if (is_health)
		answer_health(loop, ret);
	else
		answer_metrics(loop, arena, ret);
	return true;
}
