/* SPDX-License-Identifier: ISC */
/* CISA's catalogue of vulnerabilities that are known to be exploited. */
#include "advisories/feed_private.h"

/* Source: CISA, known_exploited_vulnerabilities_schema.json. */
static enum err
read_entry(struct feed *f, void *context)
{
	size_t inside = f->json.depth;
	struct json_item item;
	struct exploited e = { .source = EXPLOITED_KEV };

	(void)context;
	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("cveID"), JSON_TEXT))
			e.id = bytes_trim(feed_text(f, item.text));
		else if (feed_is(&item, BYTES("vulnerabilityName"), JSON_TEXT))
			e.name = feed_title(f, item.text);
		else if (feed_is(&item, BYTES("dateAdded"), JSON_TEXT))
			e.since = feed_time(item.text);
		else if (feed_is(&item, BYTES("knownRansomwareCampaignUse"),
			     JSON_TEXT))
			e.ransomware = feed_says(&item, BYTES("Known"));
	}
	if (e.id.len == 0)
		feed_break(f, ERR_MALFORMED, "cveID");
	feed_put_exploited(f, &e);
	return feed_failed(f);
}

enum err
feed_read_kev(struct feed *f)
{
	size_t inside = f->json.depth;
	struct json_item item;
	enum err err = ERR_OK;

	while (err == ERR_OK && feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("dateReleased"), JSON_TEXT))
			feed_note_time(f, feed_time(item.text));
		else if (feed_is(&item, BYTES("vulnerabilities"), JSON_ARRAY))
			err = feed_each_record(f, read_entry, NULL);
	}
	return err == ERR_OK ? feed_failed(f) : err;
}
