/* SPDX-License-Identifier: MIT */
/* initrd.c -- open what a guest boots with. */
#include "guest/initrd.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"
#include "guest/newc.h"
#include "guest/qemu.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* FILES, and behind them what FD, an archive, has: an anonymous file in its place, or -1. */
static int with_files(int fd, const char *path, const struct texts *files, struct failure *why) {
    if (fd < 0 || !files || !files->count)
        return fd;
    close(fd);
    size_t length;
    scoped_text char *archive = text_read(path, &length);
    int both = qemu_memory("initrd");
    FILE *to = fdopen(dup(both), "w");
    if (!to)
        memory_exhausted();
    int status = archive ? newc_files(to, files, why)
                         : failure_set(why, STATUS_MISSING, "cannot read %s: %s", tree_shown(path),
                                       text_read_error(errno));
    if (!status)
        fwrite(archive, 1, length, to);
    bool failed = ferror(to);
    if (!fclose(to) && !failed && !status)
        return both;
    if (!status)
        failure_set(why, STATUS_QEMU_DIED, "cannot write %zu bytes of programs into memory: %s",
                    length, strerror(errno));
    close(both);
    return -1;
}

int initrd_open(const struct system *s, const char *plan, const struct guest_devices *devices,
                struct failure *why) {
    enum system_with with = devices->nics ? WITH_NICS : devices->count ? WITH_DISKS : WITH_NOTHING;
    scoped_text char *path = system_initrd(s, with);
    if (s->kind == SYSTEM_LINUX)
        return linux_initrd(path, plan, devices, why);
    int fd = qemu_file(path);
    if (fd < 0)
        failure_set(why, STATUS_MISSING, "%s's programs are missing: %s: %s; `make` builds them",
                    s->name, tree_shown(path), text_read_error(errno));
    return with_files(fd, path, devices->files, why);
}

int archive_open(const char *path, const struct texts *files, struct failure *why) {
    static const char newc[] = {'0', '7', '0', '7', '0', '1'};
    char magic[sizeof newc];
    int fd = qemu_file(path);
    if (fd < 0) {
        failure_set(why, STATUS_MISSING, "cannot read %s: %s", path, text_read_error(errno));
        return -1;
    }
    if (pread(fd, magic, sizeof magic, 0) == (ssize_t)sizeof magic &&
        !memcmp(magic, newc, sizeof magic))
        return with_files(fd, path, files, why);
    close(fd);
    failure_set(why, STATUS_USAGE,
                "%s is no archive of programs (cpio, format newc); boot/archive makes one", path);
    return -1;
}
