/* SPDX-License-Identifier: BSD-2-Clause */
/* The sources of a policy as entries of its bundle. */
#pragma once
#include "bundles/bundle.h"
#include "compiler/base/source.h"

/* Sources with an entry of their own; further ones share one. */
#define PACK_SOURCES_MAX 128
#define PACK_ENTRIES_MAX (PACK_SOURCES_MAX + 2)

/* Into out; their number. Memory is the sources' arena's. */
size_t pack_sources(const struct sources *, struct bundle_entry out[PACK_ENTRIES_MAX]);
