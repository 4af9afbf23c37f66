/* SPDX-License-Identifier: MIT */
/* mach_hostile.c -- tasks that try what is not theirs, take what they can, and end at bad times. */
#include "mach_task.h"

#include "../../hostile.h"

static void calls(uint64_t unused) {
    (void)unused;
    for (;;) {
        uint64_t at = 0, own = 0;
        (void)task_self(&own);
        (void)vm_allocate(own, &at, 8 * PAGE, true);
        *word(at) = 1;
        (void)vm_deallocate(own, at, 8 * PAGE);
    }
}

uint64_t mach_names(void) {
    uint64_t object, child = child_of(self), at = 0, none = 0;
    RIGHT(object_create(PAGE, &object) == KERN_SUCCESS);
    for (uint64_t guess = 0, i = 0; i < 2000; i++, guess = i < 1000 ? i : guess * 3 + 1) {
        if (guess == self || guess == child)
            continue;
        RIGHT(is_dead(guess) && task_terminate(guess) == KERN_INVALID_ARGUMENT);
        RIGHT(vm_read(guess, (uint64_t)stack & -PAGE, PAGE, &none) == KERN_INVALID_ARGUMENT);
    }
    RIGHT(is_dead(object) && task_create(object, true, &none) == KERN_INVALID_ARGUMENT);
    RIGHT(vm_map(self, &at, PAGE, child, 0, false) == KERN_INVALID_ARGUMENT);
    RIGHT(vm_map(self, &at, PAGE, self, 0, false) == KERN_INVALID_ARGUMENT);
    RIGHT(mach_deallocate(child) == KERN_SUCCESS && is_dead(child));
    RIGHT(mach_deallocate(child) == KERN_INVALID_ARGUMENT);
    RIGHT(child_of(self) != child); /* in the same place */
    return MACH_RIGHT;
}

uint64_t mach_terminate(void) {
    static void (*const what[])(uint64_t) = {loops, calls};
    for (unsigned i = 0; i < 12; i++) {
        uint64_t child = child_of(self);
        start(child, what[i & 1], 0);
        RIGHT(thread_create(child, loops, stack, 0) == KERN_RESOURCE_SHORTAGE);
        for (unsigned n = 0; n < i; n++)
            swtch();
        RIGHT(task_terminate(child) == KERN_SUCCESS && is_dead(child));
        RIGHT(task_terminate(child) == KERN_INVALID_ARGUMENT);
        RIGHT(mach_deallocate(child) == KERN_SUCCESS);
    }
    RIGHT(task_terminate(child_of(self)) == KERN_SUCCESS);
    start(child_of(self), loops, 0); /* left behind */
    (void)task_terminate(self);
    return 1; /* it does not come back: the status is 0 */
}

static const uint64_t addresses[] = {0,         1,
                                     PAGE - 1,  HOSTILE_KERNEL,
                                     USER_TOP,  HOSTILE_ODD,
                                     1ul << 63, -1ul,
                                     -PAGE,     HOSTILE_PHYSICAL},
                      sizes[] = {0, 1, PAGE, 1ul << 47, 1ul << 63, -1ul, -PAGE};

static void hostile_ranges(uint64_t own) {
    uint64_t none;
    for (unsigned i = 0; i < sizeof addresses / sizeof *addresses; i++)
        for (unsigned n = 0; n < sizeof sizes / sizeof *sizes; n++) {
            uint64_t at = addresses[i], size = sizes[n];
            none = at;
            RIGHT(vm_allocate(self, &none, size, false) != KERN_SUCCESS);
            RIGHT(vm_deallocate(self, at, size) != KERN_SUCCESS);
            RIGHT(vm_protect(self, at, size, n & 1, VM_PROT_READ) != KERN_SUCCESS);
            RIGHT(vm_inherit(self, at, size, VM_INHERIT_NONE) != KERN_SUCCESS);
            RIGHT(vm_copy(self, at, size, own) != KERN_SUCCESS);
            RIGHT(vm_copy(self, own, size, at) != KERN_SUCCESS);
            RIGHT(vm_read(self, at, size, &none) != KERN_SUCCESS);
            RIGHT(vm_write(self, own, at, size) != KERN_SUCCESS);
            RIGHT(vm_write(self, at, own, size) != KERN_SUCCESS);
        }
    none = 0;
    for (unsigned n = 3; n < sizeof sizes / sizeof *sizes; n++) {
        RIGHT(vm_allocate(self, &none, sizes[n], true) != KERN_SUCCESS);
        RIGHT(vm_deallocate(self, own, sizes[n]) != KERN_SUCCESS);
    }
}

