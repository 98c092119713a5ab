/* SPDX-License-Identifier: ISC */
/* A sink that writes what it is told as lines of text, for tests. */
#ifndef TEST_FEED_LOG_H
#define TEST_FEED_LOG_H

#include "advisories/feed.h"
#include "base/limits.h"
#include "base/out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static inline void
log_name(struct out *o, const char *what, const struct vex_name *name)
{
	const struct {
		const char *key;
		struct bytes value;
	} fields[] = {
		{ "purl", name->purl },
		{ "cpe", name->cpe },
		{ "name", name->name },
		{ "version", name->version },
		{ "supplier", name->supplier },
		{ "sha256", name->sha256 },
	};

	out_text(o, " ");
	out_text(o, what);
	out_text(o, "(");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (fields[i].value.len == 0)
			continue;
		out_text(o, fields[i].key);
		out_text(o, "=");
		out_put(o, fields[i].value);
		out_text(o, ";");
	}
	out_text(o, ")");
}

/* "CVE-1 fixed of(name=Router;) in(purl=…;) justification|detail\n" */
static inline enum err
log_vex(void *context, const struct vex_statement *s)
{
	struct out *o = context;

	out_put(o, s->id);
	out_text(o, " ");
	out_text(o, vex_status_text(s->status));
	log_name(o, "of", &s->product);
	log_name(o, "in", &s->component);
	out_text(o, " ");
	out_put(o, s->justification);
	out_text(o, "|");
	out_put(o, s->detail);
	out_text(o, "\n");
	return o->failed;
}

static inline void
log_range(struct out *o, const struct claim_range *range)
{
	out_text(o, range->from_excluded ? " (" : " [");
	out_put(o, range->from);
	out_text(o, ",");
	out_put(o, range->to);
	out_text(o, range->to_included ? "]" : ")");
}

/* "CVE-1 93 title\n" and for each claim " purl deb/debian openssl 12 [,1)" */
static inline enum err
log_vulnerability(void *context, const struct vulnerability *v,
    const struct claim *claims, size_t claim_count)
{
	struct out *o = context;

	out_put(o, v->id);
	for (size_t i = 0; i < v->alias_count; i++) {
		out_text(o, "=");
		out_put(o, v->aliases[i]);
	}
	if (v->record.len > 0)
		out_text(o, " by ");
	out_put(o, v->record);
	out_text(o, v->withdrawn ? " withdrawn " : " ");
	out_decimal(o, v->cvss);
	out_text(o, " ");
	out_put(o, v->title);
	out_text(o, "\n");
	for (size_t i = 0; i < claim_count; i++) {
		const struct claim *c = &claims[i];

		out_text(o, c->key == CLAIM_BY_PURL ? " purl " : " name ");
		out_put(o, c->space);
		out_text(o, " ");
		out_put(o, c->name);
		out_text(o, " ");
		out_decimal(o, c->scheme);
		out_text(o, " ");
		out_put(o, c->release);
		out_text(o, c->has_unread ? "!" : "");
		for (size_t k = 0; k < c->range_count; k++)
			log_range(o, &c->ranges[k]);
		out_text(o, "\n");
	}
	return o->failed;
}

/* Appends what the file says; its result. */
static inline enum err
log_feed(struct bytes in, struct out *to, struct feed_info *ret)
{
	struct arena work = arena_open(LIMIT_FEED_RECORD_LEN);
	struct feed_sink sink = {
		.context = to,
		.vulnerability = log_vulnerability,
		.vex = log_vex,
	};
	enum err err = feed_read(in, &work, &sink, ret);

	arena_close(&work);
	return err;
}

/* Whether a text of the test's own gives this log. */
static inline bool
logs_as(const char *json, const char *expected)
{
	struct out o = out_open(LIMIT_REPORT_LEN);
	struct feed_info info = { 0 };
	enum err err = log_feed(bytes_of(json), &o, &info);
	bool ret = err == ERR_OK && info.refused == 0 &&
	    bytes_equal(out_bytes(&o), bytes_of(expected));

	if (!ret)
		print_error("%s, refused %u:\n%.*s--- instead of\n%s",
		    err_text(err), (unsigned)info.refused, (int)o.len,
		    o.ptr != NULL ? (const char *)o.ptr : "", expected);
	out_close(&o);
	return ret;
}

#endif
