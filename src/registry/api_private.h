/* SPDX-License-Identifier: ISC */
/* The routes for programs: a function each, for rows of the table of routes. */
#ifndef REGISTRY_API_PRIVATE_H
#define REGISTRY_API_PRIVATE_H

#include "registry/route_private.h"

route_run api_label;	   /* /label/{index} */
route_run api_qr_svg;	   /* /label/{index}/qr.svg */
route_run api_qr_png;	   /* /label/{index}/qr.png */
route_run api_mark;	   /* /label/{index}/mark.svg */
route_run api_badge;	   /* /label/{index}/badge.svg */
route_run api_product;	   /* /product/{id} */
route_run api_history;	   /* /product/{id}/history[/after/{index}] */
route_run api_feed;	   /* /product/{id}/feed.atom, /feed.atom */
route_run api_search;	   /* /search/{field}/{value}[/after/{index}] */
route_run api_changes;	   /* /changes[/after/{index}] */
route_run api_trust;	   /* /trust */
route_run api_body;	   /* /body/{kid} */
route_run api_check;	   /* POST /check */
route_run api_hand_in;	   /* POST /entries */
route_run api_receipt;	   /* /entries/{index} */
route_run api_statement;   /* /entries/{index}/statement */
route_run api_proof;	   /* /entries/{index}/proof */
route_run api_keys;	   /* /.well-known/scitt-keys */
route_run api_key;	   /* /.well-known/scitt-keys/{kid} */
route_run api_checkpoint;  /* /checkpoint */
route_run api_tile;	   /* /tile/{path...} */
route_run api_status_list; /* /status/{n} */
route_run api_bundle;	   /* /bundle */
route_run api_anchors;	   /* /anchors */
route_run api_openapi;	   /* /openapi.json */

/* What became of a statement that was handed in at /entries. */
enum err api_submitted(
    struct route_call *call, const struct registry_submission *submission);

/* The label whose index is the first part. ERR_END: there is none. */
enum err api_find_label(struct route_call *call,
    const struct registry_label **ret, struct registry_reply *ret_reply);

/* An index at the end of a path, "/after/17", which may be left out; false when
   it is none. */
bool api_read_after(struct bytes part, struct registry_question *question);

#endif
