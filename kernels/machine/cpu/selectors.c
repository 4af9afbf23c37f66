/* SPDX-License-Identifier: MIT */
/* selectors.c -- see selectors.h. A load of fs or gs is one of its base, too. */
#include "machine/cpu/selectors.h"

#include "machine/cpu/current.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"

void selectors_make_null(void) {
    bool on = interrupts_off(); /* between the two swapgs an entry would find no kernel's gs */
    __asm__ volatile("mov %0, %%ds\n\tmov %0, %%es\n\tmov %0, %%fs\n\t"
                     "swapgs\n\tmov %0, %%gs\n\tswapgs"
                     :
                     : "r"(0)
                     : "memory");
    write_msr(MSR_FS_BASE, thread_current()->fs_base);
    interrupts_restore(on);
}
