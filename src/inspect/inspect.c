/* SPDX-License-Identifier: ISC */
/* Shows every file to every inspector, and the whole tree to the last ones. */
#include "inspect/inspect.h"

#include "base/limits.h"
#include "base/text.h"
#include "inspect/accounts.h"
#include "inspect/bootloader.h"
#include "inspect/certificates.h"
#include "inspect/crypto_tables.h"
#include "inspect/data.h"
#include "inspect/descriptors.h"
#include "inspect/elf.h"
#include "inspect/elf_packages.h"
#include "inspect/kernel.h"
#include "inspect/kernel_config.h"
#include "inspect/keys.h"
#include "inspect/language_packages.h"
#include "inspect/leftover.h"
#include "inspect/machine.h"
#include "inspect/modes.h"
#include "inspect/names.h"
#include "inspect/nvs.h"
#include "inspect/package_files.h"
#include "inspect/packages.h"
#include "inspect/rewritten.h"
#include "inspect/secrets.h"
#include "inspect/security_txt.h"
#include "inspect/settings.h"
#include "inspect/startup.h"
#include "inspect/test_signature.h"
#include "inspect/updates.h"

#include <stdlib.h>

struct inspect {
	const struct inspect_data *data;
	struct facts *facts;
	struct keep keep;
	struct seen seen;
	struct certificates certificates;
	uint64_t held; /* needles in the file at hand */
};

enum err
inspect_open(
    const struct inspect_data *data, struct facts *facts, struct inspect **ret)
{
	struct inspect *i = calloc(1, sizeof(*i));

	if (i == NULL)
		return ERR_MEMORY;
	i->data = data;
	i->facts = facts;
	i->keep = keep_open(LIMIT_INDEX_LEN);
	*ret = i;
	return ERR_OK;
}

void
inspect_close(struct inspect *i)
{
	if (i == NULL)
		return;
	keep_close(&i->keep);
	free(i);
}

/* The inspectors that need one file at a time. */

typedef enum err inspector(struct inspect *i, const struct unpack_event *file);

static enum err
ask_elf(struct inspect *i, const struct unpack_event *file)
{
	return elf_inspect(file, i->facts);
}

static enum err
ask_packages(struct inspect *i, const struct unpack_event *file)
{
	return packages_inspect(file, i->facts);
}

static enum err
ask_elf_packages(struct inspect *i, const struct unpack_event *file)
{
	return elf_packages_inspect(file, i->facts);
}

static enum err
ask_language_packages(struct inspect *i, const struct unpack_event *file)
{
	return language_packages_inspect(file, i->facts);
}

static enum err
ask_package_files(struct inspect *i, const struct unpack_event *file)
{
	return package_files_inspect(file, i->facts);
}

static enum err
ask_nvs(struct inspect *i, const struct unpack_event *file)
{
	return nvs_inspect(file, i->facts);
}

static enum err
ask_kernel(struct inspect *i, const struct unpack_event *file)
{
	return kernel_inspect(file, i->facts, &i->seen);
}

static enum err
ask_kernel_config(struct inspect *i, const struct unpack_event *file)
{
	return kernel_config_inspect(file, i->facts, &i->seen);
}

static enum err
ask_bootloader(struct inspect *i, const struct unpack_event *file)
{
	return bootloader_inspect(file, i->facts, &i->seen);
}

static enum err
ask_machine(struct inspect *i, const struct unpack_event *file)
{
	return machine_inspect(file, i->facts);
}

static enum err
ask_leftover(struct inspect *i, const struct unpack_event *file)
{
	return leftover_inspect(file, i->held, i->facts);
}

static enum err
ask_components(struct inspect *i, const struct unpack_event *file)
{
	return components_inspect(i->data->components, file, i->facts);
}

static enum err
ask_crypto_tables(struct inspect *i, const struct unpack_event *file)
{
	return crypto_tables_inspect(file, i->held, i->facts);
}

static enum err
ask_descriptors(struct inspect *i, const struct unpack_event *file)
{
	return descriptors_inspect(file, i->facts);
}

static enum err
ask_keys(struct inspect *i, const struct unpack_event *file)
{
	return keys_find(file->path, file->node.content, i->held,
	    i->data->known_keys, i->facts);
}

static enum err
ask_certificates(struct inspect *i, const struct unpack_event *file)
{
	return certificates_find(
	    &i->certificates, file->path, file->node.content, i->facts);
}

static enum err
ask_security_txt(struct inspect *i, const struct unpack_event *file)
{
	return security_txt_inspect(file, i->facts);
}

static enum err
ask_secrets(struct inspect *i, const struct unpack_event *file)
{
	return secrets_find(file->path, name_in_container(file->path),
	    file->node.content, i->held, i->facts);
}

static enum err
ask_settings(struct inspect *i, const struct unpack_event *file)
{
	return settings_inspect(file, i->facts);
}

static enum err
ask_updates(struct inspect *i, const struct unpack_event *file)
{
	return updates_inspect(file, i->facts);
}

static enum err
ask_modes(struct inspect *i, const struct unpack_event *file)
{
	return modes_inspect(file, i->facts);
}

static inspector *const inspectors[] = {
	ask_elf,
	ask_packages,
	ask_package_files,
	ask_nvs,
	ask_elf_packages,
	ask_language_packages,
	ask_kernel,
	ask_kernel_config,
	ask_bootloader,
	ask_machine,
	ask_leftover,
	ask_components,
	ask_crypto_tables,
	ask_descriptors,
	ask_keys,
	ask_certificates,
	ask_secrets,
	ask_security_txt,
	ask_settings,
	ask_updates,
	ask_modes,
};

/* A script of the shell, wherever it stands: units name them by any name. */
static bool
is_small_script(struct bytes content)
{
	return content.len <= LIMIT_TEXT_FILE_LEN / 4 &&
	    bytes_starts(content, BYTES("#!")) &&
	    bytes_find(bytes_slice(content, 0, 24), BYTES("sh"), 0) != SIZE_MAX;
}

/* Names of the tree are kept, and texts that the last inspectors ask for. */
static enum err
keep(struct inspect *i, const struct unpack_event *file)
{
	struct bytes name = name_in_container(file->path);
	struct bytes content = file->node.content;
	struct kept *kept;
	bool with_text = content.len <= LIMIT_TEXT_FILE_LEN &&
	    (accounts_wants(name) || startup_wants(name) ||
		is_small_script(content)) &&
	    text_is_text(content);

	return keep_add(&i->keep, file, with_text, &kept);
}

enum err
inspect_file(struct inspect *i, const struct unpack_event *file)
{
	enum err err = file->raw ? ERR_OK : keep(i, file);

	i->held = needles_in(i->data->needles, file->node.content);
	for (size_t k = 0;
	     k < sizeof(inspectors) / sizeof(inspectors[0]) && err == ERR_OK;
	     k++)
		err = inspectors[k](i, file);
	return err;
}

enum err
inspect_chunk(struct inspect *i, const struct unpack_event *chunk)
{
	enum err err =
	    test_signature_inspect(chunk, i->data->known_keys, i->facts);

	if (err == ERR_OK)
		err = package_files_inspect_chunk(chunk, i->facts);
	return err;
}

enum err
inspect_finish(struct inspect *i)
{
	enum err err = accounts_finish(&i->keep, &i->data->passwords, i->facts);

	if (err == ERR_OK)
		err = startup_finish(&i->keep, i->data->set, i->facts);
	if (err == ERR_OK)
		err = rewritten_find(&i->keep, i->facts);
	return err;
}
