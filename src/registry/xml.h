/* SPDX-License-Identifier: ISC */
/* Foreign text in XML: Atom and SVG. */
#ifndef REGISTRY_XML_H
#define REGISTRY_XML_H

#include "base/bytes.h"
#include "base/out.h"

/* For content and quoted attributes. What XML 1.0 §2.2 does not allow, controls
   and marks that turn the direction of writing become U+FFFD. */
void xml_put(struct out *o, struct bytes text);

/* <name>text</name>; the name is ours. */
void xml_put_leaf(struct out *o, const char *name, struct bytes text);

#endif
