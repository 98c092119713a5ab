/* SPDX-License-Identifier: ISC */
/* Headers are a table: which answers have which, and why. */
#include "http/reply.h"

#include "base/limits.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* From that many bytes on a body is also a file in memory, which the kernel
   sends without copying it; below, that costs more than it saves. */
#define FILE_LEN (32 * KIB)

/* Bytes of libmicrohttpd's response with its headers, about. */
#define RESPONSE_LEN ((size_t)2 * KIB)
#define LOCATION_LEN ((size_t)4 * KIB)

struct reply {
	atomic_uint users; /* who may send it */
	atomic_uint lives; /* all of them as one, and each response */
	struct reply_room *room;
	struct registry_answer answer; /* body and location lie behind it */
	bool has_etag;
	char etag[ETAG_LEN];
	struct MHD_Response *full;
	uint8_t bytes[];
};

/* ---- headers ---- */

/* Nothing but what this host serves, and no script but its one file. */
#define POLICY                                                                 \
	"default-src 'none'; style-src 'self'; script-src 'self'; "            \
	"img-src 'self' data:; connect-src 'self'; form-action 'self'; "       \
	"base-uri 'none'"

/* Kinds of answers, as bits. */
enum {
	IS_PAGE = 1,	/* HTML */
	IS_PICTURE = 2, /* SVG or PNG: badges stand in others' pages */
	IS_DATA = 4,	/* whatever programs read */
	IS_ANY = IS_PAGE | IS_PICTURE | IS_DATA,
};

static const struct {
	unsigned kinds;
	const char *name;
	const char *value;
} fixed_headers[] = {
	{ IS_PAGE, "Content-Security-Policy",
	    POLICY "; frame-ancestors 'none'" },
	{ IS_PAGE, "Cross-Origin-Opener-Policy", "same-origin" },
	{ IS_PAGE, "Cross-Origin-Resource-Policy", "same-origin" },
	/* as a document of its own an SVG picture is as harmless as in a page:
	   it has only its own styles */
	{ IS_PICTURE, "Content-Security-Policy",
	    "default-src 'none'; style-src 'unsafe-inline'; sandbox" },
	{ IS_DATA, "Content-Security-Policy",
	    "default-src 'none'; frame-ancestors 'none'; sandbox" },
	{ IS_PICTURE | IS_DATA, "Cross-Origin-Resource-Policy",
	    "cross-origin" },
	{ IS_PICTURE | IS_DATA, "Access-Control-Allow-Origin", "*" },
	{ IS_ANY, "X-Content-Type-Options", "nosniff" },
	{ IS_ANY, "Referrer-Policy", "no-referrer" },
};

static const char *const cache_headers[] = {
	[REGISTRY_NO_STORE] = "no-store",
	[REGISTRY_REVALIDATE] = "no-cache",
	[REGISTRY_MINUTE] = "public, max-age=60",
	[REGISTRY_IMMUTABLE] = "public, max-age=31536000, immutable",
};

static unsigned
kind_of(const char *type)
{
	static const struct {
		const char *prefix;
		unsigned kind;
	} rows[] = {
		{ "text/html", IS_PAGE },
		{ "text/css", IS_PAGE },
		{ "text/javascript", IS_PAGE },
		{ "application/javascript", IS_PAGE },
		{ "image/", IS_PICTURE },
	};

	if (type == NULL)
		return IS_PAGE;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strncmp(type, rows[i].prefix, strlen(rows[i].prefix)) == 0)
			return rows[i].kind;
	return IS_DATA;
}

/* The first failure sticks. */
struct headers {
	struct MHD_Response *response;
	enum err failed;
};

static void
put(struct headers *h, const char *name, const char *value)
{
	/* libmicrohttpd has no headers without a value */
	if (h->failed == ERR_OK && value != NULL && value[0] != '\0' &&
	    MHD_add_response_header(h->response, name, value) != MHD_YES)
		h->failed = ERR_MEMORY; /* or a line break in our own text */
}

