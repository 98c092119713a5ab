/* SPDX-License-Identifier: ISC */
/* The verdicts as OSCAL assessment results, for tools of compliance. */
#include "report/report.h"

#include "base/date.h"
#include "base/limits.h"
#include "codec/json.h"
#include "crypto/hash.h"
#include "report/report_private.h"

/* The release whose JSON this is. Source: NIST, OSCAL 1.0.4, assessment
   results model; its JSON schema. */
#define OSCAL_VERSION "1.0.4"

/* Whose names the properties are. */
#define OSCAL_NAMES "urn:hallmark:assessment:1"

#define UUID_LEN ((size_t)16)
#define ID_LEN ((size_t)512)
#define TEXT_LEN (64 * KIB)

/* The namespace of URLs. Source: RFC 9562 §6.6. */
static const uint8_t namespace_url[UUID_LEN] = { 0x6b, 0xa7, 0xb8, 0x11, 0x9d,
	0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8 };

struct oscal {
	struct json json;
	const struct assessment *a;
	const struct report_tool *tool;
	uint64_t secs;
};

/* ---- identifiers ---- */

static struct bytes
image_digest(const struct oscal *o)
{
	return (struct bytes){ o->a->image_sha256, sizeof(o->a->image_sha256) };
}

/* A UUID of version 5 of `kind` and `id` in this image. Source: RFC 9562
   §5.5. */
