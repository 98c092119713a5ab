/* SPDX-License-Identifier: ISC */
/* What the schemes of versions have in common. */
#ifndef ADVISORIES_VERSION_PRIVATE_H
#define ADVISORIES_VERSION_PRIVATE_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool version_is_digit(uint8_t byte);
bool version_is_letter(uint8_t byte);

/* Length of the run at the start of `in` that fits. */
size_t version_run_len(struct bytes in, bool (*fits)(uint8_t byte));

/* "4f2a91c": a commit's name says nothing about its age. */
bool version_is_commit(struct bytes version);

/* Without a 'v' before its first digit. */
struct bytes version_without_v(struct bytes version);

/* Takes the digits off the front, without leading zeros: 0 is empty. */
struct bytes version_take_number(struct bytes *rest);

/* Numbers as version_take_number() gives them; as memcmp's sign. */
int version_compare_numbers(struct bytes a, struct bytes b);

/* Takes "1.2.3" off both; a number that is missing is zero. */
int version_compare_dotted(struct bytes *a, struct bytes *b);

/* Takes "1:" off; false, and *rest as it was, when it has no such epoch. */
bool version_take_epoch(struct bytes *rest, struct bytes *ret_number);

/*
 * One function per scheme: sets *ret_order to the sign of a - b; false when
 * the scheme does not allow one of them.
 */
typedef bool version_scheme_compare(
    struct bytes a, struct bytes b, int *ret_order);

version_scheme_compare version_compare_any;
version_scheme_compare version_compare_semver;
version_scheme_compare version_compare_dpkg;
version_scheme_compare version_compare_rpm;
version_scheme_compare version_compare_apk;
version_scheme_compare version_compare_openssl;
version_scheme_compare version_compare_kernel;

#endif
