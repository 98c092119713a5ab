/* SPDX-License-Identifier: ISC */
/* Pairs of images made by hand, and what is said of the step between them. */
#include "diff/diff.h"

#include "../baseline/scene.h"

#include <stdio.h>

#define STEP_FACTS 3
#define ROOT "squashfs@0x100!"
#define MOVED_ROOT "fit@0x0!squashfs@0x999000!"

/* Of one scene to the next: a change that has to be told, or none. */
struct step {
	const char *sentence; /* the test's name */
	struct fact was[STEP_FACTS];
	struct fact now[STEP_FACTS];
	enum area area;
	enum direction direction; /* of the change */
	const char *says;	  /* part of its sentence; NULL: no change */
};

/* Two assessments and the difference. */
struct stepped {
	struct judged was, now;
	struct arena arena;
	struct diff d;
};

static void
take_scenes(const struct scene *was, const struct scene *now, struct stepped *s)
{
	judge_scene(was, &s->was);
	judge_scene(now, &s->now);
	s->arena = arena_open((size_t)64 << 20);
	assert_int_equal(
	    diff_make(&s->was.a, &s->now.a, &s->arena, &s->d), ERR_OK);
}

static void
close_step(struct stepped *s)
{
	arena_close(&s->arena);
	scene_close(&s->was);
	scene_close(&s->now);
}

static void
take_step(const struct step *step, struct stepped *s)
{
	struct scene was = { .sentence = step->sentence };
	struct scene now = { .sentence = step->sentence };

	for (size_t i = 0; i < STEP_FACTS; i++) {
		was.fact[i] = step->was[i];
		now.fact[i] = step->now[i];
	}
	take_scenes(&was, &now, s);
}

static const struct change *
find_change(const struct diff *d, enum area area, const char *says)
{
	for (size_t i = 0; i < d->change_count; i++)
		if (d->changes[i].area == area &&
		    bytes_find(d->changes[i].sentence, bytes_of(says), 0) !=
			SIZE_MAX)
			return &d->changes[i];
	return NULL;
}

static void
print_changes(const struct diff *d)
{
	for (size_t i = 0; i < d->change_count; i++)
		print_message("  %s %s: %.*s\n",
		    direction_text(d->changes[i].direction),
		    area_text(d->changes[i].area),
		    (int)d->changes[i].sentence.len,
		    (const char *)d->changes[i].sentence.ptr);
}

static void
check_step(const struct step *step)
{
	struct stepped s;

	take_step(step, &s);
	size_t in_area = s.d.area_count[step->area][DIRECTION_WORSE] +
	    s.d.area_count[step->area][DIRECTION_BETTER] +
	    s.d.area_count[step->area][DIRECTION_NEUTRAL];

	if (step->says == NULL) {
		if (in_area != 0) {
			print_changes(&s.d);
			fail_msg("%s: there are changes", step->sentence);
		}
	} else {
		const struct change *c =
		    find_change(&s.d, step->area, step->says);

		if (c == NULL || c->direction != step->direction) {
			print_changes(&s.d);
			fail_msg("%s: %s", step->sentence,
			    c == NULL ? "not told"
				      : direction_text(c->direction));
		}
	}
	close_step(&s);
}

#define CHECK_STEPS(steps)                                                     \
	for (size_t i_ = 0; i_ < sizeof(steps) / sizeof((steps)[0]); i_++)     \
	check_step(&(steps)[i_])

#define COMPONENT(word, version, where, how)                                   \
	{                                                                      \
		.kind = FACT_COMPONENT, .path = T(where), .name = T(word),     \
		.value = T(version), .number = (how)                           \
	}
#define BANNER(version, where)                                                 \
	COMPONENT("busybox", version, where, EVIDENCE_BANNER)
#define PACKAGE(version)                                                       \
	COMPONENT("busybox", version, ROOT "/status", EVIDENCE_PACKAGE_DB)
#define BUSYBOX ROOT "/bin/busybox"

