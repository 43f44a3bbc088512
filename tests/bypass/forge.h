/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORGE_H
#define FORGE_H
int forged_open(const char *exe, const char *path); /* ends the process: 77 or an errno */
#endif
