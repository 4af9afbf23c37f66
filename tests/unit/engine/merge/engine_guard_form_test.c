/* SPDX-License-Identifier: MIT */
/* engine_guard_form_test.c -- a guard's form says what the guard says: of guards in assembler, of
 * guards in C as two compilers make them, and of random ones, on inputs at and around the bounds of
 * each conjunct. ENGINE_SETS and ENGINE_SEED in the environment make a campaign of it. */
#include "engine_members.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../soundness/generate.h"
#include "assemble.h"
#include "engine/disassemble.h"
#include "engine/guard_form.h"
#include "engine/link/link.h"
#include "engine/link/program_image.h"
#include "engine_made.h"

/* --- Inputs --- */

struct input {
    uint8_t memory[MEMORY] __attribute__((aligned(8)));
    uint64_t argument[PARAMETERS];
};

static void some_input(struct input *in, struct random *random) {
    for (unsigned i = 0; i < MEMORY; i++)
        in->memory[i] = (uint8_t)(random_below(random, 3) ? random_next(random) : 0);
    in->argument[0] = (uintptr_t)in->memory;
    in->argument[1] = random_value(random);
    in->argument[2] = random_value(random);
}

/* Makes the source be this number where the mask has bits. */
static void write_source(struct input *in, const struct conjunct *c, uint64_t number) {
    const struct guard_source *s = &c->source;
    uint64_t x = (guard_source_read(s, in->argument) & ~c->mask) | (number & c->mask);
    uint64_t all = UINT64_MAX >> (64 - 8 * s->bytes);
    if (s->swapped)
        x = __builtin_bswap64(x) >> (64 - 8 * s->bytes);
    if (s->kind == GUARD_FIELD)
        memcpy(in->memory + s->offset, &x, s->bytes);
    else if (s->argument > 0)
        in->argument[s->argument] = (in->argument[s->argument] & ~all) | (x & all);
}

static uint64_t near_bound(const struct conjunct *c, struct random *random) {
    const uint64_t around[] = {c->low,     c->high,     c->low - 1,
                               c->low + 1, c->high - 1, c->high + 1,
                               c->mask,    0,           c->low ^ (c->mask & -c->mask)};
    uint32_t which = random_below(random, 12);
    return which < sizeof around / sizeof *around ? around[which] : random_next(random);
}

/* Mostly near the bounds, so that conjunctions hold at all. */
static void next_input(struct input *in, const struct guard_form *form, struct random *random) {
    some_input(in, random);
    for (uint32_t i = 0; i < form->count; i++)
        write_source(in, &form->conjunct[i],
                     random_below(random, 3) ? form->conjunct[i].low
                                             : near_bound(&form->conjunct[i], random));
}

/* --- Form and program --- */

static bool says(const struct program *p, const struct input *in) {
    static uint8_t stack[STACK];
    struct activation a = {.fuel = 1u << 16, .stack = stack, .stack_bytes = sizeof stack};
    uint64_t result = interpreter_run(p, in->argument, &a);
    assert_int_equal(a.fault, FAULT_NONE);
    return result != 0;
}

static void print_form(const struct guard_form *form) {
    static const char *const kinds[] = {"argument", "field", "length"};
    for (uint32_t i = 0; i < form->count; i++) {
        const struct conjunct *c = &form->conjunct[i];
        print_message("  %s %u%+d, %u bytes%s, & %#" PRIx64 ": %#" PRIx64 " to %#" PRIx64 "\n",
                      kinds[c->source.kind], c->source.argument, c->source.offset, c->source.bytes,
                      c->source.swapped ? " swapped" : "", c->mask, c->low, c->high);
    }
}

static void print_both(const struct program *p, const struct guard_form *form) {
    char text[INSN_TEXT_MAX];
    for (uint32_t i = 0; i < p->slots; i++)
        print_message("%4u: %s\n", i, insn_text(p->insn, i, text));
    print_form(form);
}

/* How often of `rounds` inputs both said yes; fails where they differ. */
static unsigned compare_on(const struct program *p, const struct guard_form *form,
                           struct random *random, unsigned rounds) {
    struct input in;
    unsigned held = 0;
    while (rounds-- > 0) {
        next_input(&in, form, random);
        bool want = says(p, &in), got = guard_form_holds(form, in.argument);
        held += want;
        if (want != got) {
            print_both(p, form);
            fail_msg("the program says %d of %#" PRIx64 ", %#" PRIx64, want, in.argument[1],
                     in.argument[2]);
        }
    }
    return held;
}