static void
components_go_up_and_down(void **state)
{
	static const struct step steps[] = {
		{ "an older version is worse", { BANNER("1.36.1", BUSYBOX) },
		    { BANNER("1.9.2", BUSYBOX) }, AREA_COMPONENTS,
		    DIRECTION_WORSE,
		    "busybox went down from 1.36.1 to 1.9.2." },
		{ "a newer one is better", { BANNER("1.9.2", BUSYBOX) },
		    { BANNER("1.36.1", BUSYBOX) }, AREA_COMPONENTS,
		    DIRECTION_BETTER, "busybox went up" },
		{ "a newer package revision is better",
		    { PACKAGE("1:1.35.0-4") },
		    { PACKAGE("1:1.35.0-4+deb12u1") }, AREA_COMPONENTS,
		    DIRECTION_BETTER, "package revision of busybox went up" },
		{ "an older package revision is worse",
		    { PACKAGE("1.35.0-10") }, { PACKAGE("1.35.0-9") },
		    AREA_COMPONENTS, DIRECTION_WORSE,
		    "package revision of busybox went down" },
		{ "a new component is neither", { { .kind = FACT_NONE } },
		    { BANNER("1.36.1", BUSYBOX) }, AREA_COMPONENTS,
		    DIRECTION_NEUTRAL, "busybox 1.36.1 is new." },
		{ "one that is gone is neither", { BANNER("1.36.1", BUSYBOX) },
		    { { .kind = FACT_NONE } }, AREA_COMPONENTS,
		    DIRECTION_NEUTRAL, "busybox 1.36.1 is no longer seen." },
		{ "a commit is neither newer nor older",
		    { BANNER("1.36.1", BUSYBOX) },
		    { BANNER("4f2a91c", BUSYBOX) }, AREA_COMPONENTS,
		    DIRECTION_NEUTRAL, "cannot be told" },
		{ "another offset of the container is no change",
		    { BANNER("1.36.1", BUSYBOX) },
		    { BANNER("1.36.1", MOVED_ROOT "/bin/busybox") },
		    AREA_COMPONENTS, DIRECTION_NEUTRAL, NULL },
		{ "known by a package now is no change",
		    { BANNER("1.35.0", BUSYBOX) }, { PACKAGE("1.35.0-4") },
		    AREA_COMPONENTS, DIRECTION_NEUTRAL, NULL },
		{ "of two instances the one that changed is told",
		    { BANNER("1.20.0", BUSYBOX), BANNER("1.30.0", BUSYBOX) },
		    { BANNER("1.30.0", BUSYBOX), BANNER("1.10.0", BUSYBOX) },
		    AREA_COMPONENTS, DIRECTION_WORSE,
		    "busybox went down from 1.20.0 to 1.10.0." },
	};

	(void)state;
	CHECK_STEPS(steps);
}

#define ACCOUNT(who, state)                                                    \
	{                                                                      \
		.kind = FACT_ACCOUNT, .path = T(ROOT "/etc/shadow"),           \
		.name = T(who), .value = T("/bin/sh"), .detail = T(state),     \
		.number = 1000                                                 \
	}
#define KNOWN(who, word)                                                       \
	{                                                                      \
		.kind = FACT_PASSWORD_KNOWN, .path = T(ROOT "/etc/shadow"),    \
		.name = T(who), .value = T(word), .detail = T("md5")           \
	}
#define HASH(who, scheme)                                                      \
	{                                                                      \
		.kind = FACT_PASSWORD_HASH, .path = T(ROOT "/etc/shadow"),     \
		.name = T(who), .value = T(scheme)                             \
	}
#define CLEAR(where, word)                                                     \
	{                                                                      \
		.kind = FACT_CREDENTIALS, .path = T(where), .name = T("api"),  \
		.value = T(word), .detail = T("mqtt")                          \
	}
#define WIFI(how)                                                              \
	{                                                                      \
		.kind = FACT_WIFI_PASSPHRASE, .path = T(ROOT "/etc/ap"),       \
		.name = T("Cam"), .value = T("hunter22"), .detail = T(how)     \
	}

