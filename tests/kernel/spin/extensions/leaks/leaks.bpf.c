/* SPDX-License-Identifier: MIT */
/* leaks.bpf.c -- makes cells and never forgets one. */
#include "spin/extend.h"
#include "spin/runtime/cell.h"

INTERFACE("leak");

/* One more, which leads to all before it; 1: there was one. */
EXPORTED long leak(void) {
    struct cell *c = cell_new();
    if (!c)
        return 0;
    cell_drop(cell_exchange(&c->left, cell_root_load(0)));
    cell_drop(cell_root_exchange(0, c));
    return 1;
}