/* --- In assembler --- */

static void form_of(const char *text, const struct kind *kind, struct guard_form *form) {
    static struct facts facts;
    uint8_t bytes[SLOTS * INSN_BYTES];
    char error[128];
    struct report why;
    struct host_hooks host;
    /* As the kernel's addresses do, that of the second is an offset that a field may have. */
    const struct variable both[] = {variables[0], {"low", (void *)0x60000000, 64, false}};
    struct program p = {
        .import = imports, .import_count = 1, .variable = both, .variable_count = 2};
    host_hooks_init(&host);
    int len = assemble(text, bytes, sizeof bytes, error);
    if (len < 0)
        fail_msg("%s", error);
    assert_true(program_decode(&p, &host.hooks, bytes, (size_t)len, &why));
    if (!verify(&p, kind, &host.hooks, &facts, &verdict))
        fail_msg("%s", verdict.text);
    assert_true(guard_form_find(form, &p, &facts, &kind->entry, &host.hooks));
    program_release(&p, &host.hooks);
    assert_int_equal(host.allocated, 0);
}

static void assert_conjunct(const struct conjunct *c, struct conjunct want) {
    assert_int_equal(c->source.kind, want.source.kind);
    assert_int_equal(c->source.argument, want.source.argument);
    assert_int_equal(c->source.bytes, want.source.bytes);
    assert_int_equal(c->source.swapped, want.source.swapped);
    assert_int_equal(c->source.offset, want.source.offset);
    assert_true(c->mask == want.mask);
    assert_true(c->low == want.low);
    assert_true(c->high == want.high);
}

static void test_an_equality_over_an_argument(void **state) {
    (void)state;
    struct guard_form form;
    form_of("r0 = 0\nif r2 != 5 goto out\nr0 = 1\nout:\nexit\n", &asked, &form);
    assert_int_equal(form.kind, GUARD_CONJUNCTION);
    assert_int_equal(form.count, 1);
    assert_conjunct(&form.conjunct[0],
                    (struct conjunct){{GUARD_ARGUMENT, 1, 8, false, 0}, UINT64_MAX, 5, 5});
}

static void test_two_bounds_become_one_range(void **state) {
    (void)state;
    struct guard_form form;
    form_of("r0 = 0\nr3 = *(u16 *)(r1 + 6)\nif r3 < 10 goto out\nif r3 > 20 goto out\nr0 = "
            "1\nout:\nexit\n",
            &asked, &form);
    assert_int_equal(form.count, 1);
    assert_conjunct(&form.conjunct[0],
                    (struct conjunct){{GUARD_FIELD, 0, 2, false, 6}, 0xffff, 10, 20});
}

static void test_a_range_of_swapped_bytes_has_a_swapped_source(void **state) {
    (void)state;
    struct guard_form form;
    form_of("r0 = 0\nr3 = *(u16 *)(r1 + 2)\nr3 = be16 r3\nif r3 > 1023 goto out\nr0 = "
            "1\nout:\nexit\n",
            &asked, &form);
    assert_int_equal(form.count, 1);
    assert_conjunct(&form.conjunct[0],
                    (struct conjunct){{GUARD_FIELD, 0, 2, true, 2}, 0xffff, 0, 1023});
}

static void test_a_packet_s_length_comes_before_its_fields(void **state) {
    (void)state;
    struct guard_form form;
    form_of("r0 = 0\nr3 = r1\nr3 += 14\nif r3 > r2 goto out\nr3 = *(u16 *)(r1 + 12)\n"
            "if r3 != 8 goto out\nr0 = 1\nout:\nexit\n",
            &packet, &form);
    assert_int_equal(form.count, 2);
    assert_conjunct(&form.conjunct[0],
                    (struct conjunct){{GUARD_LENGTH, 0, 8, false, 1}, UINT64_MAX, 14, UINT64_MAX});
    assert_conjunct(&form.conjunct[1],
                    (struct conjunct){{GUARD_FIELD, 0, 2, false, 12}, 0xffff, 8, 8});
}

