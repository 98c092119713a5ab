/* SPDX-License-Identifier: ISC */
/* The texts of all statements: SQL that SQLite and PostgreSQL both speak. */
#include "database/database_private.h"

/* clang-format off */
/* One that gives rows in an order, which is that of `column`: rising, then
   falling. Its limit is the parameter behind `after`. */
#define BOTH(number, select, where, column, after, limit)                      \
	[number] = select where " AND " column " > " after                     \
	    " ORDER BY " column " LIMIT " limit,                               \
	[(number) + 1] = select where " AND " column " < " after               \
	    " ORDER BY " column " DESC LIMIT " limit

/* Rows of `table` whose index is one that `find` gives: first found, put in
   order and cut short, and only then looked up. "idx + 0": no engine may walk
   through all rows in their order instead. */
#define FOUND_IN(number, select, name, find, after, limit)                     \
	[number] = select " WHERE " name ".idx IN (SELECT idx FROM (" find     \
	    ") AS f WHERE f.idx > " after " ORDER BY f.idx + 0 LIMIT " limit   \
	    ") ORDER BY " name ".idx",                                         \
	[(number) + 1] = select " WHERE " name ".idx IN (SELECT idx FROM ("    \
	    find ") AS f WHERE f.idx < " after                                 \
	    " ORDER BY f.idx + 0 DESC LIMIT " limit ") ORDER BY " name         \
	    ".idx DESC"
/* Rows of one block whose text begins so: from $2 to before $3. */
#define BEGINNING(table, column)                                               \
	"SELECT idx FROM " table " WHERE block = $1 AND " column " >= $2"      \
	" AND " column " < $3"

#define LABELS                                                                 \
	"SELECT l.idx, p.id, l.release_id, p.pen, p.oemid, p.hwmodel,"         \
	" l.version, l.digest, l.scheme, l.level, l.basis, l.support_until,"   \
	" l.maker, l.category, l.issued, l.expires, b.kid, b.name, b.iss,"     \
	" l.accredited_by, l.status, l.changed_by, l.changed, l.reason,"       \
	" l.reason_text, l.by_owner, l.replaced_by FROM label l"               \
	" JOIN product p ON p.idx = l.product"                                 \
	" JOIN body b ON b.number = l.body"
#define PRODUCTS                                                               \
	"SELECT p.idx, p.id, p.newest, p.labels, p.pen, p.oemid, p.hwmodel,"   \
	" l.version, l.digest, l.scheme, l.level, l.basis, l.support_until,"   \
	" l.maker, l.category FROM product p JOIN label l ON l.idx = p.newest"
#define SAID_LABELS                                                            \
	"SELECT l.idx, 0, 1, v.kid, v.iss, 1, b.name, l.issued, l.expires,"    \
	" p.id, l.release_id, NULL, l.idx + 1 FROM label l"                    \
	" JOIN product p ON p.idx = l.product"                                 \
	" JOIN body b ON b.number = l.body"                                    \
	" JOIN speaker v ON v.number = l.speaker"
#define STATEMENT_ROWS                                                         \
	"SELECT s.idx, s.refused, s.kind, v.kid, v.iss, s.is_named, b.name,"   \
	" s.issued, s.expires, s.product_id, s.release_id, s.sub, s.label"     \
	" FROM statement s LEFT JOIN speaker v ON v.number = s.speaker"        \
	" LEFT JOIN body b ON b.kid = v.kid"
#define BODIES                                                                 \
	"SELECT idx, kid, action, name, iss, scopes, valid_from, valid_until," \
	" said_at, labels FROM body"

#define OF_PRODUCT " WHERE l.product = (SELECT idx FROM product WHERE id = $1)"
#define OF_BODY " WHERE l.body = (SELECT number FROM body WHERE kid = $1)"

