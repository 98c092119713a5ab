/* SPDX-License-Identifier: ISC */
/* Which of two version numbers is the newer one. */
#ifndef DIFF_VERSION_H
#define DIFF_VERSION_H

#include "base/bytes.h"

enum version_order {
	VERSION_UNSURE, /* one of them is no number: a commit, a name */
	VERSION_SAME,
	VERSION_OLDER,
	VERSION_NEWER,
};

/*
 * What `now` is to `was`. Numbers count as numbers, a letter behind them
 * comes later (1.0.2 < 1.0.2a < 1.0.3), but alpha, beta, pre, rc and what
 * follows '~' come before (2.0~rc1, 2.0-rc1 < 2.0); an epoch ("1:") decides
 * first. Source: deb-version(7), widened to what upstream versions look like.
 */
enum version_order version_compare(struct bytes was, struct bytes now);

#endif