static void test_what_is_no_conjunction_is_opaque(void **state) {
    (void)state;
    static const char *const opaque[] = {
        "r0 = 1\nif r2 == 5 goto out\nif r3 == 5 goto out\nr0 = 0\nout:\nexit\n",
        "r0 = r2\nr0 *= 3\nexit\n", "r0 = 0\nif r2 > r3 goto out\nr0 = 1\nout:\nexit\n",
        "r1 = r2\ncall 0\nexit\n",
        /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma) */
        "r4 = variable 0\nr4 = *(u64 *)(r4 + 0)\nr0 = 0\nif r2 != r4 goto out\nr0 = "
        "1\nout:\nexit\n",
        "r0 = r2\nr2 += r2\nr0 ^= r2\nexit\n",
        /* what a call gives, and what stands at a place that a number decides */
        "r0 = 1\nr1 = r2\ncall 0\nexit\n",
        "r0 = 0\nr2 &= 15\nr1 += r2\nr4 = *(u8 *)(r1 + 0)\nif r4 != 7 goto out\nr0 = 1\nout:\nexit\n"};
    struct guard_form form;
    for (unsigned i = 0; i < sizeof opaque / sizeof *opaque; i++) {
        form_of(opaque[i], &asked, &form);
        assert_int_equal(form.kind, GUARD_OPAQUE);
        assert_int_equal(form.count, 0);
    }
}

/* Of all comparisons of two addresses only those that the packet's length decides have a form. */
static void test_other_comparisons_with_a_packet_s_end_are_opaque(void **state) {
    (void)state;
    static const char *const opaque[] = {
        "r4 += 14\nif r4 s> r2 goto out\n", "r4 += 14\nif r4 s<= r2 goto out\n",
        "r4 += -5\nif r4 > r2 goto out\n", "r3 &= 15\nr4 += r3\nif r4 > r2 goto out\n"};
    struct guard_form form;
    for (unsigned i = 0; i < sizeof opaque / sizeof *opaque; i++) {
        char text[128];
        snprintf(text, sizeof text, "r0 = 0\nr4 = r1\n%sr0 = 1\nout:\nexit\n", opaque[i]);
        form_of(text, &packet, &form);
        if (form.kind != GUARD_OPAQUE)
            fail_msg("%s", opaque[i]);
    }
}

/* A guard that writes what it then reads, and one that its fuel may end in a function of its own,
 * whose paths are not followed. */
static void test_guards_with_effects_or_fuel_are_opaque(void **state) {
    (void)state;
    struct guard_form form;
    struct kind of = asked;
    of.demands = BOUNDED;
    of.entry.parameter[0].may = MAY_READ_WRITE;
    form_of("r0 = 0\n*(u8 *)(r1 + 0) = 5\nr3 = *(u8 *)(r1 + 0)\nif r3 != 7 goto out\nr0 = "
            "1\nout:\nexit\n",
            &of, &form);
    assert_int_equal(form.kind, GUARD_OPAQUE);
    of = asked;
    of.demands = FUNCTIONAL;
    form_of("r0 = 0\nif r2 != 5 goto out\nr1 = r3\ncall local wait\nr0 = 1\nout:\nexit\n"
            "wait:\nagain:\nif r1 == 7 goto again\nr0 = 0\nexit\n",
            &of, &form);
    assert_int_equal(form.kind, GUARD_OPAQUE);
}

/* Where r3 is not 0 the jump compares a multiple of 65536, which is never 22 or 23, and is always
 * taken: no number is left for the path that does not take it. Where r3 is 0 it may be any number,
 * so that the verifier knows nothing of the jump. */
static void test_a_comparison_that_leaves_no_number_out_always_holds(void **state) {
    (void)state;
    struct guard_form form;
    form_of("r0 = 0\nr4 = *(u64 *)(r1 + 8)\nr5 = 0\nif r3 == 0 goto on\nr4 = *(u16 *)(r1 + 0)\n"
            "r4 = be32 r4\nr4 += -24\nr5 = 1\non:\nif r4 <= -3 goto out\nr0 = r5\nout:\nexit\n",
            &asked, &form);
    assert_int_equal(form.kind, GUARD_NEVER);
}

