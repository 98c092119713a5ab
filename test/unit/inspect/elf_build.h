/* SPDX-License-Identifier: ISC */
/* Builds small ELF files byte by byte, in both classes and byte orders. */
#ifndef TEST_ELF_BUILD_H
#define TEST_ELF_BUILD_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ELF_BUILD_LEN 0xb00
#define ELF_BUILD_BASE 0x10000
#define ELF_BUILD_DYNAMIC 0x200
#define ELF_BUILD_SYMTAB 0x400
#define ELF_BUILD_STRTAB 0x600
#define ELF_BUILD_HASH 0x800
#define ELF_BUILD_INTERP 0xa00

struct elf_build {
	uint8_t bytes[ELF_BUILD_LEN];
	bool big, wide;
	size_t segments; /* program headers so far */
	size_t entries;	 /* of the dynamic segment */
	size_t symbols;	 /* the first is empty */
	size_t strtab_len;
};

static inline void
elf_build_put(struct elf_build *b, size_t at, size_t size, uint64_t value)
{
	for (size_t i = 0; i < size; i++) {
		size_t shift = b->big ? (size - 1 - i) * 8 : i * 8;

		b->bytes[at + i] = (uint8_t)(value >> shift);
	}
}

static inline size_t
elf_build_word(const struct elf_build *b)
{
	return b->wide ? 8 : 4;
}

static inline void
elf_build_segment(struct elf_build *b, uint32_t type, uint32_t flags,
    uint64_t at, uint64_t len)
{
	size_t word = elf_build_word(b);
	size_t to = 64 + b->segments * (b->wide ? 56 : 32);

	elf_build_put(b, to, 4, type);
	to += 4;
	if (b->wide) {
		elf_build_put(b, to, 4, flags);
		to += 4;
	}
	elf_build_put(b, to, word, at);
	elf_build_put(b, to + word, word, ELF_BUILD_BASE + at);
	elf_build_put(b, to + 2 * word, word, ELF_BUILD_BASE + at);
	elf_build_put(b, to + 3 * word, word, len);
	elf_build_put(b, to + 4 * word, word, len);
	if (!b->wide)
		elf_build_put(b, to + 5 * word, 4, flags);
	b->segments++;
	elf_build_put(b, b->wide ? 56 : 44, 2, b->segments);
}

/* The header and one loadable segment over all of the file. */
static inline void
elf_build_open(
    struct elf_build *b, bool big, bool wide, uint16_t type, uint16_t machine)
{
	*b = (struct elf_build){
		.big = big, .wide = wide, .strtab_len = 1, .symbols = 1
	};
	memcpy(b->bytes, "\177ELF", 4);
	b->bytes[4] = wide ? 2 : 1;
	b->bytes[5] = big ? 2 : 1;
	b->bytes[6] = 1;
	elf_build_put(b, 16, 2, type);
	elf_build_put(b, 18, 2, machine);
	elf_build_put(b, 20, 4, 1);
	elf_build_put(b, wide ? 32 : 28, wide ? 8 : 4, 64);
	elf_build_put(b, wide ? 54 : 42, 2, wide ? 56 : 32);
	elf_build_segment(b, 1, 5, 0, ELF_BUILD_LEN);
}

/* An entry of the dynamic segment. */
static inline void
elf_build_dynamic(struct elf_build *b, uint64_t tag, uint64_t value)
{
	size_t word = elf_build_word(b);
	size_t to = ELF_BUILD_DYNAMIC + b->entries * 2 * word;

	elf_build_put(b, to, word, tag);
	elf_build_put(b, to + word, word, value);
	b->entries++;
}

/* The dynamic segment itself, with symbol and string tables. */
static inline void
elf_build_dynamic_segment(struct elf_build *b)
{
	elf_build_segment(b, 2, 6, ELF_BUILD_DYNAMIC, 0x200);
	elf_build_dynamic(b, 6, ELF_BUILD_BASE + ELF_BUILD_SYMTAB);
	elf_build_dynamic(b, 5, ELF_BUILD_BASE + ELF_BUILD_STRTAB);
}

static inline uint64_t
elf_build_string(struct elf_build *b, const char *text)
{
	size_t at = b->strtab_len;

	memcpy(b->bytes + ELF_BUILD_STRTAB + at, text, strlen(text) + 1);
	b->strtab_len += strlen(text) + 1;
	return at;
}

static inline void
elf_build_symbol(struct elf_build *b, const char *name, bool defined)
{
	size_t to = ELF_BUILD_SYMTAB + b->symbols * (b->wide ? 24 : 16);

	elf_build_put(b, to, 4, elf_build_string(b, name));
	elf_build_put(b, to + (b->wide ? 6 : 14), 2, defined ? 7 : 0);
	b->symbols++;
}

/* DT_HASH with one bucket; only the number of chains matters here. */
static inline void
elf_build_hash(struct elf_build *b)
{
	elf_build_put(b, ELF_BUILD_HASH, 4, 1);
	elf_build_put(b, ELF_BUILD_HASH + 4, 4, b->symbols);
	elf_build_dynamic(b, 4, ELF_BUILD_BASE + ELF_BUILD_HASH);
}

static inline struct bytes
elf_build_bytes(const struct elf_build *b)
{
	return (struct bytes){ b->bytes, sizeof(b->bytes) };
}

#endif
