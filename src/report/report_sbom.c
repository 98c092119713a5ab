/* SPDX-License-Identifier: ISC */
/* The components as CycloneDX 1.6: no clock, so same input, same output. */
#include "report/report.h"

#include "base/number.h"
#include "codec/json.h"
#include "report/report_private.h"
#include "report/sbom_private.h"

/* Excerpts given as the way a component was identified; all places follow. */
#define METHODS_MAX 5

/* Components that are libraries although their name does not begin so. */
static const char *const libraries[] = { "openssl", "zlib", "uclibc",
	"uclibc-ng", "musl", "glibc", "mbedtls", "polarssl", "wolfssl",
	"gnutls", "lwip", "json-c", "expat", "sqlite", "pcre", "pcre2",
	"ncurses", "nettle", "gmp", "xz", "lzo", "zstd", "jansson", "boost",
	NULL };

static bool
word_in(struct bytes word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (bytes_equal_text(word, *words))
			return true;
	return false;
}

const char *
report_component_type(const struct component_item *c)
{
	if (c->operating_system)
		return "operating-system";
	if (bytes_equal_text(c->name, "u-boot"))
		return "firmware";
	if (bytes_starts(c->name, BYTES("lib")) || word_in(c->name, libraries))
		return "library";
	return "application";
}

void
sbom_put_ref(struct json *j, const char *key, size_t component)
{
	struct out ref = out_open(64);

	out_text(&ref, "component-");
	out_decimal(&ref, component + 1);
	if (key != NULL)
		json_text(j, key, out_bytes(&ref));
	else
		json_put_text(j, out_bytes(&ref));
	report_pass_failure(&ref, j->to);
	out_close(&ref);
}

void
sbom_put_property(struct json *j, const char *name, struct bytes value)
{
	if (value.len == 0)
		return;
	json_begin_object(j, JSON_INLINE);
	json_string(j, "name", name);
	json_text(j, "value", value);
	json_end(j);
}

static void
put_cpe(struct json *j, const struct component_item *c)
{
	struct out cpe = out_open(REPORT_CPE_LEN);

	if (report_put_cpe(c, &cpe))
		json_text(j, "cpe", out_bytes(&cpe));
	report_pass_failure(&cpe, j->to);
	out_close(&cpe);
}

static const char *
technique(enum component_evidence kind)
{
	switch (kind) {
	case EVIDENCE_PACKAGE_DB:
		return "manifest-analysis";
	case EVIDENCE_KERNEL:
	case EVIDENCE_DESCRIPTOR:
	case EVIDENCE_BANNER:
		return "binary-analysis";
	case EVIDENCE_FILE_NAME:
		break;
	}
	return "filename";
}

static void
put_confidence(struct json *j, const struct component_item *c)
{
	unsigned percent = c->confidence > 100 ? 100 : c->confidence;

	json_key(j, "confidence");
	json_put_fixed(j, percent / 100.0, 2);
}

/* How it was identified: the excerpts of the strongest kind of evidence. */
static void
put_identity(struct json *j, const struct component_item *c)
{
	size_t shown = 0;

	json_key(j, "identity");
	json_begin_array(j, JSON_INLINE);
	json_begin_object(j, JSON_INLINE);
	json_string(j, "field", c->purl.len > 0 ? "purl" : "name");
	put_confidence(j, c);
	json_key(j, "methods");
	json_begin_array(j, JSON_INLINE);
	for (size_t i = 0; i < c->evidence_count && shown < METHODS_MAX; i++) {
		const struct fact *f = c->evidence[i];
		struct report_excerpt excerpt;

		if (report_evidence_kind(c, f) != c->kind)
			continue;
		json_begin_object(j, JSON_INLINE);
		json_string(j, "technique", technique(c->kind));
		put_confidence(j, c);
		report_fact_excerpt(f, &excerpt);
		json_text(j, "value", report_excerpt_bytes(&excerpt));
		json_end(j);
		shown++;
	}
	json_end(j);
	json_end(j);
	json_end(j);
}

static void
put_occurrences(struct json *j, const struct component_item *c)
{
	size_t count = size_min(c->evidence_count, REPORT_EVIDENCE_MAX);

	json_key(j, "occurrences");
	json_begin_array(j, JSON_INLINE);
	for (size_t i = 0; i < count; i++) {
		const struct fact *f = c->evidence[i];

		json_begin_object(j, JSON_INLINE);
		json_text(j, "location", f->path);
		if (f->at <= REPORT_JSON_INTEGER_MAX)
			json_number(j, "offset", f->at);
		json_end(j);
	}
	json_end(j);
}

