/* SPDX-License-Identifier: MIT */
/* acl.c -- access lists of frames, their limits, and pins, by the calls. Slot 0 opens everything;
 * slots 1 to 5 hold what a check puts there. */
#include "../program/attacks.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "measure/bench.h"

#define HERE 0x500000000000ul
#define DATA (EXO_WRITE | EXO_NO_EXEC)

static struct cap named(uint8_t name, unsigned rights) {
    return (struct cap){.rights = rights & CAP_ALL, .valid = 1, .length = 1, .name = {name}};
}

static long map(unsigned holder, uint64_t at, uint64_t frame, uint64_t bits) {
    const struct exo_pages p = {at, frame << 12 | EXO_PRESENT | bits, 1};
    return exo_page_update(0, 0, holder, &p, 1, 0);
}

static long unmap(uint64_t at, uint64_t count) {
    const struct exo_pages p = {at, 0, count};
    return exo_page_update(0, 0, 0, &p, 1, 0);
}

static long make_writable(unsigned holder, uint64_t at) {
    const struct exo_protect p = {at, 1, 0, EXO_WRITE};
    return exo_page_protect(0, 0, holder, &p, 1, 0);
}

/* A frame with {1} as its list, mapped at HERE; slots 1 to 4 have {1}, {2}, {3} and {1} without the
 * right to write or grant. */
static uint64_t begin(void) {
    uint64_t frame = frames_pick(env_info()->frame_count / 2);
    exo_cap_forge(0, 1, named(1, CAP_ALL));
    exo_cap_forge(0, 2, named(2, CAP_ALL));
    exo_cap_forge(0, 3, named(3, CAP_ALL));
    exo_cap_forge(0, 4, named(1, CAP_READ));
    return map(1, HERE | EXO_FRESH, frame, DATA) == 1 ? frame : 0;
}

CHECK(acl_long, "acl/each_word_of_a_longer_list_opens_a_frame_for_what_it_says") {
    uint64_t frame = begin();
    const struct cap words[] = {named(1, CAP_ALL), named(2, CAP_READ)};
    struct cap seen[3] = {0};
    CHECK_THAT(c, frame && map(2, HERE + 4096, frame, EXO_NO_EXEC) == -E_PERM);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, words, 2, 0) == 1);
    CHECK_THAT(c, exo_acl_read(frame, seen, 3) == 2 && seen[0].name[0] == 1);
    CHECK_THAT(c, seen[1].name[0] == 2 && seen[1].rights == CAP_READ);
    CHECK_THAT(c, exo_acl_read(frame, seen, 1) == 2);
    CHECK_THAT(c, map(2, HERE + 4096, frame, DATA) == -E_PERM);
    CHECK_THAT(c, map(2, HERE + 4096, frame, EXO_NO_EXEC) == 1);
    CHECK_THAT(c, make_writable(2, HERE + 4096) == -E_PERM);
    CHECK_THAT(c, map(3, HERE + 8192, frame, EXO_NO_EXEC) == -E_PERM);
    CHECK_THAT(c, map(1, HERE + 8192, frame, DATA) == 1);
    CHECK_THAT(c, map(4, HERE + 12288, frame, DATA) == -E_PERM);
    CHECK_THAT(c, map(0, HERE + 12288, frame, DATA) == 1);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, words, 1, 0) == 1);
    CHECK_THAT(c, map(2, HERE + 4096, frame, EXO_NO_EXEC) == -E_PERM);
    unmap(HERE, 4);
    CHECK_THAT(c, exo_acl_read(frame, seen, 3) == -E_NOT_FOUND);
}

CHECK(acl_no_frame, "acl/a_number_of_no_frame_has_no_list_and_no_pin") {
    const struct cap one = named(1, CAP_ALL);
    const uint64_t none[] = {env_info()->frame_count, 1ul << 31, 1ul << 40, 1ul << 59, -1ul};
    struct cap seen;
    for (unsigned i = 0; i < sizeof none / sizeof none[0]; i++) {
        CHECK_THAT(c, exo_acl_read(none[i], &seen, 1) == -E_NOT_FOUND);
        CHECK_THAT(c, exo_frame_pin(0, none[i]) == -E_PERM);
        CHECK_THAT(c, exo_acl_set(0, none[i], 1, &one, 1, 0) == -E_PERM);
        CHECK_THAT(c, exo_frame_unpin(0, 0, none[i]) == -E_NOT_FOUND);
    }
}

