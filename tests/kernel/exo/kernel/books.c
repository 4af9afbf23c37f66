/* SPDX-License-Identifier: MIT */
/* books.c -- what the kernel notes of frames agrees with the page tables of all environments, after
 * any changes. Inside the kernel, which sees all tables. */
#include "exo/kernel/env/env.h"
#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/pages.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/memory/page_entry.h"
#include "measure/bench.h"

#define ENVS  4
#define PAGES 600 /* more than one page table */
#define BASE  0x600000000000ul
#define STEPS 3000

static const struct cap all = {.rights = CAP_ALL, .valid = 1};
static struct env *env[ENVS];
static uint64_t seed;

static unsigned below(unsigned n) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(seed >> 33) % n;
}

/* Follows the frame's mappings: each is an entry that maps it, and knows the one before. How many
 * there are; more than `most`: it is no list. */
static uint64_t mappings(struct check *c, const struct exo_frame *f, uint64_t most) {
    uint64_t count = 0;
    for (uint32_t id = f->mapping, before = 0; id && count <= most; count++) {
        const struct exo_frame *table =
            (struct exo_frame *)frame_page(PADDR((uint64_t)id / 512 * PAGE_SIZE));
        const uint64_t *entry =
            (uint64_t *)direct(PADDR((uint64_t)id / 512 * PAGE_SIZE)) + id % 512;
        const struct mapping *m =
            (struct mapping *)direct(PADDR((uint64_t)table->mapping * PAGE_SIZE)) + id % 512;
        if (!(*entry & EXO_PRESENT) || (*entry & EXO_FRAME_OF) / PAGE_SIZE != exo_frame_number(f) ||
            m->previous != before)
            check_fail(c, "frame %#lx: mapping %#x is none of it", exo_frame_number(f), id);
        before = id;
        id = m->next;
    }
    return count;
}

static uint64_t entries_in(struct space *s) {
    uint64_t count = 0;
    for (vaddr_t at = PAGE_SIZE; at < EXO_TOP;) {
        struct entries l = space_entries(s, at, EXO_TOP);
        for (unsigned i = 0; l.entry && i < (l.end - at) / PAGE_SIZE; i++)
            count += l.entry[i] & EXO_PRESENT;
        at = l.end;
    }
    return count;
}

static void books_agree(struct check *c) {
    while (info.env_unfreed)
        env_bury();
    uint64_t entries = entries_in(&env_current->space), seen = env_current->seen->pages, listed = 0;
    for (unsigned i = 0; i < ENVS; i++) {
        entries += env[i] ? entries_in(&env[i]->space) : 0;
        seen += env[i] ? env[i]->seen->pages : 0;
    }
    for (uint64_t n = 0; n < info.frame_count; n++) {
        const struct exo_frame *f = exo_frame_at(n);
        if (!f || !f->references)
            continue;
        uint64_t count = mappings(c, f, entries);
        if (count != (uint64_t)f->readers + f->writers || count + f->pins != f->references)
            check_fail(c, "frame %#lx: %lu mappings, %u readers, %u writers, %u references", n,
                       count, f->readers, f->writers, f->references);
        listed += count;
    }
    if (listed != entries || seen != entries)
        check_fail(c, "%lu entries, %lu in lists, %lu told of", entries, listed, seen);
}

static struct cap holder(unsigned i) {
    struct cap h = all;
    h.length = 1;
    h.name[0] = (uint8_t)(1 + i % 2); /* so that some frames are refused */
    return h;
}

static void change(unsigned i) {
    long work = 1000 + below(8000);
    vaddr_t at = BASE + below(PAGES) * (uint64_t)PAGE_SIZE;
    uint64_t entry = (uint64_t)(info.frame_count / 2 + below(300)) * PAGE_SIZE | EXO_NO_EXEC |
                     (below(2) ? EXO_WRITE : 0) | (below(4) ? EXO_PRESENT : 0);
    if (below(4)) {
        const struct exo_pages p = {at | (below(2) ? EXO_FRESH : 0), entry, 1 + below(40)};
        pages_update(&env[i]->space, holder(i), &p, below((unsigned)p.count), &work);
    } else {
        const uint64_t bits = below(2) ? EXO_WRITE : EXO_DIRTY;
        const struct exo_protect p = {at, 1 + below(40), below(2) ? bits : 0, below(2) ? bits : 0};
        pages_protect(&env[i]->space, holder(i), &p, 0, &work);
    }
}

static void end(unsigned i) {
    if (env[i])
        env_end(env[i], EXO_ENV_KILLED, 0);
    env[i] = NULL;
}

CHECK(books, "books/agree_with_all_page_tables_after_random_changes") {
    size_t before = frame_unused();
    seed = 1;
    for (unsigned step = 0; step < STEPS; step++) {
        unsigned i = below(ENVS);
        if (!env[i] && env_create(NULL, 12 + below(20), all, &env[i]))
            check_fail(c, "step %u: no environment", step);
        change(i);
        if (below(200) == 0)
            end(i);
        if (below(8) == 0)
            env_bury();
        if (step % 300 == 0)
            books_agree(c);
    }
    books_agree(c);
    for (unsigned i = 0; i < ENVS; i++)
        end(i);
    while (info.env_unfreed)
        env_bury();
    books_agree(c);
    CHECK_THAT(c, frame_unused() == before);
}
