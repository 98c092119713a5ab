/* SPDX-License-Identifier: ISC */
/* Each rule with facts that call it and facts that must not.
   long: most of it is one table of scenes, which a rule's author reads whole */
#include "scene.h"

#include "baseline/rules.h"

#include <stdio.h>

#define FS "squashfs@0x0!/"

/* Facts that many scenes share. */
#define EMPTY_ROOT                                                             \
	{                                                                      \
		.kind = FACT_ACCOUNT, .path = T(FS "etc/shadow"),              \
		.text = T("root::0:0:99999:7:::"), .name = T("root"),          \
		.value = T("/bin/ash"), .detail = T("empty")                   \
	}
#define SERVICE(program, condition)                                            \
	{                                                                      \
		.kind = FACT_SERVICE, .path = T(FS "etc/init.d/rcS"),          \
		.text = T(program " &"), .name = T(program),                   \
		.value = T("root"), .detail = T(condition),                    \
		.extra = T(program)                                            \
	}
#define KEYS_ONLY_SSH                                                          \
	{                                                                      \
		.kind = FACT_SERVICE, .name = T("dropbear"),                   \
		.detail = T("always"), .extra = T("dropbear -s -g")            \
	}
#define WRITTEN_BY(script, file)                                               \
	{                                                                      \
		.kind = FACT_REWRITTEN, .path = T(file), .name = T(script),    \
		.at = FACT_NOWHERE                                             \
	}
#define CONSOLE(kind_of, command)                                              \
	{                                                                      \
		.kind = FACT_CONSOLE, .name = T(kind_of), .value = T(command)  \
	}
#define SETTING(key, text)                                                     \
	{                                                                      \
		.kind = FACT_SETTING, .path = T(FS "etc/config/x"),            \
		.name = T(key), .value = T(text)                               \
	}
#define KEY(published)                                                         \
	{                                                                      \
		.kind = FACT_PRIVATE_KEY, .path = T(FS "etc/server.pem"),      \
		.name = T("RSA 2048"), .value = T("ab12"),                     \
		.detail = T(published), .extra = T("pem"), .number = 2048      \
	}
#define CERTIFICATE(subject, algorithm, issuer, spki, end)                     \
	{                                                                      \
		.kind = FACT_CERTIFICATE, .path = T(FS "etc/server.pem"),      \
		.name = T(subject), .value = T(algorithm),                     \
		.detail = T(issuer), .extra = T(spki), .number = (end)         \
	}
#define ELF(what, architecture, libraries, flags)                              \
	{                                                                      \
		.kind = FACT_ELF, .path = T(FS "bin/" what),                   \
		.value = T(libraries), .detail = T(architecture),              \
		.extra = T(what), .number = (flags)                            \
	}
#define CHUNK(name, says)                                                      \
	{                                                                      \
		.path = T(name "@0x0"), .format = (name), .size = IMAGE_SIZE,  \
		.info = {                                                      \
			.authenticity = (says)                                 \
		}                                                              \
	}

/* One piece of the layout; its container says so with this one. */
#define PIECE(where, name, start, length, says)                                \
	{                                                                      \
		.path = T(where), .format = (name), .at = (start),             \
		.size = (length), .info = {                                    \
			.size = (length),                                      \
			.authenticity = (says)                                 \
		}                                                              \
	}
#define TABLE(where)                                                           \
	{                                                                      \
		.kind = FACT_CRYPTO_TABLE, .path = T(where), .name = T("AES"), \
		.value = T("S-box"), .at = 0x1000                              \
	}
#define MAY_BE_SIGNED(where)                                                   \
	{                                                                      \
		.path = T(where), .format = "zigbee-ota", .size = 62,          \
		.info = {                                                      \
			.size = 62,                                            \
			.may_be_signed = true                                  \
		}                                                              \
	}

