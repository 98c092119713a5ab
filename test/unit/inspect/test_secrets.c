/* SPDX-License-Identifier: ISC */
/* Tokens, passphrases and default users, and all that only looks like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "inspect/needles.h"
#include "inspect/secrets.h"

#define ROOT "squashfs@0x0!"

static struct facts
look(const char *name, const char *text)
{
	struct facts facts = facts_open(LIMIT_FACTS_LEN);
	char path[256];

	(void)snprintf(path, sizeof(path), ROOT "%s", name);
	assert_int_equal(secrets_find(bytes_of(path), bytes_of(name),
			     bytes_of(text), NEEDLES_ALL, &facts),
	    ERR_OK);
	return facts;
}

/* That a text of that name gives nothing at all. */
static void
assert_nothing(const char *name, const char *text)
{
	struct facts facts = look(name, text);

	if (facts.count > 0)
		fail_msg("%s: %s, a %s", name, text,
		    fact_kind_text(facts.list[0].kind));
	facts_close(&facts);
}

/* That it gives `count` facts, the first of which is this one. */
static void
assert_first(const char *name, const char *text, size_t count,
    enum fact_kind kind, const char *fact_name, const char *value)
{
	struct facts facts = look(name, text);

	if (facts.count != count)
		fail_msg("%s: %s: %zu facts", name, text, facts.count);
	assert_int_equal(facts.list[0].kind, kind);
	assert_true(bytes_equal_text(facts.list[0].name, fact_name));
	if (!bytes_equal_text(facts.list[0].value, value))
		fail_msg("value %.*s", (int)facts.list[0].value.len,
		    (const char *)facts.list[0].value.ptr);
	facts_close(&facts);
}

#define JWT                                                                    \
	"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0."                    \
	"dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"

static void
secrets_knows_tokens_and_masks_them(void **state)
{
	(void)state;
	assert_first("/etc/cloud.sh", "KEY=AKIA1234567890ABCDEF\n", 1,
	    FACT_TOKEN, "aws-access-key", "AKIA12***");
	assert_first("/www/map.js",
	    "key='AIzaSyA1234567890abcdefghijklmnopqrstuv';", 1, FACT_TOKEN,
	    "google-api-key", "AIzaSyA123***");
	assert_first(
	    "/x", "t=" JWT "\n", 1, FACT_TOKEN, "jwt", "eyJhbGciOi***");
	assert_first("/etc/mq.conf",
	    "broker mqtt://cam:s3cret@broker.vendor.com:1883\n", 1, FACT_TOKEN,
	    "url-password", "mqtt://cam");
	assert_first("/x", "ghp_0123456789abcdefABCDEF0123456789abcd\n", 1,
	    FACT_TOKEN, "github", "ghp_012345***");
}

static void
secrets_never_shows_the_rest_of_a_token(void **state)
{
	struct facts facts =
	    look("/x", "KEY=AKIA1234567890ABCDEF\nmqtt://cam:s3cret@b.c\n");

	(void)state;
	assert_int_equal(facts.count, 2);
	for (size_t i = 0; i < facts.count; i++) {
		assert_true(bytes_find(facts.list[i].text, BYTES("ABCDEF"),
				0) == SIZE_MAX);
		assert_true(bytes_find(facts.list[i].text, BYTES("s3cret"),
				0) == SIZE_MAX);
	}
	facts_close(&facts);
}

