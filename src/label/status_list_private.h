/* SPDX-License-Identifier: ISC */
/* Numbers in status lists, for those who read and those who make them. */
#ifndef LABEL_STATUS_LIST_PRIVATE_H
#define LABEL_STATUS_LIST_PRIVATE_H

/* CWT claims: §14.8 of the draft and RFC 8392. */
#define CLAIM_SUB 2
#define CLAIM_EXP 4
#define CLAIM_IAT 6
#define CLAIM_STATUS_LIST 65533
#define CLAIM_TTL 65534

#endif