static void hostile_values(uint64_t own) {
    uint64_t none = 0;
    RIGHT(vm_allocate(self, &none, 17 * 1024 * 1024, true) == KERN_RESOURCE_SHORTAGE);
    uint64_t first = pages(2000), second = pages(1500); /* not more than 4096 in all */
    RIGHT(vm_allocate(self, &none, 700 * PAGE, true) == KERN_RESOURCE_SHORTAGE);
    RIGHT(vm_deallocate(self, first, 2000 * PAGE) == KERN_SUCCESS);
    RIGHT(vm_deallocate(self, second, 1500 * PAGE) == KERN_SUCCESS);
    RIGHT(vm_protect(self, own, PAGE, false, VM_PROT_WRITE | VM_PROT_EXECUTE) ==
          KERN_INVALID_ARGUMENT);
    RIGHT(vm_protect(self, own, PAGE, false, 8) == KERN_INVALID_ARGUMENT);
    RIGHT(vm_protect(self, own, PAGE, true, 1ul << 32) == KERN_INVALID_ARGUMENT);
    RIGHT(vm_inherit(self, own, PAGE, 3) == KERN_INVALID_ARGUMENT);
    RIGHT(vm_inherit(self, own, PAGE, 1ul << 32) == KERN_INVALID_ARGUMENT);
    RIGHT(vm_copy(self, own + 8, PAGE, own + PAGE) == KERN_INVALID_ARGUMENT);
    RIGHT(vm_copy(self, own, 8, own + PAGE) == KERN_INVALID_ARGUMENT);
    RIGHT(vm_map(self, &none, PAGE, 0, 8, false) == KERN_INVALID_ARGUMENT);
    RIGHT(object_create(0, &none) == KERN_INVALID_ARGUMENT);
    RIGHT(object_create(-1ul, &none) != KERN_SUCCESS);
}

static void hostile_starts(void) {
    for (unsigned i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        uint64_t child = child_of(self);
        RIGHT(thread_create(child, (void (*)(uint64_t))addresses[i], (void *)addresses[i], 0) ==
              KERN_SUCCESS);
        wait_for(child);
    }
}

/* As small pieces as there may be; all of it is one again, and goes. */
static void cut_to_pieces(void) {
    uint64_t at = pages(600), child;
    unsigned i = 0;
    while (vm_protect(self, at + i * 2 * PAGE, PAGE, false, VM_PROT_READ) == KERN_SUCCESS)
        i++;
    RIGHT(i > 100 &&
          vm_protect(self, at + i * 2 * PAGE, PAGE, false, VM_PROT_READ) == KERN_RESOURCE_SHORTAGE);
    RIGHT(vm_inherit(self, at, 600 * PAGE, VM_INHERIT_SHARE) == KERN_SUCCESS);
    RIGHT(task_create(self, true, &child) == KERN_RESOURCE_SHORTAGE);
    RIGHT(vm_protect(self, at, 600 * PAGE, false, VM_PROT_READ) == KERN_SUCCESS);
    RIGHT(has_region(self, at, 600, VM_REGION(VM_PROT_READ, VM_PROT_ALL, VM_INHERIT_SHARE)));
    RIGHT(vm_deallocate(self, at, 600 * PAGE) == KERN_SUCCESS);
}

uint64_t mach_hostile(void) {
    uint64_t own = pages(4), before;
    *word(own) = 4711;
    before = regions(self);
    hostile_ranges(own);
    hostile_values(own);
    hostile_starts();
    cut_to_pieces();
    RIGHT(regions(self) == before && *word(own) == 4711);
    return MACH_RIGHT;
}

static void touches(uint64_t at) {
    for (;;)
        for (unsigned i = 0; i < 8; i++)
            *word(at + i * PAGE) = 1;
}

/* Of its own, shared, or a memory object's, which more frames are wanted for than there are. */
uint64_t mach_race(void) {
    uint64_t object, child;
    RIGHT(object_create(100 * PAGE, &object) == KERN_SUCCESS);
    for (unsigned i = 0; i < 60; i++) {
        uint64_t at = i % 3 == 2 ? 0 : pages(8);
        if (!at)
            RIGHT(vm_map(self, &at, 8 * PAGE, object, i * PAGE, i & 1) == KERN_SUCCESS);
        if (i % 3)
            RIGHT(vm_inherit(self, at, 8 * PAGE, VM_INHERIT_SHARE) == KERN_SUCCESS);
        child = child_of(self);
        start(child, touches, at);
        for (volatile unsigned n = 0; n < 40 * i; n++)
            *word(at + n % 8 * PAGE) = 2;
        RIGHT(vm_deallocate(child, at + i % 8 * PAGE, PAGE) == KERN_SUCCESS);
        wait_for(child);
        RIGHT(vm_deallocate(self, at, 8 * PAGE) == KERN_SUCCESS);
    }
    return MACH_RIGHT;
}

static void touches_many(uint64_t at) {
    *report = 1;
    for (unsigned i = 0; i < 3000; i++)
        *word(at + i * PAGE) = 1;
    *report = 2;
    spin_exit(0);
}

/* A copy of what it has costs nothing until it is written. */
uint64_t mach_hoard(void) {
    uint64_t at = pages(3000), child;
    report = word(shared_page());
    fill(at, 3000, 1);
    child = child_of(self);
    RIGHT(child_of(self) && child_of(self));
    start(child, touches_many, at);
    wait_for(child);
    RIGHT(*report == 1 && is_filled(at, 3000, 1));
    RIGHT(vm_deallocate(self, at, 3000 * PAGE) == KERN_SUCCESS);
    return MACH_RIGHT;
}

uint64_t mach_tasks(void) {
    uint64_t child;
    long result;
    while ((result = task_create(self, true, &child)) == KERN_SUCCESS)
        start(child, loops, 0);
    return result == KERN_RESOURCE_SHORTAGE ? MACH_RIGHT : 0;
}
