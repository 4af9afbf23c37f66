/* SPDX-License-Identifier: MIT */
/* mach_attacks.c -- see mach_attacks.h: machbasic and spacebasic of SPIN's regression tests, in
 * their meaning, and more. */
#include "mach_attacks.h"

#include "../../hostile.h"
#include "../../random_calls.h"

#include "lib/error.h"
#include "spin/user/mach.h"

#define PAGE        4096ul
#define REGION_KIND VM_REGION(VM_PROT_DEFAULT, VM_PROT_ALL, VM_INHERIT_COPY)

static uint64_t self;

/* Ends as wrong, so that a test says by its status where. */
#define RIGHT(condition)                                                                           \
    if (!(condition))                                                                              \
    spin_exit(__LINE__ + 10000)

static volatile uint64_t *word(uint64_t at) {
    return (volatile uint64_t *)at;
}

static uint64_t pages(unsigned count) {
    uint64_t at = 0;
    RIGHT(vm_allocate(self, &at, count * PAGE, true) == KERN_SUCCESS);
    return at;
}

static bool has_region(uint64_t task, uint64_t at, unsigned count, uint64_t kind) {
    struct mach_region r;
    return vm_region(task, at, &r) == KERN_SUCCESS && r.at == at && r.size == count * PAGE &&
           r.kind == kind;
}

static bool is_dead(uint64_t task) {
    struct mach_region r;
    return vm_region(task, 0, &r) == KERN_INVALID_ARGUMENT;
}

/* --- Children --- */

static char stack[4 * 4096] __attribute__((aligned(16)));

static uint64_t child_of(uint64_t task) {
    uint64_t child;
    RIGHT(task_create(task, true, &child) == KERN_SUCCESS);
    return child;
}

static void start(uint64_t child, void (*does)(uint64_t), uint64_t a) {
    RIGHT(thread_create(child, does, stack + sizeof stack - 8, a) == KERN_SUCCESS);
}

static void wait_for(uint64_t child) {
    while (!is_dead(child))
        swtch();
    RIGHT(mach_deallocate(child) == KERN_SUCCESS);
}

static void run(void (*does)(uint64_t), uint64_t a) {
    uint64_t child = child_of(self);
    start(child, does, a);
    wait_for(child);
}

/* A page that children share. */
static uint64_t shared_page(void) {
    uint64_t at = pages(1);
    RIGHT(vm_inherit(self, at, PAGE, VM_INHERIT_SHARE) == KERN_SUCCESS);
    return at;
}

static volatile uint64_t *report; /* in such a page: 1 before the access, and 2 behind it */

static void reads(uint64_t at) {
    *report = 1;
    (void)*word(at);
    *report = 2;
    spin_exit(0);
}

static void writes(uint64_t at) {
    *report = 1;
    *word(at) = 7;
    *report = 2;
    spin_exit(0);
}

static bool faults(void (*does)(uint64_t), uint64_t at) {
    run(does, at);
    return *report == 1;
}

static void loops(uint64_t unused) {
    (void)unused;
    for (;;)
        __asm__ volatile("");
}

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

static void fill(uint64_t at, unsigned count, uint64_t with) {
    for (unsigned i = 0; i < count; i++)
        *word(at + i * PAGE) = with + i;
}

static bool is_filled(uint64_t at, unsigned count, uint64_t with) {
    for (unsigned i = 0; i < count; i++)
        if (*word(at + i * PAGE) != with + i)
            return false;
    return true;
}

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
    uint64_t object, a = 0, b = 0, c = 0, tail = 0, copied_to = pages(4);
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
    RIGHT(mach_deallocate(object) == KERN_SUCCESS && *word(a + PAGE) == 7);
    RIGHT(vm_deallocate(self, a, 2 * PAGE) == KERN_SUCCESS && *word(b) == 700);
    RIGHT(vm_map(self, &c, PAGE, object, 0, false) == KERN_INVALID_ARGUMENT);
    return MACH_RIGHT;
}

/* --- Hostile arguments --- */

