/* SPDX-License-Identifier: ISC */
/* The messages of a feed worker: kept whole, or refused. */
#include "worker/feed_wire.h"

#include "base/limits.h"
#include "worker/feed_client.h"
#include "worker/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(literal)                                                          \
	{                                                                      \
		(const uint8_t *)(literal), sizeof(literal) - 1                \
	}

static const struct feed_row row_sample = {
	.name = TEXT("nvd/2024.json.gz"),
	.info = { .kind = FEED_NVD,
	    .count = 31000,
	    .refused = 2,
	    .newest = 1795305600 },
	.code = ERR_MALFORMED,
	.at = 123456,
	.member = TEXT("2024.json"),
	.what = TEXT("nvd record: lastModified"),
};

static const struct book_health health_sample = {
	.feed_count = 4,
	.vulnerabilities = 300000,
	.claims = 1600000,
	.exploited = 1404,
	.exploited_known = 1400,
	.scores = 360142,
	.statements = 17,
	.newest_catalogue = 1795305600,
	.newest_claim = 1795219200,
};

static const struct match match_sample = {
	.subject = 3,
	.id = TEXT("CVE-2017-14491"),
	.title = TEXT("Heap-based buffer overflow in dnsmasq before 2.78"),
	.state = MATCH_AFFECTED,
	.confidence = MATCH_HIGH,
	.source = CLAIM_NVD,
	.range = TEXT("before 2.78"),
	.because = TEXT("sources disagree"),
	.fixed_in = TEXT("2.78"),
	.cvss = 98,
	.epss = 912345,
	.exploited_by = 1U << EXPLOITED_KEV,
	.exploited_since = 1700000000,
	.ransomware = true,
	.vex = VEX_NOT_AFFECTED,
	.vex_justification = TEXT("vulnerable_code_not_present"),
	.vex_detail = TEXT("built without DHCPv6"),
	.vex_author = TEXT("Argentum"),
	.vex_document = TEXT("https://example.com/vex/1"),
};

static const struct match_unused unused_sample = {
	.id = TEXT("CVE-2020-1"),
	.component = TEXT("pkg:generic/uclibc"),
	.document = TEXT("https://example.com/vex/1"),
};

static struct out
written(enum feed_wire_kind kind)
{
	struct out o = out_open(LIMIT_MESSAGE_LEN);

	if (kind == FEED_WIRE_FEED)
		feed_wire_write_feed(&o, &row_sample);
	else if (kind == FEED_WIRE_HEALTH)
		feed_wire_write_health(&o, &health_sample);
	else if (kind == FEED_WIRE_MATCH)
		feed_wire_write_match(&o, &match_sample);
	else
		feed_wire_write_unused(&o, &unused_sample);
	assert_int_equal(o.failed, ERR_OK);
	return o;
}

static enum err
read_any(enum feed_wire_kind kind, struct bytes in)
{
	struct feed_row row;
	struct book_health health;
	struct match match;
	struct match_unused unused;

	if (kind == FEED_WIRE_FEED)
		return feed_wire_read_feed(in, &row);
	if (kind == FEED_WIRE_HEALTH)
		return feed_wire_read_health(in, &health);
	if (kind == FEED_WIRE_MATCH)
		return feed_wire_read_match(in, &match);
	return feed_wire_read_unused(in, &unused);
}

static const enum feed_wire_kind kinds[] = { FEED_WIRE_FEED, FEED_WIRE_HEALTH,
	FEED_WIRE_MATCH, FEED_WIRE_UNUSED };
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void
a_feed_comes_back(void **state)
{
	struct out o = written(FEED_WIRE_FEED);
	struct feed_row row;

	(void)state;
	assert_int_equal(feed_wire_read_feed(out_bytes(&o), &row), ERR_OK);
	assert_true(bytes_equal(row.name, row_sample.name));
	assert_int_equal(row.info.kind, FEED_NVD);
	assert_int_equal(row.info.count, 31000);
	assert_int_equal(row.info.refused, 2);
	assert_int_equal(row.info.newest, 1795305600);
	assert_false(row.is_broken);
	assert_int_equal(row.code, ERR_MALFORMED);
	assert_int_equal(row.at, 123456);
	assert_true(bytes_equal(row.member, row_sample.member));
	assert_true(bytes_equal(row.what, row_sample.what));
	out_close(&o);
}

