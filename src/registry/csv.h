/* SPDX-License-Identifier: ISC */
/* Foreign text in CSV (RFC 4180) that spreadsheets will open. */
#ifndef REGISTRY_CSV_H
#define REGISTRY_CSV_H

#include "base/bytes.h"
#include "base/out.h"

/*
 * One field in quotes, on one line. An apostrophe stands before what begins
 * with '=', '+', '-', '@' or a blank: a spreadsheet would take it for a formula.
 * Controls, marks that turn the direction of writing and what is no UTF-8
 * become U+FFFD.
 */
void csv_put(struct out *o, struct bytes text);

#endif
