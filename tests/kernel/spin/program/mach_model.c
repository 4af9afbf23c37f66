/* SPDX-License-Identifier: MIT */
/* mach_model.c -- random operations on two tasks that never run, against a model: what each of
 * their pages has. */
#include "mach_task.h"

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
uint64_t mach_model(void) {
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
