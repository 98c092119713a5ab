/* SPDX-License-Identifier: ISC */
/* Facts about ELF files: hardening, imports, needed libraries, machine. */
#include "inspect/elf.h"

#include "base/limits.h"
#include "base/out.h"
#include "inspect/elf_file.h"
#include "inspect/elf_machine.h"
#include "inspect/evidence.h"

#include <stddef.h>
#include <stdint.h>

/* Votes for the machine of a kernel or boot loader that is an ELF file. */
#define VOTES_IMAGE 64

struct import {
	const char *name;
	uint64_t flags;
};

static const struct import imports[] = {
	{ "__stack_chk_fail", ELF_CANARY },
	{ "__stack_chk_fail_local", ELF_CANARY },
	{ "__stack_chk_guard", ELF_CANARY },
	{ "accept", ELF_NETWORK | ELF_LISTENS },
	{ "accept4", ELF_NETWORK | ELF_LISTENS },
	{ "bind", ELF_NETWORK },
	{ "connect", ELF_NETWORK },
	{ "getaddrinfo", ELF_NETWORK },
	{ "gethostbyname", ELF_NETWORK },
	{ "listen", ELF_NETWORK | ELF_LISTENS },
	{ "recvfrom", ELF_NETWORK },
	{ "recvmsg", ELF_NETWORK },
	{ "sendmsg", ELF_NETWORK },
	{ "sendto", ELF_NETWORK },
	{ "socket", ELF_NETWORK },
};

/* What a symbol says of the file; `name` is not empty. */
static uint64_t
flags_of_symbol(struct bytes name, bool defined)
{
	uint64_t flags = 0;

	for (size_t i = 0; i < sizeof(imports) / sizeof(imports[0]); i++) {
		if (name.ptr[0] == (uint8_t)imports[i].name[0] &&
		    bytes_equal_text(name, imports[i].name))
			flags = imports[i].flags;
	}
	if (defined) /* libc and libssp have it; they may still not use it */
		return flags == ELF_CANARY ? ELF_DEFINES_CANARY : 0;
	if (flags == 0 && name.len > 6 && bytes_starts(name, BYTES("__")) &&
	    bytes_ends(name, BYTES("_chk")))
		flags = ELF_FORTIFY;
	return flags;
}

static uint64_t
flags_of_symbols(const struct elf *e)
{
	uint64_t flags = 0;
	uint64_t count;
	struct cursor c = elf_open_symbols(e, &count);

	for (uint64_t i = 0; i < count; i++) {
		struct elf_symbol symbol = elf_next_symbol(e, &c);

		if (symbol.name.len > 0)
			flags |= flags_of_symbol(symbol.name, symbol.defined);
	}
	/* a program that imports it may hold a copy of libc's guard variable */
	if ((flags & ELF_CANARY) != 0)
		flags &= ~(uint64_t)ELF_DEFINES_CANARY;
	return flags;
}

static uint64_t
flags_of(const struct elf *e)
{
	const struct elf_header *h = &e->header;
	uint64_t flags = 0;

	if (h->big)
		flags |= ELF_BIG_ENDIAN;
	if (h->wide)
		flags |= ELF_64;
	if (!elf_table_fits(e->in, h->shoff, h->shentsize, h->shnum))
		flags |= ELF_NO_SECTIONS;
	if (h->type == ELF_TYPE_OBJECT)
		return flags;
	if (!e->has_stack)
		flags |= ELF_NO_STACK_HEADER;
	else if (!e->stack_exec)
		flags |= ELF_NX;
	if (e->has_relro)
		flags |= e->bind_now ? ELF_RELRO_FULL : ELF_RELRO_PARTIAL;
	if (e->has_dynamic)
		flags |= ELF_DYNAMIC | flags_of_symbols(e);
	return flags;
}

/* libc.so has an interpreter too (one can run it): a soname decides. */
static bool
is_pie(const struct elf *e)
{
	return e->header.type == ELF_TYPE_SHARED && !e->has_soname &&
	    (e->has_interp || e->says_pie);
}

/*
 * Code that no system starts: a kernel or a boot loader as an ELF file, or a
 * vDSO in a kernel. It lies in the image without a name and loads nothing.
 */
static bool
is_image(const struct elf *e, const struct node *node)
{
	return node->kind == NODE_PAYLOAD && !e->has_interp &&
	    e->needed_count == 0 && e->header.type != ELF_TYPE_OBJECT &&
	    e->header.type != ELF_TYPE_CORE;
}

