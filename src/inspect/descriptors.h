/* SPDX-License-Identifier: ISC */
/* What microcontroller images say of themselves. */
#ifndef INSPECT_DESCRIPTORS_H
#define INSPECT_DESCRIPTORS_H

#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * Adds a FACT_COMPONENT for what a descriptor names: the project of an ESP-IDF
 * application (unless it is Arduino's, which names only the core), the SDK of a
 * GBL's metadata, the version in Pybricks' firmware.metadata.json. ERR_MEMORY.
 * Sources: ESP-IDF esp_app_desc.h; UG489; pybricks/technical-info
 * "Firmware metadata file format".
 */
enum err descriptors_inspect(
    const struct unpack_event *file, struct facts *facts);

#endif
