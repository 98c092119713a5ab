/* SPDX-License-Identifier: ISC */
/* The sample assessment, built by hand. */
#include "sample.h"

#include "base/limits.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Escapes, a script's end, quotes, broken UTF-8, an override, a zero. */
#define HOSTILE                                                                \
	"\x1b[31m\x1b]0;owned\x07</script><script>alert('\"1\"')</script>&amp" \
	"; ]]>--><b>\xff\xc0\xaf\xed\xa0\x80 \xe2\x80\xae"                     \
	"gnp.exe\xe2\x81\xa6\xc2\x9b\x7f\\u0000\t\r\nx\0y"

const struct bytes sample_hostile = { (const uint8_t *)HOSTILE,
	sizeof(HOSTILE) - 1 };

const struct report_tool sample_tool = { "0.1.0", "3f9a01c2" };

#define SQUASHFS "tplink@0x0!squashfs@0x120000"
#define KERNEL "tplink@0x0!lzma@0x200"

#define CHUNK_ROW(where, name, inner, from, len, how, words)                   \
	{                                                                      \
		.path = { (const uint8_t *)(where), sizeof(where) - 1 },       \
		.format = (name), .nested = (inner), .at = (from),             \
		.size = (len), .state = (how), .info.detail = words            \
	}

static const struct chunk chunks[] = {
	CHUNK_ROW("padding@0x3f0000", "padding", false, 0x3f0000, 0x10000,
	    CHUNK_PADDING, ""),
	CHUNK_ROW("tplink@0x0", "tplink", false, 0, 0x200, CHUNK_READ,
	    "vendor \"TP-LINK Technologies\", version \"ver. 1.0\", MD5 with "
	    "the public salt agrees"),
	CHUNK_ROW(KERNEL "!cpio@0x1000!/lib/" HOSTILE "!xz@0x0", "xz", true, 0,
	    900, CHUNK_READ, "name \"" HOSTILE),
	CHUNK_ROW(KERNEL "!cpio@0x1000", "cpio", true, 0x1000, 70000,
	    CHUNK_READ, "12 members"),
	CHUNK_ROW(KERNEL, "lzma", false, 0x200, 0x11fe00, CHUNK_READ,
	    "lc 3, lp 0, pb 2, dictionary 8192 KiB"),
	CHUNK_ROW(SQUASHFS "!/lib/firmware/radio.bin!opaque@0x0", "opaque",
	    true, 0, 40000, CHUNK_OPAQUE, ""),
	CHUNK_ROW(SQUASHFS "!/usr/share/help.gz!gzip@0x0", "gzip", true, 0,
	    4000, CHUNK_READ, ""),
	CHUNK_ROW(SQUASHFS, "squashfs", false, 0x120000, 0x290000, CHUNK_READ,
	    "v4 little endian, xz, 1203 inodes"),
	CHUNK_ROW("opaque@0x3b0000", "opaque", false, 0x3b0000, 0x38000,
	    CHUNK_OPAQUE, ""),
	CHUNK_ROW("jffs2@0x3e8000", "jffs2", false, 0x3e8000, 0x8000,
	    CHUNK_UNREAD, "little endian"),
};

#define B(text)                                                                \
	{                                                                      \
		(const uint8_t *)(text), sizeof(text) - 1                      \
	}
#define FACT_ROW(what, where, from, word, value_, evidence_kind)               \
	{                                                                      \
		.kind = (what), .path = B(where), .at = (from),                \
		.text = B(word " " value_), .name = B(word),                   \
		.value = B(value_), .number = (evidence_kind)                  \
	}

#define ELF_ROW(where, what, flags)                                            \
	{                                                                      \
		.kind = FACT_ELF, .path = B(SQUASHFS "!" where),               \
		.at = FACT_NOWHERE, .detail = B("mips"), .extra = B(what),     \
		.number = (flags)                                              \
	}

