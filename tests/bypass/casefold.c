/* SPDX-License-Identifier: BSD-2-Clause */
/* casefold DIRECTORY   makes an empty directory case-insensitive, as chattr +F does */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <linux/fs.h>

int main(int argc, char **argv)
{
	int flags = 0, fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;

	if (fd < 0 || ioctl(fd, FS_IOC_GETFLAGS, &flags))
		return 1;
	flags |= 0x40000000; /* FS_CASEFOLD_FL */
	if (ioctl(fd, FS_IOC_SETFLAGS, &flags)) {
		perror("casefold");
		return 1;
	}
	return 0;
}