static void
credentials_come_and_go(void **state)
{
	static const struct step steps[] = {
		{ "an account that lost its password is worse",
		    { ACCOUNT("adm", "hash") }, { ACCOUNT("adm", "empty") },
		    AREA_CREDENTIALS, DIRECTION_WORSE,
		    "adm is without a password now" },
		{ "one that was locked is better", { ACCOUNT("adm", "empty") },
		    { ACCOUNT("adm", "locked") }, AREA_CREDENTIALS,
		    DIRECTION_BETTER, "adm is locked now" },
		{ "a new locked account is neither", { { .kind = FACT_NONE } },
		    { ACCOUNT("www", "locked") }, AREA_CREDENTIALS,
		    DIRECTION_NEUTRAL, "www is new" },
		{ "a new account without a password is worse",
		    { { .kind = FACT_NONE } }, { ACCOUNT("www", "empty") },
		    AREA_CREDENTIALS, DIRECTION_WORSE, "www is new" },
		{ "a well-known password is worse",
		    { ACCOUNT("adm", "hash"), HASH("adm", "md5") },
		    { ACCOUNT("adm", "hash"), HASH("adm", "md5"),
			KNOWN("adm", "1234") },
		    AREA_CREDENTIALS, DIRECTION_WORSE,
		    "adm has the well-known password \"1234\" now." },
		{ "a new hash is worse", { ACCOUNT("adm", "hash") },
		    { ACCOUNT("adm", "hash"), HASH("adm", "sha512") },
		    AREA_CREDENTIALS, DIRECTION_WORSE,
		    "A password hash of adm is in the image now (sha512)." },
		{ "behind a lock it is none", { ACCOUNT("adm", "locked") },
		    { ACCOUNT("adm", "locked"), HASH("adm", "sha512") },
		    AREA_CREDENTIALS, DIRECTION_NEUTRAL, NULL },
		{ "a weaker hash is worse", { HASH("adm", "sha512") },
		    { HASH("adm", "md5") }, AREA_CREDENTIALS, DIRECTION_WORSE,
		    "stored as md5 now, before as sha512" },
		{ "a clear-text password in another file is neither",
		    { CLEAR(ROOT "/etc/a", "x") },
		    { CLEAR(ROOT "/etc/b", "x") }, AREA_CREDENTIALS,
		    DIRECTION_NEUTRAL, "in another file" },
		{ "a new clear-text password is worse",
		    { { .kind = FACT_NONE } }, { CLEAR(ROOT "/etc/b", "x") },
		    AREA_CREDENTIALS, DIRECTION_WORSE, "stand in clear text" },
		{ "the access point's passphrase is worse",
		    { { .kind = FACT_NONE } }, { WIFI("ap") }, AREA_CREDENTIALS,
		    DIRECTION_WORSE, "\"Cam\" is in the image now" },
		{ "somebody's Wi-Fi is another rule's matter",
		    { { .kind = FACT_NONE } }, { WIFI("client") },
		    AREA_CREDENTIALS, DIRECTION_NEUTRAL, "\"Cam\"" },
	};

	(void)state;
	CHECK_STEPS(steps);
}

static void
secrets_are_not_told(void **state)
{
	static const struct step step = {
		.sentence = "secrets",
		.was = { CLEAR(ROOT "/etc/a", "OldSecret"), WIFI("ap") },
		.now = { CLEAR(ROOT "/etc/a", "NewSecret") },
	};
	static const char *const secrets[] = { "OldSecret", "NewSecret",
		"hunter22" };
	struct stepped s;

	(void)state;
	take_step(&step, &s);
	assert_true(s.d.change_count > 0);
	for (size_t i = 0; i < s.d.change_count; i++)
		for (size_t k = 0; k < 3; k++) {
			const struct change *c = &s.d.changes[i];
			struct bytes word = bytes_of(secrets[k]);

			assert_int_equal(
			    bytes_find(c->sentence, word, 0), SIZE_MAX);
			for (size_t v = 0; v < SIDE_COUNT; v++)
				assert_int_equal(
				    bytes_find(c->value[v], word, 0), SIZE_MAX);
			for (size_t p = 0; p < c->place_count; p++)
				assert_int_equal(
				    bytes_find(
					c->places[p].evidence.text, word, 0),
				    SIZE_MAX);
		}
	close_step(&s);
}

#define KEY(where, print)                                                      \
	{                                                                      \
		.kind = FACT_PRIVATE_KEY, .path = T(where),                    \
		.name = T("RSA 2048"), .value = T(print), .extra = T("pem"),   \
		.number = 2048                                                 \
	}
#define PUBLIC(print)                                                          \
	{                                                                      \
		.kind = FACT_PUBLIC_KEY, .path = T(ROOT "/etc/k.pub"),         \
		.name = T("RSA 2048"), .value = T(print)                       \
	}
