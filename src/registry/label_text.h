/* SPDX-License-Identifier: ISC */
/* The text of a label's QR code, made of the ledger's entry and its proof. */
#ifndef REGISTRY_LABEL_TEXT_H
#define REGISTRY_LABEL_TEXT_H

#include "label/compact.h"
#include "registry/route_private.h"

#include <stdint.h>

/*
 * The compact form of the label at an index, with its place and, once its tile
 * of 256 entries is full, the proof. In the arena. ERR_END: there is no label.
 * What route_ask() says; ERR_MEMORY.
 */
enum err label_text_compact(
    struct route_call *call, uint64_t index, struct compact *ret);

/* As a URL of this registry; without one when its name is no host's that a URL
   of ours can have. In the arena. Likewise. */
enum err label_text_make(
    struct route_call *call, uint64_t index, struct bytes *ret);

#endif
