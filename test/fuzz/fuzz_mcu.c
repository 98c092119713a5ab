/* SPDX-License-Identifier: ISC */
/* The formats of microcontroller images and of their updates. */
#include "unpack/mcu.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a row without used() answers: its size is known before. */
static size_t
used_nothing(void *handle)
{
	(void)handle;
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct format *const formats[] = { &esp_image_format,
		&esp_bootloader_format, &esp_signature_format, &mcuboot_format,
		&zigbee_format, &ngis_format, &gbl_format, &ebl_format,
		&dfu_format, &uf2_format, &ihex_format, &srec_format,
		&nordic_format, &matter_format, &rauc_format,
		&rpi_eeprom_format };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct format format = *formats[i];

		if (format.used == NULL)
			format.used = used_nothing;
		format_fuzz(&format, (struct bytes){ data, size });
	}
	return 0;
}