#define AUTHORITY(print)                                                       \
	{                                                                      \
		.kind = FACT_CA_CERTIFICATE, .path = T(ROOT "/etc/ca"),        \
		.name = T("CN = a"),                                           \
		.value = T("sha256WithRSAEncryption 4096"),                    \
		.detail = T("CN = a"), .extra = T(print), .number = 4102444800 \
	}

static void
keys_are_known_by_their_fingerprint(void **state)
{
	static const struct step steps[] = {
		{ "a new private key is worse", { { .kind = FACT_NONE } },
		    { KEY(ROOT "/etc/key", "aa") }, AREA_KEYS, DIRECTION_WORSE,
		    "A private key is new: RSA 2048 (aa), in /etc/key." },
		{ "one that is gone is better", { KEY(ROOT "/etc/key", "aa") },
		    { { .kind = FACT_NONE } }, AREA_KEYS, DIRECTION_BETTER,
		    "no longer seen" },
		{ "one that moved is neither", { KEY(ROOT "/etc/key", "aa") },
		    { KEY(ROOT "/opt/key", "aa") }, AREA_KEYS,
		    DIRECTION_NEUTRAL, "moved from /etc/key to /opt/key" },
		{ "one that was replaced is neither",
		    { KEY(ROOT "/etc/key", "aa") },
		    { KEY(ROOT "/etc/key", "bb") }, AREA_KEYS,
		    DIRECTION_NEUTRAL, "in /etc/key was replaced" },
		{ "another offset of the container is no change",
		    { KEY(ROOT "/etc/key", "aa") },
		    { KEY(MOVED_ROOT "/etc/key", "aa") }, AREA_KEYS,
		    DIRECTION_NEUTRAL, NULL },
		{ "a second one is worse", { KEY(ROOT "/etc/key", "aa") },
		    { KEY(ROOT "/etc/key", "aa"), KEY(ROOT "/opt/key", "bb") },
		    AREA_KEYS, DIRECTION_WORSE, "in /opt/key" },
		{ "a public key is neither", { { .kind = FACT_NONE } },
		    { PUBLIC("cc") }, AREA_KEYS, DIRECTION_NEUTRAL,
		    "A public key is new" },
		{ "authorities are told together", { AUTHORITY("dd") },
		    { AUTHORITY("ee"), AUTHORITY("ff") }, AREA_KEYS,
		    DIRECTION_NEUTRAL,
		    "2 certificates of authorities are new" },
	};

	(void)state;
	CHECK_STEPS(steps);
}

#define SERVICE(program, where, line, who, when, where_port)                   \
	{                                                                      \
		.kind = FACT_SERVICE, .path = T(ROOT where), .at = 10,         \
		.text = T(line), .name = T(program), .value = T(who),          \
		.detail = T(when), .extra = T(line), .number = (where_port)    \
	}
#define TELNET(when) SERVICE("telnetd", "/etc/rcS", "telnetd", "", when, 23)
#define WEB(line, who) SERVICE("nginx", "/etc/rcS", line, who, "always", 443)
#define CONSOLE(what, command)                                                 \
	{                                                                      \
		.kind = FACT_CONSOLE, .path = T(ROOT "/etc/inittab"), .at = 0, \
		.text = T(what), .name = T(what), .value = T(command),         \
		.detail = T("ttyS0")                                           \
	}

