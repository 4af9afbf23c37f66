/* SPDX-License-Identifier: MIT */
/* view.c -- see view.h. */
#include "exo/kernel/memory/view.h"

#include "exo/abi.h"
#include "lib/error.h"
#include "machine/memory/page_range.h"
#include "machine/report/panic.h"

static struct page_table view;

void view_add(vaddr_t at, paddr_t first, size_t bytes) {
    if (!view.root.at && page_table_create(&view, 0))
        panic("exo: no memory for what is exposed");
    int error = page_map_range(&view, at, first, page_round_up(bytes) / PAGE_SIZE, PAGE_READ);
    if (error)
        panic("exo: %#lx cannot be exposed: %s", at, error_sentence(error));
}

void view_lend(struct page_table *t) {
    page_table_lend(t, &view, EXO_INFO);
}
