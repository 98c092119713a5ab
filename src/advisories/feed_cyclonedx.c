/* SPDX-License-Identifier: ISC */
/* Reads the VEX in CycloneDX documents, and which vulnerabilities a
   component's patches mend. Source: CycloneDX 1.4 to 1.7, JSON. */
#include "advisories/feed_cyclonedx_private.h"

struct document {
	struct feed_vex vex;
	bool is_cyclonedx;
	struct cyclonedx_tree tree;
	struct json_reader vulnerabilities;
	bool has_vulnerabilities;
};

struct analysis {
	enum vex_status status; /* VEX_NONE: a finding, nobody looked */
	struct bytes justification;
	struct bytes detail;
	int64_t time;
};

/* The status of one of affects[].versions[]. */
enum version_word {
	WORD_NONE,
	WORD_AFFECTED,
	WORD_UNAFFECTED,
	WORD_UNKNOWN,
};

struct vulnerability_read {
	struct vex_statement vex;
	struct feed_list aliases;
	struct analysis analysis;
	struct json_reader affects; /* behind its JSON_ARRAY */
	bool has_affects;
	bool is_root; /* what is affected is all that the document is about */
	bool has_unaffected; /* among the versions of what is affected */
};

/*
 * States as OpenVEX says them. A false positive is a flaw of something else:
 * the code is not there.
 */
static const struct {
	const char *state;
	enum vex_status status;
	const char *justification; /* where the document gives none */
} states[] = {
	{ "exploitable", VEX_AFFECTED, "" },
	{ "false_positive", VEX_NOT_AFFECTED, "vulnerable_code_not_present" },
	{ "in_triage", VEX_INVESTIGATED, "" },
	{ "not_affected", VEX_NOT_AFFECTED, "" },
	{ "resolved", VEX_FIXED, "" },
	{ "resolved_with_pedigree", VEX_FIXED, "" },
};

/*
 * Justifications as OpenVEX has them, which are fewer: an option that is not
 * set keeps the code from running; a dependency that exploiting it needs is a
 * component that is not there; an environment that it needs is out of the
 * attacker's hands; all protections are mitigations.
 */
static const struct {
	const char *from;
	const char *to;
} justifications[] = {
	{ "code_not_present", "vulnerable_code_not_present" },
	{ "code_not_reachable", "vulnerable_code_not_in_execute_path" },
	{ "requires_configuration", "vulnerable_code_not_in_execute_path" },
	{ "requires_dependency", "component_not_present" },
	{ "requires_environment",
	    "vulnerable_code_cannot_be_controlled_by_adversary" },
	{ "protected_by_compiler", "inline_mitigations_already_exist" },
	{ "protected_at_runtime", "inline_mitigations_already_exist" },
	{ "protected_at_perimeter", "inline_mitigations_already_exist" },
	{ "protected_by_mitigating_control",
	    "inline_mitigations_already_exist" },
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* --- the document --- */

/* Behind the JSON_ARRAY of "authors": the first one's name. */
static struct bytes
read_first_name(struct feed *f)
{
	size_t list = f->json.depth;
	struct bytes ret = { 0 };
	struct json_item item;

	while (feed_next(f, list, &item))
		if (item.kind == JSON_OBJECT && ret.len == 0)
			ret = cyclonedx_read_name(f);
	return ret;
}

static void
read_metadata(struct feed *f, struct document *d)
{
	size_t inside = f->json.depth;
	struct bytes supplier = { 0 };
	struct bytes maker = { 0 };
	struct bytes author = { 0 };
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("timestamp"), JSON_TEXT)) {
			d->vex.time = feed_time(item.text);
		} else if (feed_is(&item, BYTES("component"), JSON_OBJECT)) {
			d->tree.root = cyclonedx_read_component(f, &d->tree);
		} else if (feed_is(&item, BYTES("supplier"), JSON_OBJECT)) {
			supplier = cyclonedx_read_name(f);
		} else if (feed_is(&item, BYTES("manufacture"), JSON_OBJECT) ||
		    feed_is(&item, BYTES("manufacturer"), JSON_OBJECT)) {
			maker = cyclonedx_read_name(f);
		} else if (feed_is(&item, BYTES("authors"), JSON_ARRAY)) {
			author = read_first_name(f);
		}
	}
	if (d->tree.root.name.supplier.len == 0)
		d->tree.root.name.supplier = supplier;
	feed_vex_keep(&d->vex.author, supplier);
	feed_vex_keep(&d->vex.author, maker);
	feed_vex_keep(&d->vex.author, author);
	feed_vex_keep(&d->vex.author, d->tree.root.name.supplier);
}

