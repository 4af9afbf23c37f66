/* SPDX-License-Identifier: MIT */
/* mach_calls.c -- see mach_calls.h. Each unpacks its own arguments from the frame: the task that
 * rdi names, and the rest. */
#include "spin/services/mach/mach_calls.h"

#include "lib/error.h"
#include "spin/core/strand.h"
#include "spin/mach_abi.h"
#include "spin/services/calls/call_guard.h"
#include "spin/services/calls/user_calls.h"
#include "spin/services/mach/tasks.h"
#include "spin/services/vm/memory_object.h"

/* For numbers that are no calls. */
static void calls_handler(struct trap_frame *f) {
    f->rax = (uint64_t)-E_NO_CALL;
}

static uint64_t kern_return(int error) {
    switch (error) {
    case 0:
        return KERN_SUCCESS;
    case -E_NOT_FOUND:
        return KERN_INVALID_ADDRESS;
    case -E_PERM:
        return KERN_PROTECTION_FAILURE;
    case -E_EXISTS:
        return KERN_NO_SPACE;
    case -E_INVALID:
        return KERN_INVALID_ARGUMENT;
    default:
        return KERN_RESOURCE_SHORTAGE;
    }
}

/* What a call gives beside its result. */
static void give(struct trap_frame *f, uint64_t value) {
    f->rdx = value;
    trap_syscall_changed(f);
}

/* A name for it in the caller's table, which holds it, in rdx. -E_FULL. */
static int give_name(struct trap_frame *f, const struct name_type *type, void *object) {
    const struct named reference = {type, object};
    uint64_t name;
    int error = external_externalize(mach_current()->names, &reference, EXTERNAL_ANY_SLOT, &name);
    if (!error)
        give(f, name);
    return error;
}

typedef int task_call(struct mach_task *t, struct trap_frame *f);

/* The task that the caller has under this name, held, or null. */
static struct mach_task *task_named(uint64_t name) {
    void *task = NULL;
    return external_internalize(mach_current()->names, name, &mach_task_type, &task) ? NULL : task;
}

static void on_task(struct trap_frame *f, task_call *call) {
    mach_enter();
    struct mach_task *t = task_named(f->rdi);
    f->rax = kern_return(!t || t->dead ? -E_INVALID : call(t, f));
    if (t)
        mach_task_release(t);
    mach_leave();
}

/* The same on the caller's own task. */
static void on_self(struct trap_frame *f, task_call *call) {
    mach_enter();
    f->rax = kern_return(call(mach_current(), f));
    mach_leave();
}

