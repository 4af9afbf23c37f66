/* SPDX-License-Identifier: MIT */
/* machine_acpi_test.c -- ACPI tables out of bytes: what is there is found, what is cut or wrong is
 * not. */
#include "machine/device/acpi_table.h"
#include "unit.h"

#include <string.h>

static uint8_t table[256];

/* A table of this length with a right sum. */
static void finish(const char *signature, uint32_t len) {
    uint8_t sum = 0;
    memcpy(table, signature, 4);
    memcpy(table + 4, &len, 4);
    table[9] = 0;
    for (uint32_t i = 0; i < len; i++)
        sum = (uint8_t)(sum + table[i]);
    table[9] = (uint8_t)-sum;
}

static void a_table_is_valid_by_signature_length_and_sum(void **state) {
    (void)state;
    memset(table, 7, sizeof table);
    finish("APIC", 100);
    assert_true(acpi_table_valid(table, 100, "APIC"));
    assert_true(acpi_table_valid(table, sizeof table, "APIC"));
    assert_false(acpi_table_valid(table, 99, "APIC"));
    assert_false(acpi_table_valid(table, 100, "FACP"));
    table[50]++;
    assert_false(acpi_table_valid(table, 100, "APIC"));
    finish("APIC", 35);
    assert_false(acpi_table_valid(table, 100, "APIC"));
}

static const uint8_t madt_entries[] = {
    0, 8,  0, 5, 1, 0, 0,    0,                             /* CPU 5, enabled */
    0, 8,  1, 6, 0, 0, 0,    0,                             /* CPU 6, never to be used */
    0, 8,  2, 7, 2, 0, 0,    0,                             /* CPU 7, may come online */
    1, 12, 0, 0, 0, 0, 0xc0, 0xfe, 24, 0, 0, 0,             /* I/O APIC at 0xfec00000, from 24 */
    9, 16, 0, 0, 0, 1, 0,    0,    1,  0, 0, 0, 0, 0, 0, 0, /* CPU 0x100, by x2APIC */
};

static struct acpi_info madt(size_t n) {
    struct acpi_info a = {0};
    acpi_read_madt(&a, table, n);
    return a;
}

static void more_cpus_than_there_is_room_for_are_left_out(void **state) {
    static uint8_t entries[44 + 8 * (ACPI_CPUS_MAX + 1)];
    struct {
        struct acpi_info a;
        uint32_t behind;
    } read = {.behind = 0};
    (void)state;
    for (unsigned i = 0; i <= ACPI_CPUS_MAX; i++)
        memcpy(entries + 44 + 8 * i, "\0\x08\0\x01\x01\0\0\0", 8);
    assert_true(acpi_read_madt(&read.a, entries, sizeof entries));
    assert_int_equal(read.a.cpus, ACPI_CPUS_MAX);
    assert_int_equal(read.behind, 0);
}

static void the_madt_tells_cpus_and_apics(void **state) {
    (void)state;
    memset(table, 0, sizeof table);
    memcpy(table + 36, "\0\0\xe0\xfe", 4);
    memcpy(table + 44, madt_entries, sizeof madt_entries);
    struct acpi_info a = madt(44 + sizeof madt_entries);
    assert_int_equal(a.local_apic.at, 0xfee00000);
    assert_int_equal(a.io_apics, 1);
    assert_int_equal(a.io_apic[0].at.at, 0xfec00000);
    assert_int_equal(a.io_apic[0].gsi, 24);
    assert_int_equal(a.cpus, 3);
    assert_int_equal(a.apic_id[0], 5);
    assert_int_equal(a.apic_id[1], 7);
    assert_int_equal(a.apic_id[2], 0x100);
    for (size_t n = 0; n < 44 + sizeof madt_entries; n++)
        assert_true(madt(n).cpus <= 3);
    table[45] = 0; /* an entry of no length would never end */
    assert_int_equal(madt(44 + sizeof madt_entries).cpus, 0);
    struct acpi_info b = {0};
    assert_false(acpi_read_madt(&b, table, 44 + sizeof madt_entries));
    table[45] = 255;
    assert_int_equal(madt(44 + sizeof madt_entries).cpus, 0);
}

/* A MADT of these entries. */
static struct acpi_info madt_of(const uint8_t *entries, size_t len) {
    memset(table, 0, sizeof table);
    memcpy(table + 36, "\0\0\xe0\xfe", 4);
    memcpy(table + 44, entries, len);
    return madt(44 + len);
}

static void assert_line(const struct acpi_info *a, unsigned line, uint32_t gsi, bool level,
                        bool low) {
    assert_int_equal(a->isa[line].gsi, gsi);
    assert_int_equal(a->isa[line].level, level);
    assert_int_equal(a->isa[line].low, low);
}

