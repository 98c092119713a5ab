/* SPDX-License-Identifier: ISC */
/* Feeds a fuzz target every file of the folders and files it is given. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay_file(const char *path)
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
		failed |= replay_file(file);
		count++;
	}
	closedir(folder);
	printf("%s: %d inputs\n", path, count);
	return failed || count == 0;
}

int
main(int argc, char *argv[])
{
	int failed = argc < 2;

	for (int i = 1; i < argc; i++) {
		struct stat st;

		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			failed |= replay_folder(argv[i]);
		else
			failed |= replay_file(argv[i]);
	}
	return failed;
}
