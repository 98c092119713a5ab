/* SPDX-License-Identifier: ISC */
/* Reads ELF by program headers and the dynamic segment, never by sections. */
#include "inspect/elf_file.h"

#include "base/limits.h"
#include "inspect/elf_machine.h"

#include <stddef.h>

/* Longest string looked at, so that names without end cost no square time. */
#define STRING_LEN (4 * KIB)

enum {
	PT_LOAD = 1,
	PT_DYNAMIC = 2,
	PT_INTERP = 3,
	PT_NOTE = 4,
	PT_GNU_STACK = 0x6474e551,
	PT_GNU_RELRO = 0x6474e552,
	PF_X = 1,
	PF_W = 2,
	SHT_NOBITS = 8,
	SHF_COMPRESSED = 0x800,
};

/* Source: System V ABI chapter 5, LSB Core 5.0, MIPS psABI, <elf.h>. */
enum {
	DT_NULL = 0,
	DT_HASH = 4,
	DT_STRTAB = 5,
	DT_SYMTAB = 6,
	DT_STRSZ = 10,
	DT_SONAME = 14,
	DT_RPATH = 15,
	DT_BIND_NOW = 24,
	DT_RUNPATH = 29,
	DT_FLAGS = 30,
	DT_GNU_HASH = 0x6ffffef5,
	DT_FLAGS_1 = 0x6ffffffb,
	DT_MIPS_SYMTABNO = 0x70000011,
	DF_BIND_NOW = 8,
	DF_1_NOW = 1,
	DF_1_PIE = 0x08000000,
};

static uint64_t
read_word(struct cursor *c, const struct elf_header *h, const char *field)
{
	return h->wide ? cur_u64(c, h->big, field) : cur_u32(c, h->big, field);
}

bool
elf_table_fits(struct bytes in, uint64_t at, uint16_t size, uint16_t count)
{
	return count > 0 && size > 0 && at > 0 && at <= in.len &&
	    (uint64_t)size * count <= in.len - at;
}

/* Ident bytes: the magic, class, byte order, version and padding. */
static void
read_ident(struct cursor *c, struct elf_header *h)
{
	struct bytes magic = cur_bytes(c, 4, "e_ident magic");
	uint8_t class = cur_u8(c, "e_ident class");
	uint8_t data = cur_u8(c, "e_ident data");
	uint8_t version = cur_u8(c, "e_ident version");

	cur_skip(c, 9, "e_ident padding");
	if (!bytes_equal(magic, BYTES("\177ELF")))
		cur_fail(c, ERR_MALFORMED, 0, "e_ident magic");
	if (class != 1 && class != 2)
		cur_fail(c, ERR_MALFORMED, 4, "e_ident class");
	if (data != 1 && data != 2)
		cur_fail(c, ERR_MALFORMED, 5, "e_ident data");
	if (version != 1)
		cur_fail(c, ERR_MALFORMED, 6, "e_ident version");
	h->wide = class == 2;
	h->big = data == 2;
}

enum err
elf_read_header(struct bytes in, struct elf_header *ret)
{
	struct cursor c = cur_open(in, "elf header");
	struct elf_header h = { 0 };

	read_ident(&c, &h);

	uint16_t type = cur_u16(&c, h.big, "e_type");

	h.machine = cur_u16(&c, h.big, "e_machine");
	(void)cur_u32(&c, h.big, "e_version");
	(void)read_word(&c, &h, "e_entry");
	h.phoff = read_word(&c, &h, "e_phoff");
	h.shoff = read_word(&c, &h, "e_shoff");
	(void)cur_u32(&c, h.big, "e_flags");
	(void)cur_u16(&c, h.big, "e_ehsize");
	h.phentsize = cur_u16(&c, h.big, "e_phentsize");
	h.phnum = cur_u16(&c, h.big, "e_phnum");
	h.shentsize = cur_u16(&c, h.big, "e_shentsize");
	h.shnum = cur_u16(&c, h.big, "e_shnum");
	h.shstrndx = cur_u16(&c, h.big, "e_shstrndx");
	if (type < ELF_TYPE_OBJECT || type > ELF_TYPE_CORE)
		cur_fail(&c, ERR_MALFORMED, 16, "e_type");
	if (!elf_machine_is_known(h.machine) &&
	    !elf_table_fits(in, h.phoff, h.phentsize, h.phnum) &&
	    !elf_table_fits(in, h.shoff, h.shentsize, h.shnum))
		cur_fail(&c, ERR_MALFORMED, 18, "e_machine");
	if (c.fault.code == ERR_OK) {
		h.type = (enum elf_type)type;
		*ret = h;
	}
	return c.fault.code;
}