static void
put_location(struct headers *h, struct bytes location)
{
	char text[LOCATION_LEN];

	if (location.len == 0)
		return;
	for (size_t i = 0; i < location.len; i++)
		if (location.ptr[i] <= ' ' || location.ptr[i] >= 0x7f)
			h->failed = ERR_SYSTEM; /* our own mistake: no URI */
	if (location.len >= sizeof(text))
		h->failed = ERR_SYSTEM;
	if (h->failed != ERR_OK)
		return;
	memcpy(text, location.ptr, location.len);
	text[location.len] = '\0';
	put(h, "Location", text);
}

static void
put_about_body(struct headers *h, const struct registry_answer *answer)
{
	char text[160];

	put(h, "Content-Type", answer->type);
	put(h, "Content-Language", answer->language);
	put(h, "Allow", answer->allow);
	if (answer->file_name != NULL) {
		(void)snprintf(text, sizeof(text),
		    "attachment; filename=\"%.100s\"", answer->file_name);
		put(h, "Content-Disposition", text);
	}
	if (answer->retry_after_secs > 0) {
		(void)snprintf(
		    text, sizeof(text), "%u", answer->retry_after_secs);
		put(h, "Retry-After", text);
	}
	put_location(h, answer->location);
}

static enum err
put_headers(const struct reply *reply, struct MHD_Response *response)
{
	struct headers h = { response, ERR_OK };
	const struct registry_answer *answer = &reply->answer;
	unsigned kind = kind_of(answer->type);

	put_about_body(&h, answer);
	put(&h, "Cache-Control", cache_headers[answer->cache]);
	if (answer->varies)
		put(&h, "Vary", "Accept, Accept-Language");
	if (reply->has_etag)
		put(&h, "ETag", reply->etag);
	for (size_t i = 0; i < sizeof(fixed_headers) / sizeof(fixed_headers[0]);
	     i++)
		if ((fixed_headers[i].kinds & kind) != 0)
			put(&h, fixed_headers[i].name, fixed_headers[i].value);
	return h.failed;
}

/* ---- life ---- */

size_t
reply_len(const struct reply *reply)
{
	size_t body_len = reply->answer.body.len;
	size_t file_len = body_len >= FILE_LEN ? body_len : 0;

	return sizeof(*reply) + body_len + file_len +
	    reply->answer.location.len + RESPONSE_LEN;
}

/* False when all the room is taken. */
static bool
take_room(struct reply_room *room, size_t len)
{
	size_t used = atomic_fetch_add(&room->used, len);

	if (used <= room->limit && len <= room->limit - used)
		return true;
	atomic_fetch_sub(&room->used, len);
	return false;
}

/* Also what a response calls when libmicrohttpd has sent it for good. */
static void
end_life(void *context)
{
	struct reply *reply = context;

	if (atomic_fetch_sub(&reply->lives, 1) != 1)
		return;
	atomic_fetch_sub(&reply->room->used, reply_len(reply));
	free(reply);
}

static bool
write_all(int fd, struct bytes in)
{
	while (in.len > 0) {
		ssize_t n = write(fd, in.ptr, in.len);

		if (n <= 0)
			return false;
		in = bytes_from(in, (size_t)n);
	}
	return true;
}

/* The body as a file, or NULL: then it is sent as bytes. */
static struct MHD_Response *
respond_by_file(const struct reply *reply)
{
	struct bytes body = reply->answer.body;
	struct MHD_Response *response = NULL;
	int fd = -1;

	if (body.len >= FILE_LEN)
		fd = memfd_create("body", MFD_CLOEXEC);
	if (fd >= 0 && write_all(fd, body))
		response = MHD_create_response_from_fd64(body.len, fd);
	if (fd >= 0 && response == NULL)
		(void)close(fd); /* else it is the response's */
	return response;
}

