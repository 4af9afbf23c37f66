/* SPDX-License-Identifier: MIT */
/* soak.c -- everything at once: strands that load and unload, bind and raise, look up, share cells,
 * run processes and threads, all drawn at random, under a timer that comes anywhere. After each
 * round all of it has gone again, and the books are right. A campaign: the image
 * build/guest/test/soak-N.elf does so for N seconds (docs/working.md). */
#include "books.h"
#include "loading.h"
#include "program/attacks.h"
#include "running.h"

#include "lib/error.h"
#include "lib/format.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "spin/runtime/cells.h"
#include "spin/services/console.h"
#include "spin/services/devices.h"
#include "spin/services/events/introspect.h"
#include "spin/services/loader/nanny.h"
#include "spin/services/name_calls.h"
#include "spin/services/security/security.h"

#ifdef SOAK_SECONDS
#define ROUND_MS 10000ul
#define ROUNDS   (SOAK_SECONDS * 1000ul / ROUND_MS)
#else
#define ROUND_MS 10ul
#define ROUNDS   2ul
#endif

#define WORKERS    4
#define KEEPS      4 /* extensions, and handlers, that a worker has at once */
#define QUANTUM_NS 200000
#define ROOM       (256 << 10) /* of the heap: plans that a number on a stack keeps, and answers */
#define FRAMES     512         /* the heap keeps the pages that its largest use took */

MODULE("Soak");

EVENT_DECLARE(soak_raised, long, (long a));
EVENT(soak_raised, "Soak.Raised", long, (long a)) {
    return a;
}

struct handler {
    struct event_binding *binding; /* or null */
    uint64_t fired;
};

struct worker {
    struct kthread *thread;
    uint64_t seed;
    struct extension *extension[KEEPS];
    struct handler handler[KEEPS];
    struct cell *cells;
    struct running process;
    struct report why;
};

static struct worker workers[WORKERS];
static uint64_t round_ends; /* by the TSC */
static const char *wrong;   /* what was not as it must be; or null */

static unsigned draw(struct worker *w, unsigned below) {
    w->seed = w->seed * 6364136223846793005 + 1442695040888963407;
    return (unsigned)((w->seed >> 33) % below);
}

static void expect(bool holds, const char *what) {
    if (!holds && !wrong)
        wrong = what;
}

/* --- What a worker does --- */

static void unload(struct worker *w, unsigned at) {
    struct extension *e = w->extension[at];
    w->extension[at] = NULL; /* loader_reap's, where a raise is in it */
    int error = e ? loader_unload(e) : 0;
    expect(!error || error == -E_EXISTS, "an extension does not go");
}

static void loads(struct worker *w) {
    static const char *const names[] = {"keys",   "first",    "tabs",       "own_keys", "stateful",
                                        "loaded", "misnames", "needs_keys", "counted",  "later",
                                        "orders", "rollback", "circle",     "hidden",   "writes"};
    unsigned at = draw(w, KEEPS);
    if (w->extension[at])
        unload(w, at);
    else
        (void)loader_load_for(names[draw(w, sizeof names / sizeof names[0])], w, &w->extension[at],
                              &w->why);
    loader_reap();
    if (draw(w, 16) == 0)
        nanny_sweep();
}

static long fires(void *handler, long a) {
    ((struct handler *)handler)->fired++;
    return a;
}

static bool is_even(long a) {
    return a % 2 == 0;
}

static void unbind(struct handler *h) {
    struct change c;
    if (!h->binding)
        return;
    change_open(&c, THIS_MODULE, NULL);
    change_uninstall(&c, h->binding);
    expect(change_commit(&c) == 0, "a handler does not go");
    h->binding = NULL;
}

