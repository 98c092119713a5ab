/* SPDX-License-Identifier: ISC */
/* Reads who is affected out of CSAF documents, whatever their profile.
   Source: OASIS CSAF 2.0 §3, and 2.1 where it has more. */
#include "advisories/feed_csaf_private.h"

/* Labels, impacts and advice that the document has for its products. */
enum note_kind {
	NOTE_LABEL,
	NOTE_IMPACT,
	NOTE_ACTION,
	NOTE_KIND_COUNT
};

struct note {
	struct bytes product; /* id; empty: all of them */
	enum note_kind kind;
	struct bytes text;
	size_t place; /* of several the first counts */
};

struct vulnerability_read {
	struct vex_statement vex;
	struct feed_list ids;
	struct feed_list notes; /* struct note, in order of the file */
	struct bytes common[NOTE_KIND_COUNT]; /* those of all products */
	struct json_reader status;	      /* behind its JSON_OBJECT */
	bool has_status;
};

struct document {
	struct feed_vex vex;
	struct csaf_tree tree;
	struct json_reader tree_at; /* behind its JSON_OBJECT */
	struct json_reader vulnerabilities;
	bool has_tree;
	bool has_vulnerabilities;
};

/*
 * In the order in which they are put: the last word on a product that stands
 * in two of them is the one that worries most. "recommended" says nothing
 * about a flaw.
 */
static const struct {
	const char *key;
	enum vex_status status;
} statuses[] = {
	{ "known_not_affected", VEX_NOT_AFFECTED },
	{ "fixed", VEX_FIXED },
	{ "first_fixed", VEX_FIXED },
	{ "under_investigation", VEX_INVESTIGATED },
	{ "first_affected", VEX_AFFECTED },
	{ "last_affected", VEX_AFFECTED },
	{ "known_affected", VEX_AFFECTED },
};

/* --- the document --- */

static void
read_tracking(struct feed *f, struct document *d)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("id"), JSON_TEXT))
			d->vex.id = feed_text(f, item.text);
		else if (feed_is(
			     &item, BYTES("current_release_date"), JSON_TEXT))
			d->vex.time = feed_time(item.text);
	}
}

static void
read_head(struct feed *f, struct document *d)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		size_t publisher = f->json.depth;

		if (feed_is(&item, BYTES("tracking"), JSON_OBJECT)) {
			read_tracking(f, d);
			continue;
		}
		if (!feed_is(&item, BYTES("publisher"), JSON_OBJECT))
			continue;
		while (feed_next(f, publisher, &item))
			if (feed_is(&item, BYTES("name"), JSON_TEXT))
				d->vex.author = feed_text(f, item.text);
	}
}

static void
read_document(struct feed *f, struct document *d)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("document"), JSON_OBJECT)) {
			read_head(f, d);
		} else if (feed_is(&item, BYTES("product_tree"), JSON_OBJECT)) {
			d->tree_at = f->json;
			d->has_tree = true;
		} else if (feed_is(
			       &item, BYTES("vulnerabilities"), JSON_ARRAY)) {
			d->vulnerabilities = f->json;
			d->has_vulnerabilities = true;
		}
	}
	feed_note_time(f, d->vex.time);
}

/* --- notes --- */

static void
add_note(struct feed *f, struct vulnerability_read *v, struct bytes product,
    enum note_kind kind, struct bytes text)
{
	struct note *note = feed_list_add(f, &v->notes, sizeof(*note));

	if (note != NULL)
		*note = (struct note){ product, kind, text, v->notes.count };
}

/* Behind a JSON_ARRAY of ids of products or groups. */
static void
add_notes(struct feed *f, const struct document *d,
    struct vulnerability_read *v, bool groups, enum note_kind kind,
    struct bytes text)
{
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item)) {
		size_t at = 0;
		struct bytes product;

		if (item.kind != JSON_TEXT)
			continue;
		struct bytes id = feed_text(f, item.text);

		if (!groups)
			add_note(f, v, id, kind, text);
		while (
		    groups && csaf_next_of_group(&d->tree, id, &at, &product))
			add_note(f, v, product, kind, text);
	}
}

/* What one of "flags", "threats" or "remediations" says, and to whom. */
struct remark {
	struct bytes text;
	struct json_reader products; /* behind their JSON_ARRAY */
	struct json_reader groups;
	bool has_products;
	bool has_groups;
	bool counts;
};

static struct remark
read_remark(struct feed *f, enum note_kind kind)
{
	size_t inside = f->json.depth;
	struct remark ret = { .counts = kind != NOTE_IMPACT };
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("product_ids"), JSON_ARRAY)) {
			ret.products = f->json;
			ret.has_products = true;
		} else if (feed_is(&item, BYTES("group_ids"), JSON_ARRAY)) {
			ret.groups = f->json;
			ret.has_groups = true;
		} else if (feed_is(&item, BYTES("category"), JSON_TEXT) &&
		    kind == NOTE_IMPACT) {
			ret.counts = feed_says(&item, BYTES("impact"));
		} else if (feed_is(&item,
			       kind == NOTE_LABEL ? BYTES("label")
						  : BYTES("details"),
			       JSON_TEXT)) {
			ret.text = feed_text(f, item.text);
		}
	}
	return ret;
}

/* Behind the JSON_ARRAY of remarks of one kind. */
static void
read_remarks(struct feed *f, const struct document *d,
    struct vulnerability_read *v, enum note_kind kind)
{
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item)) {
		if (item.kind != JSON_OBJECT)
			continue;
		struct remark remark = read_remark(f, kind);
		struct json_reader back = f->json;

		if (!remark.counts || feed_failed(f) != ERR_OK)
			continue;
		if (remark.has_products) {
			f->json = remark.products;
			add_notes(f, d, v, false, kind, remark.text);
		}
		if (remark.has_groups) {
			f->json = remark.groups;
			add_notes(f, d, v, true, kind, remark.text);
		}
		if (!remark.has_products && !remark.has_groups)
			feed_vex_keep(&v->common[kind], remark.text);
		f->json = back;
	}
}

