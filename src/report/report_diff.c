/* SPDX-License-Identifier: ISC */
/* Words of a comparison. */
#include "report/report_diff_private.h"

#include <string.h>

const char *
report_area_title(enum area area)
{
	static const char *const titles[AREA_COUNT] = {
		[AREA_FINDINGS] = "Findings",
		[AREA_UPDATE] = "Update",
		[AREA_CREDENTIALS] = "Accounts and passwords",
		[AREA_KEYS] = "Keys and certificates",
		[AREA_SERVICES] = "Services",
		[AREA_COMPONENTS] = "Components",
		[AREA_VULNERABILITIES] = "Known vulnerabilities",
		[AREA_KERNEL] = "Kernel and system",
		[AREA_PROGRAMS] = "How programs are built",
		[AREA_COVERAGE] = "What was read",
		[AREA_VERDICTS] = "Requirements",
	};

	return area < AREA_COUNT ? titles[area] : "";
}

const char *
report_direction_word(enum direction direction)
{
	return direction == DIRECTION_WORSE || direction == DIRECTION_BETTER
	    ? direction_text(direction)
	    : "neither";
}

bool
report_diff_same_image(const struct diff *d)
{
	return memcmp(d->side[SIDE_OLD]->image_sha256,
		   d->side[SIDE_NEW]->image_sha256,
		   sizeof(d->side[SIDE_OLD]->image_sha256)) == 0;
}

const char *
report_diff_answer(const struct diff *d)
{
	if (d->count[DIRECTION_WORSE] > 0 && d->count[DIRECTION_BETTER] > 0)
		return "Something got worse, and something better.";
	if (d->count[DIRECTION_WORSE] > 0)
		return "Something got worse.";
	if (d->count[DIRECTION_BETTER] > 0)
		return "Nothing got worse, and something got better.";
	if (d->change_count > 0)
		return "Nothing got worse or better, but something changed.";
	if (report_diff_same_image(d))
		return "Nothing changed: both are the same file.";
	return "Nothing changed of what is looked at, though the files "
	       "differ.";
}

const char *
report_diff_caution(const struct diff *d)
{
	for (size_t s = 0; s < SIDE_COUNT; s++)
		if (d->side[s]->worker_trouble.len > 0)
			return "One of the images could not be read to its "
			       "end: the comparison is not complete.";
	if (d->darker[SIDE_NEW])
		return "Less of the new image could be read. What is no "
		       "longer seen may only be hidden, so it does not count "
		       "as better.";
	if (d->other_system)
		return "The new image does not show such a system as the old "
		       "one. What is no longer seen was not mended, so it does "
		       "not count as better.";
	if (d->darker[SIDE_OLD])
		return "Less of the old image could be read. What is new may "
		       "have been there before.";
	return NULL;
}

static void
put_counts(const struct known_counts *counts, struct out *to)
{
	out_decimal(to, counts->fresh);
	out_text(to, " new, ");
	out_decimal(to, counts->gone);
	out_text(to, " gone, ");
	out_decimal(to, counts->still);
	out_text(to, " still there");
}

void
report_diff_put_known(const struct diff *d, struct out *to)
{
	if (!d->known.compared)
		return;
	out_text(to, "Known vulnerabilities that are being exploited: ");
	put_counts(&d->known.exploited, to);
	out_text(to, "; others: ");
	put_counts(&d->known.others, to);
	out_text(to, ".");
}
