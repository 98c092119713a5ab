/* SPDX-License-Identifier: ISC */
/* What makers put around firmware, as rows of a table, and who reads them. */
#ifndef UNPACK_VENDOR_PRIVATE_H
#define UNPACK_VENDOR_PRIVATE_H

#include "base/out.h"
#include "crypto/hash.h"
#include "unpack/format.h"
#include "unpack/slices.h"

/* Offsets from the end of a file, and names for what only a row knows. */
#define VENDOR_FROM_END 0x80000000U /* | bytes before the end */
#define VENDOR_HEADER 0x7fffffffU   /* where the header ends */
#define VENDOR_END 0x7ffffffeU	    /* where the image ends */

struct vendor_magic {
	uint32_t at; /* may be VENDOR_FROM_END | n */
	uint32_t len;
	const char *bytes;
};

enum vendor_kind {
	VENDOR_ABSENT,
	VENDOR_U8,
	VENDOR_U16LE,
	VENDOR_U16BE,
	VENDOR_U24BE,
	VENDOR_U32LE,
	VENDOR_U32BE,
	VENDOR_DECIMAL, /* text of `len` bytes, blanks around it */
	VENDOR_HEX,	/* likewise */
};

struct vendor_number {
	enum vendor_kind kind;
	uint32_t at;
	uint32_t len; /* of a text */
};

enum vendor_counts {
	VENDOR_TO_END, /* no size is stored: up to the end of the input */
	VENDOR_TOTAL,
	VENDOR_PAYLOAD, /* without header and tail */
};

enum vendor_sum_kind {
	VENDOR_SUM_NONE,
	VENDOR_CRC32,
	VENDOR_CRC32_PLAIN, /* the same without its final inversion */
	VENDOR_CKSUM,	    /* POSIX cksum(1) */
	VENDOR_BYTE_SUM,
	VENDOR_BYTES_TO_00, /* all bytes add up to 00, modulo 256 */
	VENDOR_BYTES_TO_FF,
	VENDOR_LE16_TO_0, /* all 16-bit words add up to 0 */
	VENDOR_BE16_TO_0,
	VENDOR_MD5,
	VENDOR_SHA1,
	VENDOR_SHA256,
	VENDOR_SHA512,
	VENDOR_MD5_HEX,
};

/* A checksum over image[from, to); its own bytes count as zero when they lie
   in there. */
struct vendor_sum {
	const char *what; /* "header CRC" */
	enum vendor_sum_kind kind;
	uint32_t at; /* of the wanted value; not for those that add up */
	uint32_t from, to;
	bool big;  /* byte order of the wanted value */
	bool must; /* else a wrong one is only told */
};

struct vendor_text {
	const char *label;
	uint32_t at;
	uint32_t len;
	bool must; /* else an empty or unprintable one is left out */
};

#define VENDOR_MAGICS 3
#define VENDOR_SIZES 2
#define VENDOR_SUMS 2
#define VENDOR_TEXTS 3

struct vendor_image;

struct vendor_row {
	const char *says; /* how the detail begins: maker and variant */
	struct vendor_magic magic[VENDOR_MAGICS]; /* all of them */
	uint32_t header_len;
	struct vendor_number header; /* added to header_len */
	enum vendor_counts counts;
	struct vendor_number size[VENDOR_SIZES]; /* added up */
	uint32_t size_plus;
	uint32_t tail_len;
	bool fills; /* the size must be the input's */
	struct vendor_sum sum[VENDOR_SUMS];
	struct vendor_text text[VENDOR_TEXTS];
	enum authenticity authenticity;
	enum answer encrypted;
	/* More that must hold, and more to tell; may change *info. */
	bool (*check)(
	    const struct vendor_image *image, struct format_info *info);
	/* Instead of the one payload: the parts that there are. */
	void (*parts)(const struct vendor_image *image, struct slices *to);
	/* Instead of the payload as it lies there: what its coding hides.
	   Appends to `to`; ERR_UNSUPPORTED gives it as it is. */
	enum err (*decode)(const struct vendor_image *image, struct out *to);
};

/* A row that fits. */
struct vendor_image {
	const struct vendor_row *row;
	struct bytes in; /* of `total` bytes, or what there is of them */
	size_t header_len;
	size_t total;
	bool cut_short;
};