const char *const sql_texts[SQL_STATEMENTS] = {
	[SQL_HEAD] = "SELECT origin, size, root, head_time, indexed FROM meta",
	[SQL_SET_HEAD] = "UPDATE meta SET origin = $1, size = $2, root = $3,"
	    " head_time = $4",
	[SQL_SET_INDEXED] = "UPDATE meta SET indexed = 1",
	[SQL_ADD_STATEMENT] = "INSERT INTO statement VALUES"
	    " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
	[SQL_ADD_LABEL] = "INSERT INTO label VALUES ($1, $2, $3, $4, $5, $6, $7,"
	    " $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,"
	    " $21, $22, $23, $24, $25, $26)",
	[SQL_ADD_PRODUCT] = "INSERT INTO product VALUES"
	    " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
	[SQL_PUT_LABEL] = "INSERT INTO label VALUES ($1, $2,"
	    " (SELECT idx FROM product WHERE id = $3), $4, $5, $6, $7,"
	    " $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,"
	    " $21, $22, $23, $24, $25, $26)",
	[SQL_PUT_PRODUCT] = "INSERT INTO product VALUES"
	    " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
	    " ON CONFLICT (id) DO UPDATE SET newest = excluded.newest,"
	    " labels = product.labels + 1,"
	    " maker_folded = excluded.maker_folded",
	[SQL_SET_STATUS] = "UPDATE label SET status = $1, changed_by = $2,"
	    " changed = $3, reason = $4, reason_text = $5, by_owner = $6,"
	    " replaced_by = $7 WHERE idx = $8",
	[SQL_PUT_BODY] = "INSERT INTO body VALUES"
	    " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)"
	    " ON CONFLICT (kid) DO UPDATE SET idx = excluded.idx,"
	    " action = excluded.action, name = excluded.name,"
	    " iss = excluded.iss, scopes = excluded.scopes,"
	    " valid_from = excluded.valid_from,"
	    " valid_until = excluded.valid_until, said_at = excluded.said_at",
	[SQL_COUNT_LABELS] = "UPDATE body SET labels = labels + $1"
	    " WHERE number = $2",
	[SQL_PUT_RECOGNITION] = "INSERT INTO recognition VALUES"
	    " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
	[SQL_PUT_SPEAKER] = "INSERT INTO speaker VALUES ($1, $2, $3, $4)",
	[SQL_FIND_BODY] = "SELECT number FROM body WHERE kid = $1",
	[SQL_FIND_SPEAKER] = "SELECT number, signer FROM speaker"
	    " WHERE kid = $1 AND iss = $2",
	[SQL_FIND_SIGNER] = "SELECT number FROM speaker WHERE kid = $1"
	    " ORDER BY number LIMIT 1",

	[SQL_LABEL] = LABELS " WHERE l.idx = $1",
	BOTH(SQL_LABELS_ALL, LABELS, " WHERE 1 = 1", "l.idx", "$1", "$2"),
	BOTH(SQL_LABELS_PRODUCT, LABELS, OF_PRODUCT, "l.idx", "$2", "$3"),
	BOTH(SQL_LABELS_RELEASE, LABELS, " WHERE l.release_id = $1", "l.idx",
	    "$2", "$3"),
	BOTH(SQL_LABELS_BODY, LABELS, OF_BODY, "l.idx", "$2", "$3"),
	FOUND_IN(SQL_LABELS_MAKER, LABELS, "l",
	    BEGINNING("label", "maker_folded"), "$4", "$5"),
	FOUND_IN(SQL_LABELS_MODEL, LABELS, "l",
	    BEGINNING("label", "model_folded"), "$4", "$5"),
	FOUND_IN(SQL_LABELS_WORDS, LABELS, "l",
	    BEGINNING("label", "maker_folded") " UNION "
	    BEGINNING("label", "model_folded"), "$4", "$5"),
	FOUND_IN(SQL_LABELS_DIGEST, LABELS, "l",
	    "SELECT idx FROM label WHERE digest >= $1 AND digest <= $2",
	    "$3", "$4"),
	[SQL_LABELS_CHANGED_BY] = LABELS " WHERE l.status <> 0"
	    " AND l.changed_by = $1 AND l.idx < $2"
	    " ORDER BY l.idx DESC LIMIT $3",
	[SQL_LABELS_CHANGE] = LABELS " WHERE l.status <> 0"
	    " AND l.changed_by < $1"
	    " ORDER BY l.changed_by DESC, l.idx DESC LIMIT $2",

	[SQL_PRODUCT] = PRODUCTS " WHERE p.id = $1",
	BOTH(SQL_PRODUCTS_ALL, PRODUCTS, " WHERE 1 = 1", "p.idx", "$1",
	    "$2"),
	FOUND_IN(SQL_PRODUCTS_MAKER, PRODUCTS, "p",
	    BEGINNING("product", "maker_folded"), "$4", "$5"),
	FOUND_IN(SQL_PRODUCTS_MODEL, PRODUCTS, "p",
	    BEGINNING("product", "model_folded"), "$4", "$5"),
	FOUND_IN(SQL_PRODUCTS_WORDS, PRODUCTS, "p",
	    BEGINNING("product", "maker_folded") " UNION "
	    BEGINNING("product", "model_folded"), "$4", "$5"),

	[SQL_SAID_LABEL] = SAID_LABELS " WHERE l.idx = $1",
	BOTH(SQL_SAID_LABELS_ALL, SAID_LABELS, " WHERE 1 = 1", "l.idx",
	    "$1", "$2"),
	BOTH(SQL_SAID_LABELS_PRODUCT, SAID_LABELS, OF_PRODUCT, "l.idx", "$2",
	    "$3"),
	BOTH(SQL_SAID_LABELS_RELEASE, SAID_LABELS, " WHERE l.release_id = $1",
	    "l.idx", "$2", "$3"),
	BOTH(SQL_SAID_LABELS_BODY, SAID_LABELS, OF_BODY, "l.idx", "$2", "$3"),
	[SQL_STATEMENT] = STATEMENT_ROWS " WHERE s.idx = $1",
	BOTH(SQL_STATEMENTS_ALL, STATEMENT_ROWS, " WHERE 1 = 1", "s.idx",
	    "$1", "$2"),
	BOTH(SQL_STATEMENTS_KIND, STATEMENT_ROWS, " WHERE s.kind = $1", "s.idx",
	    "$2", "$3"),
	BOTH(SQL_STATEMENTS_PRODUCT, STATEMENT_ROWS,
	    " WHERE s.product_id = $1 AND s.kind = $2", "s.idx", "$3", "$4"),
	BOTH(SQL_STATEMENTS_RELEASE, STATEMENT_ROWS,
	    " WHERE s.release_id = $1 AND s.kind = $2", "s.idx", "$3", "$4"),
	BOTH(SQL_STATEMENTS_BODY, STATEMENT_ROWS,
	    " WHERE s.signer = (SELECT min(number) FROM speaker WHERE kid = $1)"
	    " AND s.kind = $2", "s.idx", "$3", "$4"),
	BOTH(SQL_STATEMENTS_LABEL, STATEMENT_ROWS,
	    " WHERE s.label = $1 AND s.kind = $2", "s.idx", "$3", "$4"),

	[SQL_BODY_INDEX] = BODIES " WHERE idx = $1",
	[SQL_BODY_KID] = BODIES " WHERE kid = $1",
	BOTH(SQL_BODIES_ALL, BODIES, " WHERE 1 = 1", "idx", "$1", "$2"),
	BOTH(SQL_RECOGNITIONS_ALL, "SELECT idx, their_domain, their_scheme,"
	    " their_level, our_scheme, our_level, conditions, source,"
	    " valid_from, valid_until, said_at FROM recognition",
	    " WHERE 1 = 1", "idx", "$1", "$2"),
};
/* clang-format on */
