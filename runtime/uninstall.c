/* SPDX-License-Identifier: BSD-2-Clause */
/* uninstall: needs no bundle and no policy, also removes what a crash left. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "runtime/options.h"
#include "runtime/pins.h"

int command_uninstall(const struct options *options, FILE *out, struct error *err)
{
	struct generations list;
	int lock CLEANUP_FD = -1;

	if (pins_lock_existing(options->pin, &lock, err) ||
	    pins_list(options->pin, &list, err))
		return -1;
	if (!list.n) {
		fputs("nothing installed\n", out);
		return 0;
	}
	while (list.n) {
		for (size_t i = 0; i < list.n; i++)
			if (pins_remove(options->pin, &list.at[i], out, err))
				return -1;
		if (pins_list(options->pin, &list, err))
			return -1;
	}
	if (rmdir(options->pin) && errno != ENOTEMPTY && errno != EBUSY)
		return error_set(err, EXIT_SYSTEM,
				 "everything is detached, but %s cannot be "
				 "removed: %s.",
				 options->pin, strerror(errno));
	fputs("uninstalled: nothing of NetBPF is attached any more\n", out);
	return 0;
}
