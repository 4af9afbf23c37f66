/* SPDX-License-Identifier: MIT */
/* main.c -- wfs fsck [-n] IMAGE: looks through a volume of wfs on the host, and mends what a power
 * cut has left (docs/spin/files.md); -n only looks. Exit status as e2fsck's: 0: it is well; 1: it
 * was mended, or could be; 4: it is damaged, and was left as it is; 8: it holds no volume, or
 * cannot be used; 64: usage. */
#include "wfs_fsck.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { USAGE = 64 };

static void say(const char *finding) {
    puts(finding);
}

int main(int argc, char **argv) {
    static const char usage[] = "usage: wfs fsck [-n] IMAGE";
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return puts(usage) < 0 ? WFS_NO_VOLUME : 0;
    const bool looks = argc == 4 && strcmp(argv[2], "-n") == 0;
    if ((argc != 3 && !looks) || strcmp(argv[1], "fsck") != 0)
        errx(USAGE, "%s", usage);
    const char *path = argv[argc - 1];
    struct stat is;
    int fd = open(path, looks ? O_RDONLY : O_RDWR);
    if (fd < 0 || fstat(fd, &is))
        err(WFS_NO_VOLUME, "%s", path);
    if (!is.st_size)
        errx(WFS_NO_VOLUME, "%s: it is empty", path);
    void *disk = mmap(NULL, (size_t)is.st_size, PROT_READ | PROT_WRITE,
                      looks ? MAP_PRIVATE : MAP_SHARED, fd, 0);
    if (disk == MAP_FAILED)
        err(WFS_NO_VOLUME, "%s", path);
    enum wfs_state state = wfs_fsck(disk, (size_t)is.st_size, !looks, say);
    if (state == WFS_NO_VOLUME)
        warnx("%s: no volume of wfs", path);
    return (int)state;
}
