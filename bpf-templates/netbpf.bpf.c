/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Every kernel program, as one translation unit that becomes the bitcode template;
 * compiler/specialise keeps what a policy needs. */
#include "kernel.h"
#include "exec.h"
#include "files.h"
#include "names.h"
#include "attributes.h"
#include "again.h"
#include "use.h"
#include "mounts.h"
#include "scan.h"
#include "net.h"
#include "sockets.h"
#include "shared.h"

char nb_license[] SEC("license") = "Dual BSD/GPL";
