/* SPDX-License-Identifier: MIT */
/* reflect.c -- see reflect.h. */
#include "exo/kernel/env/reflect.h"

#include "exo/defence.h"
#include "exo/kernel/syscall.h"
#include "lib/error.h"
#include "machine/cpu/x86.h"

bool reflecting;

void reflect_entry(void);                      /* reflect_entry.S */
extern void (*const reflect_entries[2])(void); /* for transfer_entry.S */
void (*const reflect_entries[2])(void) = {syscall_entry, reflect_entry};

void reflect_switch(bool reflects) {
    if (reflects == reflecting)
        return;
    reflecting = reflects;
    write_msr(MSR_LSTAR, (uint64_t)reflect_entries[reflects]);
}

/* From now on the caller's `syscall` instructions outside of its native addresses come back to it:
 * 1; or not any more: 0. -E_INVALID: another number. */
long sys_reflect_set(uint64_t reflects) {
    if (reflects > 1)
        return -E_INVALID;
    env_special.users += (uint32_t)reflects - env_current->reflects;
    env_current->reflects = reflects;
    reflect_switch(reflects);
    return 0;
}