static void
health_comes_back(void **state)
{
	struct out o = written(FEED_WIRE_HEALTH);
	struct book_health h;

	(void)state;
	assert_int_equal(feed_wire_read_health(out_bytes(&o), &h), ERR_OK);
	assert_int_equal(h.feed_count, 4);
	assert_int_equal(h.vulnerabilities, 300000);
	assert_int_equal(h.claims, 1600000);
	assert_int_equal(h.exploited, 1404);
	assert_int_equal(h.exploited_known, 1400);
	assert_int_equal(h.scores, 360142);
	assert_int_equal(h.statements, 17);
	assert_int_equal(h.newest_catalogue, 1795305600);
	assert_int_equal(h.newest_claim, 1795219200);
	out_close(&o);
}

static void
a_match_comes_back(void **state)
{
	struct out o = written(FEED_WIRE_MATCH);
	const struct match *s = &match_sample;
	struct match m;

	(void)state;
	assert_int_equal(feed_wire_read_match(out_bytes(&o), &m), ERR_OK);
	assert_int_equal(m.subject, 3);
	assert_true(bytes_equal(m.id, s->id));
	assert_true(bytes_equal(m.title, s->title));
	assert_int_equal(m.state, s->state);
	assert_int_equal(m.confidence, s->confidence);
	assert_int_equal(m.source, s->source);
	assert_true(bytes_equal(m.range, s->range));
	assert_true(bytes_equal(m.because, s->because));
	assert_true(bytes_equal(m.fixed_in, s->fixed_in));
	assert_int_equal(m.cvss, 98);
	assert_int_equal(m.epss, 912345);
	assert_int_equal(m.exploited_by, 1U << EXPLOITED_KEV);
	assert_int_equal(m.exploited_since, 1700000000);
	assert_true(m.ransomware);
	assert_int_equal(m.vex, VEX_NOT_AFFECTED);
	assert_true(bytes_equal(m.vex_justification, s->vex_justification));
	assert_true(bytes_equal(m.vex_detail, s->vex_detail));
	assert_true(bytes_equal(m.vex_author, s->vex_author));
	assert_true(bytes_equal(m.vex_document, s->vex_document));
	out_close(&o);
}

static void
what_is_not_known_comes_back_as_such(void **state)
{
	struct match m = match_sample;
	struct out o = out_open(MIB);

	(void)state;
	m.cvss = CVSS_UNKNOWN;
	m.epss = EPSS_UNKNOWN;
	m.exploited_by = 0;
	feed_wire_write_match(&o, &m);
	assert_int_equal(feed_wire_read_match(out_bytes(&o), &m), ERR_OK);
	assert_int_equal(m.cvss, CVSS_UNKNOWN);
	assert_int_equal(m.epss, EPSS_UNKNOWN);
	assert_int_equal(m.exploited_by, 0);
	out_close(&o);
}

static void
every_prefix_is_refused(void **state)
{
	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct out o = written(kinds[k]);

		assert_int_equal(read_any(kinds[k], out_bytes(&o)), ERR_OK);
		for (size_t len = 0; len < o.len; len++)
			assert_int_equal(
			    read_any(
				kinds[k], bytes_slice(out_bytes(&o), 0, len)),
			    ERR_TRUNCATED);
		out_close(&o);
	}
}

static void
bytes_left_over_are_refused(void **state)
{
	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct out o = written(kinds[k]);

		out_u8(&o, 0);
		assert_int_equal(
		    read_any(kinds[k], out_bytes(&o)), ERR_MALFORMED);
		out_close(&o);
	}
}

static void
a_match_that_no_worker_sends_is_refused(void **state)
{
	struct match bad[7];

	(void)state;
	for (size_t i = 0; i < 7; i++)
		bad[i] = match_sample;
	bad[0].id.len = 0;
	bad[1].state = MATCH_STATE_COUNT;
	bad[2].source = CLAIM_SOURCE_COUNT;
	bad[3].cvss = 101;
	bad[4].epss = 1000001;
	bad[5].exploited_by = 1U << EXPLOITED_SOURCE_COUNT;
	bad[6].vex = VEX_STATUS_COUNT;
	for (size_t i = 0; i < 7; i++) {
		struct out o = out_open(MIB);
		struct match m = { .subject = 77 };

		feed_wire_write_match(&o, &bad[i]);
		assert_int_equal(
		    feed_wire_read_match(out_bytes(&o), &m), ERR_MALFORMED);
		assert_int_equal(m.subject, 77);
		out_close(&o);
	}
}

