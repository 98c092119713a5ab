/* SPDX-License-Identifier: ISC */
/* Counters, their names and how they are summed. */
#include "http/counts.h"

#include <stdio.h>

#define LINE_LEN 200

void
counts_add(atomic_uint_least64_t *field, uint64_t n)
{
	/* one writer: no other thread's addition can be lost */
	uint64_t now = atomic_load_explicit(field, memory_order_relaxed);

	atomic_store_explicit(field, now + n, memory_order_relaxed);
}

/* ---- classes ---- */

static const char *const class_words[COUNTS_CLASSES] = {
	[COUNTS_LABEL] = "label",
	[COUNTS_PRODUCT] = "product",
	[COUNTS_SEARCH] = "search",
	[COUNTS_ENTRIES] = "entries",
	[COUNTS_LEDGER] = "ledger",
	[COUNTS_ASSETS] = "assets",
	[COUNTS_OPERATION] = "operation",
	[COUNTS_PAGE] = "page",
};

static const struct {
	const char *segment;
	enum counts_class class;
} class_rows[] = {
	{ ".well-known", COUNTS_LEDGER },
	{ "assets", COUNTS_ASSETS },
	{ "bundle", COUNTS_LEDGER },
	{ "checkpoint", COUNTS_LEDGER },
	{ "entries", COUNTS_ENTRIES },
	{ "healthz", COUNTS_OPERATION },
	{ "label", COUNTS_LABEL },
	{ "metrics", COUNTS_OPERATION },
	{ "product", COUNTS_PRODUCT },
	{ "search", COUNTS_SEARCH },
	{ "status", COUNTS_LEDGER },
	{ "tile", COUNTS_LEDGER },
};

static struct bytes
first_segment(struct bytes path)
{
	size_t end = 0;

	path = bytes_from(path, 1);
	while (end < path.len && path.ptr[end] != '/' && path.ptr[end] != '?' &&
	    !(path.ptr[end] == '.' && end > 0))
		end++;
	return bytes_slice(path, 0, end);
}

enum counts_class
counts_class_of(struct bytes target)
{
	struct bytes segment = first_segment(target);

	/* a language before the rest: /de/label/17 */
	if (segment.len == 2)
		segment = first_segment(bytes_from(target, 3));
	for (size_t i = 0; i < sizeof(class_rows) / sizeof(class_rows[0]); i++)
		if (bytes_equal_text(segment, class_rows[i].segment))
			return class_rows[i].class;
	return COUNTS_PAGE;
}

/* ---- requests ---- */

static const struct {
	uint64_t microseconds;
	const char *text;
} bounds[COUNTS_BOUNDS] = {
	{ 100, "0.0001" },
	{ 250, "0.00025" },
	{ 500, "0.0005" },
	{ 1000, "0.001" },
	{ 2500, "0.0025" },
	{ 5000, "0.005" },
	{ 10000, "0.01" },
	{ 25000, "0.025" },
	{ 50000, "0.05" },
	{ 100000, "0.1" },
	{ 250000, "0.25" },
	{ 1000000, "1" },
	{ 2500000, "2.5" },
	{ 10000000, "10" },
};

void
counts_request(struct counts *counts, enum counts_class class, unsigned status,
    uint64_t microseconds, size_t body_len)
{
	size_t digit = status / 100 < COUNTS_STATUSES ? status / 100 : 0;
	size_t bucket = 0;

	while (bucket < COUNTS_BOUNDS &&
	    microseconds > bounds[bucket].microseconds)
		bucket++;
	counts_add(&counts->requests[class][digit], 1);
	counts_add(&counts->buckets[bucket], 1);
	counts_add(&counts->microseconds, microseconds);
	counts_add(&counts->body_bytes, body_len);
}

