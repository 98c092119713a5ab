/* SPDX-License-Identifier: ISC */
/* Which plain URLs lead somewhere, and which stay at home. */
#include "inspect/urls.h"

#include <ctype.h>
#include <stddef.h>
#include <stdint.h>

/* Up to the port, the path or the end. */
static struct bytes
host_of(struct bytes url)
{
	size_t at = bytes_find(url, BYTES("://"), 0);
	struct bytes rest = at == SIZE_MAX ? url : bytes_from(url, at + 3);
	size_t len = 0;

	if (bytes_starts(rest, BYTES("[")))
		return bytes_slice(rest, 0, bytes_find_byte(rest, ']', 0));
	while (len < rest.len &&
	    (isalnum(rest.ptr[len]) || rest.ptr[len] == '.' ||
		rest.ptr[len] == '-' || rest.ptr[len] == '_'))
		len++;
	return bytes_slice(rest, 0, len);
}

/* 10/8, 127/8, 169.254/16, 172.16/12, 192.168/16: RFC 1918, RFC 6890. */
static bool
is_private_address(struct bytes host)
{
	static const char *const nets[] = { "10.", "127.", "169.254.",
		"192.168.", "0.0.0.0" };
	uint64_t second = 0;
	struct bytes rest = host;
	struct bytes part;

	for (size_t i = 0; i < host.len; i++)
		if (!isdigit(host.ptr[i]) && host.ptr[i] != '.')
			return false;
	for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++)
		if (bytes_starts(host, bytes_of(nets[i])))
			return true;
	return bytes_next_field(&rest, '.', &part) &&
	    bytes_equal_text(part, "172") &&
	    bytes_next_field(&rest, '.', &part) &&
	    bytes_to_u64(part, &second) && second >= 16 && second < 32;
}

bool
urls_is_foreign(struct bytes url)
{
	struct bytes host = host_of(url);

	/* "localhost", "router", "$server" and "[::1]" have no dot. */
	return bytes_find_byte(host, '.', 0) != SIZE_MAX &&
	    host.ptr[0] != '[' && !is_private_address(host) &&
	    !bytes_ends(host, BYTES(".local")) &&
	    !bytes_ends(host, BYTES(".lan")) &&
	    !bytes_ends(host, BYTES(".example")) &&
	    !bytes_ends(host, BYTES("example.com")) &&
	    !bytes_ends(host, BYTES("example.org"));
}

bool
urls_is_loopback(struct bytes url)
{
	struct bytes host = host_of(url);

	return bytes_equal_text(host, "localhost") ||
	    bytes_starts(host, BYTES("127.")) ||
	    bytes_starts(host, BYTES("[::1"));
}

bool
urls_is_name(struct bytes url)
{
	/* of XML namespaces, schemas, licences */
	static const char *const hosts[] = { "w3.org", "xmlsoap.org",
		"onvif.org", "json-schema.org", "apache.org", "gnu.org",
		"opensource.org", "purl.org", "oasis-open.org", "microsoft.com",
		"java.sun.com", "openwrt.org", "mozilla.org" };
	struct bytes host = host_of(url);

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (bytes_ends(host, bytes_of(hosts[i])))
			return true;
	return bytes_starts(host, BYTES("schemas."));
}
