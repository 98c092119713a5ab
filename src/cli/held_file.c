/* SPDX-License-Identifier: ISC */
/* Holds an input file in sealed memory. */
#include "cli/held_file.h"

#include "system/file.h"

#include <string.h>
#include <unistd.h>

enum exit_code
held_open(const char *path, size_t limit, struct held_file *ret)
{
	struct held_file file = HELD_NONE;
	const char *why;
	size_t len;

	file.name = strcmp(path, "-") == 0 ? "standard input" : path;
	enum err err = file_read_sealed(path, limit, &file.fd, &len, &why);

	if (err != ERR_OK) {
		cli_say(file.name, err == ERR_LIMIT ? "is too large" : why);
		return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
	}
	if (file_map_sealed(file.fd, len, &file.bytes) != ERR_OK) {
		cli_say(file.name, "cannot be held in memory");
		(void)close(file.fd);
		return EXIT_MACHINE;
	}
	*ret = file;
	return EXIT_YES;
}

void
held_close(struct held_file *file)
{
	if (file->fd < 0)
		return;
	file_unmap(file->bytes);
	(void)close(file->fd);
	file->fd = -1;
}
