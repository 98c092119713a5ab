/* SPDX-License-Identifier: ISC */
/* The member "vulnerabilities" of CycloneDX 1.6. */
#include "report/sbom_private.h"

#include "base/date.h"
#include "baseline/advised.h"

/* One text with foreign parts; what is too long is cut. */
#define TEXT_LEN ((size_t)8192)

/* The words of OpenVEX in those of CycloneDX; an empty one has none. */
static const struct {
	const char *openvex, *cyclonedx;
} justifications[] = {
	{ "component_not_present", "code_not_present" },
	{ "vulnerable_code_not_present", "code_not_present" },
	{ "vulnerable_code_not_in_execute_path", "code_not_reachable" },
	{ "vulnerable_code_cannot_be_controlled_by_adversary",
	    "requires_environment" },
	{ "inline_mitigations_already_exist",
	    "protected_by_mitigating_control" },
};

static const char *
state_text(enum vex_status status)
{
	switch (status) {
	case VEX_AFFECTED:
		return "exploitable";
	case VEX_FIXED:
		return "resolved";
	case VEX_NOT_AFFECTED:
		return "not_affected";
	case VEX_NONE:
	case VEX_INVESTIGATED:
	case VEX_STATUS_COUNT:
		break;
	}
	return "in_triage";
}

static void
put_source(struct json *j, struct bytes id)
{
	struct out url = out_open(256);

	if (report_put_vulnerability_url(id, &url)) {
		json_key(j, "source");
		json_begin_object(j, JSON_INLINE);
		json_string(j, "name",
		    bytes_starts(id, BYTES("CVE-"))	   ? "CVE"
			: bytes_starts(id, BYTES("EUVD-")) ? "EUVD"
							   : "OSV");
		json_text(j, "url", out_bytes(&url));
		json_end(j);
	}
	report_pass_failure(&url, j->to);
	out_close(&url);
}

/* Source: CVSS v3.1 §5, the same in 4.0. */
static const char *
severity_text(uint8_t tenths)
{
	if (tenths == 0)
		return "none";
	if (tenths < 40)
		return "low";
	if (tenths < 70)
		return "medium";
	return tenths < 90 ? "high" : "critical";
}

static void
put_ratings(struct json *j, const struct match *m)
{
	json_key(j, "ratings");
	json_begin_array(j, JSON_INLINE);
	if (m->cvss != CVSS_UNKNOWN) {
		json_begin_object(j, JSON_INLINE);
		json_key(j, "score");
		json_put_fixed(j, m->cvss / 10.0, 1);
		json_string(j, "severity", severity_text(m->cvss));
		json_string(j, "method", "other"); /* CVSS, of which version? */
		json_string(j, "justification", "CVSS base score");
		json_end(j);
	}
	if (m->epss != EPSS_UNKNOWN) {
		json_begin_object(j, JSON_INLINE);
		json_key(j, "source");
		json_begin_object(j, JSON_INLINE);
		json_string(j, "name", "EPSS");
		json_end(j);
		json_key(j, "score");
		json_put_fixed(j, m->epss / 1e6, 5);
		json_string(j, "method", "other");
		json_end(j);
	}
	json_end(j);
}

static void
put_justification(struct json *j, struct bytes word)
{
	for (size_t i = 0;
	     i < sizeof(justifications) / sizeof(justifications[0]); i++)
		if (bytes_equal_text(word, justifications[i].openvex))
			json_string(
			    j, "justification", justifications[i].cyclonedx);
}