CHECK(acl_copy, "acl/a_page_is_copied_by_whom_its_frames_list_lets_read_it") {
    uint64_t frame = begin(), free = frames_pick(frame + 1);
    const struct cap words[] = {named(1, CAP_ALL), named(2, CAP_WRITE), named(3, CAP_READ)};
    CHECK_THAT(c, frame && exo_acl_set(1, frame, 1, words, 3, 0) == 1);
    CHECK_THAT(c, map(2, HERE | EXO_FRESH | EXO_COPIED, free, DATA) == -E_PERM);
    CHECK_THAT(c, map(3, HERE | EXO_FRESH | EXO_COPIED, free, DATA) == 1);
    unmap(HERE, 1);
}

CHECK(acl_modify, "acl/a_list_is_changed_by_whom_it_permits_to_and_its_first_word_by_its_owner") {
    uint64_t frame = begin();
    const struct cap three[] = {named(1, CAP_ALL), named(2, CAP_READ | CAP_WRITE),
                                named(3, CAP_READ | CAP_MODIFY)};
    const struct cap taken[] = {named(3, CAP_ALL), named(1, CAP_READ)};
    const struct cap lesser[] = {named(1, CAP_READ | CAP_MODIFY)};
    CHECK_THAT(c, frame && exo_acl_set(2, frame, 1, three, 3, 0) == -E_PERM);
    CHECK_THAT(c, exo_acl_set(4, frame, 1, three, 3, 0) == -E_PERM);
    CHECK_THAT(c, exo_acl_set(EXO_CAPS, frame, 1, three, 3, 0) == -E_PERM);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, three, 3, 0) == 1);
    CHECK_THAT(c, exo_acl_set(2, frame, 1, three, 1, 0) == -E_PERM);
    CHECK_THAT(c, exo_acl_set(3, frame, 1, taken, 2, 0) == -E_PERM);  /* not the owner */
    CHECK_THAT(c, exo_acl_set(1, frame, 1, lesser, 1, 0) == -E_PERM); /* he locks himself out */
    CHECK_THAT(c, exo_acl_set(3, frame, 1, three, 2, 0) == 1);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, taken, 2, 0) == 1);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, three, 1, 0) == -E_PERM);
    unmap(HERE, 1);
    CHECK_THAT(c, exo_acl_set(0, frame, 1, three, 1, 0) == -E_PERM); /* it is free */
    CHECK_THAT(c, exo_acl_set(0, env_info()->frame_count, 1, three, 1, 0) == -E_PERM);
}

CHECK(acl_words, "acl/no_word_of_a_user_is_a_name_of_the_kernels_lists") {
    uint64_t frame = begin();
    struct cap words[EXO_ACL_MOST + 1] = {named(1, CAP_ALL), named(2, CAP_READ)};
    CHECK_THAT(c, frame && exo_acl_set(1, frame, 1, words, 2, 0) == 1);
    struct cap own = *(struct cap *)&exposed_frame(frame)->acl; /* as all may see it */
    CHECK_THAT(c, own.length == CAP_LISTED && own.valid);
    words[1] = own;
    CHECK_THAT(c, exo_acl_set(1, frame, 1, words, 2, 0) == -E_PERM);
    CHECK_THAT(c, exo_acl_set(0, frame, 1, &own, 1, 0) == -E_PERM);
    CHECK_THAT(c, exo_cap_forge(0, 5, own) == -E_PERM);
    CHECK_THAT(c, exo_env_create(0, own, "", 8, 0) == -E_PERM);
    words[1] = (struct cap){0};
    CHECK_THAT(c, exo_acl_set(1, frame, 1, words, 2, 0) == -E_PERM);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, words, 0, 0) == -E_PERM);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, words, EXO_ACL_MOST + 1, 0) == -E_TOO_LONG);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, words, -1ul, 0) == -E_TOO_LONG);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, words, 1, EXO_LIMITS + 1) == -E_INVALID);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, (struct cap *)0x10000000, 1, 0) == -E_FAULT);
    CHECK_THAT(c, exo_acl_read(frame, (struct cap *)EXO_INFO, 1) == -E_FAULT);
    CHECK_THAT(c, exo_acl_set(1, frame, 0, words, 1, 0) == 0);
    unmap(HERE, 1);
}

