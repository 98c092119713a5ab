/* SPDX-License-Identifier: ISC */
/* The table of kinds. */
#include "statement/kinds.h"

#define TYP(name) "application/vnd.hallmark." name "+cose"

const struct kind_row kind_rows[STATEMENT_KINDS] = {
	[STATEMENT_ASSESSMENT] = {
	    .name = "assessment",
	    .typ = TYP("assessment"),
	    .envelope = true,
	    .subject = SUBJECT_RELEASE,
	},
	[STATEMENT_LABEL] = {
	    .name = "label",
	    .typ = TYP("label"),
	    .must_expire = true,
	    .subject = SUBJECT_RELEASE,
	},
	[STATEMENT_STATUS] = {
	    .name = "status",
	    .typ = TYP("status"),
	    .subject = SUBJECT_RELEASE,
	},
	[STATEMENT_UPDATE] = {
	    .name = "update",
	    .typ = TYP("update"),
	    .subject = SUBJECT_PRODUCT,
	},
	[STATEMENT_ADVISORY] = {
	    .name = "advisory",
	    .typ = TYP("advisory"),
	    .subject = SUBJECT_ANY,
	},
	[STATEMENT_EVIDENCE] = {
	    .name = "evidence",
	    .typ = TYP("evidence"),
	    .envelope = true,
	    .subject = SUBJECT_RELEASE,
	},
	[STATEMENT_ACCREDITATION] = {
	    .name = "accreditation",
	    .typ = TYP("accreditation"),
	    .subject = SUBJECT_ANY,
	},
	[STATEMENT_RECOGNITION] = {
	    .name = "recognition",
	    .typ = TYP("recognition"),
	    .subject = SUBJECT_ANY,
	},
	[STATEMENT_CORRECTION] = {
	    .name = "correction",
	    .typ = TYP("correction"),
	    .subject = SUBJECT_ANY,
	},
};

bool
kind_find_typ(struct bytes typ, enum statement_kind *ret)
{
	for (size_t i = 0; i < STATEMENT_KINDS; i++)
		if (bytes_equal_text(typ, kind_rows[i].typ)) {
			*ret = (enum statement_kind)i;
			return true;
		}
	return false;
}

const char *
kind_text(enum statement_kind kind)
{
	return kind_rows[kind].name;
}
