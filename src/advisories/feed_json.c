/* SPDX-License-Identifier: ISC */
/* What the readers of feeds share: walking JSON, texts, lists, dates. */
#include "advisories/feed_private.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/out.h"
#include "base/text.h"

/* An escape is at most this much longer than what it stands for. */
#define ESCAPE_RATIO 6

enum err
feed_failed(const struct feed *f)
{
	if (f->fatal != ERR_OK)
		return f->fatal;
	/* ERR_END is no failure: the outermost value has been read */
	if (f->json.failed != ERR_OK && f->json.failed != ERR_END)
		return f->json.failed;
	return f->broken;
}

void
feed_break(struct feed *f, enum err err, const char *field)
{
	if (f->broken != ERR_OK)
		return;
	f->broken = err;
	f->field = field;
}

bool
feed_next(struct feed *f, size_t inside, struct json_item *ret)
{
	struct json_item item;

	while (f->json.depth > inside) {
		if (json_read(&f->json, &item) != ERR_OK)
			return false;
	}
	if (f->json.depth < inside || f->fatal != ERR_OK ||
	    f->broken != ERR_OK || json_read(&f->json, &item) != ERR_OK ||
	    item.kind == JSON_END)
		return false;
	*ret = item;
	return true;
}

/* Passes over what is left of the object or array. */
static void
read_to_end(struct feed *f, size_t inside)
{
	struct json_item item;

	while (f->json.depth >= inside && json_read(&f->json, &item) == ERR_OK)
		;
}

static uint64_t
place(const struct feed *f)
{
	return (uint64_t)(f->json.in.ptr - f->in.ptr) + f->json.pos;
}

/* After a record: counts it, or refuses it when only it is to blame. */
static enum err
end_record(struct feed *f, uint64_t at)
{
	if (f->fatal != ERR_OK)
		return f->fatal;
	if (f->json.failed != ERR_OK && f->json.failed != ERR_END)
		return f->json.failed;
	if (f->broken == ERR_OK) {
		f->info.count++;
		return ERR_OK;
	}
	f->info.refused++;
	if (f->info.first.code == ERR_OK)
		f->info.first = (struct fault){
			.code = f->broken,
			.at = at,
			.format = feed_kind_text(f->info.kind),
			.field = f->field,
		};
	f->broken = ERR_OK;
	f->field = NULL;
	return ERR_OK;
}

enum err
feed_record(struct feed *f, enum err (*read)(struct feed *f, void *context),
    void *context)
{
	struct arena_mark mark = arena_mark(f->work);
	size_t inside = f->json.depth;
	uint64_t at = place(f) - 1;

	(void)read(f, context); /* its failures stay in `f` */
	read_to_end(f, inside);
	arena_back(f->work, mark);
	return end_record(f, at);
}

enum err
feed_each_record(struct feed *f,
    enum err (*read)(struct feed *f, void *context), void *context)
{
	size_t inside = f->json.depth;
	struct json_item item;
	enum err err = ERR_OK;

	while (err == ERR_OK && feed_next(f, inside, &item)) {
		if (item.kind == JSON_OBJECT)
			err = feed_record(f, read, context);
	}
	return err == ERR_OK ? feed_failed(f) : err;
}

/* --- to the sink --- */

static void
put(struct feed *f, enum err err)
{
	if (f->fatal == ERR_OK)
		f->fatal = err;
}

void
feed_put_vulnerability(struct feed *f, const struct vulnerability *v,
    const struct claim *claims, size_t claim_count)
{
	if (feed_failed(f) != ERR_OK)
		return;
	feed_note_time(f, v->published);
	feed_note_time(f, v->modified);
	if (f->sink->vulnerability != NULL)
		put(f,
		    f->sink->vulnerability(
			f->sink->context, v, claims, claim_count));
}

void
feed_put_exploited(struct feed *f, const struct exploited *e)
{
	if (feed_failed(f) == ERR_OK && f->sink->exploited != NULL)
		put(f, f->sink->exploited(f->sink->context, e));
}

