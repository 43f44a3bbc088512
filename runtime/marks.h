/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hard links that were there before install: a scan, with the program attached that
 * marks what the loader asks stat of (scan.h of the templates).
 */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "bundles/bundle.h"
#include "runtime/attach.h"
#include "runtime/object.h"
#include "runtime/pins.h"

/* After the file hooks are attached, so that links made meanwhile are judged. When not
 * all could be looked at it fails, or with `partial` says what was not. `settled`: no
 * rename is under way that began before; otherwise nothing is looked at. `before` are
 * generations that may deny what the scan has to do. */
int marks_make(const struct object *, struct links *, const struct bundle *, const char *pin,
	       const struct generations *before, bool partial, bool settled,
	       FILE *out, struct error *err);
