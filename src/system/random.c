/* SPDX-License-Identifier: ISC */
/* getrandom(), whole. */
#include "system/random.h"

#include <errno.h>
#include <sys/random.h>

enum err
random_bytes(uint8_t *ret, size_t len)
{
	while (len > 0) {
		ssize_t n = getrandom(ret, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ERR_SYSTEM;
		ret += n;
		len -= (size_t)n;
	}
	return ERR_OK;
}
