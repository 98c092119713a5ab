/* SPDX-License-Identifier: ISC */
/* How a Linux kernel was configured, as far as it concerns security. */
#ifndef INSPECT_KERNEL_CONFIG_H
#define INSPECT_KERNEL_CONFIG_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/blob.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * Adds FACT_KERNEL_OPTION for the options that matter to security, from a
 * configuration inside a kernel (IKCONFIG: "IKCFG_ST" and a gzip member) or
 * from a file named config-*, config.gz or .config in the places for it. An
 * option that the configuration does not name gives no fact. The first
 * configuration of an image counts. ERR_MEMORY.
 * Source: Linux kernel/configs.c.
 */
enum err kernel_config_inspect(
    const struct unpack_event *file, struct facts *facts, struct seen *seen);

#endif
