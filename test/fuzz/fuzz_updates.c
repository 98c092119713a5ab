/* SPDX-License-Identifier: ISC */
/* Update containers, packages and boot images; the texts that describe them. */
#include "unpack/boot.h"
#include "unpack/config_text.h"
#include "unpack/headers.h"
#include "unpack/mcu.h"
#include "unpack/updates.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a row without used() answers: its size is known before. */
static size_t
used_nothing(void *handle)
{
	(void)handle;
	return 0;
}

/* Each item consumes a byte, so there are no more of them than bytes. */
static void
fuzz_config(struct bytes in)
{
	struct config_text text = config_open(in);
	struct config_item item;
	size_t count = 0;

	while (config_next(&text, &item)) {
		format_fuzz_check(++count <= in.len);
		format_fuzz_touch(item.name);
		format_fuzz_touch(item.value);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct format *const formats[] = { &swupdate_format,
		&mender_format, &android_ota_format, &android_ota_zip_format,
		&rpm_format, &apk_format, &suit_format, &fwtool_signed_format,
		&uboot_env_format, &uboot_env_start_format, &sunxi_egon_format,
		&sunxi_image_format, &rockchip_idb_format,
		&rockchip_rkns_format, &rockchip_rkfw_format,
		&rockchip_rkaf_format, &esp_partitions_format, &esp_nvs_format,
		&esp8266_v2_format, &particle_format, &telink_format };
	struct bytes in = { data, size };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct format format = *formats[i];

		if (format.used == NULL)
			format.used = used_nothing;
		format_fuzz(&format, in);
	}
	fuzz_config(in);
	return 0;
}