static void
a_feed_that_no_worker_sends_is_refused(void **state)
{
	struct feed_row bad[3];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		bad[i] = row_sample;
	bad[0].info.kind = FEED_KIND_COUNT;
	bad[1].is_broken = true;
	bad[1].code = ERR_OK;
	bad[2].code = ERR_SYSTEM + 1;
	for (size_t i = 0; i < 3; i++) {
		struct out o = out_open(MIB);
		struct feed_row row = { .at = 77 };

		feed_wire_write_feed(&o, &bad[i]);
		assert_int_equal(
		    feed_wire_read_feed(out_bytes(&o), &row), ERR_MALFORMED);
		assert_int_equal(row.at, 77);
		out_close(&o);
	}
}

static void
more_exploited_ones_known_than_there_are_is_refused(void **state)
{
	struct book_health h = health_sample;
	struct out o = out_open(MIB);

	(void)state;
	h.exploited_known = h.exploited + 1;
	feed_wire_write_health(&o, &h);
	assert_int_equal(
	    feed_wire_read_health(out_bytes(&o), &h), ERR_MALFORMED);
	out_close(&o);
}

static void
long_texts_are_cut_where_they_are_written(void **state)
{
	static const uint8_t many[FEED_WIRE_DETAIL_LEN + 1] = { 'x' };
	struct match m = match_sample;
	struct out o = out_open(MIB);

	(void)state;
	m.vex_detail = (struct bytes){ many, sizeof(many) };
	m.title = (struct bytes){ many, FEED_WIRE_LINE_LEN + 1 };
	feed_wire_write_match(&o, &m);
	assert_int_equal(feed_wire_read_match(out_bytes(&o), &m), ERR_OK);
	assert_int_equal(m.vex_detail.len, FEED_WIRE_DETAIL_LEN);
	assert_int_equal(m.title.len, FEED_WIRE_LINE_LEN);
	out_close(&o);
}

/* ---- lists and questions ---- */

static const struct bytes names[] = { TEXT("a.json"), TEXT("b/c.csv.gz"),
	TEXT("\x1b[2J") };

static const struct match_subject subjects[] = {
	{ .name = TEXT("dnsmasq"),
	    .version = TEXT("2.45"),
	    .package_version = TEXT("2.45-1"),
	    .purl = TEXT("pkg:opkg/dnsmasq@2.45-1"),
	    .cpe = TEXT("thekelleys:dnsmasq"),
	    .confidence = 95 },
	{ .name = TEXT("WR1"),
	    .version = TEXT("1.0"),
	    .supplier = TEXT("Example"),
	    .confidence = 100,
	    .is_product = true },
};

