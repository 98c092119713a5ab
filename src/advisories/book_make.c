/* SPDX-License-Identifier: ISC */
/* Takes what feeds say, record by record, into rows. */
#include "advisories/maker_private.h"
#include "base/limits.h"
#include "base/number.h"

#include <stdlib.h>
#include <string.h>

#define SECS_PER_DAY 86400

static void
set_sizes(struct book_maker *m)
{
	texts_open(&m->texts);
	m->id_of.size = sizeof(uint32_t);
	m->ids.size = sizeof(struct maker_id);
	m->records.size = sizeof(struct maker_record);
	m->claims.size = sizeof(struct maker_claim);
	m->ranges.size = sizeof(struct maker_range);
	m->lists.size = sizeof(uint32_t);
	m->statements.size = sizeof(struct maker_statement);
	m->feeds.size = sizeof(struct maker_feed);
}

enum err
book_maker_open(
    size_t limit, const struct product_names *names, struct book_maker **ret)
{
	struct book_maker *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return ERR_MEMORY;
	m->memory.limit = limit;
	m->names = names;
	m->key = out_open(LIMIT_BOOK_TEXT_LEN);
	set_sizes(m);
	*ret = m;
	return ERR_OK;
}

void
book_maker_close(struct book_maker *m)
{
	if (m == NULL)
		return;
	texts_close(&m->memory, &m->texts);
	rows_close(&m->memory, &m->id_of);
	rows_close(&m->memory, &m->ids);
	rows_close(&m->memory, &m->records);
	rows_close(&m->memory, &m->claims);
	rows_close(&m->memory, &m->ranges);
	rows_close(&m->memory, &m->lists);
	rows_close(&m->memory, &m->statements);
	rows_close(&m->memory, &m->feeds);
	out_close(&m->key);
	free(m);
}

/* Not in the middle of a character of UTF-8. */
static struct bytes
cut(struct bytes text, size_t len)
{
	if (text.len <= len)
		return text;
	while (len > 0 && (text.ptr[len] & 0xc0) == 0x80)
		len--;
	return bytes_slice(text, 0, len);
}

static enum err
put_text(struct book_maker *m, struct bytes text, uint32_t *ret)
{
	return texts_put(
	    &m->memory, &m->texts, cut(text, LIMIT_BOOK_TEXT_LEN), ret);
}

static bool
is_cve(struct bytes id)
{
	return bytes_starts(id, BYTES("CVE-"));
}

/* The number of an id, which is new or not. */
static enum err
put_id(struct book_maker *m, struct bytes id, uint32_t *ret)
{
	uint32_t text = 0;
	uint32_t at;
	enum err err = put_text(m, id, &text);

	if (err == ERR_OK && text >= m->id_of.count)
		err = rows_add(
		    &m->memory, &m->id_of, text + 1 - m->id_of.count, &at);
	if (err != ERR_OK)
		return err;
	uint32_t *id_of = m->id_of.ptr;

	if (id_of[text] == 0) {
		err = rows_add(&m->memory, &m->ids, 1, &at);
		if (err != ERR_OK)
			return err;
		struct maker_id *row = (struct maker_id *)m->ids.ptr + at;

		*row = (struct maker_id){ .text = text,
			.record = MAKER_NONE,
			.epss = EPSS_UNKNOWN,
			.merged = MAKER_NONE,
			.target = at,
			.is_cve = is_cve(id) };
		id_of[text] = at + 1;
	}
	*ret = id_of[text] - 1;
	return ERR_OK;
}

static enum err
put_ids(struct book_maker *m, const struct bytes *list, size_t count,
    uint32_t *ret_first, uint32_t *ret_count)
{
	size_t kept = size_min(count, LIMIT_BOOK_LIST);
	enum err err = ERR_OK;

	*ret_first = (uint32_t)m->lists.count;
	for (size_t i = 0; i < kept && err == ERR_OK; i++) {
		uint32_t id = 0;
		uint32_t at = 0;

		err = put_id(m, list[i], &id);
		if (err == ERR_OK)
			err = rows_add(&m->memory, &m->lists, 1, &at);
		if (err == ERR_OK)
			((uint32_t *)m->lists.ptr)[at] = id;
	}
	*ret_count = (uint32_t)kept;
	return err;
}

