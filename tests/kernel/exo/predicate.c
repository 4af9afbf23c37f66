/* SPDX-License-Identifier: MIT */
/* predicate.c -- wakeup predicates: what they may read, what they say, and who sleeps by them. The
 * sleepers are the program `attacker`. */
#include "../embed.h"
#include "program/attacks.h"
#include "small_machine.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"

EMBED(gcc_wakes, "tests/kernel/exo/predicate/wakes.gcc-O2.o");
EMBED(clang_wakes, "tests/kernel/exo/predicate/wakes.clang-O2.o");

#define PAGE 0x500000000000ul /* where these checks map one */

static char text[EXO_FUNCTION_TEXT];
static uint8_t code[EXO_PREDICATE_BYTES];
static volatile uint64_t words[8];

static uint64_t self(void) {
    return (uint64_t)exo_env_self();
}

/* Holds when variable 0 is not 0. */
static size_t not_zero(void) {
    static const struct term terms[] = {{TERM_NE, 0, TERM_CONSTANT, 0}, {TERM_OR, 0, 0, 5}};
    return (size_t)predicate_of_terms(terms, 2, 1, code, sizeof code);
}

static long set_one(struct exo_variable v) {
    return exo_predicate_set(code, not_zero(), &v, 1, 0, text);
}

static long set_word(volatile uint64_t *word) {
    return set_one((struct exo_variable){(uint64_t)word, 0});
}

static void set_none(void) {
    exo_predicate_set(NULL, 0, NULL, 0, 0, NULL);
}

/* The number of the frame that is mapped at PAGE, by the capability in this slot. */
static uint64_t map_page(unsigned holder) {
    frames_map(0, 0, holder, PAGE, 1, EXO_WRITE | EXO_NO_EXEC);
    return (exposed_entry(PAGE) & EXO_FRAME_OF) / 4096;
}

static void unmap_page(void) {
    const struct exo_pages none = {PAGE, 0, 1};
    exo_page_update(0, 0, 0, &none, 1, 0);
}

CHECK(predicate_refused, "predicate/a_variable_that_is_not_the_callers_to_read_is_refused") {
    static const struct cap one = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {1}},
                            two = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {2}};
    exo_cap_forge(0, 1, one);
    exo_cap_forge(0, 2, two);
    exo_cap_forge(0, 3, (struct cap){0});
    uint64_t frame = map_page(1), at = frame * 4096 + 8;
    CHECK_THAT(c, set_one((struct exo_variable){PAGE + 8, 1}) == 0);
    CHECK_THAT(c, exposed_frame(frame)->pins == 1);
    CHECK_THAT(c, set_one((struct exo_variable){at | EXO_PHYSICAL, 1}) == 0);
    CHECK_THAT(c, exposed_frame(frame)->pins == 1 && exposed_frame(frame)->references == 2);
    CHECK_THAT(c, set_one((struct exo_variable){PAGE + 8, 2}) == -E_PERM);
    CHECK_THAT(c, set_one((struct exo_variable){at | EXO_PHYSICAL, 2}) == -E_PERM);
    CHECK_THAT(c, set_one((struct exo_variable){PAGE + 8, EXO_CAPS}) == -E_PERM);
    CHECK_THAT(c, set_one((struct exo_variable){PAGE + 8, -1ul}) == -E_PERM); /* no slots */
    CHECK_THAT(c, set_one((struct exo_variable){PAGE + 8, 1ul << 40}) == -E_PERM);
    CHECK_THAT(c, set_one((struct exo_variable){PAGE + 8, 3}) == -E_PERM);
    CHECK_THAT(c, set_one((struct exo_variable){PAGE + 4, 1}) == -E_INVALID);
    CHECK_THAT(c, set_one((struct exo_variable){PAGE + 4092, 1}) == -E_INVALID);
    CHECK_THAT(c, set_one((struct exo_variable){PAGE + 4096, 0}) == -E_FAULT);
    CHECK_THAT(c, exposed_frame(frame)->pins == 1);
    set_none();
    CHECK_THAT(c, exposed_frame(frame)->pins == 0);
    unmap_page();
    CHECK_THAT(c, set_one((struct exo_variable){at | EXO_PHYSICAL, 0}) == -E_PERM); /* it is free */
}

