/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * P(name): a parameter of the image. In a template it is declared and never
 * defined: compiler/specialise makes it a constant, and one without a value is an
 * error there. On the host it is read from the head of the ROWS image.
 */
#ifndef NB_PARAMS_H
#define NB_PARAMS_H

#include "abi.h"

#ifdef __bpf__
#define PARAM(name, text) extern const u32 nb_p_##name;
#include "params.def"
#undef PARAM
#define P(name) nb_p_##name
/* Kernel level of this object, a value of NB_LEVELS. */
extern const u32 nb_level;
#define NB_HAS_LOOP (nb_level >= 0x0511) /* bpf_loop, task storage, task_btf */
#define NB_HAS_TASK NB_HAS_LOOP
#define NB_HAS_CAST (nb_level >= 0x060c) /* bpf_rdonly_cast, trusted arguments */
#else
extern const struct nb_params *nb_host_params;
#define P(name) (nb_host_params->name)
#endif

#endif
