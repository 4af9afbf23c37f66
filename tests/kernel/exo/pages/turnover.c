/* SPDX-License-Identifier: MIT */
/* turnover.c -- environments that are made, get memory and capabilities, and end: the books are as
 * before, however often. tests/kernel/campaign turnover N does it N times. */
#include "../small_machine.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/string.h"
#include "measure/bench.h"

#define TIMES 1000
#define HERE  0x550000000000ul
#define DATA  (EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC)

struct books {
    uint64_t free, references, kernel, most, pages;
};

static uint64_t shared_frame;

static struct books look(void) {
    const volatile struct exo_env *self = exposed_env((uint64_t)exo_env_self());
    uint64_t free = frames_free();
    return (struct books){free, exposed_frame(shared_frame)->references, self->kernel,
                          self->kernel_most, self->pages};
}

/* How often: the command line's `turnover=`. */
static uint64_t times(void) {
    const char *at = strstr((const char *)env_info()->command_line, "turnover=");
    uint64_t n = 0;
    for (at = at ? at + 9 : ""; *at >= '0' && *at <= '9'; at++)
        n = n * 10 + (uint64_t)(*at - '0');
    return n ? n : TIMES;
}

static bool give(uint64_t id, const struct exo_pages *v, uint64_t count) {
    for (uint64_t done = 0; done < count;) {
        long some = exo_page_update(0, id, 0, v, count, done);
        if (some <= 0)
            return false;
        done += (uint64_t)some;
    }
    return true;
}

static bool one(uint64_t n) {
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    long id = exo_env_create(0, all, "turnover", 24, 0);
    const struct exo_pages v[] = {{HERE, shared_frame << 12 | DATA, 1},
                                  {HERE + (n % 500 + 1) * 4096, shared_frame << 12 | DATA, 1},
                                  {HERE + 0x400000, n << 12, 1}};
    const struct exo_pages own = {(HERE + 0x401000) | EXO_FRESH,
                                  frames_pick(env_info()->frame_count / 2 + n % 2000) << 12 | DATA,
                                  1};
    return id > 0 && give((uint64_t)id, v, 3) && give((uint64_t)id, &own, 1) &&
           !exo_cap_give(0, (uint64_t)id, 0, 0) && !exo_env_destroy(0, (uint64_t)id);
}

CHECK(turnover, "env/environments_come_and_go_and_the_books_are_as_before") {
    if (small_machine(c) || large_machine(c))
        return;
    shared_frame = frames_pick_run(1);
    const struct exo_pages mine = {HERE, shared_frame << 12 | DATA, 1}, none = {HERE, 0, 1};
    CHECK_THAT(c, exo_page_update(0, 0, 0, &mine, 1, 0) == 1 && one(0));
    struct books before = look();
    for (uint64_t n = 0, most = times(); n < most; n++) {
        if (!one(n))
            check_fail(c, "%lu environments: the next one is refused", n);
        struct books after = look();
        if (memcmp(&before, &after, sizeof before) != 0)
            check_fail(
                c,
                "%lu: free %lu, %lu; references %lu, %lu; kernel %lu, %lu of %lu, %lu; pages %lu, %lu",
                n + 1, before.free, after.free, before.references, after.references, before.kernel,
                after.kernel, before.most, after.most, before.pages, after.pages);
    }
    CHECK_THAT(c, exo_page_update(0, 0, 0, &none, 1, 0) == 1);
}
