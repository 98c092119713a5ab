/* SPDX-License-Identifier: ISC */
/* Elements, attributes and escaped text. */
#include "registry/web.h"

#include "base/text.h"

#include <assert.h>

struct web
web_open(struct out *to)
{
	out_text(to, "<!DOCTYPE html>\n");
	return (struct web){ .to = to };
}

/* Ends a start tag that is still open for attributes. */
static void
end_tag(struct web *w)
{
	if (w->in_tag)
		out_u8(w->to, '>');
	w->in_tag = false;
}

static void
begin_tag(struct web *w, const char *element)
{
	assert(!w->is_value);
	end_tag(w);
	out_u8(w->to, '<');
	out_text(w->to, element);
	w->in_tag = true;
}

void
web_begin(struct web *w, const char *element)
{
	assert(w->depth < WEB_DEPTH_MAX);
	begin_tag(w, element);
	w->open[w->depth] = element;
	w->depth++;
}

void
web_void(struct web *w, const char *element)
{
	begin_tag(w, element);
}

void
web_end(struct web *w)
{
	assert(w->depth > 0 && !w->is_value);
	end_tag(w);
	w->depth--;
	out_text(w->to, "</");
	out_text(w->to, w->open[w->depth]);
	out_u8(w->to, '>');
}

void
web_begin_value(struct web *w, const char *name)
{
	web_flag(w, name);
	out_text(w->to, "=\"");
	w->is_value = true;
}

void
web_end_value(struct web *w)
{
	assert(w->is_value);
	w->is_value = false;
	out_u8(w->to, '"');
}

void
web_begin_plain(struct web *w, const char *element)
{
	web_begin(w, element);
	end_tag(w);
	w->is_value = true;
}

void
web_end_plain(struct web *w)
{
	w->is_value = false;
	web_end(w);
}

void
web_attribute(struct web *w, const char *name, struct bytes value)
{
	web_begin_value(w, name);
	web_text(w, value);
	web_end_value(w);
}

void
web_put_attribute(struct web *w, const char *name, const char *value)
{
	web_attribute(w, name, bytes_of(value));
}

void
web_flag(struct web *w, const char *name)
{
	assert(w->in_tag && !w->is_value);
	out_u8(w->to, ' ');
	out_text(w->to, name);
}

void
web_url(struct web *w, const char *name, struct bytes url)
{
	if (web_url_ok(url))
		web_attribute(w, name, url);
}

void
web_text(struct web *w, struct bytes text)
{
	if (!w->is_value)
		end_tag(w);
	text_put_html(w->to, text);
}

void
web_put(struct web *w, const char *text)
{
	web_text(w, bytes_of(text));
}

void
web_number(struct web *w, uint64_t number)
{
	if (!w->is_value)
		end_tag(w);
	out_decimal(w->to, number);
}

void
web_hex(struct web *w, struct bytes in)
{
	if (!w->is_value)
		end_tag(w);
	out_hex_bytes(w->to, in);
}

void
web_begin_class(struct web *w, const char *element, const char *class)
{
	web_begin(w, element);
	if (class != NULL)
		web_put_attribute(w, "class", class);
}

void
web_leaf(
    struct web *w, const char *element, const char *class, struct bytes text)
{
	web_begin_class(w, element, class);
	web_text(w, text);
	web_end(w);
}

static bool
has_scheme(struct bytes url, const char *scheme)
{
	size_t len = bytes_of(scheme).len;

	return url.len > len &&
	    bytes_equal_any_case(bytes_slice(url, 0, len), scheme);
}

bool
web_url_ok(struct bytes url)
{
	for (size_t i = 0; i < url.len; i++) {
		uint8_t byte = url.ptr[i];

		if (byte <= ' ' || byte >= 0x7f || byte == '"' ||
		    byte == '\'' || byte == '<' || byte == '>' ||
		    byte == '\\' || byte == '`')
			return false;
	}
	if (has_scheme(url, "https://") || has_scheme(url, "http://"))
		return true;
	return bytes_starts(url, BYTES("#")) ||
	    (bytes_starts(url, BYTES("/")) && !bytes_starts(url, BYTES("//")));
}

void
web_put_encoded(struct out *o, struct bytes in)
{
	for (size_t i = 0; i < in.len; i++) {
		uint8_t byte = in.ptr[i];
		uint8_t lower = bytes_lower(byte);

		if ((lower >= 'a' && lower <= 'z') ||
		    (byte >= '0' && byte <= '9') || byte == '-' ||
		    byte == '.' || byte == '_' || byte == '~') {
			out_u8(o, byte);
			continue;
		}
		out_u8(o, '%');
		out_u8(o, (uint8_t) "0123456789ABCDEF"[byte >> 4]);
		out_u8(o, (uint8_t) "0123456789ABCDEF"[byte & 15]);
	}
}
