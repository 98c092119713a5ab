/* SPDX-License-Identifier: ISC */
/* One rule at work: what it may read, and where it puts its evidence. */
#ifndef BASELINE_JUDGING_PRIVATE_H
#define BASELINE_JUDGING_PRIVATE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "baseline/assessment.h"
#include "baseline/claims_private.h"
#include "baseline/end_of_life.h"
#include "baseline/summary_private.h"
#include "inspect/facts.h"
#include "inspect/observation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Evidence kept for a finding; the rest is counted. */
#define EVIDENCE_SHOWN 12

/* What a rule collects for one result. */
struct bucket {
	struct evidence *list; /* EVIDENCE_SHOWN places, in the arena */
	size_t count;
	size_t total;
};

struct judging {
	const struct observation *seen;
	const struct facts *facts;
	const struct end_of_life_list *dates;
	const struct summary *summary;
	const struct component_item *components;
	size_t component_count;
	const struct claims *claims; /* its declaration may be NULL */
	struct bytes declaration_name;
	const struct assessment *taken; /* inventory, product, advisories */
	uint64_t today;			/* Unix seconds */
	struct arena *arena;
	struct bucket bucket[3]; /* by enum finding_result */
	bool unsettled; /* what this rule only informs of leaves its own
				    requirements to a person */
	bool no_memory; /* sticks */
};

/* Adds evidence; what is already shown is not added again. */
void judging_show(
    struct judging *j, enum finding_result result, struct evidence evidence);
void judging_note(struct judging *j, enum finding_result result,
    struct bytes path, uint64_t at, struct bytes text);

/* The fact as evidence, secrets in it told only as far as mending needs. */
void judging_add(
    struct judging *j, enum finding_result result, const struct fact *fact);

/* The fact's place with a sentence of ours (printf). */
void judging_say(struct judging *j, enum finding_result result,
    const struct fact *fact, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The maker's answer, with a sentence of ours (printf). */
void judging_quote(struct judging *j, enum finding_result result,
    const struct declared *answer, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* For "%.*s": a foreign text's length, bounded. */
int judging_len(struct bytes text);

/* Whether a list of words, ended by NULL, has this one. */
bool word_in(struct bytes word, const char *const *words);

/* The last part of a path, or of a command's first word without its '-'. */
struct bytes path_name(struct bytes path);
struct bytes command_name(struct bytes command);

/* "1", "on", "yes", "true", "enabled", in any case; and their opposites. */
bool setting_is_on(struct bytes value);
bool setting_is_off(struct bytes value);

/* How a program from a list is started, the surest way first. */
enum running {
	RUNNING_NO,
	RUNNING_GUARDED,
	RUNNING_YES, /* always, or by socket */
};
enum running service_running(const struct fact *service);
enum running services_running(
    const struct judging *j, const char *const *programs);

/* The servers that let somebody log in. */
extern const char *const login_servers[];

/* Facts of one kind, sorted for looking up. */
enum lookup_by {
	LOOKUP_PATH,
	LOOKUP_PATH_AND_NAME,
	LOOKUP_VALUE,
};
struct lookup {
	const struct fact **list;
	size_t count;
	enum lookup_by by;
};

/* Empty when memory ends (j->no_memory). */
struct lookup lookup_make(
    struct judging *j, enum fact_kind kind, enum lookup_by by);
const struct fact *lookup_find(const struct lookup *l, const struct fact *like);

/* The judge functions; rule_table.c lists them. */
void judge_bin_1(struct judging *j);
void judge_bin_2(struct judging *j);
void judge_bin_3(struct judging *j);
void judge_bin_4(struct judging *j);
void judge_bin_5(struct judging *j);
void judge_bin_6(struct judging *j);
void judge_bin_7(struct judging *j);
void judge_boot_1(struct judging *j);
void judge_boot_2(struct judging *j);
void judge_boot_3(struct judging *j);
void judge_cert_1(struct judging *j);
void judge_cert_2(struct judging *j);
void judge_cert_3(struct judging *j);
void judge_com_1(struct judging *j);
void judge_cov_1(struct judging *j);
void judge_cred_1(struct judging *j);
void judge_cred_2(struct judging *j);
void judge_cred_3(struct judging *j);
void judge_cred_4(struct judging *j);
void judge_cred_5(struct judging *j);
void judge_cred_6(struct judging *j);
void judge_cred_7(struct judging *j);
void judge_cry_1(struct judging *j);
void judge_cry_2(struct judging *j);
void judge_data_1(struct judging *j);
void judge_data_2(struct judging *j);
void judge_dbg_1(struct judging *j);
void judge_dbg_2(struct judging *j);
void judge_dbg_3(struct judging *j);
void judge_dbg_4(struct judging *j);
void judge_decl_1(struct judging *j);
void judge_decl_2(struct judging *j);
void judge_decl_3(struct judging *j);
void judge_decl_4(struct judging *j);
void judge_decl_5(struct judging *j);
void judge_decl_6(struct judging *j);
void judge_decl_7(struct judging *j);
void judge_decl_8(struct judging *j);
void judge_decl_9(struct judging *j);
void judge_decl_10(struct judging *j);
void judge_doc_1(struct judging *j);
void judge_kcfg_1(struct judging *j);
void judge_kcfg_2(struct judging *j);
void judge_key_1(struct judging *j);
void judge_key_2(struct judging *j);
void judge_key_3(struct judging *j);
void judge_key_4(struct judging *j);
void judge_key_5(struct judging *j);
void judge_sbom_1(struct judging *j);
void judge_svc_1(struct judging *j);
void judge_svc_2(struct judging *j);
void judge_svc_3(struct judging *j);
void judge_svc_4(struct judging *j);
void judge_svc_5(struct judging *j);
void judge_svc_6(struct judging *j);
void judge_upd_1(struct judging *j);
void judge_upd_2(struct judging *j);
void judge_upd_3(struct judging *j);
void judge_upd_4(struct judging *j);
void judge_upd_5(struct judging *j);
void judge_upd_6(struct judging *j);
void judge_upd_7(struct judging *j);
void judge_vuln_1(struct judging *j);
void judge_vuln_2(struct judging *j);
void judge_vuln_3(struct judging *j);

#endif
