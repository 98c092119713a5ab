/* SPDX-License-Identifier: ISC */
/*
 * libhallmark: verifies a device's label offline.
 *
 * A label is a few hundred signed bytes in a QR code. A bundle is what a
 * gateway fetches once a day: the ledger's head, who may certify what, and the
 * status of every label. Anchors are the few keys that the gateway was set up
 * with. From these three the library gives three separate answers about a
 * product: who says it and had they the right to; is it in the public ledger;
 * what is its status. It never makes one tick of them.
 *
 * The library takes no memory, starts no threads, reads no file, socket or
 * clock and keeps no state: all it works in, the caller gives. Every function
 * may be called from several threads at once, as long as they share no memory
 * that one of them writes to; hallmark_verify() only reads what
 * hallmark_open() made. Numbers are in bytes and in seconds since 1970 unless
 * they say otherwise. What the texts say is foreign, but free of control
 * characters, valid UTF-8 and zero-terminated.
 *
 * Programs built against this header go on working with every library of the
 * name libhallmark.so.1: fields are only added at the end of struct
 * hallmark_label, whose size the caller passes, and values at the end of enums.
 */
#ifndef LIBHALLMARK_HALLMARK_H
#define LIBHALLMARK_HALLMARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HALLMARK_INTERFACE 1

#if defined(__GNUC__)
#define HALLMARK_MUST_USE __attribute__((warn_unused_result))
#define HALLMARK_PUBLIC __attribute__((visibility("default")))
#else
#define HALLMARK_MUST_USE
#define HALLMARK_PUBLIC
#endif

enum hallmark_error {
	HALLMARK_OK = 0,
	HALLMARK_TRUNCATED = 1,	  /* ends before what it promises */
	HALLMARK_MALFORMED = 2,	  /* breaks its format */
	HALLMARK_UNSUPPORTED = 3, /* right, but of a kind not known here */
	HALLMARK_UNTRUSTED = 4,	  /* a signature, proof or quorum is missing */
	HALLMARK_LIMIT = 5,	  /* larger than the library takes */
	HALLMARK_MEMORY = 6,	  /* the caller's memory does not suffice */
	HALLMARK_CALLER = 7,	  /* a NULL, or a struct of unknown size */
};

/* Where an input broke its promise. */
struct hallmark_fault {
	size_t at;	    /* byte offset in the part that `format` names */
	const char *format; /* English, static: "bundle", "anchors", "label" */
	const char *field;  /* English, static: the field at fault */
};

/* A run of bytes, borrowed. */
struct hallmark_bytes {
	const uint8_t *ptr;
	size_t len;
};

/*
 * The sums that verification rests on, for callers with a library or a chip of
 * their own. All must be safe to call from every thread that calls this
 * library, and must keep nothing of what they are given.
 */
struct hallmark_hooks {
	/* SHA-256 of the parts, one behind the other; must not fail. NULL: by
	   libcrypto. */
	void (*sha256)(const struct hallmark_bytes *part, size_t count,
	    uint8_t digest[32]);
	/* Whether it is the key's signature (Ed25519, RFC 8032 §5.1.7); points
	   of small order and S not below L must be refused. NULL: by
	   libsodium. */
	bool (*ed25519_verify)(const uint8_t key[32],
	    struct hallmark_bytes message, const uint8_t signature[64]);
	/* Likewise ECDSA on P-256 with SHA-256: the key is x, then y, the
	   signature r, then s, big-endian. NULL: P-256 is left out, and what
	   was signed so is HALLMARK_ISSUER_UNSUPPORTED (a label) or
	   HALLMARK_UNSUPPORTED (a bundle). */
	bool (*p256_verify)(const uint8_t key[64],
	    struct hallmark_bytes message, const uint8_t signature[64]);
};

/*
 * An opened bundle: a handle inside the caller's memory. Nothing is to be
 * closed; it ends with the memory, the anchors or the bundle that it borrows.
 */
struct hallmark;

/*
 * The memory that hallmark_open() wants for this bundle, in bytes: about
 * 70 KiB, 4 KiB more for 10 accredited bodies and 256 KiB for each million
 * labels. The bundle was not verified by then, but the answer is bounded by its
 * length and 64 MiB. HALLMARK_TRUNCATED, HALLMARK_MALFORMED, HALLMARK_LIMIT.
 */
