/* SPDX-License-Identifier: ISC */
/* Reads kernel configurations: IKCONFIG and /boot/config-*. */
#include "inspect/kernel_config.h"

#include "base/limits.h"
#include "base/out.h"
#include "codec/decompress.h"
#include "inspect/elf_file.h"
#include "inspect/evidence.h"

#include <stdbool.h>
#include <stdint.h>

/* Source: Linux Kernel Self-Protection Project, "Recommended Settings", and
   kernel-hardening-checker's list of options. */
static const char *const options[] = {
	"BPF_JIT_HARDEN",
	"BPF_SYSCALL",
	"BPF_UNPRIV_DEFAULT_OFF",
	"BUG_ON_DATA_CORRUPTION",
	"CC_STACKPROTECTOR",
	"CC_STACKPROTECTOR_REGULAR",
	"CC_STACKPROTECTOR_STRONG",
	"COMPAT_BRK",
	"COREDUMP",
	"DEBUG_FS",
	"DEBUG_KERNEL",
	"DEBUG_RODATA",
	"DEVKMEM",
	"DEVMEM",
	"DM_VERITY",
	"FORTIFY_SOURCE",
	"GCC_PLUGIN_STACKLEAK",
	"HARDENED_USERCOPY",
	"IKCONFIG",
	"INIT_ON_ALLOC_DEFAULT_ON",
	"INIT_ON_FREE_DEFAULT_ON",
	"IO_STRICT_DEVMEM",
	"KALLSYMS",
	"KEXEC",
	"KGDB",
	"KPROBES",
	"LEGACY_PTYS",
	"MAGIC_SYSRQ",
	"MODULES",
	"MODULE_FORCE_LOAD",
	"MODULE_SIG",
	"MODULE_SIG_FORCE",
	"PANIC_ON_OOPS",
	"PROC_KCORE",
	"RANDOMIZE_BASE",
	"SECCOMP",
	"SECCOMP_FILTER",
	"SECURITY",
	"SECURITY_APPARMOR",
	"SECURITY_DMESG_RESTRICT",
	"SECURITY_LOCKDOWN_LSM",
	"SECURITY_SELINUX",
	"SECURITY_SMACK",
	"SECURITY_YAMA",
	"SLAB_FREELIST_HARDENED",
	"SLAB_FREELIST_RANDOM",
	"STACKPROTECTOR",
	"STACKPROTECTOR_STRONG",
	"STRICT_DEVMEM",
	"STRICT_KERNEL_RWX",
	"STRICT_MODULE_RWX",
	"SYN_COOKIES",
	"USER_NS",
	"VMAP_STACK",
};

static bool
is_option(struct bytes name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (bytes_equal_text(name, options[i]))
			return true;
	}
	return false;
}

/* "CONFIG_X=value" or "# CONFIG_X is not set"; false for other lines. */
static bool
read_option(struct bytes line, struct bytes *ret_name, struct bytes *ret_value)
{
	struct bytes prefix = BYTES("CONFIG_");
	struct bytes unset = BYTES(" is not set");
	size_t equals = bytes_find_byte(line, '=', 0);

	if (bytes_starts(line, BYTES("# CONFIG_")) && bytes_ends(line, unset)) {
		*ret_name = bytes_slice(line, 2, line.len - 2 - unset.len);
		*ret_value = BYTES("n");
	} else if (bytes_starts(line, prefix) && equals != SIZE_MAX) {
		*ret_name = bytes_slice(line, 0, equals);
		*ret_value = bytes_trim(bytes_from(line, equals + 1));
	} else {
		return false;
	}
	return is_option(bytes_from(*ret_name, prefix.len));
}

/*
 * `text` is the whole configuration; each fact's excerpt is its line, its
 * place is `at`, or where the line stands when `text` is the file itself.
 */
static enum err
add_options(const struct unpack_event *file, struct facts *facts,
    struct bytes text, size_t at)
{
	struct bytes rest = text;
	struct bytes line;

	while (bytes_next_line(&rest, &line)) {
		struct fact fact =
		    evidence_fact(file, FACT_KERNEL_OPTION, 0, 0);

		if (!read_option(line, &fact.name, &fact.value))
			continue;
		fact.text = bytes_slice(line, 0, LIMIT_EXCERPT_LEN);
		fact.at = at;
		if (text.ptr == file->node.content.ptr)
			fact.at = (size_t)(line.ptr - text.ptr);
		enum err err = facts_add(facts, &fact);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static bool
is_config(struct bytes text)
{
	return bytes_find(text, BYTES("CONFIG_"), 0) != SIZE_MAX;
}

/* A gzip member at content[at]: adds its options when it is a configuration. */
static enum err
inspect_member(const struct unpack_event *file, struct facts *facts,
    struct seen *seen, size_t at)
{
	struct out text = out_open(LIMIT_KERNEL_CONFIG_LEN);
	size_t used;
	enum err err = decompress_stream(
	    CODEC_GZIP, bytes_from(file->node.content, at), &text, &used);

	/* a broken stream tells nothing: half a configuration misleads */
	if (err == ERR_OK && is_config(out_bytes(&text)) &&
	    seen_first(seen, "kernel config", BYTES("")))
		err = add_options(file, facts, out_bytes(&text), at);
	out_close(&text);
	return err == ERR_MEMORY ? err : ERR_OK;
}

/* The marker alone is no configuration: kernels without one can name it. */
static enum err
inspect_ikconfig(
    const struct unpack_event *file, struct facts *facts, struct seen *seen)
{
	struct bytes in = file->node.content;
	struct bytes marker = BYTES("IKCFG_ST");
	size_t at = bytes_find(in, marker, 0);

	while (at != SIZE_MAX) {
		at += marker.len;
		if (bytes_starts(bytes_from(in, at), BYTES("\x1f\x8b\x08")))
			return inspect_member(file, facts, seen, at);
		at = bytes_find(in, marker, at);
	}
	return ERR_OK;
}

/* Where distributions and vendors leave a configuration. */
static bool
is_config_name(struct bytes name)
{
	return bytes_starts(name, BYTES("/boot/config")) ||
	    bytes_starts(name, BYTES("/config-")) ||
	    (bytes_find(name, BYTES("/lib/modules/"), 0) != SIZE_MAX &&
		bytes_ends(name, BYTES("/config"))) ||
	    bytes_ends(name, BYTES("/config.gz")) ||
	    bytes_ends(name, BYTES("/.config"));
}

enum err
kernel_config_inspect(
    const struct unpack_event *file, struct facts *facts, struct seen *seen)
{
	struct bytes in = file->node.content;
	struct elf_header header;

	if (file->node.kind == NODE_FILE && is_config_name(file->node.name)) {
		if (bytes_starts(in, BYTES("\x1f\x8b\x08")))
			return inspect_member(file, facts, seen, 0);
		if (in.len <= LIMIT_KERNEL_CONFIG_LEN && is_config(in) &&
		    seen_first(seen, "kernel config", BYTES("")))
			return add_options(file, facts, in, 0);
		return ERR_OK;
	}
	/* vmlinux is ELF; configs.ko is a module that carries one too */
	if (blob_is(file) ||
	    (elf_read_header(in, &header) == ERR_OK &&
		(file->node.kind == NODE_PAYLOAD ||
		    bytes_ends(file->node.name, BYTES("/vmlinux")) ||
		    bytes_ends(file->node.name, BYTES("/configs.ko")))))
		return inspect_ikconfig(file, facts, seen);
	return ERR_OK;
}