static void binds(struct worker *w) {
    struct handler *h = &w->handler[draw(w, KEEPS)];
    const struct handler_request request = {.handler = EVENT_HANDLER_WITH(soak_raised, fires, h),
                                            .guard = EVENT_GUARD(soak_raised, is_even),
                                            .order.place = (uint8_t)draw(w, ORDER_LAST + 1)};
    struct change c;
    if (h->binding) {
        unbind(h);
    } else {
        change_open(&c, THIS_MODULE, NULL);
        change_install(&c, &event_soak_raised, &request, &h->binding);
        expect(change_commit(&c) == 0, "a handler cannot be bound");
    }
    change_open(&c, THIS_MODULE, NULL);
    change_level(&c, &event_soak_raised, LEVEL_INTERPRETED + draw(w, LEVEL_BEST));
    change_watch(&c, &event_soak_raised, draw(w, 4) == 0);
    expect(change_commit(&c) == 0, "a level cannot be set");
}

static void raises(struct worker *w) {
    const struct handler *h = &w->handler[draw(w, KEEPS)];
    for (unsigned i = 0; i < 50; i++) {
        uint64_t fired = h->fired;
        long a = draw(w, 1000);
        expect(soak_raised(a) == a, "a raise has another result");
        expect(!h->binding || (h->fired > fired) >= is_even(a), "a handler has not fired");
        (void)console_key((int)draw(w, 128));
        clock_tick(i);
    }
}

static void looks_up(struct worker *w) {
    static const char *const paths[] = {"/", NAMED_DOMAINS, "/svc/loaded", "/svc/misnames0",
                                        "/devices"};
    const char *path = paths[draw(w, sizeof paths / sizeof paths[0])];
    char inside[PATH_BYTES_MAX];
    struct directory_entry entry;
    struct named found;
    uint64_t cookie = 0;
    for (unsigned i = 0; i < 64 && !names_list(THIS_MODULE, path, &cookie, &entry); i++) {
        format_text(inside, sizeof inside, "%s/%s", path, entry.name);
        if (!names_lookup_soft(THIS_MODULE, inside, &name_domain, &found))
            named_release(&found);
    }
}

static void forget_cells(struct worker *w) {
    cell_drop(w->cells);
    w->cells = NULL;
}

/* A list, of which each cell holds the next. */
static void shares(struct worker *w) {
    if (draw(w, 8) == 0)
        forget_cells(w);
    for (unsigned i = 0; i < 20; i++) {
        struct cell *c = cell_new();
        expect(c, "there is no memory for a cell");
        if (!c)
            return;
        c->number[0] = w->cells ? w->cells->number[0] + 1 : 0;
        cell_drop(cell_exchange(&c->left, w->cells));
        cell_drop(
            cell_exchange(&c->right, cell_copy(c))); /* a ring, which only a collector frees */
        w->cells = c;
    }
    struct cell *next = cell_load(&w->cells->left);
    expect(!next || next->number[0] + 1 == w->cells->number[0], "a cell is another one");
    cell_drop(next);
}

static void runs(struct worker *w) {
    static const enum attack what[] = {ATTACK_EXIT, ATTACK_RANDOM_CALLS, ATTACK_LOOP,
                                       ATTACK_OWN_WORD, (enum attack)HOSTILE_null_write};
    const unsigned kinds = sizeof what / sizeof what[0];
    enum attack attack = what[draw(w, draw(w, 16) ? kinds - 1 : kinds)]; /* faults are reported */
    uint64_t b = 1 + draw(w, 1000);
    if (!running_start(&w->process, attack, b, "")) {
        expect(false, "a process cannot be started");
        return;
    }
    for (unsigned n = draw(w, 4); n; n--)
        strand_yield();
    if (attack == ATTACK_LOOP)
        running_terminate(&w->process);
    struct process_end end = running_await(&w->process);
    expect(attack != ATTACK_EXIT || (!end.killed && end.status == b), "a process ends otherwise");
    expect(attack != ATTACK_OWN_WORD || (!end.killed && end.status == b),
           "a process finds another's memory");
    expect(attack != (enum attack)HOSTILE_null_write || end.killed, "a fault ends nobody");
}

static void *raises_once(void *w) {
    raises(w);
    return w;
}

static void forks(struct worker *w) {
    void *result;
    struct worker draws = {.seed = w->seed};
    struct kthread *t = kthread_fork(raises_once, &draws);
    expect(t && kthread_join(t, &result) && result == &draws, "a thread does not come back");
}