static void
a_list_comes_back(void **state)
{
	struct out o = out_open(MIB);
	struct arena arena = arena_open(MIB);
	struct bytes *back;
	size_t count;

	(void)state;
	feed_wire_write_list(&o, names, 3);
	assert_int_equal(
	    feed_wire_read_list(out_bytes(&o), &arena, &back, &count), ERR_OK);
	assert_int_equal(count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(bytes_equal(back[i], names[i]));
	for (size_t len = 0; len < o.len; len++)
		assert_int_equal(
		    feed_wire_read_list(bytes_slice(out_bytes(&o), 0, len),
			&arena, &back, &count),
		    ERR_TRUNCATED);
	arena_close(&arena);
	out_close(&o);
}

static void
a_question_comes_back(void **state)
{
	const struct match_wants wants = { .subjects = subjects,
		.subject_count = 2,
		.image_sha256 = BYTES("00ff") };
	struct out o = out_open(MIB);
	struct arena arena = arena_open(MIB);
	struct match_wants back;

	(void)state;
	feed_wire_write_question(&o, &wants);
	assert_int_equal(
	    feed_wire_read_question(out_bytes(&o), &arena, &back), ERR_OK);
	assert_int_equal(back.subject_count, 2);
	assert_true(bytes_equal(back.image_sha256, BYTES("00ff")));
	for (size_t i = 0; i < 2; i++) {
		const struct match_subject *a = &back.subjects[i];

		assert_true(bytes_equal(a->name, subjects[i].name));
		assert_true(bytes_equal(a->version, subjects[i].version));
		assert_true(bytes_equal(
		    a->package_version, subjects[i].package_version));
		assert_true(bytes_equal(a->purl, subjects[i].purl));
		assert_true(bytes_equal(a->cpe, subjects[i].cpe));
		assert_true(bytes_equal(a->supplier, subjects[i].supplier));
		assert_int_equal(a->confidence, subjects[i].confidence);
		assert_int_equal(a->is_product, subjects[i].is_product);
	}
	for (size_t len = 0; len < o.len; len++)
		assert_int_equal(
		    feed_wire_read_question(
			bytes_slice(out_bytes(&o), 0, len), &arena, &back),
		    ERR_TRUNCATED);
	arena_close(&arena);
	out_close(&o);
}

static void
a_claimed_count_takes_no_memory(void **state)
{
	struct out o = out_open(MIB);
	struct arena arena = arena_open(4 * KIB);
	struct match_wants back;
	struct bytes *list;
	size_t count;

	(void)state;
	out_u32le(&o, LIMIT_FEED_FILES);
	assert_int_equal(
	    feed_wire_read_list(out_bytes(&o), &arena, &list, &count),
	    ERR_TRUNCATED);
	o.len = 0;
	out_u32le(&o, LIMIT_FEED_FILES + 1);
	assert_int_equal(
	    feed_wire_read_list(out_bytes(&o), &arena, &list, &count),
	    ERR_LIMIT);
	o.len = 0;
	out_u32le(&o, 0);
	out_u32le(&o, LIMIT_FEED_SUBJECTS);
	assert_int_equal(feed_wire_read_question(out_bytes(&o), &arena, &back),
	    ERR_TRUNCATED);
	o.len = 4;
	out_u32le(&o, LIMIT_FEED_SUBJECTS + 1);
	assert_int_equal(
	    feed_wire_read_question(out_bytes(&o), &arena, &back), ERR_LIMIT);
	arena_close(&arena);
	out_close(&o);
}

/* ---- the order of messages ---- */

enum says {
	SAYS_NOTHING,
	SAYS_HELLO,
	SAYS_FEED,
	SAYS_BROKEN,
	SAYS_HEALTH,
	SAYS_PIECE,
	SAYS_MATCH,
	SAYS_MATCH_OF_NONE, /* a subject that nobody asked about */
	SAYS_UNUSED,
	SAYS_DONE_0,
	SAYS_DONE_1,
	SAYS_DONE_2,
	SAYS_TROUBLE,
	SAYS_NONSENSE,
};

static uint8_t
say(enum says what, struct out *o)
{
	struct wire_trouble trouble = { ERR_SYSTEM, BYTES("no jail") };
	struct feed_row broken = row_sample;
	struct match none = match_sample;

	switch (what) {
	case SAYS_HELLO:
		wire_write_hello(o, BYTES("a jail"));
		return FEED_WIRE_HELLO;
	case SAYS_FEED:
		feed_wire_write_feed(o, &row_sample);
		return FEED_WIRE_FEED;
	case SAYS_BROKEN:
		broken.is_broken = true;
		feed_wire_write_feed(o, &broken);
		return FEED_WIRE_FEED;
	case SAYS_HEALTH:
		feed_wire_write_health(o, &health_sample);
		return FEED_WIRE_HEALTH;
	case SAYS_PIECE:
		out_text(o, "bytes");
		return FEED_WIRE_PIECE;
	case SAYS_MATCH:
		feed_wire_write_match(o, &match_sample);
		return FEED_WIRE_MATCH;
	case SAYS_MATCH_OF_NONE:
		none.subject = 4;
		feed_wire_write_match(o, &none);
		return FEED_WIRE_MATCH;
	case SAYS_UNUSED:
		feed_wire_write_unused(o, &unused_sample);
		return FEED_WIRE_UNUSED;
	case SAYS_DONE_0:
	case SAYS_DONE_1:
	case SAYS_DONE_2:
		feed_wire_write_done(o, (uint64_t)(what - SAYS_DONE_0));
		return FEED_WIRE_DONE;
	case SAYS_TROUBLE:
		wire_write_trouble(o, &trouble);
		return FEED_WIRE_TROUBLE;
	case SAYS_NOTHING:
	case SAYS_NONSENSE:
		break;
	}
	return FEED_WIRE_KIND_COUNT;
}

#define STEPS 7

static const struct {
	const char *sentence;
	bool compile;
	enum says says[STEPS];
	bool last_is_refused;
	enum feed_reply_state state;
} orders[] = {
	{ "matches", false,
	    { SAYS_HELLO, SAYS_FEED, SAYS_HEALTH, SAYS_MATCH, SAYS_UNUSED,
		SAYS_DONE_2 },
	    false, FEED_REPLY_ENDED },
	{ "no match", false, { SAYS_HELLO, SAYS_HEALTH, SAYS_DONE_0 }, false,
	    FEED_REPLY_ENDED },
	{ "a book", true,
	    { SAYS_HELLO, SAYS_FEED, SAYS_HEALTH, SAYS_PIECE, SAYS_PIECE,
		SAYS_DONE_2 },
	    false, FEED_REPLY_ENDED },
	{ "a broken feed", false,
	    { SAYS_HELLO, SAYS_BROKEN, SAYS_FEED, SAYS_DONE_2 }, false,
	    FEED_REPLY_BROKEN },
	{ "no jail", false, { SAYS_TROUBLE }, false, FEED_REPLY_TROUBLE },
	{ "trouble while reading", false, { SAYS_HELLO, SAYS_TROUBLE }, false,
	    FEED_REPLY_TROUBLE },
	{ "trouble while matching", false,
	    { SAYS_HELLO, SAYS_HEALTH, SAYS_MATCH, SAYS_TROUBLE }, false,
	    FEED_REPLY_TROUBLE },
	{ "feeds out of no jail", false, { SAYS_FEED }, true,
	    FEED_REPLY_START },
	{ "two greetings", false, { SAYS_HELLO, SAYS_HELLO }, true,
	    FEED_REPLY_OPEN },
	{ "an end without a reason", false,
	    { SAYS_HELLO, SAYS_FEED, SAYS_DONE_1 }, true, FEED_REPLY_OPEN },
	{ "matches before all is read", false, { SAYS_HELLO, SAYS_MATCH }, true,
	    FEED_REPLY_OPEN },
	{ "a match of a subject that nobody asked about", false,
	    { SAYS_HELLO, SAYS_HEALTH, SAYS_MATCH_OF_NONE }, true,
	    FEED_REPLY_READY },
	{ "a match behind an unused statement", false,
	    { SAYS_HELLO, SAYS_HEALTH, SAYS_UNUSED, SAYS_MATCH }, true,
	    FEED_REPLY_UNUSED },
	{ "a match instead of a book", true,
	    { SAYS_HELLO, SAYS_HEALTH, SAYS_MATCH }, true, FEED_REPLY_READY },
	{ "an unused statement instead of a book", true,
	    { SAYS_HELLO, SAYS_HEALTH, SAYS_UNUSED }, true, FEED_REPLY_READY },
	{ "a book instead of matches", false,
	    { SAYS_HELLO, SAYS_HEALTH, SAYS_PIECE }, true, FEED_REPLY_READY },
	{ "an end that counts wrong", false,
	    { SAYS_HELLO, SAYS_HEALTH, SAYS_MATCH, SAYS_DONE_2 }, true,
	    FEED_REPLY_READY },
	{ "a book that is short of a piece", true,
	    { SAYS_HELLO, SAYS_HEALTH, SAYS_PIECE, SAYS_DONE_2 }, true,
	    FEED_REPLY_READY },
	{ "something behind the end", false,
	    { SAYS_HELLO, SAYS_HEALTH, SAYS_DONE_0, SAYS_MATCH }, true,
	    FEED_REPLY_ENDED },
	{ "a kind that is none", false, { SAYS_HELLO, SAYS_NONSENSE }, true,
	    FEED_REPLY_OPEN },
};

static void
follow(size_t i)
{
	struct arena arena = arena_open(8 * MIB);
	struct feed_reply reply = feed_reply_open(&arena, orders[i].compile);

	reply.subject_count = 4;
	for (size_t k = 0; k < STEPS && orders[i].says[k] != SAYS_NOTHING;
	     k++) {
		bool is_last =
		    k + 1 == STEPS || orders[i].says[k + 1] == SAYS_NOTHING;
		struct out o = out_open(MIB);
		uint8_t type = say(orders[i].says[k], &o);
		struct message message = { type, out_bytes(&o) };
		enum err err = feed_reply_take(&reply, &message);

		if (err !=
		    (is_last && orders[i].last_is_refused ? ERR_MALFORMED
							  : ERR_OK))
			fail_msg("%s, step %zu", orders[i].sentence, k);
		out_close(&o);
	}
	if (reply.state != orders[i].state)
		fail_msg("%s", orders[i].sentence);
	arena_close(&arena);
}

static void
messages_come_in_one_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		follow(i);
}

