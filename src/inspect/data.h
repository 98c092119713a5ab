/* SPDX-License-Identifier: ISC */
/* What the inspectors know beforehand: signatures, passwords, known keys. */
#ifndef INSPECT_DATA_H
#define INSPECT_DATA_H

#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "inspect/components.h"
#include "inspect/needles.h"
#include "inspect/passwords.h"

/* A handle for any number of images. */
struct inspect_data {
	const struct data_set *set; /* borrowed */
	struct components *components;
	struct needles *needles;
	struct password_list passwords;
	struct bytes known_keys; /* known-keys.tsv, borrowed from the set */
};

/*
 * `set` must outlive the handle. ERR_MALFORMED: a table is wrong, *ret_fault
 * says which and where; ERR_MEMORY.
 */
enum err inspect_data_open(const struct data_set *set,
    struct inspect_data **ret, struct fault *ret_fault);
void inspect_data_close(struct inspect_data *data);

#endif
