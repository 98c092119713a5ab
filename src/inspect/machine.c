/* SPDX-License-Identifier: ISC */
/* Guesses machine and operating system of blobs that no header describes. */
#include "inspect/machine.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "inspect/blob.h"
#include "inspect/evidence.h"
#include "inspect/kernel.h"

/* Fewer instructions may be chance. */
#define GUESS_MIN 12

/* What is counted. Each is a function's usual last or first instruction. */
enum sign {
	SIGN_MIPS_BIG, /* jr ra */
	SIGN_MIPS_LITTLE,
	SIGN_ARM, /* bx lr; mov pc, lr; ldm … pc */
	SIGN_ARM_BIG,
	SIGN_THUMB,   /* bx lr */
	SIGN_AARCH64, /* ret */
	SIGN_POWERPC, /* blr */
	SIGN_X86,     /* push ebp; mov ebp, esp */
	SIGN_X86_64,  /* push rbp; mov rbp, rsp */
	SIGN_XTENSA,  /* entry a1, 32 … 128 */
	SIGN_XTENSA_BIG,
	SIGN_RISCV,	   /* c.ret, ret */
	SIGN_RISCV64_SAVE, /* c.sdsp ra: 64 bits */
	SIGN_RISCV32_SAVE, /* c.swsp ra: 32 bits */
	SIGN_COUNT
};

/* A 32-bit value, big-endian reading, at an address divisible by 4. */
static void
count_word(uint32_t word, size_t count[SIGN_COUNT])
{
	switch (word) {
	case 0x03e00008:
		count[SIGN_MIPS_BIG]++;
		break;
	case 0x0800e003:
		count[SIGN_MIPS_LITTLE]++;
		break;
	case 0x1eff2fe1:
	case 0x0ef0a0e1:
		count[SIGN_ARM]++;
		break;
	case 0xe12fff1e:
	case 0xe1a0f00e:
		count[SIGN_ARM_BIG]++;
		break;
	case 0xc0035fd6:
		count[SIGN_AARCH64]++;
		break;
	case 0x4e800020:
		count[SIGN_POWERPC]++;
		break;
	case 0x67800000:
		count[SIGN_RISCV]++;
		break;
	default: /* a foreign number */
		if ((word & 0x0080ffff) == 0x0080bde8)
			count[SIGN_ARM]++;
		else if ((word & 0xffff8000) == 0xe8bd8000)
			count[SIGN_ARM_BIG]++;
		break;
	}
}

/* A 16-bit value, big-endian reading, at an even address. */
static void
count_half(uint16_t half, size_t count[SIGN_COUNT])
{
	if (half == 0x7047)
		count[SIGN_THUMB]++;
	else if (half == 0x8280)
		count[SIGN_RISCV]++;
	else if ((half & 0x7fe0) == 0x06e0)
		count[SIGN_RISCV64_SAVE]++;
	else if ((half & 0x7fe0) == 0x06c0)
		count[SIGN_RISCV32_SAVE]++;
}

/* Bytes at any address. */
static void
count_bytes(const uint8_t *at, size_t count[SIGN_COUNT])
{
	if (at[0] == 0x55 && at[1] == 0x89 && at[2] == 0xe5)
		count[SIGN_X86]++;
	else if (at[0] == 0x55 && at[1] == 0x48 && at[2] == 0x89 &&
	    at[3] == 0xe5)
		count[SIGN_X86_64]++;
	else if (at[0] == 0x36 && (at[1] & 0x1f) == 1 && at[1] >= 0x41 &&
	    at[2] == 0)
		count[SIGN_XTENSA]++;
	else if (at[0] == 0x6c && at[1] == 0x10 && at[2] >= 4 && at[2] <= 14 &&
	    at[2] % 2 == 0)
		count[SIGN_XTENSA_BIG]++;
}

static void
count_signs(struct bytes code, size_t count[SIGN_COUNT])
{
	for (size_t i = 0; i + 4 <= code.len; i += 4) {
		const uint8_t *p = code.ptr + i;
		uint16_t first = (uint16_t)(p[0] << 8 | p[1]);
		uint16_t second = (uint16_t)(p[2] << 8 | p[3]);

		count_word((uint32_t)first << 16 | second, count);
		count_half(first, count);
		count_half(second, count);
		for (size_t j = 0; j < 4 && i + j + 4 <= code.len; j++)
			count_bytes(p + j, count);
	}
}

