/* SPDX-License-Identifier: ISC */
/* Known vulnerabilities from one image to the next. */
#include "diff/diff.h"

#include "../baseline/scene.h"

#define ROOT "squashfs@0x100!"
#define MOVED_ROOT "fit@0x0!squashfs@0x999000!"

/* Two assessments and the difference. */
struct stepped {
	struct judged was, now;
	struct arena arena;
	struct diff d;
};

static void
close_step(struct stepped *s)
{
	arena_close(&s->arena);
	scene_close(&s->was);
	scene_close(&s->now);
}

static const struct change *
find_change(const struct diff *d, enum area area, const char *says)
{
	for (size_t i = 0; i < d->change_count; i++)
		if (d->changes[i].area == area &&
		    bytes_find(d->changes[i].sentence, bytes_of(says), 0) !=
			SIZE_MAX)
			return &d->changes[i];
	return NULL;
}

static const struct match heartbleed = { .subject = 1,
	.id = T("CVE-2014-0160"),
	.state = MATCH_AFFECTED,
	.confidence = MATCH_HIGH,
	.source = CLAIM_NVD,
	.range = T("before 1.0.1g"),
	.cvss = 75,
	.epss = EPSS_UNKNOWN,
	.exploited_by = 1U << EXPLOITED_KEV };

/* Matches of one side: busybox is subject 0, openssl 1. */
struct asked {
	struct match list[4];
	size_t count;
};

static void
take_asked(const struct asked *was, const struct asked *now, struct stepped *s)
{
	static const struct scene before = { "", "", "",
		{ { .kind = FACT_COMPONENT,
		      .path = T(ROOT "/bin/busybox"),
		      .name = T("busybox"),
		      .value = T("1.19.4") },
		    { .kind = FACT_COMPONENT,
			.path = T(ROOT "/usr/lib/libssl.so"),
			.name = T("openssl"),
			.value = T("1.0.1e") } },
		ALL_READ };
	static const struct scene after = { "", "", "",
		{ { .kind = FACT_COMPONENT,
		      .path = T(MOVED_ROOT "/bin/busybox"),
		      .name = T("busybox"),
		      .value = T("1.20.0") },
		    { .kind = FACT_COMPONENT,
			.path = T(MOVED_ROOT "/usr/lib/libssl.so"),
			.name = T("openssl"),
			.value = T("1.0.1f") } },
		ALL_READ };
	static const struct book_health health = { .feed_count = 0 };
	const struct asked *asked[SIDE_COUNT] = { was, now };
	struct judged *judged[SIDE_COUNT] = { &s->was, &s->now };

	judge_scene(&before, &s->was);
	judge_scene(&after, &s->now);
	for (size_t i = 0; i < SIDE_COUNT; i++) {
		struct judged *j = judged[i];
		struct matches *matches =
		    arena_take(&j->arena, sizeof(*matches));
		struct advisories *known =
		    arena_take(&j->arena, sizeof(*known));

		if (asked[i] == NULL)
			continue;
		assert_non_null(matches);
		assert_non_null(known);
		matches->count = asked[i]->count;
		matches->list = arena_take_array(
		    &j->arena, matches->count, sizeof(*matches->list));
		assert_non_null(matches->list);
		memcpy(matches->list, asked[i]->list,
		    matches->count * sizeof(*matches->list));
		*known = (struct advisories){ matches, &health, NULL };
		struct judge_wants wants = { .today = TODAY,
			.advisories = known };

		judge_as(j, &wants);
	}
	s->arena = arena_open((size_t)64 << 20);
	assert_int_equal(
	    diff_make(&s->was.a, &s->now.a, &s->arena, &s->d), ERR_OK);
}

