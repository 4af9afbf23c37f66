/* SPDX-License-Identifier: MIT */
/* user_copy.c -- see user_copy.h. Page by page, so that two pages need not be there at once. */
#include "spin/services/calls/user_copy.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/current.h"
#include "spin/core/space/memory_fault.h"
#include "spin/core/space/trap_syscall.h"

/* So often a page may vanish again before it is used; then it is not there. */
#define TRIES 8

/* The registers that a handler sees are those of the call, which it may change. */
static bool bring(vaddr_t at, bool write) {
    struct page_mapping m;
    struct memory_fault f = {.at = at, .write = write, .frame = thread_frame(thread_current())};
    if (at >= USER_TOP || thread_current()->unpreemptible)
        return false;
    bool present = translation_examine_mapping(translation_current, at, &m) == 0;
    if (present && (!write || m.rights & PAGE_WRITE))
        return true; /* others have brought it */
    bool done = memory_fault_raise(&f, present);
    trap_syscall_changed(f.frame);
    return done;
}

static size_t to_end_of_page(vaddr_t at, size_t n) {
    size_t rest = PAGE_SIZE - at % PAGE_SIZE;
    return n < rest ? n : rest;
}

int copy_slowly(vaddr_t at, char *here, size_t n, bool out) {
    for (size_t done = 0, now; done < n; done += now) {
        unsigned tries = 0;
        now = to_end_of_page(at + done, n - done);
        while (out ? copy_to_user(at + done, here + done, now)
                   : copy_from_user(here + done, at + done, now))
            if (tries++ == TRIES || !bring(at + done, out))
                return -E_FAULT;
    }
    return 0;
}

long copy_string_in(char *to, vaddr_t from, size_t size) {
    for (size_t length = 0, now; length < size; length += now) {
        now = to_end_of_page(from + length, size - length);
        if (copy_in(to + length, from + length, now))
            return -E_FAULT;
        const char *nul = memchr(to + length, 0, now);
        if (nul)
            return nul - to;
    }
    return -E_TOO_LONG;
}
