/* SPDX-License-Identifier: ISC */
/* Documents for authorities and users, out of a declaration and an image. */
#ifndef REPORT_DOSSIER_H
#define REPORT_DOSSIER_H

#include "base/arena.h"
#include "base/data.h"
#include "base/err.h"
#include "base/out.h"
#include "baseline/assessment.h"
#include "declare/check.h"
#include "declare/declaration.h"
#include "declare/questions.h"
#include "report/report.h"

#include <stdbool.h>
#include <stddef.h>

/* What a document is written from; all borrowed. */
struct dossier {
	const struct data_set *data; /* documents.tsv, declaration.tsv */
	const struct assessment *assessment;
	const struct report_tool *tool;
	const struct declaration *declaration;
	const struct problems *problems;
	struct questions questions; /* dossier_open() reads them */
	struct arena arena;
};

/* A handle with the first five set: reads the questions. ERR_MALFORMED with
   *ret_fault, ERR_MEMORY. */
enum err dossier_open(struct dossier *d, struct fault *ret_fault);
void dossier_close(struct dossier *d);

/* Whether documents.tsv has a document of this name; and all names. */
bool dossier_has(const struct dossier *d, struct bytes document);
void dossier_put_names(const struct dossier *d, struct out *to);

/*
 * Writes to `to` a line for each thing that keeps the document from being
 * whole: "maker.yaml:12:3: …"; returns how many.
 */
size_t dossier_check(
    const struct dossier *d, struct bytes document, struct out *to);

/* Appends the document; only when dossier_check() found nothing. */
void dossier_write(
    const struct dossier *d, struct bytes document, bool html, struct out *to);

#endif
