/* SPDX-License-Identifier: ISC */
/* The workers of the registry that reach the network and the database. */
#include "worker/http.h"
#include "worker/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
main(int argc, char *argv[])
{
	if (argc > 1 && strcmp(argv[1], HTTP_WORKER) == 0)
		return http_worker_main(argc, argv);
	if (argc > 1 && strcmp(argv[1], STORE_WORKER) == 0)
		return store_worker_main(argc, argv);
	(void)fputs("hallmark-registry: hallmark starts this program, "
		    "one of its own version\n",
	    stderr);
	return EXIT_FAILURE;
}
