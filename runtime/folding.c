/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mountinfo by types. Of ext4, f2fs and tmpfs single directories may be
 * case-insensitive; those the scan for hard links asks as it comes by.
 */
#include "runtime/folding.h"
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include "bpf-templates/decide_host.h"
#include "runtime/escape.h"
#include "runtime/hooks.h"
#include "runtime/mounts.h"
#include "runtime/rows.h"

static const char *const types[] = {
	"vfat", "msdos", "exfat", "ntfs3", "hfs", "hfsplus", "jfs", "affs", "hpfs", "adfs",
};

static bool is_folding(const struct mount *m)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (!strcmp(m->type, types[i]))
			return true;
	return false;
}

void folding_say(const char *place, const char *type, FILE *out)
{
	fputs("note: ", out);
	escape_lines(out, place, strlen(place));
	fprintf(out,
		" (%s) does not tell capital from small letters: names of the rules "
		"stand for all of their spellings there, and what cannot be compared "
		"is denied beside them\n",
		type);
}

bool folding_by_directory(const char *type)
{
	return !strcmp(type, "ext4") || !strcmp(type, "f2fs") || !strcmp(type, "tmpfs");
}

bool folding_directory(int fd)
{
	int flags = 0;

	return !ioctl(fd, FS_IOC_GETFLAGS, &flags) && flags & FS_CASEFOLD_FL;
}

void folding_print(const struct bundle *bundle, FILE *out)
{
	const struct bundle_entry *paths =
		bundle_find(bundle, image_table[NB_IMAGE_PATHS].entry);
	const struct bundle_entry *rows =
		bundle_find(bundle, image_table[NB_IMAGE_ROWS].entry);
	struct nb_host_images images = {0};
	struct nb_params params;
	struct mounts CLEANUP_MOUNTS mounts = {0};
	struct error ignored;

	if (!paths || !rows || !rows_params(rows->at, rows->len, &params) ||
	    !params.file_start || mounts_read("/proc/self/mountinfo", &mounts, &ignored))
		return;
	images = (struct nb_host_images){.paths = paths->at, .rows = rows->at};
	for (size_t i = 0; i < mounts.n; i++) {
		const struct mount *m = &mounts.at[i];

		if (is_folding(m) && nb_host_names_below(&images, m->point))
			folding_say(m->point, m->type, out);
	}
}
