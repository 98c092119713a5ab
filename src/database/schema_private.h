/* SPDX-License-Identifier: ISC */
/* The tables, once for each engine's words. */
#ifndef DATABASE_SCHEMA_PRIVATE_H
#define DATABASE_SCHEMA_PRIVATE_H

#include "database/database_private.h"

/*
 * INT holds 64 bits with a sign, BYTES any bytes: what compares and sorts is
 * bytes alone, so that both engines agree. A row's number is the ledger index
 * that brought it first. docs/database.md says what each column is.
 */
/* clang-format off */
#define SCHEMA_TEXT_OF(number) #number
#define SCHEMA_TEXT(number) SCHEMA_TEXT_OF(number)
#define SCHEMA_TABLES(INT, BYTES)                                              \
	"CREATE TABLE meta (one " INT " PRIMARY KEY, version " INT " NOT NULL,"\
	" origin " BYTES " NOT NULL, size " INT " NOT NULL,"                   \
	" root " BYTES " NOT NULL, head_time " INT " NOT NULL,"                \
	" indexed " INT " NOT NULL);"                                          \
	"CREATE TABLE label (idx " INT " PRIMARY KEY,"                         \
	" block " INT " NOT NULL, product " INT " NOT NULL,"                   \
	" release_id " BYTES " NOT NULL, version " BYTES " NOT NULL,"          \
	" digest " BYTES " NOT NULL, scheme " BYTES " NOT NULL,"               \
	" level " INT " NOT NULL, basis " INT " NOT NULL,"                     \
	" support_until " INT " NOT NULL, maker " BYTES " NOT NULL,"           \
	" maker_folded " BYTES " NOT NULL, model_folded " BYTES " NOT NULL,"   \
	" category " BYTES ", issued " INT " NOT NULL,"                        \
	" expires " INT " NOT NULL, body " INT " NOT NULL,"                    \
	" speaker " INT " NOT NULL, accredited_by " INT " NOT NULL,"           \
	" status " INT " NOT NULL, changed_by " INT ", changed " INT ","       \
	" reason " INT ", reason_text " BYTES ", by_owner " INT ","            \
	" replaced_by " INT ");"                                               \
	"CREATE TABLE product (idx " INT " PRIMARY KEY,"                       \
	" block " INT " NOT NULL, id " BYTES " NOT NULL UNIQUE,"               \
	" newest " INT " NOT NULL, labels " INT " NOT NULL,"                   \
	" pen " INT " NOT NULL, oemid " BYTES ","                              \
	" hwmodel " BYTES " NOT NULL, maker_folded " BYTES " NOT NULL,"        \
	" model_folded " BYTES " NOT NULL);"                                   \
	"CREATE TABLE body (number " INT " PRIMARY KEY,"                       \
	" kid " BYTES " NOT NULL UNIQUE, idx " INT " NOT NULL UNIQUE,"         \
	" action " INT " NOT NULL, name " BYTES " NOT NULL,"                   \
	" iss " BYTES " NOT NULL, scopes " BYTES " NOT NULL,"                  \
	" valid_from " INT " NOT NULL, valid_until " INT " NOT NULL,"          \
	" said_at " INT " NOT NULL, labels " INT " NOT NULL);"                 \
	"CREATE TABLE speaker (number " INT " PRIMARY KEY,"                    \
	" kid " BYTES " NOT NULL, signer " INT " NOT NULL,"                    \
	" iss " BYTES " NOT NULL);"                                            \
	"CREATE TABLE statement (idx " INT " PRIMARY KEY,"                     \
	" refused " INT " NOT NULL, kind " INT ", signer " INT ","             \
	" speaker " INT ", is_named " INT ", issued " INT ","                  \
	" expires " INT ", product_id " BYTES ", release_id " BYTES ","        \
	" sub " BYTES ", label " INT ");"                                      \
	"CREATE TABLE recognition (idx " INT " PRIMARY KEY,"                   \
	" their_domain " BYTES " NOT NULL, their_scheme " BYTES " NOT NULL,"   \
	" their_level " BYTES " NOT NULL, our_scheme " BYTES " NOT NULL,"      \
	" our_level " INT " NOT NULL, conditions " BYTES " NOT NULL,"          \
	" source " BYTES " NOT NULL, valid_from " INT " NOT NULL,"             \
	" valid_until " INT " NOT NULL, said_at " INT " NOT NULL);"            \
	"INSERT INTO meta VALUES (1, " SCHEMA_TEXT(SCHEMA_VERSION)             \
	", '', 0, '', 0, 0);"

/* IDX is what stands at an index's end for "by index": SQLite has it there
   anyway. */
#define SCHEMA_INDEXES(IDX)                                                    \
	"CREATE INDEX label_product ON label (product" IDX ");"                \
	"CREATE INDEX label_release ON label (release_id" IDX ");"             \
	"CREATE INDEX label_body ON label (body" IDX ");"                      \
	"CREATE INDEX label_maker ON label (block, maker_folded" IDX ");"      \
	"CREATE INDEX label_model ON label (block, model_folded" IDX ");"      \
	"CREATE INDEX label_digest ON label (digest" IDX ");"                  \
	"CREATE INDEX label_change ON label (changed_by, idx)"                 \
	" WHERE status <> 0;"                                                  \
	"CREATE INDEX product_maker ON product (block, maker_folded" IDX ");"  \
	"CREATE INDEX product_model ON product (block, model_folded" IDX ");"  \
	"CREATE INDEX speaker_kid ON speaker (kid, number);"                   \
	"CREATE INDEX statement_kind ON statement (kind" IDX ");"              \
	"CREATE INDEX statement_product ON statement (product_id, kind" IDX ")"\
	" WHERE product_id IS NOT NULL;"                                       \
	"CREATE INDEX statement_release ON statement (release_id, kind" IDX ")"\
	" WHERE release_id IS NOT NULL;"                                       \
	"CREATE INDEX statement_signer ON statement (signer, kind" IDX ");"    \
	"CREATE INDEX statement_label ON statement (label, kind" IDX ")"       \
	" WHERE label IS NOT NULL;"
/* clang-format on */

#endif
