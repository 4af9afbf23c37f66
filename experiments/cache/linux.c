/* SPDX-License-Identifier: MIT */
/* linux.c -- Linux's page cache, whose room is that of a control group, alone and with advice by
 * posix_fadvise. */
#include "../files/linux_files.h"
#include "workload.h"

#include <stdlib.h>

/* What a file of the kernel's is told, or false. */
static bool tell(const char *path, const char *words) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    bool well = file >= 0 && write(file, words, strlen(words)) == (ssize_t)strlen(words);
    if (file >= 0)
        close(file);
    return well;
}

static bool advises;

/* 1,024 blocks, and a quarter of a MiB for the process's own pages and the kernel's. */
static const char *linux_limit(int file, const char *policy) {
    advises = !strcmp(policy, "advice");
    files_must(!posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM)); /* it would read ahead */
    mkdir("/group", 0755);
    mount("none", "/group", "cgroup2", 0, "");
    if (!tell("/group/cgroup.subtree_control", "+memory"))
        return "the kernel has no limits of memory";
    mkdir("/group/cache", 0755);
    files_must(tell("/group/cache/memory.max", "4456448"));
    files_must(tell("/group/cache/cgroup.procs", "0"));
    return NULL;
}

/* An application that knows of its scans: of one that comes again it keeps the beginning, three
 * quarters of the cache, and of a table's nothing. Where it knows of none it has no advice. */
static void linux_advise(int file, enum cache_kind kind, uint64_t block) {
    static const uint64_t dropped[] = {[CACHE_SCAN] = CACHE_BLOCKS / 4 * 3,
                                       [CACHE_WEB] = CACHE_FILE_BLOCKS,
                                       [CACHE_DATABASE] = CACHE_TABLE};
    if (advises && block >= dropped[kind])
        posix_fadvise(file, (off_t)(block * CACHE_BLOCK), CACHE_BLOCK, POSIX_FADV_DONTNEED);
}

/* What this process has read from disks. */
static uint64_t linux_misses(void) {
    char text[512];
    int file = open("/proc/self/io", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, text, sizeof text - 1);
    if (file >= 0)
        close(file);
    text[length > 0 ? length : 0] = '\0';
    const char *bytes = strstr(text, "\nread_bytes: ");
    files_must(bytes != NULL);
    return strtoull(bytes + strlen("\nread_bytes: "), NULL, 10) / CACHE_BLOCK;
}

static const struct cache linux_cache = {.files = &linux_files,
                                         .fs = "ext2",
                                         .limit = linux_limit,
                                         .advise = linux_advise,
                                         .misses = linux_misses};

CACHE_ROWS(linux_cache, "kernel,advice")
