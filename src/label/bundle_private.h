/* SPDX-License-Identifier: ISC */
/* A bundle taken apart, before anything in it is believed. */
#ifndef LABEL_BUNDLE_PRIVATE_H
#define LABEL_BUNDLE_PRIVATE_H

#include "label/bundle.h"
#include "ledger/checkpoint.h"

/* All of it borrows the file. */
struct bundle_parts {
	struct cose_sign1 envelope;
	struct bundle_header header;
	struct bytes content; /* what the envelope's payload is the digest of */
	struct bytes checkpoint;
	struct bytes tiles;
	struct bytes tail;
	/* these stand on the first element of their arrays */
	struct cbor_reader trust;
	struct cbor_reader status;
	size_t trust_count;
	size_t list_count;
	size_t longest;	    /* bytes of the longest of these elements */
	uint64_t tree_size; /* as the checkpoint says */
};

/* One element of the trust list. */
struct bundle_entry {
	uint64_t index;
	struct bytes statement;
	struct bytes proof; /* empty, or COMPACT_PROOF_LEN */
};

/* Reads the structure, strictly, and that the parts fit each other in number:
   hashes and lists are those that a tree of its size has. */
enum err bundle_read(
    struct bytes file, struct bundle_parts *ret, struct fault *ret_fault);

/* The next of parts->trust_count elements. */
enum err bundle_read_entry(struct cbor_reader *r, struct bundle_entry *ret);

#endif
