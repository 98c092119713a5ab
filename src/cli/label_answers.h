/* SPDX-License-Identifier: ISC */
/* The three answers about a label, for people and for programs. */
#ifndef CLI_LABEL_ANSWERS_H
#define CLI_LABEL_ANSWERS_H

#include "base/arena.h"
#include "base/out.h"
#include "cli/labelling.h"
#include "label/verify.h"

#include <stdbool.h>
#include <stdint.h>

/* All that was found out; borrows. */
struct label_report {
	const struct labelling *label;
	struct arena *arena;
	int64_t now;
	struct label_answers answers;
	bool has_image; /* --image was given */
	bool image_is_it;
};

/* Yes to all three (and to the fourth, when there is an image). */
bool label_answers_are_good(const struct label_report *report);

/* Three numbered answers, "yes", "no" or "unknown", and why. */
void label_answers_put_text(struct out *o, const struct label_report *report);

/* Schema hallmark.label-verification/1. */
void label_answers_put_json(struct out *o, const struct label_report *report);

#endif
