/* SPDX-License-Identifier: ISC */
/* Files in, facts out: asks every inspector about every file. */
#ifndef INSPECT_INSPECT_H
#define INSPECT_INSPECT_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/facts.h"
#include "inspect/keep.h"
#include "unpack/unpack.h"

struct inspect_data; /* inspect/data.h: signatures, passwords, known keys */

/* A handle for one image. */
struct inspect;

/* `facts` and `data` are borrowed and must outlive the handle. */
enum err inspect_open(
    const struct inspect_data *data, struct facts *facts, struct inspect **ret);

/* Looks at one UNPACK_FILE event. Input's faults become facts or nothing;
   only ERR_MEMORY is returned. */
enum err inspect_file(struct inspect *i, const struct unpack_event *file);

/* Looks at one UNPACK_CHUNK event: what its container says. ERR_MEMORY. */
enum err inspect_chunk(struct inspect *i, const struct unpack_event *chunk);

/* After the last file: what needs the whole tree (services, consoles …). */
enum err inspect_finish(struct inspect *i);

void inspect_close(struct inspect *i);

#endif
