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
	struct arena arena;	   /* of the texts; empty when it is shared */
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
	/* What one gets who asks for nothing in particular (and for problems
	   of API routes: JSON or CBOR). */
	enum registry_form form;
	/* The answer's type depends on Accept beyond the choice. */
	bool by_accept;
	route_run *run;
	route_run *page; /* for REGISTRY_HTML; NULL: `run` has no page */
	/* for /openapi.json */
	const char *id;	     /* operationId */
	const char *summary; /* one sentence */
};

extern const struct route routes[];
extern const size_t route_count;

/* A target taken apart. The segments borrow the room they were decoded into. */
#define ROUTE_SEGMENTS 12
struct route_target {
	struct bytes path; /* decoded, language prefix cut off; "/label/17" */
	struct bytes query;
	struct bytes segment[ROUTE_SEGMENTS];
	size_t count; /* 0: "/" */
	bool has_language;
	unsigned language;
	bool has_slash; /* a segment has an encoded '/' in it */
};

/*
 * Decodes a target once, into room of REGISTRY_TARGET_MAX bytes. ERR_LIMIT: it
 * is too long; ERR_MALFORMED: an escape that is none, a zero byte, no UTF-8, a
 * segment "." or "..", or no path at all. Empty segments are left as they are:
 * no route has one.
 */
enum err route_read_target(
    struct bytes target, uint8_t *room, struct route_target *ret);

/* Which route a target has. */
struct route_match {
	const struct route *route; /* NULL: none has it for this method */
	unsigned methods;	   /* 1 << each that has one */
	struct bytes part[ROUTE_PARTS];
	bool has_form; /* by its suffix */
	enum registry_form form;
};
void route_find(const struct route_target *target, enum registry_method method,
    struct route_match *ret);

/* Form by Accept (RFC 9110 §12.5.1): of `forms` (1 << each) the one most
   wanted, `otherwise` when several are as dear. False: none of them. */
bool route_choose_form(struct bytes accept, unsigned forms,
    enum registry_form otherwise, enum registry_form *ret);
/* How much Accept wants a media type: 0 not at all; the more the better. */
unsigned route_wants(struct bytes accept, const char *type);
/* The forms that a route has. */
unsigned route_forms(const struct route *route);

/* ---- what functions of routes share ---- */

/* One question to the store; what registry_source says. */
enum err route_ask(struct route_call *call,
    const struct registry_question *question, struct registry_reply *ret);

/* The answer is this problem: RFC 9457 as JSON, RFC 9290 as CBOR, or a page;
   `detail` is one of our sentences (static) or NULL. */
enum err route_refuse(
    struct route_call *call, unsigned status, const char *detail);

/* Likewise with more to say. */
struct route_problem {
	unsigned status;
	const char *detail; /* ours; NULL: text, or nothing */
	struct bytes text;  /* instead of it, foreign */
	struct bytes word;  /* a word for programs; may be empty */
	bool has_other;
	uint64_t other; /* index of the statement that is in the way */
	unsigned retry_after_secs;
};
enum err route_give_problem(
    struct route_call *call, const struct route_problem *problem);

/* "Not Found"; static (RFC 9110 §15). */
const char *route_status_text(unsigned status);

/* Sends the browser elsewhere: 303 and the like. `to` is in the arena. */
enum err route_redirect(
    struct route_call *call, unsigned status, struct bytes to);

/* Takes what `o` holds as the answer's body, into the arena, and closes it.
   ERR_MEMORY, or o->failed. */
enum err route_give(struct route_call *call, const char *type,
    enum registry_cache cache, struct out *o);

/* Likewise of bytes that are in the arena already, or static. */
void route_give_bytes(struct route_call *call, const char *type,
    enum registry_cache cache, struct bytes body);

/* A decimal number without leading zeroes, below 2^40. */
bool route_number(struct bytes part, uint64_t *ret);
/* Lower-case hex of exactly `len` bytes, into room. */
bool route_hex(struct bytes part, uint8_t *room, size_t len);

/* The value of one field of a query or form (the first of that name), decoded
   into the arena; false when there is none or it is no UTF-8. */
bool route_field(struct route_call *call, struct bytes form, const char *name,
    struct bytes *ret);

#endif
