/* SPDX-License-Identifier: ISC */
/* Files of a firmware volume and their sections. */
#ifndef UNPACK_UEFI_PRIVATE_H
#define UNPACK_UEFI_PRIVATE_H

#include "base/bytes.h"
#include "base/out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UEFI_GUID_LEN ((size_t)16)
#define UEFI_GUID_TEXT_LEN 36
#define UEFI_UI_CHARACTERS_MAX ((size_t)64)
#define UEFI_NAME_LEN (UEFI_UI_CHARACTERS_MAX * 3 + 1)

struct uefi_volume {
	size_t size; /* as its header says */
	size_t files_at;
	uint8_t erased; /* what an erased byte is */
	uint8_t ffs;	/* version of the file system; 0: none that is known */
	struct bytes guid;
};

/* Only with a header whose checksum is right. */
bool uefi_volume_read(struct bytes in, struct uefi_volume *ret);

#define UEFI_FILE_RAW 0x01
#define UEFI_FILE_PAD 0xf0

struct uefi_file {
	struct bytes guid;
	uint8_t type;
	size_t at, len; /* of its content, in the volume */
};

/*
 * The file at or behind *pos, which moves behind it; false where free space or
 * something else begins. *ret_broken: it was something else.
 */
bool uefi_file_next(struct bytes volume, uint8_t erased, size_t *pos,
    struct uefi_file *ret, bool *ret_broken);

enum uefi_way {
	UEFI_LEAF,  /* to be given as it is */
	UEFI_SKIP,  /* says something about the file, or nothing */
	UEFI_OPEN,  /* sections lie in it as they are */
	UEFI_CODED, /* sections lie in it, coded */
};

struct uefi_section {
	uint8_t type;
	enum uefi_way way;
	const char *name; /* static */
	size_t at, len;	  /* of the content, where it was read from */
	bool known;	  /* UEFI_CODED: in a coding that is read */
	bool gzip;	  /* else LZMA */
};

/* The section at or behind *pos, which moves behind it. */
bool uefi_section_next(struct bytes in, size_t *pos, struct uefi_section *ret);

/* The name that a user interface section gives, cleaned; "" when none does.
   `to` has UEFI_NAME_LEN bytes. */
void uefi_find_name(struct bytes sections, char *to);

/* A GUID as text; `to` has UEFI_GUID_TEXT_LEN + 1 bytes. */
void uefi_guid_text(struct bytes guid, char *to);

#endif
