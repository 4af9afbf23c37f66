/* SPDX-License-Identifier: MIT */
/* fault.c -- page faults: a page that is copied when it is written, a page of zeroes when it is
 * touched. Both are filled in a window that only this handler sees, and put in place by one call,
 * which also maps the next frame at the window.
 *
 * A handler may itself be interrupted by a trap whose handler comes here, for the same page, too.
 * So each depth has its window, and fill_commit (fill_commit.S) puts nothing in place where the
 * entry is not what it was: then the other was faster. */
#include "exo/libos/exos/memory/fault.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/trap_frame.h"

#define ERROR_PRESENT 1 /* of a page fault */
#define ERROR_WRITE   2

#define DATA (EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC)

static upcall_fn *other_traps;

static uint64_t entry_of(uint64_t at) {
    return *(const volatile uint64_t *)entry_at(at);
}

static long update(const struct exo_pages *vector, size_t count) {
    return exo_page_update(0, 0, 0, vector, count, 0);
}

static void close_window(uint64_t window) {
    const struct exo_pages none = {window, 0, 1};
    update(&none, 1);
}

/* A frame that was free is mapped at the window. (frames_map() notes in a page that may itself be
 * one to be copied where it looks next.) */
static bool open_window(struct exos_own *own, uint64_t window) {
    while (!(entry_of(window) & EXO_PRESENT)) {
        uint64_t frame = frames_pick(own->next_frame);
        const struct exo_pages one = {window | EXO_FRESH, frame << 12 | DATA, 1};
        long done = frame ? update(&one, 1) : -E_NO_MEMORY;
        if (done < 0 && done != -E_EXISTS && !(done == -E_NO_MEMORY && frames_await()))
            return false;
        if (!own->first_frame)
            own->first_frame = frame;
        own->next_frame = frame + 1;
    }
    return true;
}

/* The page at `at`, whose entry is `old`, gets the frame at the window, which has been filled. */
static bool put_in_place(struct exos_own *own, unsigned n, uint64_t at, uint64_t old,
                         uint64_t bits) {
    uint64_t window = EXOS_WINDOWS + n * PAGE, next = frames_pick(own->next_frame);
    struct exo_pages *v = own->fill[n];
    v[0] = (struct exo_pages){at, (entry_of(window) & EXO_FRAME_OF) | bits, 1};
    v[1] = (struct exo_pages){window | EXO_FRESH, next << 12 | DATA, 1};
    long done = fill_commit(entry_at(at), old, v, next ? 2 : 1);
    own->next_frame = next + 1;
    own->filled++;
    if (done == 1)
        close_window(window);
    return done >= 0;
}

static bool fill(uint64_t at, uint64_t old, bool copy, uint64_t bits) {
    struct exos_own *own = exos_own();
    uint64_t n = own->filling++;
    char *window = (char *)EXOS_WINDOWS + n * PAGE;
    bool filled = n < WINDOWS && open_window(own, (uint64_t)window);
    if (filled) {
        if (copy)
            memcpy(window, (const char *)at, PAGE);
        else
            memset(window, 0, PAGE);
        filled = put_in_place(own, (unsigned)n, at, old, bits);
    }
    own->filling--;
    return filled;
}

/* The page is ours where nobody else has its frame; else we get a copy. */
static bool copy_page(uint64_t at, uint64_t entry) {
    if (exposed_frame((entry & EXO_FRAME_OF) >> 12)->references == 1) {
        const struct exo_protect own = {at, 1, EXOS_COPIED, EXO_WRITE};
        if (exo_page_protect(0, 0, 0, &own, 1, 0) == 1)
            return true;
    }
    uint64_t bits = entry & (EXO_SOFTWARE | EXO_NO_EXEC) & ~EXOS_COPIED;
    return fill(at, entry, true, bits | EXO_PRESENT | EXO_WRITE);
}

/* Whether the access can be tried again. */
static bool resolve(uint64_t at, uint64_t error) {
    if (at >= EXO_TOP)
        return false;
    uint64_t entry = error & ERROR_PRESENT ? entry_of(at) : exposed_entry(at);
    if (!(entry & EXO_PRESENT))
        return (entry & EXOS_ZERO) &&
               fill(at, entry, false, (entry & (EXO_WRITE | EXO_NO_EXEC)) | EXO_PRESENT);
    if (!(error & ERROR_WRITE))
        return !(error & ERROR_PRESENT); /* it was filled meanwhile */
    return (entry & EXO_WRITE) || ((entry & EXOS_COPIED) && copy_page(at, entry));
}

static bool in_commit(const struct upcall_state *s) {
    return s->trap.rip - (uint64_t)fill_commit_check <=
           (uint64_t)(fill_commit_call - fill_commit_check);
}

static void handle(struct upcall_state *s) {
    const uint64_t *filled = &exos_own()->filled, before = *filled;
    if (s->trap.vector != TRAP_PAGE || !resolve(s->trap.address & -PAGE, s->trap.error)) {
        if (other_traps)
            other_traps(s);
        else
            uarea->trap_entry = 0; /* the same trap again is the kernel's, who ends the process */
    }
    if (*filled != before && in_commit(s))
        s->trap.rip = (uint64_t)fill_commit_check;
}

void fault_begin(void) {
    upcall_handle(handle);
}

void exos_on_trap(upcall_fn *fn) {
    other_traps = fn;
}
