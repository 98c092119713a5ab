/* SPDX-License-Identifier: ISC */
/*
 * Writes a sample for programs outside of this one: DIR/anchors, DIR/bundle and
 * DIR/labels, a line for each label: its name, the text of its QR code, the
 * clock to ask at, and the numbers of the four answers as the library gives
 * them; each text is a file of its own, too, as seeds for the fuzz targets.
 */
#include "label/compact_text.h"
#include "label/verify.h"
#include "sample.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct writing {
	const char *folder;
	FILE *labels;
	const struct bundle *bundle;
};

static FILE *
open_file(const struct writing *w, const char *name)
{
	char path[4096];
	int len = snprintf(path, sizeof(path), "%s/%s", w->folder, name);

	assert(len > 0 && (size_t)len < sizeof(path));
	FILE *file = fopen(path, "wb");

	if (file == NULL) {
		perror(path);
		exit(4);
	}
	return file;
}

static void
write_file(const struct writing *w, const char *name, struct bytes in)
{
	FILE *file = open_file(w, name);

	if (fwrite(in.ptr, 1, in.len, file) != in.len || fclose(file) != 0)
		exit(4);
}

static void
write_label(const struct writing *w, const char *name, struct bytes compact,
    bool as_url, int64_t now)
{
	uint8_t text[COMPACT_TEXT_MAX_LEN];
	uint8_t room[LABEL_VERIFY_ROOM];
	struct label_answers a;
	struct bytes carrier = { 0 };
	struct fault fault;
	enum err err = as_url
	    ? compact_to_url(compact, BYTES("registry.example"), text, &carrier)
	    : compact_to_text(compact, text, &carrier);

	assert(err == ERR_OK);
	err = label_verify_text(w->bundle, carrier, now, room, &a, &fault);
	assert(err == ERR_OK);
	(void)fprintf(w->labels, "%s\t%.*s\t%" PRId64 "\t%d %d %d %d\n", name,
	    (int)carrier.len, (const char *)carrier.ptr, now, (int)a.issuer,
	    (int)a.presence, (int)a.status, (int)a.clock);
	write_file(w, name, carrier);
}

/* Bodies of either curve, labels of every fate. */
struct fates {
	uint64_t good, p256, suspended, revoked, older, withdrawn, early, tail;
	struct bytes stranger;
};

static struct fates
fill(struct sample *s)
{
	struct fates f = { 0 };
	struct sample_right right = { .body = SAMPLE_BODY,
		.action = ACCREDIT,
		.level = 2,
		.from = SAMPLE_NOW - 90 * SAMPLE_DAY };
	struct sample_label label = { .body = SAMPLE_BODY_P256 };

	f.early = sample_label(s, &label);
	(void)sample_accredit(s, &right);
	right.body = SAMPLE_BODY_P256;
	right.name = "Prüfstelle";
	(void)sample_accredit(s, &right);
	(void)sample_recognise(s);
	label.release = 1;
	f.p256 = sample_label(s, &label);
	label.body = SAMPLE_BODY;
	label.release = 2;
	label.support_until = SAMPLE_NOW + 300 * SAMPLE_DAY;
	f.good = sample_label(s, &label);
	label.release = 3;
	f.suspended = sample_label(s, &label);
	label.release = 4;
	f.revoked = sample_label(s, &label);
	label.release = 5;
	f.older = sample_label(s, &label);
	(void)sample_status(s, SAMPLE_BODY, f.suspended, STATUS_SUSPEND);
	(void)sample_status(s, SAMPLE_BODY, f.revoked, STATUS_REVOKE);
	label.issued = SAMPLE_NOW - SAMPLE_DAY / 2;
	(void)sample_label(s, &label);
	right.action = WITHDRAW;
	(void)sample_accredit(s, &right);
	label.body = SAMPLE_BODY_P256;
	label.release = 6;
	label.issued = 0;
	f.withdrawn = sample_label(s, &label);
	sample_fill(s, 520);
	label.body = SAMPLE_BODY;
	label.release = 7;
	f.tail = sample_label(s, &label);
	label.body = SAMPLE_STRANGER;
	f.stranger = sample_statement(s, &label);
	return f;
}

static void
write_labels(const struct writing *w, struct sample *s, const struct fates *f)
{
	const struct {
		const char *name;
		uint64_t index;
	} rows[] = {
		{ "good", f->good },
		{ "p256", f->p256 },
		{ "suspended", f->suspended },
		{ "revoked", f->revoked },
		{ "superseded", f->older },
		{ "withdrawn", f->withdrawn },
		{ "early", f->early },
		{ "tail", f->tail },
	};
	static const struct bytes none = { NULL, 0 };
	struct bytes good = s->entry[f->good];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		write_label(w, rows[i].name, sample_compact(s, rows[i].index),
		    i % 2 == 0, SAMPLE_NOW);
	write_label(w, "expired", sample_compact(s, f->good), true,
	    SAMPLE_NOW + 400 * SAMPLE_DAY);
	write_label(w, "ended", sample_compact(s, f->good), true,
	    SAMPLE_NOW + 310 * SAMPLE_DAY);
	write_label(w, "clock", sample_compact(s, f->good), true,
	    SAMPLE_NOW - SAMPLE_DAY);
	write_label(w, "unproven",
	    sample_compact_of(s, good, true, f->good, none), true, SAMPLE_NOW);
	write_label(w, "elsewhere",
	    sample_compact_of(s, good, true, f->tail, none), true, SAMPLE_NOW);
	write_label(w, "unlogged", sample_compact_of(s, good, false, 0, none),
	    true, SAMPLE_NOW);
	write_label(w, "stranger",
	    sample_compact_of(s, f->stranger, true, 3, none), true, SAMPLE_NOW);
}

int
main(int argc, char *argv[])
{
	if (argc != 2)
		return 2;
	struct sample *s = sample_open();
	struct fates fates = fill(s);
	struct bytes anchors = sample_anchors(s, "first");
	struct bytes file = sample_bundle(s);
	struct policy *policy = malloc(sizeof(*policy));
	struct writing w = { .folder = argv[1] };
	struct fault fault;
	size_t needed = 0;
	enum err err = policy_read(
	    anchors, POLICY_WITH_OWNERS, &crypto_hooks_default, policy, &fault);

	assert(err == ERR_OK);
	err = bundle_memory_needed(file, &needed, &fault);
	assert(err == ERR_OK);
	void *memory = malloc(needed);

	err = bundle_open(file, policy, &crypto_hooks_default, memory, needed,
	    &w.bundle, &fault);
	assert(err == ERR_OK);
	write_file(&w, "anchors", anchors);
	write_file(&w, "bundle", file);
	w.labels = open_file(&w, "labels");
	write_labels(&w, s, &fates);
	if (fclose(w.labels) != 0)
		return 4;
	free(memory);
	free(policy);
	sample_close(s);
	return 0;
}