static const char *
kind_of(const struct elf *e, const struct node *node)
{
	struct bytes name = node->name;

	if (is_image(e, node))
		return "image";
	switch (e->header.type) {
	case ELF_TYPE_OBJECT:
		return bytes_ends(name, BYTES(".ko")) ? "module" : "object";
	case ELF_TYPE_EXEC:
		return e->has_dynamic || e->has_interp ? "exec" : "static";
	case ELF_TYPE_SHARED:
		if (!is_pie(e))
			return "library";
		return e->has_interp || e->needed_count > 0 ? "pie" : "static";
	case ELF_TYPE_CORE:
		break;
	}
	return "core";
}

/* "libc.so.6,libm.so.6", as far as it fits. */
static void
put_needed(const struct elf *e, struct out *o)
{
	struct cursor c = elf_open_dynamic(e);
	uint64_t tag;
	uint64_t value;

	while (elf_next_dynamic(&c, &e->header, &tag, &value)) {
		struct bytes name = { 0 };

		if (tag == ELF_DT_NEEDED)
			name = elf_string(e, value);
		if (name.len == 0 || name.len + 1 > o->limit - o->len)
			continue;
		if (o->len > 0)
			out_u8(o, ',');
		out_put(o, name);
	}
}

static enum err
add_rpath(const struct elf *e, const struct unpack_event *file,
    struct facts *facts, const char *name, uint64_t value)
{
	struct bytes path = elf_string(e, value);

	if (path.len == 0)
		return ERR_OK;
	size_t at = (size_t)(path.ptr - e->in.ptr);
	struct fact fact = evidence_fact(file, FACT_RPATH, at, path.len);

	fact.name = bytes_of(name);
	fact.value = path;
	return facts_add(facts, &fact);
}

static enum err
add_votes(
    const struct elf *e, const struct unpack_event *file, struct facts *facts)
{
	const struct elf_header *h = &e->header;
	const char *machine = elf_machine_name(h->machine, h->big, h->wide);
	struct fact fact = evidence_fact(file, FACT_ARCHITECTURE, 0, 0);
	struct bytes interp = { 0 };

	fact.number = 1;
	/* A kernel knows its machine better than the counting of instructions,
	   and than the vDSOs for older machines in it, which have a soname. */
	if (is_image(e, &file->node) && !e->has_soname)
		fact.number = VOTES_IMAGE;
	if (machine != NULL) {
		fact.name = bytes_of(machine);
		fact.value = bytes_of(h->big ? "be" : "le");
		enum err err = facts_add(facts, &fact);

		if (err != ERR_OK)
			return err;
	}
	fact.number = 1;
	if (e->has_interp && e->interp.at < e->in.len)
		interp = bytes_from(e->in, (size_t)e->interp.at);
	if (!bytes_starts(interp, BYTES("/lib")))
		return ERR_OK;
	fact.kind = FACT_OPERATING_SYSTEM;
	fact.name = BYTES("linux");
	fact.value = (struct bytes){ 0 };
	return facts_add(facts, &fact);
}

static enum err
add_elf(
    const struct elf *e, const struct unpack_event *file, struct facts *facts)
{
	const struct elf_header *h = &e->header;
	const char *machine = elf_machine_name(h->machine, h->big, h->wide);
	struct out needed = out_open(LIMIT_ELF_NEEDED_LEN);
	struct fact fact = evidence_fact(file, FACT_ELF, 0, 0);
	enum err err = ERR_MEMORY;

	put_needed(e, &needed);
	if (needed.failed != ERR_OK)
		goto done;
	if (e->has_soname)
		fact.name = elf_string(e, e->soname);
	fact.value = out_bytes(&needed);
	fact.detail = bytes_of(machine == NULL ? "unknown" : machine);
	fact.extra = bytes_of(kind_of(e, &file->node));
	fact.number = flags_of(e);
	if (is_pie(e))
		fact.number |= ELF_PIE;
	err = facts_add(facts, &fact);
done:
	out_close(&needed);
	return err;
}

bool
elf_is(struct bytes in)
{
	struct elf_header unused;

	return elf_read_header(in, &unused) == ERR_OK;
}

enum err
elf_inspect(const struct unpack_event *file, struct facts *facts)
{
	struct elf e;

	if (elf_read(file->node.content, &e) != ERR_OK)
		return ERR_OK;
	if (e.header.type == ELF_TYPE_CORE) {
		struct fact core =
		    evidence_fact(file, FACT_BUILD_LEFTOVER, 0, 4);

		core.name = BYTES("core");
		return facts_add(facts, &core);
	}
	enum err err = add_elf(&e, file, facts);

	if (err == ERR_OK)
		err = add_votes(&e, file, facts);
	if (err == ERR_OK && e.has_rpath)
		err = add_rpath(&e, file, facts, "RPATH", e.rpath);
	if (err == ERR_OK && e.has_runpath)
		err = add_rpath(&e, file, facts, "RUNPATH", e.runpath);
	return err;
}
