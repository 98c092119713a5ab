/* SPDX-License-Identifier: ISC */
/* The workers that read hostile files and hold nothing. */
#include "base/data.h"
#include "worker/declare.h"
#include "worker/feed.h"
#include "worker/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
main(int argc, char *argv[])
{
	if (argc > 1 && strcmp(argv[1], PARSE_WORKER) == 0)
		return parse_main(argc, argv, data_embedded());
	if (argc > 1 && strcmp(argv[1], DECLARE_WORKER) == 0)
		return declare_worker_main(argc, argv);
	if (argc > 1 && strcmp(argv[1], FEED_WORKER) == 0)
		return feed_main(argc, argv, data_embedded());
	(void)fputs("hallmark-parse: hallmark starts this program, "
		    "one of its own version\n",
	    stderr);
	return EXIT_FAILURE;
}