static void
services_start_and_stop(void **state)
{
	static const struct step steps[] = {
		{ "telnet is worse", { { .kind = FACT_NONE } },
		    { TELNET("always") }, AREA_SERVICES, DIRECTION_WORSE,
		    "telnetd, port 23, is started now." },
		{ "telnet gone is better", { TELNET("always") },
		    { { .kind = FACT_NONE } }, AREA_SERVICES, DIRECTION_BETTER,
		    "telnetd, port 23, is no longer seen" },
		{ "telnet without its condition is worse",
		    { TELNET("guarded") }, { TELNET("always") }, AREA_SERVICES,
		    DIRECTION_WORSE,
		    "started always now, before only under a condition" },
		{ "a service that no rule objects to is neither",
		    { { .kind = FACT_NONE } }, { WEB("nginx", "") },
		    AREA_SERVICES, DIRECTION_NEUTRAL, "nginx, port 443" },
		{ "root again is worse", { WEB("nginx", "www") },
		    { WEB("nginx", "") }, AREA_SERVICES, DIRECTION_WORSE,
		    "nginx runs as root now, before as www." },
		{ "a user of its own is better", { WEB("nginx", "root") },
		    { WEB("nginx", "www") }, AREA_SERVICES, DIRECTION_BETTER,
		    "nginx runs as www now" },
		{ "another command line is neither", { WEB("nginx", "") },
		    { WEB("nginx -q", "") }, AREA_SERVICES, DIRECTION_NEUTRAL,
		    "reads differently" },
		{ "a shell on the console is worse than a prompt",
		    { CONSOLE("getty", "/sbin/getty") },
		    { CONSOLE("shell", "/bin/sh") }, AREA_SERVICES,
		    DIRECTION_WORSE,
		    "On ttyS0 there is a shell now, before a log-in prompt." },
		{ "no console is better", { CONSOLE("shell", "/bin/sh") },
		    { { .kind = FACT_NONE } }, AREA_SERVICES, DIRECTION_BETTER,
		    "On ttyS0 a shell is no longer seen." },
	};

	(void)state;
	CHECK_STEPS(steps);
}

#define ELF(where, flags)                                                      \
	{                                                                      \
		.kind = FACT_ELF, .path = T(where), .at = FACT_NOWHERE,        \
		.detail = T("arm"), .extra = T("exec"),                        \
		.number = ELF_DYNAMIC | ELF_NX | ELF_RELRO_FULL | (flags)      \
	}

static void
programs_lose_and_gain_protections(void **state)
{
	static const struct step steps[] = {
		{ "a network program that lost one is worse",
		    { ELF(ROOT "/bin/d", ELF_NETWORK | ELF_PIE | ELF_CANARY) },
		    { ELF(ROOT "/bin/d", ELF_NETWORK | ELF_CANARY) },
		    AREA_PROGRAMS, DIRECTION_WORSE,
		    "/bin/d lost PIE; it uses the network." },
		{ "though it moved",
		    { ELF(ROOT "/bin/d", ELF_NETWORK | ELF_PIE) },
		    { ELF(MOVED_ROOT "/sbin/d", ELF_NETWORK) }, AREA_PROGRAMS,
		    DIRECTION_WORSE, "/sbin/d lost PIE" },
		{ "another program that lost one is neither",
		    { ELF(ROOT "/bin/d", ELF_PIE) }, { ELF(ROOT "/bin/d", 0) },
		    AREA_PROGRAMS, DIRECTION_NEUTRAL, "/bin/d lost PIE." },
		{ "one that gained some is better",
		    { ELF(ROOT "/bin/d", ELF_LISTENS) },
		    { ELF(ROOT "/bin/d", ELF_LISTENS | ELF_PIE | ELF_CANARY) },
		    AREA_PROGRAMS, DIRECTION_BETTER,
		    "/bin/d gained PIE, stack canary; it uses the network." },
		{ "the sums are told", { ELF(ROOT "/bin/d", 0) },
		    { ELF(ROOT "/bin/d", ELF_PIE), ELF(ROOT "/bin/e", 0) },
		    AREA_PROGRAMS, DIRECTION_BETTER,
		    "With PIE: 1 of 2 programs and libraries now, before 0 of "
		    "1." },
		{ "a new program without is neither, though the rule warns",
		    { ELF(ROOT "/bin/d", ELF_NETWORK) },
		    { ELF(ROOT "/bin/d", ELF_NETWORK),
			ELF(ROOT "/bin/e", ELF_NETWORK) },
		    AREA_FINDINGS, DIRECTION_NEUTRAL, NULL },
	};

	(void)state;
	CHECK_STEPS(steps);
}

#define OPTION(option, how)                                                    \
	{                                                                      \
		.kind = FACT_KERNEL_OPTION, .path = T("uimage@0x0!"),          \
		.text = T(option "=" how), .name = T(option), .value = T(how)  \
	}
#define BOOT(how)                                                              \
	{                                                                      \
		.kind = FACT_BOOT_SETTING, .path = T("uimage@0x0!"),           \
		.text = T("bootdelay=" how), .name = T("bootdelay"),           \
		.value = T(how)                                                \
	}

