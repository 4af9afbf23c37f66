/* SPDX-License-Identifier: MIT */
/* take_all.c -- one environment takes all there is of something: it is told so, and the calls of
 * others work. */
#include "../books_call.h"
#include "program/attacks.h"
#include "program/take_all.h"
#include "small_machine.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/upcall/upcall_handle.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "measure/bench.h"

#define SLOT 7
#define PAGE 0x500000000000ul

static const struct cap held = BOOKS_PRISON, all = {.rights = CAP_ALL, .valid = 1};

static void books(uint64_t what) {
    syscall3(EXO_CALL_env_self, BOOKS_MAGIC, what, 0);
}

static void fault(void *unused) {
    (void)unused;
    __asm__ volatile("movb $1, (%0)" : : "r"(8ul) : "memory");
}

/* Calls that need frames of the kernel's, a claim of one's own where there are frames, a fault: 0,
 * or which of them failed. */
static unsigned others_fail(bool frames) {
    static const struct term terms[] = {{TERM_NE, 0, TERM_CONSTANT, 0}, {TERM_OR, 0, 0, 5}};
    static uint8_t code[128];
    struct upcall_state s;
    const struct exo_variable v = {(uint64_t)uarea->own, 0};
    const struct exo_pages none = {PAGE, 0, 1};
    long bytes = predicate_of_terms(terms, 2, 1, code, sizeof code);
    long id = exo_env_create(0, all, "other", 16, EXO_FAULT_EXPECTED);
    long set = exo_predicate_set(code, (size_t)bytes, &v, 1, 0, 0);
    exo_predicate_set(0, 0, 0, 0, 0, 0);
    long mapped = frames_map(0, 0, 0, PAGE, 1, EXO_WRITE | EXO_NO_EXEC);
    exo_page_update(0, 0, 0, &none, 1, 0);
    if (id < 0 || exo_env_start(0, (uint64_t)id))
        return 1;
    if (exo_env_yield((uint64_t)id)) /* it dies at once */
        return 2;
    if (set)
        return 3;
    if (mapped != (frames ? 0 : -E_NO_MEMORY))
        return 4;
    return upcall_catch(&s, fault, 0) ? 0 : 5;
}

/* One that has so many frames for tables takes all it can, and yields. */
static void exhaust_once(struct check *c, enum attack attack, uint64_t frames, long error) {
    long id = spawn_sized(SLOT, "attacker", (uint64_t)exo_env_self() << 32 | attack, SLOT,
                          EXO_FAULT_EXPECTED, frames);
    if (id < 0)
        check_fail(c, "no attacker: %ld", id);
    exo_env_yield((uint64_t)id);
    long got = 0;
    exo_env_read(0, (uint64_t)id, __builtin_offsetof(struct exo_uarea, own), &got, sizeof got);
    if (got != error)
        check_fail(c, "it met %ld", got);
    unsigned failed = others_fail(attack != ATTACK_EXHAUST_FRAMES);
    if (failed)
        check_fail(c, "others' call %u fails", failed);
    books(BOOKS_CHECK);
    if (exo_env_destroy(0, (uint64_t)id))
        check_fail(c, "it cannot be ended");
    while (frames_await())
        ;
}

/* Twice: what the kernel's heap keeps for sizes that somebody had once is no more than this. */
#define HEAP_KEEPS 4
static void exhaust(struct check *c, enum attack attack, uint64_t frames, long error) {
    exo_cap_forge(0, SLOT, held);
    slice_handle();
    books(BOOKS_BEGIN);
    exhaust_once(c, attack, frames, error);
    uint64_t before = frames_free();
    exhaust_once(c, attack, frames, error);
    if (frames_free() + HEAP_KEEPS < before)
        check_fail(c, "%lu frames are free of %lu", frames_free(), before);
    books(BOOKS_END);
}

CHECK(exhaust_frames, "exhaust/when_one_has_all_frames_others_calls_work") {
    exhaust(c, ATTACK_EXHAUST_FRAMES, 1500, -E_NO_MEMORY);
}

CHECK(exhaust_kernel, "exhaust/when_one_has_all_tables_that_it_may_have_others_calls_work") {
    exhaust(c, ATTACK_EXHAUST_KERNEL, 100, -E_QUOTA);
}

CHECK(exhaust_pins, "exhaust/when_one_has_all_pins_that_it_may_have_others_calls_work") {
    exhaust(c, ATTACK_EXHAUST_PINS, 100, -E_FULL);
}

CHECK(exhaust_mappings, "exhaust/a_frame_is_mapped_70000_times_and_unmapped_with_its_environment") {
    if (!small_machine(c))
        exhaust(c, ATTACK_EXHAUST_MAPPINGS, 600, 0);
}
