/* SPDX-License-Identifier: ISC */
/* What is known of the components as OpenVEX 0.2.0. */
#include "report/report.h"

#include "base/date.h"
#include "baseline/advised.h"
#include "codec/json.h"
#include "report/report_private.h"

/* A product's or component's id, in which every byte may take three. */
#define ID_LEN ((size_t)3 * 4096)

/* Sentences with foreign texts in them; what is too long is cut. */
#define NOTES_LEN ((size_t)8192)

bool
report_has_openvex(const struct assessment *a)
{
	return a->advisories != NULL && a->advisories->matches->count > 0;
}

/* Unreserved characters of RFC 3986; all others as purl wants them. */
static void
put_encoded(struct out *to, struct bytes text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.len; i++) {
		uint8_t byte = text.ptr[i];
		uint8_t lower = bytes_lower(byte);

		if ((lower >= 'a' && lower <= 'z') ||
		    (byte >= '0' && byte <= '9') || byte == '-' ||
		    byte == '.' || byte == '_' || byte == '~') {
			out_u8(to, byte);
			continue;
		}
		out_u8(to, '%');
		out_u8(to, (uint8_t)digits[byte >> 4]);
		out_u8(to, (uint8_t)digits[byte & 15]);
	}
}

/* An id that is too long is left out by cutting it: there is always one. */
static void
put_id(struct json *j, struct out *id)
{
	json_text(j, "@id", out_bytes(id));
	if (id->failed == ERR_MEMORY)
		report_pass_failure(id, j->to);
	out_close(id);
}

static void
put_component(struct json *j, const struct component_item *c)
{
	struct out id = out_open(ID_LEN);
	struct out cpe = out_open(REPORT_CPE_LEN);
	bool has_cpe = report_put_cpe(c, &cpe);

	if (c->purl.len > 0) {
		out_put(&id, c->purl);
	} else {
		out_text(&id, "pkg:generic/");
		put_encoded(&id, c->name);
		if (c->version.len > 0) {
			out_text(&id, "@");
			put_encoded(&id, c->version);
		}
	}
	json_begin_object(j, JSON_INLINE);
	put_id(j, &id);
	if (c->purl.len > 0 || has_cpe) {
		json_key(j, "identifiers");
		json_begin_object(j, JSON_INLINE);
		if (c->purl.len > 0)
			json_text(j, "purl", c->purl);
		if (has_cpe)
			json_text(j, "cpe23", out_bytes(&cpe));
		json_end(j);
	}
	json_end(j);
	report_pass_failure(&cpe, j->to);
	out_close(&cpe);
}

/* The release that is declared, else the image; its hash says which. */
static void
put_products(
    struct json *j, const struct assessment *a, const struct advised *of)
{
	const struct declared_product *p = &a->product;
	struct out id = out_open(ID_LEN);

