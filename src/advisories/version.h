/* SPDX-License-Identifier: ISC */
/* Which of two version numbers is the newer one. */
#ifndef ADVISORIES_VERSION_H
#define ADVISORIES_VERSION_H

#include "base/bytes.h"

#include <stdbool.h>

enum version_order {
	VERSION_UNSURE, /* one of them is no number: a commit, a name */
	VERSION_SAME,
	VERSION_OLDER,
	VERSION_NEWER,
};

/* The advisory says which one is meant, never the look of a number. */
enum version_scheme {
	VERSION_ANY,	 /* what upstream projects write; see below */
	VERSION_SEMVER,	 /* semver.org 2.0.0 */
	VERSION_DPKG,	 /* deb-version(7) */
	VERSION_RPM,	 /* rpmvercmp, with '~' and '^' */
	VERSION_APK,	 /* Alpine */
	VERSION_OPENSSL, /* 1.0.2 < 1.0.2a < … < 1.0.2z < 1.0.2za */
	VERSION_KERNEL,	 /* 5.4.23, -rc1 before; what follows is local */
	VERSION_COMMIT,	 /* no order: only the same or unsure */
	VERSION_SCHEME_COUNT
};

/*
 * What `now` is to `was`. With VERSION_ANY numbers count as numbers, a letter
 * behind them comes later (1.0.2 < 1.0.2a < 1.0.3), but alpha, beta, test, pre,
 * rc and what follows '~' come before (2.0~rc1, 2.0-rc1 < 2.0); an epoch ("1:")
 * decides first. Zeros at the end (1.2.0), the name of the project
 * (hostap_2_9), a commit behind a count (2.36-81-g4f4d7a1) and the words of
 * builds (1.0.2k-fips) say nothing. What a scheme does not allow is
 * VERSION_UNSURE, but the same text is always VERSION_SAME.
 */
enum version_order version_compare(
    enum version_scheme scheme, struct bytes was, struct bytes now);

/* Whether the scheme can compare it: no commit, pattern or mere word. */
bool version_is_allowed(enum version_scheme scheme, struct bytes version);

#endif
