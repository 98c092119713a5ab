/* SPDX-License-Identifier: ISC */
/* "configurations" of NVD and CVE records: CPE matches, as claims. */
#include "advisories/cpe.h"
#include "advisories/feed_claims_private.h"
#include "advisories/range_text.h"
#include "base/limits.h"
#include "base/out.h"

/* One element of "cpeMatch". */
struct match {
	struct bytes criteria;
	struct bytes low;
	struct bytes high;
	bool low_excluded;
	bool high_included;
	bool vulnerable;
	size_t node; /* number of its node in the configuration */
};

/* One element of "nodes". */
struct node {
	bool all;    /* "AND": its matches only together */
	bool negate; /* what is not there: no claim can say so */
};

/* One element of "configurations". */
struct configuration {
	struct feed_list nodes;	  /* of struct node */
	struct feed_list matches; /* of struct match, by node */
	bool all;
	bool negate;
};

/* A claim in the making: matches of one product, one after the other. */
struct group {
	struct cpe cpe;
	struct feed_list ranges;
	struct bytes condition;
	bool has_unread;
	bool open;
};

bool
feed_read_cpe(struct feed *f, struct bytes text, struct cpe *ret)
{
	enum err err = cpe_read(text, f->work, ret);

	if (err == ERR_MEMORY)
		feed_break(f, ERR_LIMIT, "CPE");
	return err == ERR_OK;
}

/* --- claims --- */

static void
end_group(struct feed *f, struct feed_claims *to, struct group *g)
{
	struct claim *claim =
	    g->open ? feed_list_add(f, &to->list, sizeof(*claim)) : NULL;

	g->open = false;
	if (claim == NULL)
		return;
	*claim = (struct claim){
		.source = to->source,
		.key = CLAIM_BY_NAME,
		.space = g->cpe.field[CPE_VENDOR],
		.name = g->cpe.field[CPE_PRODUCT],
		.scheme = feed_scheme_of(g->cpe.field[CPE_VENDOR],
		    g->cpe.field[CPE_PRODUCT], VERSION_ANY),
		/* not in the list is not said to be free of it */
		.otherwise = g->has_unread ? CLAIM_UNKNOWN : CLAIM_UNAFFECTED,
		.ranges = g->ranges.ptr,
		.range_count = g->ranges.count,
		.has_unread = g->has_unread,
		.conditional = g->condition.len > 0,
		.condition = g->condition,
	};
	to->says_versions |= claim->range_count > 0;
	to->of_kernel |= claim->scheme == VERSION_KERNEL;
}

/*
 * A version with its update: "2022.07:rc1" is "2022.07-rc1", and "8.9:p1" is
 * "8.9p1", as the projects write them.
 */
static struct bytes
join_update(struct feed *f, const struct cpe *cpe)
{
	struct bytes version = cpe->field[CPE_VERSION];
	struct bytes update = cpe->field[CPE_UPDATE];
	struct out o = out_open(LIMIT_PURL_LEN);
	bool patch = update.len > 1 && update.ptr[0] == 'p' &&
	    update.ptr[1] >= '0' && update.ptr[1] <= '9';

	if (cpe_is_any(cpe, CPE_UPDATE) || cpe_is_none(cpe, CPE_UPDATE) ||
	    update.len == 0)
		return version;
	out_put(&o, version);
	out_text(&o, patch ? "" : "-");
	out_put(&o, update);
	if (o.failed == ERR_OK)
		version = feed_copy(f, out_bytes(&o));
	else if (o.failed == ERR_MEMORY)
		f->fatal = ERR_MEMORY;
	out_close(&o);
	return version;
}

static void
add_range(struct feed *f, struct group *g, const struct claim_range *range)
{
	struct claim_range *next = feed_list_add(f, &g->ranges, sizeof(*next));

	if (next == NULL)
		return;
	*next = *range;
	next->status = CLAIM_AFFECTED;
}

static void
add_match(struct feed *f, struct group *g, const struct match *m,
    const struct cpe *cpe)
{
	struct claim_range range = {
		.from = m->low,
		.to = m->high,
		.from_excluded = m->low_excluded,
		.to_included = m->high_included,
	};
	bool hardware = bytes_equal_text(cpe->field[CPE_PART], "h");

	if (m->low.len == 0 && m->high.len == 0) {
		if (cpe_is_none(cpe, CPE_VERSION) && !hardware) {
			/* "-": of no version that is known */
			g->has_unread = true;
			return;
		}
		if (!cpe_is_none(cpe, CPE_VERSION) &&
		    !cpe_is_any(cpe, CPE_VERSION)) {
			range.from = join_update(f, cpe);
			range.to = range.from;
			range.to_included = true;
		}
	}
	add_range(f, g, &range);
}

/* Platforms that a device with Linux may well be. */
static bool
is_usual_platform(const struct cpe *cpe)
{
	return cpe_is_any(cpe, CPE_TARGET_SW) ||
	    cpe_is_none(cpe, CPE_TARGET_SW) ||
	    cpe->field[CPE_TARGET_SW].len == 0 ||
	    bytes_equal_text(cpe->field[CPE_TARGET_SW], "linux") ||
	    bytes_equal_text(cpe->field[CPE_TARGET_SW], "linux_kernel");
}

