/* SPDX-License-Identifier: ISC */
/* A ledger of which some texts are hostile, where statements allow it. */
#ifndef TEST_UNIT_REGISTRY_API_STORY_H
#define TEST_UNIT_REGISTRY_API_STORY_H

#include "api_world.h"

/* Markup, quotes, formulas: what statements may hold. */
#define HOSTILE "<script>alert('1')</script>\"&amp;=1+1"
/* Model bytes that are no text that may be shown. */
#define HOSTILE_MODEL "\xe2\x80\xaegpj.\x01\x1b[31m<b>\"'"

/* Claims of two labels. */
struct label_claims api_hostile_claims(void);
struct label_claims api_tame_claims(void);

/* Statements about the product of the claims. */
void api_say_update(struct api_world *a, enum who who,
    const struct label_claims *claims, const char *version);
void api_say_advisory(struct api_world *a, enum who who,
    const struct label_claims *claims, const char *id);
void api_say_recognition(struct api_world *a);

/* 0: accreditation; 1: a label; 2: a hostile label, 3: suspended; 4: update;
   5, 6: advisories; 7: recognition. */
void api_tell_story(struct api_world *a);

#endif
