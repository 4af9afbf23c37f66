/* SPDX-License-Identifier: MIT */
/* address_space.c -- see address_space.h. */
#include "spin/core/space/address_space.h"

#include "machine/report/panic.h"
#include "machine/user/program.h"

struct address_space *address_space_current;

int address_space_create(struct address_space *space, const char *name,
                         address_space_handler *syscall) {
    assert_that(syscall);
    space->system.number = (uintptr_t)syscall;
    space->name = name;
    space->syscall = syscall;
    return translation_create(&space->translation, NULL);
}

void address_space_destroy(struct address_space *space) {
    assert_that(space != address_space_current);
    translation_clear(&space->translation); /* what is left is the program's own */
    program_unload(&space->translation.pages);
    translation_destroy(&space->translation);
}

void address_space_enter(struct address_space *space) {
    address_space_current = space;
    translation_load(space ? &space->translation : NULL);
}
