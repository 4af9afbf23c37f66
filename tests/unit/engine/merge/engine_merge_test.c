/* SPDX-License-Identifier: MIT */
/* engine_merge_test.c -- a structure of decisions over many members says what they say one after
 * the other. */
#include "engine_members.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../../soundness/generate.h"
#include "assemble.h"
#include "engine/jit.h"
#include "engine/merge/merge_internal.h"

#define MOST   10000
#define ROUNDS 3000

static struct {
    struct host_hooks host;
    const struct kind *kind;
    struct program program[MOST];
    struct facts facts; /* alike for all of them, as far as merge looks */
    struct code code[MOST];
    struct merge_member member[MOST];
    uint32_t count, held[MOST];
    struct merge merge;
} all;

static void open_all(const struct kind *kind) {
    memset(&all, 0, sizeof all);
    host_hooks_init(&all.host);
    all.kind = kind;
}

/* Adds a member; compiled, so that it may be opaque. */
static void add(const char *text) {
    static const struct jit_options plain;
    uint8_t bytes[SLOTS * INSN_BYTES];
    char error[128];
    struct report why;
    struct program *p = &all.program[all.count];
    *p = (struct program){
        .import = imports, .import_count = 1, .variable = variables, .variable_count = 1};
    int len = assemble(text, bytes, sizeof bytes, error);
    if (len < 0)
        fail_msg("%s\n%s", error, text);
    assert_true(program_decode(p, &all.host.hooks, bytes, (size_t)len, &why));
    if (!verify(p, all.kind, &all.host.hooks, &all.facts, &verdict))
        fail_msg("%s\n%s", text, verdict.text);
    assert_true(jit_compile(p, &all.host.hooks, &plain, &all.code[all.count]));
    all.member[all.count] = (struct merge_member){p, &all.facts, all.code[all.count].entry};
    all.count++;
}

static void merge_all(void) {
    assert_int_equal(
        merge_create(&all.merge, &all.host.hooks, &all.kind->entry, all.member, all.count),
        MERGE_DONE);
}

static void close_all(void) {
    merge_release(&all.merge, &all.host.hooks);
    for (uint32_t i = 0; i < all.count; i++) {
        jit_release(&all.code[i], &all.host.hooks);
        program_release(&all.program[i], &all.host.hooks);
    }
    assert_int_equal(all.host.allocated + all.host.code_bytes, 0);
}

/* Asks the structure, and each member by itself. Gives how many hold. */
static uint32_t check(const uint64_t a[PARAMETERS]) {
    uint32_t count = merge_ask(&all.merge, a, all.held), next = 0;
    uint32_t first = merge_first(&all.merge, a);
    assert_int_equal(first, count ? all.held[0] : MERGE_NOBODY);
    for (uint32_t i = 0; i < all.count; i++) {
        bool want = all.code[i].entry(a[0], a[1], a[2], a[3], a[4], NULL) != 0;
        bool got = next < count && all.held[next] == i;
        if (want != got)
            fail_msg("member %u of %u gives %d: %lx %lx", i, all.count, want, a[1], a[2]);
        next += got;
    }
    assert_int_equal(next, count);
    return count;
}

/* --- Members --- */

static void add_equals(unsigned number) {
    char text[128];
    snprintf(text, sizeof text, "r0 = 0\nif r2 != %u goto out\nr0 = 1\nout:\nexit\n", number);
    add(text);
}

static void add_equals_long(uint64_t number) {
    char text[128];
    snprintf(text, sizeof text, "r3 = %#lx ll\nr0 = 0\nif r2 != r3 goto out\nr0 = 1\nout:\nexit\n",
             number);
    add(text);
}

/* What the hash's factor, 0x9e37...15, makes 1 of. */
static uint64_t inverse_of_hash(void) {
    uint64_t inverse = 1;
    for (int i = 0; i < 6; i++)
        inverse *= 2 - 0x9e3779b97f4a7c15u * inverse;
    return inverse;
}

static void add_byte(unsigned offset, unsigned number) {
    char text[128];
    snprintf(text, sizeof text,
             "r0 = 0\nr4 = *(u8 *)(r1 + %u)\nif r4 != %u goto out\nr0 = 1\nout:\nexit\n", offset,
             number);
    add(text);
}