/* A family of rows is one format. */
struct vendor_rows {
	const struct vendor_row *row;
	size_t count;
};

#define VENDOR_ROWS(table)                                                     \
	((struct vendor_rows){ (table), sizeof(table) / sizeof((table)[0]) })

/* Finds the first row that fits; ERR_MALFORMED when none does. */
enum err vendor_probe(
    struct vendor_rows rows, struct bytes in, struct format_info *ret);
enum err vendor_open(struct vendor_rows rows, struct bytes in,
    struct budget *budget, void **ret_handle);
enum err vendor_next(void *handle, struct node *ret);
void vendor_close(void *handle);

/* The functions of struct format that know their table. */
#define VENDOR_FUNCTIONS(family, table)                                        \
	static enum err family##_probe(                                        \
	    struct bytes in, struct format_info *ret)                          \
	{                                                                      \
		return vendor_probe(VENDOR_ROWS(table), in, ret);              \
	}                                                                      \
	static enum err family##_open(                                         \
	    struct bytes in, struct budget *budget, void **ret_handle)         \
	{                                                                      \
		return vendor_open(                                            \
		    VENDOR_ROWS(table), in, budget, ret_handle);               \
	}
/* A format that is looked for where a file begins. */
#define VENDOR_FORMAT(family, table, format_name)                              \
	VENDOR_FUNCTIONS(family, table)                                        \
	const struct format family##_format = {                                \
		.name = (format_name),                                         \
		.only_at_start = true,                                         \
		.probe = family##_probe,                                       \
		.open = family##_open,                                         \
		.next = vendor_next,                                           \
		.close = vendor_close,                                         \
	}

/* The payload: behind the header, before the tail. */
struct bytes vendor_payload(const struct vendor_image *image);

/* A number; false when it lies outside or is none. */
bool vendor_number_read(
    struct bytes in, const struct vendor_number *number, uint64_t *ret);

/* A number at an offset, 0 when that lies outside. */
uint32_t vendor_u32le(struct bytes in, size_t at);
uint32_t vendor_u32be(struct bytes in, size_t at);

/* A field's text up to its first zero, without blanks around it; empty when
   there is a byte in it that is not printable ASCII. */
struct bytes vendor_text_of(struct bytes in, size_t at, size_t len);

/* ", label "text"" unless it is empty. */
void vendor_say_text(
    struct format_info *info, const char *label, struct bytes text);

/* Whether all bytes are the same 00 or ff: a signature that was left out. */
bool vendor_is_blank(struct bytes in);

/* Checksums: one row's, and those that other files want too. */
bool vendor_sum_agrees(
    const struct vendor_image *image, const struct vendor_sum *sum);
bool vendor_sum_is_whole(
    const struct vendor_image *image, const struct vendor_sum *sum);
bool vendor_hash_agrees(enum hash hash, const struct bytes *piece, size_t count,
    struct bytes wanted);
uint32_t vendor_cksum(const struct bytes *piece, size_t count);

/* A handle that gives one made payload; takes `made` over in any case. */
enum err vendor_made_open(
    struct bytes in, struct out *made, enum err fault, void **ret_handle);

/* The ways of vendor_coding.c. */
enum err vendor_xor(struct bytes in, struct bytes key, struct out *to);
enum err vendor_aes_cbc(
    struct bytes in, struct bytes key, const uint8_t iv[16], struct out *to);

/* MediaTek's "encrpted_img" (sic): AES-256-CBC with a key that stands in
   published boot loaders; the chain begins anew with each block. */
enum err vendor_encrpted_img(struct bytes in, size_t block_len, struct out *to);

/* For a row of images in Alpha's coding, which begin with no magic: only a
   known board's key makes a known beginning of them. */
bool vendor_alpha_check(
    const struct vendor_image *image, struct format_info *info);
enum err vendor_alpha_decode(const struct vendor_image *image, struct out *to);

/* Alpha Networks' encimg: AES-256-CBC; `seeds` has 48 characters. */
enum err vendor_encimg(
    struct bytes in, struct bytes name, const char *seeds, struct out *to);

#endif
