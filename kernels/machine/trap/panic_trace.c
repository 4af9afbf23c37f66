/* SPDX-License-Identifier: MIT */
/* panic_trace.c -- see panic_trace.h. */
#include "machine/trap/panic_trace.h"

#include "lib/format.h"
#include "machine/cpu/x86.h"
#include "machine/memory/page.h"

static size_t put_address(uint64_t at, bool first, char *into, size_t size) {
    uint64_t offset;
    const char *name = symbol_find(at, &offset);
    const char *sign = first ? "" : "<";
    if (name)
        return format_text(into, size, "%s%s+%#lx", sign, name, offset);
    return format_text(into, size, "%s%#lx", sign, at);
}

/* A link of the chain lies in one 16-byte aligned pair of mapped kernel words. */
static bool readable_link(uint64_t at) {
    struct page_table now = {.root = PADDR(page_round_down(read_cr3()))};
    struct page_mapping m;
    return at >= DIRECT_BASE && at % 16 == 0 && page_walk(&now, at, &m) == 0;
}

size_t panic_trace(const struct trap_frame *f, char *into, size_t size) {
    size_t len = put_address(f->rip, true, into, size);
    uint64_t rbp = f->rbp;
    for (unsigned i = 0; i < PANIC_TRACE_MAX && len < size && readable_link(rbp); i++) {
        const uint64_t *link = (const uint64_t *)rbp;
        if (!link[1])
            break;
        len += put_address(link[1], false, into + len, size - len);
        if (link[0] <= rbp) /* the stack grows down: callers lie higher */
            break;
        rbp = link[0];
    }
    return len < size ? len : size - 1;
}
