/* SPDX-License-Identifier: ISC */
/* Whom an entry of OSV names: ecosystems, projects, tags. */
#include "advisories/feed_osv_private.h"
#include "advisories/purl_read.h"

/* How an ecosystem writes a name, and so where the namespace is in it. */
enum style {
	STYLE_WHOLE,  /* all of it is the name */
	STYLE_PATH,   /* what stands before the last '/' is the namespace */
	STYLE_COLON,  /* "group:artifact" */
	STYLE_PYTHON, /* lower case, '-' for '_' and '.' */
};

/*
 * Sources: ossf/osv-schema, "Defined ecosystems"; package-url specification,
 * types/. A distribution's namespace is the ID of its os-release, which is
 * what package URLs of its packages have. Versions without an order of their
 * own in version.h are VERSION_ANY.
 */
static const struct ecosystem {
	const char *name;
	const char *type; /* of the package URL */
	const char *space;
	enum version_scheme scheme;
	enum style style;
} ecosystems[] = {
	/* sorted */
	{ "AlmaLinux", "rpm", "almalinux", VERSION_RPM, STYLE_WHOLE },
	{ "Alpaquita", "apk", "alpaquita", VERSION_APK, STYLE_WHOLE },
	{ "Alpine", "apk", "alpine", VERSION_APK, STYLE_WHOLE },
	{ "Azure Linux", "rpm", "azurelinux", VERSION_RPM, STYLE_WHOLE },
	{ "Bitnami", "bitnami", "", VERSION_SEMVER, STYLE_WHOLE },
	{ "CRAN", "cran", "", VERSION_ANY, STYLE_WHOLE },
	{ "Chainguard", "apk", "chainguard", VERSION_APK, STYLE_WHOLE },
	{ "ConanCenter", "conan", "", VERSION_ANY, STYLE_WHOLE },
	{ "Debian", "deb", "debian", VERSION_DPKG, STYLE_WHOLE },
	{ "Echo", "deb", "echo", VERSION_DPKG, STYLE_WHOLE },
	{ "GitHub Actions", "githubactions", "", VERSION_SEMVER, STYLE_PATH },
	{ "Go", "golang", "", VERSION_SEMVER, STYLE_PATH },
	{ "Hackage", "hackage", "", VERSION_ANY, STYLE_WHOLE },
	{ "Hex", "hex", "", VERSION_SEMVER, STYLE_WHOLE },
	{ "Julia", "julia", "", VERSION_SEMVER, STYLE_WHOLE },
	{ "Mageia", "rpm", "mageia", VERSION_RPM, STYLE_WHOLE },
	{ "Maven", "maven", "", VERSION_ANY, STYLE_COLON },
	{ "MinimOS", "apk", "minimos", VERSION_APK, STYLE_WHOLE },
	{ "NuGet", "nuget", "", VERSION_ANY, STYLE_WHOLE },
	{ "Packagist", "composer", "", VERSION_ANY, STYLE_PATH },
	{ "Photon OS", "rpm", "photon", VERSION_RPM, STYLE_WHOLE },
	{ "Pub", "pub", "", VERSION_SEMVER, STYLE_WHOLE },
	{ "PyPI", "pypi", "", VERSION_ANY, STYLE_PYTHON },
	{ "Red Hat", "rpm", "redhat", VERSION_RPM, STYLE_WHOLE },
	{ "Rocky Linux", "rpm", "rocky", VERSION_RPM, STYLE_WHOLE },
	{ "RubyGems", "gem", "", VERSION_ANY, STYLE_WHOLE },
	{ "SUSE", "rpm", "suse", VERSION_RPM, STYLE_WHOLE },
	{ "SwiftURL", "swift", "", VERSION_SEMVER, STYLE_PATH },
	{ "Ubuntu", "deb", "ubuntu", VERSION_DPKG, STYLE_WHOLE },
	{ "VSCode", "vscode-extension", "", VERSION_SEMVER, STYLE_PATH },
	{ "Wolfi", "apk", "wolfi", VERSION_APK, STYLE_WHOLE },
	{ "crates.io", "cargo", "", VERSION_SEMVER, STYLE_WHOLE },
	{ "npm", "npm", "", VERSION_SEMVER, STYLE_PATH },
	{ "openEuler", "rpm", "openeuler", VERSION_RPM, STYLE_WHOLE },
	{ "openSUSE", "rpm", "opensuse", VERSION_RPM, STYLE_WHOLE },
	{ "opam", "opam", "", VERSION_ANY, STYLE_WHOLE },
};