CHECK(predicate_kernel, "predicate/of_the_kernels_memory_only_what_is_exposed_is_read") {
    static const uint64_t refused[] = {0xffffffff80200000, 0x8000000000000000, 0x800000000000,
                                       EXO_TABLES,         EXO_UAREAS - 4096,  0,
                                       0x7ffffffff000};
    for (unsigned i = 0; i < sizeof refused / sizeof refused[0]; i++)
        CHECK_THAT(c, set_one((struct exo_variable){refused[i], 0}) == -E_FAULT);
    uint64_t other = EXO_UAREAS + (self() % EXO_ENVS + 1) * 4096;
    CHECK_THAT(c, set_one((struct exo_variable){other, 0}) == -E_FAULT);
    uint64_t table = exposed_entry(entry_at(PAGE)) & EXO_FRAME_OF;
    CHECK_THAT(c, set_one((struct exo_variable){table | EXO_PHYSICAL, 0}) == -E_PERM);
    CHECK_THAT(c, set_one((struct exo_variable){1ul << 62 | EXO_PHYSICAL, 0}) == -E_PERM);
    CHECK_THAT(c, set_one((struct exo_variable){(uint64_t)&env_info()->now, EXO_CAPS}) == 0);
    CHECK_THAT(c, set_one((struct exo_variable){(uint64_t)uarea->own, EXO_CAPS}) == 0);
    set_none();
}

/* What is exposed may lie in large pages. */
CHECK(predicate_exposed, "predicate/of_what_is_exposed_it_reads_the_word_that_its_owner_sees") {
    static const uint64_t tells[] = {0x1079, 0x95};
    unsigned read = 0;
    for (uint64_t i = 0; i < 64; i++) {
        uint64_t number = i * env_info()->frame_count / 64;
        uint64_t at = i % 2 ? (uint64_t)&exposed_frame(number)->acl
                            : env_info()->boot_at + i * env_info()->boot_bytes / 64 / 8 * 8;
        const struct exo_variable v = {at & -8ul, 0};
        uint64_t word = *(const volatile uint64_t *)v.at;
        CHECK_THAT(c, exo_predicate_set(tells, sizeof tells, &v, 1, 0, text) == 0);
        read += word != 0;
        if (word && (exo_env_sleep() || uarea->predicate_tag != word))
            check_fail(c, "%#lx: %#lx, not %#lx", v.at, uarea->predicate_tag, word);
    }
    set_none();
    CHECK_THAT(c, read > 16);
}

CHECK(predicate_arguments, "predicate/lengths_and_addresses_that_are_none_are_refused") {
    static struct exo_variable many[EXO_VARIABLES + 1];
    size_t bytes = not_zero();
    const char *kernel = (const char *)0xffffffff80200000;
    for (unsigned i = 0; i <= EXO_VARIABLES; i++)
        many[i] = (struct exo_variable){(uint64_t)&words[i % 8], 0};
    CHECK_THAT(c, exo_predicate_set(code, bytes, many, EXO_VARIABLES, 0, text) == 0);
    CHECK_THAT(c, exo_predicate_set(code, bytes, many, EXO_VARIABLES + 1, 0, text) == -E_TOO_LONG);
    CHECK_THAT(c, exo_predicate_set(code, bytes, many, -1ul, 0, text) == -E_TOO_LONG);
    CHECK_THAT(c, exo_predicate_set(code, sizeof code + 8, many, 1, 0, text) == -E_TOO_LONG);
    CHECK_THAT(c, exo_predicate_set(kernel, 16, many, 1, 0, text) == -E_FAULT);
    CHECK_THAT(c, exo_predicate_set(code, bytes, (const void *)kernel, 1, 0, text) == -E_FAULT);
    CHECK_THAT(c, exo_predicate_set(code, bytes, many, 1, 2, text) == -E_INVALID);
    CHECK_THAT(c, exo_predicate_set(code, 12, many, 1, 0, (char *)kernel) == -E_FAULT);
    set_none();
    CHECK_THAT(c, exo_env_sleep() == -E_NOT_FOUND);
}

