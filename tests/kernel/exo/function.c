/* SPDX-License-Identifier: MIT */
/* function.c -- untrusted functions from the environment's side: what they give, either way, and
 * what the kernel refuses. */
#include "../embed.h"
#include "program/attacks.h"
#include "small_machine.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/crc32.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"

EMBED(gcc_function, "tests/engine/function.gcc-O2.o");
EMBED(clang_function, "tests/engine/function.clang-O2.o");
EMBED(deep_function, "tests/engine/deep.clang-O2.o");
EMBED(gcc_turns, "tests/kernel/exo/function/turns.gcc-O2.o");
EMBED(clang_turns, "tests/kernel/exo/function/turns.clang-O2.o");
EMBED(gcc_gives_up, "tests/kernel/exo/function/gives_up.gcc-O2.o");
EMBED(clang_gives_up, "tests/kernel/exo/function/gives_up.clang-O2.o");
EMBED(other_object, "tests/engine/caller.gcc-O2.o");
EMBED(tells_address, "tests/kernel/exo/attack/tells_address.clang-O2.o");
EMBED(comes_round, "tests/kernel/exo/attack/comes_round.clang-O2.o");

static char text[EXO_FUNCTION_TEXT];

static long run(const uint8_t *from, const uint8_t *to, uint64_t argument, uint64_t how) {
    return exo_function_run(0, from, (size_t)(to - from), argument, how, text);
}

CHECK(function_result, "function/both_compilers_and_both_ways_give_what_the_same_c_gives_here") {
    if (small_machine(c))
        return;
    for (unsigned compiled = 0; compiled < 2; compiled++) {
        long expected = crc32_update(0, "7102", 4) & 0x7fffffff;
        long gcc = run(gcc_function, gcc_function_end, 2017, compiled);
        long clang = run(clang_function, clang_function_end, 2017, compiled);
        if (gcc != expected || clang != expected)
            check_fail(c, "%ld and %ld instead of %ld: %s", gcc, clang, expected, text);
    }
}

CHECK(function_refused, "function/what_is_no_function_is_refused_with_a_reason") {
    if (small_machine(c))
        return;
    CHECK_THAT(c, run(other_object, other_object_end, 1, true) == -E_BAD_IMAGE);
    if (!strstr(text, "weigh: no domain in the list exports this name (unknown-name)"))
        check_fail(c, "%s", text);
    CHECK_THAT(c, run((const uint8_t *)text, (const uint8_t *)text + 100, 1, true) == -E_BAD_IMAGE);
    CHECK_THAT(c, strstr(text, "(not-elf)"));
}

CHECK(function_deep, "function/one_that_needs_more_stack_than_the_kernel_spares_is_refused") {
    if (small_machine(c))
        return;
    CHECK_THAT(c, run(deep_function, deep_function_end, 1, true) == -E_BAD_IMAGE);
    if (!strstr(text,
                "object: function: the program and what it calls need more stack than programs "
                "of its kind get: 5280 bytes, and not 4096 (stack)\n"))
        check_fail(c, "%s", text);
}

/* What must have ended a function, by a report that names the place and shows no register. */
static void expect_end(struct check *c, long result, const char *why, const char *instruction) {
    if (result != -E_BAD_IMAGE || !strstr(text, why) || !strstr(text, instruction) ||
        !strstr(text, ".bpf.c:") || strstr(text, " r0: 0x"))
        check_fail(c, "%ld: wanted %s: %s", result, why, text);
}

