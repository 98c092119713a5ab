/* SPDX-License-Identifier: ISC */
/* Facts become answers, kind by kind. */
#include "draft/prefill.h"

#include "inspect/facts.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

/* Rows of one table, and answers in all: an image may hold thousands of keys. */
#define PREFILL_ROWS 400
#define PREFILL_ANSWERS ((size_t)8000)
#define PREFILL_TEXT_LEN 400
#define PREFILL_ID_LEN ((size_t)60)

struct filling {
	const struct assessment *a;
	const struct facts *facts;
	struct arena *arena;
	struct shown *list; /* PREFILL_ANSWERS places */
	size_t count;
	bool no_memory;	 /* sticks */
	bool has_update; /* the row UpdMech-1 */
};

/* ---- adding ---- */

static struct bytes keep(struct filling *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static struct bytes
keep(struct filling *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct bytes kept =
	    arena_print(f->arena, PREFILL_TEXT_LEN, format, args);

	va_end(args);
	f->no_memory |= kept.ptr == NULL;
	return kept;
}

static int
len_of(struct bytes text)
{
	return (int)(text.len < 120 ? text.len : 120);
}

static void
add(struct filling *f, const char *table, struct bytes row, const char *field,
    struct bytes value, struct bytes evidence)
{
	if (f->count == PREFILL_ANSWERS || value.len == 0)
		return;
	f->list[f->count++] = (struct shown){
		.table = bytes_of(table),
		.row = row,
		.field = bytes_of(field),
		.value = value,
		.evidence = evidence,
	};
}

static void
add_remark(struct filling *f, const char *table, const char *field,
    struct bytes remark)
{
	size_t before = f->count;

	add(f, table, (struct bytes){ NULL, 0 }, field, remark,
	    (struct bytes){ NULL, 0 });
	if (f->count > before)
		f->list[before].remark = true;
}

/* "path at 0x…" of a fact */
static struct bytes
place(struct filling *f, const struct fact *fact)
{
	if (fact->at == FACT_NOWHERE || fact->at == 0)
		return fact->path;
	return keep(f, "%.*s at 0x%llx", (int)fact->path.len,
	    (const char *)fact->path.ptr, (unsigned long long)fact->at);
}

static bool
has_row(const struct filling *f, const char *table, struct bytes row)
{
	for (size_t i = 0; i < f->count; i++)
		if (bytes_equal(f->list[i].row, row) &&
		    bytes_equal_text(f->list[i].table, table))
			return true;
	return false;
}

/* A row's name out of a foreign one, new in its table. */
static struct bytes
make_id(
    struct filling *f, const char *table, const char *prefix, struct bytes name)
{
	char text[PREFILL_ID_LEN + 1];
	size_t len = (size_t)snprintf(text, sizeof(text), "%s", prefix);

	for (size_t i = 0; i < name.len && len < PREFILL_ID_LEN - 6; i++)
		text[len++] = isalnum(name.ptr[i]) || name.ptr[i] == '.' ||
			name.ptr[i] == '_' || name.ptr[i] == '-'
		    ? (char)name.ptr[i]
		    : '-';
	text[len] = '\0';
	struct bytes id = keep(f, "%s", text);

	for (unsigned n = 2; has_row(f, table, id) && n < PREFILL_ROWS; n++)
		id = keep(f, "%s.%u", text, n);
	return id;
}

/* ---- features ---- */

static const struct fact *
first(const struct filling *f, enum fact_kind kind)
{
	size_t at = 0;

	return facts_next(f->facts, kind, &at);
}

/* Test keys inside libraries protect nothing of the product. */
static bool
is_published(const struct fact *key)
{
	return key->detail.len > 0 &&
	    !bytes_starts(key->detail, BYTES("shared: "));
}

/* The first private key of the product's own. */
static const struct fact *
find_private_key(const struct filling *f)
{
	const struct fact *fact;
	size_t at = 0;

	do {
		fact = facts_next(f->facts, FACT_PRIVATE_KEY, &at);
	} while (fact != NULL && is_published(fact));
	return fact;
}

/* Whether a server that lets somebody log in is always started. */
static const struct fact *
find_login(const struct filling *f)
{
	static const char *const servers[] = { "dropbear", "sshd", "telnetd",
		"utelnetd", "in.telnetd" };
	const struct fact *fact;
	size_t at = 0;

	while ((fact = facts_next(f->facts, FACT_SERVICE, &at)) != NULL)
		for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]);
		     i++)
			if (bytes_equal_text(fact->name, servers[i]) &&
			    bytes_equal_text(fact->detail, "always"))
				return fact;
	return NULL;
}

