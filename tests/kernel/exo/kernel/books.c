/* SPDX-License-Identifier: MIT */
/* books.c -- what the kernel notes of frames agrees with the page tables of all environments, after
 * any changes. Inside the kernel, which sees all tables. */
#include "agree.h"

#include "exo/kernel/env/env.h"
#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/pages.h"
#include "exo/kernel/memory/pins.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
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

static void books_must_agree(struct check *c) {
    const char *why = books_disagree();
    if (why)
        check_fail(c, "%s", why);
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

/* One of the frames gets another list, on this environment's account, which may end before it. */
static void relist(unsigned i) {
    const struct cap words[] = {holder(below(2)), holder(below(2))};
    struct exo_frame *f = exo_frame_at(info.frame_count / 2 + below(300));
    struct cap word = words[0];
    uint32_t limits = below(2) ? 0 : EXO_LIMIT_ONE_WRITER;
    if (!f || !f->references || (below(3) && acl_make(env[i]->seen, words, 2, &word)))
        return;
    if (acl_is_long(word))
        acl_share(word);
    exo_frame_set_acl(f, word, acl_is_long(word) ? limits : 0);
    if (acl_is_long(word))
        acl_drop(word);
}

static void repin(unsigned i) {
    struct exo_frame *f = exo_frame_at(info.frame_count / 2 + below(300));
    if (below(2) && pins_count(env[i]->pins))
        pins_remove(&env[i]->pins, below(pins_count(env[i]->pins)), env[i]->seen);
    else if (f && f->references)
        pins_add(&env[i]->pins, f, env[i]->seen);
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
        if (!env[i] && env_create(NULL, 12 + below(20), all, NULL, &env[i]))
            check_fail(c, "step %u: no environment", step);
        change(i);
        relist(i);
        repin(i);
        if (below(200) == 0)
            end(i);
        if (below(8) == 0)
            env_bury();
        if (step % 300 == 0)
            books_must_agree(c);
    }
    books_must_agree(c);
    for (unsigned i = 0; i < ENVS; i++)
        end(i);
    while (info.env_unfreed)
        env_bury();
    books_must_agree(c);
    CHECK_THAT(c, frame_unused() == before);
}
