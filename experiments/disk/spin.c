/* SPDX-License-Identifier: MIT */
/* spin.c -- a request by the kernel's disk service, whose caller, as all services and extensions,
 * is in the kernel; it waits as a strand does. */
#include "machine/memory/frame.h"
#include "machine/report/panic.h"
#include "measure/bench.h"
#include "spin/services/disk/disk_object.h"

BENCH(disk_raw_read, "disk/raw_read/bytes:4096,65536") {
    static struct disk_piece pieces[DISK_PIECES_MAX];
    struct disk_object *disk = disk_object_find("disk0");
    const unsigned count = (unsigned)(bench_arg(b, "bytes") / PAGE_SIZE);
    if (!disk) {
        bench_skip(b, "the machine has no disk");
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        if (!pieces[i].bytes && frame_alloc(&pieces[i].at)) {
            bench_skip(b, "the machine has too little memory");
            return;
        }
        pieces[i].bytes = PAGE_SIZE;
    }
    bench_time(b, assert_that(!disk_object_request(disk, DISK_READ, 0, pieces, count)));
}