static const char *const refusal_words[COUNTS_REFUSALS] = {
	[COUNTS_FULL] = "full",
	[COUNTS_ADDRESS] = "address",
	[COUNTS_RATE] = "rate",
	[COUNTS_SLOW] = "slow",
	[COUNTS_UNUSED] = "unused",
	[COUNTS_MALFORMED] = "malformed",
	[COUNTS_TARGET] = "target",
	[COUNTS_HEADERS] = "headers",
	[COUNTS_BODY] = "body",
	[COUNTS_BUSY] = "busy",
	[COUNTS_SILENT] = "silent",
	[COUNTS_DISCONNECTED] = "disconnected",
};

const char *
counts_refusal_word(enum counts_refusal refusal)
{
	return refusal_words[refusal];
}

/* ---- the text ---- */

struct writing {
	struct out *o;
	struct counts total;
};

#define SUM(w, field)                                                          \
	atomic_load_explicit(&(w)->total.field, memory_order_relaxed)

static void
add_list(
    atomic_uint_least64_t *to, const atomic_uint_least64_t *from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		counts_add(&to[i],
		    atomic_load_explicit(&from[i], memory_order_relaxed));
}

static void
add_all(struct counts *to, const struct counts *from)
{
	for (size_t i = 0; i < COUNTS_CLASSES; i++)
		add_list(to->requests[i], from->requests[i], COUNTS_STATUSES);
	add_list(to->buckets, from->buckets, COUNTS_BOUNDS + 1);
	add_list(&to->microseconds, &from->microseconds, 1);
	add_list(&to->body_bytes, &from->body_bytes, 1);
	add_list(to->refusals, from->refusals, COUNTS_REFUSALS);
	add_list(&to->accepted, &from->accepted, 1);
	add_list(&to->connections, &from->connections, 1);
	add_list(&to->kept_hits, &from->kept_hits, 1);
	add_list(&to->kept_misses, &from->kept_misses, 1);
	add_list(to->outcomes, from->outcomes, REGISTRY_OUTCOMES);
}

static void
put_help(
    struct writing *w, const char *name, const char *type, const char *help)
{
	char line[LINE_LEN];

	(void)snprintf(line, sizeof(line), "# HELP %s %s\n# TYPE %s %s\n", name,
	    help, name, type);
	out_text(w->o, line);
}

static void
put_value(
    struct writing *w, const char *name, const char *labels, uint64_t value)
{
	out_text(w->o, name);
	out_text(w->o, labels);
	out_text(w->o, " ");
	out_decimal(w->o, value);
	out_text(w->o, "\n");
}

static void
put_one(struct writing *w, const char *name, const char *type, const char *help,
    uint64_t value)
{
	put_help(w, name, type, help);
	put_value(w, name, "", value);
}

static void
put_requests(struct writing *w)
{
	const char *name = "hallmark_http_requests_total";
	char labels[80];

	put_help(w, name, "counter", "Requests by class and status.");
	for (size_t class = 0; class < COUNTS_CLASSES; class ++)
		for (size_t digit = 1; digit < COUNTS_STATUSES; digit++) {
			(void)snprintf(labels, sizeof(labels),
			    "{class=\"%s\",status=\"%zuxx\"}",
			    class_words[class], digit);
			put_value(
			    w, name, labels, SUM(w, requests[class][digit]));
		}
}

static void
put_seconds(struct writing *w)
{
	const char *name = "hallmark_http_request_seconds";
	char line[LINE_LEN];
	uint64_t total = 0;

	put_help(w, name, "histogram",
	    "Seconds from a whole request to its answer's first byte.");
	for (size_t i = 0; i < COUNTS_BOUNDS; i++) {
		total += SUM(w, buckets[i]);
		(void)snprintf(
		    line, sizeof(line), "_bucket{le=\"%s\"}", bounds[i].text);
		put_value(w, name, line, total);
	}
	total += SUM(w, buckets[COUNTS_BOUNDS]);
	put_value(w, name, "_bucket{le=\"+Inf\"}", total);
	(void)snprintf(line, sizeof(line), "%s_sum %.6f\n", name,
	    (double)SUM(w, microseconds) / 1e6);
	out_text(w->o, line);
	put_value(w, name, "_count", total);
}

