/* SPDX-License-Identifier: MIT */
/* fsx.c -- one file is written, cut, made longer, mapped, synced, closed and opened again at random
 * places, and read after each step against a plain copy of it (as Apple's fsx does): a file in
 * memory, and one on a disk, which is unmounted now and then, too. */
#include "volume_cases.h"

#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/files/mmap.h"
#include "exo/libos/volume/volumes.h"
#include "lib/error.h"
#include "lib/string.h"

#define RW    (EXOS_READ | EXOS_WRITE)
#define MOST  60000
#define STEPS 4000

static char copy[MOST], some[MOST];
static size_t size;
static uint64_t state;
static const char *path;
static int fd;

static size_t below(size_t n) {
    state ^= state << 13; /* xorshift (Marsaglia, 2003) */
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state >> 20) % n;
}

/* A part of the file, of which there is at least a byte. */
static size_t part(size_t *at) {
    *at = below(size);
    return 1 + below(below(4) ? (size - *at < 600 ? size - *at : 600) : size - *at);
}

static uint64_t step_write(void) {
    const size_t most = MOST - 1 < size + 5000 ? MOST - 1 : size + 5000; /* beyond its end, too */
    const size_t at = below(most), bytes = 1 + below(below(4) ? 700 : MOST - at);
    const size_t count = at + bytes > MOST ? MOST - at : bytes;
    memset(some, 'a' + (int)below(26), count);
    MUST(exos_seek(fd, (int64_t)at, EXOS_FROM_START) == (long)at);
    MUST(exos_write(fd, some, count) == (long)count);
    memcpy(copy + at, some, count);
    size = at + count > size ? at + count : size;
    return 0;
}

static uint64_t step_truncate(void) {
    const size_t to = below(4) ? below(size + 1) : below(MOST);
    MUST(exos_truncate(fd, to) == 0);
    if (to < size)
        memset(copy + to, 0, size - to);
    size = to;
    return 0;
}

/* What a mapping shows is the file, and what is written there is, too. */
static uint64_t step_map(bool writes) {
    size_t at, count = part(&at);
    const size_t first = at & -4096ul, bytes = (at + count - first + 4095) & -4096ul;
    const long map = exos_mmap(0, bytes, RW, EXOS_MAP_SHARED, fd, first);
    MUST(map > 0);
    char *shown = (char *)map + (at - first);
    MUST(memcmp(shown, copy + at, count) == 0);
    if (writes) {
        memset(shown, 'A' + (int)below(26), count);
        memcpy(copy + at, shown, count);
    }
    MUST(exos_munmap((uint64_t)map, bytes) == 0);
    return 0;
}

static uint64_t step_again(bool unmounts) {
    MUST(exos_fsync(fd) == 0 && exos_close(fd) == 0);
    if (unmounts)
        MUST(volume_unmount("/disk") == 0 && volume_mount("cffs", 0, "/disk") == 0);
    fd = (int)exos_open(path, RW);
    MUST(fd >= 0);
    return 0;
}

static uint64_t compare(void) {
    struct exos_stat s;
    size_t at = 0, count = size;
    MUST(exos_stat(path, &s) == 0 && s.size == size);
    if (size && below(16))
        count = part(&at);
    MUST(exos_seek(fd, (int64_t)at, EXOS_FROM_START) == (long)at);
    MUST(exos_read(fd, some, count) == (long)count && memcmp(some, copy + at, count) == 0);
    return 0;
}

static uint64_t step(bool on_disk) {
    const size_t kind = below(20);
    if (kind < 8)
        return step_write();
    if (kind < 12)
        return step_truncate();
    if (kind < 18)
        return size ? step_map(kind % 2) : 0;
    return step_again(on_disk && below(8) == 0);
}

static uint64_t of(const char *file, bool on_disk, uint64_t from) {
    uint64_t line = 0;
    path = file;
    state = from;
    size = 0;
    memset(copy, 0, sizeof copy);
    fd = (int)exos_open(path, RW | EXOS_CREATE | EXOS_TRUNCATE);
    MUST(fd >= 0);
    for (unsigned i = 0; i < STEPS && !line; i++) {
        line = step(on_disk);
        if (!line)
            line = compare();
    }
    if (line)
        return line;
    MUST(exos_close(fd) == 0 && exos_unlink(path) == 0);
    return 0;
}

uint64_t case_fsx(void) {
    uint64_t line = of("/fsx", false, 1);
    return line ? line : of("/disk/fsx", true, 2);
}