/* It reads the reply's bytes, so the reply lives as long. */
static struct MHD_Response *
respond_by_bytes(struct reply *reply)
{
	struct MHD_Response *response;

	atomic_fetch_add(&reply->lives, 1);
	response = MHD_create_response_from_buffer_with_free_callback_cls(
	    reply->answer.body.len, reply->bytes, end_life, reply);
	if (response == NULL)
		atomic_fetch_sub(&reply->lives, 1); /* not the last */
	return response;
}

/* ERR_MEMORY, ERR_SYSTEM. */
static enum err
make_response(struct reply *reply, bool last, struct MHD_Response **ret)
{
	struct MHD_Response *response = last ? NULL : respond_by_file(reply);
	enum err err = ERR_OK;

	if (response == NULL)
		response = respond_by_bytes(reply);
	if (response == NULL)
		return ERR_MEMORY;
	err = put_headers(reply, response);
	if (err == ERR_OK && last &&
	    MHD_add_response_header(response, "Connection", "close") != MHD_YES)
		err = ERR_MEMORY;
	if (err != ERR_OK)
		MHD_destroy_response(response);
	else
		*ret = response;
	return err;
}

static bool
is_tagged(const struct registry_answer *answer)
{
	return answer->status == MHD_HTTP_OK && answer->body.len > 0 &&
	    answer->cache != REGISTRY_NO_STORE;
}

/* The etag and the response; the reply stands already. */
static enum err
complete(struct reply *reply)
{
	enum err err = ERR_OK;

	reply->has_etag = is_tagged(&reply->answer);
	if (reply->has_etag)
		err = etag_make(reply->answer.body, reply->etag);
	if (err == ERR_OK)
		err = make_response(reply, false, &reply->full);
	return err;
}

enum err
reply_make(const struct registry_answer *answer, struct reply_room *room,
    struct reply **ret)
{
	struct bytes body = answer->body;
	struct bytes location = answer->location;

	assert(answer->submit.ptr == NULL);
	struct reply *reply = malloc(sizeof(*reply) + body.len + location.len);

	if (reply == NULL)
		return ERR_MEMORY;
	*reply = (struct reply){ .room = room, .answer = *answer };
	atomic_init(&reply->users, 1);
	atomic_init(&reply->lives, 1);
	if (body.len > 0)
		memcpy(reply->bytes, body.ptr, body.len);
	if (location.len > 0)
		memcpy(reply->bytes + body.len, location.ptr, location.len);
	reply->answer.body.ptr = reply->bytes;
	reply->answer.location.ptr = reply->bytes + body.len;
	if (!take_room(room, reply_len(reply))) {
		free(reply);
		return ERR_MEMORY;
	}
	enum err err = complete(reply);

	if (err != ERR_OK)
		reply_drop(reply);
	else
		*ret = reply;
	return err;
}

struct reply *
reply_keep(struct reply *reply)
{
	atomic_fetch_add(&reply->users, 1);
	return reply;
}

void
reply_drop(struct reply *reply)
{
	if (reply == NULL || atomic_fetch_sub(&reply->users, 1) != 1)
		return;
	if (reply->full != NULL)
		MHD_destroy_response(reply->full);
	end_life(reply);
}

const struct registry_answer *
reply_answer(const struct reply *reply)
{
	return &reply->answer;
}

/* ---- sending ---- */

enum err
reply_send(struct reply *reply, struct MHD_Connection *connection,
    struct bytes if_none_match, bool last, unsigned *ret_status)
{
	bool unchanged =
	    reply->has_etag && etag_matches(if_none_match, reply->etag);
	unsigned status =
	    unchanged ? MHD_HTTP_NOT_MODIFIED : reply->answer.status;
	struct MHD_Response *response = reply->full;
	enum err err = ERR_OK;

	if (last)
		err = make_response(reply, last, &response);
	if (err != ERR_OK)
		return err;
	/* with 304 libmicrohttpd sends the same headers and no body */
	if (MHD_queue_response(connection, status, response) != MHD_YES)
		err = ERR_SYSTEM;
	else
		*ret_status = status;
	if (last)
		MHD_destroy_response(response);
	return err;
}