CHECK(function_turns, "function/one_that_nobody_can_bound_runs_on_turns_and_ends_with_them") {
    if (small_machine(c))
        return;
    uint64_t fuel = EXO_FUNCTION_FUEL(200);
    CHECK_THAT(c, run(clang_turns, clang_turns_end, 6, true) == -E_BAD_IMAGE);
    for (uint64_t how = fuel; how <= fuel + EXO_FUNCTION_COMPILED; how++) {
        CHECK_THAT(c, run(gcc_turns, gcc_turns_end, 27, how) == 111);
        CHECK_THAT(c, run(clang_turns, clang_turns_end, 27, how) == 111);
        expect_end(c, run(gcc_turns, gcc_turns_end, 0, how), "ran out of fuel", "  instruction ");
        expect_end(c, run(clang_turns, clang_turns_end, 0, how), "ran out of fuel",
                   "  instruction ");
    }
    CHECK_THAT(c, run(gcc_turns, gcc_turns_end, 27, EXO_FUNCTION_FUEL(EXO_FUNCTION_FUEL_MAX + 1)) ==
                      -E_INVALID);
    CHECK_THAT(c, run(gcc_turns, gcc_turns_end, 27, -1ul) == -E_INVALID);
}

CHECK(function_gives_up, "function/one_that_gives_up_is_ended_at_its_call") {
    if (small_machine(c))
        return;
    const char *why = "was ended by a function that it called: it gave up: 7\n";
    for (unsigned compiled = 0; compiled < 2; compiled++) {
        CHECK_THAT(c, run(gcc_gives_up, gcc_gives_up_end, 8, compiled) == 4);
        expect_end(c, run(gcc_gives_up, gcc_gives_up_end, 7, compiled), why, ": call 0\n");
        expect_end(c, run(clang_gives_up, clang_gives_up_end, 7, compiled), why, ": call 0\n");
    }
}

CHECK(function_attack, "function/lengths_and_addresses_that_are_not_the_callers_are_refused") {
    if (small_machine(c))
        return;
    const uint8_t *kernel = (const uint8_t *)0xffffffff80200000;
    size_t len = (size_t)(gcc_function_end - gcc_function);
    CHECK_THAT(c, run(kernel, kernel + 100, 1, true) == -E_FAULT);
    CHECK_THAT(c, exo_function_run(0, gcc_function, EXO_FUNCTION_BYTES + 1, 1, true, text) ==
                      -E_TOO_LONG);
    CHECK_THAT(c, exo_function_run(0, gcc_function, -1ul, 1, true, text) == -E_TOO_LONG);
    CHECK_THAT(c, exo_function_run(1, gcc_function, len, 1, true, text) == -E_PERM);
    CHECK_THAT(c, exo_function_run(0, text, 100, 1, true, (char *)kernel) == -E_FAULT);
    CHECK_THAT(c, exo_function_run(0, gcc_function, len, 1, true, (char *)kernel) >= 0);
}

/* Whatever the argument, for nothing is run. */
static void expect_refusal(struct check *c, const uint8_t *from, const uint8_t *to,
                           const char *rule) {
    static const uint64_t ways[] = {0, EXO_FUNCTION_COMPILED, EXO_FUNCTION_FUEL(100),
                                    EXO_FUNCTION_FUEL(100) | EXO_FUNCTION_COMPILED};
    for (unsigned i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        CHECK_THAT(c, run(from, to, 12, ways[i]) == -E_BAD_IMAGE);
        if (!strstr(text, rule))
            check_fail(c, "wanted %s: %s", rule, text);
    }
}

CHECK(function_tells, "function/one_that_would_tell_an_address_of_the_kernels_is_refused") {
    expect_refusal(c, tells_address, tells_address_end, "\npointer-part: ");
}

CHECK(function_comes_round,
      "function/one_whose_pointer_would_come_round_to_its_caller_is_refused") {
    expect_refusal(c, comes_round, comes_round_end, "\noffset-range: ");
}

CHECK(function_leak, "function/a_hundred_runs_and_refusals_leave_no_frame") {
    if (small_machine(c))
        return;
    uint64_t before = 0;
    for (unsigned i = 0; i < 100; i++) {
        CHECK_THAT(c, run(gcc_function, gcc_function_end, i, i & 1) >= 0);
        CHECK_THAT(c, run(other_object, other_object_end, i, i & 1) == -E_BAD_IMAGE);
        if (i == 1)
            before = frames_free();
    }
    CHECK_THAT(c, frames_free() == before);
}