static const struct scene scenes[] = {
	/* CRED-1 */
	{ "an empty password with dropbear started fails", "CRED-1", "fail",
	    { EMPTY_ROOT, SERVICE("dropbear", "always") }, ALL_READ },
	{ "an empty password with a console fails", "CRED-1", "fail",
	    { EMPTY_ROOT, { .kind = FACT_CONSOLE, .name = T("getty") } },
	    ALL_READ },
	{ "an empty password without a login service warns", "CRED-1", "warn",
	    { EMPTY_ROOT, SERVICE("dnsmasq", "always") }, ALL_READ },
	{ "SSH with keys only lets no empty password in", "CRED-1", "warn",
	    { EMPTY_ROOT, KEYS_ONLY_SSH }, ALL_READ },
	{ "sshd refuses empty passwords by itself", "CRED-1", "warn",
	    { EMPTY_ROOT, SERVICE("sshd", "always") }, ALL_READ },
	{ "sshd that takes empty passwords fails", "CRED-1", "fail",
	    { EMPTY_ROOT, SERVICE("sshd", "always"),
		SETTING("sshd.PermitEmptyPasswords", "yes") },
	    ALL_READ },
	{ "a locked account is not an empty password", "CRED-1", "none",
	    { { .kind = FACT_ACCOUNT,
		  .name = T("root"),
		  .value = T("/bin/sh"),
		  .detail = T("locked") },
		SERVICE("sshd", "always") },
	    ALL_READ },
	{ "x without a shadow file is not an empty password", "CRED-1", "none",
	    { { .kind = FACT_ACCOUNT,
		.name = T("installer"),
		.value = T("/bin/sh"),
		.detail = T("shadow") } },
	    ALL_READ },
	{ "an empty password behind nologin is nothing", "CRED-1", "none",
	    { { .kind = FACT_ACCOUNT,
		.name = T("ftp"),
		.value = T("/usr/sbin/nologin"),
		.detail = T("empty") } },
	    ALL_READ },
	/* CRED-2, CRED-3 */
	{ "a cracked hash fails", "CRED-2", "fail",
	    { { .kind = FACT_PASSWORD_KNOWN,
		.name = T("root"),
		.value = T("ismart12"),
		.detail = T("des") } },
	    ALL_READ },
	{ "a cracked hash of a locked account informs", "CRED-2", "info",
	    { { .kind = FACT_ACCOUNT,
		  .name = T("root"),
		  .detail = T("locked") },
		{ .kind = FACT_PASSWORD_KNOWN,
		    .name = T("root"),
		    .value = T("x") } },
	    ALL_READ },
	{ "an uncracked hash is not a known password", "CRED-2", "none",
	    { { .kind = FACT_PASSWORD_HASH,
		.name = T("root"),
		.value = T("sha512") } },
	    ALL_READ },
	{ "an uncracked hash warns", "CRED-3", "warn",
	    { { .kind = FACT_PASSWORD_HASH,
		.name = T("root"),
		.value = T("sha512") } },
	    ALL_READ },
	{ "a hash that a start script replaces informs", "CRED-3", "info",
	    { { .kind = FACT_PASSWORD_HASH,
		  .path = T(FS "etc/shadow"),
		  .name = T("root"),
		  .value = T("sha512") },
		WRITTEN_BY("/etc/init.d/rcS", FS "etc/shadow") },
	    ALL_READ },
	{ "a cracked hash is left to CRED-2", "CRED-3", "none",
	    { { .kind = FACT_PASSWORD_HASH,
		  .name = T("root"),
		  .value = T("des") },
		{ .kind = FACT_PASSWORD_KNOWN,
		    .name = T("root"),
		    .value = T("x") } },
	    ALL_READ },
	/* CRED-4 to CRED-7 */
	{ "a user and password in clear fail", "CRED-4", "fail",
	    { { .kind = FACT_CREDENTIALS,
		.name = T("admin"),
		.value = T("admin"),
		.detail = T("lighttpd") } },
	    ALL_READ },
	{ "no credentials are no finding", "CRED-4", "none", { EMPTY_ROOT },
	    ALL_READ },
	{ "a fixed access point passphrase fails", "CRED-5", "fail",
	    { { .kind = FACT_WIFI_PASSPHRASE,
		.name = T("cam"),
		.value = T("secret-1"),
		.detail = T("ap") } },
	    ALL_READ },
	{ "a passphrase that a script writes anew warns", "CRED-5", "warn",
	    { { .kind = FACT_WIFI_PASSPHRASE,
		  .path = T(FS "etc/hostapd.conf"),
		  .name = T("cam"),
		  .value = T("secret-1"),
		  .detail = T("ap") },
		WRITTEN_BY("/etc/init.d/wifi", FS "etc/hostapd.conf") },
	    ALL_READ },
	{ "a WPS PIN warns", "CRED-5", "warn",
	    { { .kind = FACT_WIFI_PASSPHRASE,
		.value = T("12345670"),
		.detail = T("wps") } },
	    ALL_READ },
	{ "a passphrase of a client is no access point", "CRED-5", "none",
	    { { .kind = FACT_WIFI_PASSPHRASE,
		.name = T("home"),
		.value = T("secret-1"),
		.detail = T("client") } },
	    ALL_READ },
	{ "a DES hash warns", "CRED-6", "warn",
	    { { .kind = FACT_PASSWORD_HASH,
		.name = T("root"),
		.value = T("des") } },
	    ALL_READ },
	{ "a yescrypt hash is strong", "CRED-6", "none",
	    { { .kind = FACT_PASSWORD_HASH,
		.name = T("root"),
		.value = T("yescrypt") } },
	    ALL_READ },
	{ "a second user id 0 warns", "CRED-7", "warn",
	    { { .kind = FACT_ACCOUNT,
		.name = T("toor"),
		.value = T("/bin/sh"),
		.detail = T("hash") } },
	    ALL_READ },
	{ "a locked second user id 0 informs", "CRED-7", "info",
	    { { .kind = FACT_ACCOUNT,
		.name = T("toor"),
		.value = T("/bin/sh"),
		.detail = T("locked") } },
	    ALL_READ },
	{ "root may have user id 0", "CRED-7", "none", { EMPTY_ROOT },
	    ALL_READ },
	{ "a user id that is not known is not 0", "CRED-7", "none",
	    { { .kind = FACT_ACCOUNT,
		.name = T("toor"),
		.detail = T("hash"),
		.number = FACT_NOWHERE } },
	    ALL_READ },
	/* KEY-1 to KEY-5 */
	{ "a private key fails", "KEY-1", "fail", { KEY("") }, ALL_READ },
	{ "a published test key warns", "KEY-1", "warn",
	    { KEY("mbed TLS test key (library/certs.c)") }, ALL_READ },
	{ "a key among documents warns", "KEY-1", "warn",
	    { { .kind = FACT_PRIVATE_KEY,
		.path = T(FS "usr/share/doc/x/server.key"),
		.name = T("RSA 2048"),
		.value = T("ab12"),
		.extra = T("pem") } },
	    ALL_READ },
	{ "a public key is no private key", "KEY-1", "none",
	    { { .kind = FACT_PUBLIC_KEY, .name = T("RSA 2048") } }, ALL_READ },
	{ "a key that products share fails", "KEY-2", "fail",
	    { KEY("shared: some chip maker's kit") }, ALL_READ },
	{ "a published test key is not one of products", "KEY-2", "none",
	    { KEY("MCUboot root-rsa-2048.pem") }, ALL_READ },
	{ "an encrypted key with a common password fails", "KEY-3", "fail",
	    { { .kind = FACT_ENCRYPTED_KEY,
		.path = T(FS "etc/store.p12"),
		.name = T("pkcs12"),
		.value = T("changeit") } },
	    ALL_READ },
	{ "an encrypted key informs", "KEY-3", "info",
	    { { .kind = FACT_ENCRYPTED_KEY, .name = T("pem") } }, ALL_READ },
	{ "a clear key is not encrypted", "KEY-3", "none", { KEY("") },
	    ALL_READ },
	{ "a host key in the image fails", "KEY-4", "fail",
	    { { .kind = FACT_HOST_KEY,
		.name = T("dropbear"),
		.value = T("12") } },
	    ALL_READ },
	{ "dropbear without a host key is no finding", "KEY-4", "none",
	    { SERVICE("dropbear", "always") }, ALL_READ },
	{ "a token warns", "KEY-5", "warn",
	    { { .kind = FACT_TOKEN,
		.name = T("AWS access key"),
		.value = T("AKIA****") } },
	    ALL_READ },
	{ "a key is not a token", "KEY-5", "none", { KEY("") }, ALL_READ },
	/* CERT-1 to CERT-3 */
	{ "an expired server certificate warns", "CERT-1", "warn",
	    { KEY(""),
		CERTIFICATE("CN=cam", "sha256WithRSAEncryption 2048", "CN=ca",
		    "ab12", 1000000000) },
	    ALL_READ },
	{ "an expired root of a bundle informs", "CERT-1", "info",
	    { { .kind = FACT_CA_CERTIFICATE,
		.name = T("CN=old root"),
		.number = 1000000000 } },
	    ALL_READ },
	{ "an expired certificate of a test key informs", "CERT-1", "info",
	    { KEY("mbed TLS test key"),
		CERTIFICATE("CN=test", "sha256WithRSAEncryption 2048",
		    "CN=test ca", "ab12", 1000000000) },
	    ALL_READ },
	{ "a certificate that lasts is no finding", "CERT-1", "none",
	    { KEY(""),
		CERTIFICATE("CN=cam", "sha256WithRSAEncryption 2048", "CN=ca",
		    "ab12", 2000000000) },
	    ALL_READ },
	{ "a short RSA key warns", "CERT-2", "warn",
	    { CERTIFICATE("CN=cam", "sha256WithRSAEncryption 1024", "CN=ca", "",
		2000000000) },
	    ALL_READ },
	{ "an own key of 512 bits fails", "CERT-2", "fail",
	    { KEY(""),
		CERTIFICATE("CN=cam", "sha256WithRSAEncryption 512", "CN=ca",
		    "ab12", 2000000000) },
	    ALL_READ },
	{ "SHA-1 under a root's own name says nothing", "CERT-2", "none",
	    { CERTIFICATE("CN=root", "sha1WithRSAEncryption 2048", "CN=root",
		"", 2000000000) },
	    ALL_READ },
	{ "P-256 under an RSA authority is not short", "CERT-2", "none",
	    { CERTIFICATE("CN=cam", "sha256WithRSAEncryption 256", "CN=ca", "",
		2000000000) },
	    ALL_READ },
	{ "a weak root of a bundle informs", "CERT-2", "info",
	    { { .kind = FACT_CA_CERTIFICATE,
		.name = T("CN=a"),
		.detail = T("CN=a"),
		.value = T("md5WithRSAEncryption 1024") } },
	    ALL_READ },
	{ "a self-signed server certificate with its key fails", "CERT-3",
	    "fail",
	    { KEY(""),
		CERTIFICATE("CN=cam", "sha256WithRSAEncryption 2048", "CN=cam",
		    "ab12", 2000000000) },
	    ALL_READ },
	{ "a self-signed certificate without its key is no finding", "CERT-3",
	    "none",
	    { KEY(""),
		CERTIFICATE("CN=cam", "sha256WithRSAEncryption 2048", "CN=cam",
		    "cd34", 2000000000) },
	    ALL_READ },
	/* SVC-1 to SVC-6 */
	{ "telnet that starts always fails", "SVC-1", "fail",
	    { SERVICE("telnetd", "always") }, ALL_READ },
	{ "telnet under a condition warns", "SVC-1", "warn",
	    { SERVICE("telnetd", "guarded") }, ALL_READ },
	{ "telnet that is only present informs", "SVC-1", "info",
	    { { .kind = FACT_APPLET, .name = T("telnetd") } }, ALL_READ },
	{ "a telnet client is no server", "SVC-1", "none",
	    { SERVICE("telnet", "always") }, ALL_READ },
	{ "an FTP server warns", "SVC-2", "warn",
	    { SERVICE("vsftpd", "always") }, ALL_READ },
	{ "an FTP server under a condition informs", "SVC-2", "info",
	    { SERVICE("vsftpd", "guarded") }, ALL_READ },
	{ "a web server on port 80 warns", "SVC-2", "warn",
	    { { .kind = FACT_SERVICE,
		.name = T("uhttpd"),
		.detail = T("always"),
		.number = 80 } },
	    ALL_READ },
	{ "a web server that redirects to HTTPS is fine", "SVC-2", "none",
	    { { .kind = FACT_SERVICE,
		  .name = T("uhttpd"),
		  .detail = T("always"),
		  .number = 80 },
		SETTING("uhttpd.redirect_https", "1") },
	    ALL_READ },
	{ "SNMP with a public community fails", "SVC-2", "fail",
	    { SERVICE("snmpd", "always"),
		SETTING("snmpd.community", "public") },
	    ALL_READ },
	{ "FTP as a client is no service", "SVC-2", "none",
	    { { .kind = FACT_APPLET, .name = T("ftpget") } }, ALL_READ },
	{ "services are listed", "SVC-3", "info",
	    { SERVICE("dnsmasq", "always") }, ALL_READ },
	{ "a program that is only present is no service", "SVC-3", "none",
	    { { .kind = FACT_APPLET, .name = T("httpd") } }, ALL_READ },
	{ "services that all run as root warn", "SVC-4", "warn",
	    { SERVICE("dnsmasq", "always") }, ALL_READ },
	{ "one service with its own user makes it information", "SVC-4", "info",
	    { SERVICE("dropbear", "always"),
		{ .kind = FACT_SERVICE,
		    .name = T("lighttpd"),
		    .value = T("www"),
		    .detail = T("always") } },
	    ALL_READ },
	{ "no service runs as root where none runs", "SVC-4", "none",
	    { EMPTY_ROOT }, ALL_READ },
	{ "dropbear with root and passwords warns", "SVC-5", "warn",
	    { SERVICE("dropbear", "always"),
		SETTING("dropbear.PasswordAuth", "on"),
		SETTING("dropbear.RootPasswordAuth", "on") },
	    ALL_READ },
	{ "settings of dropbear that is not started inform", "SVC-5", "info",
	    { SETTING("dropbear.RootPasswordAuth", "on") }, ALL_READ },
	{ "dropbear without an option against it warns", "SVC-5", "warn",
	    { { .kind = FACT_SERVICE,
		.name = T("dropbear"),
		.detail = T("always"),
		.extra = T("dropbear -R") } },
	    ALL_READ },
	{ "dropbear -s takes no passwords", "SVC-5", "none",
	    { { .kind = FACT_SERVICE,
		.name = T("dropbear"),
		.detail = T("always"),
		.extra = T("dropbear -R -s") } },
	    ALL_READ },
	{ "sshd that lets root in warns", "SVC-5", "warn",
	    { SERVICE("sshd", "always"),
		SETTING("sshd.PermitRootLogin", "yes") },
	    ALL_READ },
	{ "sshd with keys only is fine", "SVC-5", "none",
	    { SERVICE("sshd", "always"),
		SETTING("sshd.PermitRootLogin", "prohibit-password") },
	    ALL_READ },
	{ "a login service without a guard informs", "SVC-6", "info",
	    { SERVICE("dropbear", "always") }, ALL_READ },
	{ "fail2ban is a guard", "SVC-6", "none",
	    { SERVICE("sshd", "always"), SERVICE("fail2ban", "always") },
	    ALL_READ },
	/* DBG-1 to DBG-4 */
	{ "a shell on the console fails", "DBG-1", "fail",
	    { { .kind = FACT_CONSOLE,
		.name = T("shell"),
		.value = T("-/bin/sh"),
		.detail = T("ttyS0") } },
	    ALL_READ },
	{ "askfirst with a shell fails", "DBG-1", "fail",
	    { { .kind = FACT_CONSOLE,
		.name = T("askfirst"),
		.value = T("/bin/ash --login") } },
	    ALL_READ },
	{ "login.sh with an empty root password fails", "DBG-1", "fail",
	    { EMPTY_ROOT,
		{ .kind = FACT_CONSOLE,
		    .name = T("askfirst"),
		    .value = T("/usr/libexec/login.sh") } },
	    ALL_READ },
	{ "login.sh with a root password warns", "DBG-1", "warn",
	    { { .kind = FACT_CONSOLE,
		.name = T("askfirst"),
		.value = T("/usr/libexec/login.sh") } },
	    ALL_READ },
	{ "a getty that runs a shell fails", "DBG-1", "fail",
	    { CONSOLE("getty", "/sbin/getty -n -l /bin/sh ttyS0") }, ALL_READ },
	{ "a getty that logs root in fails", "DBG-1", "fail",
	    { CONSOLE("getty", "/sbin/agetty --autologin root ttyS0") },
	    ALL_READ },
	{ "a getty with its own log-in program warns", "DBG-1", "warn",
	    { CONSOLE("getty", "/sbin/getty -l /bin/login ttyS0") }, ALL_READ },
	{ "a getty warns", "DBG-1", "warn",
	    { EMPTY_ROOT,
		{ .kind = FACT_CONSOLE,
		    .name = T("getty"),
		    .value = T("/sbin/getty -L ttyS0 115200") } },
	    ALL_READ },
	{ "no console is no finding", "DBG-1", "none", { EMPTY_ROOT },
	    ALL_READ },
	{ "gdbserver in the image warns", "DBG-2", "warn",
	    { { .kind = FACT_DEBUG_TOOL, .name = T("gdbserver") } }, ALL_READ },
	{ "tcpdump may be what a router is bought for", "DBG-2", "info",
	    { { .kind = FACT_DEBUG_TOOL, .name = T("tcpdump") } }, ALL_READ },
	{ "adbd that is started fails", "DBG-2", "fail",
	    { SERVICE("adbd", "always") }, ALL_READ },
	{ "no debug tool is no finding", "DBG-2", "none", { EMPTY_ROOT },
	    ALL_READ },
	{ "a signature by a test key fails", "DBG-3", "fail",
	    { { .kind = FACT_TEST_SIGNATURE, .name = T("root-ec-p256.pem") } },
	    ALL_READ },
	{ "a debug build warns", "DBG-3", "warn",
	    { { .kind = FACT_DEBUG_BUILD,
		.name = T("TF-A"),
		.value = T("v2.8(debug)") } },
	    ALL_READ },
	{ "a signature is no finding", "DBG-3", "none", NO_FACTS,
	    { CHUNK("fit", AUTHENTICITY_SIGNED) } },
	{ "a developer's machine informs", "DBG-4", "info",
	    { { .kind = FACT_KERNEL,
		.name = T("linux"),
		.value = T("6.12.1"),
		.detail = T("shizhong@shizhong-pc") } },
	    ALL_READ },
	{ "a build machine is harmless", "DBG-4", "none",
	    { { .kind = FACT_KERNEL,
		  .name = T("linux"),
		  .value = T("6.12.1"),
		  .detail = T("builder@buildhost") },
		{ .kind = FACT_BUILD_LEFTOVER,
		    .name = T("user@host"),
		    .value = T("buildbot@builds-03") } },
	    ALL_READ },
	/* CRY-2 */
	{ "a table of a cipher in an unknown program is told", "CRY-2", "info",
	    { TABLE(FS "bin/camd") }, ALL_READ },
	{ "that of a known component is not", "CRY-2", "none",
	    { TABLE(FS "lib/libcrypto.so.3"),
		{ .kind = FACT_COMPONENT,
		    .path = T(FS "lib/libcrypto.so.3"),
		    .name = T("openssl") } },
	    ALL_READ },
	{ "a component elsewhere is none here", "CRY-2", "info",
	    { TABLE(FS "bin/camd"),
		{ .kind = FACT_COMPONENT,
		    .path = T(FS "lib/libcrypto.so.3"),
		    .name = T("openssl") } },
	    ALL_READ },
	{ "that of a kernel is not", "CRY-2", "none",
	    { TABLE("lzma@0x40!"),
		{ .kind = FACT_KERNEL,
		    .path = T("lzma@0x40!"),
		    .name = T("linux") } },
	    ALL_READ },
	{ "nor is what lies inside a kernel", "CRY-2", "none",
	    { TABLE("uimage@0x0!linux-kernel@0x40!raw@0x6000!") }, ALL_READ },
	{ "that of a kernel module is not", "CRY-2", "none",
	    { TABLE(FS "lib/modules/aes.ko"),
		{ .kind = FACT_ELF,
		    .path = T(FS "lib/modules/aes.ko"),
		    .extra = T("module") } },
	    ALL_READ },
	/* UPD-1 to UPD-7 */
	{ "an update with a hash only fails", "UPD-1", "fail", NO_FACTS,
	    { CHUNK("tplink", AUTHENTICITY_HASH) } },
	{ "an update with a CRC only fails", "UPD-1", "fail", NO_FACTS,
	    { CHUNK("uimage", AUTHENTICITY_CRC) } },
	{ "an update with nothing fails", "UPD-1", "fail", NO_FACTS,
	    { CHUNK("fit", AUTHENTICITY_NONE) } },
	{ "a bare file system warns", "UPD-1", "warn", NO_FACTS,
	    { CHUNK("squashfs", AUTHENTICITY_UNKNOWN) } },
	{ "a bare file system with sums warns", "UPD-1", "warn", NO_FACTS,
	    { CHUNK("jffs2", AUTHENTICITY_CRC) } },
	{ "a bare UBI image warns", "UPD-1", "warn", NO_FACTS,
	    { CHUNK("ubi", AUTHENTICITY_CRC) } },
	{ "a sparse image is a bare file system in parts", "UPD-1", "warn",
	    NO_FACTS, { CHUNK("android-sparse", AUTHENTICITY_NONE) } },
	{ "a disk is no update container, whatever a partition says", "UPD-1",
	    "warn", NO_FACTS,
	    { PIECE("gpt@0x0", "gpt", 0, 34 * 512, AUTHENTICITY_UNKNOWN),
		PIECE("gpt@0x0!uimage@0x4400", "uimage", 34 * 512, 64,
		    AUTHENTICITY_CRC) } },
	{ "a packed file system is still bare", "UPD-1", "warn", NO_FACTS,
	    { CHUNK("gzip", AUTHENTICITY_CRC),
		{ .path = T("gzip@0x0!ext@0x0"),
		    .format = "ext",
		    .nested = true } } },
	{ "a packed archive is an update", "UPD-1", "fail", NO_FACTS,
	    { CHUNK("gzip", AUTHENTICITY_CRC),
		{ .path = T("gzip@0x0!tar@0x0"),
		    .format = "tar",
		    .nested = true } } },
	{ "a container around a file system with sums fails", "UPD-1", "fail",
	    NO_FACTS,
	    { PIECE("uimage@0x0", "uimage", 0, 64, AUTHENTICITY_CRC),
		PIECE("uimage@0x0!jffs2@0x40", "jffs2", 64, 1000,
		    AUTHENTICITY_CRC) } },
	{ "a part that may be a signature is told", "UPD-1", "info", NO_FACTS,
	    { MAY_BE_SIGNED("zigbee-ota@0x0"),
		PIECE("zigbee-ota@0x0!gbl@0x3e", "gbl", 62, 1000,
		    AUTHENTICITY_CRC) } },
	{ "a signature inside outweighs an unknown part", "UPD-1", "none",
	    NO_FACTS,
	    { MAY_BE_SIGNED("zigbee-ota@0x0"),
		PIECE("zigbee-ota@0x0!gbl@0x3e", "gbl", 62, 1000,
		    AUTHENTICITY_SIGNED) } },
	{ "an unknown part speaks for its own container only", "UPD-1", "fail",
	    NO_FACTS,
	    { PIECE("uimage@0x0", "uimage", 0, 64, AUTHENTICITY_CRC),
		MAY_BE_SIGNED("zigbee-ota@0x40") } },
	{ "what is in a GBL without an unknown part counts", "UPD-1", "fail",
	    NO_FACTS,
	    { PIECE(
		  "zigbee-ota@0x0", "zigbee-ota", 0, 62, AUTHENTICITY_UNKNOWN),
		PIECE("zigbee-ota@0x0!gbl@0x3e", "gbl", 62, 1000,
		    AUTHENTICITY_CRC) } },
	{ "a Verified Boot footer vouches for the image it ends", "UPD-1",
	    "none", NO_FACTS,
	    { PIECE("avb@0x0!android-boot@0x0", "android-boot", 0, 4096,
		  AUTHENTICITY_NONE),
		PIECE("avb@0x0", "avb", 4096, 4096, AUTHENTICITY_SIGNED) } },
	{ "an unsigned footer does not", "UPD-1", "fail", NO_FACTS,
	    { PIECE("avb@0x0!android-boot@0x0", "android-boot", 0, 4096,
		  AUTHENTICITY_NONE),
		PIECE("avb@0x0", "avb", 4096, 4096, AUTHENTICITY_HASH) } },
	{ "a footer vouches for nothing behind it", "UPD-1", "fail", NO_FACTS,
	    { PIECE("avb@0x0", "avb", 0, 4096, AUTHENTICITY_SIGNED),
		PIECE("uimage@0x1000", "uimage", 4096, 4096,
		    AUTHENTICITY_CRC) } },
	{ "a signed update is no finding", "UPD-1", "none", NO_FACTS,
	    { CHUNK("fit", AUTHENTICITY_SIGNED) } },
	{ "a signed trailer counts for what stands before it", "UPD-1", "none",
	    NO_FACTS,
	    { CHUNK("tplink", AUTHENTICITY_HASH),
		{ .path = T("fwtool@0xf00"),
		    .format = "fwtool",
		    .at = 0xf00,
		    .info = { .authenticity = AUTHENTICITY_SIGNED } } } },
	{ "an unknown container is no finding", "UPD-1", "none", NO_FACTS,
	    { CHUNK("raw", AUTHENTICITY_UNKNOWN) } },
	{ "an unchecked flash write of a fetched file fails", "UPD-2", "fail",
	    { { .kind = FACT_FLASH_WRITE,
		  .path = T(FS "usr/sbin/update.sh"),
		  .name = T("flashcp"),
		  .value = T("flashcp fw /dev/mtd1") },
		{ .kind = FACT_PLAIN_URL,
		    .path = T(FS "usr/sbin/update.sh"),
		    .name = T("http://u.example/"),
		    .value = T("update") } },
	    ALL_READ },
	{ "an unchecked flash write warns", "UPD-2", "warn",
	    { { .kind = FACT_FLASH_WRITE,
		.name = T("mtd"),
		.value = T("mtd write fw firmware") } },
	    ALL_READ },
	{ "a checked flash write is fine", "UPD-2", "none",
	    { { .kind = FACT_FLASH_WRITE,
		.name = T("flashcp"),
		.value = T("flashcp fw /dev/mtd1"),
		.detail = T("openssl") } },
	    ALL_READ },
	{ "feeds without signature checks fail", "UPD-3", "fail",
	    { { .kind = FACT_PLAIN_URL,
		.name = T("http://d.example/packages"),
		.value = T("feed") } },
	    ALL_READ },
	{ "feeds that their manager checks inform", "UPD-3", "info",
	    { { .kind = FACT_PLAIN_URL,
		.name = T("http://deb.debian.org/debian"),
		.value = T("feed"),
		.detail = T("checked") } },
	    ALL_READ },
	{ "signed feeds over HTTP inform", "UPD-3", "info",
	    { { .kind = FACT_PLAIN_URL,
		  .name = T("http://d.example/packages"),
		  .value = T("feed") },
		SETTING("opkg.check_signature", "1") },
	    ALL_READ },
	{ "TLS without checks warns", "UPD-3", "warn",
	    { { .kind = FACT_TLS_UNCHECKED,
		.name = T("-k"),
		.value = T("curl -k https://u.example") } },
	    ALL_READ },
	{ "a service's URL is no update", "UPD-3", "none",
	    { { .kind = FACT_PLAIN_URL,
		.name = T("mqtt://m.example"),
		.value = T("service") } },
	    ALL_READ },
	{ "a whole system without an updater warns", "UPD-4", "warn",
	    { EMPTY_ROOT,
		{ .kind = FACT_KERNEL,
		    .name = T("linux"),
		    .value = T("6.12.1") } },
	    ALL_READ },
	{ "a root file system alone may be updated from elsewhere", "UPD-4",
	    "none", { EMPTY_ROOT }, ALL_READ },
	{ "what could not be read may hold the updater", "UPD-4", "none",
	    { EMPTY_ROOT,
		{ .kind = FACT_KERNEL,
		    .name = T("linux"),
		    .value = T("6.12.1") } },
	    { { .format = "opaque",
		.size = IMAGE_SIZE,
		.state = CHUNK_OPAQUE } } },
	{ "rollback protection is told", "UPD-5", "info", NO_FACTS,
	    { { .format = "mcuboot",
		.size = IMAGE_SIZE,
		.info = { .authenticity = AUTHENTICITY_SIGNED,
		    .rollback = ANSWER_NO } } } },
	{ "unknown rollback protection is not told", "UPD-5", "none", NO_FACTS,
	    { CHUNK("fit", AUTHENTICITY_SIGNED) } },
	{ "RAUC has slots", "UPD-6", "info",
	    { { .kind = FACT_UPDATER, .name = T("rauc") } }, ALL_READ },
	{ "opkg has no slots", "UPD-6", "none",
	    { { .kind = FACT_UPDATER, .name = T("opkg") } }, ALL_READ },
	{ "check_signature 0 fails", "UPD-7", "fail",
	    { SETTING("opkg.check_signature", "0") }, ALL_READ },
	{ "an order to take unsigned packages fails", "UPD-7", "fail",
	    { SETTING("packages.unsigned", "1") }, ALL_READ },
	{ "check_signature without a value is on", "UPD-7", "none",
	    { SETTING("opkg.check_signature", "1") }, ALL_READ },
	/* BOOT-1 to BOOT-3 */
	{ "a signed container informs", "BOOT-1", "info", NO_FACTS,
	    { CHUNK("fit", AUTHENTICITY_SIGNED) } },
	{ "a hash is no secure boot", "BOOT-1", "none", NO_FACTS,
	    { CHUNK("tplink", AUTHENTICITY_HASH) } },
	{ "a boot delay warns", "BOOT-2", "warn",
	    { { .kind = FACT_BOOT_SETTING,
		.name = T("bootdelay"),
		.value = T("1") } },
	    ALL_READ },
	{ "no boot delay is fine", "BOOT-2", "none",
	    { { .kind = FACT_BOOT_SETTING,
		  .name = T("bootdelay"),
		  .value = T("0") },
		{ .kind = FACT_BOOT_SETTING,
		    .name = T("bootdelay"),
		    .value = T("-2") } },
	    ALL_READ },
	{ "U-Boot 1.1.4 is old", "BOOT-3", "info",
	    { { .kind = FACT_BOOTLOADER,
		.name = T("u-boot"),
		.value = T("1.1.4") } },
	    ALL_READ },
	{ "U-Boot 2023.01 is not old", "BOOT-3", "none",
	    { { .kind = FACT_BOOTLOADER,
		.name = T("u-boot"),
		.value = T("2023.01") } },
	    ALL_READ },
	{ "a component that names U-Boot is no boot loader", "BOOT-3", "none",
	    { { .kind = FACT_COMPONENT,
		.name = T("u-boot"),
		.value = T("2018.03") } },
	    ALL_READ },
	/* BIN-1 to BIN-7 */
	{ "an executable stack in a daemon fails", "BIN-1", "fail",
	    { ELF("exec", "arm", "libc.so", ELF_DYNAMIC | ELF_LISTENS) },
	    ALL_READ },
	{ "an executable stack without a network warns", "BIN-1", "warn",
	    { ELF("exec", "arm", "libc.so", ELF_DYNAMIC) }, ALL_READ },
	{ "an executable stack of MIPS warns at most", "BIN-1", "warn",
	    { ELF("exec", "mipsel", "libc.so.0", ELF_DYNAMIC | ELF_LISTENS) },
	    ALL_READ },
	{ "MIPS without a stack header is left alone", "BIN-1", "none",
	    { ELF("exec", "mips", "libc.so.0",
		ELF_DYNAMIC | ELF_LISTENS | ELF_NO_STACK_HEADER) },
	    ALL_READ },
	{ "partial RELRO is not full", "BIN-2", "warn",
	    { ELF("exec", "arm", "libc.so", ELF_DYNAMIC | ELF_RELRO_PARTIAL) },
	    ALL_READ },
	{ "full RELRO is fine without section headers", "BIN-2", "none",
	    { ELF("exec", "mips", "libc.so",
		ELF_DYNAMIC | ELF_RELRO_FULL | ELF_NO_SECTIONS) },
	    ALL_READ },
	{ "kernel modules are never counted", "BIN-2", "none",
	    { ELF("module", "mips", "", 0) }, ALL_READ },
	{ "programs that face the network count alone", "BIN-2", "none",
	    { ELF("exec", "arm", "libc.so",
		  ELF_DYNAMIC | ELF_RELRO_FULL | ELF_NETWORK),
		ELF("library", "arm", "libc.so", ELF_DYNAMIC) },
	    ALL_READ },
	{ "a fixed address warns", "BIN-3", "warn",
	    { ELF("exec", "arm", "libc.so", ELF_DYNAMIC) }, ALL_READ },
	{ "a library is position independent by nature", "BIN-3", "none",
	    { ELF("library", "arm", "libc.so", ELF_DYNAMIC) }, ALL_READ },
	{ "a program without canaries warns", "BIN-4", "warn",
	    { ELF("exec", "mipsel", "libc.so.0", ELF_DYNAMIC) }, ALL_READ },
	{ "half of the programs with canaries are enough", "BIN-4", "none",
	    { ELF("exec", "arm", "libc.so", ELF_DYNAMIC | ELF_CANARY),
		ELF("pie", "arm", "libc.so", ELF_DYNAMIC) },
	    ALL_READ },
	{ "libc that defines the canary is not counted", "BIN-4", "none",
	    { ELF("library", "arm", "", ELF_DYNAMIC | ELF_DEFINES_CANARY) },
	    ALL_READ },
	{ "a static program shows no canary", "BIN-4", "none",
	    { ELF("static", "arm", "", 0) }, ALL_READ },
	{ "glibc without FORTIFY warns", "BIN-5", "warn",
	    { ELF("exec", "arm", "libm.so.6,libc.so.6", ELF_DYNAMIC) },
	    ALL_READ },
	{ "musl has no FORTIFY", "BIN-5", "none",
	    { ELF("exec", "arm", "libgcc_s.so.1,libc.so", ELF_DYNAMIC) },
	    ALL_READ },
	{ "a search path in /tmp warns", "BIN-6", "warn",
	    { { .kind = FACT_RPATH,
		.name = T("RPATH"),
		.value = T("/usr/lib:/tmp/lib") } },
	    ALL_READ },
	{ "a relative search path warns", "BIN-6", "warn",
	    { { .kind = FACT_RPATH,
		.name = T("RUNPATH"),
		.value = T("../lib") } },
	    ALL_READ },
	{ "a search path from $ORIGIN is fine", "BIN-6", "none",
	    { { .kind = FACT_RPATH,
		.name = T("RUNPATH"),
		.value = T("$ORIGIN/../lib:/usr/lib") } },
	    ALL_READ },
	{ "a world-writable start script warns", "BIN-7", "warn",
	    { { .kind = FACT_WORLD_WRITABLE,
		.path = T(FS "etc/init.d/boot"),
		.name = T("boot"),
		.number = 0777 } },
	    ALL_READ },
	{ "a setuid program informs", "BIN-7", "info",
	    { { .kind = FACT_SETUID,
		.name = T("setuid"),
		.value = T("0:0"),
		.number = 04755 } },
	    ALL_READ },
	{ "modes in order are no finding", "BIN-7", "none", { EMPTY_ROOT },
	    ALL_READ },
	/* the kernel */
	{ "kernel options that are open warn", "KCFG-1", "warn",
	    { { .kind = FACT_KERNEL_OPTION,
		.name = T("CONFIG_DEVMEM"),
		.value = T("y") } },
	    ALL_READ },
	{ "an option that the kernel does not know is no finding", "KCFG-1",
	    "none",
	    { { .kind = FACT_KERNEL_OPTION,
		.name = T("CONFIG_STACKPROTECTOR"),
		.value = T("y") } },
	    ALL_READ },
	{ "Linux 4.4 has ended", "KCFG-2", "warn",
	    { { .kind = FACT_KERNEL,
		.name = T("linux"),
		.value = T("4.4.140") } },
	    ALL_READ },
	{ "Linux 2.6.31 has ended", "KCFG-2", "warn",
	    { { .kind = FACT_KERNEL,
		.name = T("linux"),
		.value = T("2.6.31--LSDK-9.2.0.312") } },
	    ALL_READ },
	{ "Linux 6.1 is kept up", "KCFG-2", "none",
	    { { .kind = FACT_KERNEL,
		.name = T("linux"),
		.value = T("6.1.0-50-marvell") } },
	    ALL_READ },
	/* components */
	{ "components are listed", "SBOM-1", "info",
	    { { .kind = FACT_COMPONENT,
		.name = T("busybox"),
		.value = T("1.36.1") } },
	    ALL_READ },
	{ "OpenSSL 1.0.2f has ended", "VULN-2", "warn",
	    { { .kind = FACT_COMPONENT,
		.name = T("openssl"),
		.value = T("1.0.2f") } },
	    ALL_READ },
	{ "what Debian still mends informs, the program too", "VULN-2", "info",
	    { { .kind = FACT_COMPONENT,
		  .name = T("openssl"),
		  .value = T("3.0.20") },
		{ .kind = FACT_COMPONENT,
		    .name = T("libssl3"),
		    .value = T("3.0.20-1~deb12u2") } },
	    ALL_READ },
	{ "what Debian no longer mends warns", "VULN-2", "warn",
	    { { .kind = FACT_COMPONENT,
		.name = T("libssl1.1"),
		.value = T("1.1.1n-0+deb10u6") } },
	    ALL_READ },
	{ "a branch is not the start of a longer number", "VULN-2", "none",
	    { { .kind = FACT_COMPONENT,
		.name = T("busybox"),
		.value = T("1.300") } },
	    ALL_READ },
	{ "a supported branch is no finding", "VULN-2", "none",
	    { { .kind = FACT_COMPONENT,
		.name = T("mbed_tls"),
		.value = T("3.6.2") } },
	    ALL_READ },
	{ "a component without a version is no finding", "VULN-2", "none",
	    { { .kind = FACT_COMPONENT, .name = T("openssl") } }, ALL_READ },
	{ "OpenSSL 0.9.8 speaks SSL 2", "CRY-1", "warn",
	    { { .kind = FACT_COMPONENT,
		.name = T("openssl"),
		.value = T("0.9.8zh") } },
	    ALL_READ },
	{ "OpenSSL 1.1.1 is no weak TLS", "CRY-1", "none",
	    { { .kind = FACT_COMPONENT,
		.name = T("openssl"),
		.value = T("1.1.1w") } },
	    ALL_READ },
	/* the rest */
	{ "a plain URL of a service warns", "COM-1", "warn",
	    { { .kind = FACT_PLAIN_URL,
		.name = T("mqtt://m.example"),
		.value = T("service") } },
	    ALL_READ },
	{ "a package feed is no service", "COM-1", "none",
	    { { .kind = FACT_PLAIN_URL,
		.name = T("http://d.example"),
		.value = T("feed") } },
	    ALL_READ },
	{ "a reset informs", "DATA-1", "info",
	    { { .kind = FACT_RESET, .name = T("firstboot") } }, ALL_READ },
	{ "no reset is no finding", "DATA-1", "none", { EMPTY_ROOT },
	    ALL_READ },
	{ "a history warns", "DATA-2", "warn",
	    { { .kind = FACT_PERSONAL_DATA, .name = T("history") } },
	    ALL_READ },
	{ "a client's Wi-Fi passphrase warns", "DATA-2", "warn",
	    { { .kind = FACT_WIFI_PASSPHRASE,
		.name = T("home"),
		.value = T("secret-1"),
		.detail = T("client") } },
	    ALL_READ },
	{ "an access point's passphrase is nobody's", "DATA-2", "none",
	    { { .kind = FACT_WIFI_PASSPHRASE,
		.name = T("cam"),
		.value = T("secret-1"),
		.detail = T("ap") } },
	    ALL_READ },
	{ "good coverage informs", "COV-1", "info", { EMPTY_ROOT }, ALL_READ },
	{ "opaque bytes warn", "COV-1", "warn", NO_FACTS,
	    { { .format = "raw", .size = IMAGE_SIZE - 5000 },
		{ .format = "opaque",
		    .at = IMAGE_SIZE - 5000,
		    .size = 5000,
		    .state = CHUNK_OPAQUE } } },
	{ "few opaque bytes inform", "COV-1", "info", NO_FACTS,
	    { { .format = "raw", .size = IMAGE_SIZE - 4000 },
		{ .format = "opaque",
		    .at = IMAGE_SIZE - 4000,
		    .size = 4000,
		    .state = CHUNK_OPAQUE } } },
	{ "a stream that is cut warns", "COV-1", "warn", NO_FACTS,
	    { { .format = "raw", .size = IMAGE_SIZE },
		{ .path = T("tplink@0x0!lzma@0x200"),
		    .format = "lzma",
		    .nested = true,
		    .size = 100,
		    .state = CHUNK_UNREAD,
		    .fault = { ERR_TRUNCATED, 0, "lzma", "stream" } } } },
	{ "a container that is damaged warns", "COV-1", "warn", NO_FACTS,
	    { { .format = "jffs2",
		.size = IMAGE_SIZE,
		.fault = { ERR_CHECKSUM, 7, "jffs2", "data_crc" } } } },
	{ "an opaque file in a file system informs", "COV-1", "info", NO_FACTS,
	    { { .format = "squashfs", .size = IMAGE_SIZE },
		{ .path = T(FS "lib/firmware/radio.bin!opaque@0x0"),
		    .format = "opaque",
		    .nested = true,
		    .size = 100000,
		    .state = CHUNK_OPAQUE } } },
	{ "an opaque payload without a name warns", "COV-1", "warn", NO_FACTS,
	    { { .format = "gbl", .size = IMAGE_SIZE },
		{ .path = T("gbl@0x0!opaque@0x40"),
		    .format = "opaque",
		    .nested = true,
		    .size = 100000,
		    .state = CHUNK_OPAQUE } } },

	/* DOC-1 */
	{ "a contact in security.txt informs", "DOC-1", "info",
	    { SETTING("security.txt.contact", "mailto:psirt@cams.de"),
		SETTING("security.txt.expires", "2031-01-01T00:00:00Z") },
	    ALL_READ },
	{ "one that has expired warns", "DOC-1", "warn",
	    { SETTING("security.txt.contact", "mailto:psirt@cams.de"),
		SETTING("security.txt.expires", "2020-01-01T00:00:00Z") },
	    ALL_READ },
	{ "other settings are none of it", "DOC-1", "none",
	    { SETTING("sshd.PermitRootLogin", "no") }, ALL_READ },
};

