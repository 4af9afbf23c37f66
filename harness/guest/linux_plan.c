/* SPDX-License-Identifier: MIT */
/* linux_plan.c -- the initramfs with the plan behind it, in the kernel's "newc" format
 * (Documentation/driver-api/ early-userspace/buffer-format.rst): archives may follow each other if
 * each begins at a multiple of four bytes. */
#include "guest/linux_plan.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/memory.h"
#include "guest/qemu.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One member, name and contents each padded to four bytes. */
static void member(FILE *to, const char *name, unsigned mode, const char *bytes, size_t length) {
    static const char zeros[4];
    size_t head = 110 + strlen(name) + 1;
    fprintf(to, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x%s", 0, mode, 0, 0, 1,
            0, length, 0, 0, 0, 0, strlen(name) + 1, 0, name);
    fputc('\0', to);
    fwrite(zeros, 1, -head & 3, to);
    fwrite(bytes, 1, length, to);
    fwrite(zeros, 1, -length & 3, to);
}

int linux_initrd(const char *initramfs, const char *plan, struct failure *why) {
    static const char zeros[4];
    char file[LINUX_PLAN_BYTES];
    size_t length;
    if (strlen(plan) >= sizeof file) {
        failure_set(why, STATUS_USAGE,
                    "the plan for Linux is longer than %d bytes; ask for fewer rows",
                    LINUX_PLAN_BYTES);
        return -1;
    }
    for (size_t i = 0, used = strlen(plan); i < sizeof file; i++)
        file[i] = i < used ? plan[i] : '\n';
    scoped_text char *archive = text_read(initramfs, &length);
    if (!archive) {
        failure_set(why, STATUS_MISSING, "cannot read %s: %s; `make` builds it",
                    tree_shown(initramfs), text_read_error(errno));
        return -1;
    }
    assert_that(strlen(plan) < sizeof file);
    int fd = qemu_memory("initrd");
    FILE *to = fdopen(dup(fd), "w");
    if (!to)
        memory_exhausted();
    fwrite(archive, 1, length, to);
    fwrite(zeros, 1, -length & 3, to);
    member(to, "plan", 0100444, file, sizeof file);
    member(to, "TRAILER!!!", 0, "", 0);
    bool failed = ferror(to);
    if (!fclose(to) && !failed)
        return fd;
    failure_set(why, STATUS_QEMU_DIED, "cannot write %zu bytes of initramfs into memory: %s",
                length, strerror(errno));
    close(fd);
    return -1;
}