static void add_range(unsigned low, unsigned high) {
    char text[128];
    snprintf(text, sizeof text,
             "r0 = 0\nif r3 < %u goto out\nif r3 > %u goto out\nr0 = 1\nout:\nexit\n", low, high);
    add(text);
}

/* The highest bits of the word at offset 8, as of an address in a table of routes. */
static void add_prefix(unsigned address, unsigned bits) {
    char text[256];
    uint32_t mask = bits ? UINT32_MAX << (32 - bits) : 0;
    snprintf(text, sizeof text,
             "r4 = *(u32 *)(r1 + 8)\nw4 &= %d\nr5 = %d\nr0 = 0\nif w4 != w5 goto out\nr0 = "
             "1\nout:\nexit\n",
             (int32_t)mask, (int32_t)(address & mask));
    add(text);
}

static void add_prefix_above(unsigned bits, unsigned number) {
    char text[128];
    snprintf(text, sizeof text,
             "r4 = *(u32 *)(r1 + 8)\nw4 &= %d\nr0 = 0\nif w4 <= %u goto out\nr0 = 1\nout:\nexit\n",
             (int32_t)(UINT32_MAX << (32 - bits)), number);
    add(text);
}

/* Four fields, of which any may be looked at, in any order. */
static void add_fields(struct random *random) {
    static const char *const tests[] = {"r4 = *(u8 *)(r1 + 0)\nif r4 != %u goto out\n",
                                        "r4 = *(u16 *)(r1 + 2)\nif r4 != %u goto out\n",
                                        "if r2 != %u goto out\n",
                                        "if r3 > %u goto out\n",
                                        "r4 = *(u8 *)(r1 + 1)\nif r4 == %u goto out\n",
                                        "r4 = *(u8 *)(r1 + 4)\nw4 &= 5\nif w4 != %u goto out\n"};
    char text[512];
    size_t len = (size_t)snprintf(text, sizeof text, "r0 = 0\n");
    for (uint32_t n = 1 + random_below(random, 4); n > 0; n--)
        len += (size_t)snprintf(text + len, sizeof text - len,
                                tests[random_below(random, sizeof tests / sizeof *tests)],
                                random_below(random, 6));
    snprintf(text + len, sizeof text - len, "r0 = 1\nout:\nexit\n");
    add(text);
}

static void add_opaque(unsigned number) {
    char text[128];
    snprintf(text, sizeof text,
             "r0 = r2\nr0 *= r3\nr0 %%= 7\nif r0 == %u goto out\nr0 = "
             "0\nexit\nout:\nr0 = 1\nexit\n",
             number % 7);
    add(text);
}

/* --- Claims --- */

static void test_of_no_members_none_holds(void **state) {
    (void)state;
    open_all(&asked);
    merge_all();
    assert_int_equal(check((uint64_t[PARAMETERS]){0, 5}), 0);
    close_all();
}

static void test_equal_members_hold_together_and_in_order(void **state) {
    (void)state;
    open_all(&asked);
    for (unsigned i = 0; i < 100; i++)
        add_equals(i % 10);
    merge_all();
    uint8_t memory[MEMORY] = {0};
    for (uint64_t n = 0; n < 12; n++)
        assert_int_equal(check((uint64_t[PARAMETERS]){(uintptr_t)memory, n}), n < 10 ? 10 : 0);
    close_all();
}

/* The walk finds the members of different searches one search after the other. */
static void test_members_come_in_order_whatever_they_look_at(void **state) {
    (void)state;
    uint8_t memory[MEMORY] = {0};
    open_all(&asked);
    for (unsigned i = 0; i < 30; i++) {
        add_range(0, i);
        add_opaque(0);
        add_equals(3);
        add("r0 = 1\nexit\n");
        add("r0 = 0\nexit\n");
    }
    merge_all();
    assert_int_equal(check((uint64_t[PARAMETERS]){(uintptr_t)memory, 3, 0}), 120);
    assert_int_equal(check((uint64_t[PARAMETERS]){(uintptr_t)memory, 3, 15}), 15 + 60);
    close_all();
}