static void
note_segment(struct elf *e, uint32_t type, uint32_t flags, struct elf_segment s)
{
	s.writable = (flags & PF_W) != 0;
	switch (type) {
	case PT_NOTE:
		if (e->note_count < ELF_NOTES)
			e->note[e->note_count++] = s;
		break;
	case PT_LOAD:
		if (e->load_count < ELF_LOADS)
			e->load[e->load_count++] = s;
		break;
	case PT_DYNAMIC:
		e->has_dynamic = true;
		e->dynamic = s;
		break;
	case PT_INTERP:
		e->has_interp = true;
		e->interp = s;
		break;
	case PT_GNU_STACK:
		e->has_stack = true;
		e->stack_exec = (flags & PF_X) != 0;
		break;
	case PT_GNU_RELRO:
		e->has_relro = true;
		break;
	default: /* a foreign number: most types say nothing to us */
		break;
	}
}

static void
read_segments(struct elf *e)
{
	const struct elf_header *h = &e->header;
	size_t size = h->wide ? 56 : 32;

	if (h->phentsize < size)
		return;
	for (uint64_t i = 0; i < h->phnum; i++) {
		uint64_t at = i * h->phentsize;

		if (h->phoff > e->in.len || at > e->in.len - h->phoff)
			return;
		struct cursor c = cur_open_at(
		    e->in, (size_t)(h->phoff + at), "program header");
		struct elf_segment s = { 0 };
		uint32_t flags = 0;
		uint32_t type = cur_u32(&c, h->big, "p_type");

		if (h->wide)
			flags = cur_u32(&c, h->big, "p_flags");
		s.at = read_word(&c, h, "p_offset");
		s.vaddr = read_word(&c, h, "p_vaddr");
		(void)read_word(&c, h, "p_paddr");
		s.len = read_word(&c, h, "p_filesz");
		(void)read_word(&c, h, "p_memsz");
		if (!h->wide)
			flags = cur_u32(&c, h->big, "p_flags");
		if (!cur_ok(&c))
			return;
		note_segment(e, type, flags, s);
	}
}

static struct bytes
slice_of(struct bytes in, uint64_t at, uint64_t len)
{
	if (at >= in.len)
		return (struct bytes){ 0 };
	return bytes_slice(
	    in, (size_t)at, len > SIZE_MAX ? SIZE_MAX : (size_t)len);
}

struct bytes
elf_segment_bytes(const struct elf *e, const struct elf_segment *segment)
{
	return slice_of(e->in, segment->at, segment->len);
}

struct bytes
elf_bytes_at(const struct elf *e, uint64_t vaddr)
{
	for (size_t i = 0; i < e->load_count; i++) {
		const struct elf_segment *s = &e->load[i];

		if (vaddr < s->vaddr || vaddr - s->vaddr >= s->len)
			continue;
		uint64_t into = vaddr - s->vaddr;

		if (s->at >= e->in.len || into >= e->in.len - s->at)
			continue;
		return slice_of(e->in, s->at + into, s->len - into);
	}
	return (struct bytes){ 0 };
}