static void
write_uuid(
    const struct oscal *o, const char *kind, struct bytes id, struct out *to)
{
	struct out name = out_open(TEXT_LEN);
	uint8_t digest[HASH_MAX_LEN] = { 0 };

	out_put(&name, (struct bytes){ namespace_url, UUID_LEN });
	out_text(&name, "urn:sha256:");
	out_hex_bytes(&name, image_digest(o));
	out_text(&name, "#");
	out_text(&name, kind);
	out_text(&name, "/");
	out_put(&name, id);
	if (name.failed == ERR_OK)
		name.failed = hash_of(HASH_SHA1, out_bytes(&name), digest);
	digest[6] = (uint8_t)((digest[6] & 0x0f) | 0x50);
	digest[8] = (uint8_t)((digest[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < UUID_LEN; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out_u8(to, '-');
		out_hex(to, digest[i], 2);
	}
	report_pass_failure(&name, to);
	out_close(&name);
}

static void
put_uuid(struct oscal *o, const char *key, const char *kind, struct bytes id)
{
	struct out text = out_open(ID_LEN);

	write_uuid(o, kind, id, &text);
	json_text(&o->json, key, out_bytes(&text));
	report_pass_failure(&text, o->json.to);
	out_close(&text);
}

/* A rule may fail here and warn there: two observations. */
static void
put_observation_uuid(
    struct oscal *o, const char *key, const struct finding *finding)
{
	struct out id = out_open(ID_LEN);

	out_put(&id, finding->rule);
	out_u8(&id, '/');
	out_text(&id, finding_result_text(finding->result));
	put_uuid(o, key, "observation", out_bytes(&id));
	report_pass_failure(&id, o->json.to);
	out_close(&id);
}

/*
 * "en303645_5.1-1", "cra_AnxI-I.2.a": OSCAL's tokens have letters, digits and
 * ".-_", and begin with a letter.
 */
static void
put_control_id(struct oscal *o, const char *key, const struct verdict_row *row)
{
	struct out id = out_open(ID_LEN);

	out_put(&id, row->framework);
	out_u8(&id, '_');
	for (size_t i = 0; i < row->requirement.len; i++) {
		uint8_t byte = row->requirement.ptr[i];
		uint8_t lower = bytes_lower(byte);

		if ((lower >= 'a' && lower <= 'z') ||
		    (byte >= '0' && byte <= '9') || byte == '-')
			out_u8(&id, byte);
		else if (byte != ')' && id.ptr[id.len - 1] != '.')
			out_u8(&id, '.');
	}
	json_text(&o->json, key, out_bytes(&id));
	report_pass_failure(&id, o->json.to);
	out_close(&id);
}

/* ---- small parts ---- */

static void
put_time(struct oscal *o, const char *key)
{
	struct out text = out_open(ID_LEN);

	date_put_time(&text, (int64_t)o->secs);
	json_text(&o->json, key, out_bytes(&text));
	report_pass_failure(&text, o->json.to);
	out_close(&text);
}

/* OSCAL allows one line, neither empty nor with blanks at its ends. */
static void
put_property(struct oscal *o, const char *name, struct bytes value)
{
	struct out line = out_open(TEXT_LEN);

	for (size_t i = 0; i < value.len; i++)
		out_u8(&line, value.ptr[i] < ' ' ? ' ' : value.ptr[i]);
	value = bytes_trim(out_bytes(&line));
	if (value.len > 0) {
		json_begin_object(&o->json, JSON_INLINE);
		json_string(&o->json, "name", name);
		json_string(&o->json, "ns", OSCAL_NAMES);
		json_text(&o->json, "value", value);
		json_end(&o->json);
	}
	report_pass_failure(&line, o->json.to);
	out_close(&line);
}

static void
put_percent(struct oscal *o, const char *name, uint64_t part)
{
	struct out text = out_open(ID_LEN);

	report_put_percent(part, o->a->image_size, &text);
	put_property(o, name, out_bytes(&text));
	report_pass_failure(&text, o->json.to);
	out_close(&text);
}

/* The tool did it all; what a maker declares says so in its basis. */
static void
put_origin(struct oscal *o)
{
	json_key(&o->json, "origins");
	json_begin_array(&o->json, JSON_INLINE);
	json_begin_object(&o->json, JSON_INLINE);
	json_key(&o->json, "actors");
	json_begin_array(&o->json, JSON_INLINE);
	json_begin_object(&o->json, JSON_INLINE);
	json_string(&o->json, "type", "tool");
	put_uuid(o, "actor-uuid", "component", BYTES("tool"));
	json_end(&o->json);
	json_end(&o->json);
	json_end(&o->json);
	json_end(&o->json);
}

/* ---- what was assessed, with what ---- */

static void
put_tool_properties(struct oscal *o)
{
	put_property(o, "version", bytes_of(o->tool->version));
	put_property(o, "data", bytes_of(o->tool->data_version));
	put_property(o, "jail", o->a->jail);
}

static void
put_image_properties(struct oscal *o)
{
	struct out hash = out_open(ID_LEN);

	out_hex_bytes(&hash, image_digest(o));
	put_property(o, "sha256", out_bytes(&hash));
	put_property(o, "maker", o->a->product.maker);
	put_property(o, "model", o->a->product.model);
	put_property(o, "hardware", o->a->product.hardware);
	put_property(o, "release", o->a->product.release);
	report_pass_failure(&hash, o->json.to);
	out_close(&hash);
}

/* An array with the one component that is written by what stands here. */
static void
put_component(struct oscal *o, const char *id, struct bytes title,
    const char *description, void (*put_properties)(struct oscal *o))
{
	json_key(&o->json, "components");
	json_begin_array(&o->json, JSON_LINES);
	json_begin_object(&o->json, JSON_INLINE);
	put_uuid(o, "uuid", "component", bytes_of(id));
	json_string(&o->json, "type", "software");
	json_text(&o->json, "title", title);
	json_string(&o->json, "description", description);
	json_key(&o->json, "props");
	json_begin_array(&o->json, JSON_INLINE);
	put_properties(o);
	json_end(&o->json);
	json_key(&o->json, "status");
	json_begin_object(&o->json, JSON_INLINE);
	json_string(&o->json, "state", "other");
	json_end(&o->json);
	json_end(&o->json);
	json_end(&o->json);
}

static void
put_local_definitions(struct oscal *o)
{
	json_key(&o->json, "local-definitions");
	json_begin_object(&o->json, JSON_LINES);
	put_component(o, "image", o->a->image_name,
	    "The firmware image that was assessed.", put_image_properties);
	json_key(&o->json, "assessment-assets");
	json_begin_object(&o->json, JSON_LINES);
	put_component(o, "tool", BYTES("hallmark"),
	    "The program that assessed it.", put_tool_properties);
	json_key(&o->json, "assessment-platforms");
	json_begin_array(&o->json, JSON_LINES);
	json_begin_object(&o->json, JSON_INLINE);
	put_uuid(o, "uuid", "platform", BYTES("hallmark"));
	json_string(&o->json, "title", "hallmark");
	json_end(&o->json);
	json_end(&o->json);
	json_end(&o->json);
	json_end(&o->json);
}

/* ---- requirements ---- */

static void
put_controls(
    struct oscal *o, const char *key, struct bytes framework, bool applicable)
{
	bool open = false;

	for (size_t i = 0; i < o->a->verdict_count; i++) {
		const struct verdict_row *row = &o->a->verdicts[i];

		if (!bytes_equal(row->framework, framework) ||
		    (row->verdict != VERDICT_NOT_APPLICABLE) != applicable)
			continue;
		if (!open) {
			json_key(&o->json, key);
			json_begin_array(&o->json, JSON_LINES);
			open = true;
		}
		json_begin_object(&o->json, JSON_INLINE);
		put_control_id(o, "control-id", row);
		json_end(&o->json);
	}
	if (open)
		json_end(&o->json);
}

static void
put_reviewed(struct oscal *o)
{
	json_key(&o->json, "reviewed-controls");
	json_begin_object(&o->json, JSON_LINES);
	json_key(&o->json, "control-selections");
	json_begin_array(&o->json, JSON_LINES);
	for (size_t i = 0; i < o->a->total_count; i++) {
		const struct framework_total *total = &o->a->totals[i];

		json_begin_object(&o->json, JSON_LINES);
		json_text(&o->json, "description", total->title);
		put_controls(o, "include-controls", total->framework, true);
		put_controls(o, "exclude-controls", total->framework, false);
		json_end(&o->json);
	}
	json_end(&o->json);
	json_end(&o->json);
}

/* ---- observations: what rules found ---- */

static void
put_evidence(struct oscal *o, const struct evidence *evidence)
{
	struct out text = out_open(TEXT_LEN);

	out_put(&text, evidence->path);
	if (evidence->line > 0) {
		out_text(&text, ", line ");
		out_decimal(&text, evidence->line);
	} else if (evidence->at != FACT_NOWHERE) {
		out_text(&text, " at byte ");
		out_decimal(&text, evidence->at);
	}
	if (evidence->text.len > 0) {
		out_text(&text, text.len > 0 ? ": " : "");
		out_put(&text, evidence->text);
	}
	json_begin_object(&o->json, JSON_INLINE);
	json_text(&o->json, "description", out_bytes(&text));
	json_end(&o->json);
	report_pass_failure(&text, o->json.to);
	out_close(&text);
}

static void
put_observation(struct oscal *o, const struct finding *finding)
{
	json_begin_object(&o->json, JSON_LINES);
	put_observation_uuid(o, "uuid", finding);
	json_text(&o->json, "title", finding->title);
	json_text(&o->json, "description",
	    finding->advice.len > 0 ? finding->advice : finding->title);
	json_key(&o->json, "props");
	json_begin_array(&o->json, JSON_INLINE);
	put_property(o, "rule", finding->rule);
	put_property(
	    o, "result", bytes_of(finding_result_text(finding->result)));
	json_end(&o->json);
	json_key(&o->json, "methods");
	json_begin_array(&o->json, JSON_INLINE);
	json_put_string(&o->json, "TEST");
	json_end(&o->json);
	json_key(&o->json, "types");
	json_begin_array(&o->json, JSON_INLINE);
	json_put_string(&o->json, "finding");
	json_end(&o->json);
	put_origin(o);
	json_key(&o->json, "subjects");
	json_begin_array(&o->json, JSON_INLINE);
	json_begin_object(&o->json, JSON_INLINE);
	put_uuid(o, "subject-uuid", "component", BYTES("image"));
	json_string(&o->json, "type", "component");
	json_end(&o->json);
	json_end(&o->json);
	if (finding->evidence_count > 0) {
		json_key(&o->json, "relevant-evidence");
		json_begin_array(&o->json, JSON_LINES);
		for (size_t i = 0; i < finding->evidence_count; i++)
			put_evidence(o, &finding->evidence[i]);
		json_end(&o->json);
	}
	put_time(o, "collected");
	json_end(&o->json);
}

static void
put_observations(struct oscal *o)
{
	if (o->a->finding_count == 0)
		return;
	json_key(&o->json, "observations");
	json_begin_array(&o->json, JSON_LINES);
	for (size_t i = 0; i < o->a->finding_count; i++)
		put_observation(o, &o->a->findings[i]);
	json_end(&o->json);
}

/* ---- findings: what that means for a requirement ---- */

/* SP 800-53A knows "satisfied" and "other than satisfied"; the latter also
   where there is not enough to say so. */
static const char *
status_state(const struct verdict_row *row)
{
	return row->verdict == VERDICT_PASS ? "satisfied" : "not-satisfied";
}

static const char *
status_reason(const struct verdict_row *row)
{
	switch (row->verdict) {
	case VERDICT_PASS:
		return "pass";
	case VERDICT_FAIL:
		return "fail";
	case VERDICT_INCONCLUSIVE:
	case VERDICT_NOT_APPLICABLE:
		break;
	}
	return "other";
}

/* Whether the verdict names the finding's rule. */
static bool
names_rule(const struct verdict_row *row, const struct finding *finding)
{
	for (size_t i = 0; i < row->because_count; i++)
		if (bytes_equal(row->because[i], finding->rule))
			return true;
	return false;
}

static void
put_related(struct oscal *o, const struct verdict_row *row)
{
	bool open = false;

	for (size_t i = 0; i < o->a->finding_count; i++) {
		if (!names_rule(row, &o->a->findings[i]))
			continue;
		if (!open) {
			json_key(&o->json, "related-observations");
			json_begin_array(&o->json, JSON_INLINE);
			open = true;
		}
		json_begin_object(&o->json, JSON_INLINE);
		put_observation_uuid(o, "observation-uuid", &o->a->findings[i]);
		json_end(&o->json);
	}
	if (open)
		json_end(&o->json);
}

static void
put_target(struct oscal *o, const struct verdict_row *row)
{
	json_key(&o->json, "target");
	json_begin_object(&o->json, JSON_LINES);
	json_string(&o->json, "type", "objective-id");
	put_control_id(o, "target-id", row);
	json_key(&o->json, "props");
	json_begin_array(&o->json, JSON_INLINE);
	put_property(o, "framework", row->framework);
	put_property(o, "requirement", row->requirement);
	put_property(o, "modality", row->modality);
	put_property(o, "verdict", bytes_of(verdict_text(row->verdict)));
	put_property(o, "basis", bytes_of(basis_text(row->basis)));
	put_property(o, "reason", bytes_of(reason_text(row->reason)));
	for (size_t i = 0; i < row->because_count; i++)
		put_property(o, "because", row->because[i]);
	json_end(&o->json);
	json_key(&o->json, "status");
	json_begin_object(&o->json, JSON_INLINE);
	json_string(&o->json, "state", status_state(row));
	json_string(&o->json, "reason", status_reason(row));
	json_end(&o->json);
	json_end(&o->json);
}

/* A sentence, because OSCAL wants one. */
static void
put_description(struct oscal *o, const struct verdict_row *row)
{
	struct out text = out_open(TEXT_LEN);

	out_text(&text, verdict_text(row->verdict));
	if (row->reason != REASON_NONE) {
		out_text(&text, ", ");
		out_text(&text, reason_text(row->reason));
	}
	out_text(&text, "; ");
	out_text(&text, report_basis_text(row->basis));
	json_text(&o->json, "description", out_bytes(&text));
	report_pass_failure(&text, o->json.to);
	out_close(&text);
}

static void
put_finding(struct oscal *o, const struct verdict_row *row)
{
	struct out id = out_open(ID_LEN);

	out_put(&id, row->framework);
	out_u8(&id, '/');
	out_put(&id, row->requirement);
	json_begin_object(&o->json, JSON_LINES);
	put_uuid(o, "uuid", "finding", out_bytes(&id));
	json_text(&o->json, "title", row->title);
	put_description(o, row);
	put_origin(o);
	put_target(o, row);
	put_related(o, row);
	json_end(&o->json);
	report_pass_failure(&id, o->json.to);
	out_close(&id);
}

static void
put_findings(struct oscal *o)
{
	bool open = false;

	for (size_t i = 0; i < o->a->verdict_count; i++) {
		if (o->a->verdicts[i].verdict == VERDICT_NOT_APPLICABLE)
			continue;
		if (!open) {
			json_key(&o->json, "findings");
			json_begin_array(&o->json, JSON_LINES);
			open = true;
		}
		put_finding(o, &o->a->verdicts[i]);
	}
	if (open)
		json_end(&o->json);
}

/* ---- the whole ---- */

static void
put_result(struct oscal *o)
{
	json_key(&o->json, "results");
	json_begin_array(&o->json, JSON_LINES);
	json_begin_object(&o->json, JSON_LINES);
	put_uuid(o, "uuid", "result", BYTES("result"));
	json_string(&o->json, "title", "Assessment of a firmware image");
	json_string(&o->json, "description",
	    "What a program found in the image, and what that means for each "
	    "requirement. Nothing is satisfied only because nothing was found "
	    "against it.");
	put_time(o, "start");
	json_key(&o->json, "props");
	json_begin_array(&o->json, JSON_LINES);
	put_percent(o, "read", o->a->coverage.read + o->a->coverage.padding);
	put_percent(o, "opaque", o->a->coverage.opaque);
	put_percent(o, "unread", o->a->coverage.unread);
	put_property(o, "scheme", o->a->scheme_name);
	put_property(o, "level", o->a->scheme_level);
	put_property(o, "worker-trouble", o->a->worker_trouble);
	json_end(&o->json);
	put_local_definitions(o);
	put_reviewed(o);
	put_observations(o);
	put_findings(o);
	json_end(&o->json);
	json_end(&o->json);
}

static void
put_metadata(struct oscal *o)
{
	struct out title = out_open(TEXT_LEN);

	out_text(&title, "Assessment of ");
	out_put(&title, o->a->image_name);
	json_key(&o->json, "metadata");
	json_begin_object(&o->json, JSON_LINES);
	json_text(&o->json, "title", out_bytes(&title));
	put_time(o, "last-modified");
	json_string(&o->json, "version", o->tool->version);
	json_string(&o->json, "oscal-version", OSCAL_VERSION);
	json_end(&o->json);
	report_pass_failure(&title, o->json.to);
	out_close(&title);
}

/* There is no plan but the program's data: a resource that says so. */
static void
put_plan(struct oscal *o)
{
	json_key(&o->json, "back-matter");
	json_begin_object(&o->json, JSON_LINES);
	json_key(&o->json, "resources");
	json_begin_array(&o->json, JSON_LINES);
	json_begin_object(&o->json, JSON_INLINE);
	put_uuid(o, "uuid", "plan", bytes_of(o->tool->data_version));
	json_string(&o->json, "title", "hallmark's catalogues and rules");
	json_string(&o->json, "description",
	    "There is no separate assessment plan: catalogues, rules and "
	    "their crosswalk are the program's data.");
	json_end(&o->json);
	json_end(&o->json);
	json_end(&o->json);
}

static void
put_plan_reference(struct oscal *o)
{
	struct out reference = out_open(ID_LEN);

	out_u8(&reference, '#');
	write_uuid(o, "plan", bytes_of(o->tool->data_version), &reference);
	json_key(&o->json, "import-ap");
	json_begin_object(&o->json, JSON_INLINE);
	json_text(&o->json, "href", out_bytes(&reference));
	json_end(&o->json);
	report_pass_failure(&reference, o->json.to);
	out_close(&reference);
}

/* Of each writing of the results, so another time or data give another. */
static void
put_document_uuid(struct oscal *o)
{
	struct out id = out_open(ID_LEN);

	out_text(&id, o->tool->version);
	out_u8(&id, '/');
	out_text(&id, o->tool->data_version);
	out_u8(&id, '/');
	out_decimal(&id, o->secs);
	put_uuid(o, "uuid", "document", out_bytes(&id));
	report_pass_failure(&id, o->json.to);
	out_close(&id);
}

void
report_oscal(const struct assessment *a, const struct report_tool *tool,
    uint64_t created_secs, struct out *to)
{
	struct oscal o = {
		.json = json_open(to),
		.a = a,
		.tool = tool,
		.secs = created_secs,
	};

	json_begin_object(&o.json, JSON_LINES);
	json_key(&o.json, "assessment-results");
	json_begin_object(&o.json, JSON_LINES);
	put_document_uuid(&o);
	put_metadata(&o);
	put_plan_reference(&o);
	put_result(&o);
	put_plan(&o);
	json_end(&o.json);
	json_end(&o.json);
}
