/* SPDX-License-Identifier: MIT */
/* machine_boot_read_test.c -- loaders' tables out of a memory of a few KiB: what is there is read,
 * and each thing that cannot be right is refused by name, alone. */
#include "machine/boot/boot_read.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* Physical memory: MEMORY bytes at BASE, and nothing else. */
enum {
    BASE = 0x9000,
    MEMORY = 0x18000,
    INFO = BASE + 0x100,
    MAP = BASE + 0x200,
    LINE = BASE + 0x800,
    MODULES = BASE + 0x400,
    ARCHIVE = BASE + 0x500
};
static uint8_t memory[MEMORY];

static const void *bytes(uint64_t at, uint64_t len) {
    if (at < BASE || at - BASE > MEMORY || len > MEMORY - (at - BASE))
        return NULL;
    return memory + (at - BASE);
}

static void put(uint64_t at, const void *from, size_t n) {
    assert_true(bytes(at, n) != NULL);
    memcpy(memory + (at - BASE), from, n);
}

static struct boot_info boot;
static struct memory_map map;

static const char *read_with(boot_reader *reader, uint64_t tables) {
    memset(&boot, 0, sizeof boot);
    memset(&map, 0xee, sizeof map);
    return reader(&boot, &map, bytes, tables);
}

/* ---- PVH ---- */

static struct pvh_start_info pvh;

static void pvh_begin(void) {
    memset(memory, 0, sizeof memory);
    pvh = (struct pvh_start_info){.magic = PVH_MAGIC,
                                  .version = 1,
                                  .modules = 2,
                                  .module_list = MODULES,
                                  .command_line = LINE,
                                  .rsdp = 0xf1234,
                                  .memory_map = MAP,
                                  .memory_map_entries = 3};
    put(MODULES, &(struct pvh_module){.start = ARCHIVE, .len = 0x123}, sizeof(struct pvh_module));
    put(LINE, "run=all clock=tsc", 18);
}

static const char *pvh_read(void) {
    put(INFO, &pvh, sizeof pvh);
    return read_with(boot_read_pvh, INFO);
}

static void pvh_is_read(void **state) {
    (void)state;
    pvh_begin();
    assert_null(pvh_read());
    assert_string_equal(boot.route, "pvh");
    assert_string_equal(boot.command_line, "run=all clock=tsc");
    assert_int_equal(boot.command_line_bytes, 17);
    assert_int_equal(boot.modules, 2);
    assert_int_equal(boot.archive.start.at, ARCHIVE);
    assert_int_equal(boot.archive.len_bytes, 0x123);
    assert_int_equal(boot.rsdp.at, 0xf1234);
    assert_int_equal(map.count, 3);
    assert_int_equal(map.entry_len, 24);
    assert_ptr_equal(map.entries, bytes(MAP, 72));
    pvh.command_line = 0;
    assert_null(pvh_read());
    assert_string_equal(boot.command_line, "");
}

static void damaged_pvh_tables_are_refused(void **state) {
    (void)state;
    pvh_begin();
    assert_non_null(strstr(read_with(boot_read_pvh, 0), "start info lies"));
    assert_non_null(
        strstr(read_with(boot_read_pvh, BASE + MEMORY - sizeof pvh + 1), "start info lies"));
    assert_non_null(strstr(read_with(boot_read_pvh, -8ul), "start info lies"));
    pvh.magic++;
    assert_non_null(strstr(pvh_read(), "magic number"));
    pvh_begin();
    pvh.version = 0;
    assert_non_null(strstr(pvh_read(), "no memory map"));
    pvh_begin();
    pvh.memory_map_entries = 0;
    assert_non_null(strstr(pvh_read(), "no memory map"));
    pvh.memory_map_entries = MEMORY_ENTRIES_MAX;
    assert_null(pvh_read());
    pvh.memory_map_entries++;
    assert_non_null(strstr(pvh_read(), "too many entries"));
    pvh.memory_map_entries = UINT32_MAX;
    assert_non_null(strstr(pvh_read(), "too many entries"));
    pvh.memory_map_entries = 3;
    static const uint64_t nowhere[] = {0, BASE + MEMORY - 71, 1ul << 40, -24ul, -1ul};
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        pvh.memory_map = nowhere[i];
        assert_non_null(strstr(pvh_read(), "memory map lies"));
    }
    pvh_begin();
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        pvh.module_list = nowhere[i] == BASE + MEMORY - 71 ? BASE + MEMORY - 31 : nowhere[i];
        assert_non_null(strstr(pvh_read(), "list of modules lies"));
        pvh_begin();
        struct pvh_module module = {.start = nowhere[i], .len = 72};
        put(MODULES, &module, sizeof module);
        assert_non_null(strstr(pvh_read(), "a module lies"));
        module = (struct pvh_module){.start = ARCHIVE, .len = i ? nowhere[i] : 0};
        put(MODULES, &module, sizeof module);
        assert_non_null(strstr(pvh_read(), "a module lies"));
    }
    pvh_begin();
    pvh.modules = 0; /* then whatever lies there is no list */
    pvh.module_list = 0;
    assert_null(pvh_read());
    assert_int_equal(boot.archive.len_bytes, 0);
    pvh_begin();
    for (size_t i = 1; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        pvh.command_line = nowhere[i] == BASE + MEMORY - 71 ? BASE + MEMORY : nowhere[i];
        assert_non_null(strstr(pvh_read(), "command line lies"));
    }
}

