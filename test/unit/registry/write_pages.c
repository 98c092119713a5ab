/* SPDX-License-Identifier: ISC */
/* Answers lines "/target" or "POST list" on stdin with pages in files,
   for whoever wants to look at them: write_pages FOLDER <targets. */
#include "page_scene.h"

#include <stdio.h>

static void
write_file(const struct api_world *a, const char *folder, unsigned number)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%02u.html", folder, number);
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(a->body.ptr, 1, a->body.len, f), a->body.len);
	assert_int_equal(fclose(f), 0);
}

/* What stands for "3" (the index of label 3), "p3" (its product), "b" and "w"
   (the two bodies). */
static void
put_place(const struct page_scene *s, const char *name, struct out *o)
{
	bool is_product = name[0] == 'p';
	unsigned long n = strtoul(name + is_product, NULL, 10);

	if (name[0] == 'b')
		out_text(o, s->body);
	else if (name[0] == 'w')
		out_text(o, s->withdrawn);
	else if (is_product)
		out_text(o, s->product[n % SCENE_LABELS]);
	else
		out_decimal(o, s->label[n % SCENE_LABELS]);
}

/* Fills the {places} of a line; "\\n" becomes a line feed. */
static void
fill_target(const struct page_scene *s, const char *line, struct out *o)
{
	for (; *line != '\0' && *line != '\n'; line++) {
		const char *end = strchr(line, '}');

		if (line[0] == '\\' && line[1] == 'n') {
			out_u8(o, '\n');
			line++;
		} else if (line[0] == '{' && end != NULL) {
			put_place(s, line + 1, o);
			line = end;
		} else {
			out_u8(o, (uint8_t)*line);
		}
	}
	out_u8(o, 0);
}

static void
answer(
    struct page_scene *s, const char *line, const char *folder, unsigned number)
{
	struct out target = out_open(KIB * 64);

	fill_target(s, line, &target);
	assert_int_equal(target.failed, ERR_OK);
	const char *text = (const char *)target.ptr;
	unsigned status = strncmp(text, "POST ", 5) == 0
	    ? api_post(&s->api, "/check", "text/plain", "text/html",
		  bytes_of(text + 5))
	    : api_get(&s->api, text, "text/html");

	write_file(&s->api, folder, number);
	printf("%02u %u %zu %s\n", number, status, s->api.body.len, text);
	out_close(&target);
}

int
main(int argc, char *argv[])
{
	struct page_scene *s;
	unsigned number = 0;
	char line[1024];

	if (argc != 2)
		return 2;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return 4;
	page_scene_open(s);
	while (fgets(line, sizeof(line), stdin) != NULL)
		answer(s, line, argv[1], number++);
	page_scene_close(s);
	free(s);
	return 0;
}