HALLMARK_PUBLIC HALLMARK_MUST_USE enum hallmark_error hallmark_memory_needed(
    struct hallmark_bytes bundle, size_t *ret, struct hallmark_fault *fault);

/*
 * Verifies a bundle against the anchors and makes it ready for any number of
 * labels. This is the slow part: a signature for the bundle, the head, each
 * witness, each statement of the trust list and each status list.
 *
 * `anchors` is the text of the file with owner, log, witness, group and quorum
 * lines (see libhallmark(3)). `memory` has `memory_len` bytes
 * at any alignment. anchors, bundle and memory are borrowed until the caller is
 * done with *ret. `hooks` may be NULL: libcrypto's and libsodium's, P-256
 * included; the struct is copied.
 * `fault` may be NULL; it is set on failure only, *ret on success only.
 *
 * Whether the bundle has expired is not asked here but by hallmark_verify(),
 * for it may expire while it is open.
 *   HALLMARK_UNTRUSTED    a signature, the quorum of witnesses, the tree's root
 *                         or a proof is wrong: the fault names which
 *   HALLMARK_UNSUPPORTED  an algorithm without a hook
 *   HALLMARK_MEMORY       memory_len is below hallmark_memory_needed()
 *   HALLMARK_TRUNCATED, HALLMARK_MALFORMED, HALLMARK_LIMIT
 */
HALLMARK_PUBLIC HALLMARK_MUST_USE enum hallmark_error hallmark_open(
    void *memory, size_t memory_len, struct hallmark_bytes anchors,
    struct hallmark_bytes bundle, const struct hallmark_hooks *hooks,
    const struct hallmark **ret, struct hallmark_fault *fault);

/* Answer 1: who says it, and had they the right to, at its place in the ledger. */
enum hallmark_issuer {
	HALLMARK_ISSUER_UNKNOWN_KEY = 0, /* no accredited body has that key */
	HALLMARK_ISSUER_YES = 1,
	HALLMARK_ISSUER_FORGED = 2,	    /* not that key's signature */
	HALLMARK_ISSUER_UNSUPPORTED = 3,    /* an algorithm without a hook */
	HALLMARK_ISSUER_NOT_ACCREDITED = 4, /* not at that place, or not so */
	HALLMARK_ISSUER_WITHDRAWN = 5,
	HALLMARK_ISSUER_SCHEME = 6,   /* not for this scheme */
	HALLMARK_ISSUER_LEVEL = 7,    /* not for a level this high */
	HALLMARK_ISSUER_CATEGORY = 8, /* not for this category of product */
	HALLMARK_ISSUER_DATES = 9,    /* outside its accreditation's dates */
};

/* Answer 2: is it in the ledger, below the head that the bundle brought. */
enum hallmark_presence {
	HALLMARK_PRESENCE_UNKNOWN = 0, /* nobody known signed it: not asked */
	HALLMARK_PRESENCE_YES = 1,
	HALLMARK_PRESENCE_NOT_YET =
	    2, /* not logged, or newer than the bundle */
	HALLMARK_PRESENCE_NO_PROOF = 3, /* printed before its proof was final */
	HALLMARK_PRESENCE_NO = 4,	/* something else stands at its place */
};

/* Answer 3, first half: what the ledger says of it, as of status_as_of. */
enum hallmark_status {
	HALLMARK_STATUS_UNKNOWN = 0, /* no list, or presence is not YES */
	HALLMARK_STATUS_VALID = 1,
	HALLMARK_STATUS_REVOKED = 2,
	HALLMARK_STATUS_SUSPENDED = 3,
	HALLMARK_STATUS_SUPERSEDED = 4, /* a newer label took its place */
	HALLMARK_STATUS_STALE = 5,	/* bundle or list has expired: fetch */
};

/* Answer 3, second half: what the clock says. */
enum hallmark_clock {
	HALLMARK_CLOCK_UNKNOWN = 0, /* `now` is before the bundle was made */
	HALLMARK_CLOCK_IN_TIME = 1,
	HALLMARK_CLOCK_NOT_YET = 2,
	HALLMARK_CLOCK_EXPIRED = 3,
	HALLMARK_CLOCK_SUPPORT_ENDED = 4, /* no more updates from the maker */
};

