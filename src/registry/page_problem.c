/* SPDX-License-Identifier: ISC */
/* What went wrong, in words; and the bulk check. */
#include "registry/page_private.h"

#include <stdio.h>

/* The statuses that have words of their own. */
static const unsigned statuses[] = { 400, 404, 405, 413, 414, 415, 429, 503 };

enum err
page_problem(struct route_call *call, unsigned status, const char *detail)
{
	struct page page;
	struct page *p = &page;
	const char *family = status >= 500 ? "503" : "400";
	char name[8];
	char key[32];
	enum err err;

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i] == status) {
			(void)snprintf(name, sizeof(name), "%u", status);
			family = name;
		}
	page_open(p, call);
	(void)snprintf(key, sizeof(key), "problem.%s", family);
	page_begin(p, key, NULL);
	page_say_in(p, "h1", NULL, key, NULL);
	(void)snprintf(key, sizeof(key), "problem.%s.why", family);
	page_say_in(p, "p", "lead", key, NULL);
	/* our sentences for programs are English */
	if (detail != NULL && p->wording.language == 0)
		web_leaf(&p->web, "p", "quiet", bytes_of(detail));
	web_begin(&p->web, "p");
	page_link(p, page_path(p, "/"), "problem.home");
	web_end(&p->web);
	err = page_end(p);
	call->answer->status = status;
	call->answer->cache = REGISTRY_NO_STORE;
	return err;
}
