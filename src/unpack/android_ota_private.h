/* SPDX-License-Identifier: ISC */
/* What Android's payload and the zip around it share. */
#ifndef UNPACK_ANDROID_OTA_PRIVATE_H
#define UNPACK_ANDROID_OTA_PRIVATE_H

#include "base/bytes.h"
#include "base/err.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* payload.bin. Borrows from it. */
struct ota_payload {
	struct bytes signed_part; /* header and manifest */
	struct bytes manifest;
	struct bytes metadata_signature; /* message Signatures, or empty */
	size_t data_at;			 /* where the operations' data begins */
	uint64_t block_len;
	bool has_payload_signature;
	size_t payload_end; /* behind the data and their signature */
	uint64_t timestamp; /* no update to anything older; 0: none */
	uint64_t minor_version;
	size_t partitions;
	bool partial;
	bool cut; /* the data's signature lies behind the end */
};

/* ERR_MALFORMED, ERR_TRUNCATED, ERR_UNSUPPORTED (another major version). */
enum err ota_read_payload(struct bytes in, struct ota_payload *ret);

/* Whether one of the metadata's signatures verifies with this key. */
bool ota_verify(const struct ota_payload *p, EVP_PKEY *key);

#endif
