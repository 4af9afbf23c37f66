/* SPDX-License-Identifier: MIT */
/* aging.c -- a file system as it is after years: what is free lies in pieces. The same seed leaves
 * the same file system. (After Smith, Seltzer: File system aging, SIGMETRICS '97.) */
#include "exo/libos/exos/files/files.h"
#include "exo/libos/tools/tools.h"
#include "lib/error.h"

#define FILES 300   /* that come, grow and go */
#define MORE  20000 /* that fill the disk then, at most */
#define MOST  12000 /* bytes that a file grows by */

static uint64_t state;

static uint64_t below(uint64_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return (state >> 33) % n;
}

/* It is made, or grows. 1: the disk is full. */
static long grow(const char *path, uint64_t bytes) {
    static const char zeros[4096];
    const int fd = (int)exos_open(path, EXOS_WRITE | EXOS_CREATE | EXOS_APPEND);
    long error = fd < 0 ? fd : 0;
    for (uint64_t done = 0; done < bytes && !error;) {
        const uint64_t some = bytes - done < sizeof zeros ? bytes - done : sizeof zeros;
        const long n = exos_write(fd, zeros, some);
        error = n <= 0 ? (n ? n : -E_FULL) : 0;
        done += some;
    }
    exos_close(fd);
    return error == -E_FULL ? 1 : error;
}

static void name(char path[EXOS_PATH_MAX], const char *directory, uint64_t file) {
    format_text(path, EXOS_PATH_MAX, "%s/age%lu", directory, file);
}

/* Small ones up to the last block. How many files there are then. */
static long fill(const char *directory) {
    char path[EXOS_PATH_MAX];
    long error = 0;
    uint64_t file = FILES;
    for (; file < FILES + MORE && !error; file++) {
        name(path, directory, file);
        error = grow(path, 1 + below(MOST));
    }
    return error < 0 ? error : (long)file;
}

long age(const char *directory, uint64_t seed, uint64_t steps) {
    char path[EXOS_PATH_MAX];
    long error = 0;
    state = seed;
    for (uint64_t i = 0; i < steps && error >= 0; i++) {
        const uint64_t file = below(FILES), what = below(3);
        name(path, directory, file);
        error = what ? grow(path, 1 + below(MOST)) : exos_unlink(path);
        error = error == -E_NOT_FOUND ? 0 : error;
    }
    const long files = error < 0 ? error : fill(directory);
    for (long file = 0; file < files && error >= 0; file++) {
        name(path, directory, (uint64_t)file);
        error = file % 3 ? exos_unlink(path) : 0;
        error = error == -E_NOT_FOUND ? 0 : error;
    }
    return files < 0 ? files : error < 0 ? error : 0;
}
