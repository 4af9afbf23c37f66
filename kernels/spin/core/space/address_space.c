/* SPDX-License-Identifier: MIT */
/* address_space.c -- see address_space.h. */
#include "spin/core/space/address_space.h"

#include "machine/report/panic.h"
#include "machine/user/program.h"

struct address_space *address_space_current;

int address_space_create(struct address_space *space, const char *name,
                         address_space_handler *syscall) {
    assert_that(syscall);
    space->name = name;
    space->syscall = syscall;
    return page_table_create(&space->pages, 0);
}

void address_space_destroy(struct address_space *space) {
    assert_that(space != address_space_current);
    program_unload(&space->pages);
    page_table_destroy(&space->pages);
}

void address_space_enter(struct address_space *space) {
    address_space_current = space;
    page_table_load(space ? &space->pages : &page_table_kernel);
}