static enum err
put_files(
    struct book_maker *m, const struct claim *claim, struct maker_claim *to)
{
	size_t kept = size_min(claim->file_count, LIMIT_BOOK_LIST);
	enum err err = ERR_OK;

	to->file_first = (uint32_t)m->lists.count;
	to->file_count = (uint32_t)kept;
	for (size_t i = 0; i < kept && err == ERR_OK; i++) {
		uint32_t text = 0;
		uint32_t at = 0;

		err = put_text(m, claim->files[i], &text);
		if (err == ERR_OK)
			err = rows_add(&m->memory, &m->lists, 1, &at);
		if (err == ERR_OK)
			((uint32_t *)m->lists.ptr)[at] = text;
	}
	return err;
}

static enum err
put_range(struct book_maker *m, const struct claim_range *range,
    struct maker_claim *to)
{
	uint32_t from = 0;
	uint32_t end = 0;
	uint32_t at = 0;
	unsigned flags = (range->from_excluded ? BOOK_FROM_EXCLUDED : 0U) |
	    (range->to_included ? BOOK_TO_INCLUDED : 0U) |
	    (range->to_branch ? BOOK_TO_BRANCH : 0U);

	if (range->from.len > LIMIT_BOOK_VERSION_LEN ||
	    range->to.len > LIMIT_BOOK_VERSION_LEN) {
		to->flags |= BOOK_CLAIM_UNREAD;
		return ERR_OK;
	}
	enum err err = put_text(m, range->from, &from);

	if (err == ERR_OK)
		err = put_text(m, range->to, &end);
	if (err == ERR_OK)
		err = rows_add(&m->memory, &m->ranges, 1, &at);
	if (err != ERR_OK)
		return err;
	((struct maker_range *)m->ranges.ptr)[at] =
	    (struct maker_range){ .from = from,
		    .to = end,
		    .flags = (uint8_t)flags,
		    .status = (uint8_t)range->status };
	to->range_count++;
	return ERR_OK;
}

/* Into m->key; nothing when the claim names no product. */
static enum err
build_key(struct book_maker *m, const struct claim *claim)
{
	m->key.len = 0;
	if (claim->key == CLAIM_BY_NAME)
		product_names_put_key(
		    m->names, claim->space, claim->name, &m->key);
	else if (claim->space.len > 0 && claim->name.len > 0)
		book_put_package_key(
		    claim->space, BYTES(""), claim->name, &m->key);
	if (m->key.failed == ERR_LIMIT) { /* no name of anything */
		m->key.failed = ERR_OK;
		m->key.len = 0;
	}
	return m->key.failed;
}

static enum err
put_claim(struct book_maker *m, const struct claim *claim, bool *ret_put)
{
	struct maker_claim row = {
		.source = claim->source,
		.scheme = claim->scheme,
		.otherwise = claim->otherwise,
	};
	uint32_t at = 0;
	enum err err = build_key(m, claim);

	*ret_put = false;
	if (err != ERR_OK || m->key.len == 0)
		return err;
	row.flags = (uint8_t)((claim->from_prose ? BOOK_CLAIM_PROSE : 0U) |
	    (claim->has_unread ? BOOK_CLAIM_UNREAD : 0U) |
	    (claim->conditional ? BOOK_CLAIM_CONDITIONAL : 0U));
	err = put_text(m, out_bytes(&m->key), &row.key);
	if (err == ERR_OK)
		err = put_text(m, claim->condition, &row.condition);
	if (err == ERR_OK)
		err = put_text(m, claim->release, &row.release);
	if (err == ERR_OK)
		err = put_files(m, claim, &row);
	row.range_first = (uint32_t)m->ranges.count;
	for (size_t i = 0; i < claim->range_count && err == ERR_OK; i++)
		err = put_range(m, &claim->ranges[i], &row);
	if (err == ERR_OK)
		err = rows_add(&m->memory, &m->claims, 1, &at);
	if (err != ERR_OK)
		return err;
	((struct maker_claim *)m->claims.ptr)[at] = row;
	*ret_put = true;
	return ERR_OK;
}

