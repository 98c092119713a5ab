/* SPDX-License-Identifier: ISC */
/* The parts of a CycloneDX document. */
#ifndef REPORT_SBOM_PRIVATE_H
#define REPORT_SBOM_PRIVATE_H

#include "base/bytes.h"
#include "baseline/assessment.h"
#include "codec/json.h"
#include "report/report_private.h"

#include <stddef.h>

/* What the image is called inside of the document. */
#define SBOM_IMAGE_REF "image"

/* A component's reference as a member, or, without a key, as an item. */
void sbom_put_ref(struct json *j, const char *key, size_t component);

/* An item of "properties"; nothing when the value is empty. */
void sbom_put_property(struct json *j, const char *name, struct bytes value);

/* The member "vulnerabilities"; nothing without feeds. */
void sbom_put_vulnerabilities(struct json *j, const struct assessment *a);

#endif
