/* SPDX-License-Identifier: ISC */
/* What makers of devices put around their firmware. Layouts that are only a
   header are rows of tables (vendor_private.h). "firmware-utils" is OpenWrt's,
   "unblob", "binwalk" and "delink" are the projects of these names, read for
   their facts. */
#ifndef UNPACK_VENDOR_H
#define UNPACK_VENDOR_H

#include "unpack/format.h"

/* TP-Link. Sources: firmware-utils mktplinkfw2.c, tplink-safeloader.c; binwalk
   tplink. */
extern const struct format tplink2_format;
extern const struct format tplink_header3_format;
extern const struct format tplink_safeloader_format;
extern const struct format tplink_rtos_format;

/* Netgear and Sercomm. Sources: firmware-utils mkchkimg.c, mkdniimg.c,
   mksercommfw.c; the boot loader published with the WAX206. */
extern const struct format netgear_chk_format;
extern const struct format netgear_dni_format;
extern const struct format netgear_encrypted_format;
extern const struct format sercomm_format;

/* D-Link and Alpha Networks. Sources: firmware-utils seama.h, mkdlinkfw*.c,
   mkdapimg*.c, mkcameofw.c, mkwrggimg.c, dns323's mkimage; delink; unblob. */
extern const struct format seama_format;
extern const struct format dlink_format;
extern const struct format wrgg_format;
extern const struct format dns323_format;

/* Broadcom and those who build on it. Sources: firmware-utils
   imagetag.c, bcm4908img.c, add_header.c, mkcsysimg.c; binwalk; unblob. */
extern const struct format bcm_tag_format;
extern const struct format bcm_wfi_format;
extern const struct format bcm_programstore_format;
extern const struct format linksys_format;
extern const struct format linksys_footer_format;
extern const struct format gemtek_format;
extern const struct format motorola_format;

/* Buffalo. Sources: firmware-utils buffalo-enc.c, buffalo-tag.c,
   buffalo-lib.c. */
extern const struct format buffalo_format;
extern const struct format buffalo_tag_format;

/* Source: firmware-utils xiaomifw, unblob xiaomi/hdr. */
extern const struct format xiaomi_format;

/* Sources: firmware-utils mksenaofw.c, mkedimaximg.c, edimax_fw_header.c,
   zyxel's zytrx.c and mkrasimage.c, jcgimage.c, mkplanexfw.c, mkporayfw.c,
   lxlfw.c, mkmerakifw.c, mkmylofw.c; OpenWrt's combined-image.sh; Realtek's
   cvimg; unblob; binwalk; fact_extractor. */
extern const struct format senao_format;
extern const struct format edimax_format;
extern const struct format realtek_format;
extern const struct format zyxel_format;
extern const struct format econet_format;
extern const struct format draytek_format;
extern const struct format jcg_format;
extern const struct format planex_format;
extern const struct format poray_format;
extern const struct format luxul_format;
extern const struct format meraki_format;
extern const struct format ruckus_format;
extern const struct format cellvision_format;
extern const struct format zcomax_format;
extern const struct format myloader_format;
extern const struct format combined_image_format;
extern const struct format packimg_format;
extern const struct format mikrotik_npk_format;
extern const struct format ubnt_format;
extern const struct format avm_kernel_format;

/* Source: binwalk arcadyan. */
extern const struct format arcadyan_format;

/* Cameras, storage, printers, vehicles. Sources: unblob, binwalk,
   fact_extractor; for DJI the dji-firmware-tools' descriptions. */
extern const struct format dahua_format;
extern const struct format instar_format;
extern const struct format hikvision_format;
extern const struct format dji_format;
extern const struct format qnap_format;
extern const struct format hp_format;
extern const struct format xerox_dlm_format;
extern const struct format airoha_format;
extern const struct format moxa_format;
extern const struct format autel_format;
extern const struct format tesla_format;
extern const struct format bosch_format;
extern const struct format gm8126_format;
extern const struct format qding_format;
extern const struct format titan_format;

/* Sources: the layouts that pakler, NTKFWinfo, dji-firmware-tools, U-Boot's
   Amlogic tools and readers of MStar's scripts describe. */
extern const struct format amlogic_format;
extern const struct format novatek_format;
extern const struct format reolink_format;
extern const struct format ambarella_format;
extern const struct format mstar_format;

/* Sources: MediaTek's published part headers; Microsoft's description of
   B000FF; binwalk; patology. */
extern const struct format mtk_format;
extern const struct format mtk_flash_format;
extern const struct format wince_format;
extern const struct format zboot_format;
extern const struct format cisco_format;
extern const struct format lancom_format;
extern const struct format synology_format;

/* What openssl enc makes. */
extern const struct format openssl_enc_format;

#endif
