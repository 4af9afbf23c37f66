/* SPDX-License-Identifier: MIT */
/* devices.c -- what a boot with disks brings: modules of the kernel's, and what the RAM disks that
 * they make shall have (harness/guest/linux_plan.h). What fails is told; rows that need a disk find
 * none then, and say so. */
#include "linux/init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BLOCK = 4096, PIECE = 65536 };

/* A block of a disk's that is not zero, as the archive has it. */
struct listed {
    struct {
        uint64_t at;
        char bytes[BLOCK];
    } block;
    ssize_t length; /* that was read: 0 at the list's end */
};

static void complain(const char *what, const char *name) {
    char text[200];
    int length = snprintf(text, sizeof text, "%s %s: %s\n", what, name, strerror(errno));
    serial_text(text, (size_t)length);
}

static void load(const char *name, const char *parameters) {
    char path[80];
    snprintf(path, sizeof path, "/%s", name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || syscall(SYS_finit_module, file, parameters, 0))
        complain("cannot load", name);
    if (file >= 0)
        close(file);
    unlink(path);
}

/* What a piece of the disk shall have: zeros, and those of LIST's blocks that lie in it. The list
 * is in order; what is read of it is the next block. */
static void piece_make(char *piece, uint64_t at, int list, struct listed *next) {
    memset(piece, 0, PIECE);
    for (; next->length == sizeof next->block && next->block.at < at + PIECE;
         next->length = read(list, &next->block, sizeof next->block))
        memcpy(piece + (next->block.at - at), next->block.bytes, BLOCK);
}

/* Past the page cache, which has not what file systems wrote. */
static bool restore(int list, int disk, uint64_t bytes) {
    struct listed next;
    next.length = read(list, &next.block, sizeof next.block);
    /* Not static: init's own variables would lie elsewhere, and a fork would copy more. */
    char *pieces =
        mmap(NULL, 2L * PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *is = pieces, *wanted = pieces + PIECE;
    bool well = pieces != MAP_FAILED;
    for (uint64_t at = 0; well && at < bytes; at += PIECE) {
        piece_make(wanted, at, list, &next);
        well = pread(disk, is, PIECE, (off_t)at) == PIECE &&
               (!memcmp(is, wanted, PIECE) || pwrite(disk, wanted, PIECE, (off_t)at) == PIECE);
    }
    if (pieces != MAP_FAILED)
        munmap(pieces, 2L * PIECE);
    return well;
}

bool device_restore(unsigned number) {
    char from[32], to[32];
    uint64_t bytes = 0;
    snprintf(from, sizeof from, "/disk%u", number);
    snprintf(to, sizeof to, "/dev/ram%u", number);
    int list = open(from, O_RDONLY | O_CLOEXEC), disk = open(to, O_RDWR | O_DIRECT | O_CLOEXEC);
    bool well =
        list >= 0 && disk >= 0 && !ioctl(disk, BLKGETSIZE64, &bytes) && restore(list, disk, bytes);
    if (list >= 0)
        close(list);
    if (disk >= 0)
        close(disk);
    return well;
}

void devices_start(void) {
    char line[200], name[64];
    unsigned number;
    int words;
    FILE *list = fopen("/devices", "re");
    while (list && fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = '\0';
        if (sscanf(line, "module %63s %n", name, &words) == 1)
            load(name, line + words);
        else if (sscanf(line, "disk %u", &number) == 1 && !device_restore(number))
            complain("cannot fill", line);
    }
    if (list)
        fclose(list);
}
