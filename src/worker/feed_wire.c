/* SPDX-License-Identifier: ISC */
/* The messages' fields, in the order in which they stand in the bytes. */
#include "worker/feed_wire.h"

#include "base/cursor.h"

#define EPSS_WHOLE 1000000U /* millionths */
#define CVSS_WHOLE 100U	    /* tenths */
#define PERCENT_WHOLE 100U

/* ---- fields ---- */

static void
put_i64(struct out *to, int64_t value)
{
	out_u64le(to, (uint64_t)value);
}

static int64_t
get_i64(struct cursor *c, const char *field)
{
	return (int64_t)cur_u64le(c, field);
}

/* A number below `count`, as an enum's. */
static unsigned
get_choice(struct cursor *c, unsigned count, const char *field)
{
	size_t at = c->pos;
	unsigned value = cur_u8(c, field);

	if (value < count)
		return value;
	cur_fail(c, ERR_MALFORMED, at, field);
	return 0;
}

static uint32_t
get_up_to(struct cursor *c, uint32_t most, uint32_t unknown, const char *field)
{
	size_t at = c->pos;
	uint32_t value = cur_u32le(c, field);

	if (value > most && value != unknown)
		cur_fail(c, ERR_MALFORMED, at, field);
	return value;
}

/* ---- the list of files ---- */

