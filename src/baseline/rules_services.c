/* SPDX-License-Identifier: ISC */
/* SVC-1 to SVC-6, DBG-1: what is started and who may log in. */
#include "baseline/judging_private.h"

#define TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

static const char *const telnet_servers[] = { "telnetd", "utelnetd",
	"in.telnetd", NULL };

void
judge_svc_1(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_SERVICE, &at)) != NULL)
		if (word_in(f->name, telnet_servers))
			judging_add(j,
			    service_running(f) == RUNNING_YES ? FINDING_FAIL
							      : FINDING_WARN,
			    f);
	at = 0;
	while ((f = facts_next(j->facts, FACT_APPLET, &at)) != NULL)
		if (word_in(f->name, telnet_servers))
			judging_add(j, FINDING_INFO, f);
}

/* Servers without encryption or without authentication by their protocol. */
static const char *const plain_servers[] = { "ftpd", "vsftpd", "pure-ftpd",
	"proftpd", "bftpd", "stupid-ftpd", "in.ftpd", "tftpd", "in.tftpd",
	"atftpd", "rshd", "in.rshd", "rlogind", "in.rlogind", "rexecd", "snmpd",
	"mini_snmpd", "miniupnpd", "upnpd", "wscd", "rpcbind", "portmap",
	"nfsd", "gdbserver", "adbd", NULL };

static const char *const web_servers[] = { "httpd", "uhttpd", "lighttpd", "boa",
	"goahead", "thttpd", "mini_httpd", "nginx", "webs", "mongoose",
	"cherokee", "appweb", NULL };

static bool
setting_given(
    const struct judging *j, const char *name, bool (*fits)(struct bytes value))
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_SETTING, &at)) != NULL)
		if (bytes_equal_text(f->name, name) && fits(f->value))
			return true;
	return false;
}

static bool
is_plain_web(const struct fact *service, bool uhttpd_redirects)
{
	return word_in(service->name, web_servers) &&
	    (service->number == 80 || service->number == 8080) &&
	    !(uhttpd_redirects && bytes_equal_text(service->name, "uhttpd"));
}

static void
judge_snmp(struct judging *j)
{
	static const char *const known[] = { "public", "private", NULL };
	static const char *const servers[] = { "snmpd", "mini_snmpd", NULL };
	const struct fact *f;
	size_t at = 0;

	if (services_running(j, servers) == RUNNING_NO)
		return;
	while ((f = facts_next(j->facts, FACT_SETTING, &at)) != NULL)
		if (bytes_equal_text(f->name, "snmpd.community") &&
		    word_in(f->value, known))
			judging_add(j, FINDING_FAIL, f);
}

void
judge_svc_2(struct judging *j)
{
	bool redirects =
	    setting_given(j, "uhttpd.redirect_https", setting_is_on);
	const struct fact *f;
	size_t at = 0;

	judge_snmp(j);
	while ((f = facts_next(j->facts, FACT_SERVICE, &at)) != NULL)
		if (word_in(f->name, plain_servers) ||
		    is_plain_web(f, redirects))
			judging_add(j,
			    service_running(f) == RUNNING_YES ? FINDING_WARN
							      : FINDING_INFO,
			    f);
}

void
judge_svc_3(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_SERVICE, &at)) != NULL) {
		struct bytes user = f->value;

		if (user.len == 0)
			user = BYTES("not given");
		if (f->number != 0)
			judging_say(j, FINDING_INFO, f,
			    "%.*s, port %llu, user %.*s, %.*s", TEXT(f->name),
			    (unsigned long long)f->number, TEXT(user),
			    TEXT(f->detail));
		else
			judging_say(j, FINDING_INFO, f, "%.*s, user %.*s, %.*s",
			    TEXT(f->name), TEXT(user), TEXT(f->detail));
	}
}

/* Without a user named, an init script starts a program as root. */
static bool
is_root(const struct fact *service)
{
	return service->value.len == 0 ||
	    bytes_equal_text(service->value, "root");
}

void
judge_svc_4(struct judging *j)
{
	enum finding_result result = FINDING_WARN;
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_SERVICE, &at)) != NULL)
		if (!is_root(f))
			result = FINDING_INFO; /* somebody cared */
	at = 0;
	while ((f = facts_next(j->facts, FACT_SERVICE, &at)) != NULL)
		if (is_root(f))
			judging_say(j, result, f, "%.*s", TEXT(f->name));
}

/* Whether a command has a one-letter option out of `letters`. */
static bool
has_option(struct bytes command, const char *letters)
{
	struct bytes wanted = bytes_of(letters);
	struct bytes word;

	while (bytes_next_word(&command, &word)) {
		if (word.len < 2 || word.ptr[0] != '-' || word.ptr[1] == '-')
			continue;
		for (size_t i = 1; i < word.len; i++)
			if (bytes_find_byte(wanted, word.ptr[i], 0) != SIZE_MAX)
				return true;
	}
	return false;
}

