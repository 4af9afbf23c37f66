/* SPDX-License-Identifier: MIT */
/* spin.c -- the same rows of ext2 by a thread of the kernel; and what of the heap is in use for a
 * volume and for what is in it. */
#include "machine/memory/heap.h"
#include "spin_kernel_files.h"
#include "workload_rows.h"

FILES_ROWS(kernel_files, "ext2/from:kernel")

#define FILE "/svc/volumes/k/f"

/* Bytes of a mounted volume, of a file that is known, of one more who has it open, and of a cache
 * of 64 pages of its own with a policy; page frames for its contents come besides. */
struct memory {
    size_t volume, file, open, cache;
};

static struct memory measure(const char *fs) {
    struct memory m;
    struct open_file *first, *second;
    size_t at = heap_used();
    files_must(!volume_mount_disk(fs, fs[0] == 'e' ? "disk1" : "disk0", PLACE, VOLUME_PAGES, NULL));
    m.volume = heap_used() - at;
    files_must(!file_open(FILE, FILE_OPEN_CREATE, &first));
    file_close(first);
    files_must(!volume_unmount(PLACE)); /* nothing is known of it again */
    files_must(!volume_mount_disk(fs, fs[0] == 'e' ? "disk1" : "disk0", PLACE, VOLUME_PAGES, NULL));
    at = heap_used();
    files_must(!file_open(FILE, 0, &first));
    m.file = heap_used() - at;
    at = heap_used();
    files_must(!file_open(FILE, 0, &second));
    m.open = heap_used() - at;
    m.file -= m.open;
    at = heap_used();
    files_must(!file_set_cache(first, CACHE_FRAMES_MAX, "lru"));
    m.cache = heap_used() - at;
    file_close(first);
    file_close(second);
    files_must(!file_remove(FILE, false) && !volume_unmount(PLACE));
    return m;
}

BENCH(files_memory, "files/memory/of:volume,file,open,cache/fs:ext2,wfs") {
    char fs[FILES_WORD], of[FILES_WORD];
    bench_word(b, "fs", fs, sizeof fs);
    bench_word(b, "of", of, sizeof of);
    if (!disk_object_find("disk1")) {
        bench_skip(b, "the machine has no such volume");
        return;
    }
    if (fs[0] == 'w')
        files_must(!volume_format_disk(fs, "disk0", ""));
    (void)measure(fs); /* extensions that are loaded stay */
    const struct memory m = measure(fs);
    bench_size(b, !strcmp(of, "volume") ? m.volume
                  : !strcmp(of, "file") ? m.file
                  : !strcmp(of, "open") ? m.open
                                        : m.cache);
}