/* The fields of a packet that is too short are not looked at. Under ASan this is seen. */
static void test_a_packet_s_length_is_asked_first(void **state) {
    (void)state;
    open_all(&packet);
    for (unsigned i = 0; i < 40; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "r0 = 0\nr3 = r1\nr3 += %u\nif r3 > r2 goto out\nr4 = *(u8 *)(r1 + %u)\n"
                 "if r4 != %u goto out\nr0 = 1\nout:\nexit\n",
                 1 + i % 8, i % 8, i / 8);
        add(text);
    }
    merge_all();
    for (unsigned len = 1; len < 12; len++) {
        uint8_t *bytes = calloc(1, len);
        uint32_t least = len < 8 ? len : 8;
        assert_int_equal(check((uint64_t[PARAMETERS]){(uintptr_t)bytes, (uintptr_t)bytes + len}),
                         least);
        free(bytes);
    }
    close_all();
}

/* Nine numbers of which each is looked at once take all places where numbers are counted; then the
 * field, which as many members look at as at the length, would be chosen before it. */
static void test_a_packet_s_field_waits_though_it_could_be_chosen_first(void **state) {
    (void)state;
    open_all(&packet);
    for (unsigned i = 0; i < 9; i++) {
        char text[128];
        snprintf(text, sizeof text, "r0 = 0\nr3 &= %u\nif r3 == 0 goto out\nr0 = 1\nout:\nexit\n",
                 5u << i);
        add(text);
    }
    for (unsigned i = 0; i < 40; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "r0 = 0\nr3 = r1\nr3 += %u\nif r3 > r2 goto out\nr4 = *(u8 *)(r1 + 9)\n"
                 "if r4 != %u goto out\nr0 = 1\nout:\nexit\n",
                 10 + i, i % 4);
        add(text);
    }
    merge_all();
    for (unsigned len = 1; len < 60; len += 3) {
        uint8_t *bytes = calloc(1, len);
        check((uint64_t[PARAMETERS]){(uintptr_t)bytes, (uintptr_t)bytes + len, 6 * len});
        free(bytes);
    }
    close_all();
}

/* So it does where it is one of what may be null, chosen first in the same way. */
static void test_a_field_of_what_may_be_null_waits_for_the_comparison(void **state) {
    static const struct field fields[] = {{"number", 8, 4, MAY_READ, NUMBER}};
    static const struct object_type item = {"item", 16, fields, 1};
    static const struct kind of_null = {
        .name = "of_null",
        .entry =
            {.parameter = {{.kind = SHAPE_OBJECT, .may = MAY_READ | MAY_BE_NULL, .object = &item},
                           NUMBER},
             .result = NUMBER},
        .demands = FUNCTIONAL | BOUNDED,
    };
    const uint32_t object[4] = {0, 0, 7, 0};
    (void)state;
    open_all(&of_null);
    for (unsigned i = 0; i < 9; i++) {
        char text[128];
        snprintf(text, sizeof text, "r0 = 0\nr2 &= %u\nif r2 == 0 goto out\nr0 = 1\nout:\nexit\n",
                 5u << i);
        add(text);
    }
    for (unsigned i = 0; i < 10; i++) {
        char text[128];
        snprintf(text, sizeof text,
                 "r0 = 0\nif r1 == 0 goto out\nr3 = *(u32 *)(r1 + 8)\nif r3 != %u goto out\n"
                 "r0 = 1\nout:\nexit\n",
                 i);
        add(text);
    }
    merge_all();
    assert_int_equal(check((uint64_t[PARAMETERS]){0}), 0);
    assert_int_equal(check((uint64_t[PARAMETERS]){(uintptr_t)object}), 1);
    close_all();
}

/* A number that is handed in is searched for, though what stands before it cannot be. */
static void test_a_number_waits_for_nothing(void **state) {
    (void)state;
    open_all(&asked);
    for (unsigned i = 0; i < 40; i++) {
        char text[128];
        snprintf(text, sizeof text,
                 "r0 = 0\nif r3 == 9 goto out\nif r2 != %u goto out\nr0 = 1\nout:\nexit\n", i);
        add(text);
    }
    merge_all();
    assert_int_equal(ROW_AT(all.merge.set, struct merge_set, all.merge.all)->askeds, 0);
    uint8_t memory[MEMORY] = {0};
    for (uint64_t number = 8; number < 11; number++)
        assert_int_equal(check((uint64_t[PARAMETERS]){(uintptr_t)memory, 7, number}), number != 9);
    close_all();
}

/* On a path that no run takes the verifier lets anything be read: here where a byte of at most 15
 * has one of the bits above. All members look at that, so that it is what most look at; and none
 * may be asked for it before its byte has said no. Under ASan this is seen. */
