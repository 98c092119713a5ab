/* SPDX-License-Identifier: ISC */
/* The parts of a document. */
#ifndef REPORT_DOSSIER_PRIVATE_H
#define REPORT_DOSSIER_PRIVATE_H

#include "report/dossier.h"
#include "report/pen_private.h"

/* A row of documents.tsv. */
struct dossier_row {
	struct bytes document, part, item, requirement;
	struct bytes source; /* "table.field", ';' between; or "@block" */
	bool required;
};

/* The next answer that is not empty to "table.field", or NULL. */
const struct declared *dossier_next_answer(
    const struct dossier *d, struct bytes source, size_t *at);

/* Whether the requirement is the document that is being written: psti's
   statement of compliance cannot rest on itself. */
bool dossier_is_itself(const struct verdict_row *v);

/* From which files the document was made, and by what. */
void dossier_put_origin(const struct dossier *d, struct pen *p);

/* Answers as rows of a table: what, what is said, where it stands. */
void dossier_begin_answers(struct pen *p);
void dossier_put_answers(
    const struct dossier *d, const struct dossier_row *row, struct pen *p);

/* What a '@' names: "@image", "@table:UpdMech", "@verdicts:cra" … */
void dossier_put_block(
    const struct dossier *d, const struct dossier_row *row, struct pen *p);

#endif