static void
texts_outlive_their_messages(void **state)
{
	struct arena arena = arena_open(8 * MIB);
	struct feed_reply reply = feed_reply_open(&arena, false);
	static const enum says all[] = { SAYS_HELLO, SAYS_FEED, SAYS_HEALTH,
		SAYS_MATCH, SAYS_MATCH, SAYS_UNUSED };

	(void)state;
	reply.subject_count = 4;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct out o = out_open(MIB);
		uint8_t type = say(all[i], &o);
		struct message message = { type, out_bytes(&o) };

		assert_int_equal(feed_reply_take(&reply, &message), ERR_OK);
		memset(o.ptr, 0xaa, o.len);
		out_close(&o);
	}
	assert_string_equal(reply.jail, "a jail");
	assert_true(bytes_equal(reply.rows[0].what, row_sample.what));
	for (size_t i = 0; i < 2; i++) {
		assert_true(bytes_equal(reply.matches[i].id, match_sample.id));
		assert_true(bytes_equal(
		    reply.matches[i].vex_detail, match_sample.vex_detail));
	}
	assert_true(
	    bytes_equal(reply.unused[0].component, unused_sample.component));
	arena_close(&arena);
}

static void
too_many_matches_are_refused(void **state)
{
	struct arena arena = arena_open(512 * MIB);
	struct feed_reply reply = feed_reply_open(&arena, false);
	struct out o = out_open(MIB);
	struct match m = { .id = BYTES("x") };

	(void)state;
	feed_wire_write_match(&o, &m);
	const struct message message = { FEED_WIRE_MATCH, out_bytes(&o) };

	reply.subject_count = 1;
	reply.state = FEED_REPLY_READY;
	for (size_t i = 0; i < LIMIT_MATCHES; i++)
		assert_int_equal(feed_reply_take(&reply, &message), ERR_OK);
	assert_int_equal(feed_reply_take(&reply, &message), ERR_LIMIT);
	out_close(&o);
	arena_close(&arena);
}

