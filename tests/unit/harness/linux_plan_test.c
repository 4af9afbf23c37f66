/* SPDX-License-Identifier: MIT */
/* linux_plan_test.c -- the archive that Linux gets: as long whatever is asked for, and one that
 * cpio understands. */
#include "guest/linux_plan.h"
#include "base/process.h"
#include "base/status.h"
#include "base/text.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An initramfs of LENGTH bytes, here only something in front. */
static char *some_initramfs(size_t length) {
    char *path = text_copy("/tmp/linux_plan_test-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0 && !ftruncate(fd, (off_t)length));
    close(fd);
    return path;
}

static off_t size_with(const char *initramfs, const char *plan) {
    struct failure why;
    struct stat status = {0};
    int fd = linux_initrd(initramfs, plan, &(struct guest_devices){0}, &why);
    assert_true(fd >= 0 && !fstat(fd, &status));
    close(fd);
    return status.st_size;
}

static void every_plan_has_one_size(void **state) {
    (void)state;
    char *path = some_initramfs(1001), longest[LINUX_PLAN_BYTES];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    off_t size = size_with(path, "");
    assert_int_equal(size % 4, 0);
    assert_int_equal(size_with(path, "run=0-14 clock=icount"), size);
    assert_int_equal(size_with(path, longest), size);
    unlink(path);
    free(path);
}

static void a_plan_too_long_is_refused(void **state) {
    (void)state;
    char plan[LINUX_PLAN_BYTES + 1];
    struct failure why;
    memset(plan, 'x', sizeof plan - 1);
    plan[sizeof plan - 1] = '\0';
    assert_int_equal(linux_initrd("/dev/null", plan, &(struct guest_devices){0}, &why), -1);
    assert_int_equal(why.status, STATUS_USAGE);
}

static void an_initramfs_that_is_missing_is_named(void **state) {
    (void)state;
    struct failure why;
    assert_int_equal(linux_initrd("/nowhere/initramfs.cpio", "", &(struct guest_devices){0}, &why),
                     -1);
    assert_int_equal(why.status, STATUS_MISSING);
    assert_non_null(strstr(why.text, "/nowhere/initramfs.cpio"));
}

static void cpio_finds_the_plan(void **state) {
    (void)state;
    struct failure why;
    char *path = some_initramfs(0);
    int fd = linux_initrd(path, "run=7", &(struct guest_devices){0}, &why), status;
    assert_true(fd >= 0);
    unlink(path);
    free(path);
    char *command = text_format("cpio --quiet -i --to-stdout plan < /proc/%d/fd/%d", getpid(), fd);
    char *found = process_read((const char *[]){"sh", "-c", command, NULL}, false, &status);
    assert_int_equal(status, 0);
    assert_string_equal(found, "run=7"); /* process_read drops the newlines behind it */
    free(found);
    free(command);
    close(fd);
}

/* Behind the plan: what to do, and of each disk the blocks that are not zero. */
static void disks_come_as_their_blocks(void **state) {
    (void)state;
    struct failure why;
    char *path = some_initramfs(0), block[4096];
    struct qemu_disk disks[] = {{.fd = qemu_memory("one"), .bytes = 1 << 20},
                                {.fd = -1, .bytes = 2 << 20}};
    memset(block, 7, sizeof block);
    assert_true(disks[0].fd >= 0 && !ftruncate(disks[0].fd, 1 << 20));
    assert_int_equal(pwrite(disks[0].fd, block, 1, 3 * 4096 + 5), 1);
    assert_int_equal(pwrite(disks[0].fd, block, sizeof block, 255 * 4096), sizeof block);
    int fd = linux_initrd(path, "run=7", &(struct guest_devices){.disks = disks, .count = 2}, &why),
        status;
    assert_true(fd >= 0);
    char *command = text_format("cpio --quiet -i --to-stdout devices < /proc/%d/fd/%d | tail -n 3;"
                                "cpio --quiet -i --to-stdout disk0 < /proc/%d/fd/%d | wc -c;"
                                "cpio --quiet -i --to-stdout disk1 < /proc/%d/fd/%d | wc -c",
                                getpid(), fd, getpid(), fd, getpid(), fd);
    char *found = process_read((const char *[]){"sh", "-c", command, NULL}, false, &status);
    assert_int_equal(status, 0);
    assert_string_equal(found, "module brd.ko rd_nr=2 rd_size=2048\ndisk 0\ndisk 1\n8208\n0");
    unlink(path);
    free(path);
    free(found);
    free(command);
    close(fd);
    close(disks[0].fd);
}

/* Interfaces alone: their drivers behind what those need, and no disks; with disks' drivers, each
 * module once. */
static void interfaces_come_with_their_drivers(void **state) {
    (void)state;
    struct failure why;
    char *path = some_initramfs(0);
    for (int virtio = 0; virtio < 2; virtio++) {
        const struct guest_devices devices = {.nics = true, .virtio = virtio};
        int fd = linux_initrd(path, "run=7", &devices, &why), status;
        assert_true(fd >= 0);
        char *command =
            text_format("cpio --quiet -i --to-stdout devices < /proc/%d/fd/%d", getpid(), fd);
        char *found = process_read((const char *[]){"sh", "-c", command, NULL}, false, &status);
        assert_int_equal(status, 0);
        const char *ring = strstr(found, "module virtio_ring.ko "),
                   *net = strstr(found, "module virtio_net.ko ");
        assert_true(ring && net && ring < net && !strstr(ring + 1, "module virtio_ring.ko "));
        assert_int_equal(!!strstr(found, "module virtio_blk.ko "), virtio);
        assert_null(strstr(found, "brd"));
        free(command);
        free(found);
        close(fd);
    }
    unlink(path);
    free(path);
}

/* Files that the boot brings, in a folder that is made before them. */
static void files_come_in_their_folder(void **state) {
    (void)state;
    struct failure why;
    struct texts files = {0};
    char *path = some_initramfs(0);
    texts_take(&files, text_format("sends/1:%s", path));
    int fd = linux_initrd(path, "run=7", &(struct guest_devices){.files = &files}, &why), status;
    assert_true(fd >= 0);
    char *command = text_format("cpio --quiet -t < /proc/%d/fd/%d", getpid(), fd);
    char *found = process_read((const char *[]){"sh", "-c", command, NULL}, false, &status);
    assert_int_equal(status, 0);
    assert_string_equal(found, "plan\nsends\nsends/1");
    texts_add(&files, "sends/2:/nowhere/capture.pcap");
    assert_int_equal(linux_initrd(path, "", &(struct guest_devices){.files = &files}, &why), -1);
    assert_true(why.status == STATUS_MISSING && strstr(why.text, "/nowhere/capture.pcap"));
    unlink(path);
    free(path);
    free(command);
    free(found);
    texts_free(&files);
    close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_plan_has_one_size),
        cmocka_unit_test(a_plan_too_long_is_refused),
        cmocka_unit_test(an_initramfs_that_is_missing_is_named),
        cmocka_unit_test(cpio_finds_the_plan),
        cmocka_unit_test(disks_come_as_their_blocks),
        cmocka_unit_test(interfaces_come_with_their_drivers),
        cmocka_unit_test(files_come_in_their_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
