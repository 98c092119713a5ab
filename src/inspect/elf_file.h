/* SPDX-License-Identifier: ISC */
/* An ELF file as its program headers and dynamic segment describe it. */
#ifndef INSPECT_ELF_FILE_H
#define INSPECT_ELF_FILE_H

#include "base/bytes.h"
#include "base/cursor.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Loadable segments of one file; linkers make two to six. */
#define ELF_LOADS 16

/* Segments of notes; two are usual. */
#define ELF_NOTES 4

enum elf_type { /* e_type; the values of the generic ABI */
	ELF_TYPE_OBJECT = 1,
	ELF_TYPE_EXEC = 2,
	ELF_TYPE_SHARED = 3,
	ELF_TYPE_CORE = 4,
};

/* The ELF header, host byte order. */
struct elf_header {
	bool big;  /* big endian */
	bool wide; /* 64 bits */
	enum elf_type type;
	uint16_t machine;
	uint64_t phoff, shoff; /* as stored, perhaps outside the file */
	uint16_t phentsize, phnum, shentsize, shnum, shstrndx;
};

/*
 * Reads the header. Source: System V ABI, chapter 4. On failure *ret is
 * untouched:
 *   ERR_TRUNCATED  the input ends inside the header
 *   ERR_MALFORMED  wrong magic, class, byte order, version or type; or a
 *                  machine nobody knows together with tables that lie outside
 *                  the file, so that only the magic speaks for an ELF file
 */
enum err elf_read_header(struct bytes in, struct elf_header *ret);

struct elf_segment {
	uint64_t vaddr;
	uint64_t at;  /* offset in the file */
	uint64_t len; /* bytes in the file */
	bool writable;
};

/* What was read of one file. Addresses are the file's own; 0: none. */
struct elf {
	struct bytes in;
	struct elf_header header;
	struct elf_segment load[ELF_LOADS];
	size_t load_count;
	struct elf_segment note[ELF_NOTES];
	size_t note_count;
	struct elf_segment dynamic, interp;
	bool has_dynamic, has_interp, has_stack, stack_exec, has_relro;
	bool bind_now, says_pie, has_soname;
	uint64_t needed_count;
	uint64_t strtab, strsz, symtab, hash, gnu_hash; /* addresses; 0: none */
	uint64_t symtabno;				/* MIPS; 0: none */
	uint64_t soname, rpath, runpath;		/* offsets in strtab */
	bool has_rpath, has_runpath;
};

#define ELF_DT_NEEDED 1

/*
 * Reads header, program headers and dynamic segment; what lies outside the
 * file is as if it were not there. Borrows `in`. Fails as elf_read_header().
 */
enum err elf_read(struct bytes in, struct elf *ret);

/* Whether a table of `count` entries of `size` bytes lies in the file. */
bool elf_table_fits(
    struct bytes in, uint64_t at, uint16_t size, uint16_t count);

/* The bytes of a segment; fewer or none where the file has not all of it. */
struct bytes elf_segment_bytes(
    const struct elf *e, const struct elf_segment *segment);

/* The bytes of the file from an address on, to the end of its segment. */
struct bytes elf_bytes_at(const struct elf *e, uint64_t vaddr);

/*
 * The bytes of the first section of this name, when the file still has its
 * section headers; else empty. Compressed sections count as none.
 */
struct bytes elf_find_section(const struct elf *e, const char *name);

/* The dynamic segment as a cursor; of no bytes when it lies outside. */
struct cursor elf_open_dynamic(const struct elf *e);

/* The next entry; false at DT_NULL or where the segment ends. */
bool elf_next_dynamic(struct cursor *c, const struct elf_header *h,
    uint64_t *ret_tag, uint64_t *ret_value);

/* A string of DT_STRTAB, borrowed; empty when it lies outside, has no end or
   is longer than 4 KiB. */
struct bytes elf_string(const struct elf *e, uint64_t at);

struct elf_symbol {
	struct bytes name; /* borrowed; may be empty */
	bool defined;	   /* by this file; else it is imported */
};

/*
 * The dynamic symbols. The count comes from DT_HASH, DT_MIPS_SYMTABNO or
 * DT_GNU_HASH, else from DT_STRTAB when it follows; it is held to what the
 * file has. The cursor stands on the first one.
 */
struct cursor elf_open_symbols(const struct elf *e, uint64_t *ret_count);
struct elf_symbol elf_next_symbol(const struct elf *e, struct cursor *c);

#endif
