/* SPDX-License-Identifier: ISC */
/* Whether feeds reach far enough that their silence means something. */
#ifndef BASELINE_REACH_H
#define BASELINE_REACH_H

#include "base/out.h"
#include "baseline/assessment.h"

#include <stdbool.h>
#include <stdint.h>

/* How much older than the day of the assessment a catalogue of exploited
   vulnerabilities, and what says which versions are affected, may be; and of
   how many of the exploited ones, in percent, the versions must be known. */
#define REACH_DAYS 14
#define REACH_KNOWN_PERCENT 95

/* With a catalogue and claims as they are asked for above, and components. */
bool reach_is_enough(const struct assessment *a, uint64_t today);

/* Exactly what is missing, as advice; nothing when it is enough. */
void reach_put_missing(
    const struct assessment *a, uint64_t today, struct out *to);

#endif
