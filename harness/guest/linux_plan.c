/* SPDX-License-Identifier: MIT */
/* linux_plan.c -- the initramfs with the plan behind it: archives (newc.h) may follow each other if
 * each begins at a multiple of four bytes. */
#include "guest/linux_plan.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/memory.h"
#include "guest/newc.h"
#include "guest/qemu.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- disks ---- */

enum { BLOCK = 4096 };

/* "disk0": each block that is not zero, its place before it in eight bytes. */
static void disk_member(FILE *to, size_t number, const struct qemu_disk *disk) {
    static const uint8_t zeros[BLOCK];
    uint8_t block[BLOCK];
    scoped_text char *name = text_format("disk%zu", number);
    char *blocks = NULL;
    size_t length = 0;
    FILE *list = open_memstream(&blocks, &length);
    if (!list)
        memory_exhausted();
    for (uint64_t at = 0; at < disk->bytes && disk->fd >= 0; at += BLOCK) {
        if (pread(disk->fd, block, BLOCK, (off_t)at) != BLOCK || !memcmp(block, zeros, BLOCK))
            continue;
        fwrite(&at, sizeof at, 1, list);
        fwrite(block, BLOCK, 1, list);
    }
    if (fclose(list))
        memory_exhausted();
    newc_member(to, name, 0100444, blocks, length);
    free(blocks);
}

/* All of them as large as the largest, since the module knows one size. */
static char *parameters(const struct qemu_disk *disks, size_t count) {
    uint64_t most = 0;
    for (size_t i = 0; i < count; i++)
        most = disks[i].bytes > most ? disks[i].bytes : most;
    return text_format("rd_nr=%zu rd_size=%" PRIu64, count, most / 1024);
}

/* One of the package's modules; its line into `devices`. */
static int module_member(FILE *to, const char *name, const char *words, struct texts *devices,
                         struct failure *why) {
    size_t length;
    scoped_text char *path = tree_path("build/guest/linux/modules/%s", name);
    scoped_text char *bytes = text_read(path, &length);
    if (!bytes)
        return failure_set(why, STATUS_MISSING, "cannot read %s: %s; `make` builds it",
                           tree_shown(path), text_read_error(errno));
    newc_member(to, name, 0100444, bytes, length);
    texts_take(devices, text_format("module %s %s\n", name, words));
    return 0;
}

/* Whether another list had it, too. */
static bool module_is_told(const struct texts *devices, const char *name) {
    scoped_text char *line = text_format("module %s ", name);
    for (size_t i = 0; i < devices->count; i++)
        if (!strncmp(devices->items[i], line, strlen(line)))
            return true;
    return false;
}

/* The modules that ORDER names, a file of names, each behind those that it needs; WORDS for the RAM
 * disk's. */
static int modules_add(FILE *to, const char *order, const char *words, struct texts *devices,
                       struct failure *why) {
    scoped_texts struct texts modules = {0};
    scoped_text char *path = tree_path("build/guest/linux/modules/%s", order);
    scoped_text char *text = text_read(path, NULL);
    if (!text)
        return failure_set(why, STATUS_MISSING, "cannot read %s: %s; `make` builds it",
                           tree_shown(path), text_read_error(errno));
    texts_split(&modules, text, "\n");
    int status = 0;
    for (size_t i = 0; i < modules.count && !status; i++)
        status = module_is_told(devices, modules.items[i])
                     ? 0
                     : module_member(to, modules.items[i],
                                     strcmp(modules.items[i], "brd.ko") ? "" : words, devices, why);
    return status;
}

/* A program whose web server rows are about; a kernel of one's own comes without it. */
static void busybox_member(FILE *to) {
    size_t length;
    scoped_text char *path = tree_path("build/guest/linux/busybox");
    scoped_text char *bytes = text_read(path, &length);
    if (bytes)
        newc_member(to, "busybox", 0100555, bytes, length);
}

static int device_members(FILE *to, const struct guest_devices *d, struct failure *why) {
    scoped_texts struct texts devices = {0};
    scoped_text char *words = parameters(d->disks, d->count);
    int status = d->count ? modules_add(to, "order", words, &devices, why) : 0;
    if (!status && d->virtio)
        status = modules_add(to, "order-virtio", "", &devices, why);
    if (!status && d->nics)
        status = modules_add(to, "order-nics", "", &devices, why);
    if (status || !devices.count)
        return status;
    for (size_t i = 0; i < d->count; i++) {
        disk_member(to, i, &d->disks[i]);
        texts_take(&devices, text_format("disk %zu\n", i));
    }
    if (d->nics)
        busybox_member(to);
    scoped_text char *text = texts_join(&devices, "");
    newc_member(to, "devices", 0100444, text, strlen(text));
    return 0;
}

/* Linux makes a file only in a folder that is there. */
static void folder_members(FILE *to, const struct texts *files) {
    for (size_t i = 0; files && i < files->count; i++) {
        size_t length = strcspn(files->items[i], "/:");
        scoped_text char *folder = text_format("%.*s", (int)length, files->items[i]);
        if (files->items[i][length] == '/')
            newc_member(to, folder, 040755, "", 0);
    }
}

int linux_initrd(const char *initramfs, const char *plan, const struct guest_devices *devices,
                 struct failure *why) {
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
    newc_member(to, "plan", 0100444, file, sizeof file);
    folder_members(to, devices->files);
    int status = newc_files(to, devices->files, why);
    if (!status)
        status = device_members(to, devices, why);
    newc_member(to, "TRAILER!!!", 0, "", 0);
    bool failed = ferror(to);
    if (!fclose(to) && !failed && !status)
        return fd;
    if (!status)
        failure_set(why, STATUS_QEMU_DIED, "cannot write %zu bytes of initramfs into memory: %s",
                    length, strerror(errno));
    close(fd);
    return -1;
}
