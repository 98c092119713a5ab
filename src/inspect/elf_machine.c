/* SPDX-License-Identifier: ISC */
/* The numbers by which ELF files name their machine. */
#include "inspect/elf_machine.h"

#include <stddef.h>

struct elf_machine {
	uint16_t number;
	const char *narrow_little, *narrow_big, *wide_little, *wide_big;
};

/* Source: gABI, e_machine; machines without a name of ours have none. */
static const struct elf_machine elf_machines[] = {
	{ 2, NULL, NULL, NULL, NULL },			     /* SPARC */
	{ 3, "x86", NULL, NULL, NULL },			     /* 386 */
	{ 4, NULL, NULL, NULL, NULL },			     /* 68000 */
	{ 8, "mipsel", "mips", "mips64el", "mips64" },	     /* MIPS */
	{ 10, "mipsel", NULL, NULL, NULL },		     /* MIPS RS3 LE */
	{ 20, "powerpc", "powerpc", NULL, NULL },	     /* PPC */
	{ 21, NULL, NULL, "powerpc", "powerpc" },	     /* PPC64 */
	{ 40, "arm", "arm", NULL, NULL },		     /* ARM */
	{ 42, NULL, NULL, NULL, NULL },			     /* SuperH */
	{ 62, "x86_64", NULL, "x86_64", NULL },		     /* x86-64 */
	{ 83, "avr", NULL, NULL, NULL },		     /* AVR */
	{ 87, NULL, NULL, NULL, NULL },			     /* V850 */
	{ 92, NULL, NULL, NULL, NULL },			     /* OpenRISC */
	{ 93, "arc", "arc", NULL, NULL },		     /* ARCompact */
	{ 94, "xtensa", "xtensa", NULL, NULL },		     /* Xtensa */
	{ 105, "msp430", NULL, NULL, NULL },		     /* MSP430 */
	{ 106, NULL, NULL, NULL, NULL },		     /* Blackfin */
	{ 113, NULL, NULL, NULL, NULL },		     /* Nios II */
	{ 164, NULL, NULL, NULL, NULL },		     /* Hexagon */
	{ 173, NULL, NULL, NULL, NULL },		     /* RX */
	{ 183, "aarch64", "aarch64", "aarch64", "aarch64" }, /* AArch64 */
	{ 189, NULL, NULL, NULL, NULL },		     /* MicroBlaze */
	{ 195, "arc", "arc", NULL, NULL },		     /* ARCv2 */
	{ 243, "riscv32", NULL, "riscv64", NULL },	     /* RISC-V */
	{ 247, NULL, NULL, NULL, NULL },		     /* BPF */
	{ 252, NULL, NULL, NULL, NULL },		     /* C-SKY */
	{ 258, NULL, NULL, NULL, NULL },		     /* LoongArch */
	{ 0x18ad, NULL, "avr32", NULL, NULL },		     /* AVR32 */
};

static const struct elf_machine *
find_machine(uint16_t number)
{
	size_t count = sizeof(elf_machines) / sizeof(elf_machines[0]);

	for (size_t i = 0; i < count; i++) {
		if (elf_machines[i].number == number)
			return &elf_machines[i];
	}
	return NULL;
}

bool
elf_machine_is_known(uint16_t e_machine)
{
	return find_machine(e_machine) != NULL;
}

const char *
elf_machine_name(uint16_t e_machine, bool big, bool wide)
{
	const struct elf_machine *m = find_machine(e_machine);

	if (m == NULL)
		return NULL;
	if (wide)
		return big ? m->wide_big : m->wide_little;
	return big ? m->narrow_big : m->narrow_little;
}
