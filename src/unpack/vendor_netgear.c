/* SPDX-License-Identifier: ISC */
/* Netgear, and Sercomm, which makes many of its devices. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#include "base/number.h"
#include "codec/crc.h"

#define CHK_KERNEL_SUM_AT 16
#define CHK_ROOTFS_SUM_AT 20
#define CHK_KERNEL_LEN_AT 24
#define CHK_IMAGE_SUM_AT 32
#define CHK_HEADER_SUM_AT ((size_t)36)
#define CHK_BOARD_AT ((size_t)40)
#define CHK_BOARD_MAX ((size_t)64)
#define DNI_HEADER_LEN 128
#define ENCRYPTED_HEADER_LEN ((size_t)532)
#define ENCRYPTED_LEN_AT 524
#define ENCRYPTED_BLOCK_AT 528
#define ENCRYPTED_TAIL_LEN ((size_t)4)
#define AES_BLOCK ((size_t)16)

/* A sum and a sum of sums, each folded to 16 bits at the end. */
struct fletcher {
	uint32_t sum, sums;
};

static void
fletcher_add(struct fletcher *f, struct bytes in)
{
	for (size_t i = 0; i < in.len; i++) {
		f->sum += in.ptr[i];
		f->sums += f->sum;
	}
}

static uint32_t
fold(uint32_t value)
{
	value = (value & 0xffff) + (value >> 16);
	return ((value >> 16) + value) & 0xffff;
}

static uint32_t
fletcher_end(const struct fletcher *f)
{
	return fold(f->sums) << 16 | fold(f->sum);
}

static uint32_t
fletcher_of(struct bytes in)
{
	struct fletcher f = { 0, 0 };

	fletcher_add(&f, in);
	return fletcher_end(&f);
}

static bool
chk_header_agrees(const struct vendor_image *image)
{
	static const uint8_t zeros[4] = { 0 };
	struct fletcher f = { 0, 0 };

	fletcher_add(&f, bytes_slice(image->in, 0, CHK_HEADER_SUM_AT));
	fletcher_add(&f, (struct bytes){ zeros, sizeof(zeros) });
	fletcher_add(&f,
	    bytes_slice(
		image->in, CHK_BOARD_AT, image->header_len - CHK_BOARD_AT));
	return fletcher_end(&f) == vendor_u32be(image->in, CHK_HEADER_SUM_AT);
}

static bool
chk_check(const struct vendor_image *image, struct format_info *info)
{
	const uint8_t *p = image->in.ptr;

	if (image->header_len <= CHK_BOARD_AT ||
	    image->header_len > CHK_BOARD_AT + CHK_BOARD_MAX ||
	    !chk_header_agrees(image))
		return false;
	vendor_say_text(info, "board",
	    vendor_text_of(
		image->in, CHK_BOARD_AT, image->header_len - CHK_BOARD_AT));
	format_detail(info, ", version %u.%u.%u.%u, header sum agrees", p[9],
	    p[10], p[11], p[12]);
	if (!image->cut_short)
		format_detail(info, ", image sum %s",
		    fletcher_of(vendor_payload(image)) ==
			    vendor_u32be(image->in, CHK_IMAGE_SUM_AT)
			? "agrees"
			: "is wrong");
	return true;
}

static void
chk_parts(const struct vendor_image *image, struct slices *to)
{
	size_t kernel = vendor_u32be(image->in, CHK_KERNEL_LEN_AT);

	slices_add(to, image->header_len, kernel, false);
	slices_add(to, image->header_len + kernel,
	    image->total - image->header_len - kernel, false);
}

static const struct vendor_row chk_rows[] = {
	{
	    .says = "CHK",
	    .magic = { { 0, 4, "\x2a\x23\x24\x5e" } },
	    .header = { VENDOR_U32BE, 4, 0 },
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, CHK_KERNEL_LEN_AT, 0 },
		{ VENDOR_U32BE, CHK_KERNEL_LEN_AT + 4, 0 } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = chk_check,
	    .parts = chk_parts,
	},
};