/* All that it has goes. */
static void drain(struct worker *w) {
    for (unsigned i = 0; i < KEEPS; i++) {
        unload(w, i);
        unbind(&w->handler[i]);
    }
    forget_cells(w);
}

static uint64_t operations;

static void *works(void *worker) {
    static void (*const does[])(struct worker *) = {loads,    binds,  binds, raises, raises,
                                                    looks_up, shares, runs,  forks};
    struct worker *w = worker;
    while (rdtsc() < round_ends && !wrong) {
        does[draw(w, sizeof does / sizeof does[0])](w);
        operations++;
    }
    drain(w);
    return w;
}

/* --- Rounds, and the books --- */

/* What the nanny has brought has handlers, and stays. Those that others are linked to go behind
 * these, which may wait for a raise or an asynchronous handler to end. */
static void unload_all(void) {
    for (unsigned n = 0; n < 1000; n++) {
        uint64_t serial = 0;
        struct extension *e;
        while ((e = loader_after(&serial)))
            (void)loader_unload(e);
        if (!serial)
            return;
        strand_yield();
    }
}

static void work_for_a_round(void) {
    void *unused;
    round_ends = rdtsc() + timer_tsc_hz() / 1000 * ROUND_MS;
    sti();
    for (unsigned i = 0; i < WORKERS; i++) {
        workers[i].seed = rdtsc() * 2654435761u + i;
        workers[i].thread = kthread_fork(works, &workers[i]);
    }
    for (unsigned i = 0; i < WORKERS; i++)
        expect(workers[i].thread && kthread_join(workers[i].thread, &unused), "a worker is lost");
    unload_all();
    cli();
    cells_collect();
    cells_collect();
}

static uint64_t own_memory; /* what the kernel's modules have at all times */

static void check_books(struct check *c) {
    struct extension *e;
    uint64_t unused = 0;
    if (wrong)
        check_fail(c, "%s", wrong);
    if ((e = loader_after(&unused)))
        check_fail(c, "%s does not go: %u bindings, %u objects are left", extension_name(e),
                   (unsigned)extension_module(e)->account.used[RESOURCE_BINDINGS], extension_count);
    if (books_shares(RESOURCE_BINDINGS) != books_bindings())
        check_fail(c, "%lu bindings are charged of %lu", books_shares(RESOURCE_BINDINGS),
                   books_bindings());
    if (books_shares(RESOURCE_STRANDS) != books_strands())
        check_fail(c, "%lu strands are charged of %lu", books_shares(RESOURCE_STRANDS),
                   books_strands());
    if (books_shares(RESOURCE_MEMORY) != own_memory || books_shares(RESOURCE_CODE))
        check_fail(c, "memory of extensions that are gone is charged");
}

static void say(unsigned long rounds, size_t heap, size_t frames) {
    char line[160];
    int length = format_text(line, sizeof line,
                             "\nsoak: %lu s, %lu operations, heap %lu (%+ld), frames %+ld\n",
                             rounds * ROUND_MS / 1000, operations, heap_used(),
                             (long)(heap_used() - heap), (long)(frame_unused() - frames));
    console_write(line, (size_t)length);
}

CHECK(soak, "soak/everything_at_once_leaves_nothing_behind_and_the_books_are_right") {
    size_t heap = 0, frames = 0;
    if (!timer_tsc_hz()) {
        check_skip(c, "this machine has no clock");
        return;
    }
    module_add(THIS_MODULE);
    operations = 0;
    own_memory = books_shares(RESOURCE_MEMORY);
    scheduler_quantum_ns = QUANTUM_NS;
    for (unsigned long n = 0; n <= ROUNDS && !c->failed; n++) {
        work_for_a_round();
        check_books(c);
        if (n == 0) { /* what the first time takes for good */
            heap = heap_used();
            frames = frame_unused();
        }
        if (heap_used() > heap + ROOM || frame_unused() + FRAMES < frames)
            check_fail(c, "memory is lost in round %lu", n);
        if (ROUNDS > 2)
            say(n, heap, frames);
    }
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
}