/* What must not run, in instructions of RFC 9669. */
static const struct hostile {
    const char *rule;
    uint64_t insn[4];
} hostile[] = {
    {"\nbounds: ", {0x0000000000081079, 0x95}}, /* reads behind its variables */
    {"\nbounds: ", {0x00000000fff81079, 0x95}}, /* and before them */
    {"\nread-only: ", {0x000000000000117b, 0x00000000000000b7, 0x95}}, /* writes one */
    {"\nresult: ", {0x00000000000010bf, 0x95}},                        /* tells where they are */
    {"\nunset: ", {0x00000000000020bf, 0x95}},                         /* tells what is in r2 */
    {"\nendless: ", {0x00000000ffff0005, 0x95}},                       /* never ends */
    {"instruction 0: ", {0x0000000500000085, 0x95}},                   /* calls the kernel */
    {"instruction 0: ", {0x0000000100002085, 0x95}},                   /* by the number of a type */
    {"\ncall-target: ", {0x000000000000008d, 0x95}},                   /* by a pointer */
    {"instruction 0: ", {0x00000000000000b7}},                         /* runs off its end */
    {"instruction 0: ", {0x00000000000000ff, 0x95}},                   /* is no instruction */
};

CHECK(predicate_hostile, "predicate/code_that_is_not_proven_is_refused_and_the_one_before_stays") {
    const struct exo_variable v = {(uint64_t)words, 0};
    words[0] = 1;
    CHECK_THAT(c, set_word(words) == 0);
    for (unsigned i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        unsigned count = 0;
        while (count < 4 && hostile[i].insn[count])
            count++;
        for (unsigned how = 0; how <= EXO_PREDICATE_INTERPRETED; how++) {
            long error = exo_predicate_set(hostile[i].insn, count * 8, &v, 1, how, text);
            if (error != -E_BAD_IMAGE || !strstr(text, hostile[i].rule))
                check_fail(c, "%u: %ld: %s", i, error, text);
        }
    }
    CHECK_THAT(c, exo_env_sleep() == 0 && uarea->predicate_tag == 5);
    set_none();
}

CHECK(predicate_budget, "predicate/one_that_would_take_too_long_is_refused") {
    static uint64_t insn[EXO_PREDICATE_BYTES / 8];
    const struct exo_variable v = {(uint64_t)words, 0};
    for (unsigned i = 0; i < EXO_PREDICATE_BYTES / 8 - 1; i++)
        insn[i] = 0x00000001000000b7; /* r0 = 1 */
    insn[EXO_PREDICATE_BYTES / 8 - 1] = 0x95;
    CHECK_THAT(c, exo_predicate_set(insn, sizeof insn, &v, 1, 0, text) == -E_BAD_IMAGE);
    insn[EXO_PREDICATE_COST - 1] = 0x95;
    CHECK_THAT(c, exo_predicate_set(insn, EXO_PREDICATE_COST * 8, &v, 1, 0, text) == 0);
    set_none();
}

CHECK(predicate_object, "predicate/both_compilers_and_both_ways_say_what_the_c_says") {
    const struct exo_variable v[] = {{(uint64_t)&words[0], 0},
                                     {(uint64_t)&words[1], 0},
                                     {(uint64_t)&words[2], 0},
                                     {(uint64_t)&words[3], 0}};
    const uint8_t *object[] = {gcc_wakes, clang_wakes}, *end[] = {gcc_wakes_end, clang_wakes_end};
    for (unsigned i = 0; i < 4; i++) {
        size_t bytes = 0;
        const void *insns =
            predicate_of_object(object[i / 2], (size_t)(end[i / 2] - object[i / 2]), &bytes);
        CHECK_THAT(c, insns);
        long error = exo_predicate_set(insns, bytes, v, 4, i % 2, text);
        if (error)
            check_fail(c, "%u: %ld: %s", i, error, text);
        words[0] = 9;
        words[1] = 2;
        CHECK_THAT(c, exo_env_sleep() == 0 && uarea->predicate_tag == 7);
        words[1] = 9;
        words[2] = words[3] = -1ul;
        CHECK_THAT(c, exo_env_sleep() == 0 && uarea->predicate_tag == 1000);
    }
    set_none();
}