static void
read_document(struct feed *f, struct document *d)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("bomFormat"), JSON_TEXT)) {
			d->is_cyclonedx = feed_says(&item, BYTES("CycloneDX"));
		} else if (feed_is(&item, BYTES("serialNumber"), JSON_TEXT)) {
			d->vex.id = feed_text(f, item.text);
			d->tree.serial = d->vex.id;
		} else if (feed_is(&item, BYTES("metadata"), JSON_OBJECT)) {
			read_metadata(f, d);
		} else if (feed_is(&item, BYTES("components"), JSON_ARRAY)) {
			cyclonedx_add_components(f, &d->tree);
		} else if (feed_is(
			       &item, BYTES("vulnerabilities"), JSON_ARRAY)) {
			d->vulnerabilities = f->json;
			d->has_vulnerabilities = true;
		}
	}
	if (!d->is_cyclonedx)
		feed_break(f, ERR_MALFORMED, "bomFormat");
	feed_note_time(f, d->vex.time);
}

/* --- vulnerabilities --- */

static void
read_analysis(struct feed *f, struct analysis *a)
{
	size_t inside = f->json.depth;
	struct bytes fallback = { 0 };
	int64_t issued = 0;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("detail"), JSON_TEXT))
			feed_vex_keep(&a->detail, feed_text(f, item.text));
		else if (feed_is(&item, BYTES("firstIssued"), JSON_TEXT))
			issued = feed_time(item.text);
		else if (feed_is(&item, BYTES("lastUpdated"), JSON_TEXT))
			a->time = feed_time(item.text);
		for (size_t i = 0; i < COUNT(states); i++) {
			if (!feed_is(&item, BYTES("state"), JSON_TEXT) ||
			    !feed_says(&item, bytes_of(states[i].state)))
				continue;
			a->status = states[i].status;
			fallback = bytes_of(states[i].justification);
		}
		for (size_t i = 0; i < COUNT(justifications); i++)
			if (feed_is(&item, BYTES("justification"), JSON_TEXT) &&
			    feed_says(&item, bytes_of(justifications[i].from)))
				a->justification =
				    bytes_of(justifications[i].to);
	}
	feed_vex_keep(&a->justification, fallback);
	if (a->time == 0)
		a->time = issued;
}

/* Behind the JSON_ARRAY of "references": the same flaw elsewhere. */
static void
read_references(struct feed *f, struct feed_list *aliases)
{
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item)) {
		size_t inside = f->json.depth;

		if (item.kind != JSON_OBJECT)
			continue;
		while (feed_next(f, inside, &item))
			if (feed_is(&item, BYTES("id"), JSON_TEXT))
				feed_list_add_text(
				    f, aliases, feed_text(f, item.text));
	}
}

/*
 * What a version's own word makes of the state. "affected", which is what a
 * version without a word is, says that the flaw is in it: the state then tells
 * what that means here. Where it stands beside versions that are unaffected,
 * those are what the state is about, and this one is affected indeed.
 */
static enum vex_status
status_of_version(enum version_word word, const struct vulnerability_read *v)
{
	enum vex_status state = v->analysis.status;

	switch (word) {
	case WORD_UNKNOWN:
		return VEX_INVESTIGATED;
	case WORD_UNAFFECTED:
		return state == VEX_FIXED ? VEX_FIXED : VEX_NOT_AFFECTED;
	case WORD_AFFECTED:
		if (state == VEX_NONE)
			return VEX_AFFECTED;
		break;
	case WORD_NONE:
		break;
	}
	return v->has_unaffected &&
		(state == VEX_FIXED || state == VEX_NOT_AFFECTED)
	    ? VEX_AFFECTED
	    : state;
}