static enum maker_family
family_of(const struct claim *claims, size_t count)
{
	static const enum maker_family of[CLAIM_SOURCE_COUNT] = {
		[CLAIM_CVE_CNA] = FAMILY_CVE,
		[CLAIM_CVE_ADP] = FAMILY_CVE,
		[CLAIM_NVD] = FAMILY_NVD,
		[CLAIM_OSV] = FAMILY_OSV,
		[CLAIM_EUVD] = FAMILY_EUVD,
	};

	return count > 0 ? of[claims[0].source] : FAMILY_NONE;
}

/*
 * Whether the record is to be taken; the older record of the same family, of
 * which there is one at most, is then out of its id's list.
 */
static bool
replaces_older(struct book_maker *m, uint32_t id, enum maker_family family,
    int64_t modified)
{
	struct maker_record *records = m->records.ptr;
	uint32_t *link = &((struct maker_id *)m->ids.ptr)[id].record;

	while (*link != MAKER_NONE && records[*link].family != family)
		link = &records[*link].older;
	if (*link == MAKER_NONE)
		return true;
	struct maker_record *older = &records[*link];

	if (older->modified > modified)
		return false;
	older->is_dropped = true;
	*link = older->older;
	return true;
}

static enum err
put_claims(struct book_maker *m, const struct claim *claims, size_t count,
    struct maker_record *to)
{
	enum err err = ERR_OK;

	to->claim_first = (uint32_t)m->claims.count;
	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		bool put = false;

		err = put_claim(m, &claims[i], &put);
		to->claim_count += put;
	}
	return err;
}

/*
 * A record that speaks of an id which is not its own ("DSA-1" of "CVE-2") has
 * both as its id, and the other as its alias: so it is replaced by its next
 * edition, and by nothing else.
 */
static enum err
put_own_id(struct book_maker *m, const struct vulnerability *v, uint32_t *ret)
{
	if (v->record.len == 0)
		return put_id(m, v->id, ret);
	m->key.len = 0;
	out_put(&m->key, cut(v->record, LIMIT_BOOK_TEXT_LEN / 4));
	out_u8(&m->key, ' ');
	out_put(&m->key, cut(v->id, LIMIT_BOOK_TEXT_LEN / 4));
	if (m->key.failed != ERR_OK)
		return m->key.failed;
	enum err err = put_id(m, out_bytes(&m->key), ret);

	if (err == ERR_OK) {
		struct maker_id *id = (struct maker_id *)m->ids.ptr + *ret;

		id->is_joint = true;
		id->is_cve = false;
	}
	return err;
}

static enum err
put_aliases(struct book_maker *m, const struct vulnerability *v,
    struct maker_record *to)
{
	if (v->record.len > 0)
		return put_ids(
		    m, &v->id, 1, &to->alias_first, &to->alias_count);
	return put_ids(
	    m, v->aliases, v->alias_count, &to->alias_first, &to->alias_count);
}

static enum err
take_vulnerability(void *context, const struct vulnerability *v,
    const struct claim *claims, size_t claim_count)
{
	struct book_maker *m = context;
	struct maker_record row = { .modified = v->modified,
		.family = family_of(claims, claim_count),
		.cvss = v->cvss,
		.is_withdrawn = v->withdrawn,
		.merged = MAKER_NONE };
	uint32_t at = 0;
	enum err err = ERR_OK;

	if (v->id.len == 0)
		return ERR_OK;
	err = put_own_id(m, v, &row.id);
	if (err == ERR_OK &&
	    !replaces_older(m, row.id, row.family, v->modified))
		return ERR_OK;
	if (err == ERR_OK)
		err = put_text(m, v->title, &row.title);
	if (err == ERR_OK)
		err = put_aliases(m, v, &row);
	if (err == ERR_OK)
		err = put_claims(m, claims, claim_count, &row);
	if (err == ERR_OK)
		err = rows_add(&m->memory, &m->records, 1, &at);
	if (err != ERR_OK)
		return err;
	struct maker_id *id = (struct maker_id *)m->ids.ptr + row.id;

	row.older = id->record;
	id->record = at;
	((struct maker_record *)m->records.ptr)[at] = row;
	return ERR_OK;
}

