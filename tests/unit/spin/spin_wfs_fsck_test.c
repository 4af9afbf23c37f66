/* SPDX-License-Identifier: MIT */
/* spin_wfs_fsck_test.c -- the host's fsck of wfs, on what no power cut leaves (of that see
 * spin_wfs_test.c). */
#include <string.h>

#include "../../../tools/wfs/wfs_fsck.h"
#include "../../wfs/check.h"
#include "../../wfs/disk.h"
#include "spin/extensions/wfs/format.h"
#include "unit.h"

enum { DISK = 1 << 20 };

static uint8_t disk[DISK];

static void unheard(const char *finding) {
    (void)finding;
}

/* As the first free entry. */
static struct wfs_name *put_name(uint32_t directory, uint32_t node, const char *name) {
    const struct wfs_super *s = (const void *)disk;
    struct wfs_name *e = (void *)(disk + (size_t)s->names * WFS_BLOCK);
    while (e->node)
        e++;
    *e = (struct wfs_name){.directory = directory, .node = node, .bytes = (uint8_t)strlen(name)};
    memcpy(e->name, name, strlen(name));
    return e;
}

static void no_circle_of_directories_is_left(void **state) {
    static struct volume v;
    (void)state;
    assert_int_equal(disk_format(disk, DISK), 0);
    assert_int_equal(disk_mount(&v, disk, DISK, true), 0);
    const long outer = file_create(&v, v.root, "outer", FILE_DIRECTORY);
    const long inner = file_create(&v, (unsigned long)outer, "inner", FILE_DIRECTORY);
    assert_true(outer > 0 && inner > 0);
    disk_unmount(&v);
    const struct wfs_super *s = (const void *)disk;
    struct wfs_node *node = (void *)(disk + (size_t)s->nodes * WFS_BLOCK);
    put_name((uint32_t)inner, (uint32_t)outer, "circle");
    node[outer].parent = (uint32_t)inner;
    put_name(WFS_ROOT, WFS_ROOT, "root");
    assert_int_equal(wfs_fsck(disk, DISK, true, unheard), WFS_MENDED);
    assert_null(wfs_check(disk, DISK, false));
    assert_int_equal(wfs_fsck(disk, DISK, false, unheard), WFS_WELL);
    assert_int_equal(node[outer].parent, WFS_ROOT);
    assert_int_equal(node[inner].parent, outer);
}

static void what_no_volume_has_is_not_called_well(void **state) {
    (void)state;
    assert_int_equal(disk_format(disk, DISK), 0);
    const struct wfs_super *s = (const void *)disk;
    struct wfs_node *node = (void *)(disk + (size_t)s->nodes * WFS_BLOCK);
    node[2] = (struct wfs_node){.kind = FILE_PLAIN, .links = 1};
    put_name(WFS_ROOT, 2, "file");
    node[WFS_ROOT].entries = 1;
    assert_int_equal(wfs_fsck(disk, DISK, true, unheard), WFS_WELL);
    node[2].kind = FILE_SYMLINK;
    assert_int_equal(wfs_fsck(disk, DISK, true, unheard), WFS_DAMAGED);
    node[2].kind = FILE_PLAIN;
    for (unsigned i = 0; i < 2; i++) {
        struct wfs_name *e = put_name(WFS_ROOT, 2, "x");
        e->bytes = i ? WFS_NAME_MAX + 1 : 0;
        assert_int_equal(wfs_fsck(disk, DISK, true, unheard), WFS_MENDED);
        assert_true(e->node == WFS_GONE);
        assert_int_equal(wfs_fsck(disk, DISK, true, unheard), WFS_WELL);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_circle_of_directories_is_left),
        cmocka_unit_test(what_no_volume_has_is_not_called_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
