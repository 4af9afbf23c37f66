/* SPDX-License-Identifier: MIT */
/* page.c -- frames and page tables, by the calls: what an environment may map, what it gets, and
 * what it is refused. Slot 0 opens everything; slots 1 to 3 hold what a check puts there. */
#include "../small_machine.h"
#include "../../hostile.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/upcall/upcall_handle.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"

#define HERE  0x500000000000ul
#define PAGES 64
#define DATA  (EXO_WRITE | EXO_NO_EXEC)

static struct cap named(uint8_t name, unsigned rights) {
    return (struct cap){.rights = rights & CAP_ALL, .valid = 1, .length = 1, .name = {name}};
}

static long map(unsigned holder, uint64_t at, uint64_t entry, uint64_t count) {
    const struct exo_pages p = {at, entry, count};
    return exo_page_update(0, 0, holder, &p, 1, 0);
}

static long protect(unsigned holder, uint64_t at, uint64_t clear, uint64_t set) {
    const struct exo_protect p = {at, 1, clear, set};
    return exo_page_protect(0, 0, holder, &p, 1, 0);
}

static void unmap(uint64_t at, uint64_t count) {
    map(0, at, 0, count);
}

/* A free frame's entry, without rights; none of the lowest, which the kernel takes for tables. */
static uint64_t free_entry(void) {
    return frames_pick(env_info()->frame_count / 2) << 12 | EXO_PRESENT;
}

CHECK(page_map, "page/a_free_frame_that_is_asked_for_is_mapped_and_told_of_and_free_again_later") {
    uint64_t entry = free_entry() | DATA;
    const volatile struct exo_frame *f = exposed_frame(entry >> 12 & 0xffffffff);
    exo_cap_forge(0, 1, named(1, CAP_ALL));
    CHECK_THAT(c, map(1, HERE | EXO_FRESH, entry, 1) == 1);
    CHECK_THAT(c, (exposed_entry(HERE) & EXO_FRAME_OF) == (entry & EXO_FRAME_OF));
    CHECK_THAT(c, f->acl.valid && f->acl.name[0] == 1 && f->references == 1 && f->writers == 1);
    *(volatile uint64_t *)HERE = 7;
    CHECK_THAT(c, map(1, HERE + 4096, entry & ~(uint64_t)EXO_WRITE, 1) == 1);
    CHECK_THAT(c, *(volatile uint64_t *)(HERE + 4096) == 7);
    CHECK_THAT(c, f->references == 2 && f->writers == 1 && f->readers == 1);
    unmap(HERE, 2);
    CHECK_THAT(c, f->references == 0 && f->mapping == 0 && !f->acl.valid);
    CHECK_THAT(c, exposed_entry(HERE) == 0);
}

CHECK(page_foreign, "page/a_frame_that_the_capability_does_not_open_is_refused") {
    uint64_t entry = free_entry() | EXO_NO_EXEC;
    exo_cap_forge(0, 1, named(1, CAP_ALL));
    exo_cap_forge(0, 2, named(2, CAP_ALL));
    exo_cap_forge(0, 3, named(1, CAP_READ));
    exo_cap_forge(0, 4, (struct cap){0});
    CHECK_THAT(c, map(1, HERE, entry | EXO_WRITE, 1) == 1);
    CHECK_THAT(c, map(2, HERE + 4096, entry, 1) == -E_PERM);
    CHECK_THAT(c, map(4, HERE + 4096, entry, 1) == -E_PERM); /* an empty slot */
    CHECK_THAT(c, map(EXO_CAPS, HERE + 4096, entry, 1) == -E_PERM);
    CHECK_THAT(c, map(3, HERE + 4096, entry | EXO_WRITE, 1) == -E_PERM);
    CHECK_THAT(c, map(3, HERE + 4096, entry, 1) == 1);
    CHECK_THAT(c, protect(3, HERE + 4096, 0, EXO_WRITE) == -E_PERM);
    CHECK_THAT(c, protect(1, HERE + 4096, 0, EXO_WRITE) == 1);
    CHECK_THAT(c, map(0, HERE + 8192, entry | EXO_WRITE, 1) == 1);
    CHECK_THAT(c, map(1, HERE + 12288 + EXO_FRESH, entry, 1) == -E_EXISTS);
    unmap(HERE, 3);
}

CHECK(page_cleared, "page/a_frame_of_another_comes_cleared") {
    uint64_t entry = free_entry() | DATA;
    volatile uint64_t *word = (volatile uint64_t *)HERE;
    exo_cap_forge(0, 1, named(1, CAP_ALL));
    exo_cap_forge(0, 2, named(2, CAP_ALL));
    CHECK_THAT(c, map(1, HERE | EXO_FRESH, entry, 1) == 1);
    word[0] = word[511] = 0x5ec7e7;
    unmap(HERE, 1);
    CHECK_THAT(c, map(1, HERE | EXO_FRESH, entry, 1) == 1);
    CHECK_THAT(c, word[0] != 0); /* its own costs no clearing; tests spoil what is freed */
    unmap(HERE, 1);
    CHECK_THAT(c, map(2, HERE | EXO_FRESH, entry, 1) == 1);
    CHECK_THAT(c, word[0] == 0 && word[511] == 0);
    unmap(HERE, 1);
}

