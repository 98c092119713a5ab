/* SPDX-License-Identifier: ISC */
/* A declaration against the image that it speaks of. */
#ifndef DRAFT_COMPARE_H
#define DRAFT_COMPARE_H

#include "base/arena.h"
#include "base/err.h"
#include "declare/check.h"
#include "declare/declaration.h"
#include "draft/prefill.h"

/*
 * Problems of the kind PROBLEM_REFUTED: features answered no that the image
 * shows, services, keys and components that a table leaves out, an update that
 * is signed on paper only, another release. A table that is not there yet is
 * not compared. In the arena. ERR_MEMORY.
 */
enum err compare_with_image(const struct declaration *declaration,
    const struct prefill *prefill, struct arena *arena, struct problem **ret,
    size_t *ret_count);

#endif
