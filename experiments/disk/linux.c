/* SPDX-License-Identifier: MIT */
/* linux.c -- Linux's disk past its page cache: in its memory, and, in runs with --inexact, by
 * virtio. */
#include "linux/init.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Each bracket the next ones, as many as the disk has. */
static void time_requests(struct bench *b, const char *device, bool writes) {
    const size_t bytes = bench_arg(b, "bytes");
    char *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    off_t at = 0;
    int disk = open(device, O_RDWR | O_DIRECT | O_CLOEXEC);
    if (disk < 0) {
        bench_skip(b, "the kernel has no such disk");
        return;
    }
    if (pages == MAP_FAILED)
        abort();
    memset(pages, 1, bytes);
    while (bench_next(b)) {
        bench_start(b);
        ssize_t done = writes ? pwrite(disk, pages, bytes, at) : pread(disk, pages, bytes, at);
        bench_stop(b);
        at += (off_t)bytes;
        if (done != (ssize_t)bytes)
            abort();
    }
    close(disk);
    munmap(pages, bytes);
}

BENCH(disk_raw_read, "disk/raw_read/bytes:4096,65536") {
    time_requests(b, "/dev/ram0", false);
}

/* The same disk by virtio: from boot to boot it is not the same. */
BENCH(disk_raw_read_virtio, "disk/raw_read/bytes:4096,65536/device:virtio") {
    bench_inexact(b);
    time_requests(b, "/dev/vda", false);
}

BENCH(disk_raw_write, "disk/raw_write/bytes:4096,65536") {
    time_requests(b, "/dev/ram0", true);
    if (!b->skip && !device_restore(0))
        abort();
}