static int
compare_notes(const void *a, const void *b)
{
	const struct note *left = a;
	const struct note *right = b;
	int ret = bytes_compare(left->product, right->product);

	if (ret != 0)
		return ret;
	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	return left->place < right->place ? -1 : left->place > right->place;
}

static struct bytes
find_note(const struct vulnerability_read *v, struct bytes product,
    enum note_kind kind)
{
	const struct note *notes = v->notes.ptr;
	size_t from = 0;
	size_t end = v->notes.count;

	while (from < end) {
		size_t middle = from + (end - from) / 2;
		int order = bytes_compare(notes[middle].product, product);

		if (order < 0 || (order == 0 && notes[middle].kind < kind))
			from = middle + 1;
		else
			end = middle;
	}
	if (from < v->notes.count &&
	    bytes_equal(notes[from].product, product) &&
	    notes[from].kind == kind)
		return notes[from].text;
	return v->common[kind];
}

/* --- vulnerabilities --- */

/* Behind the JSON_ARRAY of "ids". */
static void
read_ids(struct feed *f, struct feed_list *ids)
{
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item)) {
		size_t inside = f->json.depth;

		if (item.kind != JSON_OBJECT)
			continue;
		while (feed_next(f, inside, &item))
			if (feed_is(&item, BYTES("text"), JSON_TEXT))
				feed_list_add_text(
				    f, ids, feed_text(f, item.text));
	}
}

static void
read_members(
    struct feed *f, const struct document *d, struct vulnerability_read *v)
{
	static const struct {
		const char *key;
		enum note_kind kind;
	} remarks[] = {
		{ "flags", NOTE_LABEL },
		{ "threats", NOTE_IMPACT },
		{ "remediations", NOTE_ACTION },
	};
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("cve"), JSON_TEXT)) {
			v->vex.id = feed_text(f, item.text);
		} else if (feed_is(&item, BYTES("ids"), JSON_ARRAY)) {
			read_ids(f, &v->ids);
		} else if (feed_is(
			       &item, BYTES("product_status"), JSON_OBJECT)) {
			v->status = f->json;
			v->has_status = true;
		}
		for (size_t i = 0; i < 3; i++)
			if (feed_is(
				&item, bytes_of(remarks[i].key), JSON_ARRAY))
				read_remarks(f, d, v, remarks[i].kind);
	}
	v->vex.aliases = v->ids.ptr;
	v->vex.alias_count = v->ids.count;
	if (v->vex.id.len == 0 && v->ids.count > 0)
		v->vex.id = *(const struct bytes *)v->ids.ptr;
}

/* Behind the JSON_ARRAY of ids that have one status. */
static void
put_status(struct feed *f, struct document *d, struct vulnerability_read *v,
    enum vex_status status, bool put)
{
	size_t list = f->json.depth;
	struct json_item item;
	struct vex_statement *vex = &v->vex;

	while (feed_next(f, list, &item)) {
		struct bytes id = feed_text(f, item.text);
		const struct csaf_product *product =
		    csaf_find_product(&d->tree, id);

		if (product == NULL) {
			feed_break(f, ERR_MALFORMED, "product_status");
			return;
		}
		if (!put)
			continue;
		bool not_affected = status == VEX_NOT_AFFECTED;

		vex->status = status;
		vex->product = product->product;
		vex->component = product->component;
		vex->justification = not_affected ? find_note(v, id, NOTE_LABEL)
						  : (struct bytes){ 0 };
		vex->detail =
		    find_note(v, id, not_affected ? NOTE_IMPACT : NOTE_ACTION);
		feed_vex_put(f, &d->vex, vex);
	}
}

/* All of "product_status": looks whether its ids are there, or puts it. */
static void
put_statuses(
    struct feed *f, struct document *d, struct vulnerability_read *v, bool put)
{
	struct json_item item;

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		f->json = v->status;
		size_t inside = f->json.depth;

		while (feed_next(f, inside, &item))
			if (feed_is(
				&item, bytes_of(statuses[i].key), JSON_ARRAY))
				put_status(f, d, v, statuses[i].status, put);
	}
}

static enum err
read_vulnerability(struct feed *f, void *context)
{
	struct document *d = context;
	struct vulnerability_read v = { 0 };

	read_members(f, d, &v);
	/* the format asks for neither id; without one nothing can be found */
	if (!v.has_status || v.vex.id.len == 0 || feed_failed(f) != ERR_OK)
		return feed_failed(f);
	struct json_reader end = f->json;

	if (v.notes.count > 1)
		qsort(v.notes.ptr, v.notes.count, sizeof(struct note),
		    compare_notes);
	put_statuses(f, d, &v, false);
	if (feed_failed(f) == ERR_OK)
		put_statuses(f, d, &v, true);
	f->json = end;
	return feed_failed(f);
}

enum err
feed_read_csaf(struct feed *f)
{
	struct document d = { 0 };

	read_document(f, &d);
	struct json_reader end = f->json;

	if (d.has_tree && feed_failed(f) == ERR_OK) {
		f->json = d.tree_at;
		csaf_read_tree(f, &d.tree);
	}
	if (d.has_vulnerabilities && feed_failed(f) == ERR_OK) {
		f->json = d.vulnerabilities;
		(void)feed_each_record(f, read_vulnerability, &d);
	}
	if (feed_failed(f) == ERR_OK)
		f->json = end;
	return feed_failed(f);
}