static void
put_component(struct json *j, const struct component_item *c, size_t index)
{
	struct bytes version = report_component_version(c);

	json_begin_object(j, JSON_INLINE);
	json_string(j, "type", report_component_type(c));
	sbom_put_ref(j, "bom-ref", index);
	json_text(j, "name", c->name);
	if (version.len > 0)
		json_text(j, "version", version);
	put_cpe(j, c);
	if (c->purl.len > 0)
		json_text(j, "purl", c->purl);
	json_key(j, "evidence");
	json_begin_object(j, JSON_INLINE);
	put_identity(j, c);
	put_occurrences(j, c);
	json_end(j);
	json_key(j, "properties");
	json_begin_array(j, JSON_INLINE);
	sbom_put_property(
	    j, "hallmark:evidence", bytes_of(report_evidence_text(c->kind)));
	if (!bytes_equal(c->version, version))
		sbom_put_property(j, "hallmark:upstream-version", c->version);
	sbom_put_property(j, "hallmark:cpe-candidates", c->cpe);
	json_end(j);
	json_end(j);
}

static void
put_serial(struct json *j, const struct assessment *a)
{
	struct out text = out_open(64);

	report_put_uuid(a, 0, &text);
	json_text(j, "serialNumber", out_bytes(&text));
	report_pass_failure(&text, j->to);
	out_close(&text);
}

static void
put_metadata(
    struct json *j, const struct assessment *a, const struct report_tool *tool)
{
	json_key(j, "metadata");
	json_begin_object(j, JSON_LINES);
	json_key(j, "tools");
	json_begin_object(j, JSON_INLINE);
	json_key(j, "components");
	json_begin_array(j, JSON_INLINE);
	json_begin_object(j, JSON_INLINE);
	json_string(j, "type", "application");
	json_string(j, "name", "hallmark");
	json_string(j, "version", tool->version);
	json_end(j);
	json_end(j);
	json_end(j);
	json_key(j, "component");
	json_begin_object(j, JSON_INLINE);
	json_string(j, "type", "firmware");
	json_string(j, "bom-ref", SBOM_IMAGE_REF);
	json_text(j, "name", a->image_name);
	json_key(j, "hashes");
	json_begin_array(j, JSON_INLINE);
	json_begin_object(j, JSON_INLINE);
	json_string(j, "alg", "SHA-256");
	report_put_hash(j, "content", a);
	json_end(j);
	json_end(j);
	json_end(j);
	json_key(j, "properties");
	json_begin_array(j, JSON_LINES);
	sbom_put_property(j, "hallmark:data", bytes_of(tool->data_version));
	sbom_put_property(j, "hallmark:jail", a->jail);
	sbom_put_property(j, "hallmark:architecture", a->architecture);
	sbom_put_property(j, "hallmark:operating-system", a->operating_system);
	sbom_put_property(j, "hallmark:cut-short", a->seen->cut_short);
	sbom_put_property(j, "hallmark:worker-trouble", a->worker_trouble);
	json_end(j);
	json_end(j);
}

/* The image holds them all; whether there are more nobody can know. */
static void
put_relations(struct json *j, const struct assessment *a)
{
	json_key(j, "dependencies");
	json_begin_array(j, JSON_LINES);
	json_begin_object(j, JSON_INLINE);
	json_string(j, "ref", SBOM_IMAGE_REF);
	json_key(j, "dependsOn");
	json_begin_array(j, JSON_INLINE);
	for (size_t i = 0; i < a->component_count; i++)
		sbom_put_ref(j, NULL, i);
	json_end(j);
	json_end(j);
	json_end(j);
	json_key(j, "compositions");
	json_begin_array(j, JSON_LINES);
	json_begin_object(j, JSON_INLINE);
	json_string(j, "aggregate", "incomplete");
	json_key(j, "assemblies");
	json_begin_array(j, JSON_INLINE);
	json_put_string(j, SBOM_IMAGE_REF);
	json_end(j);
	json_end(j);
	json_end(j);
}

void
report_sbom(
    const struct assessment *a, const struct report_tool *tool, struct out *to)
{
	struct json j = json_open(to);

	json_begin_object(&j, JSON_LINES);
	json_string(
	    &j, "$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
	json_string(&j, "bomFormat", "CycloneDX");
	json_string(&j, "specVersion", "1.6");
	put_serial(&j, a);
	json_key(&j, "version");
	json_put_number(&j, 1);
	put_metadata(&j, a, tool);
	json_key(&j, "components");
	json_begin_array(&j, JSON_LINES);
	for (size_t i = 0; i < a->component_count; i++)
		put_component(&j, &a->components[i], i);
	json_end(&j);
	put_relations(&j, a);
	sbom_put_vulnerabilities(&j, a);
	json_end(&j);
}
