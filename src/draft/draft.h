/* SPDX-License-Identifier: ISC */
/* A declaration to be filled in: YAML with the questions as comments. */
#ifndef DRAFT_DRAFT_H
#define DRAFT_DRAFT_H

#include "base/arena.h"
#include "base/data.h"
#include "base/err.h"
#include "base/out.h"
#include "declare/declaration.h"
#include "draft/prefill.h"

struct draft_wants {
	const struct data_set *data;
	const struct prefill *prefill;
	/* Answers so far, all of which are kept; NULL for a first draft. */
	const struct declaration *from;
	struct bytes image_name;
	struct bytes image_sha256; /* 32 bytes */
};

/*
 * Writes a declaration that reads back as what is known. A first draft asks
 * for product and features only; a later one for what the answers call for:
 * the provisions that apply, then the tables behind those that are met. What
 * is asked and not known is "TODO", which the checks take for no answer. A
 * broken data file gives ERR_MALFORMED with *ret_fault; ERR_MEMORY. Trouble in
 * writing shows in to->failed.
 */
enum err draft_write(const struct draft_wants *wants, struct arena *arena,
    struct out *to, struct fault *ret_fault);

#endif
