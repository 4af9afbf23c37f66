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
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/fork.h"
#include "exo/libos/exos/process/hooks.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/string.h"
#include "lib/words.h"

#define TABLE_ENTRIES 512u
#define ROOT_LEVEL    3

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
static long complete(const struct forking *f, call_fn *call, uint64_t pages) {
    for (uint64_t done = 0; done < pages;) {
        long some = call(f, done);
        if (some < 0 && !(some == -E_NO_MEMORY && frames_await()))
            return some;
        done += some > 0 ? (uint64_t)some : 0;
    }
    return 0;
}

/* What the vectors say is done. */
static void flush(struct forking *f) {
    uint64_t updates = 0, protects = 0;
    for (unsigned i = 0; i < f->updates; i++)
        updates += f->own->update[i].count;
    for (unsigned i = 0; i < f->protects; i++)
        protects += f->own->protect[i].count;
    if (!f->error)
        f->error = complete(f, update_child, updates);
    if (!f->error)
        f->error = complete(f, protect_self, protects);
    f->updates = f->protects = 0;
}

/* The child's page at `at` gets this entry. */
static void give(struct forking *f, uint64_t at, uint64_t entry) {
    if (f->updates) {
        struct exo_pages *last = &f->own->update[f->updates - 1];
        uint64_t bytes = last->count * PAGE;
        if (at == last->at + bytes && entry == last->entry + (entry & EXO_PRESENT ? bytes : 0)) {
            last->count++;
            return;
        }
    }
    if (f->updates == FORK_UPDATES)
        flush(f);
    f->own->update[f->updates++] = (struct exo_pages){at, entry, 1};
}

/* Our own page at `at` is copied when it is written. */
static void copy_later(struct forking *f, uint64_t at) {
    if (f->protects) {
        struct exo_protect *last = &f->own->protect[f->protects - 1];
        if (at == last->at + last->count * PAGE) {
            last->count++;
            return;
        }
    }
    if (f->protects == FORK_PROTECTS)
        flush(f);
    f->own->protect[f->protects++] = (struct exo_protect){at, 1, EXO_WRITE, EXOS_COPIED};
}

/* Whether the child gets it otherwise, or not at all. */
static bool is_own(uint64_t at) {
    return at - ((uint64_t)upcall_top - UPCALL_STACK) < UPCALL_STACK ||
           at == ((uint64_t)&uarea & -PAGE) || at == EXOS_WINDOW;
}

static void visit(struct forking *f, uint64_t at, uint64_t entry) {
    const uint64_t noted = EXO_ACCESSED | EXO_DIRTY;
    if (is_own(at))
        return;
    if (!(entry & EXO_PRESENT) || (entry & EXOS_SHARED) || !(entry & (EXO_WRITE | EXOS_COPIED))) {
        give(f, at, entry & EXO_PRESENT ? entry & ~noted : entry);
        return;
    }
    give(f, at, (entry & ~(noted | EXO_WRITE)) | EXOS_COPIED);
    copy_later(f, at); /* of one that was already, too: a fault meanwhile may have opened it */
}

/* The pages from `at` on, as the table of this level that maps them tells. */
static void walk(struct forking *f, uint64_t at, unsigned level) {
    uint64_t lies = at, span = PAGE << 9 * level;
    for (unsigned n = 0; n <= level; n++)
        lies = entry_at(lies);
    const volatile uint64_t *table = (const volatile uint64_t *)lies;
    for (unsigned i = words_next(table, 0, TABLE_ENTRIES);
         i < TABLE_ENTRIES && at + i * span < EXO_TOP;
         i = words_next(table, i + 1, TABLE_ENTRIES)) {
        if (level)
            walk(f, at + i * span, level - 1);
        else
            visit(f, at + i * span, table[i]);
    }
}

/* The page with `uarea` in it, with the child's. */
static long give_uarea_page(struct forking *f) {
    uint64_t at = (uint64_t)&uarea & -PAGE, window = EXOS_WINDOW;
    const uint64_t bits = EXO_WRITE | EXO_NO_EXEC;
    long error = exposed_entry(window) ? 0 : frames_map(0, 0, 0, window, 1, bits);
    if (error)
        return error;
    memcpy((char *)window, (const char *)at, PAGE);
    *(uint64_t *)(window + (uint64_t)&uarea % PAGE) = EXO_UAREAS + f->env % EXO_ENVS * PAGE;
    const struct exo_pages one = {at, (exposed_entry(window) & EXO_FRAME_OF) | EXO_PRESENT | bits,
                                  1};
    const struct exo_pages none = {window, 0, 1};
    error = exo_page_update(0, f->env, 0, &one, 1, 0);
    exo_page_update(0, 0, 0, &none, 1, 0);
    return error < 0 ? error : 0;
}

static long give_memory(struct forking *f) {
    walk(f, 0, ROOT_LEVEL);
    flush(f);
    if (!f->error)
        f->error = give_uarea_page(f);
    if (!f->error)
        f->error = frames_map(0, f->env, 0, (uint64_t)upcall_top - UPCALL_STACK,
                              UPCALL_STACK / PAGE, EXO_WRITE | EXO_NO_EXEC);
    return f->error;
}

/* Its u-area: the same handlers, and it begins at fork_child. */
static long begin(const struct forking *f, uint64_t pid, uint64_t rsp) {
    const uint64_t trap[] = {uarea->trap_entry, (uint64_t)upcall_top};
    const uint64_t slice[] = {(uint64_t)fork_child, rsp, uarea->epilogue_entry,
                              uarea->epilogue_stack};
    long error = exo_env_write(0, f->env, UAREA_TRAP_ENTRY, trap, sizeof trap);
    if (!error)
        error = exo_env_write(0, f->env, UAREA_PROLOGUE_ENTRY, slice, sizeof slice);
    if (!error)
        error = exo_env_write(0, f->env, offsetof(struct exo_uarea, own), &pid, sizeof pid);
    if (!error)
        error = exo_cap_give(0, f->env, 0, 0);
    if (error)
        return error;
    hooks_forked(pid);
    return exo_env_start(0, f->env);
}

uint64_t exos_kernel_share = 384;

static uint64_t kernel_frames(void) {
    const volatile struct exo_env *self = exposed_env((uint64_t)exo_env_self());
    uint64_t half = (self->kernel_most - self->kernel) / 2;
    return half < exos_kernel_share ? half : exos_kernel_share;
}

long fork_from(uint64_t rsp) {
    if (!uarea->trap_stack)
        return -E_BUSY;
    while (frames_await()) /* what ended children had is ours again */
        ;
    struct process *p = process_new();
    if (!p)
        return -E_FULL;
    long id = exo_env_create(0, process_cap(), "process", kernel_frames(), 0), error = id;
    if (id >= 0) {
        struct forking f = {.own = exos_own(), .env = (uint64_t)id};
        error = give_memory(&f);
        if (!error)
            error = begin(&f, p->pid, rsp);
        if (error)
            exo_env_destroy(0, (uint64_t)id);
    }
    if (error < 0) {
        while (frames_await()) /* until nobody shares our pages */
            ;
        hooks_ended(p->pid);
        process_free(p);
        return error;
    }
    p->env = (uint32_t)id;
    p->state = PROCESS_RUNS;
    return p->pid;
}
