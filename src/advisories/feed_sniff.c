/* SPDX-License-Identifier: ISC */
/* Which kind of feed a file is, by the keys that stand in it. */
#include "advisories/feed.h"
#include "advisories/feed_private.h"

/* What was seen so far; a kind needs one of its sets. */
enum sign {
	SIGN_CVE = 1 << 0,
	SIGN_NVD = 1 << 1,
	SIGN_NVD_OBJECT = 1 << 2,
	SIGN_CVE_ID = 1 << 3,
	SIGN_ID = 1 << 4,
	SIGN_MODIFIED = 1 << 5,
	SIGN_OSV = 1 << 6,
	SIGN_KEV = 1 << 7,
	SIGN_VULNERABILITIES = 1 << 8,
	SIGN_EUVD = 1 << 9,
	SIGN_OPENVEX = 1 << 10,
	SIGN_CYCLONEDX = 1 << 11,
	SIGN_DOCUMENT = 1 << 12,
	SIGN_CSAF = 1 << 13,
	SIGN_ANNOTATION = 1 << 14,
};

/* Keys, what their values are and begin with, and what that says. */
static const struct {
	const char *key;
	enum json_kind kind;
	const char *starts;
	unsigned signs;
	bool inside; /* go on with the members of this, or of its first */
} keys[] = {
	{ "dataType", JSON_TEXT, "CVE_RECORD", SIGN_CVE, false },
	{ "cveMetadata", JSON_OBJECT, "", SIGN_CVE, false },
	{ "format", JSON_TEXT, "NVD_CVE", SIGN_NVD, false },
	{ "cve_items", JSON_ARRAY, "", SIGN_NVD, false },
	{ "item", JSON_OBJECT, "", 0, true },
	{ "_annotation", JSON_OBJECT, "", SIGN_ANNOTATION, false },
	{ "cve", JSON_OBJECT, "", SIGN_NVD_OBJECT, true },
	{ "vulnStatus", JSON_TEXT, "", SIGN_NVD_OBJECT, false },
	{ "sourceIdentifier", JSON_TEXT, "", SIGN_NVD_OBJECT, false },
	{ "id", JSON_TEXT, "CVE-", SIGN_CVE_ID | SIGN_ID, false },
	{ "id", JSON_TEXT, "EUVD-", SIGN_EUVD, false },
	{ "id", JSON_TEXT, "", SIGN_ID, false },
	{ "modified", JSON_TEXT, "", SIGN_MODIFIED, false },
	{ "schema_version", JSON_TEXT, "", SIGN_OSV, false },
	{ "affected", JSON_ARRAY, "", SIGN_OSV, false },
	{ "aliases", JSON_ARRAY, "", SIGN_OSV, false },
	{ "withdrawn", JSON_TEXT, "", SIGN_OSV, false },
	{ "catalogVersion", JSON_TEXT, "", SIGN_KEV, false },
	{ "vulnerabilities", JSON_ARRAY, "", SIGN_VULNERABILITIES, false },
	{ "items", JSON_ARRAY, "", 0, true },
	{ "enisaUuid", JSON_TEXT, "", SIGN_EUVD, false },
	{ "@context", JSON_TEXT, "https://openvex.dev/", SIGN_OPENVEX, false },
	{ "bomFormat", JSON_TEXT, "CycloneDX", SIGN_CYCLONEDX, false },
	{ "document", JSON_OBJECT, "", SIGN_DOCUMENT, true },
	{ "csaf_version", JSON_TEXT, "", SIGN_CSAF, false },
};

/* Sets of signs; the first that is complete decides. */
static const struct {
	unsigned signs;
	enum feed_kind kind;
} sets[] = {
	{ SIGN_CVE, FEED_CVE },
	{ SIGN_NVD, FEED_NVD },
	{ SIGN_NVD_OBJECT | SIGN_CVE_ID, FEED_NVD },
	{ SIGN_NVD_OBJECT | SIGN_ANNOTATION, FEED_NVD },
	{ SIGN_ID | SIGN_MODIFIED | SIGN_OSV, FEED_OSV },
	{ SIGN_KEV | SIGN_VULNERABILITIES, FEED_KEV },
	{ SIGN_EUVD, FEED_EUVD },
	{ SIGN_OPENVEX, FEED_OPENVEX },
	{ SIGN_CYCLONEDX, FEED_CYCLONEDX }, /* patches say something, too */
	{ SIGN_DOCUMENT | SIGN_CSAF, FEED_CSAF },
};

static enum feed_kind
kind_of(unsigned signs)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		if ((signs & sets[i].signs) == sets[i].signs)
			return sets[i].kind;
	}
	return FEED_NONE;
}

/* The row of `keys` for a member, or their number. */
static size_t
find_key(const struct json_item *item)
{
	size_t i = 0;

	while (i < sizeof(keys) / sizeof(keys[0]) &&
	    !(item->kind == keys[i].kind &&
		bytes_equal_text(item->key, keys[i].key) &&
		bytes_starts(item->text, bytes_of(keys[i].starts))))
		i++;
	return i;
}

/* Steps into an object, or into the first object of an array. */
static bool
step_into(struct json_reader *r, struct json_item *item)
{
	return item->kind == JSON_OBJECT ||
	    (item->kind == JSON_ARRAY && json_read(r, item) == ERR_OK &&
		item->kind == JSON_OBJECT);
}

static enum feed_kind
sniff_json(struct bytes in)
{
	struct json_reader r = json_reader_open(in);
	struct json_item item;
	unsigned signs = 0;

	if (json_read(&r, &item) != ERR_OK || !step_into(&r, &item))
		return FEED_NONE;
	while (json_read(&r, &item) == ERR_OK && item.kind != JSON_END) {
		size_t i = find_key(&item);
		bool known = i < sizeof(keys) / sizeof(keys[0]);

		signs |= known ? keys[i].signs : 0;
		enum feed_kind kind = kind_of(signs);

		if (kind != FEED_NONE)
			return kind;
		if (known && keys[i].inside) {
			if (!step_into(&r, &item))
				return FEED_NONE;
		} else if (json_skip(&r, &item) != ERR_OK) {
			return FEED_NONE;
		}
	}
	return FEED_NONE;
}

enum feed_kind
feed_sniff(struct bytes in)
{
	struct bytes text = bytes_trim(feed_without_mark(in));

	if (bytes_starts(text, BYTES("#model_version:")) ||
	    bytes_starts(text, BYTES("cve,epss")))
		return FEED_EPSS;
	if (!bytes_starts(text, BYTES("{")) && !bytes_starts(text, BYTES("[")))
		return FEED_NONE;
	return sniff_json(text);
}
