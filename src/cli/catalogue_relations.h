/* SPDX-License-Identifier: ISC */
/* Requirements with all that relates to them. */
#ifndef CLI_CATALOGUE_RELATIONS_H
#define CLI_CATALOGUE_RELATIONS_H

#include "base/bytes.h"
#include "base/out.h"
#include "baseline/catalogue.h"

#include <stdbool.h>

/* "none", "aid", "fail-only", "both"; static. */
const char *catalogue_tool_verdict_text(enum tool_verdict verdict);

/* Every requirement of this id, in whichever framework, with what relates to
   it through the crosswalk; false, and nothing written, when there is none. */
bool catalogue_put_requirement(
    const struct catalogue *c, struct bytes id, bool json, struct out *to);

/* All frameworks, requirements and relations as one JSON object. */
void catalogue_put_all(const struct catalogue *c, struct out *to);

#endif
