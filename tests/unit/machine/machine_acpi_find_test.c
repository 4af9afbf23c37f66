/* SPDX-License-Identifier: MIT */
/* machine_acpi_find_test.c -- from the RSDP to the tables through addresses, lengths and sums of
 * which each is made wrong once: that table is ignored with a word, the others are read. */
#include "machine/device/acpi_find.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

/* Physical memory: MEMORY bytes from BASE on answer; below END a processor has addresses (nothing
 * is there: all ones), beyond it none. */
#define BASE   0x70000000ul
#define MEMORY 0x300000ul
#define END    (1ul << 36)
enum {
    RSDP = 0x0,
    RSDT = 0x100,
    XSDT = 0x200,
    MADT = 0x1000,
    FADT = 0x2000,
    DSDT = 0x3000,
    HPET = 0x4000
};

static uint8_t memory[MEMORY], nothing[0x200000];
static char said[8192];
static unsigned asked;
static uint64_t limit = END; /* of the addresses that the processor has */

static const uint8_t *bytes(uint64_t at, size_t len) {
    asked++;
    assert_true(len > 0 && len <= ACPI_LEN_MAX);
    if (at >= limit || len > limit - at)
        return NULL;
    if (at < BASE || at + len > BASE + MEMORY)
        return memset(nothing, 0xff, sizeof nothing);
    return memory + (at - BASE);
}

/* What RAM is: the first page below this address, nothing by default. */
static uint64_t ram_end;

static bool is_ram(uint64_t at, size_t len) {
    return at < ram_end && at + len > ram_end - PAGE_SIZE;
}

static void ignored(const char *what, uint64_t at, const char *why) {
    size_t n = strlen(said);
    snprintf(said + n, sizeof said - n, "%s %#lx: %s\n", what, at, why);
}

static void sum(uint32_t at, uint32_t from, uint32_t n, uint32_t sum_at) {
    uint8_t *p = memory + at, total = 0;
    p[sum_at] = 0;
    for (uint32_t i = from; i < n; i++)
        total = (uint8_t)(total + p[i]);
    p[sum_at] = (uint8_t)-total;
}

static void put(uint32_t at, uint64_t v, size_t width) {
    memcpy(memory + at, &v, width);
}

static void finish(uint32_t at, const char *signature, uint32_t len) {
    memcpy(memory + at, signature, 4);
    put(at + 4, len, 4);
    sum(at, 0, len, 9);
}

static void rsdp_finish(void) {
    sum(RSDP, 0, 20, 8);
    sum(RSDP, 0, 36, 32);
}

static void root_finish(void) {
    finish(RSDT, "RSDT", 36 + 4 * 4);
    finish(XSDT, "XSDT", 36 + 4 * 8);
}

static void fadt_finish(void) {
    finish(FADT, "FACP", 268);
}

/* A PC with all that we read. */
static void sound(void) {
    static const uint8_t aml[] = {8, '_', 'S', '5', '_', 0x12, 8, 4, 0x0a, 5, 0x0a, 5, 0, 0};
    static const uint8_t cpu[] = {0, 8, 0, 3, 1, 0, 0, 0};
    static const uint32_t tables[] = {HPET, FADT, MADT, DSDT};
    memset(memory, 0, sizeof memory);
    memcpy(memory + RSDP, "RSD PTR ", 8);
    memory[RSDP + 15] = 2;
    put(RSDP + 16, BASE + RSDT, 4);
    put(RSDP + 20, 36, 4);
    put(RSDP + 24, BASE + XSDT, 8);
    rsdp_finish();
    for (uint32_t i = 0; i < 4; i++) {
        put(RSDT + 36 + 4 * i, BASE + tables[i], 4);
        put(XSDT + 36 + 8 * i, BASE + tables[i], 8);
    }
    root_finish();
    put(MADT + 36, 0xfee00000, 4);
    memcpy(memory + MADT + 44, cpu, sizeof cpu);
    finish(MADT, "APIC", 44 + sizeof cpu);
    put(FADT + 40, BASE + DSDT, 4);
    put(FADT + 48, 0xb2, 4);
    put(FADT + 52, 0xf1, 1);
    put(FADT + 64, 0x604, 4);
    put(FADT + 76, 0x608, 4);
    put(FADT + 91, 4, 1);
    fadt_finish();
    memcpy(memory + DSDT + 40, aml, sizeof aml);
    finish(DSDT, "DSDT", 40 + sizeof aml);
    put(HPET + 44, 0xfed00000, 8);
    finish(HPET, "HPET", 56);
}

static struct acpi_info find_at(uint64_t rsdp) {
    static const struct acpi_hooks hooks = {.bytes = bytes, .is_ram = is_ram, .ignored = ignored};
    struct acpi_info a = {.present = false};
    said[0] = '\0';
    asked = 0;
    acpi_find(&a, rsdp, &hooks);
    return a;
}

