/* SPDX-License-Identifier: MIT */
/* reflect.c -- see reflect.h. */
#include "exo/kernel/env/reflect.h"

#include "machine/cpu/x86.h"

bool reflecting;

void syscall_entry(void); /* syscall_entry.S, reflect_entry.S */
void reflect_entry(void);
extern void (*const reflect_entries[2])(void); /* for transfer_entry.S */
void (*const reflect_entries[2])(void) = {syscall_entry, reflect_entry};

void reflect_switch(bool reflects) {
    if (reflects == reflecting)
        return;
    reflecting = reflects;
    write_msr(MSR_LSTAR, (uint64_t)reflect_entries[reflects]);
}
