/* SPDX-License-Identifier: ISC */
/* An assessment made by hand: a device with a console and a few services. */
#ifndef TEST_DRAFT_CAMERA_H
#define TEST_DRAFT_CAMERA_H

#include "base/data.h"
#include "base/limits.h"
#include "declare/check.h"
#include "declare/read.h"
#include "draft/prefill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TODAY 1795305600u /* 2026-11-22 */

struct camera {
	struct observation seen;
	struct arena arena;
	struct assessment assessment;
	struct component_item component[2];
	struct prefill prefill;
};

/* A text in a static initialiser. */
#define T(literal)                                                             \
	{                                                                      \
		(const uint8_t *)(literal), sizeof(literal) - 1                \
	}

static const struct fact camera_facts[] = {
	{ .kind = FACT_COMPONENT,
	    .path = T("sq!/etc/os-release"),
	    .at = FACT_NOWHERE,
	    .name = T("argentum"),
	    .value = T("1.0") },
	{ .kind = FACT_PASSWORD_HASH,
	    .path = T("sq!/etc/shadow"),
	    .at = FACT_NOWHERE,
	    .name = T("root"),
	    .value = T("md5") },
	{ .kind = FACT_CONSOLE,
	    .path = T("sq!/etc/inittab"),
	    .at = 26,
	    .name = T("shell"),
	    .detail = T("ttyS0") },
	{ .kind = FACT_SERVICE,
	    .path = T("sq!/etc/init.d/rcS"),
	    .at = 5,
	    .name = T("telnetd"),
	    .detail = T("always"),
	    .number = 23 },
	{ .kind = FACT_SERVICE,
	    .path = T("sq!/etc/init.d/rcS"),
	    .at = 9,
	    .name = T("telnetd"),
	    .detail = T("always"),
	    .number = 23 },
	{ .kind = FACT_PRIVATE_KEY,
	    .path = T("sq!/lib/libssl.so"),
	    .at = 1,
	    .name = T("RSA 2048"),
	    .value = T("aaaaaaaaaaaaaaaa"),
	    .detail = T("OpenSSL test key") },
	{ .kind = FACT_PRIVATE_KEY,
	    .path = T("sq!/etc/server.pem"),
	    .at = FACT_NOWHERE,
	    .name = T("RSA 2048"),
	    .value = T("bbbbbbbbbbbbbbbb") },
	{ .kind = FACT_UPDATER,
	    .path = T("sq!/sbin/\x1b[2Jsysupgrade"),
	    .at = FACT_NOWHERE,
	    .name = T("sysupgrade") },
};

static inline struct camera
camera_open(void)
{
	struct camera c = {
		.seen = observation_open(),
		.arena = arena_open(64 * MIB),
	};

	for (size_t i = 0; i < sizeof(camera_facts) / sizeof(camera_facts[0]);
	     i++)
		assert_int_equal(
		    facts_add(&c.seen.facts, &camera_facts[i]), ERR_OK);
	return c;
}

/* Behind camera_open(), when it no longer moves. */
static inline void
camera_assess(struct camera *c)
{
	c->component[0] = (struct component_item){ .name = BYTES("busybox"),
		.version = BYTES("1.35.0") };
	c->component[1] = (struct component_item){ .name = BYTES("busybox"),
		.version = BYTES("1.36.0") };
	c->assessment.seen = &c->seen;
	c->assessment.components = c->component;
	c->assessment.component_count = 2;
	c->assessment.update.container = BYTES("uimage");
	c->assessment.update.authenticity = AUTHENTICITY_CRC;
	assert_int_equal(
	    prefill_make(&c->assessment, &c->arena, &c->prefill), ERR_OK);
}

static inline void
camera_close(struct camera *c)
{
	arena_close(&c->arena);
	observation_close(&c->seen);
}

static inline struct declaration
camera_read(struct camera *c, struct bytes yaml)
{
	struct declaration d = { NULL, 0 };
	struct declaration_fault fault = { 0 };

	if (declaration_read(yaml, &c->arena, &d, &fault) != ERR_OK)
		fail_msg("%u:%u %s in\n%.*s", fault.line, fault.column,
		    fault.text, (int)yaml.len, (const char *)yaml.ptr);
	return d;
}

#endif
