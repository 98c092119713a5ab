/* SPDX-License-Identifier: ISC */
/* Statement by statement: what each one changes in a registry's rows. */
#ifndef REGISTRY_VIEW_H
#define REGISTRY_VIEW_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "registry/rows.h"
#include "trust/admission.h"
#include "trust/state.h"

#include <stdint.h>

/* Where the rows go. Each function's errors are passed on. */
struct view_sink {
	enum err (*put_statement)(
	    void *context, const struct registry_statement *row);
	/* A new label, with its status. */
	enum err (*put_label)(void *context, const struct registry_label *row);
	/* Another status of a label that is there: of the row only index,
	   status and what made it so are set (has_change to replaced_by). */
	enum err (*set_status)(void *context, const struct registry_label *row);
	/* A body's newest record; stands in the place of an older one. */
	enum err (*put_body)(void *context, const struct registry_body *row);
	enum err (*put_recognition)(
	    void *context, const struct registry_recognition *row);
	void *context;
};

/* Drops every row: for entries whose rows are there already. */
extern const struct view_sink view_no_sink;

struct view; /* in its arena: gone when that is closed */

/* `state` decides all rights and activity: there is one engine of rules. It and
   the hooks are borrowed. NULL when the arena is full. */
struct view *view_open(struct arena *arena, const struct trust_state *state,
    const struct crypto_hooks *hooks);

/*
 * The entry that trust_admit() has just taken into the state, and what it said
 * of it: gives the sink every row that is new or different now, its statement's
 * first. Every entry from the first on comes here, before the next one is
 * admitted; rows that are known already go to a sink that drops them.
 * ERR_MALFORMED: it is not that entry; ERR_MEMORY, or the sink's error: then
 * the view is of no use any more, begin anew.
 */
enum err view_take(struct view *view, uint64_t index, struct bytes entry,
    const struct admission *admission, const struct view_sink *sink);

#endif
