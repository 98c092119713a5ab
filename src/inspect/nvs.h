/* SPDX-License-Identifier: ISC */
/* What an ESP32's storage keeps of the networks it was in. */
#ifndef INSPECT_NVS_H
#define INSPECT_NVS_H

#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * FACT_WIFI_PASSPHRASE of values that ESP-IDF's Wi-Fi driver keeps in its
 * storage (format esp-nvs), and FACT_PERSONAL_DATA when it is that of a network
 * that was joined. ERR_MEMORY. Source: ESP-IDF's Wi-Fi guide, "Wi-Fi NVS
 * Flash".
 */
enum err nvs_inspect(const struct unpack_event *file, struct facts *facts);

#endif
