/* SPDX-License-Identifier: ISC */
/* Requests are told apart, summed over threads, and written for Prometheus. */
#include "http/counts.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
counts_tells_classes_by_the_first_segment(void **state)
{
	static const struct {
		const char *target;
		enum counts_class class;
	} cases[] = {
		{ "/label/17", COUNTS_LABEL },
		{ "/label/17.json", COUNTS_LABEL },
		{ "/de/label/17?x=y", COUNTS_LABEL },
		{ "/de", COUNTS_PAGE },
		{ "/product/00", COUNTS_PRODUCT },
		{ "/search?q=x", COUNTS_SEARCH },
		{ "/fr/search/words/x", COUNTS_SEARCH },
		{ "/entries", COUNTS_ENTRIES },
		{ "/entries/7", COUNTS_ENTRIES },
		{ "/checkpoint", COUNTS_LEDGER },
		{ "/tile/0/000", COUNTS_LEDGER },
		{ "/status/0", COUNTS_LEDGER },
		{ "/bundle", COUNTS_LEDGER },
		{ "/.well-known/scitt-keys", COUNTS_LEDGER },
		{ "/assets/registry.css", COUNTS_ASSETS },
		{ "/healthz", COUNTS_OPERATION },
		{ "/metrics", COUNTS_OPERATION },
		{ "/", COUNTS_PAGE },
		{ "", COUNTS_PAGE },
		{ "*", COUNTS_PAGE },
		{ "/labels", COUNTS_PAGE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    counts_class_of(bytes_of(cases[i].target)), cases[i].class);
}

static void
assert_has(const struct out *o, const char *line)
{
	if (bytes_find(out_bytes(o), bytes_of(line), 0) == SIZE_MAX)
		fail_msg("missing: %s", line);
}

static void
counts_writes_sums_of_all_threads(void **state)
{
	struct counts all[2] = { 0 };
	const struct counts_gauges gauges = {
		.store_answers = true,
		.ledger_size = 123,
		.version = 7,
		.resident_len = 4096,
		.cpu_secs = 1.5,
	};
	struct out o = out_open(64 * KIB);

	(void)state;
	counts_request(&all[0], COUNTS_LABEL, 200, 90, 1000);
	counts_request(&all[1], COUNTS_LABEL, 200, 400, 1000);
	counts_request(&all[1], COUNTS_ENTRIES, 503, 20000000, 0);
	counts_add(&all[0].refusals[COUNTS_RATE], 3);
	counts_add(&all[0].connections, 2);
	counts_add(&all[0].connections, UINT64_MAX);
	counts_add(&all[1].outcomes[REGISTRY_KNOWN], 1);
	counts_write(&o, all, 2, &gauges);
	assert_int_equal(o.failed, ERR_OK);
	assert_has(&o,
	    "\nhallmark_http_requests_total{class=\"label\",status=\"2xx\"} "
	    "2\n");
	assert_has(&o,
	    "\nhallmark_http_requests_total{class=\"entries\",status=\"5xx\"} "
	    "1\n");
	assert_has(
	    &o, "\nhallmark_http_request_seconds_bucket{le=\"0.0001\"} 1\n");
	assert_has(
	    &o, "\nhallmark_http_request_seconds_bucket{le=\"0.0005\"} 2\n");
	assert_has(&o, "\nhallmark_http_request_seconds_bucket{le=\"10\"} 2\n");
	assert_has(
	    &o, "\nhallmark_http_request_seconds_bucket{le=\"+Inf\"} 3\n");
	assert_has(&o, "\nhallmark_http_request_seconds_sum 20.000490\n");
	assert_has(&o, "\nhallmark_http_request_seconds_count 3\n");
	assert_has(&o, "\nhallmark_http_response_body_bytes_total 2000\n");
	assert_has(&o, "\nhallmark_http_refusals_total{reason=\"rate\"} 3\n");
	assert_has(&o, "\nhallmark_http_connections 1\n");
	assert_has(&o, "\nhallmark_statements_total{outcome=\"known\"} 1\n");
	assert_has(&o, "\nhallmark_ledger_size 123\n");
	assert_has(&o, "\nhallmark_state_version 7\n");
	assert_has(&o, "\nprocess_resident_memory_bytes 4096\n");
	assert_has(&o, "\nprocess_cpu_seconds_total 1.500\n");
	out_close(&o);
}

static void
counts_has_a_word_for_every_refusal(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNTS_REFUSALS; i++)
		assert_non_null(counts_refusal_word((enum counts_refusal)i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_tells_classes_by_the_first_segment),
		cmocka_unit_test(counts_writes_sums_of_all_threads),
		cmocka_unit_test(counts_has_a_word_for_every_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
