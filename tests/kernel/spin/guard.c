/* SPDX-License-Identifier: MIT */
/* guard.c -- what the net under an extension takes for the extension's fault, and what it leaves to
 * the kernel: an NMI, and a panic of what the extension called. */
#include "common/engine.h"

#include "lib/string.h"
#include "machine/device/apic.h"
#include "machine/report/panic.h"
#include "machine/trap/catch.h"
#include "machine/trap/trap.h"
#include "machine/cpu/x86.h"
#include "measure/bench.h"

static void run_bad_instruction(void *unused) {
    (void)unused;
    __asm__ volatile("ud2");
}

static void run_panic(void *unused) {
    (void)unused;
    panic("of what an extension called");
}

static void run_nmi(void *unused) {
    (void)unused;
    apic_send(apic_own_number(), APIC_SEND_NMI);
    for (unsigned i = 0; i < 1000; i++)
        pause();
}

/* Runs fn(NULL) under the engine's guard; notes that the guard took its trap, if it did. */
struct guarded {
    void (*fn)(void *);
    bool taken;
    struct net_trap trap;
};

static void run_guarded(void *guarded) {
    struct guarded *g = guarded;
    g->taken = engine_guard.run(NULL, g->fn, NULL, &g->trap);
}

CHECK(guard_fault, "guard/a_fault_of_an_instruction_is_the_extensions") {
    struct guarded g = {.fn = run_bad_instruction};
    struct trap_frame f;
    CHECK_THAT(c, !trap_catch(&f, run_guarded, &g) && g.taken);
    CHECK_THAT(c, strcmp(g.trap.reason, "invalid opcode") == 0);
}

CHECK(guard_panic, "guard/a_panic_is_the_kernels") {
    struct guarded g = {.fn = run_panic};
    struct trap_frame f;
    CHECK_THAT(c, trap_catch(&f, run_guarded, &g) && f.vector == TRAP_PANIC && !g.taken);
    CHECK_THAT(c, strcmp(panic_message(), "of what an extension called") == 0);
}

CHECK(guard_nmi, "guard/an_NMI_is_the_kernels") {
    struct guarded g = {.fn = run_nmi};
    struct trap_frame f;
    bool caught = trap_catch(&f, run_guarded, &g);
    __asm__ volatile("int %0" : : "i"(TRAP_SPURIOUS) : "memory"); /* its iretq lets NMIs in again */
    CHECK_THAT(c, caught && f.vector == TRAP_NMI && !g.taken);
}