VENDOR_FORMAT(netgear_chk, chk_rows, "netgear-chk");

/* Lines of "name:value" in the header. */
static bool
dni_check(const struct vendor_image *image, struct format_info *info)
{
	struct bytes rest = bytes_slice(image->in, 0, DNI_HEADER_LEN);
	struct bytes line;
	bool version = false;

	while (bytes_next_line(&rest, &line)) {
		struct bytes name;

		if (!bytes_next_field(&line, ':', &name))
			continue;
		if (bytes_equal_text(name, "device"))
			vendor_say_text(
			    info, "device", vendor_text_of(line, 0, line.len));
		else if (bytes_equal_text(name, "version")) {
			version = true;
			vendor_say_text(
			    info, "version", vendor_text_of(line, 0, line.len));
		}
	}
	return version;
}

static const struct vendor_row dni_rows[] = {
	{
	    .says = "DNI",
	    .magic = { { 0, 7, "device:" } },
	    .header_len = DNI_HEADER_LEN,
	    .counts = VENDOR_TO_END,
	    .sum = { { "byte sum", VENDOR_BYTES_TO_FF, 0, 0, VENDOR_END, false,
		true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = dni_check,
	},
};

VENDOR_FORMAT(netgear_dni, dni_rows, "netgear-dni");

/* The boot loader's CRC begins with zero and is not inverted. */
static uint32_t
crc32_bare(struct bytes in)
{
	return ~crc32_add(0xffffffffU, in);
}

static bool
encrypted_check(const struct vendor_image *image, struct format_info *info)
{
	size_t len = vendor_u32be(image->in, ENCRYPTED_LEN_AT);
	size_t block = vendor_u32be(image->in, ENCRYPTED_BLOCK_AT);

	if (!size_round_up(len, AES_BLOCK, &len) || len == 0 || block == 0 ||
	    block % AES_BLOCK != 0 ||
	    image->in.len < ENCRYPTED_HEADER_LEN + ENCRYPTED_TAIL_LEN + len)
		return false;
	size_t end = ENCRYPTED_HEADER_LEN + len;
	bool agrees = crc32_bare(bytes_slice(image->in, 0, end)) ==
	    vendor_u32be(image->in, end);

	format_detail(info, ", CRC %s", agrees ? "agrees" : "is wrong");
	info->size = end + ENCRYPTED_TAIL_LEN;
	return true;
}

static enum err
encrypted_decode(const struct vendor_image *image, struct out *to)
{
	return vendor_encrpted_img(vendor_payload(image),
	    vendor_u32be(image->in, ENCRYPTED_BLOCK_AT), to);
}

static const struct vendor_row encrypted_rows[] = {
	{
	    .says = "encrpted_img, AES-256-CBC with a published key",
	    .magic = { { 512, 12, "encrpted_img" } },
	    .header_len = ENCRYPTED_HEADER_LEN,
	    .counts = VENDOR_TO_END,
	    .tail_len = ENCRYPTED_TAIL_LEN,
	    .text = { { "model", 0, 32, true }, { "region", 32, 32, false },
		{ "version", 64, 64, false } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_YES,
	    .check = encrypted_check,
	    .decode = encrypted_decode,
	},
};

VENDOR_FORMAT(netgear_encrypted, encrypted_rows, "netgear-encrypted");

static const struct vendor_row sercomm_rows[] = {
	{
	    .says = "Sercomm",
	    .magic = { { 0, 7, "sErCoMm" }, { 63, 7, "sErCoMm" } },
	    .header_len = 512,
	    .counts = VENDOR_TO_END,
	    .text = { { "hardware", 11, 34, false },
		{ "software", 55, 8, false } },
	    .sum = { { "byte sum", VENDOR_BYTES_TO_00, 0, 0, VENDOR_END, false,
		true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
};

VENDOR_FORMAT(sercomm, sercomm_rows, "sercomm");