static void
kernel_options_open_and_shut_doors(void **state)
{
	static const struct step steps[] = {
		{ "an open door is worse", { OPTION("CONFIG_DEVMEM", "n") },
		    { OPTION("CONFIG_DEVMEM", "y") }, AREA_KERNEL,
		    DIRECTION_WORSE, "CONFIG_DEVMEM is y now, before n." },
		{ "a shut one is better", { OPTION("CONFIG_SECCOMP", "n") },
		    { OPTION("CONFIG_SECCOMP", "y") }, AREA_KERNEL,
		    DIRECTION_BETTER, "shuts a door" },
		{ "others are neither", { OPTION("CONFIG_COREDUMP", "n") },
		    { OPTION("CONFIG_COREDUMP", "y") }, AREA_KERNEL,
		    DIRECTION_NEUTRAL, "CONFIG_COREDUMP is y now" },
		{ "a configuration that can be read now is one change",
		    { { .kind = FACT_NONE } },
		    { OPTION("CONFIG_DEVMEM", "y"),
			OPTION("CONFIG_SECCOMP", "n") },
		    AREA_KERNEL, DIRECTION_NEUTRAL, "can now be read" },
		{ "a boot loader that waits is worse", { BOOT("0") },
		    { BOOT("3") }, AREA_KERNEL, DIRECTION_WORSE,
		    "bootdelay is 3 now, before 0." },
	};

	(void)state;
	CHECK_STEPS(steps);
}

static void
findings_appear_vanish_and_change(void **state)
{
	static const struct step steps[] = {
		{ "a new one that fails is worse", { { .kind = FACT_NONE } },
		    { TELNET("always") }, AREA_FINDINGS, DIRECTION_WORSE,
		    "New, and it fails: Telnet is started." },
		{ "one that is gone is better", { TELNET("always") },
		    { { .kind = FACT_NONE } }, AREA_FINDINGS, DIRECTION_BETTER,
		    "No longer seen: Telnet is started." },
		{ "warned before, fails now", { TELNET("guarded") },
		    { TELNET("always") }, AREA_FINDINGS, DIRECTION_WORSE,
		    "Fails now, only warned before" },
		{ "failed before, warns now", { TELNET("always") },
		    { TELNET("guarded") }, AREA_FINDINGS, DIRECTION_BETTER,
		    "Warns now, failed before" },
		{ "more places are worse", { KEY(ROOT "/a", "aa") },
		    { KEY(ROOT "/a", "aa"), KEY(ROOT "/b", "bb") },
		    AREA_FINDINGS, DIRECTION_WORSE, "in 1 more place:" },
		{ "fewer are better",
		    { KEY(ROOT "/a", "aa"), KEY(ROOT "/b", "bb") },
		    { KEY(ROOT "/a", "aa") }, AREA_FINDINGS, DIRECTION_BETTER,
		    "in 1 place less:" },
		{ "other evidence is neither", { KEY(ROOT "/a", "aa") },
		    { KEY(ROOT "/a", "bb") }, AREA_FINDINGS, DIRECTION_NEUTRAL,
		    "on evidence that differs" },
		{ "another offset of the container is no change",
		    { KEY(ROOT "/a", "aa") }, { KEY(MOVED_ROOT "/a", "aa") },
		    AREA_FINDINGS, DIRECTION_NEUTRAL, NULL },
	};

	(void)state;
	CHECK_STEPS(steps);
}

static void
verdicts_fall_with_their_reason_and_ask_for_a_retest(void **state)
{
	static const struct step step = {
		.sentence = "telnet",
		.was = { { .kind = FACT_NONE } },
		.now = { TELNET("always") },
	};
	struct stepped s;
	bool retested = false;

	(void)state;
	take_step(&step, &s);
	assert_int_equal(diff_direction(&s.d), DIRECTION_WORSE);
	const struct change *c =
	    find_change(&s.d, AREA_VERDICTS, "en303645 5.6-1 is fail now");

	assert_non_null(c);
	assert_int_equal(c->direction, DIRECTION_WORSE);
	assert_true(c->because[SIDE_NEW].count > 0);
	assert_true(bytes_equal_text(c->because[SIDE_NEW].list[0], "SVC-1"));
	assert_true(s.d.retest_count > 0);
	const struct retest *r = &s.d.retests[0];

	assert_true(bytes_equal_text(r->framework, "en303645"));
	assert_in_range(r->count, 1, r->of - 1);
	for (size_t i = 0; i < r->count; i++)
		retested |= bytes_equal_text(r->requirements[i], "5.6-1");
	assert_true(retested);
	close_step(&s);
}

