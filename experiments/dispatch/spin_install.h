/* SPDX-License-Identifier: MIT */
/* spin_install.h -- what it costs to change what is bound to an event, and the memory that it
 * takes. Programs are loaded before; a change is complete when the next raise follows it. */
#ifndef DISPATCH_SPIN_INSTALL_H
#define DISPATCH_SPIN_INSTALL_H

#include "machine/cpu/x86.h"
#include "spin_pairs.h"

static int install_one(struct pairs *p, const struct handler_request *request,
                       struct event_binding **binding) {
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    change_install(&c, p->event, request, binding);
    return change_commit(&c);
}

static int uninstall_one(struct event_binding *binding) {
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    change_uninstall(&c, binding);
    return change_commit(&c);
}

static struct event_binding *bindings_of_pairs[PAIRS_MAX];

static void uninstall_all(unsigned count) {
    for (unsigned i = 0; i < count; i++)
        must(uninstall_one(bindings_of_pairs[i]));
}

/* Each by a change of its own, as extensions come. */
BENCH(install, "dispatch/install:1,100") {
    const unsigned count = (unsigned)bench_arg(b, "install");
    static struct handler_request request[100];
    struct pairs *p = &equal_pairs;
    int error = 0;
    if (!pairs_load(p, count)) {
        bench_skip(b, too_little);
        return;
    }
    begin_pairs(p, LEVEL_BEST);
    for (unsigned i = 0; i < count; i++)
        request[i] = pair_at(p, i);
    bench_slow(b);
    while (bench_next(b)) {
        bench_start(b);
        for (unsigned i = 0; i < count; i++)
            error |= install_one(p, &request[i], &bindings_of_pairs[i]);
        bench_stop(b);
        must(error);
        uninstall_all(count);
    }
    end_pairs(p);
}

/* All but the last are there already. */
static bool install_but_one(struct bench *b, struct pairs *p, unsigned count, enum level level) {
    if (!pairs_load(p, count)) {
        bench_skip(b, too_little);
        return false;
    }
    install_pairs(p, count - 1, level);
    return true;
}

static void time_install(struct bench *b, struct pairs *p, unsigned count) {
    const struct handler_request request = pair_at(p, count - 1);
    int error;
    while (bench_next(b)) {
        bench_start(b);
        error = install_one(p, &request, &bindings_of_pairs[count - 1]);
        bench_stop(b);
        must(error);
        must(uninstall_one(bindings_of_pairs[count - 1]));
    }
}

BENCH(install_nth, "dispatch/install_nth:1,10,100,1000/level:stub,merged") {
    const unsigned count = (unsigned)bench_arg(b, "install_nth");
    if (!install_but_one(b, &equal_pairs, count, level_of_row(b)))
        return;
    time_install(b, &equal_pairs, count);
    end_pairs(&equal_pairs);
}

BENCH(uninstall_nth, "dispatch/uninstall_nth:1,10,100,1000/level:stub,merged") {
    const unsigned count = (unsigned)bench_arg(b, "uninstall_nth");
    struct pairs *p = &equal_pairs;
    int error;
    if (!install_but_one(b, p, count, level_of_row(b)))
        return;
    const struct handler_request request = pair_at(p, count - 1);
    while (bench_next(b)) {
        must(install_one(p, &request, &bindings_of_pairs[count - 1]));
        bench_start(b);
        error = uninstall_one(bindings_of_pairs[count - 1]);
        bench_stop(b);
        must(error);
    }
    end_pairs(p);
}

/* Which of so many installs, one after the other, takes longest? */
static unsigned longest_install(struct pairs *p, unsigned count, enum level level) {
    uint64_t longest = 0;
    unsigned which = 1;
    begin_pairs(p, level);
    for (unsigned i = 0; i < count; i++) {
        const struct handler_request request = pair_at(p, i);
        uint64_t began = rdtsc();
        must(install_one(p, &request, NULL));
        uint64_t took = rdtsc() - began;
        if (took > longest) {
            longest = took;
            which = i + 1;
        }
    }
    bindings_release(p->event);
    plans_reclaim();
    return which;
}

BENCH(install_worst, "dispatch/install_worst:1000/level:stub,merged") {
    struct pairs *p = &equal_pairs;
    if (!pairs_load(p, PAIRS_MAX)) {
        bench_skip(b, too_little);
        return;
    }
    unsigned which = longest_install(p, PAIRS_MAX, level_of_row(b));
    pairs_unload(p);
    if (!install_but_one(b, p, which, level_of_row(b)))
        return;
    time_install(b, p, which);
    end_pairs(p);
}

/* Of the dispatcher alone: bindings, plan and code, at the best level. */
BENCH(memory, "dispatch/memory/handlers:1,10,100,1000") {
    const unsigned count = (unsigned)bench_arg(b, "handlers");
    struct event_report report;
    if (!pairs_load(&equal_pairs, count)) {
        bench_skip(b, too_little);
        return;
    }
    install_pairs(&equal_pairs, count, LEVEL_BEST);
    event_report(equal_pairs.event, &report);
    bench_size(b, report.bytes);
    end_pairs(&equal_pairs);
}

#endif
