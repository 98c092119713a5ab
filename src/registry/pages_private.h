/* SPDX-License-Identifier: ISC */
/* The pages: a function each, for rows of the table of routes. */
#ifndef REGISTRY_PAGES_PRIVATE_H
#define REGISTRY_PAGES_PRIVATE_H

#include "registry/route_private.h"

/* Each gives HTML, in the call's language; a path that has other forms, too,
   comes here when the choice is REGISTRY_HTML. */
route_run page_home;	     /* / */
route_run page_landing;	     /* /V */
route_run page_label;	     /* /label/{index} */
route_run page_product;	     /* /product/{id} */
route_run page_history;	     /* /product/{id}/history[/after/{index}] */
route_run page_maker;	     /* /maker/{oemid}[/after/{index}] */
route_run page_search_form;  /* /search?in=…&q=…: sends on to the next */
route_run page_search;	     /* /search/{field}/{value}[/after/{index}] */
route_run page_compare_form; /* /compare?p=…&p=…: sends on to the next */
route_run page_compare;	     /* /compare/{a}/{b}[/{c}] */
route_run page_changes;	     /* /changes[/after/{index}] */
route_run page_how;	     /* /how */
route_run page_trust;	     /* /trust */
route_run page_scheme;	     /* /scheme/{name} */
route_run page_body;	     /* /body/{kid} */
route_run page_check_form;   /* GET /check */
route_run page_check;	     /* POST /check */
route_run page_asset;	     /* /assets/{name}, /assets/{version}/{name} */

/* What went wrong, for people: any status from 400 up. `detail` as for
   route_refuse(). Asks the store nothing. */
enum err page_problem(
    struct route_call *call, unsigned status, const char *detail);

#endif
