/* SPDX-License-Identifier: MIT */
/* example_child.c -- step 4: a second environment. The kernel makes it empty; its maker maps its
 * pages, says in its u-area where it is entered, and lets it run. It gets no capability: it has
 * what it was given, and can ask the kernel for nothing. */
#include "exo/libos/example/example.h"

#include <stddef.h>

#include "exo/libos/stubs.h"
#include "lib/error.h"

#define KERNEL_FRAMES 16 /* that the kernel may use for it, out of ours: tables, u-area */
#define STACK         0x30000000ul

extern const char child_page[], child_asked[], child_runs[],
    child_slice_ends[]; /* example_child_page.S */

char child_shared[PAGE] __attribute__((aligned(PAGE)));

/* The child's u-area gets these words from `offset` on. */
static long tell(uint64_t child, size_t offset, const void *words, size_t bytes) {
    return exo_env_write(KEY, child, offset, words, bytes);
}

static long make_pages(uint64_t child) {
    long error = page_share((uint64_t)child_page, child, (uint64_t)child_page, 0);
    if (!error)
        error = page_share((uint64_t)child_shared, child, CHILD_SHARED, EXO_WRITE | EXO_NO_EXEC);
    return error ? error : page_map(child, STACK, EXO_WRITE | EXO_NO_EXEC);
}

static long make_entries(uint64_t child) {
    const uint64_t slice[2] = {(uint64_t)child_runs, CHILD_SHARED + 8};
    const uint64_t end = (uint64_t)child_slice_ends;
    const uint64_t transfer[3] = {(uint64_t)child_asked, STACK + PAGE, 1 /* it takes one */};
    long error = tell(child, UAREA_PROLOGUE_ENTRY, slice, sizeof slice);
    if (!error)
        error = tell(child, offsetof(struct exo_uarea, epilogue_entry), &end, sizeof end);
    return error ? error : tell(child, UAREA_TRANSFER, transfer, sizeof transfer);
}

long child_make(void) {
    const struct cap control = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'e'}};
    long id = exo_env_create(KEY, control, "child", KERNEL_FRAMES, 0);
    if (id < 0)
        return id;
    long error = make_pages((uint64_t)id);
    if (!error)
        error = make_entries((uint64_t)id);
    if (!error)
        error = exo_env_start(KEY, (uint64_t)id);
    if (error)
        exo_env_destroy(KEY, (uint64_t)id);
    return error ? error : id;
}
