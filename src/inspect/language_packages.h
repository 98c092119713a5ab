/* SPDX-License-Identifier: ISC */
/* Packages of programming languages, by the files that installers leave. */
#ifndef INSPECT_LANGUAGE_PACKAGES_H
#define INSPECT_LANGUAGE_PACKAGES_H

#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * Adds a FACT_COMPONENT for each package that a file of these names tells of
 * (what was only needed to build or test is left out):
 *   Python    NAME.dist-info/METADATA, NAME.egg-info(/PKG-INFO)
 *   Node      node_modules/NAME/package.json, package-lock.json
 *   Lua       rocks-5.x/NAME/VERSION/NAME-VERSION.rockspec
 *   Ruby      specifications/NAME-VERSION.gemspec
 *   Java      META-INF/maven/GROUP/NAME/pom.properties, META-INF/MANIFEST.MF
 *   PHP       vendor/composer/installed.json, composer.lock
 *   Perl      .meta/NAME-VERSION/install.json of cpanm
 * The package's own name and version come from the content. ERR_MEMORY.
 */
enum err language_packages_inspect(
    const struct unpack_event *file, struct facts *facts);

#endif
