/* SPDX-License-Identifier: MIT */
/* mach_attacks.c -- see mach_attacks.h: machbasic and spacebasic of SPIN's regression tests, in
 * their meaning, and more. */
#include "mach_attacks.h"
#include "mach_task.h"

#include "../../random_calls.h"

#include "lib/error.h"

/* --- machbasic --- */

static uint64_t basic(void) {
    uint64_t at = pages(5), other = at + 2 * PAGE, none = 0;
    for (unsigned i = 0; i < 5 * PAGE; i += 8)
        RIGHT(*word(at + i) == 0);
    for (unsigned i = 0; i < 5 * PAGE; i += 8)
        *word(at + i) = i + 1;
    RIGHT(has_region(self, at, 5, REGION_KIND));
    RIGHT(vm_allocate(self, &other, PAGE, false) == KERN_NO_SPACE);
    RIGHT(vm_protect(self, other, PAGE, false, VM_PROT_READ) == KERN_SUCCESS);
    RIGHT(has_region(self, at, 2, REGION_KIND));
    RIGHT(has_region(self, other, 1, VM_REGION(VM_PROT_READ, VM_PROT_ALL, VM_INHERIT_COPY)));
    RIGHT(has_region(self, at + 3 * PAGE, 2, REGION_KIND) && *word(other) == 2 * PAGE + 1);
    RIGHT(vm_protect(self, other, PAGE, false, VM_PROT_DEFAULT) == KERN_SUCCESS);
    RIGHT(has_region(self, at, 5, REGION_KIND));
    RIGHT(vm_protect(self, other, PAGE, true, VM_PROT_READ) == KERN_SUCCESS);
    RIGHT(vm_protect(self, other, PAGE, false, VM_PROT_DEFAULT) == KERN_PROTECTION_FAILURE);
    RIGHT(vm_protect(self, other, PAGE, true, VM_PROT_ALL) == KERN_PROTECTION_FAILURE);
    RIGHT(vm_deallocate(self, other, PAGE) == KERN_SUCCESS);
    RIGHT(vm_protect(self, at, 5 * PAGE, false, VM_PROT_READ) == KERN_INVALID_ADDRESS);
    RIGHT(vm_deallocate(self, at, 5 * PAGE) == KERN_INVALID_ADDRESS);
    RIGHT(has_region(self, at, 2, REGION_KIND) && has_region(self, at + 3 * PAGE, 2, REGION_KIND));
    RIGHT(vm_allocate(self, &other, PAGE, false) == KERN_SUCCESS && *word(other) == 0);
    for (unsigned i = 0; i < 5 * PAGE; i += 8)
        RIGHT(*word(at + i) == (i / PAGE == 2 ? 0 : i + 1));
    RIGHT(vm_region(self, -1ul, &(struct mach_region){0}) == KERN_NO_SPACE);
    none = at;
    RIGHT(vm_deallocate(self, at + 1, 5 * PAGE - 1) == KERN_SUCCESS);
    RIGHT(vm_allocate(self, &none, PAGE, false) == KERN_SUCCESS && none == at && *word(at) == 0);
    return MACH_RIGHT;
}

static uint64_t fault_each_way(void) {
    report = word(shared_page());
    uint64_t at = pages(3);
    *word(at + PAGE) = 5;
    RIGHT(!faults(writes, at) && !faults(reads, at + PAGE));
    RIGHT(vm_protect(self, at, 3 * PAGE, false, VM_PROT_READ) == KERN_SUCCESS);
    RIGHT(faults(writes, at + PAGE) && faults(writes, at + 2 * PAGE));
    RIGHT(!faults(reads, at + PAGE) && !faults(reads, at + 2 * PAGE));
    RIGHT(vm_protect(self, at, 3 * PAGE, false, VM_PROT_NONE) == KERN_SUCCESS);
    RIGHT(faults(reads, at + PAGE) && faults(reads, at));
    RIGHT(vm_protect(self, at, 3 * PAGE, false, VM_PROT_WRITE) == KERN_SUCCESS);
    RIGHT(faults(writes, at + PAGE) && faults(writes, at + 2 * PAGE)); /* and not for ever */
    RIGHT(vm_protect(self, at, 3 * PAGE, false, VM_PROT_DEFAULT) == KERN_SUCCESS);
    RIGHT(*word(at + PAGE) == 5);
    RIGHT(vm_deallocate(self, at + PAGE, PAGE) == KERN_SUCCESS);
    RIGHT(faults(reads, at + PAGE) && !faults(writes, at) && !faults(writes, at + 2 * PAGE));
    return MACH_RIGHT;
}