static const struct fact facts[] = {
	FACT_ROW(FACT_COMPONENT, SQUASHFS "!/bin/busybox", 0x5a210, "busybox",
	    "1.19.4", EVIDENCE_BANNER),
	FACT_ROW(FACT_COMPONENT, SQUASHFS "!/usr/lib/opkg/status", 0, "busybox",
	    "1.19.4", EVIDENCE_PACKAGE_DB),
	FACT_ROW(FACT_COMPONENT, SQUASHFS "!/usr/sbin/dropbear", 0x21034,
	    "dropbear", "2012.55", EVIDENCE_BANNER),
	FACT_ROW(FACT_KERNEL, KERNEL "!", 0x2b1000, "linux", "3.3.8", 0),
	FACT_ROW(FACT_COMPONENT, SQUASHFS "!/usr/lib/libcrypto.so.1.0.0",
	    0x91c40, "openssl", "1.0.1e", EVIDENCE_BANNER),
	FACT_ROW(FACT_COMPONENT, SQUASHFS "!/usr/lib/" HOSTILE, FACT_NOWHERE,
	    "x" HOSTILE, HOSTILE, EVIDENCE_FILE_NAME),
	FACT_ROW(FACT_COMPONENT, SQUASHFS "!/lib/libuClibc-0.9.33.2.so",
	    FACT_NOWHERE, "uclibc", "", EVIDENCE_FILE_NAME),
	ELF_ROW("/bin/busybox", "exec", ELF_DYNAMIC | ELF_NX | ELF_NETWORK),
	ELF_ROW("/usr/sbin/dropbear", "pie",
	    ELF_DYNAMIC | ELF_NX | ELF_PIE | ELF_CANARY | ELF_LISTENS),
	ELF_ROW("/usr/lib/libcrypto.so.1.0.0", "library",
	    ELF_DYNAMIC | ELF_NX | ELF_RELRO_FULL | ELF_CANARY),
	ELF_ROW("/lib/modules/ath.ko", "module", 0),
};

static const struct component_item components[] = {
	{ B("busybox"), B("1.19.4"), B("1.19.4-6"),
	    B("pkg:opkg/busybox@1.19.4-6"), B("busybox:busybox"),
	    EVIDENCE_PACKAGE_DB, 100, NULL, 2, false },
	{ B("dropbear"), B("2012.55"), B(""), B("pkg:generic/dropbear@2012.55"),
	    B("dropbear_ssh_project:dropbear_ssh;matt_johnston:"
	      "dropbear_ssh_server"),
	    EVIDENCE_BANNER, 80, NULL, 1, false },
	{ B("linux"), B("3.3.8"), B(""), B("pkg:generic/linux@3.3.8"),
	    B("linux:linux_kernel"), EVIDENCE_KERNEL, 95, NULL, 1, true },
	{ B("openssl"), B("1.0.1e"), B(""), B("pkg:generic/openssl@1.0.1e"),
	    B("openssl:openssl"), EVIDENCE_BANNER, 90, NULL, 1, false },
	{ B("x" HOSTILE), B(HOSTILE), B(""), B(""), B(":;a:b:c;x*?:y(z)"),
	    EVIDENCE_FILE_NAME, 30, NULL, 25, false },
	{ B("uclibc"), B(""), B(""), B("pkg:generic/uclibc"),
	    B("uclibc:uclibc"), EVIDENCE_FILE_NAME, 40, NULL, 1, false },
};

static struct bytes req_passwords[] = { B("5.1-1"), B("5.1-2") };
static struct bytes req_keys[] = { B("5.4-1"), B("5.4-3"), B("5.4-4") };
static struct bytes req_services[] = { B("5.6-1"), B("5.5-6"), B("5.5-7") };
static struct bytes req_update[] = { B("5.3-2"), B("5.3-7"), B("5.3-9"),
	B("5.3-10") };
static struct bytes req_components[] = { B("5.3-8"), B("5.5-1") };
static struct bytes req_binaries[] = { B("5.6-8"), B("5.6-9") };
static struct bytes req_hostile[] = { B("5.1-1"), B(HOSTILE) };

