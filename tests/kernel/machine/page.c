/* SPDX-License-Identifier: MIT */
/* page.c -- page tables refuse what no page may be, and forget nothing. */
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"
#include "machine/memory/page_entry.h"
#include "machine/trap/catch.h"
#include "measure/bench.h"

#define AT 0x400000ul

static struct page_table table;
static paddr_t frame;

static bool begin(void) {
    return page_table_create(&table, 0) == 0 && frame_alloc(&frame) == 0;
}

static void end(void) {
    page_table_destroy(&table);
    frame_free(frame);
}

CHECK(page_wx, "page/writable_and_executable_is_refused") {
    CHECK_THAT(c, begin());
    int map = page_map(&table, AT, frame, PAGE_WRITE | PAGE_EXECUTE);
    int map_code = page_map(&table, AT, frame, PAGE_EXECUTE);
    int protect = page_protect(&table, AT, PAGE_WRITE | PAGE_EXECUTE);
    struct page_mapping m;
    int walk = page_walk(&table, AT, &m);
    end();
    CHECK_THAT(c, map == -E_INVALID && map_code == 0 && protect == -E_INVALID);
    CHECK_THAT(c, walk == 0 && m.rights == (PAGE_EXECUTE | PAGE_USER));
}

CHECK(page_outside, "page/outside_of_user_space_nothing_is_mapped") {
    static const vaddr_t outside[] = {
        0,           USER_TOP,    USER_TOP + PAGE_SIZE, 0x0000800000000000,
        DIRECT_BASE, KERNEL_BASE, -(vaddr_t)PAGE_SIZE,  AT + 1,
        AT + 8,
    };
    CHECK_THAT(c, begin());
    for (unsigned i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        if (page_map(&table, outside[i], frame, PAGE_READ) != -E_INVALID)
            check_fail(c, "%#lx was mapped", outside[i]);
        if (page_unmap(&table, outside[i], NULL) != -E_NOT_FOUND)
            check_fail(c, "%#lx was unmapped", outside[i]);
        if (page_protect(&table, outside[i], PAGE_READ) != -E_NOT_FOUND)
            check_fail(c, "%#lx was protected", outside[i]);
    }
    int last = page_map(&table, USER_TOP - PAGE_SIZE, frame, PAGE_READ);
    int odd = page_map(&table, AT, paddr_add(frame, 1), PAGE_READ);
    int far = page_map(&table, AT, PADDR(1ul << 52), PAGE_READ);
    end();
    CHECK_THAT(c, last == 0 && odd == -E_INVALID && far == -E_INVALID);
}

CHECK(page_occupied, "page/a_page_is_mapped_once_and_unmapped_once") {
    paddr_t was = PADDR(1);
    CHECK_THAT(c, begin());
    int first = page_map(&table, AT, frame, PAGE_READ);
    int second = page_map(&table, AT, frame, PAGE_WRITE);
    int unmap = page_unmap(&table, AT, &was);
    int again = page_unmap(&table, AT, NULL);
    end();
    CHECK_THAT(c, first == 0 && second == -E_EXISTS);
    CHECK_THAT(c, unmap == 0 && was.at == frame.at && again == -E_NOT_FOUND);
}

CHECK(page_rights, "page/a_walk_tells_the_rights_that_were_given") {
    static const unsigned rights[] = {PAGE_READ, PAGE_WRITE, PAGE_EXECUTE};
    CHECK_THAT(c, begin());
    CHECK_THAT(c, page_map(&table, AT, frame, PAGE_READ) == 0);
    for (unsigned i = 0; i < 3; i++) {
        struct page_mapping m = {0};
        page_protect(&table, AT, rights[i]);
        if (page_walk(&table, AT + 123, &m) || m.at != AT || m.len != PAGE_SIZE ||
            m.frame.at != frame.at || m.rights != (rights[i] | PAGE_USER))
            check_fail(c, "rights %u: the walk says %u at %#lx", rights[i], m.rights, m.at);
    }
    end();
}

static bool count_one(const struct page_mapping *m, void *arg) {
    vaddr_t *last = arg;
    if (m->at >= USER_TOP)
        return false;
    last[0] = last[0] < m->at ? m->at : 0; /* 0 when the order is broken */
    last[1]++;
    return true;
}

CHECK(page_each_once, "page/each_tells_every_mapping_in_order") {
    static const vaddr_t at[] = {0x7ffffffde000, 0x1000, 0x200000, 0x40000000, 0x8000000000};
    vaddr_t seen[2] = {0};
    CHECK_THAT(c, begin());
    for (unsigned i = 0; i < 5; i++)
        CHECK_THAT(c, page_map(&table, at[i], frame, PAGE_READ) == 0);
    page_each(&table, 0, count_one, seen);
    end();
    CHECK_THAT(c, seen[0] == at[0] && seen[1] == 5);
}