static const struct fact *
find_update_url(const struct filling *f)
{
	const struct fact *fact;
	size_t at = 0;

	while ((fact = facts_next(f->facts, FACT_PLAIN_URL, &at)) != NULL)
		if (bytes_equal_text(fact->value, "update") ||
		    bytes_equal_text(fact->value, "feed"))
			return fact;
	return NULL;
}

/* Whatever puts new software onto the device. */
static const struct fact *
find_updater(const struct filling *f)
{
	const struct fact *updater = first(f, FACT_UPDATER);

	if (updater == NULL)
		updater = first(f, FACT_FLASH_WRITE);
	return updater != NULL ? updater : find_update_url(f);
}

static void
prove(struct filling *f, const char *key, const struct fact *fact)
{
	if (fact != NULL)
		add(f, "features", (struct bytes){ NULL, 0 }, key, BYTES("yes"),
		    place(f, fact));
}

static void
fill_features(struct filling *f)
{
	const struct fact *url = find_update_url(f);
	const struct fact *updater = find_updater(f);
	const struct fact *hash = first(f, FACT_PASSWORD_HASH);
	const struct fact *key = find_private_key(f);
	const struct fact *secret = key != NULL ? key : hash;
	const struct fact *public_key = first(f, FACT_PUBLIC_KEY);
	const struct fact *login = find_login(f);
	const struct fact *console = first(f, FACT_CONSOLE);

	prove(f, "Ff", updater);
	prove(f, "Fg", updater);
	prove(f, "C12", updater);
	prove(f, "Fj", url);
	prove(f, "Fa", hash);
	prove(f, "Fd", hash);
	prove(f, "Fe", hash != NULL ? login : NULL);
	prove(f, "C16", secret);
	prove(f, "Fk", secret != NULL ? secret : public_key);
	prove(f, "Fn", login);
	prove(f, "Fq", console);
	if (console != NULL && bytes_starts(console->detail, BYTES("tty")))
		prove(f, "Fr", console);
}

/* ---- product ---- */

static void
fill_product(struct filling *f)
{
	const struct bytes none = { NULL, 0 };
	const struct fact *fact;
	size_t at = 0;

	while (
	    (fact = facts_next(f->facts, FACT_OPERATING_SYSTEM, &at)) != NULL) {
		if (fact->detail.len == 0)
			continue;
		add_remark(f, "product", "model",
		    keep(f, "the image calls itself \"%.*s\"",
			len_of(fact->detail), (const char *)fact->detail.ptr));
		break;
	}
	at = 0;
	while ((fact = facts_next(f->facts, FACT_COMPONENT, &at)) != NULL) {
		if (!bytes_ends(fact->path, BYTES("/os-release")) ||
		    fact->value.len == 0)
			continue;
		/* a known distribution's version is not the product's */
		if (fact->extra.len == 0)
			add(f, "product", none, "release", fact->value,
			    fact->path);
		else
			add_remark(f, "product", "release",
			    keep(f, "the image is based on %.*s %.*s",
				len_of(fact->name),
				(const char *)fact->name.ptr,
				len_of(fact->value),
				(const char *)fact->value.ptr));
		break;
	}
}

/* ---- tables ---- */

static void
fill_accounts(struct filling *f)
{
	const struct fact *fact;
	size_t at = 0;

	for (size_t n = 0; n < PREFILL_ROWS; n++) {
		fact = facts_next(f->facts, FACT_PASSWORD_HASH, &at);
		if (fact == NULL)
			return;
		struct bytes id =
		    make_id(f, "AuthMech", "AuthMech-", fact->name);

		add(f, "AuthMech", id, "id", id, place(f, fact));
		add(f, "AuthMech", id, "description",
		    keep(f, "Password of the account %.*s, stored as %.*s",
			len_of(fact->name), (const char *)fact->name.ptr,
			len_of(fact->value), (const char *)fact->value.ptr),
		    (struct bytes){ NULL, 0 });
		add(f, "AuthMech", id, "factor", BYTES("password"),
		    (struct bytes){ NULL, 0 });
	}
}

