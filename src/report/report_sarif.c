/* SPDX-License-Identifier: ISC */
/* The findings as SARIF 2.1.0, for code scanning pages and editors. */
#include "report/report.h"

#include "codec/json.h"
#include "inspect/names.h"
#include "report/report_private.h"

/* A URI in which every byte may take three. */
#define URI_LEN ((size_t)3 * 8192)

static const char *
level_text(enum finding_result result)
{
	switch (result) {
	case FINDING_FAIL:
		return "error";
	case FINDING_WARN:
		return "warning";
	case FINDING_INFO:
		break;
	}
	return "note";
}

/* The characters of a path segment that need no escape: RFC 3986 §3.3. */
static bool
is_plain(uint8_t byte, bool slash)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	    (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
	    byte == '_' || byte == '~' || byte == '@' || byte == '!' ||
	    (slash && byte == '/');
}

static void
put_escaped(struct out *to, struct bytes text, bool slash)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.len; i++) {
		uint8_t byte = text.ptr[i];

		if (is_plain(byte, slash)) {
			out_u8(to, byte);
			continue;
		}
		out_u8(to, '%');
		out_u8(to, (uint8_t)digits[byte >> 4]);
		out_u8(to, (uint8_t)digits[byte & 15]);
	}
}

/* "image.bin/squashfs@0x0!/etc/passwd": a place below the image's name. */
static void
put_uri(struct json *j, const struct assessment *a, struct bytes path)
{
	struct out uri = out_open(URI_LEN);

	put_escaped(&uri, a->image_name, false);
	if (path.len > 0) {
		out_u8(&uri, '/');
		put_escaped(&uri, path, true);
	}
	json_text(j, "uri", out_bytes(&uri));
	if (uri.failed == ERR_MEMORY)
		report_pass_failure(&uri, j->to);
	out_close(&uri);
}

static void
put_message(struct json *j, const char *key, struct bytes text)
{
	json_key(j, key);
	json_begin_object(j, JSON_INLINE);
	json_text(j, "text", text);
	json_end(j);
}

/* The rules of all findings, each once, in the order of the findings. */
struct rules {
	const struct finding **list; /* the first finding of each */
	size_t count;
};

static size_t
rule_index(const struct rules *rules, struct bytes rule)
{
	size_t i = 0;

	while (i < rules->count && !bytes_equal(rules->list[i]->rule, rule))
		i++;
	return i;
}

static enum err
gather_rules(const struct assessment *a, struct arena *arena, struct rules *ret)
{
	struct rules rules = { .count = 0 };

	rules.list =
	    arena_take_array(arena, a->finding_count, sizeof(rules.list[0]));
	if (rules.list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < a->finding_count; i++)
		if (rule_index(&rules, a->findings[i].rule) == rules.count)
			rules.list[rules.count++] = &a->findings[i];
	*ret = rules;
	return ERR_OK;
}

/* "TelnetIsStartedOnEveryDevice": the words of the title as one. */
static void
put_name(struct json *j, const struct finding *f)
{
	struct out name = out_open(f->title.len + 1);
	bool start = true;

	for (size_t i = 0; i < f->title.len; i++) {
		uint8_t byte = f->title.ptr[i];
		bool lower = byte >= 'a' && byte <= 'z';
		bool other = (byte >= 'A' && byte <= 'Z') ||
		    (byte >= '0' && byte <= '9');

		if (lower && start)
			byte = (uint8_t)(byte - 32);
		if (lower || other)
			out_u8(&name, byte);
		start = !lower && !other;
	}
	if (name.len > 0)
		json_text(j, "name", out_bytes(&name));
	report_pass_failure(&name, j->to);
	out_close(&name);
}

static void
put_rule(struct json *j, const struct finding *f)
{
	json_begin_object(j, JSON_INLINE);
	json_text(j, "id", f->rule);
	put_name(j, f);
	put_message(j, "shortDescription", f->title);
	put_message(j, "help", f->advice);
	json_key(j, "defaultConfiguration");
	json_begin_object(j, JSON_INLINE);
	json_string(j, "level", level_text(f->result));
	json_end(j);
	json_key(j, "properties");
	json_begin_object(j, JSON_INLINE);
	json_key(j, "requirements"); /* of ETSI EN 303 645 */
	json_begin_array(j, JSON_INLINE);
	for (size_t i = 0; i < f->requirement_count; i++)
		json_put_text(j, f->requirements[i]);
	json_end(j);
	json_end(j);
	json_end(j);
}

static void
put_tool(
    struct json *j, const struct report_tool *tool, const struct rules *rules)
{
	json_key(j, "tool");
	json_begin_object(j, JSON_LINES);
	json_key(j, "driver");
	json_begin_object(j, JSON_LINES);
	json_string(j, "name", "hallmark");
	json_string(j, "version", tool->version);
	json_key(j, "properties");
	json_begin_object(j, JSON_INLINE);
	json_string(j, "data", tool->data_version);
	json_end(j);
	json_key(j, "rules");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < rules->count; i++)
		put_rule(j, rules->list[i]);
	json_end(j);
	json_end(j);
	json_end(j);
}

static uint64_t
add_to_hash(uint64_t hash, struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ text.ptr[i]) * UINT64_C(0x100000001b3);
	return (hash ^ 0xff) * UINT64_C(0x100000001b3); /* no byte of UTF-8 */
}

/*
 * FNV-1a over rule, file and text, but not over the place of the container: a
 * later release that only moves things keeps it.
 */
static void
put_fingerprint(
    struct json *j, const struct finding *f, const struct evidence *e)
{
	struct out text = out_open(16);
	uint64_t hash = add_to_hash(UINT64_C(0xcbf29ce484222325), f->rule);