CHECK(page_attributes, "page/how_it_is_cached_and_the_softwares_bits_are_kept_and_told") {
    static const unsigned all[] = {PAGE_READ | PAGE_UNCACHED, PAGE_WRITE | PAGE_WRITE_THROUGH,
                                   PAGE_EXECUTE | PAGE_SOFTWARE(5), PAGE_WRITE | PAGE_SOFTWARE(7)};
    const unsigned n = sizeof all / sizeof all[0];
    struct page_mapping mapped[4], changed[4];
    CHECK_THAT(c, begin());
    for (unsigned i = 0; i < n; i++) {
        CHECK_THAT(c, page_map(&table, AT + i * PAGE_SIZE, frame, all[i]) == 0);
        CHECK_THAT(c, page_walk(&table, AT + i * PAGE_SIZE, &mapped[i]) == 0);
        CHECK_THAT(c, page_protect(&table, AT + i * PAGE_SIZE, all[n - 1 - i]) == 0);
        CHECK_THAT(c, page_walk(&table, AT + i * PAGE_SIZE, &changed[i]) == 0);
    }
    int unknown = page_map(&table, AT + n * PAGE_SIZE, frame, 1u << 12);
    int global = page_map(&table, AT + n * PAGE_SIZE, frame, 1u << 8);
    end();
    for (unsigned i = 0; i < n; i++)
        CHECK_THAT(c, mapped[i].rights == (all[i] | PAGE_USER) &&
                          changed[i].rights == (all[n - 1 - i] | PAGE_USER));
    CHECK_THAT(c, PAGE_SOFTWARE_OF(mapped[2].rights) == 5);
    CHECK_THAT(c, unknown == -E_INVALID && global == -E_INVALID);
}

static unsigned of_owner(uint64_t owner) {
    size_t bytes;
    const struct page *pages = direct(frame_pages(&bytes));
    unsigned count = 0;
    for (size_t n = 0; n < bytes / sizeof *pages; n++)
        count += pages[n].owner == owner;
    return count;
}

CHECK(page_owner, "page/the_frames_of_a_table_are_on_its_owners_account") {
    const uint64_t owner = 0x6f776e6572;
    struct page_table theirs;
    CHECK_THAT(c, of_owner(owner) == 0 && page_table_create(&theirs, owner) == 0);
    CHECK_THAT(c, frame_alloc(&frame) == 0);
    unsigned root = of_owner(owner);
    int error = page_map(&theirs, AT, frame, PAGE_READ);
    unsigned one = of_owner(owner);
    error |= page_map(&theirs, AT + PAGE_SIZE, frame, PAGE_READ);
    unsigned same = of_owner(owner);
    error |= page_map(&theirs, AT + (1ul << 39), frame, PAGE_READ);
    unsigned two = of_owner(owner);
    page_table_destroy(&theirs);
    frame_free(frame);
    CHECK_THAT(c, error == 0 && root == 1 && one == 4 && same == 4 && two == 7);
    CHECK_THAT(c, of_owner(owner) == 0);
}

static void map_elsewhere(void *at) {
    (void)page_entry_make(&page_table_kernel, *(vaddr_t *)at, 0, 0);
}

CHECK(page_root, "page/no_entry_of_the_kernels_half_of_a_root_changes") {
    vaddr_t at = DIRECT_BASE + 200 * (1ul << 39); /* where the kernel has nothing */
    struct page_mapping m;
    struct trap_frame f;
    size_t unused;
    CHECK_THAT(c, begin() && page_walk(&page_table_kernel, at, &m) == -E_NOT_FOUND);
    unused = frame_unused();
    bool refused = trap_catch(&f, map_elsewhere, &at) && f.vector == TRAP_PANIC;
    bool same = memcmp((char *)direct(table.root) + PAGE_SIZE / 2,
                       (char *)direct(page_table_kernel.root) + PAGE_SIZE / 2, PAGE_SIZE / 2) == 0;
    bool kept = frame_unused() == unused;
    end();
    CHECK_THAT(c, refused && same && kept);
}

CHECK(page_windows, "page/each_window_of_the_kernel_grows_where_every_table_sees_it") {
    static const vaddr_t ends[] = {
        DEVICE_BASE,        STACKS_BASE, STACKS_BASE + STACKS_WINDOW - PAGE_SIZE,
        KERNEL_BASE,        CODE_BASE,   CODE_BASE + CODE_WINDOW - PAGE_SIZE,
        -(vaddr_t)PAGE_SIZE};
    CHECK_THAT(c, begin());
    size_t unused = frame_unused();
    unsigned here = 0, there = 0;
    for (unsigned i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        here += page_entry_make(&page_table_kernel, ends[i], ROOT_LEVEL - 1, 0) != NULL;
        there += ((uint64_t *)direct(table.root))[entry_index(ends[i], ROOT_LEVEL)] & ENTRY_PRESENT;
    }
    bool kept = frame_unused() == unused; /* no table was made on the way */
    end();
    CHECK_THAT(c, here == 7 && there == 7 && kept);
}

CHECK(page_destroyed, "page/a_destroyed_table_leaves_no_frame_behind") {
    size_t unused = frame_unused();
    CHECK_THAT(c, begin());
    for (unsigned i = 1; i < 200; i++)
        CHECK_THAT(c, page_map(&table, i * 0x1234567000ul % USER_TOP & -4096ul, frame, PAGE_READ) ==
                          0);
    end();
    CHECK_THAT(c, frame_unused() == unused);
}

CHECK(page_shared, "page/every_table_has_the_kernels_half") {
    struct page_mapping mine, theirs;
    CHECK_THAT(c, begin());
    int error = page_walk(&page_table_kernel, (vaddr_t)&table, &mine) |
                page_walk(&table, (vaddr_t)&table, &theirs);
    end();
    CHECK_THAT(c, error == 0 && mine.frame.at == theirs.frame.at && mine.rights == theirs.rights);
    const vaddr_t nowhere = (vaddr_t)&table & 0xffffffffffff; /* not canonical, and the same bits */
    CHECK_THAT(c, page_walk(&page_table_kernel, nowhere, &mine) == -E_NOT_FOUND);
}