static struct acpi_info find(void) {
    return find_at(BASE + RSDP);
}

static void assert_all(const struct acpi_info *a) {
    assert_true(a->present);
    assert_int_equal(a->cpus, 1);
    assert_int_equal(a->apic_id[0], 3);
    assert_int_equal(a->pm1a_control, 0x604);
    assert_int_equal(a->smi_command, 0xb2);
    assert_int_equal(a->acpi_enable, 0xf1);
    assert_int_equal(a->pm_timer, 0x608);
    assert_int_equal(a->pm_timer_mask, 0xffffff);
    assert_int_equal(a->s5_a, 5);
    assert_int_equal(a->hpet.at, 0xfed00000);
}

/* What was ignored, exactly. */
#define ASSERT_SAID(text) assert_string_equal(said, text)

static void sound_tables_are_read_without_a_word(void **state) {
    (void)state;
    sound();
    struct acpi_info a = find();
    assert_all(&a);
    ASSERT_SAID("");
    memory[RSDP + 15] = 0; /* ACPI 1.0: the short form and the RSDT */
    memset(memory + RSDP + 20, 0x77, 16);
    sum(RSDP, 0, 20, 8);
    a = find();
    assert_all(&a);
    ASSERT_SAID("");
}

static void an_rsdp_that_cannot_be_right_is_ignored(void **state) {
    static const uint64_t wild[] = {END, END - 35, 1ul << 46, 1ul << 52, -1ul, -36ul, 1ul << 63};
    (void)state;
    sound();
    for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++) {
        assert_false(find_at(wild[i]).present);
        assert_non_null(strstr(said, "RSDP"));
        assert_non_null(strstr(said, "no such address"));
    }
    memory[RSDP + 10] ^= 1;
    assert_false(find().present);
    ASSERT_SAID("RSDP 0x70000000: its signature or sum is wrong\n");
    sound();
    memory[RSDP] = 'r';
    rsdp_finish();
    assert_false(find().present);
    ASSERT_SAID("RSDP 0x70000000: its signature or sum is wrong\n");
    static const uint32_t lengths[] = {0, 35, 37, 4097, UINT32_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        sound();
        put(RSDP + 20, lengths[i], 4);
        sum(RSDP, 0, 20, 8);
        sum(RSDP, 0, 36, 32);
        memory[RSDP + 36] = 1; /* so that 37 bytes do not sum to 0 */
        struct acpi_info a = find();
        assert_all(&a); /* by the RSDT */
        ASSERT_SAID("RSDP 0x70000000: the length or the sum of its longer form is wrong\n");
    }
}

static void of_two_roots_one_must_be_sound(void **state) {
    (void)state;
    sound();
    memory[XSDT + 20] ^= 1;
    struct acpi_info a = find();
    assert_all(&a);
    ASSERT_SAID("XSDT 0x70000200: its sum is wrong\n");
    memory[RSDT + 20] ^= 1;
    assert_false(find().present);
    ASSERT_SAID("XSDT 0x70000200: its sum is wrong\nRSDT 0x70000100: its sum is wrong\n");
    sound();
    put(RSDP + 24, 1ul << 50, 8);
    rsdp_finish();
    a = find();
    assert_all(&a);
    ASSERT_SAID("XSDT 0x4000000000000: the processor has no such address\n");
}

static void wild_pointers_of_a_root_lead_nowhere(void **state) {
    static const uint64_t wild[] = {END, 1ul << 40, 1ul << 63, -1ul, END - 35};
    (void)state;
    for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++) {
        sound();
        put(XSDT + 36 + 3 * 8, wild[i], 8); /* in the place of a table that we do not read */
        root_finish();
        struct acpi_info a = find();
        assert_all(&a);
        assert_non_null(strstr(said, "no such address"));
    }
    sound();
    put(XSDT + 36 + 3 * 8, 0x123456, 8);    /* an address where nothing answers */
    put(XSDT + 36 + 2 * 8, BASE + XSDT, 8); /* to itself, in the place of the MADT */
    root_finish();
    struct acpi_info a = find();
    assert_int_equal(a.cpus, 0);
    assert_int_equal(a.pm1a_control, 0x604);
    ASSERT_SAID("");
}

