/* SPDX-License-Identifier: ISC */
/* Which versions an OSV entry is about. Source: ossf/osv-schema,
   "affected[].ranges[] field" and "Evaluation". */
#include "advisories/feed_osv_private.h"

/* Events of one range that are put in order; who has more has sorted them. */
#define OSV_SORT_MAX 256

enum event_kind {
	INTRODUCED,
	FIXED,
	LAST_AFFECTED,
	LIMIT
};

struct event {
	enum event_kind kind;
	struct bytes version;
};

/* Behind the JSON_ARRAY of "events", or of what osv.dev found out of them. */
static void
read_events(struct feed *f, struct feed_list *events)
{
	static const struct {
		const char *key;
		enum event_kind kind;
	} keys[] = {
		{ "introduced", INTRODUCED },
		{ "fixed", FIXED },
		{ "last_affected", LAST_AFFECTED },
		{ "limit", LIMIT },
	};
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item)) {
		size_t inside = f->json.depth;

		if (item.kind != JSON_OBJECT)
			continue;
		while (feed_next(f, inside, &item)) {
			size_t i = 0;

			while (i < 4 &&
			    !feed_is(&item, bytes_of(keys[i].key), JSON_TEXT))
				i++;
			struct event *event = i == 4
			    ? NULL
			    : feed_list_add(f, events, sizeof(*event));

			if (event == NULL)
				continue;
			event->kind = keys[i].kind;
			event->version = feed_text(f, item.text);
		}
	}
}

/* Behind the JSON_OBJECT of a GIT range's "database_specific": versions that
   osv.dev read out of the record that the commits are from. */
static void
read_extracted(struct feed *f, struct feed_list *events)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item))
		if (feed_is(&item, BYTES("versions"), JSON_ARRAY) ||
		    feed_is(&item, BYTES("extracted_events"), JSON_ARRAY))
			read_events(f, events);
}

static bool
is_from_start(const struct event *event)
{
	return event->kind == INTRODUCED &&
	    bytes_equal_text(event->version, "0");
}

/* Whether `a` has to stand before `b`, which stands before it now. */
static bool
is_earlier(
    enum version_scheme scheme, const struct event *a, const struct event *b)
{
	if (is_from_start(a) || is_from_start(b))
		return !is_from_start(b);
	return version_compare(scheme, b->version, a->version) == VERSION_OLDER;
}

/* By insertion: they nearly always are in order already. */
static void
sort_events(enum version_scheme scheme, struct event *events, size_t count)
{
	if (count > OSV_SORT_MAX)
		return;
	for (size_t i = 1; i < count; i++) {
		for (size_t at = i;
		     at > 0 && is_earlier(scheme, &events[at], &events[at - 1]);
		     at--) {
			struct event moved = events[at];

			events[at] = events[at - 1];
			events[at - 1] = moved;
		}
	}
}

static void
add_range(struct feed *f, struct feed_list *ranges,
    const struct event *introduced, const struct event *end)
{
	struct claim_range *range = feed_list_add(f, ranges, sizeof(*range));

	if (range == NULL)
		return;
	range->status = CLAIM_AFFECTED;
	if (!is_from_start(introduced))
		range->from = introduced->version;
	if (end == NULL)
		return;
	range->to = end->version;
	range->to_included = end->kind == LAST_AFFECTED;
}

/* Sorted events are a walk along the versions. */
static void
add_ranges(struct feed *f, enum version_scheme scheme,
    const struct feed_list *list, struct feed_list *ranges)
{
	struct event *events = list->ptr;
	const struct event *introduced = NULL;

	sort_events(scheme, events, list->count);
	for (size_t i = 0; i < list->count; i++) {
		const struct event *event = &events[i];
		bool endless = event->kind == LIMIT &&
		    bytes_equal_text(event->version, "*");

		if (endless)
			continue;
		if (event->kind == INTRODUCED) {
			introduced = introduced == NULL ? event : introduced;
		} else if (introduced != NULL) {
			add_range(f, ranges, introduced, event);
			introduced = NULL;
		}
	}
	if (introduced != NULL)
		add_range(f, ranges, introduced, NULL);
}

/* Behind the JSON_OBJECT of one of "ranges". False: commits, nothing else. */
static bool
read_range(struct feed *f, enum version_scheme scheme, struct feed_list *ranges)
{
	size_t inside = f->json.depth;
	struct feed_list events = { 0 };
	struct feed_list extracted = { 0 };
	struct json_item item;
	bool is_git = false;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("type"), JSON_TEXT))
			is_git = feed_says(&item, BYTES("GIT"));
		else if (feed_is(&item, BYTES("events"), JSON_ARRAY))
			read_events(f, &events);
		else if (feed_is(
			     &item, BYTES("database_specific"), JSON_OBJECT))
			read_extracted(f, &extracted);
	}
	if (is_git)
		add_ranges(f, VERSION_ANY, &extracted, ranges);
	else
		add_ranges(f, scheme, &events, ranges);
	return !is_git || extracted.count > 0;
}

void
osv_read_ranges(struct feed *f, const struct json_reader *at,
    struct claim *claim, struct feed_list *ranges)
{
	struct json_reader back = f->json;
	struct json_item item;

	f->json = *at;
	size_t list = f->json.depth;

	while (feed_next(f, list, &item))
		if (item.kind == JSON_OBJECT &&
		    !read_range(f, claim->scheme, ranges))
			claim->has_unread = true;
	f->json = back;
}

void
osv_read_versions(struct feed *f, const struct json_reader *at,
    const struct claim *claim, struct feed_list *ranges)
{
	struct json_reader back = f->json;
	struct json_item item;

	f->json = *at;
	size_t list = f->json.depth;

	while (feed_next(f, list, &item)) {
		struct bytes version = feed_text(f, item.text);

		if (item.kind != JSON_TEXT)
			continue;
		if (claim->key == CLAIM_BY_NAME)
			version = osv_version_of_tag(f, claim->name, version);
		if (version.len == 0)
			continue; /* a tag of something else */
		struct claim_range *range =
		    feed_list_add(f, ranges, sizeof(*range));

		if (range == NULL)
			continue;
		range->from = version;
		range->to = version;
		range->to_included = true;
		range->status = CLAIM_AFFECTED;
	}
	f->json = back;
}