/* Defines the handler of the call NAME, which on_task() or on_self() calls with t and f. */
#define CALL_ON(whom, name)                                                                        \
    static task_call do_##name;                                                                    \
    CALL_HANDLER(name) {                                                                           \
        whom(f, do_##name);                                                                        \
    }                                                                                              \
    static int do_##name(struct mach_task *t, struct trap_frame *f)

/* The pages that these bytes lie in. -E_INVALID: none; -E_NOT_FOUND: not of user space. */
static int pages_of(uint64_t at, uint64_t size, vaddr_t *first, size_t *pages) {
    if (!size)
        return -E_INVALID;
    if (at < PAGE_SIZE || at >= USER_TOP || size > USER_TOP - at)
        return -E_NOT_FOUND;
    *first = page_round_down(at);
    *pages = (page_round_up(at + size) - *first) / PAGE_SIZE;
    return 0;
}

/* --- Tasks --- */

CALL_ON(on_task, task_create) {
    struct vmspace *vm;
    struct mach_task *child;
    int error =
        f->rsi ? vmspace_inherit(&vm, t->vm) : vmspace_create(&vm, mach_model.pager, calls_handler);
    if (!error)
        error = mach_task_create(vm, &child);
    if (error)
        return error;
    mach_task_hold(child);
    error = give_name(f, &mach_task_type, child);
    mach_task_release(child);
    return error;
}

CALL_ON(on_task, task_terminate) {
    (void)f;
    mach_task_terminate(t);
    return 0;
}

CALL_ON(on_task, thread_create) {
    struct trap_frame start;
    user_frame_init(&start, f->rsi, f->rdx, true);
    user_frame_sanitise(&start);
    start.rdi = f->r10;
    return mach_task_run(t, &start);
}

CALL_ON(on_self, task_self) {
    return give_name(f, &mach_task_type, t);
}

CALL_ON(on_self, deallocate) {
    return external_delete(t->names, f->rdi) ? -E_INVALID : 0;
}

CALL_HANDLER(swtch) {
    strand_yield();
    f->rax = KERN_SUCCESS;
}

/* --- Memory --- */

static const struct region_kind default_kind = {REGION_READ | REGION_WRITE, REGION_ALL,
                                                REGION_COPIED};

/* At this address, or where there is room; gives the region's. */
static int allocate(struct mach_task *t, struct trap_frame *f, bool anywhere,
                    const struct amap_object *object) {
    vaddr_t at;
    size_t pages;
    int error = pages_of(anywhere ? PAGE_SIZE : f->rsi, f->rdx, &at, &pages);
    if (anywhere)
        at = 0;
    if (!error)
        error = vmspace_allocate(t->vm, &at, pages, &default_kind, object);
    if (!error)
        give(f, at);
    return error;
}

CALL_ON(on_task, vm_allocate) {
    return allocate(t, f, f->r10, &(struct amap_object){0});
}

CALL_ON(on_task, vm_map) {
    void *object = NULL;
    int error = external_internalize(mach_current()->names, f->r10, &mach_object_type, &object);
    if (error || f->r8 % PAGE_SIZE)
        error = -E_INVALID;
    else
        error = allocate(t, f, !f->rsi, &(struct amap_object){object, f->r8 / PAGE_SIZE, !f->r9});
    if (object)
        memory_object_drop(object);
    return error;
}

CALL_ON(on_task, vm_deallocate) {
    vaddr_t at;
    size_t pages;
    int error = pages_of(f->rsi, f->rdx, &at, &pages);
    return error ? error : vmspace_deallocate(t->vm, at, pages);
}

static int change(const struct mach_task *t, const struct trap_frame *f, enum region_property what,
                  uint64_t value) {
    vaddr_t at;
    size_t pages;
    int error = pages_of(f->rsi, f->rdx, &at, &pages);
    if (!error && value > REGION_ALL)
        error = -E_INVALID;
    return error ? error : vmspace_change(t->vm, at, pages, what, (unsigned)value);
}

CALL_ON(on_task, vm_protect) {
    return change(t, f, f->r10 ? REGION_MAXIMUM : REGION_PROTECTION, f->r8);
}

CALL_ON(on_task, vm_inherit) {
    return change(t, f, REGION_INHERITANCE, f->r10);
}

/* Whole pages only: a copy that was rounded would take more with it than was asked for. */
static int copy(struct vmspace *of, uint64_t from, struct vmspace *vm, uint64_t to, uint64_t size) {
    vaddr_t at;
    size_t pages;
    int error = pages_of(from, size, &at, &pages);
    if (!error)
        error = pages_of(to, size, &at, &pages);
    if (!error && (from | to | size) % PAGE_SIZE)
        error = -E_INVALID;
    return error ? error : vmspace_copy(of, from, vm, to, pages);
}

CALL_ON(on_task, vm_copy) {
    return copy(t->vm, f->rsi, t->vm, f->r10, f->rdx);
}

CALL_ON(on_task, vm_write) {
    return copy(mach_current()->vm, f->rdx, t->vm, f->rsi, f->r10);
}

CALL_ON(on_task, vm_read) {
    struct vmspace *self = mach_current()->vm;
    const uint64_t size = f->rdx;
    int error = allocate(mach_current(), f, true, &(struct amap_object){0});
    if (error)
        return error;
    const vaddr_t at = f->rdx;
    error = copy(t->vm, f->rsi, self, at, size);
    if (error)
        (void)vmspace_deallocate(self, at, page_round_up(size) / PAGE_SIZE);
    return error;
}

CALL_ON(on_task, vm_region) {
    const struct region *r = region_next(&t->vm->regions, f->rsi);
    if (!r)
        return -E_EXISTS;
    give(f, r->range.at);
    f->r10 = r->range.pages * PAGE_SIZE;
    f->r8 = VM_REGION(r->kind.protection, r->kind.maximum, r->kind.inheritance);
    return 0;
}

/* What memory objects of the default pager have in memory. */
static struct cache_object *cache;

CALL_ON(on_self, object_create) {
    struct module *by = mach_model.pager;
    struct memory_object *object;
    struct pager *pager;
    vaddr_t unused;
    size_t pages;
    (void)t;
    int error = pages_of(PAGE_SIZE, f->rdi, &unused, &pages);
    if (!error && pages > VMSPACE_PAGES_MAX)
        error = -E_FULL;
    if (!error && !cache)
        error = cache_object_create(by, CACHE_FRAMES_MAX, NULL, &cache);
    if (!error)
        error = default_pager_create(by, pages, &pager);
    if (!error)
        error = memory_object_create(by, pager, pages, cache, &object);
    if (error)
        return error;
    error = give_name(f, &mach_object_type, object);
    memory_object_drop(object);
    return error;
}

/* --- All of them --- */

#define SPIN_CALL(name) CALL_OF(calls_handler, SPIN, name)
#define MACH_CALL(name) CALL_OF(calls_handler, MACH, name)
static const struct call_handler calls[] = {SPIN_CALL(exit) SPIN_CALL(console_write)
                                                MACH_CALLS(MACH_CALL)};

struct vmspace_model mach_model = {
    .call = calls, .calls = sizeof calls / sizeof calls[0], .other = calls_handler};

int mach_run(const char *program, uint64_t a, const char *words, struct process_end *end) {
    struct vmspace *vm;
    int error = vmspace_model_load(&mach_model, &vm, program, a, words);
    if (!error)
        error = mach_first(vm, end);
    if (cache)
        cache_object_destroy(cache);
    cache = NULL;
    return error;
}
