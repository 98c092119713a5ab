/* SPDX-License-Identifier: ISC */
/* Frames over a pipe, right and hostile. */
#include "system/message.h"

#include "base/limits.h"
#include "system/clock.h"
#include "system/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SOON_MS 5000

static enum message_arrival
read_from(struct bytes sent, struct message_reader *r, struct message *ret)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(file_put(fds[1], sent), ERR_OK);
	close(fds[1]);
	*r = message_reader_open(fds[0]);
	enum message_arrival arrival =
	    message_read(r, clock_now_ms() + SOON_MS, ret);

	close(fds[0]);
	return arrival;
}

static void
messages_arrive_as_they_were_written(void **state)
{
	static uint8_t large[LIMIT_MESSAGE_LEN];
	static const size_t lens[] = { 0, 1, 5, 70000, LIMIT_MESSAGE_LEN, 3 };
	int fds[2];
	int status;

	(void)state;
	for (size_t i = 0; i < sizeof(large); i++)
		large[i] = (uint8_t)(i * 7 + i / 251);
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();

	if (pid == 0) {
		struct message_writer w = message_writer_open(fds[1]);

		for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++)
			message_write(&w, (uint8_t)(i + 1),
			    (struct bytes){ large, lens[i] });
		message_flush(&w);
		_exit(w.failed != ERR_OK);
	}
	close(fds[1]);
	struct message_reader r = message_reader_open(fds[0]);
	struct message message;

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		assert_int_equal(
		    message_read(&r, clock_now_ms() + SOON_MS, &message),
		    MESSAGE_ARRIVED);
		assert_int_equal(message.type, i + 1);
		assert_true(bytes_equal(
		    message.payload, (struct bytes){ large, lens[i] }));
	}
	assert_int_equal(message_read(&r, clock_now_ms() + SOON_MS, &message),
	    MESSAGE_ENDED);
	message_reader_close(&r);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
every_prefix_of_a_frame_is_cut(void **state)
{
	static const uint8_t frame[] = { 9, 3, 0, 0, 0, 'a', 'b', 'c' };

	(void)state;
	for (size_t len = 0; len <= sizeof(frame); len++) {
		struct message_reader r;
		struct message message = { .type = 77 };
		enum message_arrival arrival =
		    read_from((struct bytes){ frame, len }, &r, &message);

		if (len == 0)
			assert_int_equal(arrival, MESSAGE_ENDED);
		else if (len < sizeof(frame))
			assert_int_equal(arrival, MESSAGE_CUT);
		else
			assert_int_equal(arrival, MESSAGE_ARRIVED);
		assert_int_equal(message.type, len < sizeof(frame) ? 77 : 9);
		message_reader_close(&r);
	}
}

static void
a_frame_over_the_limit_is_refused_by_its_header(void **state)
{
	static const uint8_t lens[][5] = {
		{ 1, 1, 0, 0x10, 0 }, /* one more than 1 MiB */
		{ 1, 0xff, 0xff, 0xff, 0xff },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct message_reader r;
		struct message message;

		assert_int_equal(
		    read_from((struct bytes){ lens[i], 5 }, &r, &message),
		    MESSAGE_TOO_LONG);
		message_reader_close(&r);
	}
}

static void
reading_stops_when_the_time_has_come(void **state)
{
	struct message message;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "\1\2", 2), 2);
	struct message_reader r = message_reader_open(fds[0]);

	assert_int_equal(
	    message_read(&r, clock_now_ms() + 20, &message), MESSAGE_NOT_YET);
	assert_int_equal(write(fds[1], "\0\0\0xy", 5), 5);
	assert_int_equal(message_read(&r, clock_now_ms() + SOON_MS, &message),
	    MESSAGE_ARRIVED);
	assert_true(bytes_equal_text(message.payload, "xy"));
	message_reader_close(&r);
	close(fds[0]);
	close(fds[1]);
}

static void
a_writer_remembers_that_nobody_reads(void **state)
{
	int fd = open("/dev/full", O_WRONLY);
	struct message_writer w = message_writer_open(fd);

	(void)state;
	message_write(&w, 1, BYTES("lost"));
	message_flush(&w);
	assert_int_equal(w.failed, ERR_SYSTEM);
	message_flush(&w);
	assert_int_equal(w.failed, ERR_SYSTEM);
	message_writer_close(&w);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_arrive_as_they_were_written),
		cmocka_unit_test(every_prefix_of_a_frame_is_cut),
		cmocka_unit_test(
		    a_frame_over_the_limit_is_refused_by_its_header),
		cmocka_unit_test(reading_stops_when_the_time_has_come),
		cmocka_unit_test(a_writer_remembers_that_nobody_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