#define SCENE_COUNT (sizeof(scenes) / sizeof(scenes[0]))

static void
gives_the_result(void **state)
{
	const struct scene *scene = *state;
	struct judged j;

	judge_scene(scene, &j);
	const struct finding *f = find_finding(&j, scene->rule);

	assert_string_equal(
	    f == NULL ? "none" : finding_result_text(f->result), scene->result);
	if (f != NULL) {
		assert_true(f->title.len > 0);
		assert_true(f->advice.len > 0);
		assert_true(f->evidence_count > 0);
		assert_true(f->evidence_total >= f->evidence_count);
	}
	scene_close(&j);
}

/* test_contradictions.c has the scenes with a declaration,
   test_vulnerabilities.c those with feeds. */
static bool
is_elsewhere(const char *rule)
{
	return strncmp(rule, "DECL-", 5) == 0 || strcmp(rule, "VULN-1") == 0 ||
	    strcmp(rule, "VULN-3") == 0;
}

/* COV-1 and SBOM-1 always say something; the rest can be silent. */
static void
each_rule_has_a_scene_it_hits_and_one_it_misses(void **state)
{
	(void)state;
	for (size_t i = 0; i < rule_code_count; i++) {
		const char *id = rule_codes[i].id;
		bool hit = false;
		bool missed =
		    strcmp(id, "COV-1") == 0 || strcmp(id, "SBOM-1") == 0;

		if (rule_codes[i].judge == NULL || is_elsewhere(id))
			continue;
		for (size_t k = 0; k < SCENE_COUNT; k++) {
			if (strcmp(scenes[k].rule, id) != 0)
				continue;
			hit |= strcmp(scenes[k].result, "none") != 0;
			missed |= strcmp(scenes[k].result, "none") == 0;
		}
		if (!hit || !missed)
			fail_msg("%s: hit %d, missed %d", id, hit, missed);
	}
}