struct candidate {
	const char *name;
	size_t per; /* chance alone gives one in so many bytes */
	enum sign sign;
	bool big;
};

static const struct candidate candidates[] = {
	{ "mips", 1 << 30, SIGN_MIPS_BIG, true },
	{ "mipsel", 1 << 30, SIGN_MIPS_LITTLE, false },
	{ "arm", 1 << 18, SIGN_ARM, false },
	{ "arm", 1 << 18, SIGN_ARM_BIG, true },
	{ "arm", 1 << 17, SIGN_THUMB, false },
	{ "aarch64", 1 << 30, SIGN_AARCH64, false },
	{ "powerpc", 1 << 30, SIGN_POWERPC, true },
	{ "x86", 1 << 24, SIGN_X86, false },
	{ "x86_64", 1 << 30, SIGN_X86_64, false },
	{ "xtensa", 1 << 21, SIGN_XTENSA, false },
	{ "xtensa", 1 << 21, SIGN_XTENSA_BIG, true },
	{ "riscv64", 1 << 17, SIGN_RISCV, false },
};

/* c.sdsp exists on 64-bit machines only, where c.swsp saves no ra. */
static const char *
riscv_name(const size_t count[SIGN_COUNT])
{
	return count[SIGN_RISCV64_SAVE] > count[SIGN_RISCV32_SAVE] ? "riscv64"
								   : "riscv32";
}

static bool
guess_by_count(struct bytes code, struct machine_guess *ret)
{
	size_t count[SIGN_COUNT] = { 0 };
	const struct candidate *best = NULL;

	count_signs(code, count);
	for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]);
	     i++) {
		const struct candidate *c = &candidates[i];

		/* sixteen times chance, and some in every 64 KiB */
		if (count[c->sign] < GUESS_MIN + code.len / c->per * 16 ||
		    count[c->sign] < code.len / (64 * KIB))
			continue;
		if (best == NULL || count[c->sign] > count[best->sign])
			best = c;
	}
	if (best == NULL)
		return false;
	ret->name = best->sign == SIGN_RISCV ? riscv_name(count) : best->name;
	ret->big = best->big;
	ret->count = count[best->sign];
	return true;
}

/* RAM of Cortex-M parts: SRAM region, and the tightly coupled memories that
   NXP and ST put below it. Source: Armv7-M ARM, B3.1. */
static bool
is_stack_top(uint32_t sp)
{
	return sp % 4 == 0 &&
	    ((sp > 0x20000000 && sp <= 0x20400000) ||
		(sp > 0x10000000 && sp <= 0x10100000) ||
		(sp > 0x1fff0000 && sp <= 0x20000000));
}

/*
 * Entry 0 is the stack pointer, 1 to 15 are handlers: odd (Thumb) addresses
 * close to each other, or zero where reserved (at least 7 to 10 are).
 */
static bool
guess_by_vectors(struct bytes code, struct machine_guess *ret)
{
	struct cursor c = cur_open(code, "vector table");
	uint32_t stack = cur_u32le(&c, "initial stack pointer");
	uint32_t reset = cur_u32le(&c, "reset vector");
	size_t handlers = 0;

	if (!is_stack_top(stack) || (reset & 1) == 0 || reset < 0x40)
		return false;
	for (size_t i = 2; i < 16; i++) {
		uint32_t handler = cur_u32le(&c, "handler");
		uint32_t distance =
		    handler > reset ? handler - reset : reset - handler;

		if (handler == 0)
			continue;
		/* 7 is a checksum on NXP parts, others may be left erased */
		if (i >= 7 && i <= 10)
			continue;
		if ((handler & 1) == 0 || distance > 4 * MIB)
			return false;
		handlers++;
	}
	if (!cur_ok(&c) || handlers < 3)
		return false;
	*ret = (struct machine_guess){ .name = "arm", .count = 1 };
	return true;
}