/* --- spacebasic --- */

static uint64_t shared, copied, absent; /* a region of two pages each */

static void child_of_three(uint64_t step) {
    RIGHT(*word(shared) == 10 + step && *word(copied) == 1 && *word(copied + PAGE) == 0);
    *word(shared + PAGE) = 20;
    *word(copied) = 2;
    *word(copied + PAGE) = 2;
    *report = 1;
    (void)*word(absent);
    *report = 2;
    spin_exit(0);
}

static uint64_t inherit(void) {
    report = word(shared_page());
    shared = pages(2), copied = pages(2), absent = pages(2);
    RIGHT(vm_inherit(self, shared, 2 * PAGE, VM_INHERIT_SHARE) == KERN_SUCCESS);
    RIGHT(vm_inherit(self, absent, 2 * PAGE, VM_INHERIT_NONE) == KERN_SUCCESS);
    for (uint64_t step = 0; step < 4; step++) {
        *word(shared) = 0, *word(copied) = 1, *word(absent) = 1;
        uint64_t child = child_of(self);
        *word(shared) = 10 + step;
        *word(copied) = 3;
        start(child, child_of_three, step);
        wait_for(child);
        RIGHT(*report == 1 && *word(shared + PAGE) == 20);
        RIGHT(*word(copied) == 3 && *word(copied + PAGE) == 0 && *word(absent) == 1);
        *word(shared + PAGE) = 0;
    }
    return MACH_RIGHT;
}

/* --- Copies --- */

static uint64_t copy(void) {
    uint64_t a = pages(4), b = pages(4), other, back, there = 0x40000000;
    fill(a, 4, 100);
    RIGHT(vm_copy(self, a, 4 * PAGE, b) == KERN_SUCCESS && is_filled(b, 4, 100));
    fill(b, 4, 200);
    RIGHT(is_filled(a, 4, 100) && is_filled(b, 4, 200));
    RIGHT(vm_copy(self, a, 3 * PAGE, a + PAGE) == KERN_SUCCESS); /* they overlap */
    RIGHT(*word(a) == 100 && is_filled(a + PAGE, 3, 100));
    RIGHT(vm_copy(self, b + PAGE, 3 * PAGE, b) == KERN_SUCCESS && is_filled(b, 3, 201));
    RIGHT(task_create(self, false, &other) == KERN_SUCCESS);
    RIGHT(vm_write(other, there, a, PAGE) == KERN_INVALID_ADDRESS);
    RIGHT(vm_allocate(other, &there, 4 * PAGE, false) == KERN_SUCCESS && there == 0x40000000);
    fill(a, 4, 300);
    RIGHT(vm_write(other, there, a, 3 * PAGE) == KERN_SUCCESS);
    fill(a, 4, 400);
    RIGHT(vm_read(other, there, 4 * PAGE, &back) == KERN_SUCCESS && is_filled(back, 3, 300));
    RIGHT(*word(back + 3 * PAGE) == 0);
    fill(back, 4, 500);
    RIGHT(vm_protect(other, there, PAGE, false, VM_PROT_READ) == KERN_SUCCESS);
    RIGHT(vm_write(other, there, a, PAGE) == KERN_PROTECTION_FAILURE);
    RIGHT(vm_protect(other, there, PAGE, false, VM_PROT_NONE) == KERN_SUCCESS);
    RIGHT(vm_read(other, there, PAGE, &back) == KERN_PROTECTION_FAILURE);
    RIGHT(vm_read(other, there + PAGE, PAGE, &back) == KERN_SUCCESS && *word(back) == 301);
    for (unsigned i = 0; i < 300; i++) { /* copies of copies */
        RIGHT(vm_copy(self, i & 1 ? a : b, 4 * PAGE, i & 1 ? b : a) == KERN_SUCCESS);
        *word(i & 1 ? a : b) = i;
        RIGHT(vm_write(other, there + PAGE, a, PAGE) == KERN_SUCCESS);
    }
    RIGHT(task_terminate(other) == KERN_SUCCESS && is_dead(other));
    return MACH_RIGHT;
}

