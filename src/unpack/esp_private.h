/* SPDX-License-Identifier: ISC */
/* What the ESP image and its signature sector share. */
#ifndef UNPACK_ESP_PRIVATE_H
#define UNPACK_ESP_PRIVATE_H

#include "unpack/format.h"

#define ESP_SECTOR_LEN ((size_t)4096)

enum esp_signature {
	ESP_SIGNATURE_NONE,  /* no signature sector there */
	ESP_SIGNATURE_WRONG, /* one, but it is not of these bytes, or broken */
	ESP_SIGNATURE_RIGHT,
};

/*
 * Looks at the sector behind `image` (which is padded to whole sectors) and
 * appends to the detail what it says.
 */
enum esp_signature esp_signature_check(
    struct bytes image, struct bytes sector, struct format_info *info);

#endif
