/* SPDX-License-Identifier: ISC */
/* Images of microcontrollers and containers of their updates. */
#ifndef UNPACK_MCU_H
#define UNPACK_MCU_H

#include "unpack/format.h"

/*
 * ESP8266 and ESP32 images. A boot loader has no segment in mapped flash.
 * Signed images contain their signature sector as a part. Sources: Espressif
 * esptool "Firmware Image Format"; ESP-IDF components/bootloader_support
 * (esp_app_desc.h, esp_secure_boot.h) and its "Secure Boot V2" guide.
 */
extern const struct format esp_image_format;
extern const struct format esp_bootloader_format;
extern const struct format esp_signature_format;

/*
 * The table that parts an ESP32's flash: what it names is given too, where the
 * input goes on behind it as flash does. And a storage of keys and values, each
 * a file. Sources: ESP-IDF's guides "Partition Tables" and "Non-Volatile
 * Storage Library".
 */
extern const struct format esp_partitions_format;
extern const struct format esp_nvs_format;

/* ESP8266 images for boot loaders that choose between two. Source: esptool's
   "Firmware Image Format". */
extern const struct format esp8266_v2_format;

/* Particle's system and user modules. Source: Particle device-os,
   system/system-dynalib module_info.h. */
extern const struct format particle_format;

/* Telink, TLSR82xx and TLSR9. Source: the SDKs' tl_check_fw and ota.c. */
extern const struct format telink_format;

/* MCUboot. Source: its docs/design.md and bootutil/image.h. */
extern const struct format mcuboot_format;

/* Zigbee OTA upgrade files, and IKEA's wrapper. Source: Zigbee Cluster Library
   (07-5123) §11.4. */
extern const struct format zigbee_format;
extern const struct format ngis_format;

/* Silicon Labs GBL version 3, and EBL. Sources: UG489 "Gecko Bootloader", and
   AN0042's ebl tags. */
extern const struct format gbl_format;
extern const struct format ebl_format;

/* A DFU suffix behind an image, and ST's DfuSe files. Sources: USB DFU 1.1
   appendix B; ST UM0391. */
extern const struct format dfu_format;

/* Images with addresses: what lies together becomes one payload. Sources:
   Microsoft's UF2 specification; Intel's "Hexadecimal Object File Format",
   1988; Motorola's S-record, M68000PRM appendix C. */
extern const struct format uf2_format;
extern const struct format ihex_format;
extern const struct format srec_format;

/* A zip with manifest.json and init packets. Source: Nordic's pc-nrfutil. */
extern const struct format nordic_format;

/* Source: Matter Core Specification 1.3, §11.21. */
extern const struct format matter_format;

/* RAUC bundle: a squashfs and a CMS signature. Source: RAUC's reference,
   "Bundle Formats". */
extern const struct format rauc_format;

/* Raspberry Pi 4's and 5's boot EEPROM. Source: rpi-eeprom-config. */
extern const struct format rpi_eeprom_format;

#endif