void
feed_put_score(
    struct feed *f, struct bytes id, uint32_t epss, uint32_t percentile)
{
	if (feed_failed(f) == ERR_OK && f->sink->score != NULL)
		put(f, f->sink->score(f->sink->context, id, epss, percentile));
}

void
feed_put_vex(struct feed *f, const struct vex_statement *statement)
{
	if (feed_failed(f) == ERR_OK && f->sink->vex != NULL)
		put(f, f->sink->vex(f->sink->context, statement));
}

void
feed_note_time(struct feed *f, int64_t secs)
{
	if (secs > f->info.newest)
		f->info.newest = secs;
}

/* --- memory --- */

void *
feed_take(struct feed *f, size_t count, size_t size)
{
	size_t left = f->work->limit - f->work->used;
	size_t n;

	if (feed_failed(f) != ERR_OK)
		return NULL;
	void *ret = arena_take_array(f->work, count, size);

	if (ret != NULL)
		return ret;
	/* the arena rounds up: near the limit it was the limit */
	if (!size_mul(count, size, &n) || left < sizeof(max_align_t) ||
	    n > left - sizeof(max_align_t))
		feed_break(f, ERR_LIMIT, "memory for one record");
	else
		f->fatal = ERR_MEMORY;
	return NULL;
}

void *
feed_list_add(struct feed *f, struct feed_list *list, size_t size)
{
	if (list->count == list->cap) {
		size_t cap = list->cap > 0 ? list->cap * 2 : 4;
		void *ptr = feed_take(f, cap, size);

		if (ptr == NULL)
			return NULL;
		if (list->count > 0)
			memcpy(ptr, list->ptr, list->count * size);
		list->ptr = ptr;
		list->cap = cap;
	}
	return (uint8_t *)list->ptr + list->count++ * size;
}

void
feed_list_add_text(struct feed *f, struct feed_list *list, struct bytes text)
{
	struct bytes *to = feed_list_add(f, list, sizeof(*to));

	if (to != NULL)
		*to = text;
}

void
feed_read_texts(struct feed *f, struct feed_list *list)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (item.kind == JSON_TEXT)
			feed_list_add_text(f, list, feed_text(f, item.text));
	}
}

/* --- texts --- */

struct bytes
feed_copy(struct feed *f, struct bytes text)
{
	uint8_t *to = feed_take(f, text.len, 1);

	if (to == NULL || text.len == 0)
		return (struct bytes){ 0 };
	memcpy(to, text.ptr, text.len);
	return (struct bytes){ to, text.len };
}

/* In the arena; NULL on failure. */
static uint8_t *
unescape(struct feed *f, struct bytes raw, size_t *ret_len)
{
	uint8_t *to = feed_take(f, raw.len, 1);

	if (to == NULL)
		return NULL;
	/* no escape is shorter than its meaning: it fits, nothing grows */
	struct out o = { .ptr = to, .cap = raw.len, .limit = raw.len };

	json_put_unescaped(&o, raw);
	*ret_len = o.len;
	return to;
}

static bool
has_escape(struct bytes raw)
{
	return raw.len > 0 && memchr(raw.ptr, '\\', raw.len) != NULL;
}

struct bytes
feed_text(struct feed *f, struct bytes raw)
{
	if (!has_escape(raw))
		return raw;
	size_t len;
	uint8_t *text = unescape(f, raw, &len);

	return text != NULL ? (struct bytes){ text, len } : BYTES("");
}

/* As many whole characters as fit into `len` bytes. */
static struct bytes
cut(struct bytes text, size_t len)
{
	if (text.len <= len)
		return text;
	while (len > 0 && (text.ptr[len] & 0xc0) == 0x80)
		len--;
	return bytes_slice(text, 0, len);
}

/* Blanks and controls, any number of them, become one blank; the new length. */
static size_t
join_lines(uint8_t *text, size_t len)
{
	size_t kept = 0;

	for (size_t i = 0; i < len; i++) {
		bool blank = text[i] <= ' ' || text[i] == 0x7f;

		if (!blank)
			text[kept++] = text[i];
		else if (kept > 0 && text[kept - 1] != ' ')
			text[kept++] = ' ';
	}
	return kept;
}