static void
fill_components(struct filling *f)
{
	const struct bytes none = { NULL, 0 };

	for (size_t i = 0; i < f->a->component_count && i < PREFILL_ROWS; i++) {
		const struct component_item *c = &f->a->components[i];
		struct bytes id = make_id(f, "SoftComp", "", c->name);

		add(f, "SoftComp", id, "id", id,
		    c->evidence_count > 0 ? place(f, c->evidence[0]) : none);
		add(f, "SoftComp", id, "version",
		    c->package_version.len > 0 ? c->package_version
					       : c->version,
		    none);
		if (f->has_update)
			add(f, "SoftComp", id, "update", BYTES("UpdMech-1"),
			    none);
	}
}

static const char *
authenticity_word(enum authenticity authenticity)
{
	switch (authenticity) {
	case AUTHENTICITY_SIGNED:
		return "signed";
	case AUTHENTICITY_HASH:
		return "hash";
	case AUTHENTICITY_CRC: /* finds accidents, proves nothing */
	case AUTHENTICITY_NONE:
		return "none";
	case AUTHENTICITY_UNKNOWN:
		return NULL;
	}
	return NULL;
}

static void
fill_updates(struct filling *f)
{
	const struct update_state *u = &f->a->update;
	const struct fact *updater = first(f, FACT_UPDATER);
	const char *authenticity = authenticity_word(u->authenticity);
	struct bytes id = BYTES("UpdMech-1");

	if (u->container.len == 0 && updater == NULL)
		return;
	f->has_update = true;
	add(f, "UpdMech", id, "id", id,
	    updater != NULL ? place(f, updater) : (struct bytes){ NULL, 0 });
	if (updater != NULL)
		add(f, "UpdMech", id, "description",
		    keep(f, "By the program %.*s", len_of(updater->name),
			(const char *)updater->name.ptr),
		    (struct bytes){ NULL, 0 });
	add(f, "UpdMech", id, "container", u->container,
	    (struct bytes){ NULL, 0 });
	if (authenticity != NULL && u->container.len > 0)
		add(f, "UpdMech", id, "authenticity", bytes_of(authenticity),
		    u->detail);
}

static bool
has_fingerprint(const struct filling *f, struct bytes fingerprint)
{
	for (size_t i = 0; i < f->count; i++)
		if (bytes_equal_text(f->list[i].field, "fingerprint") &&
		    bytes_equal(f->list[i].value, fingerprint))
			return true;
	return false;
}

static void
fill_keys(
    struct filling *f, enum fact_kind kind, const char *type, const char *what)
{
	const struct bytes none = { NULL, 0 };
	const struct fact *fact;
	size_t at = 0;

	for (size_t n = 0; n < PREFILL_ROWS / 4;) {
		fact = facts_next(f->facts, kind, &at);
		if (fact == NULL)
			return;
		if (fact->value.len == 0 || is_published(fact) ||
		    has_fingerprint(f, fact->value))
			continue;
		struct bytes id = make_id(f, "SecParam", "SecParam-",
		    bytes_slice(fact->value, 0, 12));

		n++;
		add(f, "SecParam", id, "id", id, place(f, fact));
		add(f, "SecParam", id, "description",
		    keep(f, "%s, %.*s", what, len_of(fact->name),
			(const char *)fact->name.ptr),
		    none);
		add(f, "SecParam", id, "type", bytes_of(type), none);
		add(f, "SecParam", id, "fingerprint", fact->value, none);
	}
}

/* The word of table SoftServ for a start condition. */
static struct bytes
start_word(struct bytes condition)
{
	return bytes_equal_text(condition, "always") ? BYTES("always")
						     : BYTES("on-demand");
}

/* Whether the program was met before: it may be started in several places. */
static bool
is_repeated(const struct filling *f, const struct fact *service)
{
	const struct fact *fact;
	size_t at = 0;

	while ((fact = facts_next(f->facts, FACT_SERVICE, &at)) != service)
		if (bytes_equal(fact->name, service->name))
			return true;
	return false;
}