static void
note_dynamic(struct elf *e, uint64_t tag, uint64_t value)
{
	switch (tag) {
	case ELF_DT_NEEDED:
		e->needed_count++;
		break;
	case DT_HASH:
		e->hash = value;
		break;
	case DT_STRTAB:
		e->strtab = value;
		break;
	case DT_SYMTAB:
		e->symtab = value;
		break;
	case DT_STRSZ:
		e->strsz = value;
		break;
	case DT_SONAME:
		e->has_soname = true;
		e->soname = value;
		break;
	case DT_RPATH:
		e->has_rpath = true;
		e->rpath = value;
		break;
	case DT_RUNPATH:
		e->has_runpath = true;
		e->runpath = value;
		break;
	case DT_BIND_NOW:
		e->bind_now = true;
		break;
	case DT_FLAGS:
		e->bind_now |= (value & DF_BIND_NOW) != 0;
		break;
	case DT_FLAGS_1:
		e->bind_now |= (value & DF_1_NOW) != 0;
		e->says_pie = (value & DF_1_PIE) != 0;
		break;
	case DT_GNU_HASH:
		e->gnu_hash = value;
		break;
	case DT_MIPS_SYMTABNO:
		e->symtabno = value;
		break;
	default: /* a foreign number */
		break;
	}
}

struct cursor
elf_open_dynamic(const struct elf *e)
{
	return cur_open(elf_segment_bytes(e, &e->dynamic), "elf dynamic");
}

bool
elf_next_dynamic(struct cursor *c, const struct elf_header *h,
    uint64_t *ret_tag, uint64_t *ret_value)
{
	uint64_t tag = read_word(c, h, "d_tag");
	uint64_t value = read_word(c, h, "d_val");

	if (!cur_ok(c) || tag == DT_NULL)
		return false;
	*ret_tag = tag;
	*ret_value = value;
	return true;
}

static void
read_dynamic(struct elf *e)
{
	struct cursor c = elf_open_dynamic(e);
	uint64_t tag;
	uint64_t value;

	while (elf_next_dynamic(&c, &e->header, &tag, &value))
		note_dynamic(e, tag, value);
}

static struct bytes
string_at(struct bytes strtab, uint64_t at)
{
	if (at >= strtab.len)
		return (struct bytes){ 0 };
	struct bytes rest = bytes_slice(strtab, (size_t)at, STRING_LEN);
	size_t len = bytes_find_byte(rest, 0, 0);

	if (len == SIZE_MAX)
		return (struct bytes){ 0 };
	return bytes_slice(rest, 0, len);
}

static struct bytes
open_strtab(const struct elf *e)
{
	struct bytes strtab = elf_bytes_at(e, e->strtab);

	if (e->strtab == 0)
		return (struct bytes){ 0 };
	if (e->strsz > 0 && e->strsz < strtab.len)
		strtab.len = (size_t)e->strsz;
	return strtab;
}

/*
 * The number of symbols as DT_GNU_HASH implies it: the end of the chain that
 * the highest bucket starts. Source: binutils-gdb, "GNU Hash ELF Sections".
 */
static uint64_t
count_gnu_hash(const struct elf *e)
{
	bool big = e->header.big;
	struct cursor c = cur_open(elf_bytes_at(e, e->gnu_hash), "DT_GNU_HASH");
	uint32_t bucket_count = cur_u32(&c, big, "nbuckets");
	uint32_t first = cur_u32(&c, big, "symoffset");
	uint32_t bloom_count = cur_u32(&c, big, "bloom_size");
	uint32_t highest = 0;

	(void)cur_u32(&c, big, "bloom_shift");
	if (bloom_count > 0)
		cur_skip(&c, (size_t)bloom_count * (e->header.wide ? 8 : 4),
		    "bloom");
	if (!cur_ok(&c) || bucket_count > cur_left(&c) / 4)
		return 0;
	for (uint32_t i = 0; i < bucket_count; i++) {
		uint32_t start = cur_u32(&c, big, "bucket");

		if (start > highest)
			highest = start;
	}
	/* Nothing is exported: lld starts behind the imports, GNU ld's empty
	   table at 1 whatever there is. */
	if (highest < first)
		return first > 1 ? first : 0;
	if (highest - first > cur_left(&c) / 4)
		return 0;
	if (highest > first)
		cur_skip(&c, (size_t)(highest - first) * 4, "chain");
	while ((cur_u32(&c, big, "chain") & 1) == 0 && cur_ok(&c))
		highest++;
	return cur_ok(&c) ? (uint64_t)highest + 1 : 0;
}

