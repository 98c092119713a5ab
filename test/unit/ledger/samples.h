/* SPDX-License-Identifier: ISC */
/* Files of the vectors beside the project, for the ledger's tests. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include "../crypto/vectors.h"
#include "codec/base64.h"

#include <dirent.h>
#include <stdlib.h>

/* Base64 (standard) in `room`. Test data must be good. */
static inline struct bytes
samples_base64(const char *text, uint8_t *room, size_t cap)
{
	struct bytes ret = { NULL, 0 };
	size_t at;

	assert_int_equal(base64_decode(BASE64_STANDARD, bytes_of(text), room,
			     cap, &ret, &at),
	    ERR_OK);
	return ret;
}

/* A JSON file by its path; flags are jansson's. */
static inline json_t *
samples_json(const char *path, size_t flags)
{
	json_error_t why;
	json_t *root = json_load_file(path, flags, &why);

	if (root == NULL)
		fail_msg("%s: %s", path, why.text);
	return root;
}

/* A whole file, or {NULL, 0} when there is none; free() its ptr. */
static inline struct bytes
samples_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *ptr;
	long len;

	if (f == NULL)
		return (struct bytes){ NULL, 0 };
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	len = ftell(f);
	assert_true(len >= 0);
	rewind(f);
	ptr = malloc((size_t)len + 1);
	assert_non_null(ptr);
	assert_int_equal(fread(ptr, 1, (size_t)len, f), (size_t)len);
	(void)fclose(f);
	ptr[len] = '\0';
	return (struct bytes){ ptr, (size_t)len };
}

static inline void
samples_free(struct bytes file)
{
	void *ptr;

	memcpy(&ptr, &file.ptr, sizeof(ptr)); /* it was malloc()'s, not const */
	free(ptr);
}

/* Calls `each` with the path of everything in a folder but hidden names, and
   gives how many there were; the test is skipped when there is no folder. */
static inline size_t
samples_walk(const char *name, void (*each)(const char *path, void *context),
    void *context)
{
	char folder_path[1024];
	size_t count = 0;
	struct dirent *e;
	DIR *folder;

	assert_true(
	    snprintf(folder_path, sizeof(folder_path), "%s%s%s",
		name[0] == '/' ? "" : VECTOR_FOLDER, name[0] == '/' ? "" : "/",
		name) < (int)sizeof(folder_path));
	folder = opendir(folder_path);
	if (folder == NULL) {
		print_message("skipped: there is no %s\n", folder_path);
		skip();
		return 0;
	}
	for (e = readdir(folder); e != NULL; e = readdir(folder)) {
		char path[2048];

		if (e->d_name[0] == '.')
			continue;
		assert_true(snprintf(path, sizeof(path), "%s/%s", folder_path,
				e->d_name) < (int)sizeof(path));
		each(path, context);
		count++;
	}
	(void)closedir(folder);
	return count;
}

#endif
