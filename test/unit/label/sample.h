/* SPDX-License-Identifier: ISC */
/* A small ledger in memory, with its keys: owner, log, witness, bodies. */
#ifndef TEST_UNIT_LABEL_SAMPLE_H
#define TEST_UNIT_LABEL_SAMPLE_H

#include "base/arena.h"
#include "base/out.h"
#include "crypto/signer.h"
#include "label/bundle_make.h"
#include "label/compact.h"
#include "ledger/policy.h"
#include "statement/accreditation.h"
#include "statement/padding.h"
#include "statement/status_change.h"

#include <stdbool.h>
#include <stdint.h>

#define SAMPLE_ENTRIES 1024
#define SAMPLE_ORIGIN "registry.example/ledger"
#define SAMPLE_URI "https://registry.example"
/* The sample's clock. */
#define SAMPLE_NOW INT64_C(1800000000)
#define SAMPLE_DAY INT64_C(86400)

enum sample_key {
	SAMPLE_OWNER,
	SAMPLE_LOG,
	SAMPLE_WITNESS,
	SAMPLE_WITNESS_2,
	SAMPLE_BODY,	  /* Ed25519 */
	SAMPLE_BODY_P256, /* as its name says */
	SAMPLE_STRANGER,
	SAMPLE_KEYS,
};

struct sample {
	struct arena arena;
	struct signer key[SAMPLE_KEYS];
	struct bytes entry[SAMPLE_ENTRIES];
	struct merkle_hash leaf[SAMPLE_ENTRIES];
	struct merkle_hash row[SAMPLE_ENTRIES]; /* to sum nodes in */
	uint8_t padding[PADDING_LEN_MAX];
	size_t count;
	/* Full tiles of padding behind the entries, whose count must be a
	   multiple of 256 then; their hashes are made up. */
	size_t more_tiles;
	bool with_witness; /* cosign checkpoints; at first true */
	bool break_root;   /* sign a wrong root */
	int64_t issued;	   /* of the bundle: at first SAMPLE_NOW */
	int64_t expires;   /* at first a week later */
};

/* Everything fails by assertion. */
struct sample *sample_open(void);
void sample_close(struct sample *s);

/* Each appends an entry and gives its index. */
struct sample_right {
	enum sample_key body;
	enum accreditation_action action;
	unsigned level;
	int64_t from, until;
	bool suspend_labels;
	const char *name; /* NULL: "Testhaus" */
};
uint64_t sample_accredit(struct sample *s, const struct sample_right *right);
uint64_t sample_recognise(struct sample *s);

struct sample_label {
	enum sample_key body;
	unsigned release; /* parts one release from another */
	unsigned level;	  /* 0: 1 */
	int64_t issued;	  /* 0: SAMPLE_NOW - a day */
	int64_t expires;  /* 0: a year later */
	int64_t support_until;
};
uint64_t sample_label(struct sample *s, const struct sample_label *label);
uint64_t sample_status(struct sample *s, enum sample_key by, uint64_t label,
    enum status_action action);
uint64_t sample_put(struct sample *s, struct bytes entry);
/* Padding up to that count. */
void sample_fill(struct sample *s, size_t count);
/* Entries in all. */
uint64_t sample_size(const struct sample *s);
/* A label statement that is not in the ledger. */
struct bytes sample_statement(
    struct sample *s, const struct sample_label *label);

struct bundle_source sample_source(struct sample *s);
/* In the arena; made anew each time. */
struct bytes sample_checkpoint(struct sample *s);
struct bytes sample_bundle(struct sample *s);
/* owner, log, two witnesses, "quorum" with that name. */
struct bytes sample_anchors(struct sample *s, const char *quorum);
/* With its index, and its proof when its tile is full. */
struct bytes sample_compact(struct sample *s, uint64_t index);
struct bytes sample_compact_of(struct sample *s, struct bytes statement,
    bool logged, uint64_t index, struct bytes proof);

#endif
