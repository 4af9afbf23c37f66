/* SPDX-License-Identifier: MIT */
/* inject.c -- see inject.h. */
#include "common/inject.h"

#include "machine/report/exit.h"
#include "machine/report/panic.h"

void inject(enum injection what) {
    if (what == INJECT_PANIC)
        panic("injected: the boot command line asked for a panic");
    if (what == INJECT_TRIPLE)
        machine_triple_fault();
    if (what == INJECT_RESET)
        machine_reset();
}
