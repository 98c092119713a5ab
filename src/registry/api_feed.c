/* SPDX-License-Identifier: ISC */
/* Changes as Atom feeds (RFC 4287): of one product, or of all labels. */
#include "base/date.h"
#include "registry/api_private.h"
#include "registry/api_rows.h"
#include "registry/xml.h"
#include "statement/status_change.h"

#include <inttypes.h>
#include <stdlib.h>

#define FEED_LEN_MAX ((size_t)1 << 20)
/* Entries of a feed, and rows that each of its two questions may bring. */
#define FEED_ENTRIES 50

/* One change: what a statement says, or what followed from one for a label. */
struct feed_entry {
	uint64_t statement;
	uint64_t label; /* index + 1; 0: it is about the product */
	int64_t time;
	struct bytes word; /* "suspend", "advisory" */
	struct bytes text; /* foreign, for people */
};

struct feed {
	struct route_call *call;
	struct bytes product; /* empty: of all */
	struct registry_head head;
	struct feed_entry entry[2 * FEED_ENTRIES];
	size_t count;
};

static bool
has_entry(const struct feed *feed, uint64_t statement, uint64_t label)
{
	for (size_t i = 0; i < feed->count; i++)
		if (feed->entry[i].statement == statement &&
		    feed->entry[i].label == label)
			return true;
	return false;
}

static void
add(struct feed *feed, const struct feed_entry *entry)
{
	if (feed->count < sizeof(feed->entry) / sizeof(feed->entry[0]) &&
	    !has_entry(feed, entry->statement, entry->label))
		feed->entry[feed->count++] = *entry;
}

/* ---- statements ---- */

/* What its payload says, in a word and a text. */
static void
read_payload(
    enum statement_kind kind, struct bytes payload, struct feed_entry *entry)
{
	struct status_change change;
	struct update update;
	struct advisory advisory;
	struct fault fault;

	if (kind == STATEMENT_STATUS &&
	    status_change_read(payload, &change, &fault) == ERR_OK) {
		entry->word = bytes_of(status_action_text(change.action));
		entry->text = change.text;
	} else if (kind == STATEMENT_UPDATE &&
	    update_read(payload, &update, &fault) == ERR_OK) {
		entry->text = update.version;
	} else if (kind == STATEMENT_ADVISORY &&
	    advisory_read(payload, &advisory, &fault) == ERR_OK) {
		entry->text = advisory.id;
	}
}

static enum err
add_statement(struct feed *feed, const struct registry_statement *row)
{
	struct feed_entry entry = {
		.statement = row->index,
		.label = row->label,
		.time = row->issued,
		.word = bytes_of(kind_text(row->kind)),
	};
	struct bytes payload = { NULL, 0 };
	enum err err =
	    facts_read_payload(feed->call, row->index, row->kind, &payload);

	if (err != ERR_OK && err != ERR_END)
		return err;
	if (err == ERR_OK)
		read_payload(row->kind, payload, &entry);
	add(feed, &entry);
	return ERR_OK;
}

static enum err
add_statements(struct feed *feed)
{
	const unsigned of_product = 1U << STATEMENT_LABEL |
	    1U << STATEMENT_STATUS | 1U << STATEMENT_UPDATE |
	    1U << STATEMENT_ADVISORY | 1U << STATEMENT_CORRECTION;
	struct registry_question question = {
		.ask = REGISTRY_ASK_STATEMENTS,
		.by = feed->product.len > 0 ? REGISTRY_BY_PRODUCT
					    : REGISTRY_BY_ALL,
		.value = feed->product,
		.kinds =
		    feed->product.len > 0 ? of_product : 1U << STATEMENT_STATUS,
		.newest_first = true,
		.limit = FEED_ENTRIES,
	};
	struct registry_reply reply;
	enum err err = route_ask(feed->call, &question, &reply);

	for (size_t i = 0; err == ERR_OK && i < reply.count; i++)
		err = add_statement(feed, &reply.statements[i]);
	if (err == ERR_OK)
		feed->head = reply.head;
	return err;
}

/* ---- what followed from other statements ---- */

/* A newer label, or a body's accreditation, changes labels, too. */
static enum err
add_changes(struct feed *feed)
{
	struct registry_question question = {
		.ask = REGISTRY_ASK_LABELS,
		.by = feed->product.len > 0 ? REGISTRY_BY_PRODUCT
					    : REGISTRY_BY_CHANGE,
		.value = feed->product,
		.newest_first = true,
		.limit = FEED_ENTRIES,
	};
	struct registry_reply reply;
	enum err err = route_ask(feed->call, &question, &reply);

	for (size_t i = 0; err == ERR_OK && i < reply.count; i++) {
		const struct registry_label *row = &reply.labels[i];
		const struct feed_entry entry = {
			.statement = row->changed_by,
			.label = row->index + 1,
			.time = row->changed,
			.word = bytes_of(trust_status_text(row->status)),
			.text = row->reason_text,
		};

		if (row->has_change && row->status != TRUST_VALID)
			add(feed, &entry);
	}
	return err;
}

static int
compare_entries(const void *a, const void *b)
{
	const struct feed_entry *left = a;
	const struct feed_entry *right = b;

	if (left->statement != right->statement)
		return left->statement < right->statement ? 1 : -1;
	if (left->label != right->label)
		return left->label < right->label ? 1 : -1;
	return 0;
}

/* ---- writing ---- */

