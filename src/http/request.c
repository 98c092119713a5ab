/* SPDX-License-Identifier: ISC */
/* A request on its way in: line, headers, body; and its end. */
#include "http/http_private.h"
#include "system/clock.h"

#include <string.h>

/* ---- headers ---- */

/* Where the values of headers go; each of these may stand once. */
static void
note_header(struct request *request, struct bytes name, struct bytes value)
{
	const struct {
		const char *name;
		struct bytes *to;
	} rows[] = {
		{ "Accept", &request->accept },
		{ "Accept-Language", &request->accept_language },
		{ "Content-Type", &request->content_type },
		{ "If-None-Match", &request->if_none_match },
		/* a proxy's own is the last */
		{ "X-Forwarded-For", &request->forwarded_for },
	};

	if (value.len > REGISTRY_HEADER_MAX)
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (bytes_equal_any_case(name, rows[i].name))
			*rows[i].to = value;
}

/* What says where the body ends must say it once and in one way, or somebody
   before us reads another request than we do (RFC 9112 §6.3, §11.2). */
static void
note_framing(struct request *request, struct bytes name, struct bytes value)
{
	if (bytes_equal_any_case(name, "Content-Length")) {
		if (request->has_length || request->has_coding ||
		    !bytes_to_u64(value, &request->length))
			request->refused = MHD_HTTP_BAD_REQUEST;
		request->has_length = true;
	} else if (bytes_equal_any_case(name, "Transfer-Encoding")) {
		if (request->has_length || request->has_coding ||
		    !bytes_equal_any_case(value, "chunked"))
			request->refused = MHD_HTTP_BAD_REQUEST;
		request->has_coding = true;
	} else if (bytes_equal_any_case(name, "Host")) {
		if (request->has_host)
			request->refused = MHD_HTTP_BAD_REQUEST;
		request->has_host = true;
	}
}

/* RFC 9110 §5.6.2. libmicrohttpd takes "Transfer-Encoding " with a blank for
   another header, where a proxy before us may not. */
static bool
is_token(struct bytes name)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < name.len; i++) {
		uint8_t byte = bytes_lower(name.ptr[i]);

		if ((byte < 'a' || byte > 'z') && (byte < '0' || byte > '9') &&
		    memchr(others, byte, sizeof(others) - 1) == NULL)
			return false;
	}
	return name.len > 0;
}

static enum MHD_Result
take_header(void *context, enum MHD_ValueKind kind, const char *name_text,
    size_t name_len, const char *value_text, size_t value_len)
{
	struct request *request = context;
	const void *name_at = name_text;
	const void *value_at = value_text;
	struct bytes name = { name_at, name_len };
	struct bytes value = { value_at, value_at != NULL ? value_len : 0 };

	(void)kind;
	request->header_count++;
	if (!is_token(name))
		request->refused = MHD_HTTP_BAD_REQUEST;
	note_framing(request, name, value);
	note_header(request, name, value);
	return MHD_YES;
}

static enum registry_method
read_method(const char *method, bool *ret_is_head)
{
	*ret_is_head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	if (*ret_is_head || strcmp(method, MHD_HTTP_METHOD_GET) == 0)
		return REGISTRY_GET;
	if (strcmp(method, MHD_HTTP_METHOD_POST) == 0)
		return REGISTRY_POST;
	return REGISTRY_OTHER;
}

/* ---- whether it may go on ---- */

static bool
is_too_often(struct peer *peer)
{
	struct http *http = peer->loop->http;
	const struct request *request = &peer->request;
	uint64_t name = peer->name;
	uint8_t room[16];
	struct bytes address = { room, 0 };

	if (http->wish.options.no_limits)
		return false;
	if (http->wish.options.behind_proxy &&
	    addresses_read_last(request->forwarded_for, room, &address.len))
		name = addresses_name(http->addresses, address);
	return addresses_spend(http->addresses, name,
		   request->method == REGISTRY_GET ? ADDRESSES_READ
						   : ADDRESSES_SEND,
		   clock_now_ms()) > 0;
}

/* Room for the whole body, before its first byte. */
static bool
reserve_body(struct peer *peer)
{
	struct http *http = peer->loop->http;
	struct request *request = &peer->request;
	size_t len = REGISTRY_BODY_MAX;

	if (!request->has_coding)
		len = request->has_length ? (size_t)request->length : 0;
	size_t used = atomic_fetch_add(&http->bodies, len);

	request->reserved = len;
	return used + len <= HTTP_BODIES_LEN;
}