/* What a register held is gone where an instruction writes it of which no more is known. */
static void test_a_register_that_is_written_loses_what_it_held(void **state) {
    (void)state;
    static const char *const opaque[] = {
        /* the address of a variable, over an argument; as a constant it would make r2 an address */
        "r4 = r1\nr4 = variable 0\nr4 = *(u64 *)(r4 + 0)\nr0 = 0\nif r4 != 5 goto out\nr0 = 1\nout:\nexit\n",
        "r4 = variable 1\nr4 += r2\nr4 = *(u8 *)(r4 + 0)\nr0 = 0\nif r4 != 5 goto out\nr0 = 1\nout:\nexit\n",
        /* what an atomic operation fetched */
        "r4 = 0\n*(u64 *)(r10 - 8) = r2\nr4 = fetch_add((u64 *)(r10 - 8), r4)\nr0 = 0\n"
        "if r4 != 0 goto out\nr0 = 1\nout:\nexit\n"};
    struct guard_form form;
    struct kind of = asked;
    of.entry.parameter[1].max = 15;
    for (unsigned i = 0; i < sizeof opaque / sizeof *opaque; i++) {
        form_of(opaque[i], &of, &form);
        assert_int_equal(form.kind, GUARD_OPAQUE);
    }
}

/* A constant of 32 bits leaves the upper half 0, one of 64 has its sign there. */
static void test_constants_have_the_width_of_their_instruction(void **state) {
    (void)state;
    struct guard_form form;
    form_of("w3 = -1\nr0 = 0\nif r2 != r3 goto out\nr0 = 1\nout:\nexit\n", &asked, &form);
    assert_int_equal(form.count, 1);
    assert_true(form.conjunct[0].low == 0xffffffff);
    form_of("r3 = -1\nr0 = 0\nif r2 != r3 goto out\nr0 = 1\nout:\nexit\n", &asked, &form);
    assert_true(form.conjunct[0].low == UINT64_MAX);
}

/* Bounds that leave nothing make it a guard that never holds, without a conjunct. */
static void test_bounds_that_exclude_each_other_never_hold(void **state) {
    (void)state;
    struct guard_form form;
    form_of(
        "r0 = 0\nr3 = *(u8 *)(r1 + 0)\nif r3 < 9 goto out\nr3 = *(u8 *)(r1 + 0)\nif r3 > 8 goto out\n"
        "r0 = 1\nout:\nexit\n",
        &asked, &form);
    assert_int_equal(form.kind, GUARD_NEVER);
    assert_int_equal(form.count, 0);
}

static void test_without_memory_nothing_is_known(void **state) {
    (void)state;
    struct guard_form form;
    struct host_hooks host;
    host_hooks_init(&host);
    host.limit = 0;
    assert_false(guard_form_find(&form, &(struct program){.slots = 0}, &(struct facts){.cost = 0},
                                 &asked.entry, &host.hooks));
}

static void test_what_is_proven_is_no_condition(void **state) {
    (void)state;
    struct guard_form form;
    form_of(
        "r0 = 0\nr3 %= 7\nif r3 <= 6 goto on\nexit\non:\nif r2 != 5 goto out\nr0 = 1\nout:\nexit\n",
        &asked, &form);
    assert_int_equal(form.kind, GUARD_CONJUNCTION);
    assert_int_equal(form.count, 1);
}

/* A jump that is taken for each condition waits for none: no more than one path is put off. */
static void test_conditions_that_there_is_no_room_for_are_opaque(void **state) {
    (void)state;
    struct guard_form form;
    for (unsigned conditions = 1; conditions < GUARD_CONJUNCTS_MAX + 9; conditions++) {
        char text[2048];
        int n = snprintf(text, sizeof text, "r0 = 0\n");
        for (unsigned i = 0; i < conditions; i++)
            n += snprintf(text + n, sizeof text - (size_t)n, "if r2 & %u goto on%u\nexit\non%u:\n",
                          1u << i, i, i);
        snprintf(text + n, sizeof text - (size_t)n, "r0 = 1\nexit\n");
        form_of(text, &asked, &form);
        bool fits = conditions <= GUARD_CONJUNCTS_MAX;
        assert_int_equal(form.kind, fits ? GUARD_CONJUNCTION : GUARD_OPAQUE);
        assert_int_equal(form.count, fits ? conditions : 0);
    }
}

