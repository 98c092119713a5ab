/* SPDX-License-Identifier: ISC */
/* The components as SPDX 2.3. */
#include "report/report.h"

#include "codec/json.h"
#include "report/report_private.h"

#include <stdio.h>

#define DOCUMENT "SPDXRef-DOCUMENT"
#define IMAGE "SPDXRef-image"

/* As a civil date. Source: Howard Hinnant, "chrono-compatible low-level date
   algorithms", civil_from_days. */
static void
put_time(struct json *j, const char *key, uint64_t secs)
{
	uint64_t days = secs / 86400 + 719468;
	uint64_t era = days / 146097;
	uint64_t of_era = days % 146097;
	uint64_t year_of_era =
	    (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	uint64_t of_year =
	    of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	uint64_t shifted = (5 * of_year + 2) / 153; /* March is 0 */
	uint64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
	uint64_t year = year_of_era + era * 400 + (month <= 2);
	char text[64];

	(void)snprintf(text, sizeof(text),
	    "%04llu-%02llu-%02lluT%02llu:%02llu:%02lluZ",
	    (unsigned long long)year, (unsigned long long)month,
	    (unsigned long long)(of_year - (153 * shifted + 2) / 5 + 1),
	    (unsigned long long)(secs / 3600 % 24),
	    (unsigned long long)(secs / 60 % 60),
	    (unsigned long long)(secs % 60));
	json_string(j, key, text);
}

/* "SPDXRef-component-7". */
static void
put_id(struct json *j, const char *key, size_t component)
{
	char text[64];

	(void)snprintf(
	    text, sizeof(text), "SPDXRef-component-%zu", component + 1);
	json_string(j, key, text);
}

static void
put_reference(struct json *j, const char *category, const char *type,
    struct bytes locator)
{
	json_begin_object(j, JSON_INLINE);
	json_string(j, "referenceCategory", category);
	json_string(j, "referenceType", type);
	json_text(j, "referenceLocator", locator);
	json_end(j);
}

static void
put_references(struct json *j, const struct component_item *c)
{
	struct out cpe = out_open(REPORT_CPE_LEN);
	bool named = report_put_cpe(c, &cpe);

	if (named || c->purl.len > 0) {
		json_key(j, "externalRefs");
		json_begin_array(j, JSON_INLINE);
		if (named)
			put_reference(
			    j, "SECURITY", "cpe23Type", out_bytes(&cpe));
		if (c->purl.len > 0)
			put_reference(j, "PACKAGE-MANAGER", "purl", c->purl);
		json_end(j);
	}
	report_pass_failure(&cpe, j->to);
	out_close(&cpe);
}

/* SPDX writes CycloneDX' words in capitals. Source: SPDX 2.3 §7.24. */
static const char *
purpose(const struct component_item *c)
{
	switch (report_component_type(c)[0]) {
	case 'o':
		return "OPERATING-SYSTEM";
	case 'f':
		return "FIRMWARE";
	case 'l':
		return "LIBRARY";
	default:
		return "APPLICATION";
	}
}

static void
put_package(struct json *j, const struct component_item *c, size_t index)
{
	struct bytes version = report_component_version(c);
	char how[128];

	json_begin_object(j, JSON_INLINE);
	put_id(j, "SPDXID", index);
	json_text(j, "name", c->name);
	if (version.len > 0)
		json_text(j, "versionInfo", version);
	json_string(j, "downloadLocation", "NOASSERTION");
	json_bool(j, "filesAnalyzed", false);
	json_string(j, "primaryPackagePurpose", purpose(c));
	(void)snprintf(how, sizeof(how),
	    "identified by its %s, %u %% sure, in %zu places",
	    report_evidence_text(c->kind), c->confidence, c->evidence_count);
	json_string(j, "comment", how);
	put_references(j, c);
	json_end(j);
}

static void
put_image(struct json *j, const struct assessment *a)
{
	json_begin_object(j, JSON_INLINE);
	json_string(j, "SPDXID", IMAGE);
	json_text(j, "name", a->image_name);
	json_string(j, "downloadLocation", "NOASSERTION");
	json_bool(j, "filesAnalyzed", false);
	json_string(j, "primaryPackagePurpose", "FIRMWARE");
	json_key(j, "checksums");
	json_begin_array(j, JSON_INLINE);
	json_begin_object(j, JSON_INLINE);
	json_string(j, "algorithm", "SHA256");
	report_put_hash(j, "checksumValue", a);
	json_end(j);
	json_end(j);
	json_end(j);
}

static void
begin_relation(struct json *j, const char *from, const char *type)
{
	json_begin_object(j, JSON_INLINE);
	json_string(j, "spdxElementId", from);
	json_string(j, "relationshipType", type);
}

/* Named by the image's digest: one document for one image and data set. */
static void
put_namespace(
    struct json *j, const struct assessment *a, const struct report_tool *tool)
{
	struct out text = out_open(256);

	out_text(&text, "urn:hallmark:sbom:");
	out_hex_bytes(
	    &text, (struct bytes){ a->image_sha256, sizeof(a->image_sha256) });
	out_text(&text, ":");
	out_text(&text, tool->data_version);
	json_text(j, "documentNamespace", out_bytes(&text));
	report_pass_failure(&text, j->to);
	out_close(&text);
}

static void
put_creation(
    struct json *j, const struct report_tool *tool, uint64_t created_secs)
{
	char creator[64];

	(void)snprintf(
	    creator, sizeof(creator), "Tool: hallmark-%s", tool->version);
	json_key(j, "creationInfo");
	json_begin_object(j, JSON_INLINE);
	put_time(j, "created", created_secs);
	json_key(j, "creators");
	json_begin_array(j, JSON_INLINE);
	json_put_string(j, creator);
	json_end(j);
	json_end(j);
}

void
report_spdx(const struct assessment *a, const struct report_tool *tool,
    uint64_t created_secs, struct out *to)
{
	struct json j = json_open(to);

	json_begin_object(&j, JSON_LINES);
	json_string(&j, "spdxVersion", "SPDX-2.3");
	json_string(&j, "dataLicense", "CC0-1.0");
	json_string(&j, "SPDXID", DOCUMENT);
	json_text(&j, "name", a->image_name);
	put_namespace(&j, a, tool);
	put_creation(&j, tool, created_secs);
	json_key(&j, "packages");
	json_begin_array(&j, JSON_LINES);
	put_image(&j, a);
	for (size_t i = 0; i < a->component_count; i++)
		put_package(&j, &a->components[i], i);
	json_end(&j);
	json_key(&j, "relationships");
	json_begin_array(&j, JSON_LINES);
	begin_relation(&j, DOCUMENT, "DESCRIBES");
	json_string(&j, "relatedSpdxElement", IMAGE);
	json_end(&j);
	for (size_t i = 0; i < a->component_count; i++) {
		begin_relation(&j, IMAGE, "CONTAINS");
		put_id(&j, "relatedSpdxElement", i);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
}