void
feed_wire_write_list(struct out *to, const struct bytes *names, size_t count)
{
	out_u32le(to, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		wire_put_field(to, names[i], FEED_WIRE_NAME_LEN);
}

enum err
feed_wire_read_list(struct bytes in, struct arena *arena,
    struct bytes **ret_names, size_t *ret_count)
{
	struct cursor c = cur_open(in, "list of feeds");
	size_t count = cur_u32le(&c, "count");

	if (count > LIMIT_FEED_FILES)
		cur_fail(&c, ERR_LIMIT, 0, "count");
	if (count > cur_left(&c) / 4) /* each has a length at least */
		cur_fail(&c, ERR_TRUNCATED, 0, "count");
	if (!cur_ok(&c))
		return c.fault.code;
	struct bytes *names = arena_take_array(arena, count, sizeof(*names));

	if (names == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++)
		names[i] = wire_get_field(&c, FEED_WIRE_NAME_LEN, "name");
	if (wire_end(&c) != ERR_OK)
		return c.fault.code;
	*ret_names = names;
	*ret_count = count;
	return ERR_OK;
}

/* ---- what a file held ---- */

void
feed_wire_write_feed(struct out *to, const struct feed_row *row)
{
	wire_put_field(to, row->name, FEED_WIRE_NAME_LEN);
	out_u8(to, (uint8_t)row->info.kind);
	out_u64le(to, row->info.count);
	out_u64le(to, row->info.refused);
	put_i64(to, row->info.newest);
	out_u8(to, row->is_broken);
	out_u8(to, (uint8_t)row->code);
	out_u64le(to, row->at);
	wire_put_field(to, row->member, FEED_WIRE_NAME_LEN);
	wire_put_field(to, row->what, FEED_WIRE_LINE_LEN);
}

enum err
feed_wire_read_feed(struct bytes in, struct feed_row *ret)
{
	struct cursor c = cur_open(in, "feed message");
	struct feed_row row = { 0 };

	row.name = wire_get_field(&c, FEED_WIRE_NAME_LEN, "name");
	row.info.kind = get_choice(&c, FEED_KIND_COUNT, "kind");
	row.info.count = cur_u64le(&c, "count");
	row.info.refused = cur_u64le(&c, "refused");
	row.info.newest = get_i64(&c, "newest");
	row.is_broken = get_choice(&c, 2, "is_broken") != 0;
	row.code = get_choice(&c, ERR_SYSTEM + 1, "code");
	row.at = cur_u64le(&c, "at");
	row.member = wire_get_field(&c, FEED_WIRE_NAME_LEN, "member");
	row.what = wire_get_field(&c, FEED_WIRE_LINE_LEN, "what");
	if (cur_ok(&c) && row.is_broken && row.code == ERR_OK)
		cur_fail(&c, ERR_MALFORMED, 0, "code");
	if (wire_end(&c) == ERR_OK)
		*ret = row;
	return c.fault.code;
}

/* ---- health ---- */

void
feed_wire_write_health(struct out *to, const struct book_health *health)
{
	out_u64le(to, health->feed_count);
	out_u64le(to, health->vulnerabilities);
	out_u64le(to, health->claims);
	out_u64le(to, health->exploited);
	out_u64le(to, health->exploited_known);
	out_u64le(to, health->scores);
	out_u64le(to, health->statements);
	put_i64(to, health->newest_catalogue);
	put_i64(to, health->newest_claim);
}

enum err
feed_wire_read_health(struct bytes in, struct book_health *ret)
{
	struct cursor c = cur_open(in, "health message");
	struct book_health health = { 0 };

	health.feed_count = (size_t)cur_u64le(&c, "feed_count");
	health.vulnerabilities = cur_u64le(&c, "vulnerabilities");
	health.claims = cur_u64le(&c, "claims");
	health.exploited = cur_u64le(&c, "exploited");
	health.exploited_known = cur_u64le(&c, "exploited_known");
	health.scores = cur_u64le(&c, "scores");
	health.statements = cur_u64le(&c, "statements");
	health.newest_catalogue = get_i64(&c, "newest_catalogue");
	health.newest_claim = get_i64(&c, "newest_claim");
	if (cur_ok(&c) && health.exploited_known > health.exploited)
		cur_fail(&c, ERR_MALFORMED, 0, "exploited_known");
	if (wire_end(&c) == ERR_OK)
		*ret = health;
	return c.fault.code;
}

/* ---- matches ---- */

void
feed_wire_write_match(struct out *to, const struct match *match)
{
	out_u32le(to, (uint32_t)match->subject);
	wire_put_field(to, match->id, FEED_WIRE_ID_LEN);
	wire_put_field(to, match->title, FEED_WIRE_LINE_LEN);
	out_u8(to, (uint8_t)match->state);
	out_u8(to, (uint8_t)match->confidence);
	out_u8(to, (uint8_t)match->source);
	wire_put_field(to, match->range, FEED_WIRE_LINE_LEN);
	wire_put_field(to, match->because, FEED_WIRE_LINE_LEN);
	wire_put_field(to, match->fixed_in, FEED_WIRE_ID_LEN);
	out_u32le(to, match->cvss);
	out_u32le(to, match->epss);
	out_u32le(to, match->exploited_by);
	put_i64(to, match->exploited_since);
	out_u8(to, match->ransomware);
	out_u8(to, (uint8_t)match->vex);
	wire_put_field(to, match->vex_justification, FEED_WIRE_ID_LEN);
	wire_put_field(to, match->vex_detail, FEED_WIRE_DETAIL_LEN);
	wire_put_field(to, match->vex_author, FEED_WIRE_LINE_LEN);
	wire_put_field(to, match->vex_document, FEED_WIRE_LINE_LEN);
}

static void
read_vex(struct cursor *c, struct match *m)
{
	m->vex = get_choice(c, VEX_STATUS_COUNT, "vex");
	m->vex_justification =
	    wire_get_field(c, FEED_WIRE_ID_LEN, "vex_justification");
	m->vex_detail = wire_get_field(c, FEED_WIRE_DETAIL_LEN, "vex_detail");
	m->vex_author = wire_get_field(c, FEED_WIRE_LINE_LEN, "vex_author");
	m->vex_document = wire_get_field(c, FEED_WIRE_LINE_LEN, "vex_document");
}

enum err
feed_wire_read_match(struct bytes in, struct match *ret)
{
	static const uint32_t sources = (1U << EXPLOITED_SOURCE_COUNT) - 1;
	struct cursor c = cur_open(in, "match message");
	struct match m = { 0 };

	m.subject = cur_u32le(&c, "subject");
	m.id = wire_get_field(&c, FEED_WIRE_ID_LEN, "id");
	if (cur_ok(&c) && m.id.len == 0)
		cur_fail(&c, ERR_MALFORMED, c.pos, "id");
	m.title = wire_get_field(&c, FEED_WIRE_LINE_LEN, "title");
	m.state = get_choice(&c, MATCH_STATE_COUNT, "state");
	m.confidence = get_choice(&c, MATCH_CONFIDENCE_COUNT, "confidence");
	m.source = get_choice(&c, CLAIM_SOURCE_COUNT, "source");
	m.range = wire_get_field(&c, FEED_WIRE_LINE_LEN, "range");
	m.because = wire_get_field(&c, FEED_WIRE_LINE_LEN, "because");
	m.fixed_in = wire_get_field(&c, FEED_WIRE_ID_LEN, "fixed_in");
	m.cvss = (uint8_t)get_up_to(&c, CVSS_WHOLE, CVSS_UNKNOWN, "cvss");
	m.epss = get_up_to(&c, EPSS_WHOLE, EPSS_UNKNOWN, "epss");
	m.exploited_by = get_up_to(&c, sources, 0, "exploited_by");
	m.exploited_since = get_i64(&c, "exploited_since");
	m.ransomware = get_choice(&c, 2, "ransomware") != 0;
	read_vex(&c, &m);
	if (wire_end(&c) == ERR_OK)
		*ret = m;
	return c.fault.code;
}

void
feed_wire_write_unused(struct out *to, const struct match_unused *unused)
{
	wire_put_field(to, unused->id, FEED_WIRE_ID_LEN);
	wire_put_field(to, unused->component, FEED_WIRE_LINE_LEN);
	wire_put_field(to, unused->document, FEED_WIRE_LINE_LEN);
}

enum err
feed_wire_read_unused(struct bytes in, struct match_unused *ret)
{
	struct cursor c = cur_open(in, "unused message");
	struct match_unused unused = { 0 };

	unused.id = wire_get_field(&c, FEED_WIRE_ID_LEN, "id");
	unused.component = wire_get_field(&c, FEED_WIRE_LINE_LEN, "component");
	unused.document = wire_get_field(&c, FEED_WIRE_LINE_LEN, "document");
	if (wire_end(&c) == ERR_OK)
		*ret = unused;
	return c.fault.code;
}

void
feed_wire_write_done(struct out *to, uint64_t count)
{
	out_u64le(to, count);
}

enum err
feed_wire_read_done(struct bytes in, uint64_t *ret_count)
{
	struct cursor c = cur_open(in, "done message");
	uint64_t count = cur_u64le(&c, "count");

	if (wire_end(&c) == ERR_OK)
		*ret_count = count;
	return c.fault.code;
}

/* ---- the question ---- */

static void
put_subject(struct out *to, const struct match_subject *s)
{
	wire_put_field(to, s->name, LIMIT_PATH_LEN);
	wire_put_field(to, s->version, FEED_WIRE_LINE_LEN);
	wire_put_field(to, s->package_version, FEED_WIRE_LINE_LEN);
	wire_put_field(to, s->purl, LIMIT_PATH_LEN);
	wire_put_field(to, s->cpe, LIMIT_PATH_LEN);
	wire_put_field(to, s->supplier, FEED_WIRE_LINE_LEN);
	out_u8(to, (uint8_t)s->confidence);
	out_u8(to, s->is_product);
}

/* The least that a subject takes: its lengths and two bytes. */
#define SUBJECT_MIN_LEN 26

static struct match_subject
get_subject(struct cursor *c)
{
	struct match_subject s = { 0 };

	s.name = wire_get_field(c, LIMIT_PATH_LEN, "name");
	s.version = wire_get_field(c, FEED_WIRE_LINE_LEN, "version");
	s.package_version =
	    wire_get_field(c, FEED_WIRE_LINE_LEN, "package_version");
	s.purl = wire_get_field(c, LIMIT_PATH_LEN, "purl");
	s.cpe = wire_get_field(c, LIMIT_PATH_LEN, "cpe");
	s.supplier = wire_get_field(c, FEED_WIRE_LINE_LEN, "supplier");
	s.confidence = get_choice(c, PERCENT_WHOLE + 1, "confidence");
	s.is_product = get_choice(c, 2, "is_product") != 0;
	return s;
}

void
feed_wire_write_question(struct out *to, const struct match_wants *wants)
{
	wire_put_field(to, wants->image_sha256, FEED_WIRE_ID_LEN);
	out_u32le(to, (uint32_t)wants->subject_count);
	for (size_t i = 0; i < wants->subject_count; i++)
		put_subject(to, &wants->subjects[i]);
}

enum err
feed_wire_read_question(
    struct bytes in, struct arena *arena, struct match_wants *ret)
{
	struct cursor c = cur_open(in, "question");
	struct match_wants wants = { 0 };

	wants.image_sha256 = wire_get_field(&c, FEED_WIRE_ID_LEN, "image");
	wants.subject_count = cur_u32le(&c, "count");
	if (wants.subject_count > LIMIT_FEED_SUBJECTS)
		cur_fail(&c, ERR_LIMIT, 0, "count");
	if (wants.subject_count > cur_left(&c) / SUBJECT_MIN_LEN)
		cur_fail(&c, ERR_TRUNCATED, 0, "count");
	if (!cur_ok(&c))
		return c.fault.code;
	struct match_subject *list =
	    arena_take_array(arena, wants.subject_count, sizeof(*list));

	if (list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < wants.subject_count; i++)
		list[i] = get_subject(&c);
	if (wire_end(&c) != ERR_OK)
		return c.fault.code;
	wants.subjects = list;
	*ret = wants;
	return ERR_OK;
}
