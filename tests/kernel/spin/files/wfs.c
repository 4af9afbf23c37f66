/* SPDX-License-Identifier: MIT */
/* wfs.c -- files on a disk that is formatted first: the machine's first one. */
#include "files.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"

#define BYTES 150000 /* of the model */
#define STEPS 400
#define NAMED W "/f"

static uint64_t state = 88172645463325252;

static uint64_t draw(uint64_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

bool files_mounted(struct check *c, const char *system, const char *disk, const char *path,
                   const char *policy) {
    if (!disk_object_find(disk)) {
        check_skip(c, "the machine has no such disk");
        return false;
    }
    if (strcmp(system, "wfs") == 0)
        check_that_zero(c, volume_format_disk(system, disk, "test"));
    check_that_zero(c, volume_mount_disk(system, disk, path, 128, policy));
    return true;
}

/* What fsx does: a file against a plain array, by calls of any place and length. */
static void random_calls(struct check *c, struct open_file *o, char *model, char *buffer) {
    uint64_t length = 0;
    for (unsigned i = 0; i < STEPS; i++) {
        const uint64_t at = draw(length + 1), n = draw(20000) + 1;
        switch (draw(8)) {
        case 0: { /* cut */
            CHECK_THAT(c, file_truncate(o, at) == 0);
            memset(model + at, 0, length - at);
            length = at;
            break;
        }
        case 1:
            CHECK_THAT(c, file_sync(o) == 0);
            break;
        case 2:
            CHECK_THAT(c, file_forget(o) == 0);
            break;
        case 3:
        case 4: {
            const uint64_t now = n < BYTES - at ? n : BYTES - at;
            for (uint64_t k = 0; k < now; k++)
                buffer[k] = model[at + k] = (char)draw(256);
            CHECK_THAT(c, file_write(o, buffer, now, at, false) == (long)now);
            length = at + now > length ? at + now : length;
            break;
        }
        default: {
            const long got = file_read(o, buffer, n, at, false);
            CHECK_THAT(c, got == (long)(n < length - at ? n : length - at));
            CHECK_THAT(c, memcmp(buffer, model + at, (size_t)got) == 0);
        }
        }
    }
}

void files_random(struct check *c, const char *path) {
    struct open_file *o;
    char *model = heap_alloc(BYTES), *buffer = heap_alloc(20480);
    CHECK_THAT(c, model && buffer);
    CHECK_THAT(c, file_open(path, FILE_OPEN_CREATE | FILE_OPEN_NEW, &o) == 0);
    random_calls(c, o, model, buffer);
    file_close(o);
    CHECK_THAT(c, file_remove(path, false) == 0);
    heap_free(model, BYTES);
    heap_free(buffer, 20480);
}

CHECK(files_wfs_random, "files/wfs_reads_what_was_written_by_calls_of_any_place_and_length") {
    if (!files_mounted(c, "wfs", "disk0", W, NULL))
        return;
    files_random(c, NAMED);
    CHECK_THAT(c, volume_unmount(W) == 0);
}

CHECK(files_wfs_names, "files/names_of_wfs_come_move_and_go") {
    struct open_file *o, *again;
    struct file_facts facts;
    if (!files_mounted(c, "wfs", "disk0", W, NULL))
        return;
    CHECK_THAT(c, file_mkdir(W "/d") == 0);
    CHECK_THAT(c, file_mkdir(W "/d") == -E_EXISTS);
    CHECK_THAT(c, file_open(W "/d/a", FILE_OPEN_CREATE, &o) == 0);
    CHECK_THAT(c, file_write(o, "abc", 3, 0, false) == 3);
    CHECK_THAT(c, file_remove(W "/d", true) == -E_EXISTS);
    CHECK_THAT(c, file_remove(W "/d", false) == -E_INVALID);
    CHECK_THAT(c, file_name_too(W "/d/a", W "/b") == 0);
    CHECK_THAT(c, file_stat(W "/b", &facts) == 0 && facts.bytes == 3 && facts.links == 2);
    CHECK_THAT(c, facts.time / (365 * 86400ul) == 2026 - 1970); /* a boot begins there */
    CHECK_THAT(c, file_move(W "/d/a", W "/c") == 0);
    CHECK_THAT(c, file_stat(W "/d/a", &facts) == -E_NOT_FOUND);
    CHECK_THAT(c, file_mkdir(W "/d/e") == 0);
    CHECK_THAT(c, file_move(W "/d", W "/d/e/f") == -E_INVALID);
    CHECK_THAT(c, file_stat(W "/d/e/../../c", &facts) == 0);
    CHECK_THAT(c, file_move(W "/c", W "/b") == 0); /* both are one file */
    CHECK_THAT(c, file_remove(W "/c", false) == 0 && file_remove(W "/b", false) == 0);
    CHECK_THAT(c, file_open(W "/b", 0, &again) == -E_NOT_FOUND);
    char text[3];
    CHECK_THAT(c, file_read(o, text, 3, 0, false) == 3 && memcmp(text, "abc", 3) == 0);
    CHECK_THAT(c, volume_unmount(W) == -E_BUSY);
    file_close(o);
    CHECK_THAT(c, file_remove(W "/d/e", true) == 0 && file_remove(W "/d", true) == 0);
    CHECK_THAT(c, volume_unmount(W) == 0);
}

/* Its blocks are free again: so the volume can be filled once more. */
CHECK(files_wfs_full, "files/a_full_wfs_says_so_and_what_is_removed_makes_room") {
    static char bytes[65536];
    struct open_file *o;
    uint64_t at[2] = {0};
    if (!files_mounted(c, "wfs", "disk0", W, NULL))
        return;
    for (unsigned i = 0; i < 2; i++) {
        long wrote;
        CHECK_THAT(c, file_open(W "/f", FILE_OPEN_CREATE, &o) == 0);
        while ((wrote = file_write(o, bytes, sizeof bytes, at[i], false)) > 0)
            at[i] += (uint64_t)wrote;
        CHECK_THAT(c, wrote == -E_FULL);
        file_close(o);
        CHECK_THAT(c, file_remove(W "/f", false) == 0);
    }
    CHECK_THAT(c, at[0] == at[1] && at[0] > (1 << 20));
    CHECK_THAT(c, volume_unmount(W) == 0);
}

CHECK(files_ext2_random, "files/ext2_reads_what_was_written_by_calls_of_any_place_and_length") {
    if (!files_mounted(c, "ext2", "disk1", E, NULL))
        return;
    files_random(c, E "/f");
    CHECK_THAT(c, volume_unmount(E) == 0);
}
