/* SPDX-License-Identifier: ISC */
/* Wi-Fi passphrases in the configurations of the usual programs. */
#include "inspect/names.h"
#include "inspect/secrets_private.h"

/* How a file writes its settings, and what its keys are called. */
struct dialect {
	const char *path;   /* a part of the name that it is known by */
	bool uci;	    /* option key 'value', else key=value */
	bool quoted;	    /* only a quoted value is a passphrase */
	const char *key[3]; /* of the passphrase; beginnings when `numbered` */
	const char *ssid;
	bool numbered; /* WPAPSK1, SSID1 */
	const char *role;
};

static const struct dialect dialects[] = {
	{ "wpa_supplicant", false, true, { "psk", "sae_password", "psk" },
	    "ssid", false, "client" },
	{ "hostapd", false, false,
	    { "wpa_passphrase", "sae_password", "wpa_psk" }, "ssid", false,
	    "ap" },
	{ "/RT28", false, false, { "WPAPSK", "WPAPSK", "WPAPSK" }, "SSID", true,
	    "ap" },
	{ "/RT30", false, false, { "WPAPSK", "WPAPSK", "WPAPSK" }, "SSID", true,
	    "ap" },
	{ "/mt76", false, false, { "WPAPSK", "WPAPSK", "WPAPSK" }, "SSID", true,
	    "ap" },
	{ "/MT76", false, false, { "WPAPSK", "WPAPSK", "WPAPSK" }, "SSID", true,
	    "ap" },
	{ "/etc/config/wireless", true, false, { "key", "key", "key" }, "ssid",
	    false, "ap" },
	{ "/system-connections/", false, false, { "psk", "psk", "psk" }, "ssid",
	    false, "client" },
	{ "nvram", false, false, { "wl0_wpa_psk", "wl_wpa_psk", "wl1_wpa_psk" },
	    "wl0_ssid", false, "ap" },
};

/* One network of a file, as far as it was read. */
struct network {
	struct bytes ssid;
	struct bytes passphrase; /* the first of it */
	struct bytes line;
	bool client;
};

/* The key itself, as wpa_passphrase(8) writes it. */
static bool
is_hex_key(struct bytes value)
{
	for (size_t i = 0; i < value.len; i++)
		if (!((value.ptr[i] >= '0' && value.ptr[i] <= '9') ||
			(value.ptr[i] >= 'a' && value.ptr[i] <= 'f') ||
			(value.ptr[i] >= 'A' && value.ptr[i] <= 'F')))
			return false;
	return value.len == 64;
}

/* WPA's passphrases have 8 to 63 characters: IEEE 802.11 annex J.4. */
static bool
is_passphrase(struct bytes value)
{
	if (is_hex_key(value))
		return true;
	return value.len >= 8 && value.len <= 63 &&
	    !secrets_is_placeholder(value);
}

static enum err
add_network(
    struct secrets *s, const struct dialect *dialect, struct network *network)
{
	struct fact fact = { .kind = FACT_WIFI_PASSPHRASE };
	struct network done = *network;
	bool client = done.client || dialect->role[0] == 'c';

	*network = (struct network){ .client = false };
	if (!is_passphrase(done.passphrase))
		return ERR_OK;
	size_t at = (size_t)(done.line.ptr - s->content.ptr);

	fact.name = done.ssid;
	fact.value = done.passphrase;
	fact.detail = client ? BYTES("client") : BYTES("ap");
	enum err err = secrets_add(s, &fact, at, done.line);

	if (err != ERR_OK || !client)
		return err;
	fact = (struct fact){ .kind = FACT_PERSONAL_DATA };
	fact.name = BYTES("wifi");
	return secrets_add(s, &fact, at, done.ssid);
}

static bool
is_key(struct bytes key, const char *name, bool numbered)
{
	struct bytes want = bytes_of(name);

	if (!numbered)
		return bytes_equal(key, want);
	return bytes_starts(key, want) && key.len <= want.len + 1 &&
	    (key.len == want.len ||
		(key.ptr[want.len] >= '1' && key.ptr[want.len] <= '9'));
}

/* key=value, or option key value; false for all other lines. */
static bool
read_setting(
    struct bytes line, bool uci, struct bytes *ret_key, struct bytes *ret_value)
{
	struct bytes word;
	struct bytes rest = line;