static uint64_t names(void) {
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

static uint64_t terminate(void) {
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
    RIGHT(task_terminate(self) == KERN_SUCCESS);
    return 0;
}

static uint64_t regions(uint64_t task) {
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

static uint64_t hostile(void) {
    static const uint64_t addresses[] = {0,         1,
                                         PAGE - 1,  HOSTILE_KERNEL,
                                         USER_TOP,  HOSTILE_ODD,
                                         1ul << 63, -1ul,
                                         -PAGE,     HOSTILE_PHYSICAL},
                          sizes[] = {0, 1, PAGE, 1ul << 47, 1ul << 63, -1ul, -PAGE};
    uint64_t own = pages(4), none, before;
    *word(own) = 4711;
    before = regions(self);
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
    RIGHT(vm_allocate(self, &none, 17 * 1024 * 1024, true) == KERN_RESOURCE_SHORTAGE);
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
    RIGHT(regions(self) == before && *word(own) == 4711);
    return MACH_RIGHT;
}

static void touches(uint64_t at) {
    for (;;)
        for (unsigned i = 0; i < 8; i++)
            *word(at + i * PAGE) = 1;
}

static uint64_t race(void) {
    for (unsigned i = 0; i < 40; i++) {
        uint64_t at = pages(8), child;
        if (i & 1)
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

/* --- A model: what each page has, of two tasks that never run --- */

enum { MODEL_PAGES = 16, MODEL_AT = 0x20000000 };

static struct {
    bool there[MODEL_PAGES];
    uint64_t has[MODEL_PAGES], protection[MODEL_PAGES];
} model[2];

static uint64_t seed = 4711;

static unsigned below(unsigned n) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 40) % n;
}

static long model_allows(unsigned t, unsigned at, unsigned count, uint64_t protection) {
    long result = KERN_SUCCESS;
    for (unsigned i = at; i < at + count; i++) {
        if (!model[t].there[i])
            return KERN_INVALID_ADDRESS;
        if (protection & ~model[t].protection[i])
            result = KERN_PROTECTION_FAILURE;
    }
    return result;
}

static bool is_free(unsigned t, unsigned at, unsigned count) {
    for (unsigned i = at; i < at + count; i++)
        if (model[t].there[i])
            return false;
    return true;
}

static void model_step(const uint64_t task[2], uint64_t buffer) {
    static const uint64_t kinds[] = {VM_PROT_NONE, VM_PROT_READ, VM_PROT_DEFAULT, VM_PROT_DEFAULT};
    unsigned t = below(2), at = below(MODEL_PAGES), count = 1 + below(MODEL_PAGES - at),
             to = below(MODEL_PAGES + 1 - count), kind = below(4);
    uint64_t address = MODEL_AT + at * PAGE, size = count * PAGE, there = address, back = 0;
    long wanted = model_allows(t, at, count, VM_PROT_NONE), got = wanted;
    switch (below(6)) {
    case 0:
        got = vm_allocate(task[t], &there, size, false);
        wanted = is_free(t, at, count) ? KERN_SUCCESS : KERN_NO_SPACE;
        for (unsigned i = at; !wanted && i < at + count; i++)
            model[t].there[i] = true, model[t].has[i] = 0, model[t].protection[i] = VM_PROT_DEFAULT;
        break;
    case 1:
        if (count > 4)
            break;
        got = vm_deallocate(task[t], address, size);
        for (unsigned i = at; !wanted && i < at + count; i++)
            model[t].there[i] = false;
        break;
    case 2:
        got = vm_protect(task[t], address, size, false, kinds[kind]);
        for (unsigned i = at; !wanted && i < at + count; i++)
            model[t].protection[i] = kinds[kind];
        break;
    case 3:
        wanted = model_allows(t, at, count, VM_PROT_WRITE);
        fill(buffer, count, seed);
        got = vm_write(task[t], address, buffer, size);
        for (unsigned i = 0; !wanted && i < count; i++)
            model[t].has[at + i] = seed + i;
        break;
    case 4:
        wanted = model_allows(t, at, count, VM_PROT_READ);
        got = vm_read(task[t], address, size, &back);
        for (unsigned i = 0; !wanted && i < count; i++)
            RIGHT(*word(back + i * PAGE) == model[t].has[at + i]);
        RIGHT(wanted || vm_deallocate(self, back, size) == KERN_SUCCESS);
        break;
    default:
        wanted = model_allows(t, at, count, VM_PROT_READ);
        if (!wanted || wanted == KERN_PROTECTION_FAILURE) {
            long second = model_allows(t, to, count, VM_PROT_WRITE);
            wanted = wanted ? wanted : second;
        }
        got = vm_copy(task[t], address, size, MODEL_AT + to * PAGE);
        for (unsigned i = 0; !wanted && i < count; i++) {
            unsigned n = to > at ? count - 1 - i : i;
            model[t].has[to + n] = model[t].has[at + n];
        }
    }
    RIGHT(got == wanted);
}

/* Now and then the second one is a child of the first, or the other way round. */
static uint64_t random_against_model(void) {
    uint64_t task[2], buffer = pages(MODEL_PAGES);
    RIGHT(task_create(self, false, &task[0]) == KERN_SUCCESS);
    RIGHT(task_create(self, false, &task[1]) == KERN_SUCCESS);
    for (unsigned i = 0; i < 6000; i++) {
        model_step(task, buffer);
        if (i % 50)
            continue;
        unsigned from = below(2);
        RIGHT(task_terminate(task[!from]) == KERN_SUCCESS);
        RIGHT(mach_deallocate(task[!from]) == KERN_SUCCESS);
        task[!from] = child_of(task[from]);
        model[!from] = model[from];
        RIGHT(regions(task[0]) == regions(task[1]));
    }
    return MACH_RIGHT;
}

static uint64_t many_tasks(void) {
    uint64_t child;
    long result;
    while ((result = task_create(self, true, &child)) == KERN_SUCCESS)
        start(child, loops, 0);
    return result == KERN_RESOURCE_SHORTAGE ? MACH_RIGHT : 0;
}

static bool not_at_random(uint64_t number) {
    return number == SPIN_CALL_exit;
}

uint64_t mach_attack(uint64_t what) {
    static uint64_t (*const attacks[])(void) = {
        basic, fault_each_way,       inherit,   copy, map, names, terminate, hostile,
        race,  random_against_model, many_tasks};
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
