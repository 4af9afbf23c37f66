/* SPDX-License-Identifier: MIT */
/* address_space.c -- see address_space.h. */
#include "spin/core/space/address_space.h"

#include "machine/report/panic.h"
#include "machine/thread/space.h"

struct address_space *address_space_current;

int address_space_create(struct address_space *space, const char *name,
                         address_space_handler *syscall) {
    assert_that(syscall);
    space->system = space->own = (struct call_system){(uintptr_t)syscall};
    space->name = name;
    return translation_create(&space->translation, NULL);
}

void address_space_destroy(struct address_space *space) {
    assert_that(space != address_space_current);
    translation_destroy(&space->translation);
}

/* For the thread's sake: a switch calls it, too. */
static void load(void *of_thread) {
    struct address_space *space = of_thread;
    address_space_current = space;
    translation_load(space ? &space->translation : NULL);
}

void address_space_init(void) {
    thread_spaces_init(load);
}

void address_space_enter(struct address_space *space) {
    thread_set_space(thread_current(), space);
}