static void
each_result_a_rule_gives_has_a_title_and_a_scene(void **state)
{
	static const char *const results[] = { "fail", "warn", "info" };
	struct judged j;

	(void)state;
	judge_scene(&scenes[0], &j);
	scene_close(&j);
	struct arena arena = arena_open((size_t)8 << 20);
	struct catalogue catalogue;
	struct rule_list rules;
	struct fault fault;

	assert_int_equal(
	    catalogue_read(data_embedded(), &arena, &catalogue, &fault),
	    ERR_OK);
	assert_int_equal(
	    rules_read(data_embedded(), &catalogue, &arena, &rules, &fault),
	    ERR_OK);
	for (size_t i = 0; i < rules.count; i++)
		for (size_t k = 0; k < 3 && !is_elsewhere(rule_codes[i].id);
		     k++) {
			bool shown = false;

			for (size_t n = 0; n < SCENE_COUNT; n++)
				shown |= strcmp(scenes[n].rule,
					     rule_codes[i].id) == 0 &&
				    strcmp(scenes[n].result, results[k]) == 0;
			if (shown && rules.list[i].title[k].len == 0)
				fail_msg("%s has no title for %s",
				    rule_codes[i].id, results[k]);
			if (!shown && rules.list[i].title[k].len > 0)
				fail_msg("%s: no scene for %s",
				    rule_codes[i].id, results[k]);
		}
	arena_close(&arena);
}

