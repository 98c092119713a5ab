/* SPDX-License-Identifier: ISC */
/* Which kind a file of a feed is, and its reader: one document, an array of
   them, one after the other, or one a line. */
#include "advisories/feed.h"

#include "advisories/feed_private.h"

static enum err (*const readers[FEED_KIND_COUNT])(struct feed *f) = {
	[FEED_CVE] = feed_read_cve, /* of a document; NULL: no JSON */
	[FEED_NVD] = feed_read_nvd,
	[FEED_OSV] = feed_read_osv,
	[FEED_KEV] = feed_read_kev,
	[FEED_EUVD] = feed_read_euvd,
	[FEED_OPENVEX] = feed_read_openvex,
	[FEED_CYCLONEDX] = feed_read_cyclonedx,
	[FEED_CSAF] = feed_read_csaf,
};

/* Where the reader stands, or where `at` is, in the file. */
static uint64_t
place(const struct feed *f, const uint8_t *at)
{
	return (uint64_t)(at - f->in.ptr);
}

static void
note_fault(struct feed *f, enum err err, uint64_t at, const char *field)
{
	if (f->info.first.code == ERR_OK)
		f->info.first = (struct fault){
			.code = err,
			.at = at,
			.format = feed_kind_text(f->info.kind),
			.field = field != NULL ? field : "JSON",
		};
}

/* The reading ended too early. */
static enum err
fail(struct feed *f, enum err err)
{
	/* a refused record was noted at its own place; this one ended it all */
	f->info.first.code = ERR_OK;
	note_fault(f, err, place(f, f->json.in.ptr + f->json.pos), f->field);
	return err;
}

/* Behind its JSON_OBJECT: one document, to its end. */
static enum err
read_document(struct feed *f)
{
	struct arena_mark mark = arena_mark(f->work);
	size_t inside = f->json.depth;
	struct json_item item;
	enum err err = readers[f->info.kind](f);

	while (err == ERR_OK && f->json.depth >= inside)
		err = json_read(&f->json, &item);
	arena_back(f->work, mark);
	return err;
}

/* The outermost value: a document, or an array of documents. */
static enum err
read_value(struct feed *f)
{
	struct json_item item;
	enum err err = json_read(&f->json, &item);

	if (err != ERR_OK)
		return err;
	if (item.kind == JSON_OBJECT)
		return read_document(f);
	if (item.kind != JSON_ARRAY) {
		feed_break(f, ERR_MALFORMED, "outermost value");
		return f->broken;
	}
	while (feed_next(f, 1, &item)) {
		if (item.kind == JSON_OBJECT)
			err = read_document(f);
		if (err != ERR_OK)
			return err;
	}
	return feed_failed(f);
}

/* One value after the other, blanks between them. */
static enum err
read_values(struct feed *f)
{
	struct bytes rest = bytes_trim(f->in);

	do {
		f->json = json_reader_open(rest);
		enum err err = read_value(f);

		if (err != ERR_OK)
			return fail(f, err);
		rest = bytes_trim(bytes_from(rest, f->json.pos));
	} while (rest.len > 0);
	return ERR_OK;
}

/* A value a line: what is wrong with one does not hurt the next. */
static enum err
read_lines(struct feed *f)
{
	struct bytes rest = f->in;
	struct bytes line;

	while (bytes_next_line(&rest, &line)) {
		if (bytes_trim(line).len == 0)
			continue;
		f->json = json_reader_open(line);
		enum err err = read_value(f);
		struct json_item item;

		if (f->fatal != ERR_OK)
			return f->fatal;
		if (err == ERR_OK)
			err = json_read(&f->json, &item);
		if (err == ERR_END)
			continue;
		f->info.refused++;
		note_fault(f, err, place(f, line.ptr), f->field);
		f->broken = ERR_OK;
		f->field = NULL;
	}
	return ERR_OK;
}

/*
 * Whether the file has a value a line: the second line starts one, and the
 * first, that started one too, is not in the middle of it.
 */
static bool
has_lines(struct bytes in)
{
	struct bytes rest = in;
	struct bytes first = { 0 };
	struct bytes second = { 0 };

	while (first.len == 0 && bytes_next_line(&rest, &first))
		first = bytes_trim(first);
	while (second.len == 0 && bytes_next_line(&rest, &second))
		second = bytes_trim(second);
	if (!bytes_starts(first, BYTES("{")) ||
	    !bytes_starts(second, BYTES("{")))
		return false;
	uint8_t last = first.ptr[first.len - 1];

	return last != '[' && last != ',' && last != ':';
}

static enum err
read_all(struct feed *f)
{
	if (f->info.kind == FEED_EPSS)
		return feed_read_epss(f);
	if (readers[f->info.kind] == NULL)
		return ERR_UNSUPPORTED;
	return has_lines(f->in) ? read_lines(f) : read_values(f);
}

enum err
feed_read(struct bytes in, struct arena *work, const struct feed_sink *sink,
    struct feed_info *ret)
{
	struct arena_mark mark = arena_mark(work);
	struct bytes text = feed_without_mark(in);
	struct feed f = {
		.in = text,
		.work = work,
		.sink = sink,
		.info = { .kind = feed_sniff(in) },
	};
	enum err err = read_all(&f);

	/* a file without one good record is a broken file */
	if (err == ERR_OK && f.info.count == 0 && f.info.refused > 0)
		err = f.info.first.code;
	if (f.info.first.code != ERR_OK)
		f.info.first.at += in.len - text.len;
	arena_back(work, mark);
	*ret = f.info;
	return err;
}
