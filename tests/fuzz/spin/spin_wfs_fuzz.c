/* SPDX-License-Identifier: MIT */
/* spin_wfs_fuzz.c -- any bytes as a disk with wfs: calls end with an answer or an error, and blocks
 * are given back (tests/ext2/disk.c asserts it). The first bytes say which calls; the others are
 * laid over an image that is in order, four a byte: where, and what. */
#include <stdlib.h>
#include <string.h>

#include "../../../tools/wfs/wfs_fsck.h"
#include "../../wfs/disk.h"
#include "lib/error.h"

enum { BYTES = 256 << 10, CALLS = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A volume with some files, made once. */
static const uint8_t *whole(void) {
    static uint8_t disk[BYTES];
    static bool made;
    static uint8_t bytes[9000];
    struct volume v = {.keeps = false};
    if (made)
        return disk;
    if (disk_format(disk, BYTES) || disk_mount(&v, disk, BYTES, true))
        abort();
    long a = file_create(&v, v.root, "a", FILE_PLAIN),
         d = file_create(&v, v.root, "d", FILE_DIRECTORY),
         b = file_create(&v, (unsigned long)d, "b", FILE_PLAIN);
    if (a < 0 || d < 0 || b < 0 || file_write(&v, (unsigned long)a, 0, bytes, 9000) != 9000 ||
        file_write(&v, (unsigned long)b, 0, bytes, 5000) != 5000 ||
        file_write(&v, (unsigned long)a, 9000, bytes, 9000) != 9000 ||
        file_add_link(&v, v.root, "c", (unsigned long)b) || disk_unmount(&v))
        abort();
    made = true;
    return disk;
}

static void call(struct volume *v, unsigned what, unsigned long file) {
    static uint8_t bytes[9000];
    const char name[2] = {(char)('a' + what / 16 % 5), '\0'};
    struct file_facts facts;
    switch (what % 12) {
    case 0:
        file_create(v, v->root, name, FILE_PLAIN);
        break;
    case 1:
        file_create(v, file, name, FILE_DIRECTORY);
        break;
    case 2:
        file_remove(v, v->root, name, what & 16);
        break;
    case 3:
        file_add_link(v, v->root, name, file);
        break;
    case 4:
        file_move(v, v->root, name, v->root, "another");
        break;
    case 5:
        file_write(v, file, what * 97UL, bytes, sizeof bytes);
        break;
    case 6:
        file_read(v, file, what * 31UL, bytes, sizeof bytes);
        break;
    case 7:
        file_truncate(v, file, what * 50UL);
        break;
    case 8:
        for (unsigned long next = 0, n = 0; n < 100 && !file_entries(v, v->root, next); n++)
            next = ((const struct file_entry *)(const void *)v->call.listed)->cookie;
        break;
    case 9:
        file_remove(v, file, name, what & 16);
        break;
    case 10:
        file_move(v, v->root, name, file, "b");
        break;
    default:
        file_get_facts(v, what, &facts);
        disk_sync(v);
        break;
    }
}

static void unheard(const char *finding) {
    (void)finding;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t disk[BYTES];
    struct volume v = {.keeps = false};
    if (size < CALLS)
        return 0;
    memcpy(disk, whole(), BYTES);
    for (size_t i = CALLS; i + 4 <= size; i += 4)
        disk[(data[i] | data[i + 1] << 8 | (data[i + 2] & 3) << 16) % BYTES] = data[i + 3];
    if (disk_mount(&v, disk, BYTES, true))
        return 0;
    for (unsigned i = 0; i < CALLS; i++) {
        long found = file_lookup(&v, v.root, data[i] & 1 ? "a" : "d");
        call(&v, data[i], found > 0 ? (unsigned long)found : data[i] % 20);
    }
    disk_unmount(&v);
    if (wfs_fsck(disk, BYTES, true, unheard) <= WFS_MENDED &&
        wfs_fsck(disk, BYTES, false, unheard) != WFS_WELL)
        abort();
    return 0;
}
