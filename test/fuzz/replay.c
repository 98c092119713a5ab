/* SPDX-License-Identifier: ISC */
/* Feeds a fuzz target every file of the folders and files it is given; behind
   --damage also every prefix of a file, and it with every single bit turned. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each input has memory of exactly its size: sanitizers see a byte too far. */
static void
replay_prefixes(const uint8_t *data, size_t len)
{
	for (size_t n = 0; n < len; n++) {
		uint8_t *prefix = malloc(n > 0 ? n : 1);

		if (prefix == NULL)
			abort();
		memcpy(prefix, data, n);
		(void)LLVMFuzzerTestOneInput(prefix, n);
		free(prefix);
	}
}

static void
replay_flips(uint8_t *data, size_t len)
{
	for (size_t bit = 0; bit < 8 * len; bit++) {
		data[bit / 8] ^= (uint8_t)(1U << bit % 8);
		(void)LLVMFuzzerTestOneInput(data, len);
		data[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
}

static int
replay_file(const char *path, bool damage)
{
	FILE *f = fopen(path, "rb");
	struct stat st;

	if (f == NULL || fstat(fileno(f), &st) != 0) {
		perror(path);
		return 1;
	}
	size_t len = (size_t)st.st_size;
	uint8_t *data = malloc(len > 0 ? len : 1); /* exact: sanitizers see */

	if (data == NULL || fread(data, 1, len, f) != len) {
		perror(path);
		free(data);
		fclose(f);
		return 1;
	}
	fclose(f);
	(void)LLVMFuzzerTestOneInput(data, len);
	if (damage) {
		replay_prefixes(data, len);
		replay_flips(data, len);
		printf("%s: %zu prefixes, %zu flips\n", path, len, 8 * len);
	}
	free(data);
	return 0;
}

static int
replay_folder(const char *path)
{
	DIR *folder = opendir(path);
	int failed = 0;
	int count = 0;

	if (folder == NULL) {
		perror(path);
		return 1;
	}
	for (struct dirent *e = readdir(folder); e != NULL;
	     e = readdir(folder)) {
		char file[4096];

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		failed |= replay_file(file, false);
		count++;
	}
	closedir(folder);
	printf("%s: %d inputs\n", path, count);
	return failed || count == 0;
}

int
main(int argc, char *argv[])
{
	bool damage = argc > 1 && strcmp(argv[1], "--damage") == 0;
	int failed = argc < 2;

	for (int i = damage ? 2 : 1; i < argc; i++) {
		struct stat st;

		if (!damage && stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			failed |= replay_folder(argv[i]);
		else
			failed |= replay_file(argv[i], damage);
	}
	return failed;
}