/* A line of n bytes at the end of memory, with its NUL or without. */
static const char *line_at_end(size_t n, bool ended) {
    pvh_begin();
    pvh.command_line = BASE + MEMORY - n - ended;
    memset(memory + MEMORY - n - ended, 'x', n);
    return pvh_read();
}

static void a_command_line_is_taken_whole_or_not_at_all(void **state) {
    (void)state;
    assert_null(line_at_end(BOOT_COMMAND_LINE_MAX - 1, true));
    assert_int_equal(strlen(boot.command_line), BOOT_COMMAND_LINE_MAX - 1);
    assert_int_equal(boot.command_line_bytes, BOOT_COMMAND_LINE_MAX - 1);
    assert_null(line_at_end(BOOT_COMMAND_LINE_MAX, true));
    assert_string_equal(boot.command_line, "");
    assert_int_equal(boot.command_line_bytes, BOOT_COMMAND_LINE_MAX);
    assert_null(line_at_end(5000, true));
    assert_int_equal(boot.command_line_bytes, 5000);
    assert_null(line_at_end(0x10001, true)); /* counted up to 64 KiB */
    assert_int_equal(boot.command_line_bytes, 0x10000);
    assert_non_null(strstr(line_at_end(100, false), "command line lies"));
}

/* ---- multiboot2 ---- */

static uint32_t length; /* of the information so far */

static void multiboot2_begin(void) {
    memset(memory, 0, sizeof memory);
    length = 8;
}

static void tag(uint32_t type, uint32_t len, const void *data, size_t n) {
    put(INFO + length, &type, 4);
    put(INFO + length + 4, &len, 4);
    put(INFO + length + 8, data, n);
    length += ((uint32_t)n + 8 + 7) & -8u;
}

static void tag_map(uint32_t entry_len, uint32_t count) {
    uint8_t data[8 + 10 * 64] = {0};
    memcpy(data, &entry_len, 4);
    tag(TAG_MEMORY_MAP, 16 + entry_len * count, data, 8 + (size_t)entry_len * count);
}

static void tag_module(uint32_t start, uint32_t end) {
    const uint32_t bounds[2] = {start, end};
    tag(TAG_MODULE, 16, bounds, sizeof bounds);
}

static const char *multiboot2_read(void) {
    put(INFO, &length, 4);
    return read_with(boot_read_multiboot2, INFO);
}

static const char *multiboot2_end(void) {
    tag(TAG_END, 8, "", 0);
    return multiboot2_read();
}

static void multiboot2_is_read(void **state) {
    static const uint8_t old[20] = "RSD PTR old", new[36] = "RSD PTR new";
    (void)state;
    for (int round = 0; round < 2; round++) {
        multiboot2_begin();
        tag(TAG_COMMAND_LINE, 8 + 8, "run=all", 8);
        tag(round ? TAG_ACPI_OLD : TAG_ACPI_NEW, round ? 28 : 44, round ? old : new,
            round ? 20 : 36);
        tag_module(ARCHIVE, ARCHIVE + 0x123);
        tag_map(32, 5);
        tag_module(0, -1u); /* nobody looks at it */
        tag(round ? TAG_ACPI_NEW : TAG_ACPI_OLD, round ? 44 : 28, round ? new : old,
            round ? 36 : 20);
        tag(99, 11, "abc", 3);
        assert_null(multiboot2_end());
        assert_string_equal(boot.route, "multiboot2");
        assert_string_equal(boot.command_line, "run=all");
        assert_int_equal(boot.command_line_bytes, 7);
        assert_int_equal(boot.modules, 2);
        assert_int_equal(boot.archive.start.at, ARCHIVE);
        assert_int_equal(boot.archive.len_bytes, 0x123);
        assert_int_equal(map.count, 5);
        assert_int_equal(map.entry_len, 32);
        assert_memory_equal(boot.rsdp_copy, new, 36);
    }
    multiboot2_begin();
    tag(TAG_ACPI_OLD, 28, old, 20);
    tag_map(24, 1);
    assert_null(multiboot2_end());
    assert_memory_equal(boot.rsdp_copy, old, 20);
    for (size_t i = 20; i < 36; i++)
        assert_int_equal(boot.rsdp_copy[i], 0);
}