/* Of another node than this one, or empty. */
static struct bytes
other_node(const struct configuration *c, size_t node)
{
	const struct match *matches = c->matches.ptr;
	size_t last = c->matches.count;

	if (last > 0 && matches[0].node != node)
		return matches[0].criteria;
	if (last > 0 && matches[last - 1].node != node)
		return matches[last - 1].criteria;
	return (struct bytes){ 0 };
}

/* What else must be there: another node's first, or the neighbour's in a node
   that wants all of its own. */
static struct bytes
condition_of(const struct configuration *c, size_t i)
{
	const struct match *matches = c->matches.ptr;
	const struct node *nodes = c->nodes.ptr;
	size_t node = matches[i].node;

	if (nodes[node].all) {
		if (i > 0 && matches[i - 1].node == node)
			return matches[i - 1].criteria;
		if (i + 1 < c->matches.count && matches[i + 1].node == node)
			return matches[i + 1].criteria;
	}
	return c->all ? other_node(c, node) : (struct bytes){ 0 };
}

static bool
continues(const struct group *g, const struct cpe *cpe, struct bytes condition)
{
	return g->open &&
	    bytes_equal(g->cpe.field[CPE_VENDOR], cpe->field[CPE_VENDOR]) &&
	    bytes_equal(g->cpe.field[CPE_PRODUCT], cpe->field[CPE_PRODUCT]) &&
	    bytes_equal(g->condition, condition);
}

static void
add_claims(
    struct feed *f, struct feed_claims *to, const struct configuration *c)
{
	const struct match *matches = c->matches.ptr;
	const struct node *nodes = c->nodes.ptr;
	struct group g = { .open = false };

	for (size_t i = 0; i < c->matches.count; i++) {
		struct bytes condition = condition_of(c, i);
		struct cpe cpe;

		if (!matches[i].vulnerable || nodes[matches[i].node].negate ||
		    !feed_read_cpe(f, matches[i].criteria, &cpe) ||
		    cpe_is_any(&cpe, CPE_PRODUCT) ||
		    cpe_is_none(&cpe, CPE_PRODUCT))
			continue;
		if (condition.len == 0 && !is_usual_platform(&cpe))
			condition = cpe.field[CPE_TARGET_SW];
		if (!continues(&g, &cpe, condition)) {
			end_group(f, to, &g);
			g = (struct group){
				.cpe = cpe,
				.condition = condition,
				.open = true,
			};
		}
		add_match(f, &g, &matches[i], &cpe);
	}
	end_group(f, to, &g);
}

/* --- reading --- */

static void
read_bound(struct feed *f, const struct json_item *item, struct match *m)
{
	static const struct {
		const char *key;
		bool high;
		bool included;
	} bounds[] = {
		{ "versionStartIncluding", false, true },
		{ "versionStartExcluding", false, false },
		{ "versionEndIncluding", true, true },
		{ "versionEndExcluding", true, false },
	};

	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		if (!bytes_equal_text(item->key, bounds[i].key))
			continue;
		struct bytes text = bytes_trim(feed_text(f, item->text));

		if (range_text_is_nothing(text))
			return;
		if (bounds[i].high) {
			m->high = text;
			m->high_included = bounds[i].included;
		} else {
			m->low = text;
			m->low_excluded = !bounds[i].included;
		}
		return;
	}
}

static void
read_match(struct feed *f, struct configuration *c)
{
	size_t inside = f->json.depth;
	struct json_item item;
	struct match m = { .vulnerable = true, .node = c->nodes.count - 1 };

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("criteria"), JSON_TEXT))
			m.criteria = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("vulnerable"), JSON_FALSE))
			m.vulnerable = false;
		else if (item.kind == JSON_TEXT)
			read_bound(f, &item, &m);
	}
	struct match *next = feed_list_add(f, &c->matches, sizeof(*next));

	if (next != NULL)
		*next = m;
}

static void
read_matches(struct feed *f, struct configuration *c)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (item.kind == JSON_OBJECT)
			read_match(f, c);
	}
}

static void
read_node(struct feed *f, struct configuration *c)
{
	size_t inside = f->json.depth;
	struct json_item item;
	struct node *node = feed_list_add(f, &c->nodes, sizeof(*node));

	if (node == NULL)
		return;
	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("operator"), JSON_TEXT))
			node->all = feed_says(&item, BYTES("AND"));
		else if (feed_is(&item, BYTES("negate"), JSON_TRUE))
			node->negate = true;
		else if (feed_is(&item, BYTES("cpeMatch"), JSON_ARRAY))
			read_matches(f, c);
	}
}

static void
read_nodes(struct feed *f, struct configuration *c)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (item.kind == JSON_OBJECT)
			read_node(f, c);
	}
}

static void
read_configuration(struct feed *f, struct feed_claims *to)
{
	size_t inside = f->json.depth;
	struct json_item item;
	struct configuration c = { .all = false };

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("operator"), JSON_TEXT))
			c.all = feed_says(&item, BYTES("AND"));
		else if (feed_is(&item, BYTES("negate"), JSON_TRUE))
			c.negate = true;
		else if (feed_is(&item, BYTES("nodes"), JSON_ARRAY))
			read_nodes(f, &c);
	}
	if (feed_failed(f) == ERR_OK && !c.negate)
		add_claims(f, to, &c);
}

void
feed_read_configurations(struct feed *f, struct feed_claims *to)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (item.kind == JSON_OBJECT)
			read_configuration(f, to);
	}
}