CHECK(acl_shared, "acl/frames_that_get_a_list_at_once_share_it_and_it_ends_with_the_last") {
    const struct cap words[] = {named(1, CAP_ALL), named(2, CAP_READ)};
    const volatile struct exo_env *e = exposed_env((uint64_t)exo_env_self());
    uint64_t first = frames_pick_run(8);
    exo_cap_forge(0, 1, named(1, CAP_ALL));
    exo_cap_forge(0, 2, named(2, CAP_ALL));
    const struct exo_pages all = {HERE | EXO_FRESH, first << 12 | EXO_PRESENT | DATA, 8};
    CHECK_THAT(c, first && exo_page_update(0, 0, 1, &all, 1, 0) == 8);
    uint32_t before = e->kernel;
    CHECK_THAT(c, exo_acl_set(1, first, 8, words, 2, 0) == 8 && e->kernel == before + 1);
    const struct exo_pages read = {HERE + 8 * 4096, first << 12 | EXO_PRESENT | EXO_NO_EXEC, 8};
    CHECK_THAT(c, exo_page_update(0, 0, 2, &read, 1, 0) == 8);
    CHECK_THAT(c, exo_acl_set(1, first, 4, words, 1, 0) == 4 && e->kernel == before + 1);
    unmap(HERE, 4);
    unmap(HERE + 8 * 4096, 8);
    CHECK_THAT(c, e->kernel == before + 1);
    unmap(HERE + 4 * 4096, 4);
    CHECK_THAT(c, e->kernel == before);
}

CHECK(acl_limits, "acl/a_frame_has_no_more_mappings_and_writers_than_its_limits_say") {
    uint64_t frame = begin();
    const struct cap mine = named(1, CAP_ALL);
    CHECK_THAT(c, frame && exo_acl_set(1, frame, 1, &mine, 1, EXO_LIMIT_ONE_WRITER) == 1);
    CHECK_THAT(c, exposed_frame(frame)->limits == EXO_LIMIT_ONE_WRITER);
    CHECK_THAT(c, map(1, HERE + 4096, frame, DATA) == -E_SHARE);
    CHECK_THAT(c, map(0, HERE + 4096, frame, DATA) == -E_SHARE);
    CHECK_THAT(c, map(1, HERE + 4096, frame, EXO_NO_EXEC) == 1);
    CHECK_THAT(c, make_writable(1, HERE + 4096) == -E_SHARE);
    unmap(HERE, 1);
    CHECK_THAT(c, make_writable(1, HERE + 4096) == 1);
    CHECK_THAT(c, map(1, HERE, frame, EXO_NO_EXEC) == 1);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, &mine, 1, EXO_LIMIT_NO_WRITER) == 1);
    unmap(HERE + 4096, 1);
    CHECK_THAT(c,
               map(1, HERE + 4096, frame, DATA) == -E_SHARE && make_writable(1, HERE) == -E_SHARE);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, &mine, 1, EXO_LIMIT_ONE_MAPPING) == 1);
    CHECK_THAT(c, map(1, HERE + 4096, frame, EXO_NO_EXEC) == -E_SHARE);
    CHECK_THAT(c, make_writable(1, HERE) == 1);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, &mine, 1, EXO_LIMIT_NO_MAPPING) == 1);
    CHECK_THAT(c, map(1, HERE + 4096, frame, EXO_NO_EXEC) == -E_SHARE);
    CHECK_THAT(c,
               exo_acl_set(1, frame, 1, &mine, 1, 0) == 1 && map(1, HERE + 4096, frame, DATA) == 1);
    unmap(HERE, 2);
}

/* --- Pins --- */

CHECK(pin_stays, "acl/a_pinned_frame_stays_until_it_is_unpinned") {
    uint64_t frame = begin();
    const volatile struct exo_frame *f = exposed_frame(frame);
    *(volatile uint64_t *)HERE = 0x5ec7e7;
    CHECK_THAT(c, frame && exo_frame_pin(2, frame) == -E_PERM);
    CHECK_THAT(c, exo_frame_pin(EXO_CAPS, frame) == -E_PERM);
    CHECK_THAT(c, exo_frame_pin(0, env_info()->frame_count) == -E_PERM);
    CHECK_THAT(c, exo_frame_pin(4, frame) == 0 && f->pins == 1 && f->references == 2);
    unmap(HERE, 1);
    CHECK_THAT(c, f->references == 1 && map(1, HERE | EXO_FRESH, frame, DATA) == -E_EXISTS);
    CHECK_THAT(c, map(1, HERE, frame, DATA) == 1 && *(volatile uint64_t *)HERE == 0x5ec7e7);
    unmap(HERE, 1);
    CHECK_THAT(c, exo_frame_unpin(0, 0, frame) == 0 && f->references == 0);
    CHECK_THAT(c, exo_frame_unpin(0, 0, frame) == -E_NOT_FOUND);
    CHECK_THAT(c, exo_frame_pin(0, frame) == -E_PERM); /* it is free */
}