static void
put_time(struct out *o, const char *name, int64_t secs)
{
	out_text(o, "<");
	out_text(o, name);
	out_text(o, ">");
	date_put_time(o, secs > 0 ? secs : 0);
	out_text(o, "</");
	out_text(o, name);
	out_text(o, ">\n");
}

static void
put_link(struct out *o, const char *rel, const char *type, struct bytes url)
{
	out_text(o, "<link rel=\"");
	out_text(o, rel);
	out_text(o, "\" type=\"");
	out_text(o, type);
	out_text(o, "\" href=\"");
	xml_put(o, url);
	out_text(o, "\"/>\n");
}

/* "Example Optics CAM1 1.1" */
static enum err
find_name(struct feed *feed, const struct feed_entry *entry, struct bytes *ret)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_LABELS,
		.by = REGISTRY_BY_INDEX,
		.number = entry->label - 1,
		.limit = 1,
	};
	struct out o = out_open(512);
	struct registry_reply reply;
	enum err err = route_ask(feed->call, &question, &reply);

	if (err != ERR_OK || reply.count == 0)
		return err;
	out_put(&o, reply.labels[0].claims.maker);
	out_text(&o, " ");
	out_put(&o, api_model(feed->call, &reply.labels[0].claims));
	out_text(&o, " ");
	out_put(&o, reply.labels[0].claims.product.version);
	*ret = arena_copy(feed->call->arena, out_bytes(&o));
	out_close(&o);
	return ERR_OK;
}

/* Ids are for ever: statement and label say which change it is. */
static enum err
put_entry(struct feed *feed, const struct feed_entry *entry, struct out *o)
{
	struct route_call *call = feed->call;
	struct bytes name = { NULL, 0 };
	struct bytes page =
	    api_url(call, "/entries/%" PRIu64 "/statement", entry->statement);
	struct bytes id = api_url(call, "/entries/%" PRIu64, entry->statement);
	enum err err = ERR_OK;

	if (entry->label != 0) {
		err = find_name(feed, entry, &name);
		page = api_url(call, "/label/%" PRIu64, entry->label - 1);
		id = api_url(call, "/entries/%" PRIu64 "#label-%" PRIu64,
		    entry->statement, entry->label - 1);
	}
	if (err != ERR_OK)
		return err;
	out_text(o, "<entry>\n");
	xml_put_leaf(o, "id", id);
	out_text(o, "<title>");
	xml_put(o, entry->word);
	out_text(o, name.len > 0 ? ": " : "");
	xml_put(o, name);
	out_text(o, "</title>\n");
	put_time(o, "updated", entry->time);
	put_link(o, "alternate",
	    entry->label != 0 ? "text/html"
			      : "application/scitt-statement+cose",
	    page);
	out_text(o, "<summary>");
	xml_put(o, entry->text);
	out_text(o, "</summary>\n</entry>\n");
	return ERR_OK;
}

static int64_t
newest_time(const struct feed *feed, size_t count)
{
	int64_t newest = 0;

	for (size_t i = 0; i < count; i++)
		if (feed->entry[i].time > newest)
			newest = feed->entry[i].time;
	return newest > 0 ? newest : feed->head.time;
}

static enum err
give_feed(struct feed *feed, struct bytes self, struct bytes page)
{
	struct out o = out_open(FEED_LEN_MAX);
	size_t count = feed->count < FEED_ENTRIES ? feed->count : FEED_ENTRIES;
	enum err err = ERR_OK;

	qsort(
	    feed->entry, feed->count, sizeof(feed->entry[0]), compare_entries);
	out_text(&o,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	    "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
	xml_put_leaf(&o, "id", self);
	xml_put_leaf(&o, "title",
	    feed->product.len > 0 ? BYTES("Statements about a product")
				  : BYTES("Labels whose status changed"));
	put_time(&o, "updated", newest_time(feed, count));
	put_link(&o, "self", "application/atom+xml", self);
	put_link(&o, "alternate", "text/html", page);
	out_text(&o, "<author>");
	xml_put_leaf(&o, "name", feed->head.origin);
	out_text(&o, "</author>\n");
	for (size_t i = 0; err == ERR_OK && i < count; i++)
		err = put_entry(feed, &feed->entry[i], &o);
	out_text(&o, "</feed>\n");
	if (err == ERR_OK)
		return route_give(feed->call,
		    "application/atom+xml; charset=utf-8", REGISTRY_REVALIDATE,
		    &o);
	out_close(&o);
	return err;
}

enum err
api_feed(struct route_call *call)
{
	struct feed *feed = arena_take(call->arena, sizeof(*feed));
	uint8_t *id = arena_take(call->arena, PRODUCT_ID_LEN);
	struct bytes part = call->part[0];
	enum err err;

	if (feed == NULL || id == NULL)
		return ERR_MEMORY;
	*feed = (struct feed){ .call = call };
	if (part.len > 0 && !route_hex(part, id, PRODUCT_ID_LEN))
		return ERR_END;
	if (part.len > 0)
		feed->product = (struct bytes){ id, PRODUCT_ID_LEN };
	err = add_statements(feed);
	if (err == ERR_OK)
		err = add_changes(feed);
	if (err == ERR_OK && part.len > 0 && feed->count == 0)
		err = ERR_END;
	if (err != ERR_OK)
		return err;
	if (part.len == 0)
		return give_feed(feed, api_url(call, "/feed.atom"),
		    api_url(call, "/changes"));
	return give_feed(feed,
	    api_url(call, "/product/%.*s/feed.atom", (int)part.len,
		(const char *)part.ptr),
	    api_url(
		call, "/product/%.*s", (int)part.len, (const char *)part.ptr));
}