static void
put(struct feed *f, struct document *d, struct vulnerability_read *v)
{
	bool not_affected = v->vex.status == VEX_NOT_AFFECTED;

	/* the format asks for neither; without them nothing is said */
	if (v->vex.status == VEX_NONE || v->vex.id.len == 0)
		return;
	v->vex.justification =
	    not_affected ? v->analysis.justification : (struct bytes){ 0 };
	v->vex.detail = v->analysis.detail;
	v->vex.time = v->analysis.time;
	feed_vex_put(f, &d->vex, &v->vex);
}

/* "pkg:npm/%40scope/name@1.0?x=y" up to the '@'. */
static struct bytes
without_version(struct bytes purl)
{
	size_t end = 0;
	size_t cut = SIZE_MAX;

	for (; end < purl.len && purl.ptr[end] != '?' && purl.ptr[end] != '#';
	     end++) {
		if (purl.ptr[end] == '@')
			cut = end;
		else if (purl.ptr[end] == '/')
			cut = SIZE_MAX;
	}
	return bytes_slice(purl, 0, cut);
}

/* The same thing in another version, and so under no name that says one. */
static struct vex_name
at_version(const struct vex_name *name, struct bytes version)
{
	return (struct vex_name){
		.purl = without_version(name->purl),
		.name = name->name,
		.version = version,
		.supplier = name->supplier,
	};
}

/* Behind the JSON_OBJECT of one of "versions". */
static enum version_word
read_version(struct feed *f, struct bytes *ret)
{
	static const struct {
		const char *text;
		enum version_word word;
	} words[] = {
		{ "affected", WORD_AFFECTED },
		{ "unaffected", WORD_UNAFFECTED },
		{ "unknown", WORD_UNKNOWN },
	};
	size_t inside = f->json.depth;
	enum version_word word = WORD_NONE;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("version"), JSON_TEXT) ||
		    feed_is(&item, BYTES("range"), JSON_TEXT))
			*ret = feed_text(f, item.text);
		for (size_t i = 0; i < COUNT(words); i++)
			if (feed_is(&item, BYTES("status"), JSON_TEXT) &&
			    feed_says(&item, bytes_of(words[i].text)))
				word = words[i].word;
	}
	return word;
}

static void
put_version(struct feed *f, struct document *d,
    const struct vulnerability_read *v, enum version_word word,
    struct bytes version)
{
	struct vulnerability_read with = *v;

	with.vex.status = status_of_version(word, v);
	with.vex.component = at_version(&v->vex.component, version);
	if (v->is_root)
		with.vex.product = with.vex.component;
	put(f, d, &with);
}

/* Behind the JSON_ARRAY of "versions": looks whether one of them is
   unaffected, then puts each. */
static void
put_versions(struct feed *f, struct document *d, struct vulnerability_read *v)
{
	struct json_reader begin = f->json;
	size_t list = f->json.depth;
	struct json_item item;

	v->has_unaffected = false;
	for (int round = 0; round < 2; round++) {
		f->json = begin;
		while (feed_next(f, list, &item)) {
			struct bytes version = { 0 };

			if (item.kind != JSON_OBJECT)
				continue;
			enum version_word word = read_version(f, &version);

			if (round == 0)
				v->has_unaffected |= word == WORD_UNAFFECTED;
			else
				put_version(f, d, v, word, version);
		}
	}
}

/* Behind the JSON_OBJECT of one of "affects". */
static void
put_affected(struct feed *f, struct document *d, struct vulnerability_read *v)
{
	size_t inside = f->json.depth;
	struct json_reader versions = { 0 };
	bool has_versions = false;
	struct bytes ref = { 0 };
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("ref"), JSON_TEXT)) {
			ref = feed_text(f, item.text);
		} else if (feed_is(&item, BYTES("versions"), JSON_ARRAY)) {
			versions = f->json;
			has_versions = true;
		}
	}
	if (ref.len == 0) {
		feed_break(f, ERR_MALFORMED, "affects.ref");
		return;
	}
	v->is_root = cyclonedx_take_ref(f, &d->tree, ref, &v->vex);
	v->vex.status = v->analysis.status;
	if (!has_versions) {
		put(f, d, v);
		return;
	}
	struct json_reader back = f->json;

	f->json = versions;
	put_versions(f, d, v);
	f->json = back;
}