#define CHUNK(name, how, from, len, what)                                      \
	{                                                                      \
		.path = T(name "@0x0"), .format = (name), .at = (from),        \
		.size = (len), .state = (how), .info.authenticity = (what)     \
	}

static void
less_proof_of_the_update_is_worse(void **state)
{
	static const struct scene proven = {
		.chunk = { CHUNK(
		    "fit", CHUNK_READ, 0, IMAGE_SIZE, AUTHENTICITY_SIGNED) },
	};
	static const struct scene summed = {
		.chunk = { CHUNK(
		    "uimage", CHUNK_READ, 0, IMAGE_SIZE, AUTHENTICITY_CRC) },
	};
	struct stepped s;

	(void)state;
	take_scenes(&proven, &summed, &s);
	assert_int_equal(
	    find_change(&s.d, AREA_UPDATE, "a checksum only now")->direction,
	    DIRECTION_WORSE);
	assert_int_equal(
	    find_change(&s.d, AREA_UPDATE, "container is uimage")->direction,
	    DIRECTION_NEUTRAL);
	close_step(&s);
	take_scenes(&summed, &proven, &s);
	assert_int_equal(
	    find_change(&s.d, AREA_UPDATE, "a signature now")->direction,
	    DIRECTION_BETTER);
	assert_int_equal(diff_direction(&s.d), DIRECTION_BETTER);
	close_step(&s);
}

static void
what_is_only_hidden_is_not_better(void **state)
{
	static const struct scene open = { .fact = { TELNET("always"),
					       KEY(ROOT "/a", "aa") } };
	static const struct scene hidden = {
		.chunk = { CHUNK("raw", CHUNK_READ, 0, 1000,
			       AUTHENTICITY_UNKNOWN),
		    CHUNK("opaque", CHUNK_OPAQUE, 1000, IMAGE_SIZE - 1000,
			AUTHENTICITY_UNKNOWN) },
	};
	struct stepped s;

	(void)state;
	take_scenes(&open, &hidden, &s);
	assert_true(s.d.darker[SIDE_NEW]);
	assert_false(s.d.darker[SIDE_OLD]);
	assert_int_equal(s.d.count[DIRECTION_BETTER], 0);
	assert_int_equal(
	    find_change(&s.d, AREA_FINDINGS, "Telnet is started")->direction,
	    DIRECTION_NEUTRAL);
	assert_int_equal(
	    find_change(&s.d, AREA_COVERAGE, "stayed dark, before")->direction,
	    DIRECTION_WORSE);
	assert_int_equal(diff_direction(&s.d), DIRECTION_WORSE);
	close_step(&s);
	take_scenes(&hidden, &open, &s);
	assert_true(s.d.darker[SIDE_OLD]);
	assert_int_equal(
	    find_change(&s.d, AREA_FINDINGS, "Telnet is started")->direction,
	    DIRECTION_WORSE);
	close_step(&s);
}

static void
what_another_system_lacks_was_not_mended(void **state)
{
	static const struct scene router = {
		.fact = { TELNET("always"), ELF(BUSYBOX, ELF_PIE) },
	};
	static const struct scene radio = {
		.fact = { { .kind = FACT_OPERATING_SYSTEM,
		    .name = T("freertos"),
		    .number = 1 } },
	};
	static const struct scene kernel_only = { .sentence = "no programs" };
	const struct scene *others[] = { &radio, &kernel_only };
	struct stepped s;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		take_scenes(&router, others[i], &s);
		assert_true(s.d.other_system);
		assert_int_equal(s.d.count[DIRECTION_BETTER], 0);
		close_step(&s);
	}
	take_scenes(&router, &router, &s);
	assert_false(s.d.other_system);
	close_step(&s);
}

static void
a_few_dark_bytes_are_noise(void **state)
{
	static const struct scene all = { .sentence = "all" };
	static const struct scene nearly = {
		.chunk = { CHUNK("raw", CHUNK_READ, 0, IMAGE_SIZE - 4000,
			       AUTHENTICITY_UNKNOWN),
		    CHUNK("opaque", CHUNK_OPAQUE, IMAGE_SIZE - 4000, 4000,
			AUTHENTICITY_UNKNOWN) },
	};
	struct stepped s;

	(void)state;
	take_scenes(&all, &nearly, &s);
	assert_false(s.d.darker[SIDE_NEW]);
	assert_int_equal(find_change(&s.d, AREA_COVERAGE, "0.4 %")->direction,
	    DIRECTION_NEUTRAL);
	close_step(&s);
}

