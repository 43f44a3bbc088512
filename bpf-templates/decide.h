/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The decision functions: pure functions of map images, the same source in the
 * kernel programs and on the host (decide_host.c), where the loader classifies
 * running executables with them and the tests compare them with the reference
 * evaluator.
 *
 * Kernel side: functions that are not static take scalars only, so the verifier
 * judges each once and not at every call. Every offset is checked against the
 * image right before use, behind a barrier that keeps clang from proving the
 * check away; one that does not hold is NB_BROKEN, which callers deny.
 */
#ifndef NB_DECIDE_H
#define NB_DECIDE_H

#include "decide_path.h"
#include "fold.h"
#include "decide_row.h"
#include "decide_below.h"
#include "decide_peer.h"

#endif
