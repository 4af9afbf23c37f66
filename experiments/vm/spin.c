/* SPDX-License-Identifier: MIT */
/* spin.c -- the memory services as an extension of the kernel uses them. Its own rows are procedure
 * calls of the kernel's; what begins with an access of a program is in spin-user.c, which asks for
 * the extension below. */
#include "touch.h"
#include "workload.h"

#include "machine/report/panic.h"
#include "measure/bench.h"
#include "spin/core/space/memory_fault.h"
#include "spin/core/space/trap_syscall.h"
#include "spin/services/calls/user_extension.h"

MODULE("VmWorkload");

/* Pages of a translation that this module owns. */
static struct {
    struct translation *of;
    struct virt_addr *v;
    struct phys_addr *p;
    enum workload_faults faults;
    vaddr_t open; /* FAULTS_EXCHANGE: the page that was opened last */
} work;

/* Also what map_pages() has half done. Others' names in the translation stay. */
static void unmap_pages(void) {
    (void)translation_remove_mapping(work.of, work.v->range.at);
    (void)virt_addr_deallocate(work.v);
    if (work.p)
        phys_addr_deallocate(work.p);
    work.p = NULL;
}

static int map_pages(struct translation *of) {
    static const struct phys_request request = {.pages = PAGES};
    work.of = of;
    module_add(THIS_MODULE);
    int error = virt_addr_allocate(&of->names, 0, PAGES, &work.v);
    if (error)
        return error;
    error = phys_addr_try_allocate(THIS_MODULE, &request, &work.p);
    if (!error)
        error = translation_add_mapping(of, work.v, 0, work.p, PAGE_WRITE);
    if (error)
        unmap_pages();
    return error;
}

static int protect(vaddr_t at, size_t pages) {
    return translation_change_mapping(work.of, at, pages, PAGE_READ);
}

static int open(vaddr_t at, size_t pages) {
    return translation_change_mapping(work.of, at, pages, PAGE_WRITE);
}

/* --- For a process: its faults, and its calls --- */

static void handle_fault(struct translation *t, struct memory_fault *f, bool *done) {
    (void)t;
    vaddr_t page = page_round_down(f->at);
    if (work.faults == FAULTS_STEP_OVER) {
        f->frame->rax = bench_end();
        f->frame->rip += TOUCH_BYTES;
        *done = true;
        return;
    }
    *done = open(page, 1) == 0;
    if (work.faults == FAULTS_EXCHANGE) {
        (void)protect(work.open, 1);
        work.open = page;
    }
}

static bool is_workload_call(struct trap_frame *f, const struct call_system *system) {
    (void)system;
    return f->rax == WORKLOAD_CALL;
}

static void handle_call(struct trap_frame *f, const struct call_system *system) {
    (void)system;
    vaddr_t page = work.v->range.at + f->rsi * PAGE_SIZE;
    f->rax = 0;
    switch (f->rdi) {
    case WORKLOAD_ADDRESS:
        f->rax = work.v->range.at;
        break;
    case WORKLOAD_FAULTS:
        work.faults = (enum workload_faults)f->rsi;
        work.open = work.v->range.at;
        break;
    case WORKLOAD_PROTECT:
        f->rax = (uint64_t)protect(page, f->rdx);
        break;
    case WORKLOAD_OPEN:
        f->rax = (uint64_t)open(page, f->rdx);
        break;
    }
}

static void end(void *unused) {
    (void)unused;
    int error = change_withdraw_all(THIS_MODULE);
    assert_that(!error);
    translation_give(work.of, NULL);
    unmap_pages();
}

static int begin(struct address_space *of, void **unused) {
    (void)unused;
    const struct handler_request on_fault = {
        .handler = EVENT_HANDLER(translation_protection_fault, handle_fault)};
    const struct handler_request on_call = {.handler = EVENT_HANDLER(trap_syscall, handle_call),
                                            .guard = EVENT_GUARD(trap_syscall, is_workload_call),
                                            .flags = BINDING_CANCEL,
                                            .order = {.place = ORDER_FIRST}};
    struct change c;
    int error = map_pages(&of->translation);
    if (error)
        return error;
    translation_give(&of->translation, THIS_MODULE);
    change_open(&c, THIS_MODULE, of);
    change_install(&c, &event_translation_protection_fault, &on_fault, NULL);
    change_install(&c, &event_trap_syscall, &on_call, NULL);
    error = change_commit(&c);
    if (error)
        end(NULL);
    return error;
}

USER_EXTENSION(workload, WORKLOAD, begin, end, .alone = true);

/* --- Within the kernel --- */

/* Whose pages are in the translation that is loaded, as a process's would be. */
static struct translation space;

static void enter(void) {
    if (translation_create(&space, THIS_MODULE) || map_pages(&space))
        panic("vm: no memory for %d pages", PAGES);
    translation_load(&space);
}

static void leave(void) {
    translation_load(NULL);
    unmap_pages();
    translation_destroy(&space);
}

static void must(int error) {
    if (error)
        panic("vm: a page's rights cannot be changed: error %d", error);
}

BENCH(dirty, "vm/dirty") {
    struct page_mapping m;
    enter();
    while (bench_next(b)) {
        bench_start(b);
        int error = translation_examine_mapping(&space, work.v->range.at, &m);
        bench_stop(b);
        must(error);
        if (m.dirty)
            panic("vm: a page is dirty that nobody wrote");
    }
    leave();
}

/* Each row's figure is the change's; what puts it back is outside the bracket. */
static void time_protect(struct bench *b, size_t pages) {
    enter();
    while (bench_next(b)) {
        bench_start(b);
        int error = protect(work.v->range.at, pages);
        bench_stop(b);
        must(error);
        must(open(work.v->range.at, pages));
    }
    leave();
}

BENCH(prot1, "vm/prot1") {
    time_protect(b, 1);
}

BENCH(prot100, "vm/prot100") {
    time_protect(b, PAGES);
}

BENCH(unprot100, "vm/unprot100") {
    enter();
    while (bench_next(b)) {
        must(protect(work.v->range.at, PAGES));
        bench_start(b);
        int error = open(work.v->range.at, PAGES);
        bench_stop(b);
        must(error);
    }
    leave();
}
