/* SPDX-License-Identifier: MIT */
/* drivers_virtio_regions_test.c -- capabilities as QEMU has them, and with each field wrong. */
#include "drivers/virtio_regions.h"
#include "lib/error.h"
#include "unit.h"

#include <string.h>

static union {
    uint8_t byte[256];
    uint32_t word[64];
} space;

static uint32_t space_read(const struct pci_function *f, unsigned offset) {
    (void)f;
    assert_true(offset % 4 == 0 && offset < 256);
    return space.word[offset / 4];
}

static void capability(struct pci_function *f, unsigned at, unsigned kind, unsigned bar,
                       uint32_t offset, uint32_t length) {
    space.word[at / 4] = 0x09u | 20u << 16 | kind << 24;
    space.word[at / 4 + 1] = bar;
    space.word[at / 4 + 2] = offset;
    space.word[at / 4 + 3] = length;
    f->capability[f->capabilities].id = PCI_CAPABILITY_VENDOR;
    f->capability[f->capabilities++].at = (uint8_t)at;
}

/* As QEMU's disk: one BAR of 16 KiB, a page a kind. */
static struct pci_function disk(void) {
    struct pci_function f = {.bar = {[0] = {.at = 0xc000, .len = 128, .port = true},
                                     [4] = {.at = 0xfe000000, .len = 0x4000}}};
    memset(&space, 0, sizeof space);
    capability(&f, 0x40, 1, 4, 0, 0x1000);
    capability(&f, 0x50, 3, 4, 0x1000, 0x1000);
    capability(&f, 0x60, 4, 4, 0x2000, 0x1000);
    capability(&f, 0x70, 2, 4, 0x3000, 0x1000);
    space.word[0x80 / 4] = 4;
    return f;
}

static void those_of_a_disk_are_found(void **state) {
    struct virtio_regions v;
    struct pci_function f = disk();
    (void)state;
    assert_int_equal(virtio_regions_read(&v, &f, space_read, 60), 0);
    assert_int_equal(v.region[VIRTIO_COMMON].at, 0xfe000000);
    assert_int_equal(v.region[VIRTIO_DEVICE].at, 0xfe002000);
    assert_int_equal(v.region[VIRTIO_NOTIFY].at, 0xfe003000);
    assert_int_equal(v.region[VIRTIO_NOTIFY].len, 0x1000);
    assert_int_equal(v.notify_multiplier, 4);
}

static void one_that_cannot_be_used_is_passed_over_for_the_next(void **state) {
    struct virtio_regions v;
    struct pci_function f = disk();
    (void)state;
    capability(&f, 0x90, 1, 4, 0x2000, 0x1000); /* a second of a kind is not taken */
    assert_int_equal(virtio_regions_read(&v, &f, space_read, 60), 0);
    assert_int_equal(v.region[VIRTIO_COMMON].at, 0xfe000000);
    space.word[0x44 / 4] = 0; /* a BAR of ports: the first is none */
    assert_int_equal(virtio_regions_read(&v, &f, space_read, 60), 0);
    assert_int_equal(v.region[VIRTIO_COMMON].at, 0xfe002000);
}

static void each_that_lies_elsewhere_is_refused(void **state) {
    /* word of the capability, its value: of the common registers */
    static const struct {
        unsigned word;
        uint32_t value;
    } wrong[] = {{1, 0},          {1, 5},      {1, 6},          {1, 0xff},      {2, 0x3001},
                 {2, 0xfffff000}, {2, 0x3fff}, {2, 2},          {3, 0x4001},    {3, 0xffffffff},
                 {3, 55},         {3, 0},      {0, 0x00140009}, {0, 0x06140009}};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct virtio_regions v;
        struct pci_function f = disk();
        space.word[0x40 / 4 + wrong[i].word] = wrong[i].value;
        assert_int_equal(virtio_regions_read(&v, &f, space_read, 60), -E_NOT_FOUND);
    }
    struct virtio_regions v;
    struct pci_function f = disk();
    assert_int_equal(virtio_regions_read(&v, &f, space_read, 0x1001), -E_NOT_FOUND);
}

static void none_reaches_beyond_configuration_space(void **state) {
    struct virtio_regions v;
    struct pci_function f = disk();
    (void)state;
    f.capability[3].at = 0xf0; /* one that notifies is five words long */
    memcpy(&space.byte[0xf0], &space.byte[0x70], 16);
    assert_int_equal(virtio_regions_read(&v, &f, space_read, 60), -E_NOT_FOUND);
    f.capability[0].at = 0xf4;
    assert_int_equal(virtio_regions_read(&v, &f, space_read, 60), -E_NOT_FOUND);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_of_a_disk_are_found),
        cmocka_unit_test(one_that_cannot_be_used_is_passed_over_for_the_next),
        cmocka_unit_test(each_that_lies_elsewhere_is_refused),
        cmocka_unit_test(none_reaches_beyond_configuration_space),
    };
    return cmocka_run_group_tests_name("drivers/virtio_regions", tests, NULL, NULL);
}