/* Words in front of a version in a tag. */
static const char *const tag_words[] = { "v", "r", "rel", "release", "ver",
	"version", "tag", "tags", "stable" };

/* What follows a version in a tag and means nothing. */
static const char *const tag_ends[] = { "-stable", "-release", "-final",
	"_stable", "_release" };

static const struct ecosystem *
find_ecosystem(struct bytes name)
{
	for (size_t i = 0; i < sizeof(ecosystems) / sizeof(ecosystems[0]); i++)
		if (bytes_equal_text(name, ecosystems[i].name))
			return &ecosystems[i];
	return NULL;
}

bool
osv_is_distribution(const struct claim *claim)
{
	return claim->key == CLAIM_BY_PURL &&
	    (claim->scheme == VERSION_DPKG || claim->scheme == VERSION_RPM ||
		claim->scheme == VERSION_APK);
}

/* --- keys --- */

/* Where the name begins in `text`; its length when it is no path. */
static size_t
name_at(struct bytes text, uint8_t separator)
{
	for (size_t at = text.len; at > 0; at--)
		if (text.ptr[at - 1] == separator)
			return at;
	return 0;
}

/* Its parts with a '/' between them, those that are empty left out. */
static struct bytes
join(struct feed *f, struct bytes type, struct bytes space)
{
	uint8_t *to;
	size_t len = type.len;

	if (space.len == 0)
		return type;
	to = feed_take(f, type.len + 1 + space.len, 1);
	if (to == NULL)
		return (struct bytes){ 0 };
	for (size_t i = 0; i < type.len; i++)
		to[i] = type.ptr[i];
	to[len++] = '/';
	for (size_t i = 0; i < space.len; i++)
		to[len++] = space.ptr[i];
	return (struct bytes){ to, len };
}

static struct bytes
python_name(struct feed *f, struct bytes name)
{
	uint8_t *to = feed_take(f, name.len, 1);
	size_t len = 0;

	if (to == NULL)
		return (struct bytes){ 0 };
	for (size_t i = 0; i < name.len; i++) {
		uint8_t byte = bytes_lower(name.ptr[i]);
		bool dash = byte == '-' || byte == '_' || byte == '.';

		if (dash && len > 0 && to[len - 1] == '-')
			continue;
		to[len++] = dash ? '-' : byte;
	}
	return (struct bytes){ to, len };
}

static void
name_by_ecosystem(struct feed *f, const struct ecosystem *ecosystem,
    struct bytes name, struct claim *ret)
{
	struct bytes space = bytes_of(ecosystem->space);
	size_t at = 0;

	if (ecosystem->style == STYLE_PATH)
		at = name_at(name, '/');
	else if (ecosystem->style == STYLE_COLON)
		at = name_at(name, ':');
	else if (ecosystem->style == STYLE_PYTHON)
		name = python_name(f, name);
	if (at > 0)
		space = bytes_slice(name, 0, at - 1);
	ret->key = CLAIM_BY_PURL;
	ret->space = join(f, bytes_of(ecosystem->type), space);
	ret->name = bytes_from(name, at);
	ret->scheme = ecosystem->scheme;
}

/* For an ecosystem that the table does not have. */
static bool
name_by_purl(struct feed *f, struct bytes text, struct claim *ret)
{
	struct purl_parts purl;

	if (text.len == 0 || purl_read(text, f->work, &purl) != ERR_OK)
		return false;
	ret->key = CLAIM_BY_PURL;
	ret->space = join(f, purl.type, purl.space);
	ret->name = purl.name;
	ret->scheme = VERSION_ANY;
	return true;
}

/* The last part of a path, taken off it. */
static struct bytes
take_last(struct bytes *path)
{
	while (path->len > 0 && path->ptr[path->len - 1] == '/')
		path->len--;
	size_t at = name_at(*path, '/');
	struct bytes ret = bytes_from(*path, at);

	path->len = at;
	return ret;
}