	if (uci) {
		if (!bytes_next_word(&rest, &word) ||
		    !bytes_equal_text(word, "option") ||
		    !bytes_next_word(&rest, ret_key))
			return false;
		*ret_key = secrets_unquote(*ret_key);
		*ret_value = bytes_trim(rest);
		return true;
	}
	if (!bytes_next_field(&rest, '=', ret_key) || rest.ptr == NULL)
		return false;
	*ret_key = bytes_trim(*ret_key);
	*ret_value = bytes_trim(rest);
	return true;
}

static bool
is_quoted(struct bytes value)
{
	return value.len >= 2 && value.ptr[0] == '"';
}

static void
read_line(
    const struct dialect *dialect, struct bytes line, struct network *network)
{
	struct bytes key = { NULL, 0 };
	struct bytes value = { NULL, 0 };

	if (!read_setting(line, dialect->uci, &key, &value))
		return;
	if (is_key(key, dialect->ssid, dialect->numbered)) {
		if (network->ssid.len == 0)
			network->ssid = secrets_unquote(value);
	} else if (dialect->uci && bytes_equal_text(key, "mode")) {
		network->client =
		    bytes_starts(secrets_unquote(value), BYTES("sta"));
	} else if (is_key(key, dialect->key[0], dialect->numbered) ||
	    is_key(key, dialect->key[1], dialect->numbered) ||
	    is_key(key, dialect->key[2], dialect->numbered)) {
		if ((dialect->quoted && !is_quoted(value) &&
			!is_hex_key(value)) ||
		    network->passphrase.len > 0)
			return;
		network->passphrase = secrets_unquote(value);
		network->line = line;
	}
}

/* Where one network ends and the next begins. */
static bool
is_border(const struct dialect *dialect, struct bytes line)
{
	if (dialect->uci)
		return bytes_starts(line, BYTES("config"));
	return bytes_starts(line, BYTES("}")) ||
	    bytes_starts(line, BYTES("network={")) ||
	    bytes_starts(line, BYTES("bss="));
}

/* ap_pin of hostapd and its relatives in other files: eight digits. */
static bool
is_wps_pin(struct bytes key, struct bytes value)
{
	static const char *const keys[] = { "ap_pin", "wps_device_pin",
		"wps_pin", "wsc_pin", "WscVendorPinCode" };
	uint64_t number;

	if (value.len != 8 || !bytes_to_u64(value, &number) || number == 0)
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (bytes_equal_text(key, keys[i]))
			return true;
	return false;
}

static enum err
find_wps_pin(struct secrets *s, bool uci, struct bytes line)
{
	struct fact fact = { .kind = FACT_WIFI_PASSPHRASE };
	struct bytes key;
	struct bytes value;

	if (!read_setting(line, uci, &key, &value))
		return ERR_OK;
	value = secrets_unquote(value);
	if (!is_wps_pin(key, value))
		return ERR_OK;
	fact.value = value;
	fact.detail = BYTES("wps");
	return secrets_add(s, &fact, (size_t)(line.ptr - s->content.ptr), key);
}

enum err
secrets_find_wifi(struct secrets *s)
{
	const struct dialect *dialect = NULL;
	struct network network = { .client = false };
	struct bytes rest = s->content;
	struct bytes line;

	if (name_is_sample(s->name))
		return ERR_OK;
	for (size_t i = 0;
	     dialect == NULL && i < sizeof(dialects) / sizeof(dialects[0]); i++)
		if (bytes_find(s->name, bytes_of(dialects[i].path), 0) !=
		    SIZE_MAX)
			dialect = &dialects[i];
	if (dialect == NULL)
		return ERR_OK;
	while (bytes_next_line(&rest, &line)) {
		line = bytes_trim(line);
		if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == ';')
			continue;
		if (is_border(dialect, line)) {
			enum err err = add_network(s, dialect, &network);

			if (err != ERR_OK)
				return err;
			continue;
		}
		read_line(dialect, line, &network);
		enum err err = find_wps_pin(s, dialect->uci, line);

		if (err != ERR_OK)
			return err;
	}
	return add_network(s, dialect, &network);
}