static struct evidence ev_password[] = {
	{ B(SQUASHFS "!/etc/passwd"), 0,
	    B("admin:admin, des, can log in over telnetd"), 0, 0, B("") },
	{ B(SQUASHFS "!/etc/shadow"), 128, B("root:1234"), 41, 9, B("") },
	{ B(SQUASHFS "!/etc/" HOSTILE), 7, B(HOSTILE), 0, 0, B("") },
};
static struct evidence ev_key[] = {
	{ B(SQUASHFS "!/etc/ssl/private/server.key"), 0,
	    B("RSA 1024, pem, SHA-256 of the public key "
	      "5f2c0d9b77a1e1c3a40cde2f4b6a8890123456789abcdef0123456789abcdef"
	      "0"),
	    0, 0, B("") },
};
static struct evidence ev_telnet[] = {
	{ B(SQUASHFS "!/etc/init.d/rcS"), 311,
	    B("/usr/sbin/telnetd -l /bin/login &"), 0, 0, B("") },
};
static struct evidence ev_update[] = {
	{ B("tplink@0x0"), 0,
	    B("tplink: checked with a hash only, which anybody can compute"), 0,
	    0, B("") },
};
static struct evidence ev_end[] = {
	{ B(SQUASHFS "!/usr/lib/libcrypto.so.1.0.0"), 0x91c40,
	    B("openssl 1.0.1e: branch 1.0.1 ended on 2016-12-31"), 0, 0,
	    B("") },
	{ B(KERNEL "!"), 0x2b1000,
	    B("linux 3.3.8: branch 3.3 ended on 2012-06-04"), 0, 0, B("") },
};
static struct evidence ev_relro[] = {
	{ B(""), FACT_NOWHERE, B("2 of 151 programs have full RELRO"), 0, 0,
	    B("") },
	{ B(SQUASHFS "!/usr/sbin/httpd"), FACT_NOWHERE,
	    B("no RELRO, listens on the network"), 0, 0, B("") },
};
static struct evidence ev_coverage[] = {
	{ B(""), FACT_NOWHERE,
	    B("bytes read 3866112, padding 65536, opaque 229376, unread "
	      "32768"),
	    0, 0, B("") },
	{ B("jffs2@0x3e8000"), 0x3e8000,
	    B("jffs2: 32768 bytes unread: a checksum inside it does not "
	      "agree"),
	    0, 0, B("") },
};
static struct evidence ev_info[] = {
	{ B(""), FACT_NOWHERE, B("6 components in all"), 0, 0, B("") },
};

#define FINDING_ROW(id, how, title_, advice_, req, ev, total)                  \
	{                                                                      \
		.rule = B(id), .result = (how), .title = B(title_),            \
		.advice = B(advice_), .requirements = (req),                   \
		.requirement_count = COUNT(req), .evidence = (ev),             \
		.evidence_count = COUNT(ev), .evidence_total = (total)         \
	}

