/* SPDX-License-Identifier: ISC */
/* Which components are operating systems. */
#ifndef BASELINE_OPERATING_SYSTEMS_H
#define BASELINE_OPERATING_SYSTEMS_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "baseline/assessment.h"

#include <stddef.h>

/* In the arena; the names, vendor:product, borrow the data set. */
struct operating_systems {
	struct bytes *cpe;
	size_t count;
};

/* Reads operating-systems.tsv. Errors as catalogue_read. */
enum err operating_systems_read(const struct data_set *data,
    struct arena *arena, struct operating_systems *ret,
    struct fault *ret_fault);

/* Sets operating_system of those whose list of CPE names has one of these. */
void operating_systems_mark(const struct operating_systems *systems,
    struct component_item *components, size_t count);

#endif