static void
a_full_arena_is_told(void **state)
{
	struct out o = out_open(MIB);
	uint8_t type = say(SAYS_MATCH, &o);
	const struct message message = { type, out_bytes(&o) };
	enum err err = ERR_MEMORY;

	(void)state;
	for (size_t limit = 64; err == ERR_MEMORY; limit += 64) {
		struct arena arena = arena_open(limit);
		struct feed_reply reply = feed_reply_open(&arena, false);

		reply.subject_count = 4;
		reply.state = FEED_REPLY_READY;
		err = feed_reply_take(&reply, &message);
		assert_int_equal(reply.match_count, err == ERR_OK ? 1 : 0);
		arena_close(&arena);
	}
	assert_int_equal(err, ERR_OK);
	out_close(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_feed_comes_back),
		cmocka_unit_test(health_comes_back),
		cmocka_unit_test(a_match_comes_back),
		cmocka_unit_test(what_is_not_known_comes_back_as_such),
		cmocka_unit_test(every_prefix_is_refused),
		cmocka_unit_test(bytes_left_over_are_refused),
		cmocka_unit_test(a_match_that_no_worker_sends_is_refused),
		cmocka_unit_test(a_feed_that_no_worker_sends_is_refused),
		cmocka_unit_test(
		    more_exploited_ones_known_than_there_are_is_refused),
		cmocka_unit_test(long_texts_are_cut_where_they_are_written),
		cmocka_unit_test(a_list_comes_back),
		cmocka_unit_test(a_question_comes_back),
		cmocka_unit_test(a_claimed_count_takes_no_memory),
		cmocka_unit_test(messages_come_in_one_order),
		cmocka_unit_test(texts_outlive_their_messages),
		cmocka_unit_test(too_many_matches_are_refused),
		cmocka_unit_test(a_full_arena_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