static void
put_refusals(struct writing *w)
{
	const char *name = "hallmark_http_refusals_total";
	char labels[80];

	put_help(w, name, "counter",
	    "Connections and requests refused before they were looked at.");
	for (size_t i = 0; i < COUNTS_REFUSALS; i++) {
		(void)snprintf(labels, sizeof(labels), "{reason=\"%s\"}",
		    refusal_words[i]);
		put_value(w, name, labels, SUM(w, refusals[i]));
	}
}

static const char *const outcome_words[REGISTRY_OUTCOMES] = {
	[REGISTRY_ADDED] = "added",
	[REGISTRY_KNOWN] = "known",
	[REGISTRY_REFUSED] = "refused",
	[REGISTRY_BUSY] = "busy",
	[REGISTRY_CLOSED] = "closed",
	[REGISTRY_FAILED] = "failed",
};

static void
put_outcomes(struct writing *w)
{
	const char *name = "hallmark_statements_total";
	char labels[80];

	put_help(w, name, "counter", "Statements handed in, by outcome.");
	for (size_t i = 0; i < REGISTRY_OUTCOMES; i++) {
		(void)snprintf(labels, sizeof(labels), "{outcome=\"%s\"}",
		    outcome_words[i]);
		put_value(w, name, labels, SUM(w, outcomes[i]));
	}
}

static void
put_gauges(struct writing *w, const struct counts_gauges *gauges)
{
	char line[LINE_LEN];

	put_one(w, "hallmark_store_up", "gauge", "Whether the store answers.",
	    gauges->store_answers ? 1 : 0);
	if (gauges->store_answers)
		put_one(w, "hallmark_ledger_size", "gauge",
		    "Entries of the ledger that the pages show.",
		    gauges->ledger_size);
	put_one(w, "hallmark_state_version", "gauge",
	    "Grows with each change of the store's state.", gauges->version);
	put_one(w, "hallmark_statements_waiting", "gauge",
	    "Statements that the store has not decided upon.",
	    gauges->waiting_statements);
	put_one(w, "hallmark_http_kept_bytes", "gauge",
	    "Bytes of answers kept for who asks next.", gauges->kept_len);
	put_one(w, "hallmark_http_answer_bytes", "gauge",
	    "Bytes of all answers in memory.", gauges->room_len);
	if (gauges->resident_len > 0)
		put_one(w, "process_resident_memory_bytes", "gauge",
		    "Resident memory of the http process.",
		    gauges->resident_len);
	put_help(w, "process_cpu_seconds_total", "counter",
	    "Seconds of CPU of the http process.");
	(void)snprintf(line, sizeof(line), "process_cpu_seconds_total %.3f\n",
	    gauges->cpu_secs);
	out_text(w->o, line);
}

void
counts_write(struct out *o, const struct counts *all, size_t count,
    const struct counts_gauges *gauges)
{
	struct writing w = { .o = o };

	for (size_t i = 0; i < count; i++)
		add_all(&w.total, &all[i]);
	put_requests(&w);
	put_seconds(&w);
	put_one(&w, "hallmark_http_response_body_bytes_total", "counter",
	    "Bytes of bodies answered.", SUM(&w, body_bytes));
	put_refusals(&w);
	put_one(&w, "hallmark_http_connections_total", "counter",
	    "Connections accepted.", SUM(&w, accepted));
	put_one(&w, "hallmark_http_connections", "gauge",
	    "Connections open now.", SUM(&w, connections));
	put_one(&w, "hallmark_http_kept_hits_total", "counter",
	    "Requests answered by a kept answer.", SUM(&w, kept_hits));
	put_one(&w, "hallmark_http_kept_misses_total", "counter",
	    "Requests that no kept answer fitted.", SUM(&w, kept_misses));
	put_outcomes(&w);
	put_gauges(&w, gauges);
}
