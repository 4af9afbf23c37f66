/* SPDX-License-Identifier: MIT */
/* fork.c -- a process that is like this one: its page table is read where the kernel shows it, and
 * the child's is built of it. What can be written is copied by whoever writes it first.
 *
 * The child gets a frame before this process loses its right to write it: a write between shows in
 * a child that does not run yet, and this function's own stack is all that is written. The other
 * way round this process would find itself the frame's only owner, and keep it.
 *
 * Never copied on write: the u-area, the stack of traps and the page that says where the u-area
 * is, for the handler of faults needs them. */
#include "exo/defence.h"
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/fork.h"
#include "exo/libos/exos/process/hooks.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exos/process/registers.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/string.h"

bool (*fork_show)(uint64_t env, uint64_t at);

struct forking {
    struct exos_own *own;
    uint64_t env;
    unsigned updates, protects; /* elements of own's vectors */
    long error;
};

typedef long call_fn(const struct forking *f, uint64_t done);

static long update_child(const struct forking *f, uint64_t done) {
    return exo_page_update(0, f->env, 0, f->own->update, f->updates, done);
}

static long protect_self(const struct forking *f, uint64_t done) {
    return exo_page_protect(0, 0, 0, f->own->protect, f->protects, done);
}

/* Calls until so many pages are done. */
static void complete(struct forking *f, call_fn *call, uint64_t pages) {
    for (uint64_t done = 0; !f->error && done < pages;) {
        long some = call(f, done);
        if (some > 0)
            done += (uint64_t)some;
        else if (some < 0 && !(some == -E_NO_MEMORY && frames_await()))
            f->error = some;
    }
}

static void protect(struct forking *f) {
    uint64_t pages = 0;
    for (unsigned i = 0; i < f->protects; i++)
        pages += f->own->protect[i].count;
    complete(f, protect_self, pages);
    f->protects = 0;
}

/* Of pages that the child has, too, those that this process may write are copied from now on when
 * they are written: also one that was to be copied, and was opened by a fault since. */
static void copy_later(struct forking *f, uint64_t at, uint64_t count) {
    const volatile uint64_t *entry = (const volatile uint64_t *)entry_at(at), *end = entry + count;
    struct exo_protect *run = 0;
    for (; entry < end; entry++, at += PAGE) {
        if (!(*entry & EXO_WRITE)) {
            run = 0;
        } else if (run) {
            run->count++;
        } else {
            if (f->protects == FORK_PROTECTS)
                protect(f);
            run = &f->own->protect[f->protects++];
            *run = (struct exo_protect){at, 1, EXO_WRITE, EXOS_COPIED};
        }
    }
}

/* What the vector says is done. */
static void flush(struct forking *f) {
    uint64_t pages = 0;
    for (unsigned i = 0; i < f->updates; i++)
        pages += f->own->update[i].count;
    complete(f, update_child, pages);
    for (unsigned i = 0; i < f->updates; i++)
        if (f->own->update[i].entry & EXOS_COPIED)
            copy_later(f, f->own->update[i].at, f->own->update[i].count);
    protect(f);
    f->updates = 0;
}

/* The child's page at `at` is a copy of ours, but for the word at `patch`, if that is not 0. */
static void give_copy(struct forking *f, uint64_t at, uint64_t bits, uint64_t patch,
                      uint64_t word) {
    const uint64_t window = EXOS_WINDOW;
    if (!f->error && !exposed_entry(window))
        f->error = frames_map(0, 0, 0, window, 1, EXO_WRITE | EXO_NO_EXEC);
    if (f->error)
        return;
    memcpy((char *)window, (const char *)at, PAGE);
    if (patch)
        *(uint64_t *)(window + patch % PAGE) = word;
    const struct exo_pages one = {at, (exposed_entry(window) & EXO_FRAME_OF) | EXO_PRESENT | bits,
                                  1};
    const struct exo_pages none = {window, 0, 1};
    long done = exo_page_update(0, f->env, 0, &one, 1, 0);
    exo_page_update(0, 0, 0, &none, 1, 0);
    f->error = done < 0 ? done : 0;
}

