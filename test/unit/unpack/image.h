/* SPDX-License-Identifier: ISC */
/* Small images for tests, built byte by byte. */
#ifndef TEST_IMAGE_H
#define TEST_IMAGE_H

#include "base/out.h"

#include <stddef.h>
#include <stdint.h>

/* A legacy uImage around `data` with right checksums. */
void image_put_uimage(struct out *o, struct bytes data, uint8_t type);

/* A gzip member of `data`. */
void image_put_gzip(struct out *o, struct bytes data);

/* A TRX version 1 with one part. */
void image_put_trx(struct out *o, struct bytes data);

/* `count` times `byte`. */
void image_put_fill(struct out *o, uint8_t byte, size_t count);

/* Bytes that no compressor shortens; the same for the same seed. */
void image_put_noise(struct out *o, uint32_t seed, size_t count);

/* A newc cpio archive with one file. */
void image_put_cpio(struct out *o, const char *name, struct bytes data);

#endif