/* On a path that no run takes a number may be read from, and far from any memory: no offset has
 * room for this one. */
static void test_an_offset_that_there_is_no_room_for_is_opaque(void **state) {
    (void)state;
    static const char text[] =
        "r0 = 0\nr4 = r1\nif r3 > 15 goto on\nr0 = 1\nr5 = %#llx ll\nr4 = r2\nr4 += r5\non:\nr3 &= 240\n"
        "if r3 == 0 goto out\nr4 = *(u8 *)(r4 + 1)\nif r4 != 9 goto out\nexit\nout:\nr0 = 0\nexit\n";
    struct guard_form form;
    for (unsigned more = 0; more < 2; more++) {
        char of[512];
        snprintf(of, sizeof of, text, (unsigned long long)INT32_MAX - 1 + more);
        form_of(of, &asked, &form);
        assert_int_equal(form.kind, more ? GUARD_OPAQUE : GUARD_CONJUNCTION);
    }
}

/* Forks, each with a condition, and instructions, all of one loop. */
static void test_what_there_is_no_room_for_is_opaque(void **state) {
    (void)state;
    struct guard_form form;
    for (unsigned forks = 1; forks < 40; forks++) {
        char text[2048];
        int n = snprintf(text, sizeof text, "r0 = 0\n");
        for (unsigned i = 0; i < forks; i++)
            n += snprintf(text + n, sizeof text - (size_t)n, "if r2 == %u goto out\n", 3 * i);
        snprintf(text + n, sizeof text - (size_t)n, "r0 = 1\nout:\nexit\n");
        form_of(text, &asked, &form);
        assert_int_equal(form.kind, forks < GUARD_CONJUNCTS_MAX ? GUARD_CONJUNCTION : GUARD_OPAQUE);
        assert_int_equal(form.count, forks < GUARD_CONJUNCTS_MAX ? forks : 0);
    }
    for (unsigned rounds = 100; rounds <= 1000; rounds += 900) {
        char text[256];
        snprintf(text, sizeof text,
                 "r4 = %u\nagain:\nr4 += -1\nif r4 != 0 goto again\nr0 = 0\n"
                 "if r2 != 5 goto out\nr0 = 1\nout:\nexit\n",
                 rounds);
        form_of(text, &asked, &form);
        assert_int_equal(form.kind, rounds == 100 ? GUARD_CONJUNCTION : GUARD_OPAQUE);
    }
}

/* --- In C --- */

static void check_compiled(const char *way) {
    struct host_hooks host;
    struct object object;
    struct report why;
    struct link link;
    struct random random;
    size_t len;
    unsigned known = 0, other = 0;
    uint8_t *file = read_compiled("guards", way, &len);
    host_hooks_init(&host);
    random_seed(&random, 5);
    assert_true(object_open(&object, &host.hooks, file, len, &why));
    assert_true(link_open(&link, "guards", &object, &host.hooks));
    for (uint32_t i = 0; i < object.function_count; i++) {
        static struct image image;
        static struct report refusal;
        const char *name = object.function[i].name;
        struct guard_form form;
        if (!image_create(&image, &link, name, &asked, NULL, &refusal))
            fail_msg("%s %s: %s", way, name, refusal.text);
        assert_true(
            guard_form_find(&form, &image.program, &image.facts, &asked.entry, &host.hooks));
        bool wanted = strncmp(name, "known_", 6) == 0;
        if (wanted != (form.kind != GUARD_OPAQUE)) {
            print_both(&image.program, &form);
            fail_msg("%s %s is %s", way, name, wanted ? "opaque" : "no conjunction");
        }
        unsigned held = wanted ? compare_on(&image.program, &form, &random, 4000) : 0;
        assert_true(!wanted || (held > 100) == (form.kind == GUARD_CONJUNCTION));
        known += wanted;
        other += !wanted;
        assert_true(image_release(&image));
    }
    assert_int_equal(known, 21);
    assert_int_equal(other, 3);
    assert_true(link_close(&link));
    object_close(&object);
    free(file);
    assert_int_equal(host.allocated, 0);
}

static void test_guards_in_c_are_recognised_as_two_compilers_make_them(void **state) {
    (void)state;
    check_compiled("clang-O2");
    check_compiled("gcc-O2");
}

