/* SPDX-License-Identifier: ISC */
/* Reads OpenVEX documents. Source: openvex/spec, OPENVEX-SPEC.md 0.2.0, and
   0.0.2, where products are plain texts. */
#include "advisories/feed_vex_private.h"

struct document {
	struct feed_vex vex;
	struct json_reader statements; /* behind its JSON_ARRAY */
	bool has_statements;
};

/* A product, and where its subcomponents stand. */
struct product {
	struct vex_name name;
	struct json_reader parts; /* behind its JSON_ARRAY, if has_parts */
	bool has_parts;
};

struct statement {
	struct vex_statement vex;
	struct feed_list aliases;
	struct bytes impact;
	struct bytes action;
	struct bytes notes;
	int64_t updated;
	struct json_reader products;
	struct feed_list parts; /* struct vex_name; of all products: 0.0.2 */
	bool has_products;
};

static const struct {
	const char *text;
	enum vex_status status;
} statuses[] = {
	{ "not_affected", VEX_NOT_AFFECTED },
	{ "affected", VEX_AFFECTED },
	{ "fixed", VEX_FIXED },
	{ "under_investigation", VEX_INVESTIGATED },
};

/* --- names --- */

/* An "@id", or all there is: a package URL, a CPE, or whatever they call it. */
static void
take_id(struct bytes id, struct vex_name *name)
{
	if (bytes_starts(id, BYTES("pkg:")))
		feed_vex_keep(&name->purl, id);
	else if (bytes_starts(id, BYTES("cpe:")))
		feed_vex_keep(&name->cpe, id);
	else
		feed_vex_keep(&name->name, id);
}

static void
read_identifiers(struct feed *f, struct vex_name *name)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("purl"), JSON_TEXT))
			name->purl = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("cpe23"), JSON_TEXT))
			name->cpe = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("cpe22"), JSON_TEXT))
			feed_vex_keep(&name->cpe, feed_text(f, item.text));
	}
}

static void
read_hashes(struct feed *f, struct vex_name *name)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item))
		if (item.kind == JSON_TEXT && feed_vex_is_sha256(item.key))
			name->sha256 = feed_text(f, item.text);
}

/* A product or subcomponent: a text, or behind its JSON_OBJECT. */
static struct product
read_product(struct feed *f, const struct json_item *first)
{
	size_t inside = f->json.depth;
	struct product ret = { 0 };
	struct bytes id = { 0 };
	struct json_item item;

	if (first->kind != JSON_OBJECT) {
		take_id(feed_text(f, first->text), &ret.name);
		return ret;
	}
	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("@id"), JSON_TEXT)) {
			id = feed_text(f, item.text);
		} else if (feed_is(&item, BYTES("identifiers"), JSON_OBJECT)) {
			read_identifiers(f, &ret.name);
		} else if (feed_is(&item, BYTES("hashes"), JSON_OBJECT)) {
			read_hashes(f, &ret.name);
		} else if (feed_is(&item, BYTES("supplier"), JSON_TEXT)) {
			ret.name.supplier = feed_text(f, item.text);
		} else if (feed_is(&item, BYTES("subcomponents"), JSON_ARRAY)) {
			ret.parts = f->json;
			ret.has_parts = true;
		}
	}
	take_id(id, &ret.name);
	return ret;
}

static bool
is_product(const struct json_item *item)
{
	return item->kind == JSON_TEXT || item->kind == JSON_OBJECT;
}

/* Behind the JSON_ARRAY of "subcomponents". */
static void
read_parts(struct feed *f, struct feed_list *parts)
{
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item)) {
		struct vex_name *to = is_product(&item)
		    ? feed_list_add(f, parts, sizeof(*to))
		    : NULL;

		if (to != NULL)
			*to = read_product(f, &item).name;
	}
}

/* --- statements --- */

static void
read_vulnerability(struct feed *f, struct statement *s)
{
	size_t inside = f->json.depth;
	struct bytes iri = { 0 };
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("name"), JSON_TEXT))
			s->vex.id = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("@id"), JSON_TEXT))
			iri = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("aliases"), JSON_ARRAY))
			feed_read_texts(f, &s->aliases);
	}
	if (s->vex.id.len > 0)
		return;
	/* "https://nvd.nist.gov/vuln/detail/CVE-2019-17571" */
	while (bytes_next_field(&iri, '/', &s->vex.id))
		;
}

static void
read_status(struct feed *f, struct bytes text, struct vex_statement *vex)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (bytes_equal_text(text, statuses[i].text))
			vex->status = statuses[i].status;
	if (vex->status == VEX_NONE)
		feed_break(f, ERR_MALFORMED, "status");
}