/* The number of dynamic symbols; 0 when nothing tells. */
static uint64_t
count_symbols(const struct elf *e)
{
	uint64_t count = 0;

	if (e->hash != 0) {
		struct cursor c = cur_open(elf_bytes_at(e, e->hash), "DT_HASH");

		(void)cur_u32(&c, e->header.big, "nbucket");
		count = cur_u32(&c, e->header.big, "nchain");
	}
	if (count == 0)
		count = e->symtabno;
	if (count == 0 && e->gnu_hash != 0)
		count = count_gnu_hash(e);
	if (count == 0 && e->strtab > e->symtab)
		count = (e->strtab - e->symtab) / (e->header.wide ? 24 : 16);
	return count;
}

struct bytes
elf_string(const struct elf *e, uint64_t at)
{
	return string_at(open_strtab(e), at);
}

struct cursor
elf_open_symbols(const struct elf *e, uint64_t *ret_count)
{
	size_t size = e->header.wide ? 24 : 16;
	struct bytes in = { 0 };
	uint64_t count = 0;

	if (e->symtab != 0) {
		in = elf_bytes_at(e, e->symtab);
		count = count_symbols(e);
	}
	if (count > in.len / size)
		count = in.len / size;
	*ret_count = count;
	return cur_open(in, "DT_SYMTAB");
}

struct elf_symbol
elf_next_symbol(const struct elf *e, struct cursor *c)
{
	bool wide = e->header.wide;
	struct elf_symbol symbol = { 0 };
	uint32_t name = cur_u32(c, e->header.big, "st_name");

	cur_skip(c, wide ? 2 : 10, "st_value, st_size, st_info");
	symbol.defined = cur_u16(c, e->header.big, "st_shndx") != 0;
	if (wide)
		cur_skip(c, 16, "st_value, st_size");
	if (name != 0 && cur_ok(c))
		symbol.name = elf_string(e, name);
	return symbol;
}

struct section {
	uint32_t name, type;
	uint64_t flags, at, len;
};

/* Source: System V ABI chapter 4, "Sections". */
static bool
read_section(const struct elf *e, uint64_t number, struct section *ret)
{
	const struct elf_header *h = &e->header;
	struct cursor c = cur_open_at(e->in,
	    (size_t)(h->shoff + number * h->shentsize), "section header");

	ret->name = cur_u32(&c, h->big, "sh_name");
	ret->type = cur_u32(&c, h->big, "sh_type");
	ret->flags = read_word(&c, h, "sh_flags");
	(void)read_word(&c, h, "sh_addr");
	ret->at = read_word(&c, h, "sh_offset");
	ret->len = read_word(&c, h, "sh_size");
	return cur_ok(&c);
}

struct bytes
elf_find_section(const struct elf *e, const char *name)
{
	const struct elf_header *h = &e->header;
	struct bytes wanted = bytes_of(name);
	struct section s;

	if (!elf_table_fits(e->in, h->shoff, h->shentsize, h->shnum) ||
	    !read_section(e, h->shstrndx, &s))
		return (struct bytes){ 0 };
	struct bytes names = slice_of(e->in, s.at, s.len);

	for (uint64_t i = 0; i < h->shnum; i++) {
		if (!read_section(e, i, &s))
			break;
		struct bytes found = bytes_from(names, s.name);

		/* with its final zero; string_at() would look for that first */
		if (s.type == SHT_NOBITS || (s.flags & SHF_COMPRESSED) != 0 ||
		    !bytes_starts(found, wanted) || found.len == wanted.len ||
		    found.ptr[wanted.len] != 0)
			continue;
		return slice_of(e->in, s.at, s.len);
	}
	return (struct bytes){ 0 };
}

enum err
elf_read(struct bytes in, struct elf *ret)
{
	struct elf e = { .in = in };
	enum err err = elf_read_header(in, &e.header);

	if (err != ERR_OK)
		return err;
	read_segments(&e);
	if (e.has_dynamic)
		read_dynamic(&e);
	*ret = e;
	return ERR_OK;
}