/* The child's pages from `at` on are like ours, of which the first has this entry. */
static void give(struct forking *f, uint64_t at, uint64_t entry, uint64_t count) {
    if (entry & EXO_PRESENT) {
        if (entry & EXOS_OWN)
            return;
        if ((entry & EXOS_WATCHED) && DEFENDED(WATCH_FORK)) {
            uint64_t bits = entry & ~(EXO_FRAME_OF | EXO_PRESENT | EXOS_WATCHED);
            for (uint64_t end = at + count * PAGE; at < end; at += PAGE)
                if (!fork_show || !fork_show(f->env, at))
                    give_copy(f, at, bits, 0, 0);
            return;
        }
        if (!(entry & EXOS_SHARED) && (entry & (EXO_WRITE | EXOS_COPIED)))
            entry = (entry & ~(uint64_t)EXO_WRITE) | EXOS_COPIED;
    }
    if (f->updates == FORK_UPDATES)
        flush(f);
    f->own->update[f->updates++] = (struct exo_pages){at, entry, count};
}

/* Pages that follow each other, with entries alike and frames that follow each other, are one
 * element. */
static void walk(struct forking *f, struct exposed_pages p) {
    for (uint64_t i = 0, from = 0; i < p.count; from = i) {
        bool present = p.entry[i] & EXO_PRESENT;
        uint64_t told = present ? ~(uint64_t)(EXO_ACCESSED | EXO_DIRTY) : -1ul;
        uint64_t step = present ? PAGE : 0, entry = p.entry[i++] & told, next = entry + step;
        for (; i < p.count && (p.entry[i] & told) == next; i++)
            next += step;
        if (entry)
            give(f, p.at + from * PAGE, entry, i - from);
    }
}

static long give_memory(struct forking *f) {
    for (uint64_t t = exposed_table_first(); t; t = exposed_table_next(t))
        walk(f, exposed_table_pages(t));
    flush(f);
    give_copy(f, (uint64_t)&uarea & -PAGE, EXO_WRITE | EXO_NO_EXEC | EXOS_OWN, (uint64_t)&uarea,
              EXO_UAREAS + f->env % EXO_ENVS * PAGE);
    if (!f->error)
        f->error = frames_map(0, f->env, 0, (uint64_t)upcall_top - UPCALL_STACK,
                              UPCALL_STACK / PAGE, EXO_WRITE | EXO_NO_EXEC | EXOS_OWN);
    return f->error;
}

/* Its u-area: the same handlers, and it begins at fork_child. */
static long begin(const struct forking *f, struct process *p, uint64_t rsp) {
    const uint64_t trap[] = {uarea->trap_entry, (uint64_t)upcall_top};
    const uint64_t slice[] = {(uint64_t)fork_child, rsp, uarea->epilogue_entry,
                              uarea->epilogue_stack};
    const struct exos_own *own = f->own;
    const uint64_t lasting[] = {p->pid, own->masked, own->ignored, own->fs};
    long error = exo_env_write(0, f->env, UAREA_TRAP_ENTRY, trap, sizeof trap);
    if (!error)
        error = exo_env_write(0, f->env, UAREA_PROLOGUE_ENTRY, slice, sizeof slice);
    if (!error)
        error = exo_env_write(0, f->env, offsetof(struct exo_uarea, own), lasting, sizeof lasting);
    if (!error)
        error = exo_cap_give(0, f->env, 0, 0);
    if (error)
        return error;
    hooks_forked(p->pid);
    p->state = PROCESS_RUNS; /* before it begins: who kills us now leaves a process, or none */
    return exo_env_start(0, f->env);
}

uint64_t exos_kernel_share = 384;
unsigned exos_env_flags;

static uint64_t kernel_frames(void) {
    const volatile struct exo_env *self = exposed_env((uint64_t)exo_env_self());
    uint64_t half = (self->kernel_most - self->kernel) / 2;
    return half < exos_kernel_share ? half : exos_kernel_share;
}

static long fork(struct process *p, uint64_t rsp) {
    long id = exo_env_create(0, process_cap(), "process", kernel_frames(), exos_env_flags);
    if (id < 0)
        return id;
    struct forking f = {.own = exos_own(), .env = (uint64_t)id};
    p->env = (uint32_t)id;
    long error = give_memory(&f);
    if (!error)
        error = begin(&f, p, rsp);
    if (error)
        exo_env_destroy(0, (uint64_t)id);
    return error;
}

long fork_from(uint64_t rsp) {
    if (!uarea->trap_stack)
        return -E_BUSY;
    while (frames_await()) /* what ended children had is ours again */
        ;
    struct process *p = process_new();
    if (!p)
        return -E_FULL;
    exos_own()->held++;
    registers_note();
    long error = fork(p, rsp), pid = p->pid;
    if (error) {
        while (frames_await()) /* until nobody shares our pages */
            ;
        hooks_ended(p->pid);
        process_free(p);
    }
    signals_release();
    return error ? error : pid;
}
