/* SPDX-License-Identifier: ISC */
/* Finds the word of a command in its table. */
#include "cli/words.h"

#include <string.h>

enum exit_code
words_run(const struct word *words, size_t count, const char *hint, int argc,
    char *argv[])
{
	struct options options;
	bool help = argc > 1 && strcmp(argv[1], "--help") == 0;

	for (size_t i = 0; i < count; i++) {
		if (help) {
			(void)options_read(
			    words[i].usage, argc, argv, &options);
			continue;
		}
		if (argc < 2 || strcmp(argv[1], words[i].word) != 0)
			continue;
		enum options_result result =
		    options_read(words[i].usage, argc - 1, argv + 1, &options);

		if (result != OPTIONS_READ)
			return result == OPTIONS_HELPED ? EXIT_YES : EXIT_USAGE;
		return words[i].run(&options);
	}
	if (help)
		return EXIT_YES;
	cli_say(argv[0], hint);
	return EXIT_USAGE;
}
