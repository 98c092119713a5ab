/* SPDX-License-Identifier: ISC */
/* The table of formats, in the order in which they are tried. */
#include "unpack/archives.h"
#include "unpack/cramfs.h"
#include "unpack/erofs.h"
#include "unpack/ext.h"
#include "unpack/headers.h"
#include "unpack/jffs2.h"
#include "unpack/mcu.h"
#include "unpack/romfs.h"
#include "unpack/sparse.h"
#include "unpack/squashfs.h"
#include "unpack/streams.h"
#include "unpack/ubi.h"
#include "unpack/ubifs.h"
#include "unpack/unpack.h"
#include "unpack/yaffs2.h"

/* Where two formats have the same magic, the more special one stands first:
   a FIT is a device tree too, a Nordic package a zip. */
const struct format *const unpack_formats[] = {
	&uimage_format,
	&fit_format,
	&dtb_format,
	&trx_format,
	&tplink_format,
	&zimage_format,
	&bzimage_format,
	&image_format,
	&fwtool_format,
	&netgear_wndr_format,
	&mcuboot_format,
	&zigbee_format,
	&ngis_format,
	&gbl_format,
	&esp_bootloader_format,
	&esp_image_format,
	&esp_signature_format,
	&uf2_format,
	&matter_format,
	&rpi_eeprom_format,
	&rauc_format,
	&dfu_format,
	&squashfs_format,
	&jffs2_format,
	&ubi_format,
	&ubifs_format,
	&cramfs_format,
	&romfs_format,
	&ext_format,
	&erofs_format,
	&android_sparse_format,
	&yaffs2_format,
	&cpio_format,
	&tar_format,
	&nordic_format,
	&zip_format,
	&ar_format,
	&sevenzip_format,
	&gzip_format,
	&xz_format,
	&bzip2_format,
	&zstd_format,
	&lz4_format,
	&lz4_legacy_format,
	&lzo_format,
	&lzma_format,
	&lzma_any_format,
	&zlib_format,
	&tar_v7_format,
	&ihex_format,
	&srec_format,
	&ebl_format,
};

const size_t unpack_format_count =
    sizeof(unpack_formats) / sizeof(unpack_formats[0]);
