/* SPDX-License-Identifier: MIT */
/* mach_task.c -- see mach_task.h. */
#include "mach_task.h"

#include "machine/types.h"

uint64_t self;

volatile uint64_t *word(uint64_t at) {
    return (volatile uint64_t *)at;
}

uint64_t pages(unsigned count) {
    uint64_t at = 0;
    RIGHT(vm_allocate(self, &at, count * PAGE, true) == KERN_SUCCESS);
    return at;
}

bool has_region(uint64_t task, uint64_t at, unsigned count, uint64_t kind) {
    struct mach_region r;
    return vm_region(task, at, &r) == KERN_SUCCESS && r.at == at && r.size == count * PAGE &&
           r.kind == kind;
}

bool is_dead(uint64_t task) {
    struct mach_region r;
    return vm_region(task, 0, &r) == KERN_INVALID_ARGUMENT;
}

/* --- Children --- */

char stack[4 * 4096] __attribute__((aligned(16)));

uint64_t child_of(uint64_t task) {
    uint64_t child;
    RIGHT(task_create(task, true, &child) == KERN_SUCCESS);
    return child;
}

void start(uint64_t child, void (*does)(uint64_t), uint64_t a) {
    RIGHT(thread_create(child, does, stack + sizeof stack - 8, a) == KERN_SUCCESS);
}

void wait_for(uint64_t child) {
    while (!is_dead(child))
        swtch();
    RIGHT(mach_deallocate(child) == KERN_SUCCESS);
}

void run(void (*does)(uint64_t), uint64_t a) {
    uint64_t child = child_of(self);
    start(child, does, a);
    wait_for(child);
}

/* A page that children share. */
uint64_t shared_page(void) {
    uint64_t at = pages(1);
    RIGHT(vm_inherit(self, at, PAGE, VM_INHERIT_SHARE) == KERN_SUCCESS);
    return at;
}

volatile uint64_t *report; /* in such a page: 1 before the access, and 2 behind it */

void reads(uint64_t at) {
    *report = 1;
    (void)*word(at);
    *report = 2;
    spin_exit(0);
}

void writes(uint64_t at) {
    *report = 1;
    *word(at) = 7;
    *report = 2;
    spin_exit(0);
}

bool faults(void (*does)(uint64_t), uint64_t at) {
    run(does, at);
    return *report == 1;
}

void loops(uint64_t unused) {
    (void)unused;
    for (;;)
        __asm__ volatile("");
}

void fill(uint64_t at, unsigned count, uint64_t with) {
    for (unsigned i = 0; i < count; i++)
        *word(at + i * PAGE) = with + i;
}

bool is_filled(uint64_t at, unsigned count, uint64_t with) {
    for (unsigned i = 0; i < count; i++)
        if (*word(at + i * PAGE) != with + i)
            return false;
    return true;
}

uint64_t regions(uint64_t task) {
    struct mach_region r = {0};
    uint64_t sum = 0, end = 0;
    while (vm_region(task, end, &r) == KERN_SUCCESS) {
        RIGHT(r.at >= end && r.size && !(r.at % PAGE) && !(r.size % PAGE));
        end = r.at + r.size;
        RIGHT(end <= USER_TOP);
        sum = (sum + r.at) * 3 + r.size + r.kind;
    }
    return sum;
}
