/* SPDX-License-Identifier: BSD-2-Clause */
/* subvolume DIRECTORY NAME [SOURCE]   makes a subvolume of btrfs, empty or a snapshot */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/btrfs.h>

int main(int argc, char **argv)
{
	struct btrfs_ioctl_vol_args args = { .fd = -1 };
	int fd = argc > 2 ? open(argv[1], O_RDONLY | O_DIRECTORY) : -1;

	if (fd < 0)
		return 2;
	snprintf(args.name, sizeof args.name, "%s", argv[2]);
	if (argc > 3)
		args.fd = open(argv[3], O_RDONLY | O_DIRECTORY);
	if (!ioctl(fd, argc > 3 ? BTRFS_IOC_SNAP_CREATE : BTRFS_IOC_SUBVOL_CREATE, &args))
		return 0;
	perror("subvolume");
	return 1;
}