static void
fill_services(struct filling *f)
{
	const struct bytes none = { NULL, 0 };
	const struct fact *fact;
	size_t at = 0;

	for (size_t n = 0; n < PREFILL_ROWS; n++) {
		fact = facts_next(f->facts, FACT_SERVICE, &at);
		if (fact == NULL)
			return;
		if (is_repeated(f, fact))
			continue;
		struct bytes id =
		    make_id(f, "SoftServ", "SoftServ-", fact->name);

		add(f, "SoftServ", id, "id", id, place(f, fact));
		add(f, "SoftServ", id, "description",
		    keep(f, "Program %.*s", len_of(fact->name),
			(const char *)fact->name.ptr),
		    none);
		if (fact->number > 0)
			add(f, "SoftServ", id, "port",
			    keep(f, "%llu", (unsigned long long)fact->number),
			    none);
		add(f, "SoftServ", id, "user", fact->value, none);
		add(f, "SoftServ", id, "start", start_word(fact->detail), none);
	}
}

static void
fill_interfaces(struct filling *f)
{
	const struct bytes none = { NULL, 0 };
	const struct fact *fact;
	size_t at = 0;

	for (size_t n = 0; n < PREFILL_ROWS / 4; n++) {
		fact = facts_next(f->facts, FACT_CONSOLE, &at);
		if (fact == NULL)
			return;
		struct bytes id = make_id(f, "PhyIntf", "PhyIntf-",
		    fact->detail.len > 0 ? fact->detail : BYTES("console"));

		add(f, "PhyIntf", id, "id", id, place(f, fact));
		add(f, "PhyIntf", id, "description",
		    keep(f, "Console with %.*s", len_of(fact->name),
			(const char *)fact->name.ptr),
		    none);
		add(f, "PhyIntf", id, "type", BYTES("serial"), none);
		add(f, "PhyIntf", id, "status", BYTES("enabled"), none);
		add(f, "PhyIntf", id, "debug", BYTES("yes"), none);
	}
}

static void
fill_logical(struct filling *f)
{
	const struct bytes none = { NULL, 0 };
	const struct fact *fact;
	size_t at = 0;

	for (size_t n = 0; n < PREFILL_ROWS;) {
		fact = facts_next(f->facts, FACT_SERVICE, &at);
		if (fact == NULL)
			return;
		if (fact->number == 0 || is_repeated(f, fact))
			continue;
		struct bytes id = make_id(f, "LogIntf", "LogIntf-", fact->name);

		n++;
		add(f, "LogIntf", id, "id", id, place(f, fact));
		add(f, "LogIntf", id, "description",
		    keep(f, "Served by %.*s", len_of(fact->name),
			(const char *)fact->name.ptr),
		    none);
		add(f, "LogIntf", id, "port",
		    keep(f, "%llu", (unsigned long long)fact->number), none);
	}
}

enum err
prefill_make(
    const struct assessment *a, struct arena *arena, struct prefill *ret)
{
	struct filling f = {
		.a = a,
		.facts = &a->seen->facts,
		.arena = arena,
		.list = arena_take_array(
		    arena, PREFILL_ANSWERS, sizeof(struct shown)),
	};

	if (f.list == NULL)
		return ERR_MEMORY;
	fill_product(&f);
	fill_features(&f);
	fill_accounts(&f);
	fill_updates(&f);
	fill_components(&f);
	fill_keys(&f, FACT_PRIVATE_KEY, "critical", "Private key in the image");
	fill_keys(&f, FACT_PUBLIC_KEY, "public", "Public key in the image");
	fill_services(&f);
	fill_interfaces(&f);
	fill_logical(&f);
	if (f.no_memory)
		return ERR_MEMORY;
	*ret = (struct prefill){ f.list, f.count };
	return ERR_OK;
}

const struct shown *
prefill_find(const struct prefill *prefill, struct bytes table,
    struct bytes row, struct bytes field)
{
	for (size_t i = 0; i < prefill->count; i++) {
		const struct shown *s = &prefill->list[i];

		if (!s->remark && bytes_equal(s->field, field) &&
		    bytes_equal(s->row, row) && bytes_equal(s->table, table))
			return s;
	}
	return NULL;
}
