/* SPDX-License-Identifier: MIT */
/* beyond.c -- calls on files of a volume that no program means: beyond the end, beyond any end, on
 * what is mapped or gone. Each gives an error or ends its own process; the volume stays sound. */
#include "volume_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/files/mmap.h"
#include "exo/libos/volume/volumes.h"
#include "lib/error.h"
#include "lib/string.h"

#define RW    (EXOS_READ | EXOS_WRITE)
#define PAGE  4096ul
#define BYTES 5000 /* of a file: a page and a part of one */

static char bytes[3 * PAGE];

static int make(const char *path) {
    const int fd = (int)exos_open(path, RW | EXOS_CREATE | EXOS_TRUNCATE);
    memset(bytes, 'v', BYTES);
    return fd >= 0 && exos_write(fd, bytes, BYTES) == BYTES ? fd : -1;
}

static bool is_killed(const volatile char *at, bool writes) {
    struct exos_end end;
    const unsigned flags = exos_env_flags;
    exos_env_flags = EXO_FAULT_EXPECTED;
    const long pid = exos_fork();
    exos_env_flags = flags;
    if (!pid) {
        if (writes)
            *(volatile char *)(uint64_t)at = 'x';
        exos_exit((uint64_t)*at);
    }
    return pid > 0 && exos_wait(&end) == pid && end.killed;
}

static bool has_size(int fd, uint64_t size) {
    struct exos_stat s;
    return !exos_fstat(fd, &s) && s.size == size;
}

/* A page behind the file's last one is none, to be read or written; nor is one whose place in the
 * file is no number. */
static uint64_t maps_beyond(int fd) {
    const uint64_t bits = EXOS_MAP_SHARED;
    const long at = exos_mmap(0, 3 * PAGE, RW, bits, fd, 0), last = 2 * (long)PAGE;
    const long far = exos_mmap(0, PAGE, RW, bits, fd, 1ul << 62);
    const volatile char *byte = (const volatile char *)at;
    MUST(at > 0 && far > 0 && byte[0] == 'v' && byte[BYTES] == 0);
    MUST(is_killed(byte + last, false) && is_killed(byte + last, true) && has_size(fd, BYTES));
    MUST(is_killed((const volatile char *)far, true) && has_size(fd, BYTES));
    MUST(exos_mmap(0, 2 * PAGE, RW, bits, fd, -PAGE) == -E_INVALID);
    MUST(exos_mmap(0, -PAGE, RW, bits, fd, 0) < 0 && exos_mmap(0, 0, RW, bits, fd, 0) < 0);
    /* What is written behind the end is not there when the file becomes longer. */
    ((volatile char *)at)[BYTES] = 's';
    MUST(exos_truncate(fd, 2 * PAGE) == 0 && exos_seek(fd, BYTES, EXOS_FROM_START) == BYTES);
    MUST(exos_read(fd, bytes, 1) == 1 && bytes[0] == 0);
    /* What is mapped is not cut, nor does it get another name's place. */
    MUST(exos_truncate(fd, BYTES - PAGE) == -E_BUSY && exos_truncate(fd, 0) == -E_BUSY);
    MUST(exos_open("/disk/v", EXOS_WRITE | EXOS_TRUNCATE) == -E_BUSY);
    MUST(exos_unlink("/disk/v") == -E_BUSY && exos_rename("/disk/w", "/disk/v") == -E_BUSY);
    MUST(byte[0] == 'v' && has_size(fd, 2 * PAGE));
    return exos_munmap((uint64_t)at, 3 * PAGE) || exos_munmap((uint64_t)far, PAGE) ? __LINE__ : 0;
}

/* Places that no file has. */
static uint64_t writes_beyond(int fd) {
    static const uint64_t place[] = {1ul << 40, 1ul << 62, INT64_MAX, INT64_MAX - 1};
    const uint64_t size = 2 * PAGE;
    for (unsigned i = 0; i < sizeof place / sizeof place[0]; i++) {
        MUST(exos_seek(fd, (int64_t)place[i], EXOS_FROM_START) == (long)place[i]);
        MUST(exos_write(fd, "xyz", 3) < 0 && exos_read(fd, bytes, sizeof bytes) == 0);
        MUST(exos_truncate(fd, place[i]) < 0 && has_size(fd, size));
    }
    MUST(exos_truncate(fd, UINT64_MAX) < 0 && has_size(fd, size));
    MUST(exos_seek(fd, INT64_MAX, EXOS_FROM_END) == -E_INVALID);
    MUST(exos_seek(fd, INT64_MIN, EXOS_FROM_HERE) == -E_INVALID);
    MUST(exos_seek(fd, -1, EXOS_FROM_START) == -E_INVALID);
    return 0;
}

uint64_t case_hostile(void) {
    struct cffs_checking c = {0};
    const int other = make("/disk/w"), fd = make("/disk/v");
    MUST(other >= 0 && fd >= 0);
    uint64_t line = maps_beyond(fd);
    if (!line)
        line = writes_beyond(fd);
    if (line)
        return line;
    /* Over a file that is open: who has it open has nothing any more, and memory of it is none. */
    const long at = exos_mmap(0, PAGE, EXOS_READ, EXOS_MAP_SHARED, fd, 0);
    MUST(at > 0 && exos_rename("/disk/w", "/disk/v") == 0);
    MUST(exos_read(fd, bytes, 1) == -E_NOT_FOUND && exos_truncate(fd, 9) == -E_NOT_FOUND);
    MUST(is_killed((const volatile char *)at, false));
    MUST(exos_munmap((uint64_t)at, PAGE) == 0 && exos_close(fd) == 0);
    MUST(has_size(other, BYTES) && exos_close(other) == 0);
    MUST(volume_check("/disk", &c) == 0 && c.files == 1);
    return 0;
}