static const struct finding *
must_find(const struct judged *j, const char *rule)
{
	const struct finding *f = find_finding(j, rule);

	if (f != NULL)
		return f;
	fail_msg("no finding of %s", rule);
	abort(); /* fail_msg jumps away */
}

static bool
shows(const struct finding *f, const char *text)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		if (bytes_find(f->evidence[i].text, bytes_of(text), 0) !=
		    SIZE_MAX)
			return true;
	return false;
}

static void
a_cracked_password_is_shown_and_a_secret_one_is_not(void **state)
{
	static const struct scene scene = { "", "", "",
		{ { .kind = FACT_PASSWORD_KNOWN,
		      .name = T("root"),
		      .value = T("ismart12"),
		      .detail = T("des") },
		    { .kind = FACT_CREDENTIALS,
			.name = T("cam1"),
			.text = T("-u cam1 -P Xy7-long-secret"),
			.value = T("Xy7-long-secret"),
			.detail = T("mqtt") },
		    { .kind = FACT_WIFI_PASSPHRASE,
			.name = T("cam"),
			.text = T("wpa_passphrase=Zq9-long-secret"),
			.value = T("Zq9-long-secret"),
			.detail = T("ap") } },
		ALL_READ };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	assert_true(shows(must_find(&j, "CRED-2"), "ismart12"));
	assert_true(shows(must_find(&j, "CRED-4"), "cam1"));
	assert_false(shows(must_find(&j, "CRED-4"), "Xy7"));
	assert_false(shows(must_find(&j, "CRED-5"), "Zq9"));
	scene_close(&j);
}