static void test_what_only_a_path_without_runs_reads_is_not_read(void **state) {
    static const char *const read[] = {"r4 = r2", "r4 += 57", "r4 += -1"};
    (void)state;
    for (unsigned way = 0; way < sizeof read / sizeof *read; way++) {
        uint8_t memory[MEMORY];
        open_all(&asked);
        for (unsigned i = 0; i < 20; i++) {
            char text[256];
            snprintf(text, sizeof text,
                     "r0 = 0\nr4 = r1\nr3 = *(u8 *)(r1 + %u)\nif r3 > 15 goto on\nr0 = 1\n%s\n"
                     "on:\nr3 &= 240\nif r3 == 0 goto out\nr4 = *(u64 *)(r4 + 0)\n"
                     "if r4 != %u goto out\nexit\nout:\nr0 = 0\nexit\n",
                     i, read[way], i);
            add(text);
        }
        merge_all();
        for (unsigned byte = 0; byte < 256; byte++) {
            memset(memory, (int)byte, sizeof memory);
            assert_int_equal(check((uint64_t[PARAMETERS]){(uintptr_t)memory, 8}), 0);
        }
        close_all();
    }
}

/* 0x9e37...15 is the hash's factor: these values all have the hash 0. */
static void test_values_that_crowd_the_table_are_searched(void **state) {
    (void)state;
    const uint64_t inverse = inverse_of_hash();
    open_all(&asked);
    for (unsigned i = 0; i < 200; i++)
        add_equals_long(inverse * i);
    merge_all();
    assert_int_equal(all.merge.slot.used, 0);
    uint8_t memory[MEMORY] = {0};
    for (uint64_t i = 0; i < 200; i++)
        assert_int_equal(check((uint64_t[PARAMETERS]){(uintptr_t)memory, inverse * i}), 1);
    close_all();
}

/* These values all have a home of their own, each behind the one before: a value that the table
 * does not have would be looked for in all slots behind its home. */
static void test_values_in_a_row_do_not_make_others_dear(void **state) {
    (void)state;
    static const unsigned equal = 4096, bits = 13;
    open_all(&asked);
    for (unsigned i = 0; i < equal; i++)
        add_equals_long(inverse_of_hash() * ((uint64_t)i << (64 - bits)));
    merge_all();
    assert_int_equal(all.merge.slot.used, 1u << bits);
    /* A slot that is not looked at may be anything: a wrong way in it goes unseen. */
    struct merge_slot *slot = all.merge.slot.at;
    for (unsigned i = MERGE_PROBES_MAX; i < 1u << bits; i++)
        slot[i].value = inverse_of_hash();
    assert_int_equal(merge_hash(inverse_of_hash(), bits), 0);
    assert_int_equal(merge_ask(&all.merge, (uint64_t[PARAMETERS]){0, inverse_of_hash()}, all.held),
                     0);
    close_all();
}

/* The tree is told that every range has every number, but not how far its subtrees reach. */
static void test_ranges_that_end_below_are_not_looked_at(void **state) {
    (void)state;
    open_all(&asked);
    for (unsigned i = 0; i < 1000; i++)
        add_range(10 * i, 10 * i + 5);
    merge_all();
    struct merge_range *range = ROW_AT(all.merge.range, struct merge_range, 0);
    for (uint32_t i = 0; i < all.merge.range.used; i++) {
        range[i].low = 0;
        range[i].high = UINT64_MAX;
    }
    assert_int_equal(merge_ask(&all.merge, (uint64_t[PARAMETERS]){0, 0, 10000}, all.held), 0);
    close_all();
}

/* The order of the members decides nothing: what most members look at is searched. */
static void test_many_other_numbers_before_do_not_hide_the_one_of_most(void **state) {
    (void)state;
    open_all(&asked);
    for (unsigned i = 0; i < 15; i++)
        add_byte(i, 1);
    for (unsigned i = 0; i < 1000; i++)
        add_equals(i);
    for (unsigned i = 15; i < 30; i++)
        add_byte(i, 1);
    merge_all();
    assert_in_range(all.merge.asked.used, 0, 30);
    uint8_t memory[MEMORY] = {[3] = 1, [20] = 1};
    assert_int_equal(check((uint64_t[PARAMETERS]){(uintptr_t)memory, 77}), 3);
    close_all();
}