CHECK(pin_outlives, "acl/a_pin_outlives_who_claimed_and_mapped_the_frame") {
    uint64_t frame = frames_pick(env_info()->frame_count / 2);
    const volatile struct exo_frame *f = exposed_frame(frame);
    const struct exo_pages fresh = {HERE | EXO_FRESH, frame << 12 | EXO_PRESENT | DATA, 1};
    exo_cap_forge(0, 1, named(1, CAP_ALL));
    long id = exo_env_create(0, named(1, CAP_ALL), "owner", 12, 0);
    CHECK_THAT(c, id > 0 && exo_page_update(1, (uint64_t)id, 1, &fresh, 1, 0) == 1);
    CHECK_THAT(c, exo_frame_pin(1, frame) == 0);
    exo_env_destroy(1, (uint64_t)id);
    while (frames_await())
        ;
    CHECK_THAT(c, f->references == 1 && f->pins == 1 && f->acl.name[0] == 1);
    CHECK_THAT(c, map(0, HERE | EXO_FRESH, frame, DATA) == -E_EXISTS);
    CHECK_THAT(c, exo_frame_unpin(0, 0, frame) == 0 && f->references == 0);
}

CHECK(pin_most, "acl/an_environment_has_so_many_pins_and_no_more") {
    uint64_t frame = begin();
    for (unsigned i = 0; i < EXO_PINS; i++)
        CHECK_THAT(c, exo_frame_pin(1, frame) == 0);
    CHECK_THAT(c, exo_frame_pin(1, frame) == -E_FULL);
    CHECK_THAT(c, exposed_frame(frame)->pins == EXO_PINS);
    unmap(HERE, 1);
    for (unsigned i = 0; i < EXO_PINS; i++)
        CHECK_THAT(c, exo_frame_unpin(0, 0, frame) == 0);
    CHECK_THAT(c, exposed_frame(frame)->references == 0);
}

/* --- Whose account --- */

/* Runs the program until it has ended: how. */
static uint64_t run(uint64_t attack, uint64_t frames) {
    long id = spawn_sized(0, "attacker", attack, 1, 0, frames);
    if (id <= 0)
        return (uint64_t)id;
    while (exposed_env((uint64_t)id)->state == EXO_ENV_READY)
        exo_env_yield((uint64_t)id);
    return exposed_env((uint64_t)id)->ended;
}

CHECK(account_tables,
      "acl/who_has_no_frame_left_for_tables_has_none_for_anything_and_harms_nobody") {
    uint64_t frame = begin();
    const struct cap words[] = {named(1, CAP_ALL), named(2, CAP_READ)};
    uint64_t refused = frame ? run(ATTACK_EXHAUST_TABLES, 24) : 0;
    if (refused != 15)
        check_fail(c, "refused: %#lx of lists, pins, predicates, rings", refused);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, words, 2, 0) == 1 && exo_frame_pin(1, frame) == 0);
    CHECK_THAT(c, exo_frame_unpin(0, 0, frame) == 0);
    CHECK_THAT(c, map(1, HERE + 0x40000000, frame, DATA) == 1);
    unmap(HERE, 1);
    unmap(HERE + 0x40000000, 1);
}

CHECK(account_lists, "acl/lists_end_at_the_quota_of_who_makes_them_and_outlive_him") {
    const volatile struct exo_env *e = exposed_env((uint64_t)exo_env_self());
    uint64_t frame = begin();
    run(ATTACK_EXIT, 40); /* so that tables of ours that this takes are there */
    while (frames_await())
        ;
    uint32_t before = e->kernel, most = e->kernel_most;
    CHECK_THAT(c, frame && run(ATTACK_EXHAUST_LISTS | (frame << 32), 40) == (uint64_t)-E_QUOTA);
    while (frames_await())
        ;
    CHECK_THAT(c, exo_acl_read(frame, NULL, 0) == 2 && e->kernel == before + 1);
    unmap(HERE, 1);
    CHECK_THAT(c, e->kernel == before && e->kernel_most == most);
}