CHECK(predicate_terms, "predicate/what_is_no_sum_of_products_is_refused_by_the_library") {
    static const struct term good[] = {{TERM_EQ, 0, 1, 0}, {TERM_OR, 0, 0, 1}},
                             no_end[] = {{TERM_OR, 0, 0, 1}, {TERM_EQ, 0, 1, 0}},
                             no_tag[] = {{TERM_EQ, 0, 1, 0}, {TERM_OR, 0, 0, 0}},
                             no_op[] = {{TERM_OR + 1, 0, 1, 0}, {TERM_OR, 0, 0, 1}};
    CHECK_THAT(c, predicate_of_terms(good, 2, 2, code, sizeof code) > 0);
    CHECK_THAT(c, predicate_of_terms(good, 2, 1, code, sizeof code) == -E_INVALID);
    CHECK_THAT(c, predicate_of_terms(good, 0, 2, code, sizeof code) == -E_INVALID);
    CHECK_THAT(c, predicate_of_terms(good, 2, 2, code, 16) == -E_TOO_LONG);
    CHECK_THAT(c, predicate_of_terms(no_end, 2, 2, code, sizeof code) == -E_INVALID);
    CHECK_THAT(c, predicate_of_terms(no_tag, 2, 2, code, sizeof code) == -E_INVALID);
    CHECK_THAT(c, predicate_of_terms(no_op, 2, 2, code, sizeof code) == -E_INVALID);
    size_t bytes;
    CHECK_THAT(c, !predicate_of_object(text, 63, &bytes));
    CHECK_THAT(c, !predicate_of_object(code, sizeof code, &bytes));
}

/* --- Pins --- */

CHECK(predicate_pinned, "predicate/the_frame_of_a_variable_stays_though_its_owner_unmaps_it") {
    uint64_t frame = map_page(0);
    *(volatile uint64_t *)PAGE = 1;
    CHECK_THAT(c, set_word((volatile uint64_t *)PAGE) == 0);
    unmap_page();
    const volatile struct exo_frame *f = exposed_frame(frame);
    CHECK_THAT(c, f->references == 1 && f->pins == 1 && f->readers + f->writers == 0);
    const struct exo_pages again = {PAGE | EXO_FRESH, frame << 12 | EXO_NO_EXEC | EXO_PRESENT, 1};
    CHECK_THAT(c, exo_page_update(0, 0, 0, &again, 1, 0) == -E_EXISTS);
    CHECK_THAT(c, exo_env_sleep() == 0 && uarea->predicate_tag == 5);
    set_none();
    CHECK_THAT(c, f->references == 0);
}

static uint64_t sleeper(void) {
    long id = spawn(0, "attacker", ATTACK_SLEEP, SPAWN_NO_GRANT, 0);
    if (id > 0)
        exo_env_yield((uint64_t)id);
    return id > 0 ? (uint64_t)id : 0;
}

CHECK(predicate_many, "predicate/300_on_one_frame_pin_it_300_times_and_give_all_of_it_back") {
    static long id[300];
    if (small_machine(c))
        return;
    uint64_t frame = map_page(0), before = 0;
    const volatile struct exo_frame *f = exposed_frame(frame);
    for (unsigned round = 0; round < 2; round++) { /* the kernel's heap grows in the first */
        for (unsigned i = 0; i < 300; i++) {
            id[i] = spawn(0, "attacker", ATTACK_SLEEP_FRAME | frame << 32, 0, 0);
            CHECK_THAT(c, id[i] > 0);
            exo_env_yield((uint64_t)id[i]);
        }
        CHECK_THAT(c, f->pins == 300 && f->references == 301);
        for (unsigned i = 0; i < 300; i++)
            exo_env_destroy(0, (uint64_t)id[i]);
        before = round ? before : frames_free();
    }
    uint64_t after = frames_free(); /* fewer where code split a large page of the direct map */
    if (after + 8 < before || f->pins || f->references != 1)
        check_fail(c, "%lu frames were free, %lu are; %u pins", before, after, f->pins);
    unmap_page();
}