static void isa_lines_arrive_where_the_overrides_say(void **state) {
    static const uint8_t entries[] = {
        2, 10, 0, 0,  2,  0, 0, 0,    0x0, 0,       /* line 0 at GSI 2, as the bus has it */
        2, 10, 0, 9,  9,  0, 0, 0,    0xd, 0,       /* 9: high, level */
        2, 10, 0, 10, 0,  0, 1, 0x80, 0x7, 0,       /* 10 at GSI 0x80010000: low, edge */
        2, 12, 0, 11, 1,  2, 3, 4,    0xf, 0, 0, 0, /* 11, longer than it need be: low, level */
        2, 10, 0, 15, 15, 0, 0, 0,    0x5, 0,       /* 15: high, edge, said in full */
    };
    (void)state;
    struct acpi_info a = madt_of(entries, sizeof entries);
    assert_line(&a, 0, 2, false, false);
    assert_line(&a, 1, 1, false, false); /* nobody said anything */
    assert_line(&a, 9, 9, true, false);
    assert_line(&a, 10, 0x80010000, false, true);
    assert_line(&a, 11, 0x04030201, true, true);
    assert_line(&a, 15, 15, false, false);
}

static void an_override_that_cannot_be_is_left_out(void **state) {
    static const uint8_t entries[][10] = {
        {2, 10, 1, 4, 20, 0, 0, 0, 0xf, 0},   /* another bus */
        {2, 10, 0, 16, 20, 0, 0, 0, 0xf, 0},  /* a line that ISA does not have */
        {2, 10, 0, 255, 20, 0, 0, 0, 0xf, 0}, /* the same */
        {2, 10, 0, 4, 20, 0, 0, 0, 0x2, 0},   /* a reserved polarity */
        {2, 10, 0, 4, 20, 0, 0, 0, 0x8, 0},   /* a reserved trigger */
    };
    (void)state;
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        struct acpi_info a = madt_of(entries[i], sizeof entries[i]);
        for (unsigned line = 0; line < ACPI_ISA_LINES; line++)
            assert_line(&a, line, line, false, false);
    }
}

static void the_local_apics_address_may_be_overridden(void **state) {
    static const uint8_t entry[] = {5, 12, 0, 0, 0, 0x10, 0, 0, 1, 0, 0, 0};
    (void)state;
    assert_int_equal(madt_of(entry, sizeof entry).local_apic.at, 0x100001000);
    assert_int_equal(madt_of(entry, sizeof entry - 1).local_apic.at, 0xfee00000);
}

static void every_io_apic_is_read_once(void **state) {
    uint8_t entries[(ACPI_IO_APICS_MAX + 1) * 12];
    (void)state;
    for (unsigned i = 0; i <= ACPI_IO_APICS_MAX; i++) {
        const uint8_t entry[12] = {1,    12,   (uint8_t)i,       0, 0, (uint8_t)(i * 16),
                                   0xc0, 0xfe, (uint8_t)(i * 24)};
        memcpy(entries + i * sizeof entry, entry, sizeof entry);
    }
    struct acpi_info a = madt_of(entries, 2 * 12);
    assert_int_equal(a.io_apics, 2);
    assert_int_equal(a.io_apic[1].at.at, 0xfec01000);
    assert_int_equal(a.io_apic[1].gsi, 24);
    entries[12 + 5] = 0; /* the second where the first is */
    assert_int_equal(madt_of(entries, 2 * 12).io_apics, 1);
    memset(entries + 4, 0, 4); /* the first has no address */
    assert_int_equal(madt_of(entries, 12).io_apics, 0);
}

static void more_io_apics_than_there_is_room_for_are_left_out(void **state) {
    struct acpi_info a = {0};
    uint8_t entry[12] = {1, 12};
    (void)state;
    for (unsigned i = 1; i <= ACPI_IO_APICS_MAX + 1; i++) {
        memset(table, 0, sizeof table);
        entry[6] = (uint8_t)i;
        memcpy(table + 44, entry, sizeof entry);
        assert_true(acpi_read_madt(&a, table, 44 + sizeof entry));
    }
    assert_int_equal(a.io_apics, ACPI_IO_APICS_MAX);
}

/* Each kind of entry, one byte shorter than it is: nothing of it is taken, nor what follows. */
static void a_cut_entry_ends_the_table(void **state) {
    static const struct {
        uint8_t type, len;
    } kinds[] = {{0, 8}, {1, 12}, {2, 10}, {5, 12}, {9, 16}};
    static const uint8_t cpu[] = {0, 8, 0, 5, 1, 0, 0, 0};
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct acpi_info a = {0};
        memset(table, 0xff, sizeof table);
        table[44] = kinds[i].type;
        table[45] = (uint8_t)(kinds[i].len - 1);
        memcpy(table + 44 + kinds[i].len - 1, cpu, sizeof cpu);
        assert_false(acpi_read_madt(&a, table, 44 + kinds[i].len - 1u + sizeof cpu));
        assert_int_equal(a.cpus + a.io_apics, 0);
        assert_int_equal(a.local_apic.at, 0xffffffff);
    }
}

static void an_entry_of_no_length_ends_the_table_whatever_it_is(void **state) {
    (void)state;
    for (uint8_t len = 0; len < 2; len++) {
        struct acpi_info a = {0};
        memset(table, 0, sizeof table);
        table[44] = 0x7f; /* nothing that we read */
        table[45] = len;
        assert_false(acpi_read_madt(&a, table, sizeof table));
    }
}

