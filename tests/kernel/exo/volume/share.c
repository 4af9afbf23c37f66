/* SPDX-License-Identifier: MIT */
/* share.c -- processes that share descriptors, blocks and memory, and some that are killed. */
#include "volume_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/files/mmap.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/volume/volumes.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"

#define RW (EXOS_READ | EXOS_WRITE)

static char bytes[9000], again[9000];

/* The child's own line, or this one. */
static uint64_t ends_well(long pid) {
    struct exos_end end;
    MUST(pid > 0 && exos_wait(&end) == pid && !end.killed);
    return end.status;
}

static long make(const char *path, char byte, size_t count) {
    long fd = exos_open(path, RW | EXOS_CREATE | EXOS_TRUNCATE);
    memset(bytes, byte, count);
    if (fd >= 0 && exos_write((int)fd, bytes, count) != (long)count)
        return -E_FULL;
    return fd;
}

static uint64_t child_shares(int fd) {
    MUST(exos_read(fd, again, 4) == 4 && again[0] == 'a'); /* at the parent's offset */
    int own = (int)exos_open("/disk/child", RW | EXOS_CREATE);
    MUST(own >= 0 && exos_write(own, "child", 5) == 5 && exos_close(own) == 0);
    MUST(exos_unlink("/disk/shown") == 0); /* which the parent's window shows */
    return 0;
}

uint64_t case_share(void) {
    int fd = (int)make("/disk/f", 'a', 9000), shown = (int)make("/disk/shown", 'b', 9000);
    MUST(fd >= 0 && shown >= 0 && exos_seek(fd, 1000, EXOS_FROM_START) == 1000);
    long pid = exos_fork();
    if (!pid)
        exos_exit(child_shares(fd));
    uint64_t line = ends_well(pid);
    if (line)
        return line;
    MUST(exos_seek(fd, 0, EXOS_FROM_HERE) == 1004);
    MUST(exos_read(shown, again, 1) == -E_NOT_FOUND && exos_close(shown) == 0);
    int child = (int)exos_open("/disk/child", EXOS_READ);
    MUST(exos_read(child, again, 9) == 5 && !memcmp(again, "child", 5) && exos_close(child) == 0);
    /* Two append to one file at the same time: each record is there once, and whole. */
    pid = exos_fork();
    int log = (int)exos_open("/disk/log", RW | EXOS_CREATE | EXOS_APPEND);
    MUST(log >= 0);
    for (unsigned i = 0; i < 50; i++) {
        MUST(exos_write(log, pid ? "parent, " : "a child,", 8) == 8);
        exos_sleep(0);
    }
    MUST(exos_close(log) == 0);
    if (!pid)
        exos_exit(0);
    line = ends_well(pid);
    if (line)
        return line;
    struct exos_stat s;
    MUST(exos_stat("/disk/log", &s) == 0 && s.size == 800);
    MUST(volume_sync() == 0 && exos_unlink("/disk/log") == 0);
    return exos_close(fd) ? __LINE__ : 0;
}

/* --- Memory --- */

static uint64_t child_maps(volatile char *shared, volatile char *own) {
    MUST(shared[0] == 'm' && shared[4096] == 'm' && own[0] == 'm');
    shared[1] = 'C';
    own[2] = 'C';
    MUST(own[1] == 'C' || own[1] == 'm');
    return 0;
}