static void
read_text(struct feed *f, const struct json_item *item, struct statement *s)
{
	if (feed_is(item, BYTES("vulnerability"), JSON_TEXT))
		s->vex.id = feed_text(f, item->text);
	else if (feed_is(item, BYTES("status"), JSON_TEXT))
		read_status(f, item->text, &s->vex);
	else if (feed_is(item, BYTES("justification"), JSON_TEXT))
		s->vex.justification = feed_text(f, item->text);
	else if (feed_is(item, BYTES("impact_statement"), JSON_TEXT))
		s->impact = feed_text(f, item->text);
	else if (feed_is(item, BYTES("action_statement"), JSON_TEXT))
		s->action = feed_text(f, item->text);
	else if (feed_is(item, BYTES("status_notes"), JSON_TEXT))
		s->notes = feed_text(f, item->text);
	else if (feed_is(item, BYTES("timestamp"), JSON_TEXT))
		s->vex.time = feed_time(item->text);
	else if (feed_is(item, BYTES("last_updated"), JSON_TEXT))
		s->updated = feed_time(item->text);
}

static void
read_members(struct feed *f, struct statement *s)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("vulnerability"), JSON_OBJECT)) {
			read_vulnerability(f, s);
		} else if (feed_is(&item, BYTES("products"), JSON_ARRAY)) {
			s->products = f->json;
			s->has_products = true;
		} else if (feed_is(&item, BYTES("subcomponents"), JSON_ARRAY)) {
			read_parts(f, &s->parts);
		} else {
			read_text(f, &item, s);
		}
	}
	if (s->vex.id.len == 0)
		feed_break(f, ERR_MALFORMED, "vulnerability");
	if (s->vex.status == VEX_NONE)
		feed_break(f, ERR_MALFORMED, "status");
	feed_vex_keep(&s->vex.detail, s->impact);
	if (s->vex.status != VEX_NOT_AFFECTED) { /* neither says why not */
		feed_vex_keep(&s->vex.detail, s->action);
		feed_vex_keep(&s->vex.detail, s->notes);
	}
	s->vex.aliases = s->aliases.ptr;
	s->vex.alias_count = s->aliases.count;
	if (s->updated > s->vex.time)
		s->vex.time = s->updated;
}

/* One for each subcomponent; an empty list is as good as none. */
static void
put_parts(struct feed *f, struct document *d, struct vex_statement *vex,
    const struct feed_list *parts)
{
	const struct vex_name *names = parts->ptr;

	vex->component = (struct vex_name){ 0 };
	if (parts->count == 0)
		feed_vex_put(f, &d->vex, vex);
	for (size_t i = 0; i < parts->count; i++) {
		vex->component = names[i];
		feed_vex_put(f, &d->vex, vex);
		if (feed_failed(f) != ERR_OK)
			return;
	}
}

static void
put_product(struct feed *f, struct document *d, struct statement *s,
    const struct product *product)
{
	struct json_reader back = f->json;
	struct feed_list parts = { 0 };

	s->vex.product = product->name;
	if (product->has_parts) {
		f->json = product->parts;
		read_parts(f, &parts);
		f->json = back;
	}
	put_parts(f, d, &s->vex, parts.count > 0 ? &parts : &s->parts);
}

static enum err
read_statement(struct feed *f, void *context)
{
	struct document *d = context;
	struct statement s = { 0 };
	struct json_item item;
	bool any = false;

	read_members(f, &s);
	struct json_reader end = f->json;

	if (s.has_products && feed_failed(f) == ERR_OK) {
		f->json = s.products;
		size_t list = f->json.depth;

		while (feed_next(f, list, &item)) {
			if (!is_product(&item))
				continue;
			struct product product = read_product(f, &item);

			any = true;
			put_product(f, d, &s, &product);
		}
		f->json = end;
	}
	/* without products it is about the one that it came with */
	if (!any && feed_failed(f) == ERR_OK)
		put_product(f, d, &s, &(struct product){ 0 });
	return feed_failed(f);
}

enum err
feed_read_openvex(struct feed *f)
{
	size_t inside = f->json.depth;
	struct document d = { 0 };
	int64_t updated = 0;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("@id"), JSON_TEXT)) {
			d.vex.id = feed_text(f, item.text);
		} else if (feed_is(&item, BYTES("author"), JSON_TEXT)) {
			d.vex.author = feed_text(f, item.text);
		} else if (feed_is(&item, BYTES("timestamp"), JSON_TEXT)) {
			d.vex.time = feed_time(item.text);
		} else if (feed_is(&item, BYTES("last_updated"), JSON_TEXT)) {
			updated = feed_time(item.text);
		} else if (feed_is(&item, BYTES("statements"), JSON_ARRAY)) {
			d.statements = f->json;
			d.has_statements = true;
		}
	}
	if (feed_failed(f) != ERR_OK)
		return feed_failed(f);
	if (!d.has_statements) {
		feed_break(f, ERR_MALFORMED, "statements");
		return f->broken;
	}
	/* a statement's own time is when it was said first: the document's last
	   change does not make it newer than that */
	if (d.vex.time == 0)
		d.vex.time = updated;
	feed_note_time(f, updated);
	struct json_reader end = f->json;

	f->json = d.statements;
	if (feed_each_record(f, read_statement, &d) == ERR_OK)
		f->json = end;
	return feed_failed(f);
}