static uint64_t map(void) {
    uint64_t object, a = 0, b = 0, c = 0, d = 0, tail = 0, copied_to = pages(4);
    report = word(shared_page());
    RIGHT(object_create(4 * PAGE, &object) == KERN_SUCCESS);
    RIGHT(vm_map(self, &a, 4 * PAGE, object, 0, false) == KERN_SUCCESS);
    RIGHT(vm_map(self, &b, 4 * PAGE, object, 0, false) == KERN_SUCCESS && a != b);
    RIGHT(vm_map(self, &tail, PAGE, object, 3 * PAGE, false) == KERN_SUCCESS);
    RIGHT(*word(a) == 0);
    fill(a, 4, 600);
    RIGHT(is_filled(b, 4, 600) && *word(tail) == 603);
    RIGHT(vm_map(self, &c, 4 * PAGE, object, 0, true) == KERN_SUCCESS && is_filled(c, 4, 600));
    *word(c) = 1;
    RIGHT(is_filled(a, 4, 600) && is_filled(c + PAGE, 3, 601));
    RIGHT(vm_copy(self, a, 4 * PAGE, copied_to) == KERN_SUCCESS && is_filled(copied_to, 4, 600));
    fill(copied_to, 4, 700);
    RIGHT(is_filled(b, 4, 600) && vm_copy(self, copied_to, 4 * PAGE, a) == KERN_SUCCESS);
    RIGHT(is_filled(b, 4, 700) && *word(c) == 1);
    RIGHT(vm_inherit(self, a, 4 * PAGE, VM_INHERIT_SHARE) == KERN_SUCCESS);
    RIGHT(!faults(writes, a + PAGE) && *word(b + PAGE) == 7);           /* it shares a */
    RIGHT(!faults(writes, b + 2 * PAGE) && *word(b + 2 * PAGE) == 702); /* and has a copy of b */
    RIGHT(vm_map(self, &d, 2 * PAGE, object, 0, true) == KERN_SUCCESS && *word(d) == 700);
    *word(d) = 2;
    RIGHT(vm_copy(self, pages(2), 2 * PAGE, d) == KERN_SUCCESS); /* pages that nobody has touched */
    RIGHT(*word(d) == 0 && *word(d + PAGE) == 0 && *word(a) == 700);
    RIGHT(mach_deallocate(object) == KERN_SUCCESS && *word(a + PAGE) == 7);
    RIGHT(object_create(100 * PAGE, &object) == KERN_SUCCESS); /* more than there are frames */
    uint64_t many = 0;
    RIGHT(vm_map(self, &many, 100 * PAGE, object, 0, false) == KERN_SUCCESS);
    fill(many, 100, 800);
    RIGHT(is_filled(many, 100, 800) && mach_deallocate(object) == KERN_SUCCESS);
    RIGHT(vm_deallocate(self, a, 2 * PAGE) == KERN_SUCCESS && *word(b) == 700);
    RIGHT(vm_map(self, &c, PAGE, object, 0, false) == KERN_INVALID_ARGUMENT);
    return MACH_RIGHT;
}

static bool not_at_random(uint64_t number) {
    return number == SPIN_CALL_exit;
}

uint64_t mach_attack(uint64_t what) {
    static uint64_t (*const attacks[])(void) = {
        basic,          fault_each_way, inherit,   copy,       map,        mach_names,
        mach_terminate, mach_hostile,   mach_race, mach_model, mach_hoard, mach_tasks};
    if (what == MACH_FOREIGN)
        return syscall0(UNIX_CALL_fork) == -E_NO_CALL && syscall0(UNIX_CALL_getpid) == -E_NO_CALL
                   ? MACH_RIGHT
                   : 0;
    if (task_self(&self) != KERN_SUCCESS)
        return 0;
    if (what == MACH_RANDOM)
        return random_calls(4712, MACH_CALL_COUNT, not_at_random) == RANDOM_CALLS ? MACH_RIGHT : 0;
    return what < MACH_FOREIGN ? attacks[what - MACH_FIRST]() : 0;
}