/* --- Random ones --- */

struct writer {
    struct random *random;
    struct insn insn[SLOTS];
    uint32_t slots;
};

static void put_insn(struct writer *w, unsigned op, unsigned dst, unsigned src, int32_t imm) {
    w->insn[w->slots++] =
        (struct insn){.op = (uint8_t)op, .dst = dst & 15, .src = src & 15, .imm = imm};
}

static int32_t some_constant(struct writer *w) {
    return random_below(w->random, 3) ? (int32_t)random_below(w->random, 260) - 4
                                      : (int32_t)random_value(w->random);
}

static void some_number(struct writer *w) {
    if (random_below(w->random, 3) == 0) {
        put_insn(w, OP_MOV64_X, 3, 2, 0);
        return;
    }
    unsigned width = random_below(w->random, 4);
    static const uint8_t loads[] = {OP_LDX_B,  OP_LDX_H,  OP_LDX_W, OP_LDX_DW,
                                    OP_LDXS_B, OP_LDXS_H, OP_LDXS_W};
    unsigned sign = width < 3 && random_below(w->random, 3) == 0 ? 4 : 0;
    put_insn(w, loads[width + sign], 3, 1, 0);
    w->insn[w->slots - 1].off = (int16_t)(8 * random_below(w->random, 3));
}

static void some_operation(struct writer *w) {
    static const uint8_t operations[] = {
        OP_ADD64_K,   OP_ADD32_K,   OP_SUB64_K,   OP_AND64_K, OP_AND32_K,  OP_OR64_K,
        OP_XOR64_K,   OP_XOR32_K,   OP_LSH64_K,   OP_LSH32_K, OP_RSH64_K,  OP_RSH32_K,
        OP_ARSH64_K,  OP_ARSH32_K,  OP_BE16,      OP_BE32,    OP_BE64,     OP_BSWAP16,
        OP_LE16,      OP_LE32,      OP_NEG64,     OP_MOV32_X, OP_MOVS8_64, OP_MOVS8_32,
        OP_MOVS16_64, OP_MOVS16_32, OP_MOVS32_64, OP_SUB32_K, OP_OR32_K};
    unsigned op = operations[random_below(w->random, sizeof operations)];
    const struct opcode_info *info = &opcode_info[op];
    bool shifts =
        info->operation == DO_LSH || info->operation == DO_RSH || info->operation == DO_ARSH;
    static const uint8_t counts[] = {1, 8, 16, 24, 31, 32, 48, 56, 63, 5, 3};
    int32_t imm = shifts ? counts[random_below(w->random, sizeof counts)] & (info->bits - 1)
                         : some_constant(w);
    put_insn(w, op, 3, 3, imm);
    struct insn *last = &w->insn[w->slots - 1];
    if (info->source != SOURCE_X)
        last->src = 0;
    if (info->source != SOURCE_K)
        last->imm = 0;
}

/* What GCC makes of comparisons. */
static void some_idiom(struct writer *w) {
    put_insn(w, OP_XOR64_K, 3, 0, some_constant(w));
    if (random_below(w->random, 2)) {
        put_insn(w, OP_MOV64_X, 4, 3, 0);
        put_insn(w, OP_NEG64, 3, 0, 0);
        put_insn(w, OP_OR64_X, 3, 4, 0);
    } else {
        put_insn(w, OP_ADD64_K, 3, 0, -1);
    }
    put_insn(w, OP_RSH64_K, 3, 0, 63);
}

