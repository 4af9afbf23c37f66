/* SPDX-License-Identifier: MIT */
/* predicate_acl.c -- a variable whose frame another may read from now on. Inside the kernel, for no
 * call changes a frame's access list. */
#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/time/wakeup.h"
#include "lib/string.h"
#include "measure/bench.h"

#define SLOT 3

static const struct cap mine = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {1}},
                        below = {.rights = CAP_ALL, .valid = 1, .length = 2, .name = {1, 2}},
                        other = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {2}};

/* A free frame, claimed and with one reference. */
static struct exo_frame *claim(void) {
    for (uint64_t n = info.frame_count; n-- > 0;) {
        struct exo_frame *f = exo_frame_at(n);
        if (f && !f->references && exo_frame_claim(f, mine) >= 0)
            return f;
    }
    return NULL;
}

CHECK(predicate_acl, "predicate/a_variable_that_may_not_be_read_any_more_ends_it") {
    /* r0 = variable 0, and its address, both in the caller's u-area */
    static const uint64_t code[2] = {0x0000000000001079, 0x95};
    struct env *e = env_current;
    struct exo_frame *f = claim();
    CHECK_THAT(c, f);
    uint64_t at = exo_frame_number(f) * PAGE_SIZE;
    const struct exo_variable v = {at | EXO_PHYSICAL, SLOT};
    const size_t offset = offsetof(struct exo_uarea, own);
    struct cap before = e->cap[SLOT];
    e->cap[SLOT] = mine;
    memcpy(e->uarea->own, code, sizeof code);
    memcpy(e->uarea->own + 2, &v, sizeof v);
    long error = sys_predicate_set(env_uarea_at(e) + offset, sizeof code,
                                   env_uarea_at(e) + offset + sizeof code, 1, 0, 0);
    e->cap[SLOT] = before; /* the right was handed over when it was set */
    exo_frame_release(f);
    CHECK_THAT(c, error == 0 && f->references == 1 && f->pins == 1);
    *(uint64_t *)direct(PADDR(at)) = 7;
    CHECK_THAT(c, predicate_evaluate(e->predicate) == 7);
    f->acl = below;
    CHECK_THAT(c, predicate_evaluate(e->predicate) == 7);
    f->acl = other;
    CHECK_THAT(c, predicate_evaluate(e->predicate) == EXO_TAG_LOST);
    CHECK_THAT(c, predicate_wakes(e) && !e->predicate && e->uarea->predicate_tag == EXO_TAG_LOST);
    CHECK_THAT(c, f->references == 0);
}