static void
openwrt_s_factory_state_is_named_in_the_advice(void **state)
{
	struct judged j;

	(void)state;
	judge_scene(&scenes[0], &j);
	assert_true(
	    bytes_find(must_find(&j, "CRED-1")->advice,
		BYTES("until a password is set on first use"), 0) != SIZE_MAX);
	scene_close(&j);
}

static void
programs_are_told_in_percent(void **state)
{
	static const struct scene scene = { "", "", "",
		{ ELF("exec", "arm", "libc.so", ELF_DYNAMIC | ELF_NETWORK),
		    ELF("pie", "arm", "libc.so",
			ELF_DYNAMIC | ELF_NETWORK | ELF_CANARY),
		    ELF("static", "arm", "", ELF_NETWORK),
		    { .kind = FACT_ELF,
			.path = T(FS "bin/third"),
			.extra = T("exec"),
			.number = ELF_DYNAMIC | ELF_NETWORK } },
		ALL_READ };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	assert_true(shows(must_find(&j, "BIN-4"),
	    "stack canary in 1 of 3 programs that use the network (33 %)"));
	scene_close(&j);
}

static void
evidence_is_cut_but_counted(void **state)
{
	struct judged j;
	struct scene scene = { "", "", "", NO_FACTS, ALL_READ };

	(void)state;
	judge_scene(&scene, &j);
	for (size_t i = 0; i < 100; i++) {
		char path[32];
		int len = snprintf(path, sizeof(path), "squashfs@0x0!/%zu", i);
		struct fact fact = { .kind = FACT_WORLD_WRITABLE,
			.name = T("file"),
			.path = { (const uint8_t *)path, (size_t)len } };

		assert_int_equal(facts_add(&j.seen.facts, &fact), ERR_OK);
	}
	judge_as(&j, &plain_wants);
	assert_int_equal(must_find(&j, "BIN-7")->evidence_count, 12);
	assert_int_equal(must_find(&j, "BIN-7")->evidence_total, 100);
	scene_close(&j);
}

int
main(void)
{
	static const struct CMUnitTest fixed[] = {
		cmocka_unit_test(
		    each_rule_has_a_scene_it_hits_and_one_it_misses),
		cmocka_unit_test(
		    each_result_a_rule_gives_has_a_title_and_a_scene),
		cmocka_unit_test(
		    a_cracked_password_is_shown_and_a_secret_one_is_not),
		cmocka_unit_test(
		    openwrt_s_factory_state_is_named_in_the_advice),
		cmocka_unit_test(programs_are_told_in_percent),
		cmocka_unit_test(evidence_is_cut_but_counted),
	};
	static struct CMUnitTest tests[SCENE_COUNT];
	static struct scene copies[SCENE_COUNT]; /* a state is not const */
	int failed = cmocka_run_group_tests(fixed, NULL, NULL);

	memcpy(copies, scenes, sizeof(copies));
	for (size_t i = 0; i < SCENE_COUNT; i++)
		tests[i] = (struct CMUnitTest){ scenes[i].sentence,
			gives_the_result, NULL, NULL, &copies[i] };
	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
