/* SPDX-License-Identifier: ISC */
/* Zip as feeds come in it: hundreds of thousands of members, or one of a GiB. */
#ifndef WORKER_FEED_ZIP_H
#define WORKER_FEED_ZIP_H

#include "unpack/format.h"

/*
 * A row like those of unpack/, without probe(), but for its limits: a member
 * may take what the budget has left, in place or unpacked, up to
 * LIMIT_FEED_FILE_LEN. The central directory leads and must be there, ZIP64 is
 * read, checksums count. What is stored, deflated or a folder is read; other
 * members have the fault ERR_UNSUPPORTED or ERR_ENCRYPTED. A member that lies in
 * place takes from the budget, too: many may be the same bytes. Source: PKWARE
 * APPNOTE.TXT 6.3.10 §4.3, §4.4, §4.5.3.
 */
extern const struct format feed_zip_format;

#endif
