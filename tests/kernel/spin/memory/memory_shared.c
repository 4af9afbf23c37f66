/* SPDX-License-Identifier: MIT */
/* memory_shared.c -- shared memory between machines that share none (Li and Hudak, 1989), as a
 * pager over the three services alone: each of two processes has a page frame of its own, and
 * faults see to it that one may write or both may read what is the same. */
#include "../program/attacks.h"
#include "../replace.h"

#include "lib/string.h"
#include "machine/memory/frame.h"
#include "measure/bench.h"
#include "spin/core/space/memory_fault.h"
#include "spin/core/space/process.h"
#include "spin/services/calls/user_calls.h"

MODULE("TestShared");

/* A machine: its process, the name of the page in it, and its own page frame. */
static struct machine {
    struct process p;
    struct virt_addr *name;
    struct phys_addr *page;
} machine[2];

static unsigned fetched, owner; /* copies from the other machine; who wrote last */

static struct machine *machine_of(const struct translation *t) {
    return t == &machine[0].p.space.translation ? &machine[0] : &machine[1];
}

static void forget(struct machine *m) {
    (void)translation_remove_mapping(&m->p.space.translation, m->name->range.at);
}

static bool map(struct machine *m, uint8_t rights) {
    return translation_add_mapping(&m->p.space.translation, m->name, 0, m->page, rights) == 0;
}

/* The page comes from who wrote it last, if that was not this machine. */
static void fetch(struct machine *m) {
    if (m == &machine[owner])
        return;
    (void)phys_addr_copy(m->page, machine[owner].page);
    fetched++;
}

/* A reader: the writer may write no more. A writer: the other one may not even read. */
static void serve(struct translation *t, struct memory_fault *f, bool *done) {
    struct machine *m = machine_of(t), *other = m == &machine[0] ? &machine[1] : &machine[0];
    if (*done)
        return;
    bool had_it = translation_find(t, f->at);
    forget(m);
    forget(other);
    if (!had_it)
        fetch(m);
    if (f->write)
        owner = (unsigned)(m - machine);
    *done = map(m, f->write ? PAGE_WRITE : 0) && (f->write || map(other, 0));
}

static bool open_machine(struct machine *m, uint64_t word) {
    static const struct phys_request one_page = {.pages = 1};
    if (process_create(&m->p, "attacker", user_calls_handler))
        return false;
    translation_give(&m->p.space.translation, THIS_MODULE);
    m->p.fault_expected = true;
    return virt_addr_allocate(&m->p.space.translation.names, 0, 1, &m->name) == 0 &&
           phys_addr_try_allocate(THIS_MODULE, &one_page, &m->page) == 0 &&
           phys_addr_write(m->page, 0, &word, sizeof word) == 0;
}

static int serve_faults(void) {
    const struct handler_request absent = {.handler =
                                               EVENT_HANDLER(translation_page_not_present, serve)},
                                 protected = {
                                     .handler = EVENT_HANDLER(translation_protection_fault, serve)};
    struct change change;
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_translation_page_not_present, &absent, NULL);
    change_install(&change, &event_translation_protection_fault, &protected, NULL);
    return change_commit(&change);
}

/* The word that the machine finds; a write adds one. */
static uint64_t touch(unsigned which, enum attack how) {
    struct machine *m = &machine[which];
    struct process_end end = process_run(&m->p, how, m->name->range.at, "");
    return end.killed ? UINT64_MAX : (uint64_t)end.status;
}

static void close_machine(struct machine *m) {
    process_destroy(&m->p);
    phys_addr_deallocate(m->page);
}

CHECK(memory_shared, "memory/machines_share_a_page_that_one_writes_or_both_read") {
    module_add(THIS_MODULE);
    fetched = owner = 0;
    CHECK_THAT(c, open_machine(&machine[0], 100) && open_machine(&machine[1], 7));
    CHECK_THAT(c, serve_faults() == 0);
    CHECK_THAT(c, touch(1, ATTACK_READ) == 100 && fetched == 1);
    CHECK_THAT(c, touch(0, ATTACK_READ) == 100 && touch(1, ATTACK_READ) == 100 && fetched == 1);
    CHECK_THAT(c, touch(1, ATTACK_WRITE) == 101);
    CHECK_THAT(c, touch(1, ATTACK_WRITE) == 102 && fetched == 1);
    CHECK_THAT(c, touch(0, ATTACK_READ) == 102 && fetched == 2);
    CHECK_THAT(c, touch(0, ATTACK_WRITE) == 103 && fetched == 2);
    CHECK_THAT(c, touch(1, ATTACK_WRITE) == 104 && fetched == 3);
    CHECK_THAT(c, touch(0, ATTACK_READ) == 104 && touch(1, ATTACK_READ) == 104 && fetched == 4);
    for (unsigned i = 0; i < 2; i++)
        close_machine(&machine[i]);
    restore_event(&event_translation_page_not_present);
    restore_event(&event_translation_protection_fault);
}