static void
read_members(struct feed *f, struct vulnerability_read *v)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("id"), JSON_TEXT)) {
			v->vex.id = feed_text(f, item.text);
		} else if (feed_is(&item, BYTES("references"), JSON_ARRAY)) {
			read_references(f, &v->aliases);
		} else if (feed_is(&item, BYTES("analysis"), JSON_OBJECT)) {
			read_analysis(f, &v->analysis);
		} else if (feed_is(&item, BYTES("affects"), JSON_ARRAY)) {
			v->affects = f->json;
			v->has_affects = true;
		}
	}
	v->vex.aliases = v->aliases.ptr;
	v->vex.alias_count = v->aliases.count;
}

static enum err
read_vulnerability(struct feed *f, void *context)
{
	struct document *d = context;
	struct vulnerability_read v = { 0 };
	struct json_item item;

	read_members(f, &v);
	if (feed_failed(f) != ERR_OK)
		return feed_failed(f);
	struct json_reader end = f->json;

	if (!v.has_affects) {
		/* about what the document is about */
		v.vex.product = d->tree.root.name;
		v.vex.component = d->tree.root.name;
		v.vex.status = v.analysis.status;
		put(f, d, &v);
		return feed_failed(f);
	}
	f->json = v.affects;
	size_t list = f->json.depth;

	while (feed_next(f, list, &item))
		if (item.kind == JSON_OBJECT)
			put_affected(f, d, &v);
	f->json = end;
	return feed_failed(f);
}

/* --- patches --- */

/* Behind the JSON_ARRAY of "resolves". Issues of a tracker are no matter of
   ours. */
static void
put_resolved(struct feed *f, struct document *d, const struct vex_name *name)
{
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item)) {
		size_t inside = f->json.depth;
		struct vex_statement vex = {
			.product = d->tree.root.name,
			.component = *name,
			.status = VEX_FIXED,
			.detail = BYTES("fixed by patch, claimed by the "
					"supplier"),
		};
		bool is_security = true;

		if (item.kind != JSON_OBJECT)
			continue;
		while (feed_next(f, inside, &item)) {
			if (feed_is(&item, BYTES("id"), JSON_TEXT))
				vex.id = feed_text(f, item.text);
			else if (feed_is(&item, BYTES("type"), JSON_TEXT))
				is_security =
				    feed_says(&item, BYTES("security"));
		}
		if (is_security && vex.id.len > 0)
			feed_vex_put(f, &d->vex, &vex);
	}
}

static void
put_patches(struct feed *f, struct document *d)
{
	const struct cyclonedx_patched *patched = d->tree.patched.ptr;
	struct json_item item;

	for (size_t i = 0; i < d->tree.patched.count; i++) {
		f->json = patched[i].patches;
		size_t list = f->json.depth;
		uint32_t before = d->vex.order;

		while (feed_next(f, list, &item)) {
			size_t inside = f->json.depth;

			if (item.kind != JSON_OBJECT)
				continue;
			while (feed_next(f, inside, &item))
				if (feed_is(
					&item, BYTES("resolves"), JSON_ARRAY))
					put_resolved(f, d, &patched[i].name);
		}
		f->info.count += d->vex.order > before ? 1 : 0;
	}
}

enum err
feed_read_cyclonedx(struct feed *f)
{
	struct document d = { 0 };

	read_document(f, &d);
	struct json_reader end = f->json;

	if (feed_failed(f) != ERR_OK)
		return feed_failed(f);
	cyclonedx_read_components(f, &d.tree);
	if (d.has_vulnerabilities && feed_failed(f) == ERR_OK) {
		f->json = d.vulnerabilities;
		(void)feed_each_record(f, read_vulnerability, &d);
	}
	if (feed_failed(f) == ERR_OK)
		put_patches(f, &d);
	if (feed_failed(f) == ERR_OK)
		f->json = end;
	return feed_failed(f);
}
