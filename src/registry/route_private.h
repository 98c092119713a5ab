/* SPDX-License-Identifier: ISC */
/* The table of routes, and what each route's function works with. */
#ifndef REGISTRY_ROUTE_PRIVATE_H
#define REGISTRY_ROUTE_PRIVATE_H

#include "base/out.h"
#include "registry/registry.h"
#include "registry/texts.h"

/* Variable parts of a path. */
#define ROUTE_PARTS 4

struct registry {
	struct registry_wish wish;
	const struct texts *texts; /* all languages */
	bool is_shared;		   /* texts are another's */
};

/* A call of one route. */
struct route_call {
	const struct registry *registry;
	const struct registry_request *request;
	struct registry_choice choice;
	struct bytes path; /* decoded and checked, language prefix cut off */
	struct bytes part[ROUTE_PARTS]; /* what stood for {…}, decoded */
	struct bytes query;		/* behind '?', as it came */
	struct arena *arena;
	struct registry_answer *answer; /* zeroed but for status 200 */
};

/*
 * Fills call->answer. ERR_OK: it is filled (refusals too, by route_refuse()).
 * ERR_END: there is no such thing (becomes 404); ERR_SYSTEM: the store does not
 * answer (503); ERR_MEMORY, ERR_LIMIT (503).
 */
typedef enum err route_run(struct route_call *call);

struct route {
	enum registry_method method;
	/* "/label/{index}": {name} is one segment, and at the end {path...} any
	   number of them. A last segment's ".json" or ".cbor" chooses the form
	   and is cut off where `forms` is set. */
	const char *pattern;
	bool forms;
	bool is_api; /* problems as problem details, never as a page */
	route_run *run;
	/* for /openapi.json */
	const char *id;	     /* operationId */
	const char *summary; /* one sentence */
};

extern const struct route routes[];
extern const size_t route_count;

/* ---- what functions of routes share ---- */

/* One question to the store; what registry_source says. */
enum err route_ask(struct route_call *call,
    const struct registry_question *question, struct registry_reply *ret);

/* The answer is this problem: RFC 9457 as JSON, RFC 9290 as CBOR, or a page;
   `detail` is one of our sentences (static) or NULL. */
enum err route_refuse(
    struct route_call *call, unsigned status, const char *detail);

/* Sends the browser elsewhere: 303 and the like. `to` is in the arena. */
enum err route_redirect(
    struct route_call *call, unsigned status, struct bytes to);

/* Takes what `o` holds as the answer's body, into the arena, and closes it.
   ERR_MEMORY, or o->failed. */
enum err route_give(struct route_call *call, const char *type,
    enum registry_cache cache, struct out *o);

/* A decimal number without leading zeroes, below 2^40. */
bool route_number(struct bytes part, uint64_t *ret);
/* Lower-case hex of exactly `len` bytes, into room. */
bool route_hex(struct bytes part, uint8_t *room, size_t len);

/* The value of one field of a query or form (the first of that name), decoded
   into the arena; false when there is none or it is no UTF-8. */
bool route_field(struct route_call *call, struct bytes form, const char *name,
    struct bytes *ret);

#endif
