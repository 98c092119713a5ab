/* SPDX-License-Identifier: ISC */
/* A request in, an answer out: pages and API behind one function. */
#ifndef REGISTRY_REGISTRY_H
#define REGISTRY_REGISTRY_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "registry/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a request's target, of a header that is looked at, of a body. */
#define REGISTRY_TARGET_MAX ((size_t)2048)
#define REGISTRY_HEADER_MAX ((size_t)1024)
#define REGISTRY_BODY_MAX ((size_t)256 << 10)
/* Bytes of an answer with everything that making it takes. */
#define REGISTRY_ANSWER_LEN_MAX ((size_t)48 << 20)

enum registry_method {
	REGISTRY_GET, /* HEAD, too: whoever sends leaves the body out */
	REGISTRY_POST,
	REGISTRY_OTHER,
};

/* As it came in; nothing is decoded or checked yet. Borrowed. */
struct registry_request {
	enum registry_method method;
	struct bytes target; /* path and query; "/label/17?x=y" */
	/* empty when there is none, or it was longer than HEADER_MAX */
	struct bytes accept, accept_language, content_type;
	struct bytes body;
	int64_t now; /* seconds since 1970 */
};

/* What two requests with one target must have in common to get one answer. */
enum registry_form {
	REGISTRY_HTML,
	REGISTRY_JSON,
	REGISTRY_CBOR,
};
struct registry_choice {
	enum registry_form form;
	unsigned language; /* number of the table: registry_language() */
};

/* How long an answer holds. */
enum registry_cache {
	REGISTRY_NO_STORE,
	REGISTRY_REVALIDATE, /* ask each time, by ETag */
	REGISTRY_MINUTE,     /* a minute without asking */
	REGISTRY_IMMUTABLE,  /* for ever */
};

/* Fields without a value are zero. Bytes are in the arena or static. */
struct registry_answer {
	unsigned status;  /* 200 */
	const char *type; /* media type; static; NULL: no body */
	struct bytes body;
	enum registry_cache cache;
	/* It may be kept by this program and given again for the same target
	   and choice until the store's state changes, but no longer than a
	   minute: nothing else of the request went into it. */
	bool may_be_kept;
	bool varies;	      /* with Accept and Accept-Language */
	const char *language; /* "de"; static */
	struct bytes location;
	unsigned retry_after_secs;
	const char *file_name; /* for a download; static */
	const char *allow;     /* for 405: "GET, HEAD"; static */
	/* A statement that the store is to decide upon: send it there, and the
	   answer to registry_submitted(). Nothing else is set then. */
	struct bytes submit;
};

struct registry_wish {
	/* "https://registry.example" without a slash at its end: what absolute
	   links and QR codes begin with. */
	struct bytes base_uri;
	/* Where statements are taken when not here; empty: here, or nowhere. */
	struct bytes writer_uri;
	struct registry_source source;
	const struct data_set *data;
};

/* A handle: registry_open() to registry_close(). It is not changed by use, so
   several threads may share one if the source's ask() can bear it. */
struct registry;

/* ERR_MALFORMED: a table of the data set; *ret_fault says which. ERR_MEMORY. */
enum err registry_open(const struct registry_wish *wish, struct registry **ret,
    struct fault *ret_fault);
void registry_close(struct registry *registry);

/* The same, but asking another source: for a thread with a channel of its own.
   Closed by itself, before the one it is made of. ERR_MEMORY. */
enum err registry_share(const struct registry *registry,
    const struct registry_source *source, struct registry **ret);

/* What form and language this request gets. */
struct registry_choice registry_choose(
    const struct registry *registry, const struct registry_request *request);

/*
 * Answers. Whatever the client did wrong is an answer, too (problem details, or
 * a page). ERR_MEMORY only: then nothing is to be said but 503.
 */
enum err registry_answer(const struct registry *registry,
    const struct registry_request *request, struct registry_choice choice,
    struct arena *arena, struct registry_answer *ret);

/* The answer to a submitted statement. Likewise. */
enum err registry_submitted(const struct registry *registry,
    const struct registry_request *request, struct registry_choice choice,
    const struct registry_submission *submission, struct arena *arena,
    struct registry_answer *ret);

/* An answer without looking at the request: 400, 408, 413, 414, 429, 431, 503
   in the client's form. Likewise. */
enum err registry_refuse(const struct registry *registry,
    struct registry_choice choice, unsigned status, struct arena *arena,
    struct registry_answer *ret);

#endif