/* (x & mask) > n is a range of all bits, but from the next multiple of what the mask leaves. */
static void test_lower_ends_within_what_a_prefix_leaves_open(void **state) {
    (void)state;
    uint8_t memory[MEMORY] __attribute__((aligned(8))) = {0};
    open_all(&asked);
    for (unsigned bits = 20; bits < 32; bits++)
        for (unsigned more = 3; more < 6; more++)
            add_prefix_above(bits, more);
    merge_all();
    assert_int_equal(all.merge.asked.used, 0);
    assert_int_equal(all.merge.search.used, 1);
    for (uint32_t address = 0; address < 1u << 13; address++) {
        uint32_t at = address % 2 ? -address : address;
        memcpy(memory + 8, &at, sizeof at);
        check((uint64_t[PARAMETERS]){(uintptr_t)memory});
    }
    close_all();
}

/* A set in a set for each conjunct. One branch more, and the form is not followed. */
static void test_members_of_as_many_conjuncts_as_there_may_be(void **state) {
    (void)state;
    uint8_t memory[MEMORY] = {0};
    open_all(&asked);
    for (unsigned of = 0; of < 3; of++) {
        char text[1024];
        size_t len = (size_t)snprintf(text, sizeof text, "r0 = 0\n");
        for (unsigned i = 0; i < GUARD_CONJUNCTS_MAX - 1; i++)
            len += (size_t)snprintf(text + len, sizeof text - len,
                                    "r4 = *(u8 *)(r1 + %u)\nif r4 > %u goto out\n", i, i + of);
        snprintf(text + len, sizeof text - len, "r0 = 1\nout:\nexit\n");
        add(text);
    }
    merge_all();
    assert_int_equal(all.merge.asked.used, 0);
    assert_int_equal(check((uint64_t[PARAMETERS]){(uintptr_t)memory}), 3);
    for (unsigned i = 0; i < GUARD_CONJUNCTS_MAX - 1; i++)
        memory[i] = (uint8_t)(i + 1);
    assert_int_equal(check((uint64_t[PARAMETERS]){(uintptr_t)memory}), 2);
    memory[14] = 255;
    assert_int_equal(check((uint64_t[PARAMETERS]){(uintptr_t)memory}), 0);
    close_all();
}

/* Few masks that are prefixes have a table each; many are ranges. */
static void test_prefixes_of_every_length(void **state) {
    (void)state;
    uint8_t memory[MEMORY] __attribute__((aligned(8))) = {0};
    struct random random;
    random_seed(&random, 3);
    for (unsigned lengths = 1; lengths <= 33; lengths += 8) {
        open_all(&asked);
        for (unsigned i = 0; i < 330; i++)
            add_prefix(0x0a000000 + random_below(&random, 1u << 16), 32 - i % lengths);
        merge_all();
        assert_true((all.merge.range.used == 0) == (lengths == 1));
        for (unsigned round = 0; round < 500; round++) {
            uint32_t address = 0x0a000000 + random_below(&random, 1u << 17);
            memcpy(memory + 8, &address, sizeof address);
            check((uint64_t[PARAMETERS]){(uintptr_t)memory});
        }
        close_all();
    }
}

static void test_ten_thousand_members_of_every_kind(void **state) {
    (void)state;
    struct random random;
    uint8_t memory[MEMORY] __attribute__((aligned(8))) = {0};
    uint64_t found = 0;
    random_seed(&random, 7);
    open_all(&asked);
    while (all.count < MOST) {
        unsigned low = random_below(&random, 5000);
        switch (all.count % 4) {
        case 0:
            add_equals(all.count);
            break;
        case 1:
            add_range(low, low + random_below(&random, 1u << random_below(&random, 12)));
            break;
        case 2:
            add_prefix(0x0a000000 + random_below(&random, 1u << 20), 8 + random_below(&random, 25));
            break;
        default:
            if (random_below(&random, 20))
                add_fields(&random);
            else
                add_opaque(all.count);
        }
    }
    size_t before = all.host.allocated;
    merge_all();
    assert_int_equal(all.host.allocated - before, merge_bytes(&all.merge));
    print_message("%u members: %zu bytes each\n", all.count, merge_bytes(&all.merge) / all.count);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint32_t address = 0x0a000000 + random_below(&random, 1u << 21);
        for (unsigned i = 0; i < 8; i++)
            memory[i] = (uint8_t)random_below(&random, 7);
        memcpy(memory + 8, &address, sizeof address);
        found += check((uint64_t[PARAMETERS]){(uintptr_t)memory, random_below(&random, MOST),
                                              random_below(&random, 8000)});
    }
    assert_true(found > 10 * ROUNDS);
    close_all();
}