static uint32_t
days_of(int64_t secs)
{
	return secs > 0 ? u32_saturate((uint64_t)secs / SECS_PER_DAY) : 0;
}

static enum err
take_exploited(void *context, const struct exploited *e)
{
	struct book_maker *m = context;
	uint32_t number = 0;

	if (e->id.len == 0)
		return ERR_OK;
	enum err err = put_id(m, e->id, &number);

	if (err != ERR_OK)
		return err;
	struct maker_id *id = (struct maker_id *)m->ids.ptr + number;
	uint32_t since = days_of(e->since);

	id->exploited_by |= (uint8_t)(1U << e->source);
	id->ransomware |= e->ransomware;
	if (since > 0 && (id->since_days == 0 || since < id->since_days))
		id->since_days = since;
	return ERR_OK;
}

static enum err
take_score(void *context, struct bytes text, uint32_t epss, uint32_t percentile)
{
	struct book_maker *m = context;
	uint32_t number = 0;

	(void)percentile; /* nothing asks for it */
	if (text.len == 0)
		return ERR_OK;
	enum err err = put_id(m, text, &number);

	if (err != ERR_OK)
		return err;
	struct maker_id *id = (struct maker_id *)m->ids.ptr + number;

	m->scores += !id->scored;
	id->scored = true;
	id->epss = epss;
	return ERR_OK;
}

static enum err
put_name(struct book_maker *m, const struct vex_name *name, uint32_t *to)
{
	const struct bytes field[MAKER_NAME_FIELDS] = { name->purl, name->cpe,
		name->name, name->version, name->supplier, name->sha256 };
	enum err err = ERR_OK;

	for (size_t i = 0; i < MAKER_NAME_FIELDS && err == ERR_OK; i++)
		err = put_text(m, field[i], &to[i]);
	return err;
}

static enum err
take_vex(void *context, const struct vex_statement *s)
{
	struct book_maker *m = context;
	struct maker_statement row = {
		.order = s->order, .time = s->time, .status = s->status
	};
	uint32_t at = 0;

	if (s->id.len == 0)
		return ERR_OK;
	enum err err = put_id(m, s->id, &row.id);

	if (err == ERR_OK)
		err = put_ids(m, s->aliases, s->alias_count, &row.alias_first,
		    &row.alias_count);
	if (err == ERR_OK)
		err = put_name(m, &s->product, row.product);
	if (err == ERR_OK)
		err = put_name(m, &s->component, row.component);
	if (err == ERR_OK)
		err = put_text(m, s->justification, &row.justification);
	if (err == ERR_OK)
		err = put_text(m, s->detail, &row.detail);
	if (err == ERR_OK)
		err = put_text(m, s->author, &row.author);
	if (err == ERR_OK)
		err = put_text(m, s->document, &row.document);
	if (err == ERR_OK)
		err = rows_add(&m->memory, &m->statements, 1, &at);
	if (err == ERR_OK)
		((struct maker_statement *)m->statements.ptr)[at] = row;
	return err;
}

struct feed_sink
book_maker_sink(struct book_maker *m)
{
	return (struct feed_sink){ .context = m,
		.vulnerability = take_vulnerability,
		.exploited = take_exploited,
		.score = take_score,
		.vex = take_vex };
}

enum err
book_maker_note(
    struct book_maker *m, struct bytes name, const struct feed_info *info)
{
	struct maker_feed row = { .info = *info };
	uint32_t at = 0;
	enum err err = put_text(m, name, &row.name);

	if (err == ERR_OK)
		err = rows_add(&m->memory, &m->feeds, 1, &at);
	if (err == ERR_OK)
		((struct maker_feed *)m->feeds.ptr)[at] = row;
	return err;
}