static const char *module_read(uint32_t start, uint32_t end) {
    multiboot2_begin();
    tag_map(24, 1);
    tag_module(start, end);
    return multiboot2_end();
}

static void modules_that_cannot_be_are_refused(void **state) {
    (void)state;
    assert_null(module_read(ARCHIVE, ARCHIVE + 1));
    assert_non_null(strstr(module_read(ARCHIVE, ARCHIVE), "a module lies"));
    assert_non_null(strstr(module_read(ARCHIVE, ARCHIVE - 1), "ends before it begins"));
    assert_non_null(strstr(module_read(0, 8), "a module lies"));
    assert_non_null(strstr(module_read(ARCHIVE, -1u), "a module lies"));
    multiboot2_begin();
    tag(TAG_MODULE, 15, "0123456", 7);
    assert_non_null(strstr(multiboot2_end(), "module is cut"));
}

static void damaged_multiboot2_tables_are_refused(void **state) {
    (void)state;
    multiboot2_begin();
    assert_non_null(strstr(read_with(boot_read_multiboot2, 4), "information lies"));
    assert_non_null(strstr(multiboot2_read(), "no end tag"));
    assert_non_null(strstr(multiboot2_end(), "no memory map"));
    tag_map(24, 3); /* behind the end */
    assert_non_null(strstr(multiboot2_read(), "no memory map"));

    multiboot2_begin();
    tag_map(24, 3);
    assert_non_null(strstr(multiboot2_read(), "no end tag"));
    length = MEMORY;
    assert_non_null(strstr(multiboot2_read(), "longer than memory"));
    length = UINT32_MAX;
    assert_non_null(strstr(multiboot2_read(), "longer than memory"));
    length = 3;
    assert_non_null(strstr(multiboot2_read(), "no end tag"));

    static const uint32_t lengths[] = {0, 7, 25, 0x10000, UINT32_MAX - 6, UINT32_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        multiboot2_begin();
        tag(TAG_COMMAND_LINE, lengths[i], "run=all", 8);
        assert_non_null(strstr(multiboot2_end(), "impossible length"));
    }
    static const uint32_t entry_lengths[] = {0, 23, 1000, UINT32_MAX};
    for (size_t i = 0; i < sizeof entry_lengths / sizeof entry_lengths[0]; i++) {
        multiboot2_begin();
        tag(TAG_MEMORY_MAP, 8 + 8 + 48, (uint32_t[14]){entry_lengths[i]}, 56);
        assert_non_null(strstr(multiboot2_end(), "entries of an impossible length"));
    }
    multiboot2_begin();
    tag(TAG_MEMORY_MAP, 8 + 4, (uint32_t[]){24}, 4);
    assert_non_null(strstr(multiboot2_end(), "map is cut"));
    multiboot2_begin();
    tag(TAG_MEMORY_MAP, 8 + 8 + 24 * (MEMORY_ENTRIES_MAX + 1), (uint32_t[2]){24}, 8);
    length += 24 * (MEMORY_ENTRIES_MAX + 1);
    assert_non_null(strstr(multiboot2_end(), "too many entries"));
}

static void a_string_ends_with_its_tag(void **state) {
    static char line[BOOT_COMMAND_LINE_MAX + 8];
    (void)state;
    memset(line, 'x', sizeof line);
    for (size_t n = BOOT_COMMAND_LINE_MAX - 2; n <= BOOT_COMMAND_LINE_MAX + 1; n++) {
        multiboot2_begin();
        tag_map(24, 1);
        tag(TAG_COMMAND_LINE, (uint32_t)(8 + n), line, n);
        assert_null(multiboot2_end());
        assert_int_equal(boot.command_line_bytes, n);
        assert_int_equal(strlen(boot.command_line), n < BOOT_COMMAND_LINE_MAX ? n : 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pvh_is_read),
        cmocka_unit_test(damaged_pvh_tables_are_refused),
        cmocka_unit_test(a_command_line_is_taken_whole_or_not_at_all),
        cmocka_unit_test(multiboot2_is_read),
        cmocka_unit_test(modules_that_cannot_be_are_refused),
        cmocka_unit_test(damaged_multiboot2_tables_are_refused),
        cmocka_unit_test(a_string_ends_with_its_tag),
    };
    return cmocka_run_group_tests_name("machine/boot_read", tests, NULL, NULL);
}
