/* SPDX-License-Identifier: ISC */
/* Facts: what was observed in an image, with evidence. Never an opinion. */
#ifndef INSPECT_FACTS_H
#define INSPECT_FACTS_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The comment of each says what name, value, detail, extra and number are;
   what is not named is empty. */
enum fact_kind {
	FACT_NONE,
	/* accounts */
	FACT_ACCOUNT,	     /* user; shell; "empty" "locked" "hash" "shadow"
				 (x in passwd, no shadow line); home; uid, or
				 FACT_NOWHERE: in a shadow without passwd */
	FACT_PASSWORD_HASH,  /* user or service user; scheme: "des" "md5" "apr1"
				 "sha256" "sha512" "bcrypt" "yescrypt" "other" */
	FACT_PASSWORD_KNOWN, /* user; the password; scheme */
	FACT_CREDENTIALS,    /* user; password, in clear; what for */
	FACT_WIFI_PASSPHRASE, /* SSID; passphrase; "ap", "client", "wps" (a
				 PIN) */
	/* keys and certificates */
	FACT_PRIVATE_KEY, /* "RSA 2048", "EC P-256", "Ed25519", …; SHA-256 of its
			     SPKI in hex; name of the known published key, or
			     empty; container: "pem" "der" "openssh" "dropbear"
			     "putty" "pgp" "signify"; bits */
	FACT_ENCRYPTED_KEY,  /* kind of container; the password, when it is one
				that everybody uses */
	FACT_HOST_KEY,	     /* server program it belongs to; SPKI SHA-256 */
	FACT_CERTIFICATE,    /* subject; "sha256WithRSAEncryption 2048";
			       issuer; SPKI SHA-256; notAfter, Unix seconds,
			       0 when before 1970 */
	FACT_CA_CERTIFICATE, /* likewise, out of a bundle of roots */
	FACT_PUBLIC_KEY,     /* algorithm and size; SPKI SHA-256; name of the
			       known published key, or empty */
	FACT_TOKEN,	     /* kind of token; masked value */
	/* services and start-up */
	FACT_SERVICE, /* program (telnetd, dropbear, …); user; start condition:
			   "always", "guarded" or "socket"; command line; port */
	FACT_APPLET,  /* program that could be started but is not seen to be */
	FACT_CONSOLE, /* "getty" "askfirst" "shell"; command; terminal */
	FACT_SETTING, /* setting by its full name (dropbear.PasswordAuth,
			   opkg.check_signature, sshd.PermitRootLogin,
			   packages.unsigned: any manager's order to take
			   unsigned ones …);
			   value; file kind */
	/* updates */
	FACT_FLASH_WRITE, /* tool (flashcp, mtd, dd …); command line; what checks
			     it before: "openssl" "usign" … or empty */
	FACT_PLAIN_URL,	    /* URL; what it is for: "update" "feed" "service";
			       "checked" when the package manager checks what
			       it fetches by itself */
	FACT_TLS_UNCHECKED, /* option that turns the check off; command line */
	FACT_UPDATER,	    /* mechanism seen: "sysupgrade" "opkg" "rauc" … */
	FACT_RESET,	    /* reset program or script */
	/* programs */
	FACT_ELF,	 /* soname or empty; needed libraries, comma-separated;
			    architecture; "exec" "pie" "library" "module"
			    "static" "object" "image" (kernel, boot loader);
			    enum elf_flag bits */
	FACT_RPATH,	 /* "RPATH" or "RUNPATH"; the path */
	FACT_DEBUG_TOOL, /* program */
	FACT_SETUID,	 /* "setuid" or "setgid"; owner:group; number: mode */
	FACT_WORLD_WRITABLE, /* "boot" when run at start-up, else "file"; mode */
	/* components: name; version; purl; CPE vendor:product list, separated by
	   ';'; number: enum component_evidence */
	FACT_COMPONENT,
	/* kernel and boot */
	FACT_KERNEL,	     /* "linux"; release 4.4.140; user@host; compiler */
	FACT_KERNEL_OPTION,  /* CONFIG_X; y, m, n or a value */
	FACT_BOOTLOADER,     /* "u-boot"; version */
	FACT_BOOT_SETTING,   /* bootdelay, bootargs, …; value */
	FACT_DEBUG_BUILD,    /* component; what shows it */
	FACT_TEST_SIGNATURE, /* signature made with a published test key; its
				name */
	/* the rest */
	FACT_ARCHITECTURE,     /* arm, mips …; "le" or "be"; number: votes */
	FACT_OPERATING_SYSTEM, /* linux, zephyr …; number: votes */
	FACT_BUILD_LEFTOVER,   /* kind: "path" "user@host" "vcs" "core"; text */
	FACT_PERSONAL_DATA,    /* kind: "history" "log" "wifi" … */
	FACT_CRYPTO_TABLE, /* "AES" "SHA-256" …; which table: "S-box" … */
	FACT_REWRITTEN,	   /* script that writes the file at `path`, or that
				  sets the passwords in it */
	FACT_KIND_COUNT
};

enum component_evidence {
	EVIDENCE_PACKAGE_DB, /* strongest first */
	EVIDENCE_KERNEL,
	EVIDENCE_DESCRIPTOR,
	EVIDENCE_BANNER,
	EVIDENCE_FILE_NAME,
};

enum elf_flag {
	ELF_NX = 1 << 0,
	ELF_NO_STACK_HEADER = 1 << 1, /* no PT_GNU_STACK at all */
	ELF_RELRO_PARTIAL = 1 << 2,
	ELF_RELRO_FULL = 1 << 3,
	ELF_PIE = 1 << 4,
	ELF_CANARY = 1 << 5,
	ELF_FORTIFY = 1 << 6,
	ELF_NETWORK = 1 << 7, /* imports socket functions */
	ELF_LISTENS = 1 << 8, /* imports listen or accept */
	ELF_NO_SECTIONS = 1 << 9,
	ELF_BIG_ENDIAN = 1 << 10,
	ELF_64 = 1 << 11,
	ELF_DEFINES_CANARY = 1 << 12, /* libc, libssp: not counted */
	ELF_DYNAMIC = 1 << 13,
};

#define FACT_NOWHERE UINT64_MAX

struct fact {
	enum fact_kind kind;
	struct bytes path; /* evidence: the file, with its containers */
	uint64_t at;	   /* evidence: offset in it, or FACT_NOWHERE */
	struct bytes text; /* evidence: excerpt as found, may be binary */
	struct bytes name;
	struct bytes value;
	struct bytes detail;
	struct bytes extra;
	uint64_t number;
};

/* Facts in the order in which they were found. */
struct facts {
	struct arena arena; /* holds all bytes of all facts */
	struct fact *list;
	size_t count;
	size_t cap;
	bool cut_short; /* a limit was reached: some were dropped */
};

struct facts facts_open(size_t limit);
void facts_close(struct facts *facts);

/*
 * Copies the fact with all its bytes. Dropped silently when the limit is
 * reached (cut_short tells); ERR_MEMORY only when the machine has none.
 */
enum err facts_add(struct facts *facts, const struct fact *fact);

/* The next fact of this kind at or after *at, which moves behind it; NULL at
   the end. `size_t at = 0; while ((f = facts_next(facts, KIND, &at)) != NULL)` */
const struct fact *facts_next(
    const struct facts *facts, enum fact_kind kind, size_t *at);

/* English snake_case of a kind, for --json and tests; static. */
const char *fact_kind_text(enum fact_kind kind);

#endif
