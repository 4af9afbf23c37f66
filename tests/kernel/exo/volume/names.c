/* SPDX-License-Identifier: MIT */
/* names.c -- calls on files and names of a disk, one process alone. */
#include "volume_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/volume/volumes.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"

#define RW    (EXOS_READ | EXOS_WRITE)
#define FILES 100

static char bytes[60000], again[60000];

static long put(const char *path, const char *text) {
    long fd = exos_open(path, EXOS_WRITE | EXOS_CREATE | EXOS_TRUNCATE);
    if (fd < 0)
        return fd;
    long n = exos_write((int)fd, text, strlen(text));
    long error = exos_close((int)fd);
    return n != (long)strlen(text) ? -E_FULL : error;
}

static bool has(const char *path, const char *text) {
    char found[64];
    long fd = exos_open(path, EXOS_READ), n = exos_read((int)fd, found, sizeof found);
    exos_close((int)fd);
    return fd >= 0 && n == (long)strlen(text) && !memcmp(found, text, (size_t)n);
}

static long count(const char *path) {
    struct ramfs_entry e;
    long fd = exos_open(path, EXOS_READ | EXOS_DIRECTORY), n = 0;
    while (fd >= 0 && !exos_readdir((int)fd, &e))
        n++;
    return fd < 0 ? fd : exos_close((int)fd) ? -1 : n;
}

static uint64_t one_file(void) {
    struct exos_stat s, t;
    int fd = (int)exos_open("/disk/f", RW | EXOS_CREATE | EXOS_EXCLUSIVE);
    MUST(fd == 0);
    MUST(exos_open("/disk/f", RW | EXOS_CREATE | EXOS_EXCLUSIVE) == -E_EXISTS);
    MUST(exos_open("/disk/g", RW) == -E_NOT_FOUND);
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    MUST(exos_write(fd, bytes, sizeof bytes) == sizeof bytes && exos_read(fd, again, 1) == 0);
    MUST(exos_seek(fd, 0, EXOS_FROM_START) == 0);
    MUST(exos_read(fd, again, sizeof again) == sizeof again);
    MUST(!memcmp(bytes, again, sizeof bytes));
    MUST(exos_seek(fd, 10000, EXOS_FROM_END) == 70000 && exos_write(fd, "x", 1) == 1);
    MUST(exos_seek(fd, -10001, EXOS_FROM_HERE) == 60000);
    MUST(exos_read(fd, again, 10001) == 10001 && !again[0] && !again[9999] && again[10000] == 'x');
    MUST(exos_fstat(fd, &s) == 0 && s.size == 70001 && s.type == RAMFS_FILE);
    MUST(exos_stat("/disk/./../disk/f", &t) == 0 && t.id == s.id && exos_fsync(fd) == 0);
    /* What is appended comes at the end, wherever the offset is. */
    int end = (int)exos_open("/disk/f", RW | EXOS_APPEND);
    MUST(exos_write(end, "end", 3) == 3 && exos_seek(end, 0, EXOS_FROM_START) == 0);
    MUST(exos_write(end, "!", 1) == 1 && exos_fstat(fd, &s) == 0 && s.size == 70005);
    MUST(exos_seek(fd, -4, EXOS_FROM_END) == 70001 && exos_read(fd, again, 9) == 4);
    MUST(!memcmp(again, "end!", 4));
    int other = (int)exos_open("/disk/f", EXOS_READ);
    MUST(exos_write(other, "x", 1) == -E_PERM && exos_truncate(other, 0) == -E_PERM);
    MUST(exos_close(fd) == 0 && exos_close(end) == 0 && exos_close(other) == 0);
    return 0;
}

static uint64_t names(void) {
    MUST(exos_mkdir("/disk/d") == 0);
    MUST(exos_mkdir("/disk/d") == -E_EXISTS);
    MUST(exos_mkdir("/disk") == -E_EXISTS && exos_mkdir("/disk/no/d") == -E_NOT_FOUND);
    MUST(put("/disk/d/f", "1") == 0 && exos_mkdir("/disk/d/f/x") == -E_INVALID);
    MUST(exos_chdir("/disk/d") == 0 && has("f", "1") && has("../d/f", "1"));
    MUST(has("../../disk/d/f", "1") && exos_chdir("/") == 0);
    MUST(exos_unlink("/disk/d") == -E_PERM && exos_rmdir("/disk/d") == -E_EXISTS);
    MUST(put("/disk/h", "2") == 0 && exos_rename("/disk/h", "/disk/d/f") == 0);
    MUST(has("/disk/d/f", "2") && exos_open("/disk/h", EXOS_READ) == -E_NOT_FOUND);
    MUST(exos_rename("/disk/d", "/disk/d/in") == -E_INVALID);
    MUST(exos_rename("/disk/d/f", "/f") == -E_INVALID && exos_link("/disk/d/f", "/f") == -E_PERM);
    MUST(exos_link("/disk/d/f", "/disk/g") == -E_PERM && exos_rmdir("/disk") < 0);
    MUST(exos_unlink("/disk/d/f") == 0 && count("/disk/d") == 0 && exos_rmdir("/disk/d") == 0);
    return 0;
}