static const struct scene full = {
	.fact = { TELNET("always"), KEY(ROOT "/a", "aa"),
	    BANNER("1.9.2", BUSYBOX), ELF(BUSYBOX, ELF_NETWORK),
	    ACCOUNT("adm", "empty"), OPTION("CONFIG_DEVMEM", "y") },
};

static void
an_image_does_not_differ_from_itself(void **state)
{
	struct stepped s;

	(void)state;
	take_scenes(&full, &full, &s);
	if (s.d.change_count != 0)
		print_changes(&s.d);
	assert_int_equal(s.d.change_count, 0);
	assert_int_equal(s.d.retest_count, 0);
	assert_int_equal(diff_direction(&s.d), DIRECTION_NEUTRAL);
	close_step(&s);
}

static void
changes_are_sorted_by_area_and_the_worse_come_first(void **state)
{
	static const int rank[] = { [DIRECTION_WORSE] = 0,
		[DIRECTION_BETTER] = 1,
		[DIRECTION_NEUTRAL] = 2 };
	static const struct scene other = {
		.fact = { WEB("nginx", "www"), KEY(ROOT "/b", "bb"),
		    BANNER("1.36.1", BUSYBOX), ELF(BUSYBOX, ELF_PIE),
		    ACCOUNT("adm", "locked"), OPTION("CONFIG_DEVMEM", "n") },
	};
	struct stepped s;
	size_t sum = 0;

	(void)state;
	take_scenes(&full, &other, &s);
	assert_true(s.d.change_count > 10);
	for (size_t i = 1; i < s.d.change_count; i++) {
		const struct change *a = &s.d.changes[i - 1];
		const struct change *b = &s.d.changes[i];

		assert_true(a->area < b->area ||
		    (a->area == b->area &&
			rank[a->direction] <= rank[b->direction]));
	}
	for (size_t i = 0; i < DIRECTION_COUNT; i++)
		sum += s.d.count[i];
	assert_int_equal(sum, s.d.change_count);
	close_step(&s);
}

static void
an_arena_that_is_too_small_is_an_error_and_nothing_else(void **state)
{
	static const struct scene none = { .sentence = "none" };
	struct stepped s;
	enum err err = ERR_MEMORY;
	size_t limit = 0;

	(void)state;
	take_scenes(&full, &none, &s);
	for (; err != ERR_OK; limit += 512) {
		struct arena arena = arena_open(limit);
		struct diff d = { .change_count = SIZE_MAX };

		err = diff_make(&s.was.a, &s.now.a, &arena, &d);
		if (err == ERR_OK)
			assert_int_equal(d.change_count, s.d.change_count);
		else
			assert_int_equal(d.change_count, SIZE_MAX);
		arena_close(&arena);
	}
	assert_in_range(limit, 10000, (size_t)4 << 20);
	close_step(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(components_go_up_and_down),
		cmocka_unit_test(credentials_come_and_go),
		cmocka_unit_test(secrets_are_not_told),
		cmocka_unit_test(keys_are_known_by_their_fingerprint),
		cmocka_unit_test(services_start_and_stop),
		cmocka_unit_test(programs_lose_and_gain_protections),
		cmocka_unit_test(kernel_options_open_and_shut_doors),
		cmocka_unit_test(findings_appear_vanish_and_change),
		cmocka_unit_test(
		    verdicts_fall_with_their_reason_and_ask_for_a_retest),
		cmocka_unit_test(less_proof_of_the_update_is_worse),
		cmocka_unit_test(what_is_only_hidden_is_not_better),
		cmocka_unit_test(what_another_system_lacks_was_not_mended),
		cmocka_unit_test(a_few_dark_bytes_are_noise),
		cmocka_unit_test(an_image_does_not_differ_from_itself),
		cmocka_unit_test(
		    changes_are_sorted_by_area_and_the_worse_come_first),
		cmocka_unit_test(
		    an_arena_that_is_too_small_is_an_error_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
