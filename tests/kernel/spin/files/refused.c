/* SPDX-License-Identifier: MIT */
/* refused.c -- what is refused leaves nothing behind, in the kernel and in directories. */
#include "files.h"

#include "lib/string.h"

#define R    "/svc/volumes/r"
#define F20  "ffffffffffffffffffff"
#define F100 F20 F20 F20 F20 F20

static const struct {
    const char *system, *disk;
} of_test[] = {{"ext2", "disk1"}, {"wfs", "disk0"}};

CHECK(files_no_policy, "files/a_volume_is_not_mounted_with_a_policy_that_is_not_there") {
    /* Where a volume was, and where none ever was. */
    for (unsigned i = 0; i < VOLUMES_MAX; i++) {
        CHECK_THAT(c, volume_mount_disk("wfs", "disk0", R, 64, "nothing") == -E_NOT_FOUND);
        if (!files_mounted(c, "wfs", "disk0", R, NULL))
            return;
        CHECK_THAT(c, volume_mount_disk("ext2", "disk1", R "2", 64, "nothing") == -E_NOT_FOUND);
        CHECK_THAT(c, !disk_object_find("disk1")->claimed && volume_unmount(R) == 0);
    }
}

CHECK(files_dots, "files/nobody_makes_removes_or_renames_a_directorys_dots") {
    static const char *const dots[] = {R "/a/.", R "/a/..", R "/a/b/../.", R "/a/b//..//"};
    struct open_file *o;
    struct file_facts facts;
    for (unsigned i = 0; i < 2; i++) {
        if (!files_mounted(c, of_test[i].system, of_test[i].disk, R, NULL))
            return;
        CHECK_THAT(c, file_mkdir(R "/a") == 0 && file_mkdir(R "/a/b") == 0);
        CHECK_THAT(c, file_open(R "/f", FILE_OPEN_CREATE, &o) == 0);
        file_close(o);
        for (unsigned d = 0; d < sizeof dots / sizeof dots[0]; d++) {
            CHECK_THAT(c, file_mkdir(dots[d]) < 0);
            CHECK_THAT(c, file_remove(dots[d], true) < 0 && file_remove(dots[d], false) < 0);
            CHECK_THAT(c, file_move(dots[d], R "/x") < 0 && file_move(R "/a/b", dots[d]) < 0);
            CHECK_THAT(c, file_move(R "/f", dots[d]) < 0 && file_name_too(R "/f", dots[d]) < 0);
            CHECK_THAT(c, file_symlink("a", dots[d]) < 0);
            CHECK_THAT(c, file_open(dots[d], FILE_OPEN_CREATE, &o) < 0);
        }
        CHECK_THAT(c, file_remove(R "/a/b/.", true) < 0);
        CHECK_THAT(c, file_move(R "/a", R "/a/b/c") == -E_INVALID);
        CHECK_THAT(c, file_stat(R "/a/b/..", &facts) == 0 && file_stat(R "/x", &facts) < 0);
        CHECK_THAT(c, file_remove(R "/a/b", true) == 0 && file_remove(R "/a", true) == 0);
        CHECK_THAT(c, file_remove(R "/f", false) == 0 && volume_unmount(R) == 0);
    }
}

CHECK(files_links, "files/a_path_leads_through_eight_links_and_no_further_than_there_is_room") {
    static char path[] = R "/l0", to[] = "l1", far[201], long_path[] = R "/far/" F100 F100;
    struct file_facts facts;
    if (!files_mounted(c, "ext2", "disk1", R, NULL))
        return;
    CHECK_THAT(c, file_mkdir(R "/l0") == 0);
    for (unsigned i = 1; i < 10; i++) {
        path[sizeof path - 2] = (char)('0' + i);
        to[1] = (char)('0' + i - 1);
        CHECK_THAT(c, file_symlink(to, path) == 0);
    }
    CHECK_THAT(c, file_stat(R "/l8", &facts) == 0 && facts.kind == FILE_DIRECTORY);
    CHECK_THAT(c, file_stat(R "/l9", &facts) == -E_INVALID);
    CHECK_THAT(c, file_symlink("loop", R "/loop") == 0);
    CHECK_THAT(c, file_stat(R "/loop", &facts) == -E_INVALID);
    CHECK_THAT(c, file_stat(R "/loop/f", &facts) == -E_INVALID);
    /* What the link leads to and what is left of the path are together too long for one. */
    memset(far, 'a', sizeof far - 1);
    CHECK_THAT(c, file_symlink(far, R "/far") == 0);
    CHECK_THAT(c, file_stat(long_path, &facts) == -E_TOO_LONG);
    CHECK_THAT(c, file_stat(R "/far/f", &facts) == -E_NOT_FOUND);
    for (unsigned i = 1; i < 10; i++) {
        path[sizeof path - 2] = (char)('0' + i);
        CHECK_THAT(c, file_remove(path, false) == 0);
    }
    CHECK_THAT(c, file_remove(R "/loop", false) == 0 && file_remove(R "/far", false) == 0);
    CHECK_THAT(c, file_remove(R "/l0", true) == 0 && volume_unmount(R) == 0);
}