/* A PE file, as UEFI starts them: Microsoft PE Format, "Machine Types". */
static bool
guess_by_pe(struct bytes code, struct machine_guess *ret)
{
	static const struct {
		uint16_t number;
		const char *name;
	} machines[] = {
		{ 0x14c, "x86" },
		{ 0x1c0, "arm" },
		{ 0x1c2, "arm" },
		{ 0x1c4, "arm" },
		{ 0x5032, "riscv32" },
		{ 0x5064, "riscv64" },
		{ 0x8664, "x86_64" },
		{ 0xaa64, "aarch64" },
	};
	struct cursor c = cur_open(code, "PE header");

	if (cur_u16le(&c, "e_magic") != 0x5a4d)
		return false;
	cur_seek(&c, 0x3c, "e_lfanew");
	cur_seek(&c, cur_u32le(&c, "e_lfanew"), "signature");
	uint32_t signature = cur_u32le(&c, "signature");
	uint16_t machine = cur_u16le(&c, "Machine");

	if (!cur_ok(&c) || signature != 0x4550)
		return false;
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (machines[i].number != machine)
			continue;
		*ret = (struct machine_guess){ .name = machines[i].name,
			.count = 1 };
		return true;
	}
	return false;
}

bool
machine_guess(struct bytes code, struct machine_guess *ret)
{
	code = bytes_slice(code, 0, LIMIT_GUESS_LEN);
	return guess_by_pe(code, ret) || guess_by_vectors(code, ret) ||
	    guess_by_count(code, ret);
}

struct system_sign {
	const char *text;
	const char *system;
};

/* Strings that only the running system itself has: its own boot message or
   its own source paths. Not "FreeRTOS/6.0.5, UPnP/1.0", a server banner. */
static const struct system_sign system_signs[] = {
	{ "*** Booting Zephyr OS", "zephyr" },
	{ "WEST_TOPDIR/zephyr/", "zephyr" },
	{ "ZEPHYR_BASE/", "zephyr" },
	{ "/esp-idf/components/", "esp-idf" },
	{ "IDF/components/esp", "esp-idf" },
	{ "IDF/components/freertos/", "esp-idf" },
	{ "ESP-IDF: ", "esp-idf" },
	{ "FreeRTOS Kernel V", "freertos" },
	{ "/FreeRTOS/Source/", "freertos" },
	{ "* ThreadX ", "threadx" },
	{ "Wind River Systems, Inc.", "vxworks" },
	{ "NuttShell (NSH)", "nuttx" },
	{ "This is RIOT!", "riot" },
	{ "mbed assertation failed", "mbed" },
	{ "/mbed-os/", "mbed" },
	{ "eCos Release", "ecos" },
};

static enum err
add_systems(const struct unpack_event *file, struct facts *facts)
{
	struct bytes content =
	    bytes_slice(file->node.content, 0, LIMIT_SYSTEM_LEN);
	size_t count = sizeof(system_signs) / sizeof(system_signs[0]);
	struct kernel_banner linux_banner;
	const char *before = "";

	if (kernel_find_banner(content, 0, &linux_banner))
		return ERR_OK; /* large, and it names none of the others */

	for (size_t i = 0; i < count; i++) {
		const struct system_sign *sign = &system_signs[i];
		struct bytes text = bytes_of(sign->text);
		size_t at;

		if (sign->system == before) /* one vote for each */
			continue;
		at = bytes_find(content, text, 0);
		if (at == SIZE_MAX)
			continue;
		struct fact fact =
		    evidence_fact(file, FACT_OPERATING_SYSTEM, at, text.len);

		fact.name = bytes_of(sign->system);
		fact.number = 1;
		before = sign->system;
		enum err err = facts_add(facts, &fact);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

enum err
machine_inspect(const struct unpack_event *file, struct facts *facts)
{
	struct machine_guess guess;

	if (!blob_is(file))
		return ERR_OK;
	if (machine_guess(file->node.content, &guess)) {
		struct fact fact = evidence_fact(file, FACT_ARCHITECTURE, 0, 0);

		fact.name = bytes_of(guess.name);
		fact.value = bytes_of(guess.big ? "be" : "le");
		fact.number = 1;
		enum err err = facts_add(facts, &fact);

		if (err != ERR_OK)
			return err;
	}
	return add_systems(file, facts);
}