	hash = add_to_hash(hash, name_known(e->path));
	/* what feeds say of a vulnerability changes from day to day */
	hash = add_to_hash(
	    hash, e->vulnerability.len > 0 ? e->vulnerability : e->text);
	out_hex(&text, hash, 16);
	json_key(j, "partialFingerprints");
	json_begin_object(j, JSON_INLINE);
	json_text(j, "hallmark/v1", out_bytes(&text));
	json_end(j);
	report_pass_failure(&text, j->to);
	out_close(&text);
}

static void
put_location(
    struct json *j, const struct assessment *a, const struct evidence *e)
{
	json_key(j, "locations");
	json_begin_array(j, JSON_INLINE);
	json_begin_object(j, JSON_INLINE);
	json_key(j, "physicalLocation");
	json_begin_object(j, JSON_INLINE);
	json_key(j, "artifactLocation");
	json_begin_object(j, JSON_INLINE);
	put_uri(j, a, e->path);
	if (e->path.len == 0)
		json_number(j, "index", 0);
	json_end(j);
	if (e->at <= REPORT_JSON_INTEGER_MAX) {
		json_key(j, "region");
		json_begin_object(j, JSON_INLINE);
		json_number(j, "byteOffset", e->at);
		json_end(j);
	} else if (e->line > 0) { /* in the declaration */
		json_key(j, "region");
		json_begin_object(j, JSON_INLINE);
		json_number(j, "startLine", e->line);
		json_number(j, "startColumn", e->column);
		json_end(j);
	}
	json_end(j);
	json_end(j);
	json_end(j);
}

/* "title: excerpt" */
static void
put_sentence(struct json *j, const struct finding *f, const struct evidence *e)
{
	struct out text = out_open(f->title.len + REPORT_EXCERPT_LEN + 2);
	struct report_excerpt excerpt;

	report_excerpt_make(e->text, &excerpt);
	out_put(&text, f->title);
	if (excerpt.len > 0)
		out_text(&text, ": ");
	out_put(&text, report_excerpt_bytes(&excerpt));
	put_message(j, "message", out_bytes(&text));
	report_pass_failure(&text, j->to);
	out_close(&text);
}

static void
put_result(struct json *j, const struct assessment *a, const struct finding *f,
    const struct evidence *e, size_t rule)
{
	json_begin_object(j, JSON_INLINE);
	json_text(j, "ruleId", f->rule);
	json_number(j, "ruleIndex", rule);
	json_string(j, "level", level_text(f->result));
	put_sentence(j, f, e);
	put_location(j, a, e);
	put_fingerprint(j, f, e);
	json_key(j, "properties");
	json_begin_object(j, JSON_INLINE);
	json_number(j, "evidenceTotal", f->evidence_total);
	if (e->vulnerability.len > 0)
		json_text(j, "vulnerability", e->vulnerability);
	json_end(j);
	json_end(j);
}

static void
put_results(
    struct json *j, const struct assessment *a, const struct rules *rules)
{
	static const struct evidence nowhere = { .at = FACT_NOWHERE };

	json_key(j, "results");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < a->finding_count; i++) {
		const struct finding *f = &a->findings[i];
		size_t rule = rule_index(rules, f->rule);

		if (f->evidence_count == 0)
			put_result(j, a, f, &nowhere, rule);
		for (size_t k = 0; k < f->evidence_count; k++)
			put_result(j, a, f, &f->evidence[k], rule);
	}
	json_end(j);
}

static void
put_run(struct json *j, const struct assessment *a)
{
	bool whole = a->worker_trouble.len == 0 && a->seen->cut_short.len == 0;

	json_key(j, "invocations");
	json_begin_array(j, JSON_INLINE);
	json_begin_object(j, JSON_INLINE);
	json_bool(j, "executionSuccessful", whole);
	json_end(j);
	json_end(j);
	json_key(j, "artifacts");
	json_begin_array(j, JSON_LINES);
	json_begin_object(j, JSON_INLINE);
	json_key(j, "location");
	json_begin_object(j, JSON_INLINE);
	put_uri(j, a, (struct bytes){ NULL, 0 });
	json_end(j);
	json_number(j, "length", a->image_size);
	json_key(j, "roles");
	json_begin_array(j, JSON_INLINE);
	json_put_string(j, "analysisTarget");
	json_end(j);
	json_key(j, "hashes");
	json_begin_object(j, JSON_INLINE);
	report_put_hash(j, "sha-256", a);
	json_end(j);
	json_end(j);
	json_end(j);
	json_key(j, "properties");
	json_begin_object(j, JSON_INLINE);
	json_text(j, "jail", a->jail);
	json_end(j);
}

void
report_sarif(
    const struct assessment *a, const struct report_tool *tool, struct out *to)
{
	struct arena arena = arena_open(
	    (a->finding_count + 2) * sizeof(const struct finding *) + 64);
	struct json j = json_open(to);
	struct rules rules;
	enum err err = gather_rules(a, &arena, &rules);

	if (err != ERR_OK) {
		if (to->failed == ERR_OK)
			to->failed = err;
		arena_close(&arena);
		return;
	}
	json_begin_object(&j, JSON_LINES);
	json_string(&j, "$schema",
	    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
	    "schemas/sarif-schema-2.1.0.json");
	json_string(&j, "version", "2.1.0");
	json_key(&j, "runs");
	json_begin_array(&j, JSON_LINES);
	json_begin_object(&j, JSON_LINES);
	put_tool(&j, tool, &rules);
	put_run(&j, a);
	put_results(&j, a, &rules);
	json_end(&j);
	json_end(&j);
	json_end(&j);
	arena_close(&arena);
}
