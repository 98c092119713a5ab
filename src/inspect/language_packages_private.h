/* SPDX-License-Identifier: ISC */
/* The readers behind language_packages_inspect(). */
#ifndef INSPECT_LANGUAGE_PACKAGES_PRIVATE_H
#define INSPECT_LANGUAGE_PACKAGES_PRIVATE_H

#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

typedef enum err language_reader(
    const struct unpack_event *file, struct facts *facts);

language_reader python_read_metadata, lua_read_rockspec, ruby_read_gemspec;
language_reader java_read_pom, java_read_manifest;
language_reader node_read_package, node_read_lock;
language_reader php_read_installed, php_read_lock, perl_read_install;

#endif
