/* SPDX-License-Identifier: MIT */
/* main.c -- crashcheck: judges disks for crashdisk --server (docs/crash.md).
 *
 *     crashcheck cffs|alfs|ext2|wfs SAID IMAGE
 *
 * SAID: what the guest said (work.h). Answers a line `NUMBER TORN FLUSHES` with `good`, or with
 * what is wrong. Each sixteenth disk of XN's is recovered twice, the first time not to the end.
 * Exit status 0: standard input has ended; 2: it could not be run; 64: a wrong command line. */
#include "base/text.h"
#include "history.h"
#include "recover.h"

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CANNOT = 2, USAGE = 64, STOPS_EACH = 16 };

static const struct kind {
    const char *name;
    char system; /* a digit; 0: all */
    struct promises promises;
    recover_function *recover;
    bool torn_is_unpromised; /* e2fsck -fy gives up what it cannot mend */
    bool stops;
} kinds[] = {
    {"cffs", 0, {.one_name = true}, recover_cffs, false, true},
    {"alfs", 0, {.one_name = true}, recover_alfs, false, true},
    {"ext2",
     '0',
     {.fsync_is_sync = true, .rounds = 4095, .replaced_may_be_gone = true},
     recover_ext2,
     true,
     false},
    {"wfs", '1', {.fsync_is_sync = true, .replaced_may_be_gone = true}, recover_wfs, false, false},
};

/* crashcheck-mutant has XN's rules at will: CRASHCHECK_WITHOUT is a number of exo/defence.h. */
int xn_without;

static const uint8_t *disk; /* the image, as crashdisk changes it */
static struct recovery work;

static const char *recover(const struct kind *k, unsigned long stops_at, struct tree *found) {
    tree_clear(found);
    work.stops_at = stops_at;
    const char *why = k->recover(&work, found);
    tree_sort(found);
    return why;
}

static const char *judge(const struct kind *k, struct history *h, uint64_t number, bool torn,
                         uint64_t flushes) {
    static struct tree found;
    static uint64_t random = 88172645463325252u;
    memcpy(work.image, disk, work.bytes);
    work.torn = torn;
    const char *why = recover(k, 0, &found);
    if (!why && !(torn && k->torn_is_unpromised))
        why = history_judge(h, &found, flushes);
    if (why || !k->stops || number % STOPS_EACH || work.writes < 2)
        return why;
    random = random * 6364136223846793005u + 1442695040888963407u;
    memcpy(work.image, disk, work.bytes);
    recover(k, 1 + (random >> 33) % (work.writes - 1), &found);
    why = recover(k, 0, &found);
    return why ? why : history_judge(h, &found, flushes);
}

static void map(const char *path) {
    struct stat is;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &is) || !is.st_size)
        err(CANNOT, "%s", path);
    work.bytes = (size_t)is.st_size;
    work.image = aligned_alloc(4096, work.bytes);
    disk = mmap(NULL, work.bytes, PROT_READ, MAP_SHARED, fd, 0);
    if (disk == MAP_FAILED || !work.image)
        err(CANNOT, "%s", path);
    close(fd);
}

int main(int argc, char **argv) {
    const struct kind *k = kinds;
    if (argc != 4)
        errx(USAGE, "usage: crashcheck cffs|alfs|ext2|wfs SAID IMAGE");
    while (k < kinds + sizeof kinds / sizeof *kinds && strcmp(k->name, argv[1]) != 0)
        k++;
    if (k == kinds + sizeof kinds / sizeof *kinds)
        errx(USAGE, "%s: there are cffs, alfs, ext2 and wfs", argv[1]);
    const char *without = getenv("CRASHCHECK_WITHOUT");
    xn_without = without ? atoi(without) : 0;
    char *said = text_read(argv[2], NULL);
    if (!said)
        err(CANNOT, "%s", argv[2]);
    struct history *h = history_read(said, k->system, k->promises);
    uint64_t number, flushes;
    int torn;
    map(argv[3]);
    while (scanf("%" SCNu64 " %d %" SCNu64, &number, &torn, &flushes) == 3) {
        const char *why = judge(k, h, number, torn, flushes);
        puts(why ? why : "good");
        fflush(stdout);
    }
    history_free(h);
    free(said);
    return 0;
}