static void
put_analysis(struct json *j, const struct match *m)
{
	enum vex_status status = report_vex_status(m);
	struct out detail = out_open(TEXT_LEN);

	if (m->vex != VEX_NONE) {
		out_text(&detail, "VEX of ");
		out_put(&detail,
		    m->vex_author.len > 0 ? m->vex_author
					  : BYTES("an unnamed author"));
		out_text(&detail, ": ");
		out_text(&detail, vex_status_text(m->vex));
		if (m->vex != status)
			out_text(&detail, ", not heeded");
		if (m->vex_justification.len > 0) {
			out_text(&detail, " (");
			out_put(&detail, m->vex_justification);
			out_text(&detail, ")");
		}
		if (m->vex_detail.len > 0) {
			out_text(&detail, "; ");
			out_put(&detail, m->vex_detail);
		}
	} else if (m->state == MATCH_FIXED) {
		out_text(&detail, "fixed by the distribution's advisory");
	}
	json_key(j, "analysis");
	json_begin_object(j, JSON_INLINE);
	json_string(j, "state", state_text(status));
	if (status == VEX_NOT_AFFECTED)
		put_justification(j, m->vex_justification);
	if (detail.len > 0) /* ours stays out: it is no reason */
		json_text(j, "detail", out_bytes(&detail));
	json_end(j);
	if (detail.failed == ERR_MEMORY)
		report_pass_failure(&detail, j->to);
	out_close(&detail);
}

static const char *
affected_text(const struct match *m)
{
	if (advised_is_relieved(m))
		return "unaffected";
	return m->state == MATCH_AFFECTED ? "affected" : "unknown";
}

static void
put_affects(struct json *j, const struct advised *of, const struct match *m)
{
	json_key(j, "affects");
	json_begin_array(j, JSON_INLINE);
	json_begin_object(j, JSON_INLINE);
	if (of->component != NULL)
		sbom_put_ref(j, "ref", m->subject);
	else
		json_string(j, "ref", SBOM_IMAGE_REF);
	if (of->version.len > 0) {
		json_key(j, "versions");
		json_begin_array(j, JSON_INLINE);
		json_begin_object(j, JSON_INLINE);
		json_text(j, "version", of->version);
		json_string(j, "status", affected_text(m));
		json_end(j);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void
put_properties(struct json *j, const struct match *m)
{
	struct out text = out_open(64);

	json_key(j, "properties");
	json_begin_array(j, JSON_INLINE);
	sbom_put_property(
	    j, "hallmark:state", bytes_of(match_state_text(m->state)));
	sbom_put_property(j, "hallmark:confidence",
	    bytes_of(match_confidence_text(m->confidence)));
	sbom_put_property(
	    j, "hallmark:source", bytes_of(claim_source_text(m->source)));
	sbom_put_property(j, "hallmark:because", m->because);
	sbom_put_property(j, "hallmark:range", m->range);
	sbom_put_property(j, "hallmark:fixed-in", m->fixed_in);
	advised_put_exploited_by(m, &text);
	sbom_put_property(j, "hallmark:exploited-by", out_bytes(&text));
	text.len = 0;
	if (m->exploited_since > 0) {
		date_put_day(&text, m->exploited_since);
		sbom_put_property(
		    j, "hallmark:exploited-since", out_bytes(&text));
	}
	sbom_put_property(j, "hallmark:vex-document", m->vex_document);
	json_end(j);
	report_pass_failure(&text, j->to);
	out_close(&text);
}

static void
put_vulnerability(struct json *j, const struct assessment *a, size_t index)
{
	const struct match *m = &a->advisories->matches->list[index];
	struct out text = out_open(TEXT_LEN);
	struct advised of;

	if (!advised_find(a, m->subject, &of))
		return;
	json_begin_object(j, JSON_INLINE);
	out_text(&text, "vulnerability-");
	out_decimal(&text, index + 1);
	json_text(j, "bom-ref", out_bytes(&text));
	json_text(j, "id", m->id);
	put_source(j, m->id);
	put_ratings(j, m);
	if (m->title.len > 0)
		json_text(j, "description", m->title);
	text.len = 0;
	report_put_action(a, m, &text);
	json_text(j, "recommendation", out_bytes(&text));
	put_analysis(j, m);
	put_affects(j, &of, m);
	put_properties(j, m);
	json_end(j);
	if (text.failed == ERR_MEMORY)
		report_pass_failure(&text, j->to);
	out_close(&text);
}

void
sbom_put_vulnerabilities(struct json *j, const struct assessment *a)
{
	if (a->advisories == NULL)
		return;
	json_key(j, "vulnerabilities");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < a->advisories->matches->count; i++)
		put_vulnerability(j, a, i);
	json_end(j);
}
