/* SPDX-License-Identifier: MIT */
/* external.c -- S-CAP2, S-CAP3: processes name objects of the kernel by integers, in system calls
 * of their own. The number of a call is the external reference that the process tries. */
#include "program/attacks.h"

#include "common/engine.h"
#include "lib/error.h"
#include "measure/bench.h"
#include "spin/abi.h"
#include "spin/core/space/process.h"
#include "spin/runtime/external.h"

static const struct name_type lamp = {.name = "lamp"}, door = {.name = "door"};
static uint64_t lamps[4], doors[4]; /* each has its number */

/* The table of the address space that is loaded. */
static struct external_table *tables[2];
static struct process processes[2];

static struct external_table *table_here(void) {
    return tables[address_space_current == &processes[1].space];
}

/* The number of the lamp; an error as its negative. No reference is as small as a call's number. */
static void lamp_calls(struct trap_frame *f) {
    void *object = NULL;
    if (f->rax == SPIN_CALL_exit)
        process_exit(f->rdi);
    int error = external_internalize(table_here(), f->rax, &lamp, &object);
    f->rax = error ? (uint64_t)error : *(uint64_t *)object;
}

static uint64_t tries(unsigned process, uint64_t external) {
    struct process_end end = process_run(&processes[process], ATTACK_CALL, external, "");
    return end.killed ? 0 : end.status;
}

static uint64_t give(unsigned process, const struct name_type *type, uint64_t *object) {
    const struct named reference = {type, object};
    uint64_t external = EXTERNAL_NIL;
    external_externalize(tables[process], &reference, EXTERNAL_ANY_SLOT, &external);
    return external;
}

static bool open_both(void) {
    for (unsigned i = 0; i < 4; i++) {
        lamps[i] = 100 + i;
        doors[i] = 200 + i;
    }
    return external_create(&tables[0], &engine_hooks) == 0 &&
           process_create(&processes[0], "attacker", lamp_calls) == 0 &&
           process_create(&processes[1], "attacker", lamp_calls) == 0;
}

static void close_both(void) {
    for (unsigned i = 0; i < 2; i++) {
        process_destroy(&processes[i]);
        external_destroy(tables[i]);
    }
}

CHECK(external_processes,
      "external/a_process_comes_by_any_integer_to_what_it_was_given_and_to_nothing_else") {
    CHECK_THAT(c, open_both());
    uint64_t own = give(0, &lamp, &lamps[1]), other = give(0, &door, &doors[1]);
    CHECK_THAT(c, external_copy(tables[0], &tables[1]) == 0); /* the second is its child */
    uint64_t of_child = give(1, &lamp, &lamps[2]);
    CHECK_THAT(c, tries(0, own) == 101 && tries(1, own) == 101);
    CHECK_THAT(c, tries(0, other) == (uint64_t)-E_INVALID);
    CHECK_THAT(c, tries(1, of_child) == 102 && tries(0, of_child) == (uint64_t)-E_NOT_FOUND);
    CHECK_THAT(c, external_delete(tables[0], own) == 0);
    CHECK_THAT(c, tries(0, own) == (uint64_t)-E_NOT_FOUND && tries(1, own) == 101);
    for (uint64_t guess = 256, n = 0; n < 200; n++, guess = guess * 3 + 1) {
        bool is_door = guess == other;
        CHECK_THAT(c, tries(0, guess) == (uint64_t)(is_door ? -E_INVALID : -E_NOT_FOUND));
    }
    close_both();
}

CHECK(external_once, "external/one_reference_has_one_integer_in_its_slot_and_one_delete_ends_it") {
    const struct named first = {&lamp, &lamps[1]}, second = {&lamp, &lamps[2]};
    uint64_t external = 1;
    CHECK_THAT(c, open_both());
    CHECK_THAT(c, external_copy(tables[0], &tables[1]) == 0);
    uint64_t own = give(0, &lamp, &lamps[1]);
    CHECK_THAT(c, give(0, &lamp, &lamps[1]) == own && give(0, &lamp, NULL) == EXTERNAL_NIL);
    CHECK_THAT(c, external_externalize(tables[0], &second, own % EXTERNAL_MAX, &external) ==
                      -E_EXISTS);
    CHECK_THAT(c, external_externalize(tables[0], &first, own % EXTERNAL_MAX + 1, &external) ==
                      -E_EXISTS);
    CHECK_THAT(c, tries(0, own) == 101 && external_delete(tables[0], own) == 0);
    CHECK_THAT(c, tries(0, own) == (uint64_t)-E_NOT_FOUND);
    CHECK_THAT(c, external_delete(tables[0], own) == -E_NOT_FOUND);
    close_both();
}

/* A table that leads each integer to a door, whatever it was given. */
static int lies(struct external_table *t, uint64_t external, struct named *reference) {
    (void)t;
    *reference = (struct named){external % 2 ? &lamp : &door, &doors[3]};
    return 0;
}

static void nothing(struct external_table *t) {
    (void)t;
}

CHECK(external_own, "external/a_table_that_lies_harms_its_own_process_alone") {
    static const struct external_operations operations = {.internalize = lies, .destroy = nothing};
    static struct external_table own_table = {&operations};
    CHECK_THAT(c, open_both());
    tables[1] = &own_table;
    uint64_t own = give(0, &lamp, &lamps[1]);
    CHECK_THAT(c, tries(1, 256) == (uint64_t)-E_INVALID); /* the service is given no other type */
    CHECK_THAT(c, tries(1, 257) == 203 &&
                      tries(0, 257) == (own == 257 ? 101 : (uint64_t)-E_NOT_FOUND));
    CHECK_THAT(c, tries(0, own) == 101);
    close_both();
}
