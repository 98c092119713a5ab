/* SPDX-License-Identifier: ISC */
/* Members that the JSON reports of one image and of two share. */
#ifndef REPORT_JSON_PARTS_PRIVATE_H
#define REPORT_JSON_PARTS_PRIVATE_H

#include "base/bytes.h"
#include "baseline/assessment.h"
#include "codec/json.h"
#include "report/report.h"
#include "report/report_private.h"

#include <stddef.h>
#include <stdint.h>

/* A member whose value is texts, in one line. */
void json_part_list(
    struct json *j, const char *key, const struct bytes *list, size_t count);

/* The members "tool", "coverage", "findings" (how many of each result). */
void json_part_tool(struct json *j, const struct report_tool *tool);
void json_part_coverage(struct json *j, const struct assessment *a);
void json_part_finding_counts(struct json *j, const struct assessment *a);

/* jail; worker_trouble and cut_short where there is something to tell. */
void json_part_worker(struct json *j, const struct assessment *a);

/* name, size, sha256 of the image. */
void json_part_image(struct json *j, const struct assessment *a);

/* path, at (null: in no place). */
void json_part_place(struct json *j, struct bytes path, uint64_t at);

/* Likewise, and text. */
void json_part_evidence(struct json *j, const struct evidence *e);

/* advisories, vulnerabilities; neither without feeds. */
void json_part_vulnerabilities(struct json *j, const struct assessment *a);

#endif