uint64_t case_files(void) {
    char path[32], text[32];
    uint64_t line = one_file();
    if (!line)
        line = names();
    if (line)
        return line;
    MUST(exos_mkdir("/disk/many") == 0);
    for (unsigned i = 0; i < FILES; i++) {
        format_text(path, sizeof path, "/disk/many/file %u", i);
        format_text(text, sizeof text, "this is %u", i);
        MUST(put(path, text) == 0);
    }
    MUST(count("/disk/many") == FILES);
    int fd = (int)exos_open("/disk/many/file 7", EXOS_READ);
    MUST(fd >= 0 && volume_unmount("/disk") == -E_BUSY && exos_close(fd) == 0);
    /* A boot. */
    MUST(volume_mount("cffs", 0, "/disk") == -E_BUSY && volume_format("cffs", 0) == -E_BUSY);
    MUST(volume_unmount("/disk") == 0 && count("/disk") == 0);
    MUST(volume_mount("ext2", 0, "/disk") == -E_NOT_FOUND);
    MUST(volume_mount("cffs", 31, "/disk") == -E_NOT_FOUND);
    MUST(volume_mount("cffs", 0, "/none") == -E_NOT_FOUND);
    MUST(volume_mount("cffs", 0, "/disk") == 0);
    for (unsigned i = 0; i < FILES; i++) {
        format_text(path, sizeof path, "/disk/many/file %u", i);
        format_text(text, sizeof text, "this is %u", i);
        MUST(has(path, text));
    }
    struct cffs_checking c = {0};
    MUST(volume_check("/disk", &c) == 0 && c.files == FILES + 1 && c.directories == 1);
    return 0;
}

/* Who has a file open never sees the one that took its slot, by whichever way. */
uint64_t case_old(void) {
    struct exos_stat s;
    MUST(put("/disk/old", "secret of the old one") == 0);
    int old = (int)exos_open("/disk/old", RW);
    MUST(old >= 0 && exos_read(old, again, 1) == 1 && exos_unlink("/disk/old") == 0);
    MUST(exos_read(old, again, 1) == -E_NOT_FOUND && exos_fstat(old, &s) == -E_NOT_FOUND);
    for (unsigned i = 0; i < 40; i++) { /* one of these has the slot */
        char path[32];
        format_text(path, sizeof path, "/disk/new%u", i);
        MUST(put(path, "secret of the new one") == 0);
    }
    MUST(exos_read(old, again, 9) == -E_NOT_FOUND && exos_write(old, "x", 1) == -E_NOT_FOUND);
    MUST(exos_truncate(old, 0) == -E_NOT_FOUND && exos_fsync(old) == -E_NOT_FOUND);
    for (unsigned i = 0; i < 40; i++) {
        char path[32];
        format_text(path, sizeof path, "/disk/new%u", i);
        MUST(has(path, "secret of the new one"));
    }
    MUST(exos_close(old) == 0);
    MUST(exos_mkdir("/disk/kept") == 0);
    uint64_t line = case_numbers();
    if (line)
        return line;
    /* The renamed one stays open, by its new place. */
    int moved = (int)exos_open("/disk/new3", RW);
    MUST(exos_rename("/disk/new3", "/disk/kept/a name that is elsewhere") == 0);
    MUST(exos_read(moved, again, 30) == 21 && !memcmp(again, "secret of the new one", 21));
    MUST(exos_rename("/disk/new4", "/disk/kept/a name that is elsewhere") == 0);
    MUST(exos_read(moved, again, 30) == -E_NOT_FOUND && exos_close(moved) == 0);
    /* Shorter, then longer: zeros, in the block that stayed and in those that went. */
    int fd = (int)exos_open("/disk/cut", RW | EXOS_CREATE);
    memset(bytes, 'x', 20000);
    MUST(exos_write(fd, bytes, 20000) == 20000 && exos_fsync(fd) == 0);
    MUST(exos_truncate(fd, 5) == 0 && exos_truncate(fd, 20000) == 0);
    MUST(exos_seek(fd, 0, EXOS_FROM_START) == 0 && exos_read(fd, again, 20000) == 20000);
    for (unsigned i = 0; i < 20000; i++)
        MUST(again[i] == (i < 5 ? 'x' : 0));
    MUST(exos_truncate(fd, 5) == 0 && exos_seek(fd, 9000, EXOS_FROM_START) == 9000);
    MUST(exos_write(fd, "y", 1) == 1 && exos_seek(fd, 0, EXOS_FROM_START) == 0);
    MUST(exos_read(fd, again, 20000) == 9001 && again[4] == 'x' && again[9000] == 'y');
    for (unsigned i = 5; i < 9000; i++)
        MUST(again[i] == 0);
    return exos_close(fd) ? __LINE__ : 0;
}
