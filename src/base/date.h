/* SPDX-License-Identifier: ISC */
/* Seconds since 1970 as dates that people read, and back. All of it is UTC. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/bytes.h"
#include "base/out.h"

#include <stdbool.h>
#include <stdint.h>

/* The last second of the year 9999. */
#define DATE_MAX INT64_C(253402300799)

/* A moment of the civil calendar; month and day from 1. */
struct date {
	unsigned year, month, day, hour, minute, second;
};

/* False, and *ret untouched, for what lies before 1970 or past DATE_MAX. */
bool date_split(int64_t secs, struct date *ret);

/* "2031-02-28"; "-" for what lies before 1970 or past DATE_MAX. */
void date_put_day(struct out *o, int64_t secs);

/* "2031-02-28T12:00:00Z" (RFC 3339); "-" likewise. */
void date_put_time(struct out *o, int64_t secs);

/* The first second of a day "2031-02-28"; false when it is none from 1970 to
   9999. */
bool date_read_day(struct bytes in, int64_t *ret);

/* A day, a time as date_put_time() writes it, or bare seconds. */
bool date_read(struct bytes in, int64_t *ret);

#endif
