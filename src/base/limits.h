/* SPDX-License-Identifier: ISC */
/* Every limit of the program in one place, with unit and reason. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)

/* Bytes of an image file; larger ones are whole-disk dumps, not releases. */
#define LIMIT_IMAGE_LEN (1024 * MIB)

/* Containers inside containers; real images reach 6 (notes on peers: 10). */
#define LIMIT_UNPACK_DEPTH 12

/* Bytes of one decompressed stream or file inside an image. */
#define LIMIT_FILE_LEN (256 * MIB)

/* Decompressed bytes in all: 64 times the image, but at least and at most: */
#define LIMIT_UNPACK_RATIO 64
#define LIMIT_UNPACK_MIN_LEN (256 * MIB)
#define LIMIT_UNPACK_MAX_LEN (1024 * MIB)

/* Decompressed bytes held at one time, over all levels of nesting. */
#define LIMIT_LIVE_LEN (512 * MIB)

/* Nodes (files, links, payloads) in one image; Debian has 300 000. */
#define LIMIT_NODES 500000

/* Bytes of a path inside an image, containers included. */
#define LIMIT_PATH_LEN (4 * KIB)

/* Chunks in a layout, top level and nested ones together. */
#define LIMIT_CHUNKS 20000

/* Seconds that an assessment may take before it reports what it has. */
#define LIMIT_ASSESS_SECS 60

/* Index of one file system (directory tables, node lists), in memory. */
#define LIMIT_INDEX_LEN (48 * MIB)

/* Facts of one image, in the worker and again in the parent. */
#define LIMIT_FACTS_LEN (48 * MIB)
#define LIMIT_FACTS 100000

/* One excerpt of evidence; enough to recognise the place. */
#define LIMIT_EXCERPT_LEN 160

/* A text file looked at as configuration or script. */
#define LIMIT_TEXT_FILE_LEN (256 * KIB)

/* Texts kept until all files were seen (init scripts, configurations). */
#define LIMIT_KEPT_TEXTS_LEN (16 * MIB)

/* A program searched for tables of ciphers: vendors' own are smaller. */
#define LIMIT_CRYPTO_FILE_LEN (4 * MIB)

/* A package database; Debian's with 3 000 packages has 4 MiB, rpm's 90. */
#define LIMIT_PACKAGE_DB_LEN (128 * MIB)

/* A package URL, a CPE name, the list of libraries that one ELF file needs. */
#define LIMIT_PURL_LEN (1 * KIB)
#define LIMIT_CPE_LEN (1 * KIB)
#define LIMIT_ELF_NEEDED_LEN (2 * KIB)

/* A kernel's configuration; those of distributions have 280 KiB. */
#define LIMIT_KERNEL_CONFIG_LEN (2 * MIB)

/* Bytes of bare code counted to guess its machine: more add nothing; and
   searched for an operating system's strings: its devices have less. */
#define LIMIT_GUESS_LEN (256 * KIB)
#define LIMIT_SYSTEM_LEN (16 * MIB)

/* A maker's declaration: the file, its answers, names in one place, a name, a
   value. The largest seen, for a gateway, is 0.7 MB of prose. */
#define LIMIT_DECLARATION_LEN (1 * MIB)
#define LIMIT_DECLARATION_ANSWERS 20000
#define LIMIT_DECLARATION_KEYS 1000
#define LIMIT_DECLARATION_NAME_LEN ((size_t)128)
#define LIMIT_DECLARATION_VALUE_LEN (16 * KIB)

/* A private key's file, its passphrase, and what opening it may cost: memory
   (libcrypto takes no more than 32 MiB for scrypt), N times r times p of scrypt
   (2^20 are some 0.4 s), rounds of PBKDF2 (10^7 are some 4 s). */
#define LIMIT_KEY_FILE_LEN (16 * KIB)
#define LIMIT_PASSPHRASE_LEN (1 * KIB)
#define LIMIT_KEY_SCRYPT_LEN ((uint64_t)32 * MIB)
#define LIMIT_KEY_SCRYPT_WORK ((uint64_t)1 << 20)
#define LIMIT_KEY_PBKDF2_ROUNDS ((uint64_t)10000000)

/* What a vulnerability is called in one line; titles of CNAs reach 250. */
#define LIMIT_FEED_TITLE_LEN ((size_t)160)

/* Claims of one advisory, each of its CVEs counted (a distribution's kernel has
   400 of them in 60 packages), and statements of one VEX document (Red Hat's
   largest have 100 000). */
#define LIMIT_FEED_RECORD_CLAIMS ((size_t)1000000)
#define LIMIT_VEX_STATEMENTS ((size_t)1000000)

/* Feeds of vulnerabilities: files (the CVE list as a git tree has 300 000), a
   folder's depth, archives inside archives, bytes of one file as it comes and
   unpacked (NVD in one file has 2 GB), unpacked at one time, and in all. */
#define LIMIT_FEED_FILES 500000
#define LIMIT_FEED_FOLDERS 8
#define LIMIT_FEED_DEPTH 4
#define LIMIT_FEED_FILE_LEN (2048 * MIB)
#define LIMIT_FEED_LIVE_LEN (2560 * MIB)
#define LIMIT_FEED_LEN ((uint64_t)16384 * MIB)

/* One record of a feed, read; what is kept of all feeds, which has some 120 MiB
   compiled; a VEX document on one product. */
#define LIMIT_FEED_RECORD_LEN (64 * MIB)
#define LIMIT_BOOK_LEN (1000 * MIB)
#define LIMIT_VEX_LEN (64 * MIB)

/* One text in a book (what is longer is cut), a version there (it is not
   compared), a list of aliases or files, slots tried for one text in a table
   that is half empty: only texts made for it collide so often. */
#define LIMIT_BOOK_TEXT_LEN (4 * KIB)
#define LIMIT_BOOK_VERSION_LEN ((size_t)128)
#define LIMIT_BOOK_LIST ((size_t)64)
#define LIMIT_BOOK_SLOTS ((size_t)1024)

/* What feeds are asked about (an inventory), and what may be answered. */
#define LIMIT_FEED_SUBJECTS 100000
#define LIMIT_MATCHES 200000
#define LIMIT_MATCHES_LEN (256 * MIB)

/* Seconds that reading feeds may take: 2 GB need some 30. */
#define LIMIT_FEED_SECS 600

/* A message from a worker, and all of them. */
#define LIMIT_MESSAGE_LEN (1 * MIB)
#define LIMIT_ANSWER_LEN (1024 * MIB)

/* A report. */
#define LIMIT_REPORT_LEN (128 * MIB)

#endif
