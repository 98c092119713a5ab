/* SPDX-License-Identifier: ISC */
/* How probable the use of each vulnerability is: FIRST's daily list. */
#include "advisories/feed_private.h"

#define MILLION 1000000u

/* A number from 0 to 1 in millionths; further digits are dropped. */
static bool
read_millionths(struct bytes text, uint32_t *ret)
{
	struct bytes rest = text;
	struct bytes whole;
	uint64_t units;
	uint32_t value = 0;

	if (!bytes_next_field(&rest, '.', &whole) ||
	    !bytes_to_u64(whole, &units) || units > 1)
		return false;
	uint32_t unit = MILLION / 10;

	for (size_t i = 0; i < rest.len; i++) {
		if (rest.ptr[i] < '0' || rest.ptr[i] > '9')
			return false;
		value += unit * (uint32_t)(rest.ptr[i] - '0');
		unit /= 10;
	}
	value += (uint32_t)units * MILLION;
	if (value > MILLION)
		return false;
	*ret = value;
	return true;
}

/* "#model_version:v2025.03.14,score_date:2026-08-16T00:00:00+0000" */
static void
read_comment(struct feed *f, struct bytes line)
{
	static const char key[] = "score_date:";
	size_t at = bytes_find(line, bytes_of(key), 0);

	if (at != SIZE_MAX)
		feed_note_time(
		    f, feed_time(bytes_from(line, at + sizeof(key) - 1)));
}

static void
refuse(struct feed *f, struct bytes line, const char *field)
{
	f->info.refused++;
	if (f->info.first.code != ERR_OK)
		return;
	f->info.first = (struct fault){
		.code = ERR_MALFORMED,
		.at = (uint64_t)(line.ptr - f->in.ptr),
		.format = feed_kind_text(f->info.kind),
		.field = field,
	};
}

/* cve,epss,percentile; later columns may be added. */
static void
read_row(struct feed *f, struct bytes line)
{
	struct bytes rest = line;
	struct bytes id;
	struct bytes field;
	uint32_t epss;
	uint32_t percentile;

	if (!bytes_next_field(&rest, ',', &id) || id.len == 0) {
		refuse(f, line, "cve");
		return;
	}
	if (!bytes_next_field(&rest, ',', &field) ||
	    !read_millionths(field, &epss)) {
		refuse(f, line, "epss");
		return;
	}
	if (!bytes_next_field(&rest, ',', &field) ||
	    !read_millionths(field, &percentile)) {
		refuse(f, line, "percentile");
		return;
	}
	feed_put_score(f, id, epss, percentile);
	f->info.count++;
}

/* Source: FIRST, "EPSS data", daily CSV. */
enum err
feed_read_epss(struct feed *f)
{
	struct bytes rest = f->in;
	struct bytes line;

	while (f->fatal == ERR_OK && bytes_next_line(&rest, &line)) {
		if (bytes_starts(line, BYTES("#")))
			read_comment(f, line);
		else if (line.len > 0 && !bytes_starts(line, BYTES("cve,")))
			read_row(f, line);
	}
	return f->fatal;
}
