/* SPDX-License-Identifier: MIT */
/* boot_disks_test.c -- the disks that an experiment's devices become: their bytes, what is told of
 * them, and what cannot be made. */
#include "base/process.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/tree.h"
#include "experiment/boot_disks.h"
#include "scratch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct experiment *of(const char *name, const char *disks) {
    struct failure why;
    char *text = text_format("title: T\nquestion: Q\nunit: call\nsystems: [exo]\n"
                             "devices: {disks: [%s]}\n",
                             disks);
    struct experiment *e = experiment_parse(name, "x.yaml", text, strlen(text), &why);
    free(text);
    assert_non_null(e);
    return e;
}

static struct experiment *with(const char *disks) {
    return of("disk", disks);
}

static void each_disk_is_as_long_and_as_full_as_it_is_said_to_be(void **state) {
    struct boot_disks d;
    struct failure why;
    struct texts told = {0};
    uint16_t magic = 1;
    struct stat is;
    (void)state;
    struct experiment *e = with("{size: 1MiB}, {size: 2MiB, backend: null}, "
                                "{size: 4MiB, content: ext2}, {size: 8MiB, content: ext4}");
    assert_int_equal(boot_disks_make(&d, e, &told, &why), 0);
    assert_int_equal(d.count, 4);
    static const off_t sizes[] = {1 << 20, 0, 4 << 20, 8 << 20};
    for (unsigned i = 0; i < 4; i++) {
        if (i == 1)
            continue;
        assert_int_equal(fstat(d.disk[i].fd, &is), 0);
        assert_int_equal(is.st_size, sizes[i]);
        assert_int_equal(pread(d.disk[i].fd, &magic, 2, 1024 + 56), 2);
        assert_int_equal(magic, i ? 0xef53 : 0); /* of ext2's superblock */
    }
    assert_int_equal(d.disk[1].fd, -1);
    assert_int_equal(d.disk[1].bytes, 2 << 20);
    assert_string_equal(told.items[0], /* the hash of a mebibyte of zeros */
                        "size=1MiB content=zero backend=memory sha256="
                        "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58");
    assert_string_equal(told.items[1], "size=2MiB content=zero backend=null");
    boot_disks_close(&d);
    experiment_free(e);
    texts_free(&told);
}

static void a_file_system_is_the_same_each_time_and_each_disk_a_copy_of_its_own(void **state) {
    struct boot_disks one, two;
    struct failure why;
    struct texts told = {0};
    (void)state;
    struct experiment *e = with("{size: 2MiB, content: ext2}");
    assert_int_equal(boot_disks_make(&one, e, &told, &why), 0);
    assert_int_equal(pwrite(one.disk[0].fd, "x", 1, 5000), 1);
    assert_int_equal(boot_disks_make(&two, e, &told, &why), 0);
    assert_string_equal(told.items[0], told.items[1]);
    boot_disks_close(&one);
    boot_disks_close(&two);
    boot_disks_close(&two);
    experiment_free(e);
    texts_free(&told);
}

static void a_volume_has_its_file_system_by_the_tool_of_the_tree(void **state) {
    struct boot_disks one;
    struct failure why;
    struct texts told = {0};
    (void)state;
    scoped_text char *tool = tree_path("build/host/xn");
    if (access(tool, X_OK))
        skip();
    struct experiment *e = of("engine", "{size: 4MiB, content: 'cffs:programs'}, "
                                        "{size: 4MiB, content: 'alfs:programs'}");
    assert_int_equal(boot_disks_make(&one, e, &told, &why), 0);
    for (unsigned i = 0; i < 2; i++) {
        scoped_text char *image = text_format("/proc/%d/fd/%d", getpid(), one.disk[i].fd);
        scoped_text char *info =
            process_read((const char *[]){tool, "info", image, NULL}, true, NULL);
        assert_non_null(strstr(info, i ? "root alfs" : "root cffs"));
        assert_non_null(strstr(info, ", clean"));
    }
    assert_non_null(strstr(told.items[1], "content=alfs:programs"));
    boot_disks_close(&one);
    experiment_free(e);
    texts_free(&told);
}

static void what_is_kept_goes_when_the_run_goes(void **state) {
    struct boot_disks d;
    struct failure why;
    struct folder folder;
    (void)state;
    struct experiment *e = with("{size: 1MiB, log: writes}");
    scoped_text char *run = text_format("%s/run", scratch);
    assert_int_equal(boot_disks_make(&d, e, NULL, &why), 0);
    assert_int_equal(folder_create(&folder, run, true, &why), 0);
    assert_int_equal(boot_disks_keep(&d, &folder, "floor.0", &why), 0);
    scoped_text char *image = text_format("%s/disks/floor.0.0.img", run);
    scoped_text char *log = text_format("%s/disks/floor.0.0.log", run);
    assert_int_equal(access(image, F_OK) | access(log, F_OK), 0);
    folder_close(&folder);
    assert_int_equal(folder_create(&folder, run, true, &why), 0);
    assert_int_not_equal(access(image, F_OK), 0);
    assert_int_not_equal(access(log, F_OK), 0);
    folder_close(&folder);
    boot_disks_close(&d);
    experiment_free(e);
}

static void a_folder_that_the_experiment_lacks_is_named(void **state) {
    struct boot_disks d;
    struct failure why;
    (void)state;
    struct experiment *e = with("{size: 2MiB, content: 'folder:nowhere'}");
    assert_int_equal(boot_disks_shape(&d, e, &why), STATUS_EXPERIMENT);
    assert_string_equal(why.text, "x.yaml:5: devices.disks[0].content: experiments/disk/nowhere: "
                                  "No such file or directory");
    experiment_free(e);
}

static void without_devices_there_is_none(void **state) {
    struct boot_disks d;
    struct failure why;
    (void)state;
    assert_int_equal(boot_disks_make(&d, NULL, NULL, &why), 0);
    assert_int_equal(d.count, 0);
    assert_int_equal(boot_disks_shape(&d, NULL, &why), 0);
    assert_int_equal(d.count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_disk_is_as_long_and_as_full_as_it_is_said_to_be),
        cmocka_unit_test(a_file_system_is_the_same_each_time_and_each_disk_a_copy_of_its_own),
        cmocka_unit_test(a_volume_has_its_file_system_by_the_tool_of_the_tree),
        cmocka_unit_test_setup_teardown(what_is_kept_goes_when_the_run_goes, scratch_make,
                                        scratch_remove),
        cmocka_unit_test(a_folder_that_the_experiment_lacks_is_named),
        cmocka_unit_test(without_devices_there_is_none),
    };
    return cmocka_run_group_tests_name("experiment/boot_disks", tests, NULL, NULL);
}