static void test_a_thousand_equalities_take_a_hundred_bytes_each(void **state) {
    (void)state;
    open_all(&asked);
    for (unsigned i = 0; i < 1000; i++)
        add_equals(i);
    merge_all();
    print_message("%zu bytes a member\n", merge_bytes(&all.merge) / 1000);
    assert_true(merge_bytes(&all.merge) < 100 * 1000);
    close_all();
}

static void test_effects_fuel_and_opaque_members_without_code_are_refused(void **state) {
    (void)state;
    open_all(&asked);
    add_equals(1);
    add_opaque(1);
    all.member[1].entry = NULL;
    assert_int_equal(merge_create(&all.merge, &all.host.hooks, &asked.entry, all.member, 2),
                     MERGE_NO_ENTRY);
    assert_int_equal(
        merge_create(&all.merge, &all.host.hooks, &asked.entry, all.member, MERGE_MEMBERS_MAX + 1),
        MERGE_TOO_MANY);
    all.program[0].metered = true;
    assert_int_equal(merge_create(&all.merge, &all.host.hooks, &asked.entry, all.member, 1),
                     MERGE_NOT_FUNCTIONAL);
    all.program[0].metered = false;
    all.facts.proven &= (uint8_t)~FUNCTIONAL;
    assert_int_equal(merge_create(&all.merge, &all.host.hooks, &asked.entry, all.member, 1),
                     MERGE_NOT_FUNCTIONAL);
    close_all();
}

static void test_every_failed_allocation_leaves_nothing(void **state) {
    (void)state;
    struct random random;
    random_seed(&random, 9);
    open_all(&asked);
    for (unsigned i = 0; i < 12; i++) {
        add_equals(i);
        add_range(i, 2 * i);
        add_fields(&random);
        add_opaque(i);
    }
    size_t before = all.host.allocated, unlimited = all.host.limit;
    enum merge_outcome outcome = MERGE_NO_MEMORY;
    for (size_t more = 0; outcome == MERGE_NO_MEMORY; more += 16) {
        all.host.limit = before + more;
        outcome = merge_create(&all.merge, &all.host.hooks, &asked.entry, all.member, all.count);
        if (outcome == MERGE_NO_MEMORY)
            assert_int_equal(all.host.allocated, before);
    }
    assert_int_equal(outcome, MERGE_DONE);
    all.host.limit = unlimited;
    close_all();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_no_members_none_holds),
        cmocka_unit_test(test_equal_members_hold_together_and_in_order),
        cmocka_unit_test(test_members_come_in_order_whatever_they_look_at),
        cmocka_unit_test(test_a_packet_s_length_is_asked_first),
        cmocka_unit_test(test_a_packet_s_field_waits_though_it_could_be_chosen_first),
        cmocka_unit_test(test_a_number_waits_for_nothing),
        cmocka_unit_test(test_a_field_of_what_may_be_null_waits_for_the_comparison),
        cmocka_unit_test(test_what_only_a_path_without_runs_reads_is_not_read),
        cmocka_unit_test(test_values_that_crowd_the_table_are_searched),
        cmocka_unit_test(test_values_in_a_row_do_not_make_others_dear),
        cmocka_unit_test(test_ranges_that_end_below_are_not_looked_at),
        cmocka_unit_test(test_many_other_numbers_before_do_not_hide_the_one_of_most),
        cmocka_unit_test(test_lower_ends_within_what_a_prefix_leaves_open),
        cmocka_unit_test(test_members_of_as_many_conjuncts_as_there_may_be),
        cmocka_unit_test(test_prefixes_of_every_length),
        cmocka_unit_test(test_ten_thousand_members_of_every_kind),
        cmocka_unit_test(test_a_thousand_equalities_take_a_hundred_bytes_each),
        cmocka_unit_test(test_effects_fuel_and_opaque_members_without_code_are_refused),
        cmocka_unit_test(test_every_failed_allocation_leaves_nothing),
    };
    return cmocka_run_group_tests_name("engine_merge", tests, NULL, NULL);
}
