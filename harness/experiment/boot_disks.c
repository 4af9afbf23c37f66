/* SPDX-License-Identifier: MIT */
/* boot_disks.c -- see boot_disks.h. boot/disk.sh makes file systems. */
#include "experiment/boot_disks.h"
#include "base/assert.h"
#include "base/process.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/tree.h"
#include "guest/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert((int)DEVICES_DISKS_MAX <= QEMU_DISKS_MAX, "as many as QEMU is handed");

/* Where what a disk shall contain is, or null; a new string. */
static char *folder_of(const struct experiment *e, const struct disk_device *device) {
    return device->folder ? tree_path("experiments/%s/%s", e->name, device->folder) : NULL;
}

int boot_disks_shape(struct boot_disks *d, const struct experiment *e, struct failure *why) {
    *d = (struct boot_disks){0};
    const struct disk_device *devices = e ? e->devices.disks.items : NULL;
    d->count = e ? e->devices.disks.count : 0;
    for (size_t i = 0; i < d->count; i++) {
        scoped_text char *folder = folder_of(e, &devices[i]);
        if (folder && access(folder, R_OK | X_OK))
            return failure_set(why, STATUS_EXPERIMENT, "%s:%d: devices.disks[%zu].content: %s: %s",
                               e->file, devices[i].line, i, tree_shown(folder),
                               text_read_error(errno));
        d->disk[i] = (struct qemu_disk){
            .fd = devices[i].forgets ? -1 : 0, .bytes = devices[i].bytes, .logs = devices[i].logs};
    }
    return 0;
}

/* The whole file IN, from its beginning, behind what OUT has. */
static int copy(int in, int out) {
    off_t at = 0;
    ssize_t count;
    while ((count = sendfile(out, in, &at, 1 << 20)) > 0)
        continue;
    return count < 0 ? -1 : 0;
}

static int need_tools(struct failure *why) {
    static const char *const tools[] = {"mke2fs", "debugfs"};
    for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++) {
        scoped_text char *in_sbin = text_format("/usr/sbin/%s", tools[i]);
        scoped_text char *found = process_find(tools[i]), *there = process_find(in_sbin);
        if (!found && !there)
            return failure_set(why, STATUS_MISSING,
                               "'%s' is missing, the image of a disk cannot be made; `exospin "
                               "doctor` prints the command that installs it",
                               tools[i]);
    }
    return 0;
}

/* What a tool said of a disk that it could not make: its folder is at fault, which may be too
 * large. */
static int refuse(const struct experiment *e, const struct disk_device *device, size_t number,
                  const char *words, struct failure *why) {
    return failure_set(why, STATUS_EXPERIMENT, "%s:%d: devices.disks[%zu].content: %s", e->file,
                       device->line, number, words);
}

/* Has the tool of exo's volumes make one in the file at PATH, by the file system's own code. */
static int make_volume_in(const char *path, const struct experiment *e,
                          const struct disk_device *device, size_t number, struct failure *why) {
    scoped_text char *tool = tree_path("build/host/xn");
    scoped_text char *folder = folder_of(e, device);
    int status;
    if (access(tool, X_OK))
        return failure_set(why, STATUS_BUILD, "build/host/xn is missing; `make host` builds it");
    scoped_text char *words =
        process_read((const char *[]){tool, "mkfs", path, folder,
                                      device->is == DISK_IS_ALFS ? "--fs=alfs" : "--fs=cffs", NULL},
                     true, &status);
    return status ? refuse(e, device, number, words, why) : 0;
}

/* Has the script make the file system in the file at PATH. */
static int make_system_in(const char *path, const struct experiment *e,
                          const struct disk_device *device, size_t number, struct failure *why) {
    scoped_text char *script = tree_path("boot/disk.sh");
    scoped_text char *folder = folder_of(e, device);
    const char *type = device->is == DISK_IS_EXT4 ? "ext4" : "ext2";
    int status;
    scoped_text char *words =
        process_read((const char *[]){script, path, type, folder, NULL}, true, &status);
    if (status && folder)
        return refuse(e, device, number, words, why);
    return status ? failure_set(why, STATUS_BUILD, "boot/disk.sh ended with status %d: %s", status,
                                words)
                  : 0;
}

