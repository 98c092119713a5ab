/* SPDX-License-Identifier: ISC */
/* Vectors beside the project, read at run time: files, JSON, hex. */
#ifndef UNIT_VECTOR_FILES_H
#define UNIT_VECTOR_FILES_H

#include "base/arena.h"
#include "base/bytes.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VECTORS_SKIPPED 77 /* meson's word for it */
#define VECTORS_PATH_LEN 1024
#define VECTORS_FILE_LEN ((size_t)1 << 24)

/* The directory that the test was given; NULL, and the word, when it is not
   there. */
static inline const char *
vectors_open(int argc, char *argv[])
{
	DIR *dir = argc > 1 ? opendir(argv[1]) : NULL;

	if (dir == NULL) {
		printf("skipped: no vectors at %s\n",
		    argc > 1 ? argv[1] : "(no directory given)");
		return NULL;
	}
	closedir(dir);
	return argv[1];
}

static inline struct bytes
vectors_read(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct bytes none = { NULL, 0 };
	uint8_t *room;
	long len;

	if (f == NULL)
		return none;
	(void)fseek(f, 0, SEEK_END);
	len = ftell(f);
	rewind(f);
	if (len < 0 || (size_t)len > VECTORS_FILE_LEN) {
		(void)fclose(f);
		return none;
	}
	room = arena_take(a, (size_t)len);
	if (room == NULL || fread(room, 1, (size_t)len, f) != (size_t)len)
		abort();
	(void)fclose(f);
	return (struct bytes){ room, (size_t)len };
}

/* Calls back for each file below `dir` whose name ends so, in order of names;
   gives their number. */
typedef void vectors_visit(const char *path, void *context);

static inline size_t
vectors_each(
    const char *dir, const char *ending, vectors_visit *visit, void *context)
{
	struct dirent **names;
	int count = scandir(dir, &names, NULL, alphasort);
	size_t seen = 0;

	for (int i = 0; i < count; i++) {
		const char *name = names[i]->d_name;
		char *path;

		if (asprintf(&path, "%s/%s", dir, name) < 0)
			abort();
		if (name[0] != '.' && names[i]->d_type == DT_DIR) {
			seen += vectors_each(path, ending, visit, context);
		} else if (bytes_ends(bytes_of(name), bytes_of(ending))) {
			visit(path, context);
			seen++;
		}
		free(path);
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	return seen;
}

/* All of a JSON file; the caller gives it back by json_decref(). */
static inline json_t *
vectors_json(const char *path)
{
	json_error_t error;
	json_t *json = json_load_file(path, JSON_DECODE_INT_AS_REAL, &error);

	if (json == NULL) {
		printf("%s:%d: %s\n", path, error.line, error.text);
		abort();
	}
	return json;
}

/* The text at a path of keys parted by '/'; NULL when there is none. */
static inline const char *
vectors_text(const json_t *json, const char *path)
{
	struct bytes rest = bytes_of(path);
	struct bytes key;
	char name[64];

	while (json != NULL && bytes_next_field(&rest, '/', &key)) {
		(void)snprintf(name, sizeof(name), "%.*s", (int)key.len,
		    (const char *)key.ptr);
		json = json_object_get(json, name);
	}
	return json_string_value(json);
}

static inline unsigned
vectors_nibble(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);

	if (c == '\0' || at == NULL)
		abort(); /* no hex: the vector is not what the test thinks */
	return (unsigned)(at - digits);
}

/* In the arena; empty when `hex` is NULL. */
static inline struct bytes
vectors_hex(struct arena *a, const char *hex)
{
	size_t len = hex != NULL ? strlen(hex) / 2 : 0;
	uint8_t *room = arena_take(a, len + 1);

	if (room == NULL)
		abort();
	for (size_t i = 0; i < len; i++)
		room[i] = (uint8_t)(vectors_nibble(hex[2 * i]) << 4 |
		    vectors_nibble(hex[2 * i + 1]));
	return (struct bytes){ room, len };
}

#endif