static void
secrets_misses_what_only_looks_like_a_token(void **state)
{
	static const char *const texts[] = { "AKIAIOSFODNN7EXAMPLE",
		"AKIA1234567890ABCDEFG", "xAKIA1234567890ABCDEF",
		"AKIA1234567890abcdef", "AIzaShort", "xoxb-", "eyJ.eyJ.x",
		"eyJhbGciOiJIUzI1NiJ9.e30.x", "mqtt://user:%s@host",
		"mqtt://broker:1883/topic@x", "mqtt://$USER:$PASS@host",
		"rtsp://<user>:<pass>@ip", "mqtt://user:password@host",
		"ftp://a@b.c", "http://schemas.xmlsoap.org/x:y@z" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_nothing("/etc/x", texts[i]);
	assert_nothing("/usr/share/doc/jwt/x", JWT);
	assert_nothing("/usr/lib/x.py", "http://a:b1@c.d\n");
}

static void
secrets_finds_wifi_passphrases(void **state)
{
	(void)state;
	assert_first("/etc/hostapd.conf",
	    "interface=wlan0\nwpa_passphrase=12345678\nssid=Cam\n", 1,
	    FACT_WIFI_PASSPHRASE, "Cam", "12345678");
	assert_first("/etc/wpa_supplicant.conf",
	    "network={\n\tssid=\"home\"\n\tpsk=\"topsecret\"\n}\n", 2,
	    FACT_WIFI_PASSPHRASE, "home", "topsecret");
	assert_first("/etc_ro/Wireless/RT2860AP/RT2860_default.dat",
	    "Default\nSSID1=RalinkAP\nSSID2=\nWPAPSK1=12345678\n", 1,
	    FACT_WIFI_PASSPHRASE, "RalinkAP", "12345678");
	assert_first("/etc/config/wireless",
	    "config wifi-iface\n\toption mode 'ap'\n\toption ssid 'Net'\n"
	    "\toption encryption 'psk2'\n\toption key 'letmein12'\n",
	    1, FACT_WIFI_PASSPHRASE, "Net", "letmein12");
}

/* TRAP: the camera's hostapd_wpa2.conf has it as a comment. */
static void
secrets_misses_wifi_comments_and_placeholders(void **state)
{
	static const char *const lines[] = { "#wpa_passphrase=87654321\n",
		"wpa_passphrase=\n", "wpa_passphrase=%s\n",
		"wpa_passphrase=${PSK}\n", "wpa_passphrase=<passphrase>\n",
		"wpa_passphrase=short\n", "wpa_psk_file=/etc/x12345678\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_nothing("/usr/share/hostapd_wpa2.conf", lines[i]);
	assert_nothing("/etc/config/wireless",
	    "config wifi-iface\n\toption key '1'\n#\toption key 'commented'\n");
	assert_nothing("/etc/other.conf", "wpa_passphrase=12345678\n");
}

static void
secrets_finds_users_with_passwords(void **state)
{
	static const struct {
		const char *name, *text;
	} cases[] = {
		{ "/etc/web.ini", "[http]\nuser=admin\npassword=12345\n" },
		{ "/etc/web.conf",
		    "admin_pwd: \"12345\"\nadmin_user: admin\n" },
		{ "/etc/users.xml",
		    "<users><user><username>admin</username>"
		    "<password>12345</password></user>" },
		{ "/etc/u.xml",
		    "<user id=\"1\" name=\"admin\" "
		    "password=\"12345\"/>" },
		{ "/etc/c.json",
		    "{\"Username\": \"admin\", \"port\": \"80\","
		    " \"PassWord\" : \"12345\"}" },
		{ "/etc/z.xml", "<User Name=\"admin\" Password=\"12345\"/>" },
		{ "/etc/v.xml",
		    "<u><Name val=\"admin\"/><Pwd val=\"12345\"/>" },
		{ "/etc/db.xml",
		    "<DM name=\"User\" val=\"admin\"/>"
		    "<DM name=\"Pass\" val=\"12345\"/>" },
		{ "/etc/n.json", "{\"user\": \"admin\", \"passwd\": 12345}" },
		{ "/usr/etc/default.nvram",
		    "http_username=admin\nhttp_passwd=12345\n" },
		{ "/etc/config/ddns",
		    "config service\n\toption username "
		    "'admin'\n\toption password '12345'\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_first(cases[i].name, cases[i].text, 1, FACT_CREDENTIALS,
		    "admin", "12345");
	struct facts facts = look(
	    "/etc/a.ini", "mqtt_user=cam\nftp_user=f\nmqtt_passwd=geheim1\n");

	assert_int_equal(facts.count, 0); /* parted by another user */
	facts_close(&facts);
	facts = look("/etc/a.ini", "mqtt_user=cam\nmqtt_passwd=geheim1\n");
	assert_int_equal(facts.count, 1);
	assert_true(bytes_equal_text(facts.list[0].detail, "mqtt"));
	facts_close(&facts);
}

static void
secrets_misses_what_is_no_default_user(void **state)
{
	static const char *const texts[] = { "user=admin\npassword=\n",
		"user=admin\n#password=12345\n", "user=admin\npassword=%s\n",
		"user=admin\npassword=${PW}\n", "user=\npassword=12345\n",
		"user=admin\npassword=Please enter your password\n",
		"user=admin\npassword=yes\n", "user=admin\npassword=<pw>\n",
		"username=Benutzername\nhelp=text\n",
		"user=admin\nmail_password=\nftp_password=\n",
		"ftp_user=f\nmqtt_password=12345\n",
		"user=a\nb=1\nc=2\nd=3\ne=4\nf=5\npassword=12345\n",
		"user=admin\npassword=$1$abc\n",
		"user=admin\npassword=/etc/secret\n",
		"user=admin\npassword=file:/etc/secret\n",
		"user=admin\npassword=__PASSWORD__\n",
		"user=admin\npassword=REPLACE_ME\n", "user=admin\npassword=1\n",
		"user=admin\nbypass=12345\n", "max_user=12\npassword=12345\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_nothing("/etc/a.conf", texts[i]);
	assert_nothing("/www/i18n/en.json",
	    "{\"username\": \"User\", \"password\": \"Password\"}");
	assert_nothing("/usr/share/doc/a.conf", "user=admin\npassword=1234\n");
	assert_nothing("/etc/a.xml",
	    "<!-- <username>admin</username>"
	    "<password>12345</password> --><a/>");
	assert_nothing("/usr/lib/a.lua", "user=admin\npassword=1234\n");
	assert_nothing("/etc/a.conf.example", "user=admin\npassword=1234\n");
	assert_nothing("/etc/a.json",
	    "{\n// \"user\": \"admin\", \"password\": \"1234\"\n}");
	assert_nothing("/etc/b.json", "{\"user\": \"admin\", \"passwd\": 1}");
	assert_nothing("/www/en_US.json",
	    "{\"user\": \"User\", \"password\": \"Password\"}");
}

static void
secrets_finds_servers_without_tls(void **state)
{
	(void)state;
	assert_first("/etc/app.conf", "server_url=http://api.acme.net/v1\n", 1,
	    FACT_PLAIN_URL, "http://api.acme.net/v1", "service");
	assert_first("/etc/app.json",
	    "{\"endpoint\": \"mqtt://b.acme.net:1883\"}", 1, FACT_PLAIN_URL,
	    "mqtt://b.acme.net:1883", "service");
	assert_first("/etc/config/cloud",
	    "config c\n\toption url 'http://c.acme.net'\n", 1, FACT_PLAIN_URL,
	    "http://c.acme.net", "service");
	assert_nothing("/etc/a.conf", "url=https://api.acme.net\n");
	assert_nothing("/etc/a.conf", "homepage=http://www.acme.net\n");
	assert_nothing("/etc/a.conf", "presentation_url=http://acme.net\n");
	assert_nothing("/etc/a.conf", "server=http://127.0.0.1/x\n");
	assert_nothing("/etc/a.conf", "server=http://192.168.1.1/x\n");
	assert_nothing("/etc/a.conf", "server=http://$HOST/x\n");
	assert_nothing("/etc/a.json",
	    "{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}");
	assert_nothing("/etc/a.xml",
	    "<a xmlns:url=\"http://www.onvif.org/ver10/device/wsdl\"/>");
}

static void
secrets_finds_wps_pins(void **state)
{
	(void)state;
	assert_first("/etc/hostapd.conf", "wps_state=2\nap_pin=12345670\n", 1,
	    FACT_WIFI_PASSPHRASE, "", "12345670");
	assert_nothing("/etc/hostapd.conf", "#ap_pin=12345670\n");
	assert_nothing("/etc/hostapd.conf", "ap_pin=00000000\n");
}

static void
secrets_sees_traces_of_use(void **state)
{
	(void)state;
	assert_first("/root/.bash_history", "ls\nssh me@home\n", 1,
	    FACT_PERSONAL_DATA, "history", "");
	assert_first("/var/log/messages", "Jan 1 boot\n", 1, FACT_PERSONAL_DATA,
	    "log", "");
	assert_nothing("/var/log/messages", "");
	assert_nothing("/etc/logrotate.conf", "weekly\n");
}

static void
secrets_looks_at_texts_of_bounded_length_only(void **state)
{
	static char text[LIMIT_TEXT_FILE_LEN + 64];

	(void)state;
	memset(text, '\n', sizeof(text) - 1);
	memcpy(text, "KEY=AKIA1234567890ABCDEF", 24);
	assert_nothing("/etc/long.conf", text);
	text[LIMIT_TEXT_FILE_LEN - 1] = '\0';
	assert_first("/etc/long.conf", text, 1, FACT_TOKEN, "aws-access-key",
	    "AKIA12***");
	assert_nothing("/bin/x", "\001\002\003\004KEY=AKIA1234567890ABCDEF");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_knows_tokens_and_masks_them),
		cmocka_unit_test(secrets_never_shows_the_rest_of_a_token),
		cmocka_unit_test(secrets_misses_what_only_looks_like_a_token),
		cmocka_unit_test(secrets_finds_wifi_passphrases),
		cmocka_unit_test(secrets_misses_wifi_comments_and_placeholders),
		cmocka_unit_test(secrets_finds_users_with_passwords),
		cmocka_unit_test(secrets_misses_what_is_no_default_user),
		cmocka_unit_test(secrets_finds_servers_without_tls),
		cmocka_unit_test(secrets_finds_wps_pins),
		cmocka_unit_test(secrets_sees_traces_of_use),
		cmocka_unit_test(secrets_looks_at_texts_of_bounded_length_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