static void a_table_must_have_its_length_and_sum(void **state) {
    static const struct {
        uint32_t len;
        const char *why;
    } cases[] = {
        {0, "APIC 0x70001000: its length is impossible\n"},
        {35, "APIC 0x70001000: its length is impossible\n"},
        {51, "APIC 0x70001000: its sum is wrong\n"},
        {0x200000, "APIC 0x70001000: its length is impossible\n"},
        {UINT32_MAX, "APIC 0x70001000: its length is impossible\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sound();
        memory[MADT + 45 + 6] = 9;
        put(MADT + 4, cases[i].len, 4);
        struct acpi_info a = find();
        assert_int_equal(a.cpus, 0);
        assert_int_equal(a.pm1a_control, 0x604);
        ASSERT_SAID(cases[i].why);
    }
    sound();
    memory[MADT + 45] = 0; /* an entry of no length */
    finish(MADT, "APIC", 52);
    struct acpi_info a = find();
    assert_int_equal(a.cpus, 0);
    ASSERT_SAID("APIC 0x70001000: from an entry of impossible length on\n");
}

static void without_a_sound_dsdt_there_is_no_power_off(void **state) {
    static const uint64_t wild[] = {END, 1ul << 52, -40ul};
    (void)state;
    for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++) {
        sound();
        put(FADT + 140, wild[i], 8);
        fadt_finish();
        struct acpi_info a = find();
        assert_int_equal(a.pm1a_control, 0);
        assert_int_equal(a.pm_timer, 0x608);
        assert_non_null(strstr(said, "DSDT"));
    }
    sound();
    put(FADT + 40, BASE + MADT, 4);
    fadt_finish();
    assert_int_equal(find().pm1a_control, 0);
    ASSERT_SAID("DSDT 0x70001000: another table lies there\n");
    sound();
    memory[DSDT + 41] = 'X';
    finish(DSDT, "DSDT", 54);
    assert_int_equal(find().pm1a_control, 0);
}

static void ports_and_registers_must_be_such(void **state) {
    (void)state;
    sound();
    put(FADT + 64, 0x10604, 4);
    put(FADT + 76, 0x10608, 4);
    put(FADT + 48, 0x100b2, 4);
    put(FADT + 112, 1 << 10, 4);
    put(FADT + 116, 1, 1);
    put(FADT + 120, 0x10cf9, 8);
    fadt_finish();
    put(HPET + 44, 1ul << 44, 8);
    finish(HPET, "HPET", 56);
    struct acpi_info a = find();
    assert_int_equal(a.pm1a_control, 0);
    assert_int_equal(a.pm_timer, 0);
    assert_int_equal(a.smi_command, 0);
    assert_int_equal(a.reset_port, 0);
    assert_int_equal(a.hpet.at, 0);
    ASSERT_SAID("HPET 0x100000000000: the processor has no such address\n");
    /* A machine without PM1: its registers are not looked at, its sleep register is. */
    sound();
    put(FADT + 112, 1 << 20, 4);
    put(FADT + 248, 0xfea00000, 8);
    fadt_finish();
    a = find();
    assert_int_equal(a.pm1a_control, 0);
    assert_int_equal(a.pm_timer, 0);
    assert_int_equal(a.sleep_control.at, 0xfea00000);
    assert_int_equal(a.s5_a, 5);
    put(FADT + 248, END, 8);
    fadt_finish();
    assert_int_equal(find().sleep_control.at, 0);
}

static void apics_must_lie_where_the_processor_has_addresses(void **state) {
    static const uint8_t entries[] = {
        5, 12, 0, 0, 0, 0, 0, 0,    0x10, 0, 0, 0, /* the local APICs at 1 << 36 */
        1, 12, 0, 0, 0, 0, 0, 0x80, 0,    0, 0, 0, /* I/O APICs: at 0x80000000 */
        1, 12, 0, 0, 0, 0, 0, 0xf0, 24,   0, 0, 0, /* at 0xf0000000 */
        1, 12, 0, 0, 0, 0, 0, 0x90, 48,   0, 0, 0, /* at 0x90000000 */
    };
    (void)state;
    sound();
    memcpy(memory + MADT + 44, entries, sizeof entries);
    finish(MADT, "APIC", 44 + sizeof entries);
    limit = 0xf0000000;
    struct acpi_info a = find();
    limit = END;
    assert_int_equal(a.local_apic.at, 0);
    assert_int_equal(a.io_apics, 2);
    assert_int_equal(a.io_apic[0].at.at, 0x80000000);
    assert_int_equal(a.io_apic[1].at.at, 0x90000000);
    assert_int_equal(a.io_apic[1].gsi, 48);
    assert_non_null(strstr(said, "I/O APIC 0xf0000000: the processor has no such address\n"));
    assert_non_null(strstr(said, "local APIC 0x1000000000: the processor has no such address\n"));
}