static struct finding findings[] = {
	FINDING_ROW("CRED-2", FINDING_FAIL,
	    "A password is the same on all devices and well known",
	    "Remove the hash (passwd -l, or * in /etc/shadow). Give each "
	    "device a random password on its label, or let the owner set one "
	    "before the device works.",
	    req_passwords, ev_password, 14),
	FINDING_ROW("KEY-1", FINDING_FAIL,
	    "A private key is in the image without protection",
	    "Take the key out of the image, make a new one on each device at "
	    "its first start, and treat this one as known to everybody.",
	    req_keys, ev_key, 1),
	FINDING_ROW("SVC-1", FINDING_FAIL, "Telnet is started on every device",
	    "Remove telnetd from the image and from the start scripts; offer "
	    "SSH with per-device keys where a shell is needed at all.",
	    req_services, ev_telnet, 1),
	FINDING_ROW("UPD-1", FINDING_FAIL,
	    "The update image carries nothing that proves where it comes from",
	    "Sign the image and let the device check it with a public key it "
	    "already has: FIT signature, usign/ucert with sysupgrade, RAUC, "
	    "SWUpdate, MCUboot, ESP secure boot.",
	    req_update, ev_update, 1),
	FINDING_ROW("XSS-1", FINDING_FAIL, "A title with " HOSTILE,
	    "Advice with " HOSTILE, req_hostile, ev_password, 3),
	FINDING_ROW("BIN-2", FINDING_WARN,
	    "Many programs are linked without full RELRO",
	    "Link with -Wl,-z,relro,-z,now (OpenWrt: CONFIG_PKG_RELRO_FULL, "
	    "Buildroot: BR2_RELRO_FULL) and rebuild all packages, vendor "
	    "programs included.",
	    req_binaries, ev_relro, 150),
	FINDING_ROW("COV-1", FINDING_WARN,
	    "Parts of the image could not be read: nothing can be said about "
	    "them",
	    "Assess the unencrypted build of the same release as well, or the "
	    "single parts; tell the assessor which formats and keys are used.",
	    req_components, ev_coverage, 2),
	FINDING_ROW("VULN-2", FINDING_WARN,
	    "Components belong to branches that get no more fixes",
	    "Move to a supported branch; where a distribution or supplier "
	    "brings fixes back, name it and the end date in the declaration.",
	    req_components, ev_end, 2),
	FINDING_ROW("SBOM-1", FINDING_INFO,
	    "Components that were identified in the image",
	    "Write the list with hallmark sbom, complete it from your build "
	    "system, and keep it with the release.",
	    req_components, ev_info, 1),
};

static struct bytes because_rule[] = { B("CRED-2") };
static struct bytes because_hostile[] = { B("XSS-1"), B(HOSTILE) };
static struct bytes because_text[] = { B(
    "looked at accounts and services, nothing speaks against it") };

#define VERDICT_ROW(                                                           \
    frame, id, words, mod, what, why, list, not_sure, is_loose)                \
	{                                                                      \
		.framework = B(frame), .requirement = B(id),                   \
		.title = B(words), .modality = B(mod), .unsure = B(not_sure),  \
		.verdict = (what), .reason = (why), .because = (list),         \
		.because_count = COUNT(list), .loose = (is_loose)              \
	}

static struct verdict_row verdicts[] = {
	VERDICT_ROW("en303645", "5.1-1",
	    "Outside the factory-default state, every password is unique per "
	    "device or set by the user.",
	    "M F", VERDICT_FAIL, REASON_NONE, because_rule, "", false),
	VERDICT_ROW("en303645", "5.1-2A",
	    "Passwords are not used for machine-to-machine authentication.",
	    "R", VERDICT_INCONCLUSIVE, REASON_NOT_DISPROVED, because_text,
	    "wording of V3.1.3 not seen", false),
	VERDICT_ROW("en303645", "5.2-1",
	    "The maker publishes a policy for vulnerability reports.", "M",
	    VERDICT_INCONCLUSIVE, REASON_NEEDS_DECLARATION, because_text, "",
	    false),
	VERDICT_ROW("en303645", "5.9-9", HOSTILE, HOSTILE, VERDICT_FAIL,
	    REASON_NONE, because_hostile, HOSTILE, true),
	VERDICT_ROW("cra", "AnxI-I(2)(a)",
	    "Come to market without known exploitable vulnerabilities.", "",
	    VERDICT_INCONCLUSIVE, REASON_UNREAD_BYTES, because_text, "", false),
	VERDICT_ROW("cra", "AnxI-I(2)(c)",
	    "Let vulnerabilities be fixed by security updates.", "",
	    VERDICT_PASS, REASON_NONE, because_text, "", true),
	VERDICT_ROW("psti", "Sch1-1", "No universal default passwords.", "",
	    VERDICT_NOT_APPLICABLE, REASON_NONE, because_text, "", false),
};

static struct framework_total totals[] = {
	{ B("en303645"), B("ETSI EN 303 645: consumer IoT baseline"), 1, 11, 52,
	    4 },
	{ B("enisa-2017"),
	    B("ENISA: baseline security recommendations for IoT"), 0, 9, 74,
	    0 },
	{ B("cra"), B("Cyber Resilience Act, Annex I: essential requirements"),
	    1, 6, 14, 0 },
	{ B("en18031"), B("EN 18031: radio equipment"), 0, 7, 61, 2 },
	{ B("psti"), B("United Kingdom: product security regulations"), 0, 1, 2,
	    1 },
};

