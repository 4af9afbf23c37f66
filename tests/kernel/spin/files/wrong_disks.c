/* SPDX-License-Identifier: MIT */
/* wrong_disks.c -- a sector that fails, what is no volume, and a file system that lies. */
#include "files.h"

#include "lib/string.h"

#define BAD   "/svc/volumes/bad"
#define BLOCK 4096

CHECK(files_io_error, "files/a_sector_that_fails_is_told_and_other_blocks_are_read") {
    static char bytes[BLOCK];
    struct open_file *o;
    unsigned failed = 0;
    if (!files_mounted(c, "wfs", "disk2", BAD, NULL))
        return;
    CHECK_THAT(c, file_open(BAD "/f", FILE_OPEN_CREATE, &o) == 0);
    for (uint64_t i = 0; i < 800; i++) {
        memset(bytes, (int)i, sizeof bytes);
        const long wrote = file_write(o, bytes, sizeof bytes, i * BLOCK, false);
        CHECK_THAT(c, wrote == BLOCK || wrote == -E_IO || (failed && wrote == -E_INVALID));
        failed += wrote == -E_IO;
    }
    CHECK_THAT(c, failed > 0);
    for (uint64_t i = 0; i < 100; i++)
        CHECK_THAT(c, file_read(o, bytes, sizeof bytes, i * BLOCK, false) == BLOCK &&
                          bytes[17] == (char)i);
    file_close(o);
    CHECK_THAT(c, volume_unmount(BAD) == 0);
}

CHECK(files_no_volume, "files/what_is_no_volume_of_this_format_is_not_mounted_and_leaves_nothing") {
    static const struct {
        const char *system, *disk;
        int error;
    } wrong[] = {{"wfs", "disk1", -E_INVALID},
                 {"ext2", "disk2", -E_INVALID},
                 {"wfs", "disk9", -E_NOT_FOUND},
                 {"nothing", "disk0", -E_NOT_FOUND}};
    if (!disk_object_find("disk2")) {
        check_skip(c, "the machine has no such disk");
        return;
    }
    CHECK_THAT(c, volume_format_disk("wfs", "disk2", "") == 0);
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int error = volume_mount_disk(wrong[i].system, wrong[i].disk, BAD, 64, NULL);
        if (error != wrong[i].error)
            check_fail(c, "%s on %s: %s", wrong[i].system, wrong[i].disk, error_sentence(error));
        CHECK_THAT(c, !disk_object_find("disk2")->claimed);
    }
}

/* Of two blocks that are ordered the first is written first, whatever was asked before. */
CHECK(files_order, "files/a_block_that_comes_before_another_is_not_moved_behind_it") {
    struct cached_page *p[3];
    struct volume *v;
    const char *rest;
    if (!files_mounted(c, "wfs", "disk0", W, NULL))
        return;
    CHECK_THAT(c, volume_of(W, &v, &rest) == 0);
    mutex_lock(&v->mutex);
    for (unsigned i = 0; i < 3; i++) {
        CHECK_THAT(c, volume_block(v, v->blocks - 1 - i, true, &p[i]) == 0);
        block_changed(v, v->blocks - 1 - i);
    }
    const uint64_t last = v->blocks - 1;
    CHECK_THAT(c, block_order(v, last, last - 1) == 0 && p[0]->epoch < p[1]->epoch);
    CHECK_THAT(c, block_order(v, last - 1, last - 2) == 0 && p[1]->epoch < p[2]->epoch);
    /* The third before the first: a circle, unless the first is written now. */
    CHECK_THAT(c, block_order(v, last - 2, last) == 0);
    CHECK_THAT(c, list_empty(&p[0]->dirty) && !list_empty(&p[2]->dirty));
    block_changed(v, last);
    CHECK_THAT(c, p[2]->epoch < p[0]->epoch);
    for (unsigned i = 0; i < 3; i++)
        block_cache_release(p[i]);
    mutex_unlock(&v->mutex);
    CHECK_THAT(c, volume_unmount(W) == 0);
}

/* At first it says that its volume is larger than the disk. */
static bool lies_mounted(struct check *c) {
    if (!disk_object_find("disk0")) {
        check_skip(c, "the machine has no such disk");
        return false;
    }
    check_that_zero(c, volume_mount_disk("lies", "disk0", W, 64, NULL) != -E_DAMAGED);
    return files_mounted(c, "lies", "disk0", W, NULL);
}