	out_text(&id, "pkg:generic/");
	if (p->maker.len > 0) {
		put_encoded(&id, p->maker);
		out_text(&id, "/");
	}
	put_encoded(&id, p->model.len > 0 ? p->model : a->image_name);
	if (p->release.len > 0) {
		out_text(&id, "@");
		put_encoded(&id, p->release);
	}
	json_key(j, "products");
	json_begin_array(j, JSON_INLINE);
	json_begin_object(j, JSON_INLINE);
	put_id(j, &id);
	json_key(j, "hashes");
	json_begin_object(j, JSON_INLINE);
	report_put_hash(j, "sha-256", a);
	json_end(j);
	if (of->component != NULL) {
		json_key(j, "subcomponents");
		json_begin_array(j, JSON_INLINE);
		put_component(j, of->component);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

/* Only these words are OpenVEX's; others are told as a text. */
static bool
is_justification(struct bytes text)
{
	static const char *const words[] = { "component_not_present",
		"vulnerable_code_not_present",
		"vulnerable_code_not_in_execute_path",
		"vulnerable_code_cannot_be_controlled_by_adversary",
		"inline_mitigations_already_exist" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (bytes_equal_text(text, words[i]))
			return true;
	return false;
}

/* What each status has to have besides. */
static void
put_reasons(struct json *j, const struct assessment *a, const struct match *m,
    enum vex_status status)
{
	bool word = is_justification(m->vex_justification);
	struct out text = out_open(NOTES_LEN);

	if (status == VEX_NOT_AFFECTED) {
		if (word)
			json_text(j, "justification", m->vex_justification);
		if (m->vex_detail.len > 0)
			json_text(j, "impact_statement", m->vex_detail);
		else if (!word)
			json_text(j, "impact_statement", m->vex_justification);
	} else if (status == VEX_AFFECTED) {
		report_put_action(a, m, &text);
		json_text(j, "action_statement",
		    m->vex_detail.len > 0 ? m->vex_detail : out_bytes(&text));
	}
	if (text.failed == ERR_MEMORY)
		report_pass_failure(&text, j->to);
	out_close(&text);
}

/* Whose word a statement is that was given, or what the program saw. */
static void
put_notes(struct json *j, const struct match *m, enum vex_status status)
{
	struct out text = out_open(NOTES_LEN);

	if (m->vex != VEX_NONE) {
		out_text(&text,
		    status == m->vex
			? "As stated by "
			: "Not taken over, for want of a reason: ");
		out_put(&text,
		    m->vex_author.len > 0 ? m->vex_author
					  : BYTES("an unnamed author"));
		if (status != m->vex) {
			out_text(&text, " says ");
			out_text(&text, vex_status_text(m->vex));
		}
		if (m->vex_document.len > 0) {
			out_text(&text, " in ");
			out_put(&text, m->vex_document);
		}
		out_text(&text, ". ");
	}
	out_text(&text, "hallmark: ");
	out_text(&text, match_state_text(m->state));
	if (m->vex == VEX_NONE && m->state == MATCH_FIXED)
		out_text(&text, " by the distribution's advisory");
	out_text(&text, ", confidence ");
	out_text(&text, match_confidence_text(m->confidence));
	if (m->range.len > 0) {
		out_text(&text, ", affected versions ");
		out_put(&text, m->range);
	}
	out_text(&text, " (");
	out_text(&text, claim_source_text(m->source));
	out_text(&text, ")");
	if (m->exploited_by != 0) {
		out_text(&text, "; exploited according to ");
		advised_put_exploited_by(m, &text);
	}
	json_text(j, "status_notes", out_bytes(&text));
	if (text.failed == ERR_MEMORY)
		report_pass_failure(&text, j->to);
	out_close(&text);
}

static void
put_statement(struct json *j, const struct assessment *a, const struct match *m)
{
	struct out url = out_open(256);
	enum vex_status status = report_vex_status(m);
	struct advised of;

	if (!advised_find(a, m->subject, &of))
		return;
	json_begin_object(j, JSON_INLINE);
	json_key(j, "vulnerability");
	json_begin_object(j, JSON_INLINE);
	if (report_put_vulnerability_url(m->id, &url))
		json_text(j, "@id", out_bytes(&url));
	json_text(j, "name", m->id);
	if (m->title.len > 0)
		json_text(j, "description", m->title);
	json_end(j);
	put_products(j, a, &of);
	json_string(j, "status", vex_status_text(status));
	put_notes(j, m, status);
	put_reasons(j, a, m, status);
	json_end(j);
	report_pass_failure(&url, j->to);
	out_close(&url);
}

static void
put_head(struct json *j, const struct assessment *a,
    const struct report_tool *tool, uint64_t created_secs)
{
	struct out text = out_open(256);
	bool said = created_secs <= (uint64_t)DATE_MAX;

	json_string(j, "@context", "https://openvex.dev/ns/v0.2.0");
	report_put_uuid(a, created_secs, &text);
	json_text(j, "@id", out_bytes(&text));
	/* whoever stands by it puts his name here */
	json_string(j, "author", "hallmark");
	json_string(j, "role", "assessment tool");
	text.len = 0;
	date_put_time(&text, said ? (int64_t)created_secs : 0);
	json_text(j, "timestamp", out_bytes(&text));
	json_number(j, "version", 1);
	text.len = 0;
	out_text(&text, "hallmark ");
	out_text(&text, tool->version);
	json_text(j, "tooling", out_bytes(&text));
	report_pass_failure(&text, j->to);
	out_close(&text);
}

void
report_openvex(const struct assessment *a, const struct report_tool *tool,
    uint64_t created_secs, struct out *to)
{
	struct json j = json_open(to);

	json_begin_object(&j, JSON_LINES);
	put_head(&j, a, tool, created_secs);
	json_key(&j, "statements");
	json_begin_array(&j, JSON_LINES);
	for (size_t i = 0;
	     report_has_openvex(a) && i < a->advisories->matches->count; i++)
		put_statement(&j, a, &a->advisories->matches->list[i]);
	json_end(&j);
	json_end(&j);
}