uint64_t case_map(void) {
    struct exos_stat s;
    int fd = (int)make("/disk/m", 'm', 9000);
    MUST(fd >= 0);
    volatile char *shared = (volatile char *)exos_mmap(0, 12288, RW, EXOS_MAP_SHARED, fd, 0);
    volatile char *own = (volatile char *)exos_mmap(0, 8192, RW, 0, fd, 0);
    volatile char *second = (volatile char *)exos_mmap(0, 4096, EXOS_READ, 0, fd, 4096);
    MUST((long)shared > 0 && (long)own > 0 && (long)second > 0);
    MUST(shared[0] == 'm' && shared[8999] == 'm' && shared[9001] == 0 && second[5] == 'm');
    shared[4097] = 'S';
    MUST(second[1] == 'S' && exos_seek(fd, 4097, EXOS_FROM_START) == 4097);
    MUST(exos_read(fd, again, 1) == 1 && again[0] == 'S');
    /* One frame, not a copy. */
    const uint64_t frame = exposed_entry((uint64_t)shared + 4096) & EXO_FRAME_OF;
    MUST(frame && frame == (exposed_entry((uint64_t)second) & EXO_FRAME_OF));
    own[0] = 'p';
    MUST(own[0] == 'p' && shared[0] == 'm' && own[1] == 'm');
    own[0] = 'm';
    long pid = exos_fork();
    if (!pid)
        exos_exit(child_maps(shared, own));
    uint64_t line = ends_well(pid);
    if (line)
        return line;
    MUST(shared[1] == 'C' && own[2] == 'm');
    /* What is mapped is neither cut nor unlinked. */
    MUST(exos_truncate(fd, 0) == -E_BUSY && exos_unlink("/disk/m") == -E_BUSY);
    MUST(exos_munmap((uint64_t)shared, 12288) == 0 && exos_munmap((uint64_t)own, 8192) == 0);
    MUST(exos_munmap((uint64_t)second, 4096) == 0 && exos_close(fd) == 0);
    /* What was written by a mapping is on the disk after a sync. */
    MUST(volume_sync() == 0);
    MUST(volume_unmount("/disk") == 0);
    MUST(volume_mount("cffs", 0, "/disk") == 0);
    fd = (int)exos_open("/disk/m", EXOS_READ);
    MUST(exos_fstat(fd, &s) == 0 && s.size == 9000 && exos_read(fd, again, 9000) == 9000);
    MUST(again[0] == 'm' && again[1] == 'C' && again[4097] == 'S' && exos_close(fd) == 0);
    return exos_unlink("/disk/m") ? __LINE__ : 0;
}

/* --- Death --- */

static void rename_for_ever(void) {
    int fd = (int)make("/disk/d/a", 'a', 9000);
    exos_write(fd, bytes, 9000); /* it has an index, which moves by itself */
    exos_write(fd, bytes, 9000);
    for (;;) {
        exos_rename("/disk/d/a", "/disk/e/b");
        exos_rename("/disk/e/b", "/disk/d/a");
    }
}

static void write_for_ever(void) {
    char path[32], other[32];
    for (unsigned i = 0;; i++) {
        format_text(path, sizeof path, "/disk/d/%u", i % 20);
        format_text(other, sizeof other, "/disk/d/%u", (i * 7 + 3) % 20);
        long fd = make(path, (char)('a' + i % 26), i % 5 * 1700);
        exos_close((int)fd);
        if (i % 3 == 0)
            exos_rename(path, other);
        if (i % 4 == 0)
            exos_unlink(other);
        if (i % 16 == 0)
            volume_sync();
    }
}

/* A writer is killed after so many instructions; the file system is sound, and goes on. */
static uint64_t kill_one(unsigned round) {
    struct cffs_checking c = {0};
    long pid = exos_fork();
    if (!pid)
        for (volatile unsigned i = 0; i < round * 7907 % 20000; i++) /* each is killed elsewhere */
            ;
    if (!pid && round % 3)
        rename_for_ever();
    if (!pid)
        write_for_ever();
    MUST(pid > 0);
    const uint64_t env = exos_env((uint64_t)pid);
    for (unsigned slices = 0; slices < 1 + round % 3; slices++)
        exo_env_yield(env);
    MUST(exos_kill((uint64_t)pid) == 0 && exos_wait(&(struct exos_end){0}) == pid);
    int fd = (int)make("/disk/mine", 'k', 3000);
    MUST(fd >= 0 && exos_seek(fd, 0, EXOS_FROM_START) == 0);
    MUST(exos_read(fd, again, 9000) == 3000 && again[2999] == 'k' && exos_close(fd) == 0);
    MUST(volume_check("/disk", &c) == 0 && volume_sync() == 0);
    return exos_unlink("/disk/mine") ? __LINE__ : 0;
}

uint64_t case_kill(void) {
    MUST(exos_mkdir("/disk/d") == 0 && exos_mkdir("/disk/e") == 0);
    for (unsigned round = 0; round < 120; round++) {
        uint64_t line = kill_one(round);
        if (line)
            return line;
    }
    return 0;
}