/* "https://github.com/curl/curl.git": who, and what. */
static bool
name_by_project(const struct osv_package *package, struct claim *ret)
{
	struct bytes path = package->repo;
	struct bytes name = take_last(&path);

	if (bytes_ends(name, BYTES(".git")))
		name.len -= sizeof(".git") - 1;
	ret->key = CLAIM_BY_NAME;
	ret->scheme = VERSION_ANY;
	ret->name = package->name.len > 0 ? package->name : name;
	if (bytes_find(path, BYTES("://github.com/"), 0) != SIZE_MAX ||
	    bytes_find(path, BYTES("://gitlab."), 0) != SIZE_MAX)
		ret->space = take_last(&path);
	return ret->name.len > 0;
}

bool
osv_name_claim(
    struct feed *f, const struct osv_package *package, struct claim *ret)
{
	struct bytes release = package->ecosystem;
	struct bytes name;
	const struct ecosystem *ecosystem = NULL;

	if (bytes_next_field(&release, ':', &name))
		ecosystem = find_ecosystem(name);
	if (ecosystem != NULL && package->name.len > 0) {
		name_by_ecosystem(f, ecosystem, package->name, ret);
		ret->release = release;
		return feed_failed(f) == ERR_OK;
	}
	if (bytes_equal_text(package->ecosystem, "Linux")) {
		ret->key = CLAIM_BY_NAME;
		ret->space = BYTES("linux");
		ret->name = BYTES("linux_kernel");
		ret->scheme = VERSION_KERNEL;
		return true;
	}
	if (name_by_purl(f, package->purl, ret))
		return true;
	if (package->ecosystem.len > 0 &&
	    !bytes_equal_text(package->ecosystem, "OSS-Fuzz") &&
	    !bytes_equal_text(package->ecosystem, "GIT"))
		return false;
	return name_by_project(package, ret);
}

/* --- tags --- */

static bool
is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool
is_separator(uint8_t byte)
{
	return byte == '-' || byte == '_' || byte == '.' || byte == '/';
}

static bool
starts_any_case(struct bytes in, struct bytes prefix)
{
	if (in.len < prefix.len)
		return false;
	for (size_t i = 0; i < prefix.len; i++)
		if (bytes_lower(in.ptr[i]) != bytes_lower(prefix.ptr[i]))
			return false;
	return true;
}

static struct bytes
without_separators(struct bytes in)
{
	while (in.len > 0 && is_separator(in.ptr[0]))
		in = bytes_from(in, 1);
	return in;
}

/* Takes the project's name and one of tag_words off; what is left has to begin
   with a digit. */
static struct bytes
strip_tag(struct bytes project, struct bytes tag)
{
	struct bytes in = tag;
	size_t len = 0;

	if (project.len > 0 && starts_any_case(in, project))
		in = without_separators(bytes_from(in, project.len));
	while (len < in.len && !is_digit(in.ptr[len]) &&
	    !is_separator(in.ptr[len]))
		len++;
	if (len == 0)
		return in;
	struct bytes word = bytes_slice(in, 0, len);

	for (size_t i = 0; i < sizeof(tag_words) / sizeof(tag_words[0]); i++)
		if (bytes_equal_any_case(word, tag_words[i]))
			return without_separators(bytes_from(in, len));
	return in;
}

/* "7_64_0" and, in a tag without a dot, "2-13-0". */
static struct bytes
with_dots(struct feed *f, struct bytes in)
{
	bool has_dot = bytes_find_byte(in, '.', 0) != SIZE_MAX;
	uint8_t *to = NULL;

	for (size_t i = 1; i + 1 < in.len; i++) {
		bool apart = in.ptr[i] == '_' || (in.ptr[i] == '-' && !has_dot);

		if (!apart || !is_digit(in.ptr[i - 1]) ||
		    !is_digit(in.ptr[i + 1]))
			continue;
		if (to == NULL) {
			to = feed_take(f, in.len, 1);
			if (to == NULL)
				return (struct bytes){ 0 };
			memcpy(to, in.ptr, in.len);
		}
		to[i] = '.';
	}
	return to == NULL ? in : (struct bytes){ to, in.len };
}

struct bytes
osv_version_of_tag(struct feed *f, struct bytes project, struct bytes tag)
{
	struct bytes ret = strip_tag(project, tag);

	if (ret.len == 0 || !is_digit(ret.ptr[0]))
		return (struct bytes){ 0 };
	for (size_t i = 0; i < sizeof(tag_ends) / sizeof(tag_ends[0]); i++) {
		struct bytes end = bytes_of(tag_ends[i]);

		if (bytes_ends(ret, end))
			ret.len -= end.len;
	}
	return with_dots(f, ret);
}