/* Into the anonymous file FD. */
static int fill(int fd, const struct experiment *e, const struct disk_device *device, size_t number,
                struct failure *why) {
    const char *folder = getenv("TMPDIR");
    scoped_text char *path =
        text_format("%s/exospin-disk-XXXXXX", folder && *folder ? folder : "/tmp");
    const bool volume = device->is >= DISK_IS_CFFS;
    int status = volume ? 0 : need_tools(why), file = status ? -1 : mkostemp(path, O_CLOEXEC);
    if (status)
        return status;
    if (file < 0)
        return failure_set_errno(why, "create", path);
    if (ftruncate(file, (off_t)device->bytes))
        status = failure_set_errno(why, "write", path);
    if (!status)
        status = volume ? make_volume_in(path, e, device, number, why)
                        : make_system_in(path, e, device, number, why);
    if (!status && copy(file, fd))
        status = failure_set_errno(why, "copy", path);
    close(file);
    unlink(path);
    return status;
}

static int make_one(struct qemu_disk *disk, const struct experiment *e,
                    const struct disk_device *device, size_t number, struct failure *why) {
    disk->bytes = device->bytes;
    disk->fd = device->forgets ? -1 : qemu_memory("disk");
    disk->logs = device->logs;
    disk->log_fd = device->logs ? qemu_memory("log") : -1;
    if (device->is != DISK_IS_ZERO)
        return fill(disk->fd, e, device, number, why);
    if (disk->fd >= 0 && ftruncate(disk->fd, (off_t)device->bytes))
        return failure_set_errno(why, "make", "a disk in memory");
    return 0;
}

/* What the disk is, and the hash of its bytes. */
static char *tell(const struct qemu_disk *disk, const struct disk_device *device) {
    scoped_text char *text = disk_device_text(device);
    scoped_text char *path = text_format("/proc/self/fd/%d", disk->fd);
    const char *paths[] = {path};
    scoped_text char *hash = disk->fd < 0 ? NULL : image_sha256(paths, 1);
    return text_format("%s%s%s", text, hash ? " sha256=" : "", hash ? hash : "");
}

int boot_disks_make(struct boot_disks *d, const struct experiment *e, struct texts *told,
                    struct failure *why) {
    *d = (struct boot_disks){0};
    const struct disk_device *devices = e ? e->devices.disks.items : NULL;
    int status = 0;
    for (size_t i = 0; e && i < e->devices.disks.count && !status; i++) {
        status = make_one(&d->disk[d->count++], e, &devices[i], i, why);
        if (!status && told)
            texts_take(told, tell(&d->disk[i], &devices[i]));
    }
    if (status)
        boot_disks_close(d);
    return status;
}

int boot_file_keep(int fd, struct folder *folder, const char *name, struct failure *why) {
    scoped_text char *path = NULL;
    struct stat file = {0};
    fstat(fd, &file);
    int status = folder_space(folder, (uint64_t)file.st_size, why);
    if (!status)
        status = folder_begin(folder, name, &path, why);
    scoped_fd int to = status ? -1 : open(path, O_WRONLY | O_CLOEXEC);
    if (!status && (to < 0 || copy(fd, to)))
        status = failure_set_errno(why, "write", path);
    return status;
}

int boot_disks_keep(const struct boot_disks *d, struct folder *folder, const char *name,
                    struct failure *why) {
    int status = 0;
    for (size_t i = 0; i < d->count && !status; i++) {
        scoped_text char *image = text_format("disks/%s.%zu.img", name, i);
        scoped_text char *log = text_format("disks/%s.%zu.log", name, i);
        if (d->disk[i].fd >= 0)
            status = boot_file_keep(d->disk[i].fd, folder, image, why);
        if (!status && d->disk[i].logs)
            status = boot_file_keep(d->disk[i].log_fd, folder, log, why);
    }
    return status;
}

void boot_disks_close(struct boot_disks *d) {
    for (size_t i = 0; i < d->count; i++) {
        if (d->disk[i].fd >= 0)
            close(d->disk[i].fd);
        if (d->disk[i].logs)
            close(d->disk[i].log_fd);
    }
    *d = (struct boot_disks){0};
}
