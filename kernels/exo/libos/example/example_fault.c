/* SPDX-License-Identifier: MIT */
/* example_fault.c -- step 3: what is done about a fault. Memory of the heap is there when it is
 * touched; any other fault ends the environment. */
#include "exo/libos/example/example.h"

#include "exo/libos/stubs.h"

#define PAGE_FAULT 14

void fault_entry(void); /* example_fault_entry.S, and its way back into C: */
void fault_handle(void);
_Noreturn void fault_in_fault(void);

static char stack[2 * PAGE] __attribute__((aligned(16)));
char *const fault_stack_top = stack + sizeof stack;
uint64_t fault_count;

void fault_handle(void) {
    const struct exo_trap *t = &uarea->trap;
    fault_count++;
    if (t->vector != PAGE_FAULT || t->address - HEAP >= HEAP_BYTES ||
        page_map(0, t->address & -PAGE, EXO_WRITE | EXO_NO_EXEC))
        exo_env_exit(t->vector);
}

void fault_in_fault(void) {
    exo_env_exit(PAGE_FAULT);
}

void fault_init(void) {
    uarea->trap_stack = (uint64_t)fault_stack_top;
    uarea->trap_entry = (uint64_t)fault_entry;
}
