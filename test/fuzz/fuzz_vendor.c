/* SPDX-License-Identifier: ISC */
/* What makers put around firmware. */
#include "unpack/vendor.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No row knows its size only after reading. */
static size_t
used_nothing(void *handle)
{
	(void)handle;
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct format *const formats[] = { &tplink2_format,
		&tplink_header3_format, &tplink_safeloader_format,
		&tplink_rtos_format, &netgear_chk_format, &netgear_dni_format,
		&netgear_encrypted_format, &sercomm_format, &seama_format,
		&dlink_format, &wrgg_format, &dns323_format, &bcm_tag_format,
		&bcm_wfi_format, &bcm_programstore_format, &linksys_format,
		&linksys_footer_format, &gemtek_format, &motorola_format,
		&buffalo_format, &buffalo_tag_format, &xiaomi_format,
		&senao_format, &edimax_format, &realtek_format, &zyxel_format,
		&econet_format, &draytek_format, &jcg_format, &planex_format,
		&poray_format, &luxul_format, &meraki_format, &ruckus_format,
		&cellvision_format, &zcomax_format, &myloader_format,
		&combined_image_format, &packimg_format, &mikrotik_npk_format,
		&ubnt_format, &avm_kernel_format, &arcadyan_format,
		&dahua_format, &instar_format, &hikvision_format, &dji_format,
		&qnap_format, &hp_format, &xerox_dlm_format, &airoha_format,
		&moxa_format, &autel_format, &tesla_format, &bosch_format,
		&gm8126_format, &qding_format, &titan_format,
		&openssl_enc_format, &amlogic_format, &novatek_format,
		&reolink_format, &ambarella_format, &mstar_format, &mtk_format,
		&mtk_flash_format, &wince_format, &zboot_format, &cisco_format,
		&lancom_format, &synology_format };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct format format = *formats[i];

		format.used = used_nothing;
		format_fuzz(&format, (struct bytes){ data, size });
	}
	return 0;
}