CHECK(predicate_leak, "predicate/a_hundred_set_refused_and_replaced_leave_nothing") {
    const struct exo_variable v[2] = {{(uint64_t)words, 0}, {PAGE, 0}};
    const volatile struct exo_env *e = exposed_env(self());
    uint64_t before = 0, kernel = 0;
    for (unsigned i = 0; i < 100; i++) {
        CHECK_THAT(c, exo_predicate_set(code, not_zero(), v, 1, i & 1, text) == 0);
        CHECK_THAT(c, e->kernel > kernel || i < 2);
        CHECK_THAT(c, exo_predicate_set(code, not_zero(), v, 2, i & 1, text) == -E_FAULT);
        CHECK_THAT(c, exo_predicate_set(hostile[0].insn, 16, v, 1, i & 1, text) == -E_BAD_IMAGE);
        set_none();
        if (i == 1) {
            before = frames_free();
            kernel = e->kernel;
        }
    }
    CHECK_THAT(c, frames_free() == before && e->kernel == kernel);
}

/* --- Sleeping --- */

static void divide(uint64_t env) {
    for (unsigned i = 0; i < EXO_SLOTS; i += 2)
        exo_slot_set(0, i, env, 0);
}

CHECK(predicate_sleeper, "predicate/a_sleeper_goes_on_when_its_word_changes_and_not_before") {
    uint64_t id = sleeper(), one = 1;
    CHECK_THAT(c, id);
    const volatile struct exo_env *e = exposed_env(id);
    divide(id);
    CHECK_THAT(c, e->asleep);
    for (unsigned i = 0; i < 2 * EXO_SLOTS; i++)
        exo_env_yield(0);
    CHECK_THAT(c, e->asleep && e->state == EXO_ENV_READY);
    exo_env_yield(id); /* wakes it, and it finds no tag and sleeps again */
    CHECK_THAT(c, e->asleep);
    exo_env_write(0, id, offsetof(struct exo_uarea, own), &one, sizeof one);
    for (unsigned i = 0; i < 4; i++)
        exo_env_yield(0);
    CHECK_THAT(c, e->state == EXO_ENV_EXITED && e->ended == 77);
    divide(self());
}

CHECK(predicate_lost_wakeup, "predicate/what_became_true_before_the_sleep_is_not_missed") {
    const struct exo_variable v = {(uint64_t)words, 0};
    uint64_t tag = 0;
    words[0] = 1;
    CHECK_THAT(c, predicate_sleep(code, not_zero(), &v, 1, &tag) == 0 && tag == 5);
    CHECK_THAT(c, !exposed_env(self())->asleep); /* its next slices are not asked for */
    set_none();
}

CHECK(predicate_timeout, "predicate/while_all_sleep_the_processor_does_and_time_goes_on") {
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return;
    }
    const struct exo_variable v = {(uint64_t)&env_info()->now, 0};
    uint64_t begin = __builtin_ia32_rdtsc(), tag = 0, ms = env_info()->tsc_hz / 1000;
    const struct term terms[] = {{TERM_GE, 0, TERM_CONSTANT, begin + 5 * ms}, {TERM_OR, 0, 0, 9}};
    size_t bytes = (size_t)predicate_of_terms(terms, 2, 1, code, sizeof code);
    uint64_t other = sleeper();
    CHECK_THAT(c, other);
    divide(other);
    CHECK_THAT(c, predicate_sleep(code, bytes, &v, 1, &tag) == 0 && tag == 9);
    uint64_t took = __builtin_ia32_rdtsc() - begin;
    divide(self());
    exo_env_destroy(0, other);
    set_none();
    if (took < 5 * ms || took > 50 * ms)
        check_fail(c, "%lu ticks of %lu a millisecond", took, ms);
}

CHECK(predicate_held, "predicate/a_frame_that_only_pins_hold_is_not_pinned_again") {
    const struct exo_variable physical = {map_page(0) * 4096 | EXO_PHYSICAL, 0};
    CHECK_THAT(c, set_one(physical) == 0);
    unmap_page();
    CHECK_THAT(c, set_one(physical) == -E_BUSY);
    CHECK_THAT(c, exo_frame_pin(0, physical.at / 4096) == -E_BUSY);
    set_none();
    CHECK_THAT(c, set_one(physical) == -E_PERM); /* it is free */
}
