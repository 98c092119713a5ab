/* SPDX-License-Identifier: ISC */
/* What the readers of VEX share. */
#include "advisories/feed_vex_private.h"

#include "base/limits.h"

void
feed_vex_put(
    struct feed *f, struct feed_vex *document, struct vex_statement *statement)
{
	if (document->order == LIMIT_VEX_STATEMENTS) {
		feed_break(f, ERR_LIMIT, "statements");
		return;
	}
	statement->author = document->author;
	statement->document = document->id;
	if (statement->time == 0)
		statement->time = document->time;
	statement->order = document->order++;
	feed_note_time(f, statement->time);
	feed_put_vex(f, statement);
}

bool
feed_vex_is_sha256(struct bytes algorithm)
{
	return bytes_equal_any_case(algorithm, "SHA-256") ||
	    bytes_equal_any_case(algorithm, "SHA256");
}

void
feed_vex_keep(struct bytes *to, struct bytes text)
{
	if (to->len == 0)
		*to = bytes_trim(text);
}