/* Conditions, one after the other; r0 is 1 where all hold. */
static void some_guard(struct writer *w) {
    static const uint8_t jumps[] = {OP_JEQ64_K,  OP_JNE64_K,  OP_JGT64_K,  OP_JGE64_K,  OP_JLT64_K,
                                    OP_JLE64_K,  OP_JSET64_K, OP_JSGT64_K, OP_JSGE64_K, OP_JSLT64_K,
                                    OP_JSLE64_K, OP_JEQ32_K,  OP_JNE32_K,  OP_JGT32_K,  OP_JGE32_K,
                                    OP_JLT32_K,  OP_JLE32_K,  OP_JSET32_K, OP_JSGT32_K, OP_JSGE32_K,
                                    OP_JSLT32_K, OP_JSLE32_K};
    uint32_t jump[4], conditions = 1 + random_below(w->random, 3);
    w->slots = 0;
    put_insn(w, OP_MOV64_K, 0, 0, 0);
    for (uint32_t i = 0; i < conditions; i++) {
        some_number(w);
        for (uint32_t n = random_below(w->random, 4); n > 0; n--)
            some_operation(w);
        if (random_below(w->random, 6) == 0)
            some_idiom(w);
        jump[i] = w->slots;
        put_insn(w, jumps[random_below(w->random, sizeof jumps)], 3, 0, some_constant(w));
    }
    if (random_below(w->random, 3)) {
        put_insn(w, OP_MOV64_K, 0, 0, 1);
    } else {
        some_number(w);
        some_operation(w);
        put_insn(w, OP_MOV64_X, 0, 3, 0);
    }
    for (uint32_t i = 0; i < conditions; i++)
        w->insn[jump[i]].off = (int16_t)(w->slots - jump[i] - 1);
    put_insn(w, OP_EXIT, 0, 0, 0);
}

static uint64_t number_of(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

static void test_random_guards_hold_when_their_forms_do(void **state) {
    (void)state;
    static struct facts facts;
    uint64_t seed = number_of("ENGINE_SEED", 1), last = seed + number_of("ENGINE_SETS", 20000);
    unsigned made = 0, known = 0, never = 0, held = 0;
    struct host_hooks host;
    host_hooks_init(&host);
    for (; seed < last; seed++) {
        struct random random;
        struct writer w = {.random = &random};
        struct guard_form form;
        struct report why;
        struct program p = {.insn = NULL};
        uint8_t bytes[SLOTS * INSN_BYTES];
        random_seed(&random, seed);
        some_guard(&w);
        for (uint32_t i = 0; i < w.slots; i++)
            insn_encode(w.insn[i], bytes + (size_t)i * INSN_BYTES);
        assert_true(program_decode(&p, &host.hooks, bytes, w.slots * INSN_BYTES, &why));
        if (!verify(&p, &asked, &host.hooks, &facts, &verdict))
            fail_msg("%s", verdict.text);
        assert_true(guard_form_find(&form, &p, &facts, &asked.entry, &host.hooks));
        made++;
        known += form.kind == GUARD_CONJUNCTION;
        never += form.kind == GUARD_NEVER;
        if (form.kind != GUARD_OPAQUE)
            held += compare_on(&p, &form, &random, 40);
        program_release(&p, &host.hooks);
    }
    print_message("%u guards: %u conjunctions, %u that never hold; held %u times\n", made, known,
                  never, held);
    assert_true(known > made / 4);
    assert_true(held > made);
    assert_int_equal(host.allocated, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_equality_over_an_argument),
        cmocka_unit_test(test_two_bounds_become_one_range),
        cmocka_unit_test(test_a_range_of_swapped_bytes_has_a_swapped_source),
        cmocka_unit_test(test_a_packet_s_length_comes_before_its_fields),
        cmocka_unit_test(test_what_is_no_conjunction_is_opaque),
        cmocka_unit_test(test_other_comparisons_with_a_packet_s_end_are_opaque),
        cmocka_unit_test(test_guards_with_effects_or_fuel_are_opaque),
        cmocka_unit_test(test_a_comparison_that_leaves_no_number_out_always_holds),
        cmocka_unit_test(test_a_register_that_is_written_loses_what_it_held),
        cmocka_unit_test(test_constants_have_the_width_of_their_instruction),
        cmocka_unit_test(test_bounds_that_exclude_each_other_never_hold),
        cmocka_unit_test(test_without_memory_nothing_is_known),
        cmocka_unit_test(test_what_is_proven_is_no_condition),
        cmocka_unit_test(test_conditions_that_there_is_no_room_for_are_opaque),
        cmocka_unit_test(test_an_offset_that_there_is_no_room_for_is_opaque),
        cmocka_unit_test(test_what_there_is_no_room_for_is_opaque),
        cmocka_unit_test(test_guards_in_c_are_recognised_as_two_compilers_make_them),
        cmocka_unit_test(test_random_guards_hold_when_their_forms_do),
    };
    return cmocka_run_group_tests_name("engine_guard_form", tests, NULL, NULL);
}