struct bytes
feed_title(struct feed *f, struct bytes raw)
{
	/* a torn escape at this end lies behind what is kept */
	struct bytes in = bytes_trim(
	    bytes_slice(raw, 0, ESCAPE_RATIO * (LIMIT_FEED_TITLE_LEN + 2)));

	if (has_escape(in)) {
		size_t len;
		uint8_t *text = unescape(f, in, &len);

		if (text == NULL)
			return BYTES("");
		in = (struct bytes){ text, join_lines(text, len) };
	}
	return bytes_trim(cut(in, LIMIT_FEED_TITLE_LEN));
}

/* --- numbers --- */

/* Two digits at `at`; false when they are none. */
static bool
two_digits(struct bytes in, size_t at, int64_t *ret)
{
	uint64_t value;

	if (at + 2 > in.len || !bytes_to_u64(bytes_slice(in, at, 2), &value))
		return false;
	*ret = (int64_t)value;
	return true;
}

/* "+02:00", "-0530", "Z" or nothing, in seconds east. */
static bool
read_zone(struct bytes in, int64_t *ret)
{
	int64_t hours;
	int64_t minutes;

	if (in.len == 0 || bytes_equal_any_case(in, "z")) {
		*ret = 0;
		return true;
	}
	size_t colon = in.len == 6 && in.ptr[3] == ':' ? 1 : 0;

	if ((in.ptr[0] != '+' && in.ptr[0] != '-') || in.len != 5 + colon ||
	    !two_digits(in, 1, &hours) || !two_digits(in, 3 + colon, &minutes))
		return false;
	if (hours > 23 || minutes > 59)
		return false;
	int64_t secs = hours * 3600 + minutes * 60;

	*ret = in.ptr[0] == '-' ? -secs : secs;
	return true;
}

int64_t
feed_time(struct bytes text)
{
	struct bytes in = bytes_trim(text);
	int64_t day;
	int64_t hour;
	int64_t minute;
	int64_t second = 0;
	int64_t zone;
	size_t at = 16;

	if (!date_read_day(bytes_slice(in, 0, 10), &day))
		return 0;
	if (in.len == 10)
		return day;
	if ((in.ptr[10] != 'T' && in.ptr[10] != 't' && in.ptr[10] != ' ') ||
	    !two_digits(in, 11, &hour) || !two_digits(in, 14, &minute))
		return 0;
	if (at < in.len && in.ptr[at] == ':') {
		if (!two_digits(in, 17, &second))
			return 0;
		at = 19;
	}
	if (at < in.len && in.ptr[at] == '.') {
		do {
			at++;
		} while (at < in.len && in.ptr[at] >= '0' && in.ptr[at] <= '9');
	}
	if (hour > 23 || minute > 59 || second > 60 ||
	    !read_zone(bytes_from(in, at), &zone))
		return 0;
	int64_t secs = day + hour * 3600 + minute * 60 + second - zone;

	return secs > 0 && secs <= DATE_MAX ? secs : 0;
}

uint8_t
feed_cvss(struct bytes number)
{
	struct bytes rest = number;
	struct bytes whole;
	uint64_t units;
	uint64_t tenths = 0;

	if (!bytes_next_field(&rest, '.', &whole) ||
	    !bytes_to_u64(whole, &units) || units > 10)
		return CVSS_UNKNOWN;
	if (rest.len > 0 && !bytes_to_u64(bytes_slice(rest, 0, 1), &tenths))
		return CVSS_UNKNOWN;
	tenths += units * 10;
	return tenths <= 100 ? (uint8_t)tenths : CVSS_UNKNOWN;
}

void
feed_score_take(struct feed_score *s, unsigned version, struct bytes number)
{
	uint8_t tenths = feed_cvss(number);

	if (tenths == CVSS_UNKNOWN || version <= s->version)
		return;
	s->version = version;
	s->tenths = tenths;
}
