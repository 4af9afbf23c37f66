/* SPDX-License-Identifier: MIT */
/* batch.c -- several calls in one. */
#include "small_machine.h"

#include "exo/libos/batch_run.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"

#define MANY 500
#define PAGE 0x500000000000ul

static struct exo_batch v[MANY];

static void fill(uint64_t number) {
    for (uint64_t i = 0; i < MANY; i++)
        v[i] = (struct exo_batch){number, {i, 1, 0, 0, 0, i}, 0};
}

CHECK(batch_all, "batch/each_call_is_made_once_with_its_arguments_and_tells_what_it_gave") {
    fill(EXO_CALL_arguments);
    CHECK_THAT(c, batch_run(v, MANY) == MANY);
    for (unsigned i = 0; i < MANY; i++)
        CHECK_THAT(c, v[i].result == (int64_t)(7 * i + 2));
    CHECK_THAT(c, exo_batch(v, 0, 0) == 0 && exo_batch(v, 3, 3) == 0 && exo_batch(v, 3, 9) == 0);
}

CHECK(batch_error, "batch/the_first_error_ends_it_and_nothing_behind_it_is_made") {
    fill(EXO_CALL_null);
    v[7] = (struct exo_batch){EXO_CALL_cap_forge, {EXO_CAPS}, 0};
    __builtin_memset(&v[7].argument[1], 0xff, 16);
    CHECK_THAT(c, batch_run(v, MANY) == 7 && v[7].result == -E_PERM && v[8].result == 0);
    v[0] = v[7];
    CHECK_THAT(c, exo_batch(v, MANY, 0) == -E_PERM && v[0].result == -E_PERM);
}

CHECK(batch_refused, "batch/calls_that_are_no_quick_ones_are_in_none") {
    static const uint64_t bad[] = {
        EXO_CALL_batch,  EXO_CALL_session,  EXO_CALL_function_run, EXO_CALL_predicate_set,
        EXO_QUICK_COUNT, EXO_CALL_env_exit, EXO_CALL_COUNT,        EXO_TRANSFER,
        EXO_YIELD,       1ul << 32,         0x8000000000000000,    -1ul};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        v[0] = (struct exo_batch){bad[i], {0}, 0};
        if (exo_batch(v, 1, 0) != -E_NO_CALL)
            check_fail(c, "%#lx", bad[i]);
    }
}

CHECK(batch_vector, "batch/a_vector_that_is_not_the_callers_to_read_and_write_is_refused") {
    static const uint64_t bad[] = {0,     PAGE,    0xffffffff80200000, 0x7fffffffffe8, -8ul,
                                   -64ul, EXO_INFO};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_THAT(c, exo_batch((struct exo_batch *)bad[i], 1, 0) == -E_FAULT);
    CHECK_THAT(c,
               exo_batch(v, -1ul, -2ul) == -E_FAULT && exo_batch(v, -1ul, 1ul << 58) == -E_FAULT);
}

/* A call changes the vector itself: what is behind it is read after it, what is its own before. */
CHECK(batch_changes, "batch/a_call_that_changes_its_own_element_is_made_as_it_was") {
    static uint64_t word = EXO_CALL_env_self;
    fill(EXO_CALL_null);
    struct exo_batch *at = (struct exo_batch *)PAGE;
    CHECK_THAT(c, frames_map(0, 0, 0, PAGE, 1, EXO_WRITE | EXO_NO_EXEC) == 0);
    const struct exo_pages none = {PAGE, 0, 1};
    /* The second element takes the page of the vector away: its own result is lost, and the third
     * is not there any more. */
    at[0] = v[0];
    at[1] = (struct exo_batch){EXO_CALL_page_update, {0, 0, 0, (uint64_t)&none, 1, 0}, 0};
    at[2] = v[0];
    CHECK_THAT(c, exo_batch(at, 3, 0) == 1 && exo_batch(at, 3, 1) == 1);
    CHECK_THAT(c, exo_batch(at, 3, 2) == -E_FAULT);
    /* The first writes the second's number, which is read when the first is done. */
    v[0] = (struct exo_batch){EXO_CALL_env_write,
                              {0, 0, __builtin_offsetof(struct exo_uarea, own), (uint64_t)&word, 8},
                              0};
    v[1] = (struct exo_batch){EXO_CALL_env_read,
                              {0, 0, __builtin_offsetof(struct exo_uarea, own), (uint64_t)&v[1], 8},
                              0};
    CHECK_THAT(c, batch_run(v, 2) == 2 && v[1].number == EXO_CALL_env_self && v[1].result == 0);
}

CHECK(batch_bound, "batch/it_stops_when_it_has_taken_long_enough") {
    fill(EXO_CALL_null);
    long done = exo_batch(v, MANY, 0);
    CHECK_THAT(c, done > 0 && done < MANY && batch_run(v, MANY) == MANY);
}

/* So many short calls before one that takes as long as a call may. */
CHECK(batch_longest, "batch/it_keeps_interrupts_off_no_longer_than_10000_instructions") {
    if (!strstr((const char *)env_info()->command_line, "clock=icount") || small_machine(c))
        return;
    const struct exo_pages all = {PAGE, frames_pick_run(512) << 12 | EXO_PRESENT | EXO_NO_EXEC,
                                  512};
    const struct exo_pages none = {PAGE, 0, 512};
    uint64_t longest = 0;
    for (unsigned nulls = 0; nulls < 40; nulls++) {
        fill(EXO_CALL_null);
        v[nulls] = (struct exo_batch){EXO_CALL_page_update, {0, 0, 0, (uint64_t)&all, 1, 0}, 0};
        uint64_t begun = __builtin_ia32_rdtsc();
        long done = exo_batch(v, nulls + 1, 0);
        uint64_t took = __builtin_ia32_rdtsc() - begun;
        CHECK_THAT(c, done > 0);
        longest = took > longest ? took : longest;
        for (uint64_t gone = 0; gone < 512;)
            gone += (uint64_t)exo_page_update(0, 0, 0, &none, 1, gone);
    }
    if (longest > 10000 || longest < 5000)
        check_fail(c, "%lu instructions", longest);
}