static void the_hpets_registers_are_memory(void **state) {
    struct acpi_info a = {0};
    (void)state;
    memset(table, 0, sizeof table);
    memcpy(table + 44, "\x00\x00\xd0\xfe", 4);
    acpi_read_hpet(&a, table, 56);
    assert_int_equal(a.hpet.at, 0xfed00000);
    a.hpet.at = 0;
    table[40] = 1; /* ports */
    acpi_read_hpet(&a, table, 56);
    assert_int_equal(a.hpet.at, 0);
}

static void the_fadt_tells_ports_and_the_dsdt(void **state) {
    struct acpi_info a = {0};
    (void)state;
    memset(table, 0, sizeof table);
    memcpy(table + 40, "\x00\x10\x20\x00", 4);
    memcpy(table + 64, "\x04\x06\0\0", 4);
    table[113] = 4; /* there is a reset register */
    table[116] = 1;
    memcpy(table + 120, "\xf9\x0c", 2);
    table[128] = 6;
    assert_int_equal(acpi_read_fadt(&a, table, 244).at, 0x201000);
    assert_int_equal(a.pm1a_control, 0x604);
    assert_int_equal(a.pm1b_control, 0);
    assert_int_equal(a.reset_port, 0xcf9);
    assert_int_equal(a.reset_value, 6);
    assert_int_equal(a.rtc_century, 0);
    table[108] = 0x32;
    acpi_read_fadt(&a, table, 244);
    assert_int_equal(a.rtc_century, 0x32);
    table[108] = 0x80; /* the clock has no such register */
    acpi_read_fadt(&a, table, 244);
    assert_int_equal(a.rtc_century, 0);
    memcpy(table + 140, "\0\0\0\0\1\0\0\0", 8);
    assert_int_equal(acpi_read_fadt(&a, table, 244).at, 0x100000000);
    assert_int_equal(acpi_read_fadt(&a, table, 41).at, 0); /* cut inside the pointer */
    const uint32_t ports[] = {0xffff, 0x10000};
    for (int i = 0; i < 2; i++) {
        memcpy(table + 64, &ports[i],
               4); /* of PM1a's control block: beyond 16 bits there are none */
        acpi_read_fadt(&a, table, 244);
        assert_int_equal(a.pm1a_control, i ? 0 : 0xffff);
    }
}

static void s5_is_found_in_both_encodings(void **state) {
    static const uint8_t bytes[] = {8, '_', 'S', '5', '_', 0x12, 8, 4, 0x0a, 5, 0x0a, 7, 0, 0};
    static const uint8_t small[] = {8, '_', 'S', '5', '_', 0x12, 6, 4, 0, 1, 0, 0};
    static const uint8_t wide[] = {8, '_', 'S', '5', '_', 0x12, 0x48, 0, 4, 0x0a, 5, 0x0a, 6, 0, 0};
    struct acpi_info a = {0};
    (void)state;
    memset(table, 0xff, sizeof table);
    assert_false(acpi_read_s5(&a, table, sizeof table));
    memcpy(table + 60, bytes, sizeof bytes);
    assert_true(acpi_read_s5(&a, table, sizeof table));
    assert_int_equal(a.s5_a, 5);
    assert_int_equal(a.s5_b, 7);
    memcpy(table + 60, small, sizeof small);
    assert_true(acpi_read_s5(&a, table, sizeof table));
    assert_int_equal(a.s5_a, 0);
    assert_int_equal(a.s5_b, 1);
    memcpy(table + 60, wide, sizeof wide);
    assert_true(acpi_read_s5(&a, table, sizeof table));
    assert_int_equal(a.s5_b, 6);
    for (size_t n = 0; n < 60 + sizeof wide; n++)
        if (n < 60 + 13)
            assert_false(acpi_read_s5(&a, table, n));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_valid_by_signature_length_and_sum),
        cmocka_unit_test(more_cpus_than_there_is_room_for_are_left_out),
        cmocka_unit_test(the_madt_tells_cpus_and_apics),
        cmocka_unit_test(isa_lines_arrive_where_the_overrides_say),
        cmocka_unit_test(an_override_that_cannot_be_is_left_out),
        cmocka_unit_test(the_local_apics_address_may_be_overridden),
        cmocka_unit_test(every_io_apic_is_read_once),
        cmocka_unit_test(more_io_apics_than_there_is_room_for_are_left_out),
        cmocka_unit_test(a_cut_entry_ends_the_table),
        cmocka_unit_test(an_entry_of_no_length_ends_the_table_whatever_it_is),
        cmocka_unit_test(the_hpets_registers_are_memory),
        cmocka_unit_test(the_fadt_tells_ports_and_the_dsdt),
        cmocka_unit_test(s5_is_found_in_both_encodings),
    };
    return cmocka_run_group_tests_name("machine/acpi", tests, NULL, NULL);
}