/* Else a driver that writes to the registers writes into the kernel. */
static void registers_are_not_where_ram_is(void **state) {
    static const uint8_t entry[] = {1, 12, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0}; /* at 0x200000 */
    (void)state;
    sound();
    memcpy(memory + MADT + 44, entry, sizeof entry);
    finish(MADT, "APIC", 44 + sizeof entry);
    assert_int_equal(find().io_apics, 1);
    ASSERT_SAID("");
    ram_end = 0x201000;
    assert_int_equal(find().io_apics, 0);
    ASSERT_SAID("I/O APIC 0x200000: RAM lies there\n");
    put(HPET + 44, 0x1ff008, 8); /* its end is */
    finish(HPET, "HPET", 56);
    put(FADT + 112, 1 << 20, 4);
    put(FADT + 248, 0x200ff8, 8); /* its beginning is */
    fadt_finish();
    struct acpi_info a = find();
    ram_end = 0;
    assert_int_equal(a.hpet.at, 0);
    assert_int_equal(a.sleep_control.at, 0);
    ASSERT_SAID("I/O APIC 0x200000: RAM lies there\nHPET 0x1ff008: RAM lies there\n"
                "sleep control register 0x200ff8: RAM lies there\n");
}

/* Each could be a MiB that is looked through, and stays mapped. */
static void after_some_unsound_tables_the_rest_is_not_looked_at(void **state) {
    enum { POINTERS = 200, FAR = 0x100000 };
    (void)state;
    sound();
    put(RSDP + 24, BASE + FAR, 8);
    rsdp_finish();
    memory[MADT + 20] ^= 1;
    for (uint32_t unsound = ACPI_UNSOUND_MAX - 1; unsound <= ACPI_UNSOUND_MAX; unsound++) {
        for (uint32_t i = 0; i < POINTERS; i++)
            put(FAR + 36 + 8 * i, BASE + (i < unsound ? MADT : HPET), 8);
        finish(FAR, "XSDT", 36 + 8 * POINTERS);
        assert_int_equal(find().hpet.at, unsound < ACPI_UNSOUND_MAX ? 0xfed00000 : 0);
    }
    assert_true(asked < 4 * ACPI_UNSOUND_MAX);
    assert_non_null(strstr(said, "XSDT 0x70100000: what follows its 8th unsound table\n"));
}

static void a_long_root_ends_and_the_first_of_two_counts(void **state) {
    enum { POINTERS = (ACPI_LEN_MAX - 36) / 8, FAR = 0x100000, SECOND = 0x6000 };
    (void)state;
    sound();
    put(RSDP + 24, BASE + FAR, 8);
    rsdp_finish();
    for (uint32_t i = 0; i < POINTERS; i++)
        put(FAR + 36 + 8 * i, BASE + (i == 0 ? HPET : i % 2 ? MADT : FADT), 8);
    put(FAR + 36, BASE + SECOND, 8);
    put(FAR + 36 + 8 * 255, BASE + HPET, 8);
    put(SECOND + 44, 0xfed01000, 8);
    finish(SECOND, "HPET", 56);
    finish(FAR, "XSDT", 36 + 8 * POINTERS);
    struct acpi_info a = find();
    assert_int_equal(a.hpet.at, 0xfed01000);
    assert_int_equal(a.cpus, 1);
    ASSERT_SAID("XSDT 0x70100000: from its 257th pointer on\n");
    assert_true(asked < 2 * ACPI_TABLES_MAX);
}

/* What lies behind the root's last whole pointer is none of it. */
static void a_pointer_that_is_cut_leads_nowhere(void **state) {
    (void)state;
    sound();
    put(XSDT + 36 + 8 * 3, BASE + MADT, 8);
    put(XSDT + 36 + 8 * 2, 0, 8);
    finish(XSDT, "XSDT", 36 + 8 * 3 + 4);
    assert_int_equal(find().cpus, 0);
    finish(XSDT, "XSDT", 36 + 8 * 4);
    assert_int_equal(find().cpus, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_tables_are_read_without_a_word),
        cmocka_unit_test(an_rsdp_that_cannot_be_right_is_ignored),
        cmocka_unit_test(of_two_roots_one_must_be_sound),
        cmocka_unit_test(wild_pointers_of_a_root_lead_nowhere),
        cmocka_unit_test(a_table_must_have_its_length_and_sum),
        cmocka_unit_test(without_a_sound_dsdt_there_is_no_power_off),
        cmocka_unit_test(ports_and_registers_must_be_such),
        cmocka_unit_test(apics_must_lie_where_the_processor_has_addresses),
        cmocka_unit_test(registers_are_not_where_ram_is),
        cmocka_unit_test(after_some_unsound_tables_the_rest_is_not_looked_at),
        cmocka_unit_test(a_long_root_ends_and_the_first_of_two_counts),
        cmocka_unit_test(a_pointer_that_is_cut_leads_nowhere),
    };
    return cmocka_run_group_tests_name("machine/acpi_find", tests, NULL, NULL);
}
