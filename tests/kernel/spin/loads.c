/* SPDX-License-Identifier: MIT */
/* loads.c -- extensions come and go under load: one strand loads and unloads them, others raise
 * what they handle and walk what there is, and the timer comes anywhere. A campaign: the image
 * build/guest/test/loads-N.elf does so N times (docs/working.md). */
#include "loading.h"

#include "lib/error.h"
#include "lib/format.h"
#include "machine/cpu/x86.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "spin/services/console.h"
#include "spin/services/thread/kthread.h"

#ifndef LOADS
#define LOADS 120
#endif
#define QUANTUM_NS 100000
#define ROOM       (64 << 10) /* of the heap, for plans that some number on a stack keeps */

static volatile bool stop;
static volatile unsigned long raised, walked, wrong;

/* Whatever of these is loaded, a line is a line. */
static const char *const names[] = {"keys", "first", "tabs", "own_keys", "loaded", "soon"};
enum { NAMES = sizeof names / sizeof names[0] };

static void *raises(void *unused) {
    while (!stop) {
        wrong += (unsigned)(console_key('\n') - '\n') > 1; /* `soon` gives the next byte */
        if (++raised % 16 == 0)
            strand_yield();
    }
    return unused;
}

/* By numbers that ascend, and to an end. */
static void *walks(void *unused) {
    struct directory_entry entry;
    for (; !stop; strand_yield()) {
        walked++;
        uint64_t serial = 0, last = 0, cookie = 0;
        for (; loader_after(&serial); last = serial)
            wrong += serial <= last;
        for (unsigned i = 0; walked % 8 == 0 && i < 4000; i++)
            wrong += loader_has(UINT64_MAX); /* past all of them, for longer than a turn */
        while (!names_list(&loading_asker, NAMED_DOMAINS, &cookie, &entry))
            wrong += !entry.type;
        cookie = 0;
        while (!names_list(&loading_asker, "/svc/loaded", &cookie, &entry))
            wrong += entry.type != NULL;
    }
    return unused;
}

static void say(unsigned loads) {
    char line[120];
    int length = format_text(line, sizeof line, "loads: %u, %lu raises, %lu walks, heap %lu\n",
                             loads, raised, walked, heap_used());
    console_write(line, (size_t)length);
}

/* It comes, stays for a while, and is gone when nobody is in it. */
static void come_and_go(struct check *c, const char *name, unsigned stays) {
    struct extension *e = loading_load(c, name);
    while (e && stays--)
        strand_yield();
    int error = e ? loader_unload(e) : 0;
    if (error && error != -E_EXISTS)
        check_fail(c, "%s: %s", name, error_sentence(error));
    do
        strand_yield(); /* where it was others find junk */
    while (loader_reap());
}

static void load_and_unload(struct check *c, unsigned loads, size_t heap) {
    for (unsigned i = 0; i < loads && !c->failed; i++) {
        come_and_go(c, names[i % NAMES], i % 3);
        if (heap_used() > heap + ROOM)
            check_fail(c, "after %u loads %lu bytes more are used", i + 1, heap_used() - heap);
        if (i % 10000 == 9999)
            say(i + 1);
    }
}

static void beside(struct check *c, unsigned loads) {
    void *unused;
    stop = false;
    raised = walked = wrong = 0;
    struct kthread *others[] = {kthread_fork(raises, NULL), kthread_fork(raises, NULL),
                                kthread_fork(walks, NULL)};
    load_and_unload(c, loads, heap_used());
    stop = true;
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++)
        CHECK_THAT(c, others[i] && kthread_join(others[i], &unused));
    CHECK_THAT(c, !wrong && raised > loads && walked);
}

CHECK(loads, "loader/extensions_come_and_go_beside_raisers_and_leave_no_memory_behind") {
    scheduler_quantum_ns = QUANTUM_NS;
    sti();
    beside(c, NAMES); /* what the first time takes for good */
    cli();
    loading_begin();
    size_t frames = frame_unused();
    sti();
    beside(c, LOADS);
    cli();
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    say(LOADS);
    loading_end(c);
    if (frame_unused() + ROOM / PAGE_SIZE < frames)
        check_fail(c, "%lu page frames are gone", frames - frame_unused());
}
