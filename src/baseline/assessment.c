/* SPDX-License-Identifier: ISC */
/* The words of an assessment. */
#include "baseline/assessment.h"

const char *
verdict_text(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_INCONCLUSIVE:
		break;
	case VERDICT_PASS:
		return "pass";
	case VERDICT_FAIL:
		return "fail";
	case VERDICT_NOT_APPLICABLE:
		return "not-applicable";
	}
	return "inconclusive";
}

const char *
basis_text(enum basis basis)
{
	switch (basis) {
	case BASIS_TESTED:
		break;
	case BASIS_DECLARED:
		return "declared";
	case BASIS_REVIEWED:
		return "reviewed";
	}
	return "tested";
}

const char *
reason_text(enum reason reason)
{
	switch (reason) {
	case REASON_NONE:
		break;
	case REASON_NOT_DISPROVED:
		return "not-disproved";
	case REASON_NEEDS_DECLARATION:
		return "needs-declaration";
	case REASON_NEEDS_REVIEW:
		return "needs-review";
	case REASON_UNREAD_BYTES:
		return "unread-bytes";
	}
	return "";
}

const char *
finding_result_text(enum finding_result result)
{
	switch (result) {
	case FINDING_FAIL:
		return "fail";
	case FINDING_WARN:
		return "warn";
	case FINDING_INFO:
		break;
	}
	return "info";
}

const char *
need_text(enum need need)
{
	switch (need) {
	case NEED_FIX:
		return "fix";
	case NEED_DECLARE:
		return "declare";
	case NEED_READ:
		return "read";
	case NEED_REVIEW:
		break;
	}
	return "review";
}
