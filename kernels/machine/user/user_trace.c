/* SPDX-License-Identifier: MIT */
/* user_trace.c -- see user_trace.h. */
#include "machine/user/user_trace.h"

#include "lib/format.h"
#include "machine/user/user.h"

#define USER_TRACE_MAX 16

size_t user_trace(const struct trap_frame *f, char *into, size_t size) {
    size_t len = (size_t)format_text(into, size, "%#lx", f->rip);
    uint64_t link[2] = {f->rbp, 0}; /* the caller's rbp, the return address */
    for (unsigned i = 0; i < USER_TRACE_MAX && len < size; i++) {
        vaddr_t at = link[0];
        if (copy_from_user(link, at, sizeof link) || !link[1])
            break;
        len += (size_t)format_text(into + len, size - len, "<%#lx", link[1]);
        if (link[0] <= at) /* stacks grow down: a chain that does not rise is a loop */
            break;
    }
    return len < size ? len : size - 1;
}
