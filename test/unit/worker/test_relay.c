/* SPDX-License-Identifier: ISC */
/* Tests of handing events to another thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/out.h"
#include "worker/relay.h"

#include <stdlib.h>
#include <string.h>

#define EVENTS 3000

struct taken {
	struct out text;
	unsigned count;
	unsigned fail_at; /* 0: never */
	size_t content_len;
};

static enum err
take(void *context, const struct unpack_event *event)
{
	struct taken *t = context;

	t->count++;
	if (t->count == t->fail_at)
		return ERR_MEMORY;
	out_put(&t->text, event->path);
	out_put(&t->text, event->node.name);
	out_put(&t->text, event->node.link);
	out_text(&t->text, ";");
	t->content_len += event->node.content.len;
	for (size_t i = 0; i < event->node.content.len; i++)
		if (event->node.content.ptr[i] != 'c')
			return ERR_SYSTEM;
	return ERR_OK;
}

static struct unpack_event
make_event(uint8_t *path, struct bytes content)
{
	return (struct unpack_event){ .kind = UNPACK_FILE,
		.path = { path, 4 },
		.node = { .kind = NODE_FILE,
		    .name = { path + 4, 2 },
		    .content = content } };
}

static void
events_arrive_in_order_though_their_bytes_change(void **state)
{
	struct taken t = { .text = out_open((size_t)1 << 20) };
	struct out wanted = out_open((size_t)1 << 20);
	uint8_t path[8];
	uint8_t content[64];
	struct relay *r;

	(void)state;
	assert_int_equal(relay_open(take, &t, &r), ERR_OK);
	for (unsigned i = 0; i < EVENTS; i++) {
		memset(path, 'a' + (int)(i % 26), sizeof(path));
		memset(content, 'c', sizeof(content));
		struct unpack_event event = make_event(
		    path, (struct bytes){ content, i % sizeof(content) });

		assert_int_equal(relay_send(r, &event), ERR_OK);
		out_put(&wanted, (struct bytes){ path, 6 });
		out_text(&wanted, ";");
		memset(path, 'X', sizeof(path)); /* what was lent is gone */
		memset(content, 'X', sizeof(content));
	}
	assert_int_equal(relay_drain(r), ERR_OK);
	assert_int_equal(t.count, EVENTS);
	assert_true(bytes_equal(out_bytes(&t.text), out_bytes(&wanted)));
	relay_close(r);
	out_close(&t.text);
	out_close(&wanted);
}

static void
large_contents_are_lent_until_they_are_taken(void **state)
{
	struct taken t = { .text = out_open((size_t)1 << 20) };
	size_t len = RELAY_LEN;
	uint8_t *content = malloc(len);
	uint8_t path[8] = "largexx";
	struct relay *r;

	(void)state;
	assert_non_null(content);
	assert_int_equal(relay_open(take, &t, &r), ERR_OK);
	for (int i = 0; i < 3; i++) {
		memset(content, 'c', len);
		struct unpack_event event =
		    make_event(path, (struct bytes){ content, len });

		assert_int_equal(relay_send(r, &event), ERR_OK);
		memset(content, 'X', len);
	}
	assert_int_equal(relay_drain(r), ERR_OK);
	assert_true(t.content_len == 3 * len);
	relay_close(r);
	free(content);
	out_close(&t.text);
}

static void
the_takers_error_comes_back_and_ends_the_taking(void **state)
{
	struct taken t = { .text = out_open((size_t)1 << 20), .fail_at = 5 };
	uint8_t path[8] = "errorxx";
	struct unpack_event event = make_event(path, (struct bytes){ NULL, 0 });
	struct relay *r;
	enum err err = ERR_OK;

	(void)state;
	assert_int_equal(relay_open(take, &t, &r), ERR_OK);
	for (int i = 0; i < 100 && err == ERR_OK; i++)
		err = relay_send(r, &event);
	assert_int_equal(relay_drain(r), ERR_MEMORY);
	assert_int_equal(t.count, 5);
	relay_close(r);
	out_close(&t.text);
}

static void
closing_drops_what_waits(void **state)
{
	struct taken t = { .text = out_open((size_t)1 << 20) };
	uint8_t path[8] = "closexx";
	struct unpack_event event = make_event(path, (struct bytes){ NULL, 0 });
	struct relay *r;

	(void)state;
	assert_int_equal(relay_open(take, &t, &r), ERR_OK);
	for (int i = 0; i < 100; i++)
		assert_int_equal(relay_send(r, &event), ERR_OK);
	relay_close(r);
	assert_in_range(t.count, 0, 100);
	relay_close(NULL);
	out_close(&t.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    events_arrive_in_order_though_their_bytes_change),
		cmocka_unit_test(large_contents_are_lent_until_they_are_taken),
		cmocka_unit_test(
		    the_takers_error_comes_back_and_ends_the_taking),
		cmocka_unit_test(closing_drops_what_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
