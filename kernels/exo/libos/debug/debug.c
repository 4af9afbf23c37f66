/* SPDX-License-Identifier: MIT */
/* debug.c -- see debug.h. */
#include "exo/libos/debug/debug.h"

#include "exo/libos/exos/own.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"

/* In the debugged process: a page with debug_agent, and one of words; the second is here, too. And
 * here a window to a page of its. */
#define AGENT  (EXO_UAREAS - 92 * PAGE)
#define WORDS  (AGENT + PAGE)
#define WINDOW (AGENT + 2 * PAGE)

#define AGENT_FRAMES 16 /* of the kernel's, for the clone */

extern const char debug_agent[];

static long map(uint64_t env, uint64_t at, uint64_t entry) {
    const struct exo_pages one = {at, entry, 1};
    long done = exo_page_update(0, env, 0, &one, 1, 0);
    return done < 0 ? done : 0;
}

static uint64_t frame_entry(uint64_t at) {
    return (exposed_entry(at) & EXO_FRAME_OF) | EXO_PRESENT;
}

static long make_agent(struct debugged *d) {
    const uint64_t code = (uint64_t)debug_agent;
    const uint64_t prologue[] = {AGENT + code % PAGE, WORDS};
    long error = exposed_entry(WORDS) ? 0 : frames_map(0, 0, 0, WORDS, 1, EXO_WRITE | EXO_NO_EXEC);
    if (!error)
        error = map(d->env, AGENT, frame_entry(code));
    if (!error)
        error = map(d->env, WORDS, frame_entry(WORDS) | EXO_WRITE | EXO_NO_EXEC);
    if (error)
        return error;
    long id = exo_env_clone(0, d->env, process_cap(), "agent", AGENT_FRAMES, EXO_FAULT_EXPECTED);
    if (id < 0)
        return id;
    d->agent = (uint64_t)id;
    error = exo_env_write(0, d->agent, UAREA_PROLOGUE_ENTRY, prologue, sizeof prologue);
    return error ? error : exo_env_start(0, d->agent);
}

long debug_attach(struct debugged *d, uint64_t pid) {
    struct process *p = process_find(pid);
    if (!p || process_has_ended(p))
        return -E_NOT_FOUND;
    *d = (struct debugged){pid, p->env, 0};
    long error = make_agent(d);
    if (error)
        debug_detach(d);
    else
        p->flags |= PROCESS_DEBUGGED;
    return error;
}

void debug_detach(struct debugged *d) {
    struct process *p = process_find(d->pid);
    if (d->agent)
        exo_env_destroy(0, d->agent);
    map(d->env, AGENT, 0);
    map(d->env, WORDS, 0);
    map(0, WORDS, 0);
    d->agent = 0;
    if (p) {
        p->flags &= ~(uint32_t)PROCESS_DEBUGGED;
        debug_continue(d);
    }
}

/* A word of its address space; 0 where there is none: the agent is no more then. */
static uint64_t word(const struct debugged *d, uint64_t at) {
    volatile uint64_t *words = (volatile uint64_t *)WORDS;
    words[0] = at;
    words[1] = 0;
    words[2] = (uint64_t)exo_env_self();
    return exo_env_yield(d->agent) ? 0 : words[1];
}

/* As exposed_entry, of its tables. */
static uint64_t entry_there(const struct debugged *d, uint64_t at) {
    uint64_t way[4] = {entry_at(at)};
    for (unsigned i = 1; i < 4; i++)
        way[i] = entry_at(way[i - 1]);
    uint64_t entry = 0;
    for (unsigned i = 4; i-- > 0;)
        if (!((entry = word(d, way[i])) & EXO_PRESENT))
            return 0;
    return entry;
}

/* The page gets a frame that is nobody else's. */
static long copy_there(const struct debugged *d, uint64_t at, uint64_t entry) {
    static char page[PAGE];
    memcpy(page, (const char *)WINDOW, PAGE);
    map(0, WINDOW, 0);
    long error = frames_map(0, 0, 0, WINDOW, 1, EXO_WRITE | EXO_NO_EXEC);
    if (error)
        return error;
    memcpy((char *)WINDOW, page, PAGE);
    return map(d->env, at, frame_entry(WINDOW) | (entry & (EXO_SOFTWARE | EXO_NO_EXEC)));
}

static long open_page(const struct debugged *d, uint64_t at, bool write) {
    uint64_t entry = at < EXO_TOP ? entry_there(d, at) : 0;
    bool copy = write && !(entry & EXO_WRITE);
    if (!(entry & EXO_PRESENT))
        return -E_FAULT;
    long error =
        map(0, WINDOW,
            (entry & EXO_FRAME_OF) | EXO_PRESENT | EXO_NO_EXEC | (write && !copy ? EXO_WRITE : 0));
    return error || !copy ? error : copy_there(d, at, entry);
}

static long move(const struct debugged *d, uint64_t at, char *here, size_t bytes, bool write) {
    for (size_t n; bytes; at += n, here += n, bytes -= n) {
        n = PAGE - at % PAGE < bytes ? PAGE - at % PAGE : bytes;
        long error = open_page(d, at & -PAGE, write);
        if (error)
            return error;
        char *there = (char *)WINDOW + at % PAGE;
        memcpy(write ? there : here, write ? here : there, n);
        map(0, WINDOW, 0);
    }
    return 0;
}

long debug_read(const struct debugged *d, uint64_t at, void *into, size_t bytes) {
    return move(d, at, into, bytes, false);
}

long debug_write(const struct debugged *d, uint64_t at, const void *from, size_t bytes) {
    return move(d, at, (char *)(uintptr_t)from, bytes, true);
}

long debug_wait(const struct debugged *d) {
    for (;;) {
        const struct process *p = process_find(d->pid);
        if (!p || process_has_ended(p))
            return -E_DEAD;
        if (p->flags & PROCESS_STANDS)
            return p->signal;
        exo_env_yield(0);
    }
}

long debug_stop(const struct debugged *d) {
    long error = exos_signal((long)d->pid, EXOS_SIGSTOP);
    return error ? error : debug_wait(d);
}

void debug_continue(const struct debugged *d) {
    exos_signal((long)d->pid, EXOS_SIGCONT);
}

/* Where it has put its registers. */
static uint64_t stood_at(const struct debugged *d) {
    uint64_t at = 0;
    exo_env_read(0, d->env, offsetof(struct exo_uarea, own) + offsetof(struct exos_own, stood_at),
                 &at, sizeof at);
    return at;
}

long debug_registers(const struct debugged *d, struct slice_registers *r, uint64_t *rsp) {
    uint64_t at = stood_at(d);
    *rsp = at + sizeof *r + EXO_RED_ZONE;
    return at ? debug_read(d, at, r, sizeof *r) : -E_AGAIN;
}

long debug_set_registers(const struct debugged *d, const struct slice_registers *r) {
    uint64_t at = stood_at(d);
    return at ? debug_write(d, at, r, sizeof *r) : -E_AGAIN;
}
