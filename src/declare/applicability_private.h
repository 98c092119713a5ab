/* SPDX-License-Identifier: ISC */
/* applicability_compute() for who has evaluated the features already. */
#ifndef DECLARE_APPLICABILITY_PRIVATE_H
#define DECLARE_APPLICABILITY_PRIVATE_H

#include "declare/applicability.h"
#include "declare/logic.h"

enum err applicability_of_logic(const struct data_set *data,
    const struct logic *logic, struct arena *arena, struct applicability **ret,
    size_t *ret_count, struct fault *ret_fault);

#endif
