/* SPDX-License-Identifier: MIT */
/* initrd.c -- open what a guest boots with. */
#include "guest/initrd.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"
#include "guest/qemu.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int initrd_open(const struct system *s, const char *plan, const struct linux_devices *devices,
                struct failure *why) {
    enum system_with with = devices->nics ? WITH_NICS : devices->count ? WITH_DISKS : WITH_NOTHING;
    scoped_text char *path = system_initrd(s, with);
    if (s->kind == SYSTEM_LINUX)
        return linux_initrd(path, plan, devices, why);
    int fd = qemu_file(path);
    if (fd < 0)
        failure_set(why, STATUS_MISSING, "%s's programs are missing: %s: %s; `make` builds them",
                    s->name, tree_shown(path), text_read_error(errno));
    return fd;
}

int archive_open(const char *path, struct failure *why) {
    static const char newc[] = {'0', '7', '0', '7', '0', '1'};
    char magic[sizeof newc];
    int fd = qemu_file(path);
    if (fd < 0) {
        failure_set(why, STATUS_MISSING, "cannot read %s: %s", path, text_read_error(errno));
        return -1;
    }
    if (pread(fd, magic, sizeof magic, 0) == (ssize_t)sizeof magic &&
        !memcmp(magic, newc, sizeof magic))
        return fd;
    close(fd);
    failure_set(why, STATUS_USAGE,
                "%s is no archive of programs (cpio, format newc); boot/archive makes one", path);
    return -1;
}