/* What a label's verdicts rest on. */
enum hallmark_basis {
	HALLMARK_BASIS_UNKNOWN = 0,
	HALLMARK_BASIS_TESTED = 1,   /* by program, all of them */
	HALLMARK_BASIS_DECLARED = 2, /* on the maker's word somewhere */
	HALLMARK_BASIS_REVIEWED = 3, /* by a named role at a laboratory */
};

/* How the maker's number is written. */
enum hallmark_oemid_kind {
	HALLMARK_OEMID_NONE = 0,
	HALLMARK_OEMID_PEN = 1,	  /* oemid_number: an IANA enterprise number */
	HALLMARK_OEMID_BYTES = 2, /* oemid, oemid_len: 3 (IEEE) or 16 bytes */
};

#define HALLMARK_NAME_LEN 256 /* of texts, their zero included; cut to it */

/*
 * The answers, and what the label says. Its own words (from `scheme` on to
 * `proven_index`) are nobody's unless issuer is HALLMARK_ISSUER_YES.
 */
struct hallmark_label {
	enum hallmark_issuer issuer;
	enum hallmark_presence presence;
	enum hallmark_status status;
	enum hallmark_clock clock;

	/* who: from the trust list; empty when the key is unknown */
	char body[HALLMARK_NAME_LEN];	  /* its name */
	char body_uri[HALLMARK_NAME_LEN]; /* its iss */
	uint8_t body_key[32];		  /* RFC 9679 thumbprint of its key */

	/* what */
	char scheme[HALLMARK_NAME_LEN];
	uint64_t level; /* 1 is the lowest */
	enum hallmark_basis basis;
	char category[HALLMARK_NAME_LEN]; /* of product; may be empty */
	char maker[HALLMARK_NAME_LEN];
	char version[HALLMARK_NAME_LEN];
	enum hallmark_oemid_kind oemid_kind;
	uint64_t oemid_number;
	uint8_t oemid[16];
	size_t oemid_len;
	uint8_t hwmodel[32];
	size_t hwmodel_len;
	uint8_t firmware[32]; /* SHA-256 of the image */
	int64_t issued;
	int64_t expires;
	int64_t support_until; /* 0 when the label does not say */
	bool has_index;
	uint64_t index; /* its place in the ledger, and its number */

	/* as of when: what the bundle brought */
	char ledger[HALLMARK_NAME_LEN]; /* the ledger's origin */
	uint64_t tree_size;
	int64_t
	    head_time; /* of the newest witness; 0 when none was asked for */
	unsigned witnesses;   /* that signed the head */
	int64_t status_as_of; /* 0 when there is no status */
	int64_t bundle_issued;
	int64_t bundle_expires;
};

/* Bytes of stack that a call needs at most; no recursion. */
#define HALLMARK_STACK_LEN 32768

/*
 * Verifies one label at the time `now`: one signature and ten digests. `text`
 * is what the QR code says (HTTPS://…/V#… or HM1:…). Writes at most `ret_size`
 * bytes (sizeof *ret) to *ret, on success only. Success means that the text was
 * read, and nothing about the product: that is in the answers.
 * HALLMARK_MALFORMED, HALLMARK_LIMIT, HALLMARK_UNSUPPORTED (another form of
 * label), HALLMARK_CALLER.
 */
HALLMARK_PUBLIC HALLMARK_MUST_USE enum hallmark_error hallmark_verify(
    const struct hallmark *handle, struct hallmark_bytes text, int64_t now,
    struct hallmark_label *ret, size_t ret_size, struct hallmark_fault *fault);

/* Whether all answers are the good ones. */
HALLMARK_PUBLIC bool hallmark_is_good(const struct hallmark_label *label);

/* English, lower case, without full stop; static, never NULL. */
HALLMARK_PUBLIC const char *hallmark_error_text(enum hallmark_error error);
HALLMARK_PUBLIC const char *hallmark_issuer_text(enum hallmark_issuer issuer);
HALLMARK_PUBLIC const char *hallmark_presence_text(
    enum hallmark_presence presence);
HALLMARK_PUBLIC const char *hallmark_status_text(enum hallmark_status status);
HALLMARK_PUBLIC const char *hallmark_clock_text(enum hallmark_clock clock);

#ifdef __cplusplus
}
#endif

#endif