CHECK(files_wrong_lists, "files/a_listing_that_is_wrong_and_a_link_that_is_too_long_are_refused") {
    static const char *const wrong[] = {W "/w", W "/x", W "/y", W "/z"};
    static struct file_list list;
    struct open_file *o;
    struct file_facts facts;
    if (!lies_mounted(c))
        return;
    CHECK_THAT(c, file_open(W "/v", 0, &o) == 0);
    CHECK_THAT(c, file_list_some(o, 7, &list, false) == 0 && list.cookie == 8 && list.words == 4);
    file_close(o);
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CHECK_THAT(c, file_open(wrong[i], 0, &o) == 0);
        CHECK_THAT(c, file_list_some(o, 7, &list, false) == -E_DAMAGED);
        file_close(o);
    }
    CHECK_THAT(c, file_stat(W "/s", &facts) == -E_DAMAGED);
    /* The disk goes on behind the volume. */
    struct cached_page *page;
    struct volume *v;
    const char *rest;
    CHECK_THAT(c, volume_of(W, &v, &rest) == 0);
    mutex_lock(&v->mutex);
    CHECK_THAT(c, volume_block(v, v->blocks, true, &page) == -E_INVALID);
    CHECK_THAT(c, volume_block(v, v->blocks - 1, true, &page) == 0);
    block_cache_release(page);
    mutex_unlock(&v->mutex);
    (void)volume_unmount(W);
}

CHECK(files_no_root, "files/a_way_up_that_does_not_lead_to_the_root_comes_to_an_end") {
    if (!lies_mounted(c))
        return;
    CHECK_THAT(c, file_move(W "/a/x", W "/b/y") == -E_DAMAGED); /* `..` leads to `.` */
    (void)volume_unmount(W);
}

CHECK(files_lies, "files/a_file_system_reaches_nothing_behind_its_volume_and_ends_if_it_loops") {
    static char bytes[BLOCK];
    struct open_file *o;
    struct file_facts facts;
    if (!lies_mounted(c))
        return;
    CHECK_THAT(c, volume_mount_disk("lies", "disk0", BAD, 64, NULL) == -E_BUSY);
    CHECK_THAT(c, file_open(W "/f", 0, &o) == 0);
    CHECK_THAT(c, file_read(o, bytes, sizeof bytes, 0, false) == -E_DAMAGED);
    file_close(o);
    CHECK_THAT(c, file_stat(W "/endless", &facts) == -E_DEAD);
    CHECK_THAT(c, file_open(W "/f", FILE_OPEN_CREATE, &o) == -E_READ_ONLY);
    (void)volume_unmount(W);
}

/* Two volumes of two file systems at once: each is asked of its own. */
CHECK(files_two_systems, "files/a_file_system_is_called_for_its_own_volumes") {
    static const char *const paths[] = {W "/f", E "/f"};
    struct open_file *o[2];
    char byte = 0;
    if (!files_mounted(c, "wfs", "disk0", W, NULL) || !files_mounted(c, "ext2", "disk1", E, NULL))
        return;
    for (unsigned i = 0; i < 2; i++)
        CHECK_THAT(c, file_open(paths[i], FILE_OPEN_CREATE | FILE_OPEN_NEW, &o[i]) == 0);
    for (unsigned i = 0; i < 2; i++)
        CHECK_THAT(c, file_write(o[i], paths[i] + sizeof VOLUMES - 1, 1, 0, false) == 1);
    /* No name of the one is the other's, which has others by the same numbers. */
    CHECK_THAT(c, file_move(W "/f", E "/g") == -E_ELSEWHERE);
    CHECK_THAT(c, file_name_too(E "/f", W "/g") == -E_ELSEWHERE);
    for (unsigned i = 0; i < 2; i++) {
        CHECK_THAT(c, file_forget(o[i]) == 0 && file_read(o[i], &byte, 1, 0, false) == 1);
        CHECK_THAT(c, byte == paths[i][sizeof VOLUMES - 1]);
        file_close(o[i]);
        CHECK_THAT(c, file_remove(paths[i], false) == 0);
    }
    CHECK_THAT(c, volume_unmount(W) == 0 && volume_unmount(E) == 0);
}
