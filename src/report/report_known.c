/* SPDX-License-Identifier: ISC */
/* What the reports of known vulnerabilities share. */
#include "report/report_private.h"

#include "baseline/advised.h"

#include <string.h>

/* Longer ids are no ids. */
#define ID_MAX 64

struct report_known
report_count_known(const struct assessment *a)
{
	struct report_known known = { 0 };

	for (size_t i = 0; i < a->advisories->matches->count; i++) {
		const struct match *m = &a->advisories->matches->list[i];

		if (m->exploited_by == 0) {
			known.others += !advised_is_relieved(m);
			known.others_relieved += advised_is_relieved(m);
		} else if (advised_weigh(m) == FINDING_INFO) {
			known.exploited_rest++;
		} else {
			known.exploited++;
		}
	}
	return known;
}

struct bytes
report_reach_missing(const struct assessment *a)
{
	for (size_t i = 0; i < a->unlooked_count; i++)
		if (bytes_equal_text(a->unlooked[i * 2], "VULN-1"))
			return a->unlooked[i * 2 + 1];
	return (struct bytes){ NULL, 0 };
}

static bool
is_plain_id(struct bytes id)
{
	for (size_t i = 0; i < id.len; i++) {
		uint8_t byte = bytes_lower(id.ptr[i]);

		if ((byte < 'a' || byte > 'z') && (byte < '0' || byte > '9') &&
		    byte != '-' && byte != '.')
			return false;
	}
	return id.len > 0 && id.len <= ID_MAX;
}

bool
report_put_vulnerability_url(struct bytes id, struct out *to)
{
	static const struct {
		const char *start;
		const char *url;
	} rows[] = {
		{ "CVE-", "https://www.cve.org/CVERecord?id=" },
		{ "EUVD-", "https://euvd.enisa.europa.eu/vulnerability/" },
		{ "", "https://osv.dev/vulnerability/" },
	};
	size_t i = 0;

	if (!is_plain_id(id))
		return false;
	while (!bytes_starts(id, bytes_of(rows[i].start)))
		i++;
	out_text(to, rows[i].url);
	out_put(to, id);
	return true;
}

enum vex_status
report_vex_status(const struct match *m)
{
	if (m->state == MATCH_FIXED)
		return VEX_FIXED;
	if (m->state == MATCH_NOT_AFFECTED)
		return advised_is_relieved(m) ? VEX_NOT_AFFECTED
					      : VEX_INVESTIGATED;
	if (m->vex == VEX_AFFECTED)
		return VEX_AFFECTED;
	return m->vex == VEX_NONE && m->state == MATCH_AFFECTED &&
		m->confidence == MATCH_HIGH && m->exploited_by != 0
	    ? VEX_AFFECTED
	    : VEX_INVESTIGATED;
}

void
report_put_action(
    const struct assessment *a, const struct match *m, struct out *to)
{
	struct advised of;

	if (!advised_find(a, m->subject, &of))
		return;
	if (m->fixed_in.len == 0) {
		out_text(to, "Look for a version of ");
		advised_put_name(&of, to);
		out_text(
		    to, " that is not affected; no fixed version is known.");
		return;
	}
	out_text(to, "Update ");
	advised_put_name(&of, to);
	out_text(to, " to ");
	out_put(to, m->fixed_in);
	out_text(to, " or later.");
}

void
report_put_uuid(const struct assessment *a, uint64_t number, struct out *to)
{
	uint8_t uuid[16];

	memcpy(uuid, a->image_sha256, sizeof(uuid));
	for (size_t i = 0; i < sizeof(number); i++)
		uuid[15 - i] ^= (uint8_t)(number >> (8 * i));
	uuid[6] = (uint8_t)((uuid[6] & 0x0f) | 0x80);
	uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
	out_text(to, "urn:uuid:");
	for (size_t i = 0; i < sizeof(uuid); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out_u8(to, '-');
		out_hex(to, uuid[i], 2);
	}
}