/* 0, or the status to refuse it with. */
static unsigned
check_request(struct peer *peer, const char *version)
{
	const struct request *request = &peer->request;
	bool is_10 = strcmp(version, MHD_HTTP_VERSION_1_0) == 0;

	if (!is_10 && strcmp(version, MHD_HTTP_VERSION_1_1) != 0)
		return MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED;
	/* The version stands one blank behind the target, or there was a zero
	   in that and we have only its beginning. */
	if (version != peer->target_end + 1 &&
	    peer->target_len <= REGISTRY_TARGET_MAX)
		return MHD_HTTP_BAD_REQUEST;
	if (request->refused != 0 || (is_10 && request->has_coding))
		return MHD_HTTP_BAD_REQUEST;
	if (peer->target_len > REGISTRY_TARGET_MAX)
		return MHD_HTTP_URI_TOO_LONG;
	if (request->header_count > HTTP_HEADERS)
		return MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
	if (is_too_often(peer))
		return MHD_HTTP_TOO_MANY_REQUESTS;
	if (request->length > REGISTRY_BODY_MAX)
		return MHD_HTTP_CONTENT_TOO_LARGE;
	if (!reserve_body(peer))
		return MHD_HTTP_SERVICE_UNAVAILABLE;
	return 0;
}

/* The headers are whole. */
static enum MHD_Result
take_headers(struct peer *peer, const char *method, const char *version)
{
	struct request *request = &peer->request;

	request->begun_us = http_now_us();
	request->method = read_method(method, &request->is_head);
	request->class = counts_class_of(answer_target(peer));
	(void)MHD_get_connection_values_n(
	    peer->connection, MHD_HEADER_KIND, take_header, request);
	unsigned refused = check_request(peer, version);

	if (refused != 0)
		return answer_refusal(peer, refused);
	peer->phase = PEER_BODY;
	peer->until_ms = request->begun_us / 1000 + HTTP_BODY_MS;
	return MHD_YES;
}

/* ---- the body ---- */

static enum MHD_Result
take_body(struct peer *peer, const char *upload, size_t *len)
{
	const void *at = upload;

	out_put(&peer->request.body, (struct bytes){ at, *len });
	if (peer->request.body.failed == ERR_OK) {
		*len = 0;
		return MHD_YES;
	}
	/* In the middle of a body libmicrohttpd sends nothing any more. */
	peer_say_too_large(peer);
	return MHD_NO;
}

/* ---- libmicrohttpd's calls ---- */

void *
request_begin(
    void *context, const char *target, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	(void)context;
	if (info == NULL || info->socket_context == NULL)
		return NULL;
	struct peer *peer = info->socket_context;

	peer->phase = PEER_HEADERS;
	peer->request = (struct request){
		.length = 0,
		.body = out_open(REGISTRY_BODY_MAX),
	};
	peer->target_len = strnlen(target, REGISTRY_TARGET_MAX + 1);
	peer->target_end = target + peer->target_len;
	memcpy(peer->target, target,
	    peer->target_len <= REGISTRY_TARGET_MAX ? peer->target_len : 0);
	return peer;
}

enum MHD_Result
/* NOLINTNEXTLINE(readability-function-size): libmicrohttpd's parameters */
request_handle(void *context, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_len, void **request_context)
{
	struct peer *peer = *request_context;

	(void)context;
	(void)connection;
	(void)url; /* as libmicrohttpd decodes it; we read the target itself */
	if (peer == NULL)
		return MHD_NO;
	switch (peer->phase) {
	case PEER_HEADERS:
		return take_headers(peer, method, version);
	case PEER_BODY:
		if (*upload_len > 0)
			return take_body(peer, upload, upload_len);
		return answer_request(peer);
	case PEER_WAITING:
		return answer_statement(peer);
	case PEER_IDLE:
	case PEER_SENDING:
		break;
	}
	*upload_len = 0; /* of what was refused already */
	return MHD_YES;
}

void
request_release(struct peer *peer)
{
	struct http *http = peer->loop->http;
	struct request *request = &peer->request;

	if (request->place != NULL)
		desk_free(http->desk, request->place);
	atomic_fetch_sub(&http->bodies, request->reserved);
	out_close(&request->body);
	*request = (struct request){ .refused = 0 };
}

void
request_end(void *context, struct MHD_Connection *connection,
    void **request_context, enum MHD_RequestTerminationCode code)
{
	struct peer *peer = *request_context;

	(void)context;
	(void)connection;
	if (peer == NULL)
		return;
	if (code != MHD_REQUEST_TERMINATED_COMPLETED_OK && !peer->is_shut)
		peer_refused(peer->loop, COUNTS_DISCONNECTED);
	request_release(peer);
	peer->served++;
	peer->phase = PEER_IDLE;
	peer->until_ms = clock_now_ms() + HTTP_HEADERS_MS;
	*request_context = NULL;
}
