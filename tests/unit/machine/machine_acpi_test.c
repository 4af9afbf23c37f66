/* SPDX-License-Identifier: MIT */
/* machine_acpi_test.c -- ACPI tables out of bytes: what is there is found, what is cut or wrong is
 * not. */
#include "machine/device/acpi_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

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

static void the_madt_tells_cpus_and_apics(void **state) {
    (void)state;
    memset(table, 0, sizeof table);
    memcpy(table + 36, "\0\0\xe0\xfe", 4);
    memcpy(table + 44, madt_entries, sizeof madt_entries);
    struct acpi_info a = madt(44 + sizeof madt_entries);
    assert_int_equal(a.local_apic.at, 0xfee00000);
    assert_int_equal(a.io_apic.at, 0xfec00000);
    assert_int_equal(a.io_apic_gsi, 24);
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
        cmocka_unit_test(the_madt_tells_cpus_and_apics),
        cmocka_unit_test(the_fadt_tells_ports_and_the_dsdt),
        cmocka_unit_test(s5_is_found_in_both_encodings),
    };
    return cmocka_run_group_tests_name("machine/acpi", tests, NULL, NULL);
}
