/* SPDX-License-Identifier: ISC */
/* English for the error codes. */
#include "base/err.h"

bool
err_is_input(enum err err)
{
	return err >= ERR_TRUNCATED && err <= ERR_ENCRYPTED;
}

const char *
err_text(enum err err)
{
	switch (err) {
	case ERR_OK:
		return "no error";
	case ERR_END:
		return "nothing further";
	case ERR_TRUNCATED:
		return "ends too early";
	case ERR_MALFORMED:
		return "is malformed";
	case ERR_UNSUPPORTED:
		return "is of an unsupported kind";
	case ERR_CHECKSUM:
		return "has a wrong checksum";
	case ERR_LIMIT:
		return "exceeds a limit";
	case ERR_ENCRYPTED:
		return "is encrypted";
	case ERR_MEMORY:
		return "out of memory";
	case ERR_SYSTEM:
		return "a system call failed";
	}
	return "unknown error";
}
