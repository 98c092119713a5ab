/* SPDX-License-Identifier: ISC */
/* What the JSON reports of one image and of two write alike. */
#include "report/json_parts_private.h"

void
json_part_list(
    struct json *j, const char *key, const struct bytes *list, size_t count)
{
	json_key(j, key);
	json_begin_array(j, JSON_INLINE);
	for (size_t i = 0; i < count; i++)
		json_put_text(j, list[i]);
	json_end(j);
}

void
json_part_tool(struct json *j, const struct report_tool *tool)
{
	json_key(j, "tool");
	json_begin_object(j, JSON_INLINE);
	json_string(j, "name", "hallmark");
	json_string(j, "version", tool->version);
	json_string(j, "data", tool->data_version);
	json_end(j);
}

void
json_part_worker(struct json *j, const struct assessment *a)
{
	json_text(j, "jail", a->jail);
	if (a->worker_trouble.len > 0)
		json_text(j, "worker_trouble", a->worker_trouble);
	if (a->seen->cut_short.len > 0)
		json_text(j, "cut_short", a->seen->cut_short);
}

void
json_part_image(struct json *j, const struct assessment *a)
{
	json_text(j, "name", a->image_name);
	json_number(j, "size", a->image_size);
	report_put_hash(j, "sha256", a);
}

void
json_part_coverage(struct json *j, const struct assessment *a)
{
	json_key(j, "coverage");
	json_begin_object(j, JSON_INLINE);
	json_number(j, "read", a->coverage.read);
	json_number(j, "padding", a->coverage.padding);
	json_number(j, "opaque", a->coverage.opaque);
	json_number(j, "unread", a->coverage.unread);
	json_end(j);
}

void
json_part_finding_counts(struct json *j, const struct assessment *a)
{
	json_key(j, "findings");
	json_begin_object(j, JSON_INLINE);
	json_number(j, "fail", a->fail_count);
	json_number(j, "warn", a->warn_count);
	json_number(j, "info", a->info_count);
	json_end(j);
}

void
json_part_place(struct json *j, struct bytes path, uint64_t at)
{
	json_text(j, "path", path);
	json_key(j, "at");
	if (at == FACT_NOWHERE)
		json_put_null(j);
	else
		json_put_number(j, at);
}

void
json_part_evidence(struct json *j, const struct evidence *e)
{
	struct report_excerpt excerpt;

	json_part_place(j, e->path, e->at);
	report_excerpt_make(e->text, &excerpt);
	json_text(j, "text", report_excerpt_bytes(&excerpt));
}
