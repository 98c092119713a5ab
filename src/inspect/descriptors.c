/* SPDX-License-Identifier: ISC */
/* Application descriptors and metadata: names and versions in fixed places. */
#include "inspect/descriptors.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "inspect/evidence.h"

#include <ctype.h>

#define APP_MAGIC 0xabcd5432U
#define FIELD_LEN ((size_t)32)
#define METADATA_MAX_LEN (4 * KIB)

static bool
in_container(const struct unpack_event *file, struct bytes format)
{
	return bytes_find(file->path, format, 0) != SIZE_MAX;
}

/* Names and versions are one word of plain characters. */
static bool
is_word(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if (!isalnum(in.ptr[i]) && in.ptr[i] != '.' &&
		    in.ptr[i] != '-' && in.ptr[i] != '_' && in.ptr[i] != '+')
			return false;
	return in.len > 0 && in.len <= FIELD_LEN;
}

static struct bytes
without_v(struct bytes version)
{
	bool has_v = version.len > 1 && tolower(version.ptr[0]) == 'v' &&
	    isdigit(version.ptr[1]);

	return has_v ? bytes_from(version, 1) : version;
}

static enum err
add(const struct unpack_event *file, struct facts *facts, const char *name,
    const char *cpe, struct bytes version)
{
	struct fact fact = evidence_fact(file, FACT_COMPONENT,
	    (size_t)(version.ptr - file->node.content.ptr), version.len);

	fact.name = bytes_of(name);
	fact.value = without_v(version);
	fact.extra = bytes_of(cpe);
	fact.number = EVIDENCE_DESCRIPTOR;
	return evidence_add_generic(facts, fact, name);
}

static enum err
inspect_app(const struct unpack_event *file, struct facts *facts)
{
	struct cursor c = cur_open(file->node.content, "app descriptor");
	char name[FIELD_LEN + 1] = { 0 };

	if (cur_u32le(&c, "magic") != APP_MAGIC)
		return ERR_OK;
	cur_skip(&c, 12, "secure_version, reserved");
	struct bytes version = cur_text(&c, FIELD_LEN, "version");
	struct bytes project = cur_text(&c, FIELD_LEN, "project_name");

	if (!cur_ok(&c) || !is_word(project) || !is_word(version) ||
	    bytes_equal_text(project, "arduino-lib-builder"))
		return ERR_OK;
	for (size_t i = 0; i < project.len; i++)
		name[i] = (char)tolower(project.ptr[i]);
	return add(file, facts, name, "", version);
}

/* The text behind "key": in JSON that is written plainly. */
static struct bytes
text_value(struct bytes json, struct bytes key)
{
	size_t at = bytes_find(json, key, 0);
	struct bytes none = { NULL, 0 };

	if (at == SIZE_MAX)
		return none;
	struct bytes rest = bytes_trim(bytes_from(json, at + key.len));

	if (!bytes_starts(rest, BYTES(":")))
		return none;
	rest = bytes_trim(bytes_from(rest, 1));
	if (!bytes_starts(rest, BYTES("\"")))
		return none;
	rest = bytes_from(rest, 1);
	size_t len = bytes_find_byte(rest, '"', 0);

	return len == SIZE_MAX ? none : bytes_slice(rest, 0, len);
}

static enum err
inspect_metadata(const struct unpack_event *file, struct facts *facts)
{
	struct bytes json = file->node.content;

	if (json.len > METADATA_MAX_LEN || !bytes_starts(json, BYTES("{")))
		return ERR_OK;
	struct bytes sdk = text_value(json, BYTES("\"sdk_version\""));

	if (in_container(file, BYTES("gbl@")) && is_word(sdk))
		return add(file, facts, "gecko_sdk",
		    "silabs:gecko_software_development_kit", sdk);
	struct bytes version = text_value(json, BYTES("\"firmware-version\""));

	if (!bytes_ends(file->path, BYTES("/firmware.metadata.json")) ||
	    !is_word(version))
		return ERR_OK;
	/* a build of its CI: "ci-release-90-v4.0.0b5" */
	size_t at = bytes_find(version, BYTES("-v"), 0);

	return add(file, facts, "pybricks", "",
	    at == SIZE_MAX ? version : bytes_from(version, at + 1));
}

enum err
descriptors_inspect(const struct unpack_event *file, struct facts *facts)
{
	if (file->node.content.len == 0)
		return ERR_OK;
	if (in_container(file, BYTES("esp-image@")))
		return inspect_app(file, facts);
	return inspect_metadata(file, facts);
}
