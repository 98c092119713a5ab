/* SPDX-License-Identifier: ISC */
/* Assessments as labels are issued from them: bounded, and refused by name. */
#include "label/assessed.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
judge(const struct assessed *a, struct arena *arena)
{
	struct assessed_wish wish = {
		.scheme = a->scheme,
		.now = 1795305600,
		.data = data_embedded(),
	};
	struct assessed_answer answer;
	enum err err = assessed_judge(a, &wish, arena, &answer);

	if (err == ERR_MEMORY)
		return;
	if (err != ERR_OK)
		abort(); /* our own tables are good */
	for (size_t i = 0; i < answer.refusal_count; i++) {
		struct out o = out_open((size_t)1 << 20);

		assessed_put_refusal(&o, a, &answer.refusals[i]);
		for (size_t k = 0; k < o.len; k++)
			if (o.ptr[k] < 0x20 || o.ptr[k] == 0x7f)
				abort(); /* a terminal would obey it */
		out_close(&o);
	}
	if (answer.refusal_count == 0 &&
	    (answer.level == 0 || answer.basis == 0))
		abort(); /* a label without a level */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = arena_open(ASSESSED_ARENA_LEN);
	struct assessed a = { .image_size = 4711 };
	struct fault fault = { 0 };
	enum err err =
	    assessed_read((struct bytes){ data, size }, &arena, &a, &fault);

	if (err != ERR_OK) {
		if (a.image_size != 4711 || fault.code != err ||
		    fault.field == NULL || fault.at > size)
			abort();
	} else {
		if (a.read > a.image_size || a.unread > a.image_size)
			abort();
		judge(&a, &arena);
	}
	arena_close(&arena);
	return 0;
}