static void
an_exploited_vulnerability_that_is_new_is_worse(void **state)
{
	const struct asked none = { .count = 0 };
	const struct asked one = { { heartbleed }, 1 };
	struct stepped s;
	const struct change *c;

	(void)state;
	take_asked(&none, &one, &s);
	c = find_change(&s.d, AREA_VULNERABILITIES,
	    "CVE-2014-0160 in openssl 1.0.1f is new: it is being exploited.");
	assert_non_null(c);
	assert_int_equal(c->direction, DIRECTION_WORSE);
	assert_int_equal(c->kind, CHANGE_ADDED);
	assert_int_equal(c->place_count, 1);
	assert_int_equal(diff_direction(&s.d), DIRECTION_WORSE);
	assert_true(s.d.known.compared);
	assert_int_equal(s.d.known.exploited.fresh, 1);
	close_step(&s);
	take_asked(&one, &none, &s);
	c = find_change(&s.d, AREA_VULNERABILITIES, "is gone");
	assert_non_null(c);
	assert_int_equal(c->direction, DIRECTION_BETTER);
	assert_int_equal(s.d.known.exploited.gone, 1);
	close_step(&s);
}

static void
one_that_is_still_there_is_no_change(void **state)
{
	const struct asked one = { { heartbleed }, 1 };
	struct stepped s;

	(void)state;
	take_asked(&one, &one, &s);
	assert_null(find_change(&s.d, AREA_VULNERABILITIES, ""));
	assert_int_equal(s.d.known.exploited.still, 1);
	assert_int_equal(s.d.known.exploited.fresh, 0);
	assert_int_equal(s.d.known.exploited.gone, 0);
	close_step(&s);
}

static void
what_vex_excuses_now_weighs_less(void **state)
{
	const struct asked one = { { heartbleed }, 1 };
	struct asked excused = one;
	struct stepped s;
	const struct change *c;

	(void)state;
	excused.list[0].state = MATCH_FIXED;
	excused.list[0].vex = VEX_FIXED;
	take_asked(&one, &excused, &s);
	c = find_change(&s.d, AREA_VULNERABILITIES, "but weighs less");
	assert_non_null(c);
	assert_int_equal(c->direction, DIRECTION_BETTER);
	close_step(&s);
	take_asked(&excused, &one, &s);
	c = find_change(&s.d, AREA_VULNERABILITIES, "but weighs more");
	assert_non_null(c);
	assert_int_equal(c->direction, DIRECTION_WORSE);
	close_step(&s);
}

static void
what_nobody_exploits_is_counted_by_component(void **state)
{
	struct asked was = { { heartbleed, heartbleed }, 2 };
	struct asked now = { { heartbleed, heartbleed, heartbleed }, 3 };
	struct stepped s;
	const struct change *c;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		was.list[i].exploited_by = 0;
		now.list[i].exploited_by = 0;
	}
	was.list[1].id = BYTES("CVE-2014-1");
	now.list[1].id = BYTES("CVE-2014-2");
	now.list[2].subject = 0;
	take_asked(&was, &now, &s);
	c = find_change(&s.d, AREA_VULNERABILITIES,
	    "Of openssl, known vulnerabilities that nobody is known to "
	    "exploit: 1 new, 1 gone, 1 still there.");
	assert_non_null(c);
	assert_int_equal(c->direction, DIRECTION_NEUTRAL);
	assert_non_null(
	    find_change(&s.d, AREA_VULNERABILITIES, "Of busybox, "));
	assert_int_equal(s.d.known.others.fresh, 2);
	assert_int_equal(s.d.known.others.gone, 1);
	assert_int_equal(s.d.known.others.still, 1);
	assert_int_equal(s.d.known.exploited.fresh, 0);
	close_step(&s);
}

static void
feeds_on_one_side_only_say_nothing_of_a_change(void **state)
{
	const struct asked one = { { heartbleed }, 1 };
	struct stepped s;

	(void)state;
	take_asked(&one, NULL, &s);
	assert_false(s.d.known.compared);
	assert_null(find_change(&s.d, AREA_VULNERABILITIES, ""));
	close_step(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_exploited_vulnerability_that_is_new_is_worse),
		cmocka_unit_test(one_that_is_still_there_is_no_change),
		cmocka_unit_test(what_vex_excuses_now_weighs_less),
		cmocka_unit_test(what_nobody_exploits_is_counted_by_component),
		cmocka_unit_test(
		    feeds_on_one_side_only_say_nothing_of_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