/* The first frame that is the kernel's, and the first number that is no frame. */
static uint64_t kernel_frame(void) {
    uint64_t n = 0;
    while (!exposed_frame(n)->references || exposed_frame(n)->acl.valid)
        n++;
    return n;
}

CHECK(page_refused, "page/entries_that_no_environment_may_have_are_refused") {
    const uint64_t good = free_entry() | DATA;
    const struct {
        uint64_t at, entry, count;
        long error;
    } bad[] = {
        {0, good, 1, -E_INVALID},
        {HERE + 16, good, 1, -E_INVALID},
        {EXO_TOP, good, 1, -E_INVALID},
        {EXO_UAREAS, 0, 1, -E_INVALID},
        {EXO_TABLES, 0, 1, -E_INVALID},
        {EXO_INFO, 0, 1, -E_INVALID},
        {HOSTILE_TEXT, good, 1, -E_INVALID},
        {HOSTILE_ODD, good, 1, -E_INVALID},
        {HERE, good, (EXO_TOP - HERE) / 4096 + 1, -E_INVALID},
        {HERE, good, -1ul, -E_INVALID},
        {HERE, good, 1ul << 52, -E_INVALID},
        {HERE, good & ~EXO_NO_EXEC, 1, -E_INVALID}, /* writable and executable */
        {HERE, kernel_frame() << 12 | EXO_PRESENT | DATA, 1, -E_PERM},
        {HERE, 0 | EXO_PRESENT | DATA, 1, -E_PERM},
        {HERE, env_info()->frame_count << 12 | EXO_PRESENT | DATA, 1, -E_PERM},
        {HERE, EXO_FRAME_OF | EXO_PRESENT | DATA, 1, -E_PERM},
    };
    CHECK_THAT(c, map(0, 4096, EXO_WRITE, 1) == 1); /* there is a table with the first page */
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        long result = map(0, bad[i].at, bad[i].entry, bad[i].count);
        if (result != bad[i].error)
            check_fail(c, "case %u: %ld", i, result);
    }
    unmap(4096, 1);
    CHECK_THAT(c, exposed_entry(HERE) == 0);
    CHECK_THAT(c, syscall6(EXO_CALL_page_update, 0, 0, 0, HOSTILE_KERNEL, 1, 0) == -E_FAULT);
}

/* Where a call goes on far behind the last number of a frame it has not come round to the first
 * ones, and the bits above the number are as they were asked for. */
CHECK(page_wraps, "page/a_run_of_frames_does_not_begin_anew_behind_the_last_number") {
    const uint64_t frame = free_entry() >> 12, last = EXO_FRAME_OF >> 12, at = HERE + frame * 4096;
    const struct exo_pages p = {HERE, last << 12 | EXO_PRESENT | DATA | EXO_SOFTWARE, frame + 2};
    CHECK_THAT(c, map(0, HERE, frame << 12 | EXO_PRESENT | DATA, 1) == 1);
    CHECK_THAT(c, map(0, at + 4096, EXO_WRITE, 1) == 1); /* the table */
    CHECK_THAT(c, exo_page_update(0, 0, 0, &p, 1, 0) == -E_PERM);
    CHECK_THAT(c, exo_page_update(0, 0, 0, &p, 1, frame + 1) == -E_PERM);
    CHECK_THAT(c, exposed_entry(at + 4096) == EXO_WRITE); /* not writable and executable */
    CHECK_THAT(c, exposed_frame(frame)->references == 1);
    unmap(HERE, 1);
    unmap(at + 4096, 1);
}

CHECK(page_bits, "page/of_an_entry_the_kernel_sets_what_is_its_own_and_leaves_the_librarys") {
    const uint64_t software = EXO_SOFTWARE & 0x5550000000000a00,
                   hardware = 0x1dc; /* G PAT D A PCD PWT U */
    uint64_t entry = free_entry() | DATA | software | (hardware & ~0x60ul);
    CHECK_THAT(c, map(0, HERE, entry, 1) == 1);
    CHECK_THAT(c, exposed_entry(HERE) ==
                      ((entry & (EXO_FRAME_OF | DATA | EXO_SOFTWARE)) | EXO_PRESENT | 4));
    CHECK_THAT(c, protect(0, HERE, 0, 0x100) == -E_INVALID);
    CHECK_THAT(c, protect(0, HERE + 16, 0, 1ul << 9) == -E_INVALID);
    CHECK_THAT(c, protect(0, (uint64_t)uarea, 0, 1ul << 9) == -E_INVALID);
    CHECK_THAT(c, protect(0, (uint64_t)uarea, EXO_WRITE, 0) == -E_INVALID);
    CHECK_THAT(c, protect(0, HERE, EXO_PRESENT, 0) == -E_INVALID);
    CHECK_THAT(c, map(0, HERE, 0x1234567890abcdee, 1) == 1); /* not present: all the library's */
    CHECK_THAT(c, exposed_entry(HERE) == 0x1234567890abcdee);
    unmap(HERE, 1);
}

