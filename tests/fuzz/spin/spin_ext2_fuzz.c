/* SPDX-License-Identifier: MIT */
/* spin_ext2_fuzz.c -- any bytes as a disk with ext2: calls end with an answer or an error, blocks
 * are given back (disk.c asserts it), and no call takes more than so many steps through the disk.
 * The first bytes say which calls; the others are laid over an image that is in order. */
#include <stdlib.h>
#include <string.h>

#include "../../ext2/disk.h"
#include "lib/error.h"

enum { BYTES = 128 << 10, CALLS = 12 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A small volume, by hand: 1,024 bytes a block, one group, a root with two names. */
static void lay_out(uint8_t *disk) {
    struct {
        uint32_t word[22];
    } super = {{16, 128, 0, 80, 4, 1, 0, 0, 8192, 8192, 16, 0, 0, 0, 0xef53, 0, 0, 0, 0, 1, 0, 11}};
    memset(disk, 0, BYTES);
    memcpy(disk + 1024, &super, sizeof super);
    disk[1024 + 56] = 0x53, disk[1024 + 57] = 0xef, disk[1024 + 58] = 1;
    disk[1024 + 88] = 128;
    disk[1024 + 96] = 2;
    const uint32_t group[] = {3, 4, 5, 80 | 4 << 16, 1};
    memcpy(disk + 2048, group, sizeof group);
    memset(disk + 3 * 1024, 0xff, 2);
    disk[4 * 1024] = 0xff, disk[4 * 1024 + 1] = 0x0f;
    uint8_t *root = disk + 5 * 1024 + 128;
    root[0] = 0xed, root[1] = 0x41, root[5] = 4, root[26] = 2, root[28] = 2;
    root[40] = 8;
    uint8_t *entry = disk + 8 * 1024;
    entry[0] = 2, entry[4] = 12, entry[6] = 1, entry[7] = 2, entry[8] = '.';
    entry[12] = 2, entry[16] = 0xf4, entry[17] = 3, entry[18] = 2, entry[19] = 2;
    entry[20] = entry[21] = '.';
}

static void call(struct volume *v, unsigned what, unsigned long file) {
    static uint8_t bytes[3000];
    char name[2] = {(char)('a' + what / 16 % 4), '\0'};
    switch (what % 14) {
    case 0:
        file_create(v, v->root, name, FILE_PLAIN);
        break;
    case 1:
        file_create(v, v->root, name, FILE_DIRECTORY);
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
        file_create(v, file, name, FILE_PLAIN);
        break;
    case 11:
        file_leads(v, file);
        break;
    case 12:
        file_make_symlink(v, v->root, name, "near");
        break;
    case 10:
        file_move(v, v->root, name, file, "b");
        break;
    default:
        disk_sync(v);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t disk[BYTES];
    struct volume v = {.keeps = false};
    if (size < CALLS)
        return 0;
    lay_out(disk);
    for (size_t i = CALLS; i + 4 <= size; i += 4)
        disk[(data[i] | data[i + 1] << 8 | (data[i + 2] & 1) << 16) % BYTES] = data[i + 3];
    if (disk_mount(&v, disk, BYTES, true))
        return 0;
    for (unsigned i = 0; i < CALLS; i++) {
        long found = file_lookup(&v, v.root, data[i] & 1 ? "a" : "b");
        call(&v, data[i], found > 0 ? (unsigned long)found : data[i] % 20);
    }
    disk_unmount(&v);
    return 0;
}