static struct bytes missing[] = { B("5.1-1"), B("5.4-1"), B("5.6-1") };
static struct gap gaps[] = { { &verdicts[0], NEED_FIX },
	{ &verdicts[1], NEED_DECLARE }, { &verdicts[2], NEED_REVIEW } };
static struct bytes unlooked[] = { B("VULN-1"), B("Match them.") };

static void
add_all(struct sample *s)
{
	for (size_t i = 0; i < COUNT(facts); i++)
		if (facts_add(&s->seen.facts, &facts[i]) != ERR_OK)
			abort();
	for (size_t i = 0; i < COUNT(chunks); i++)
		if (observation_add_chunk(&s->seen, &chunks[i]) != ERR_OK)
			abort();
	s->seen.chunks[COUNT(chunks) - 1].fault =
	    (struct fault){ ERR_CHECKSUM, 96, "jffs2 node", "hdr_crc" };
	s->seen.node_count = 1216;
}

/* Which facts show which component; the hostile one has many. */
static void
link_evidence(struct sample *s)
{
	static const size_t first[] = { 0, 2, 3, 4, 5, 6 };

	static_assert(COUNT(first) == COUNT(components), "one each");
	memcpy(s->components, components, sizeof(components));
	for (size_t i = 0; i < COUNT(components); i++) {
		struct component_item *c = &s->components[i];

		assert(c->evidence_count <= COUNT(s->evidence[i]));
		for (size_t k = 0; k < c->evidence_count; k++)
			s->evidence[i][k] =
			    &s->seen.facts.list[first[i] + (i == 0 ? k : 0)];
		c->evidence = s->evidence[i];
	}
}

void
sample_open(struct sample *s)
{
	memset(s, 0, sizeof(*s));
	s->seen = observation_open();
	add_all(s);
	link_evidence(s);
	s->assessment = (struct assessment){
		.image_name = B("wr841nd_v5_\"" HOSTILE "\".bin"),
		.image_size = 0x400000,
		.image_sha256 = { 0x1f, 0x2e, 0x3d, 0x4c, 0x5b, 0x6a, 0x79,
		    0x88, 0x97, 0xa6, 0xb5, 0xc4, 0xd3, 0xe2, 0xf1, 0x00, 0x1f,
		    0x2e, 0x3d, 0x4c, 0x5b, 0x6a, 0x79, 0x88, 0x97, 0xa6, 0xb5,
		    0xc4, 0xd3, 0xe2, 0xf1, 0x0f },
		.jail = B("seccomp, Landlock ABI 7, namespaces, rlimits"),
		.seen = &s->seen,
		.coverage = { 0x3b0000, 0x10000, 0x38000, 0x8000 },
		.architecture = B("mips"),
		.operating_system = B("linux"),
		.update = { B("tplink"), AUTHENTICITY_HASH, ANSWER_NO,
		    ANSWER_UNKNOWN,
		    B("MD5 with the public salt agrees " HOSTILE) },
		.components = s->components,
		.component_count = COUNT(components),
		.findings = findings,
		.finding_count = COUNT(findings),
		.fail_count = 5,
		.warn_count = 3,
		.info_count = 1,
		.verdicts = verdicts,
		.verdict_count = COUNT(verdicts),
		.totals = totals,
		.total_count = COUNT(totals),
		.scheme_name = B("hallmark"),
		.scheme_level = B(""),
		.missing = missing,
		.missing_count = COUNT(missing),
		.scheme_next = B("basic"),
		.gaps = gaps,
		.gap_count = COUNT(gaps),
		.unlooked = unlooked,
		.unlooked_count = COUNT(unlooked) / 2,
		.seconds = 0.1234,
	};
}

void
sample_close(struct sample *s)
{
	observation_close(&s->seen);
}
