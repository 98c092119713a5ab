/* SPDX-License-Identifier: ISC */
/* The table of routes: what there is, and who answers. */
#include "registry/api_private.h"
#include "registry/pages_private.h"
#include "registry/route_private.h"

#define API .is_api = true, .form = REGISTRY_JSON
#define SCRAPI .is_api = true, .form = REGISTRY_CBOR
#define BY_ACCEPT .by_accept = true
#define PAGE .form = REGISTRY_HTML
#define FORMS .forms = true, .form = REGISTRY_HTML

const struct route routes[] = {
	/* ---- labels and products ---- */
	{
	    .pattern = "/label/{index}",
	    FORMS,
	    .run = api_label,
	    .page = page_label,
	    .id = "getLabel",
	    .summary = "A label and what the ledger says of it now.",
	},
	{
	    .pattern = "/label/{index}/qr.svg",
	    API,
	    .run = api_qr_svg,
	    .id = "getLabelQrSvg",
	    .summary = "The label's QR code as SVG.",
	},
	{
	    .pattern = "/label/{index}/qr.png",
	    API,
	    .run = api_qr_png,
	    .id = "getLabelQrPng",
	    .summary = "The label's QR code as PNG.",
	},
	{
	    .pattern = "/label/{index}/mark.svg",
	    API,
	    .run = api_mark,
	    .id = "getLabelMark",
	    .summary = "The label to print: words and QR code.",
	},
	{
	    .pattern = "/label/{index}/badge.svg",
	    API,
	    .run = api_badge,
	    .id = "getLabelBadge",
	    .summary = "A small picture of how the label stands, for pages of "
		       "others.",
	},
	{
	    .pattern = "/product/{id}",
	    FORMS,
	    .run = api_product,
	    .page = page_product,
	    .id = "getProduct",
	    .summary = "A product, its labels, its newest update and known "
		       "flaws.",
	},
	{
	    .pattern = "/product/{id}/history",
	    FORMS,
	    .run = api_history,
	    .page = page_history,
	    .id = "getProductHistory",
	    .summary = "Every statement about a product in order: who, when, "
		       "with its proof.",
	},
	{
	    .pattern = "/product/{id}/history/after/{index}",
	    FORMS,
	    .run = api_history,
	    .page = page_history,
	    .id = "getProductHistoryAfter",
	    .summary = "The statements about a product behind an index.",
	},
	{
	    .pattern = "/product/{id}/feed.atom",
	    API,
	    .run = api_feed,
	    .id = "getProductFeed",
	    .summary = "What changes about a product, as an Atom feed.",
	},
	/* ---- lists ---- */
	{
	    .pattern = "/search/{field}/{value}",
	    FORMS,
	    .run = api_search,
	    .page = page_search,
	    .id = "search",
	    .summary = "Products or labels by words, maker, model, digest or "
		       "number.",
	},
	{
	    .pattern = "/search/{field}/{value}/after/{index}",
	    FORMS,
	    .run = api_search,
	    .page = page_search,
	    .id = "searchAfter",
	    .summary = "What was found behind an index.",
	},
	{
	    .pattern = "/changes",
	    FORMS,
	    .run = api_changes,
	    .page = page_changes,
	    .id = "getChanges",
	    .summary = "Labels that are not valid, newest change first.",
	},
	{
	    .pattern = "/changes/after/{index}",
	    FORMS,
	    .run = api_changes,
	    .page = page_changes,
	    .id = "getChangesAfter",
	    .summary = "The changes before a statement's index.",
	},
	{
	    .pattern = "/feed.atom",
	    API,
	    .run = api_feed,
	    .id = "getFeed",
	    .summary = "Every change of a label's status, as an Atom feed.",
	},
	{
	    .pattern = "/trust",
	    FORMS,
	    .run = api_trust,
	    .page = page_trust,
	    .id = "getTrust",
	    .summary = "The bodies that may label, and whose labels are "
		       "recognised.",
	},
	{
	    .pattern = "/body/{kid}",
	    FORMS,
	    .run = api_body,
	    .page = page_body,
	    .id = "getBody",
	    .summary = "A body, what it may label, and its newest labels.",
	},
	{
	    .method = REGISTRY_POST,
	    .pattern = "/check",
	    FORMS,
	    .run = api_check,
	    .page = page_check,
	    .id = "check",
	    .summary = "A list of label numbers and scanned texts, checked "
		       "against the ledger.",
	},
	/* ---- pages that have no other form ---- */
	{ .pattern = "/", PAGE, .run = page_home },
	{ .pattern = "/V", PAGE, .run = page_landing },
	{ .pattern = "/how", PAGE, .run = page_how },
	{ .pattern = "/search", PAGE, .run = page_search_form },
	{ .pattern = "/compare", PAGE, .run = page_compare_form },
	{ .pattern = "/compare/{a}/{b}", PAGE, .run = page_compare },
	{ .pattern = "/compare/{a}/{b}/{c}", PAGE, .run = page_compare },
	{ .pattern = "/maker/{oemid}/{name}", PAGE, .run = page_maker },
	{ .pattern = "/maker/{oemid}/{name}/after/{index}",
	    PAGE,
	    .run = page_maker },
	{ .pattern = "/scheme/{name}", PAGE, .run = page_scheme },
	{ .pattern = "/check", PAGE, .run = page_check_form },
	{ .pattern = "/assets/{name}", PAGE, .run = page_asset },
	{ .pattern = "/assets/{version}/{name}", PAGE, .run = page_asset },
	/* ---- the ledger itself ---- */
	{
	    .method = REGISTRY_POST,
	    .pattern = "/entries",
	    SCRAPI,
	    .run = api_hand_in,
	    .id = "registerStatement",
	    .summary = "Hands in a signed statement; answers when it is "
		       "durable (SCRAPI).",
	},
	{
	    .pattern = "/entries/{index}",
	    SCRAPI,
	    BY_ACCEPT,
	    .run = api_receipt,
	    .id = "getReceipt",
	    .summary = "A COSE receipt of an entry in the newest tree "
		       "(SCRAPI, RFC 9942).",
	},
	{
	    .pattern = "/entries/{index}/statement",
	    SCRAPI,
	    BY_ACCEPT,
	    .run = api_statement,
	    .id = "getStatement",
	    .summary = "The entry itself, a signed statement.",
	},
	{
	    .pattern = "/entries/{index}/proof",
	    API,
	    .run = api_proof,
	    .id = "getProof",
	    .summary = "The proof of an entry as text (C2SP tlog-proof).",
	},
	{
	    .pattern = "/.well-known/scitt-keys",
	    SCRAPI,
	    .run = api_keys,
	    .id = "getKeys",
	    .summary = "The keys that sign receipts, as a COSE key set "
		       "(SCRAPI).",
	},
	{
	    .pattern = "/.well-known/scitt-keys/{kid}",
	    SCRAPI,
	    .run = api_key,
	    .id = "getKey",
	    .summary = "One of these keys, by its thumbprint in base64url or "
		       "hex (SCRAPI).",
	},
	{
	    .pattern = "/checkpoint",
	    API,
	    .run = api_checkpoint,
	    .id = "getCheckpoint",
	    .summary = "The newest head as a signed note (C2SP "
		       "tlog-checkpoint).",
	},
	{
	    .pattern = "/tile/{path...}",
	    API,
	    .run = api_tile,
	    .id = "getTile",
	    .summary = "A tile of hashes, or a bundle of entries (C2SP "
		       "tlog-tiles).",
	},
	{
	    .pattern = "/status/{n}",
	    API,
	    .run = api_status_list,
	    .id = "getStatusList",
	    .summary = "A signed list of label statuses (Token Status List).",
	},
	{
	    .pattern = "/bundle",
	    API,
	    .run = api_bundle,
	    .id = "getBundle",
	    .summary = "What a verifier fetches once a day to verify labels "
		       "offline.",
	},
	{
	    .pattern = "/anchors",
	    API,
	    .run = api_anchors,
	    .id = "getAnchors",
	    .summary = "Whom this ledger trusts: owners, itself, witnesses.",
	},
	{
	    .pattern = "/openapi.json",
	    API,
	    .run = api_openapi,
	    .id = "getOpenapi",
	    .summary = "This description.",
	},
};
const size_t route_count = sizeof(routes) / sizeof(routes[0]);