static const char *const dropbear[] = { "dropbear", NULL };
static const char *const sshd[] = { "sshd", NULL };

static void
add_settings(struct judging *j, enum finding_result result, const char *name)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_SETTING, &at)) != NULL)
		if (bytes_equal_text(f->name, name) && setting_is_on(f->value))
			judging_add(j, result, f);
}

/* dropbear(8): -s no passwords, -g none for root, -w no root at all. */
static void
judge_dropbear_commands(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_SERVICE, &at)) != NULL)
		if (bytes_equal_text(f->name, "dropbear") && f->extra.len > 0 &&
		    !has_option(f->extra, "sgw"))
			judging_add(j, FINDING_WARN, f);
}

static void
judge_dropbear(struct judging *j)
{
	enum running running = services_running(j, dropbear);
	enum finding_result result =
	    running == RUNNING_NO ? FINDING_INFO : FINDING_WARN;

	if (setting_given(j, "dropbear.PasswordAuth", setting_is_off) ||
	    setting_given(j, "dropbear.RootPasswordAuth", setting_is_off))
		return;
	if (setting_given(j, "dropbear.RootPasswordAuth", setting_is_on))
		add_settings(j, result, "dropbear.RootPasswordAuth");
	else if (setting_given(j, "dropbear.PasswordAuth", setting_is_on))
		add_settings(j, result, "dropbear.PasswordAuth");
	else
		judge_dropbear_commands(j);
}

void
judge_svc_5(struct judging *j)
{
	judge_dropbear(j);
	if (!setting_given(j, "sshd.PasswordAuthentication", setting_is_off))
		add_settings(j,
		    services_running(j, sshd) == RUNNING_NO ? FINDING_INFO
							    : FINDING_WARN,
		    "sshd.PermitRootLogin");
}

void
judge_svc_6(struct judging *j)
{
	static const char *const guards[] = { "fail2ban", "fail2ban-server",
		"sshguard", "banip", "crowdsec", NULL };
	const struct fact *f;
	size_t at = 0;

	if (services_running(j, guards) != RUNNING_NO)
		return;
	while ((f = facts_next(j->facts, FACT_SERVICE, &at)) != NULL)
		if (word_in(f->name, login_servers))
			judging_say(j, FINDING_INFO, f, "%.*s", TEXT(f->name));
}

static bool
root_has_no_password(const struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_ACCOUNT, &at)) != NULL)
		if ((f->number == 0 || bytes_equal_text(f->name, "root")) &&
		    bytes_equal_text(f->detail, "empty"))
			return true;
	return false;
}

/* getty -n -l /bin/sh, agetty --autologin root, login -f root. */
static bool
gives_root(struct bytes command)
{
	static const char *const shells[] = { "sh", "ash", "bash", NULL };
	struct bytes before = { NULL, 0 };
	struct bytes word;

	while (bytes_next_word(&command, &word)) {
		bool root = bytes_equal_text(word, "root");

		if ((bytes_equal_text(before, "-l") ||
			bytes_equal_text(before, "--login-program")) &&
		    word_in(path_name(word), shells))
			return true;
		if (root &&
		    (bytes_equal_text(before, "--autologin") ||
			bytes_equal_text(before, "-a") ||
			bytes_equal_text(before, "-f")))
			return true;
		before = word;
	}
	return false;
}

/*
 * A shell on the console fails. OpenWrt's askconsole runs login.sh, which
 * gives a shell unless ttylogin is set: that fails when root has no password.
 * A program that asks for a password (getty, login) is a warning.
 */
static enum finding_result
weigh_console(const struct fact *console, bool root_is_open)
{
	static const char *const shells[] = { "sh", "ash", "bash", "dash",
		"hush", "msh", "csh", "ksh", "cttyhack", NULL };
	static const char *const prompts[] = { "getty", "agetty", "mgetty",
		"sulogin", "login", NULL };
	struct bytes program = command_name(console->value);

	if (word_in(program, shells) || gives_root(console->value))
		return FINDING_FAIL;
	if (bytes_equal_text(program, "login.sh") ||
	    bytes_equal_text(program, "askconsole") ||
	    bytes_equal_text(console->name, "askconsole"))
		return root_is_open ? FINDING_FAIL : FINDING_WARN;
	if (bytes_equal_text(console->name, "shell") &&
	    !word_in(program, prompts))
		return FINDING_FAIL;
	return FINDING_WARN;
}

void
judge_dbg_1(struct judging *j)
{
	bool root_is_open = root_has_no_password(j);
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_CONSOLE, &at)) != NULL)
		judging_add(j, weigh_console(f, root_is_open), f);
}
