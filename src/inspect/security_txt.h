/* SPDX-License-Identifier: ISC */
/* Whom to tell of a vulnerability, as a web server of the device says it. */
#ifndef INSPECT_SECURITY_TXT_H
#define INSPECT_SECURITY_TXT_H

#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * A file named security.txt: a FACT_SETTING for each Contact, Expires and
 * Policy ("security.txt.contact" …; the value; "security.txt"). ERR_MEMORY.
 * Source: RFC 9116 §2.5.
 */
enum err security_txt_inspect(
    const struct unpack_event *file, struct facts *facts);

#endif