CHECK(page_traces, "page/accessed_and_dirty_bits_are_seen_and_taken_away") {
    CHECK_THAT(c, map(0, HERE, free_entry() | DATA, 1) == 1);
    CHECK_THAT(c, !(exposed_entry(HERE) & (EXO_ACCESSED | EXO_DIRTY)));
    *(volatile char *)HERE = 1;
    CHECK_THAT(c, (exposed_entry(HERE) & EXO_DIRTY) && (exposed_entry(HERE) & EXO_ACCESSED));
    CHECK_THAT(c, protect(0, HERE, EXO_ACCESSED | EXO_DIRTY, 0) == 1);
    (void)*(volatile char *)HERE;
    CHECK_THAT(c, !(exposed_entry(HERE) & EXO_DIRTY) && (exposed_entry(HERE) & EXO_ACCESSED));
    unmap(HERE, 1);
}

static void write_here(void *unused) {
    (void)unused;
    *(volatile char *)HERE = 2;
}

CHECK(page_protect, "page/what_is_no_more_writable_faults_at_once") {
    struct upcall_state s;
    CHECK_THAT(c, map(0, HERE, free_entry() | DATA, 1) == 1);
    *(volatile char *)HERE = 1;
    CHECK_THAT(c, protect(0, HERE, EXO_WRITE, 0) == 1);
    CHECK_THAT(c, upcall_catch(&s, write_here, 0));
    CHECK_THAT(c, s.trap.address == HERE && s.trap.error == (HOSTILE_WRITE | HOSTILE_THERE));
    unmap(HERE, 1);
    CHECK_THAT(c, upcall_catch(&s, write_here, 0));
    CHECK_THAT(c, s.trap.address == HERE && s.trap.error == HOSTILE_WRITE);
    CHECK_THAT(c, protect(0, HERE, 0, EXO_WRITE) == -E_NOT_FOUND);
}

CHECK(page_vector, "page/a_long_vector_is_done_in_pieces_and_goes_on_where_it_stopped") {
    struct exo_pages vector[PAGES];
    uint64_t frame = env_info()->frame_count / 2, before = frames_free(), done = 0;
    unsigned calls = 0;
    if (small_machine(c))
        return;
    exo_cap_forge(0, 1, named(9, CAP_ALL));
    for (unsigned i = 0; i < PAGES;
         i++) { /* each an element, so that pieces end within the vector */
        frame = frames_pick(frame + 16);
        vector[i] = (struct exo_pages){(HERE + i * 4096ul) | EXO_FRESH,
                                       frame << 12 | EXO_PRESENT | DATA, 1};
    }
    for (; done < PAGES; calls++) {
        long some = exo_page_update(0, 0, 1, vector, PAGES, done);
        if (some <= 0)
            check_fail(c, "after %lu pages: %ld", done, some);
        CHECK_THAT(c, some > 0);
        done += (uint64_t)some;
    }
    CHECK_THAT(c, done == PAGES && calls > 1);
    for (unsigned i = 0; i < PAGES; i++)
        CHECK_THAT(c, (exposed_entry(HERE + i * 4096ul) & EXO_FRAME_OF) ==
                          (vector[i].entry & EXO_FRAME_OF));
    CHECK_THAT(c, exo_page_update(0, 0, 1, vector, PAGES, PAGES) == 0);
    for (done = 0; done < PAGES;) {
        const struct exo_pages none = {HERE, 0, PAGES};
        long some = exo_page_update(0, 0, 0, &none, 1, done);
        CHECK_THAT(c, some > 0);
        done += (uint64_t)some;
    }
    CHECK_THAT(c, frames_free() + 4 >= before); /* tables stay */
}

CHECK(page_charged, "page/tables_are_charged") {
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    long id = exo_env_create(0, all, "few", 8, 0);
    CHECK_THAT(c, id > 0);
    const volatile struct exo_env *e = exposed_env((uint64_t)id);
    uint32_t empty = e->kernel;
    const struct exo_pages near = {0x400000, free_entry() | DATA, 1}, far = {HERE, near.entry, 1};
    CHECK_THAT(c, exo_page_update(0, (uint64_t)id, 0, &near, 1, 0) == -E_QUOTA);
    CHECK_THAT(c, exo_page_update(0, (uint64_t)id, 0, &far, 1, 0) == -E_QUOTA);
    CHECK_THAT(c, e->kernel <= e->kernel_most && e->pages == 0 && empty == 6);
    CHECK_THAT(c, exo_env_destroy(0, (uint64_t)id) == 0);
}
