/* SPDX-License-Identifier: MIT */
/* caps.c -- capability lists, by the calls: nothing that one holds grows. */
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "measure/bench.h"

static struct cap cap(unsigned rights, unsigned length, uint8_t first, uint8_t second) {
    return (struct cap){
        .rights = rights & CAP_ALL, .valid = 1, .length = length & 15, .name = {first, second}};
}

CHECK(caps_forge, "caps/what_is_made_of_a_capability_is_dominated_by_it") {
    CHECK_THAT(c, exo_cap_forge(0, 1, cap(CAP_ALL, 1, 7, 0)) == 0);
    CHECK_THAT(c, exo_cap_forge(1, 2, cap(CAP_ALL, 2, 7, 1)) == 0);
    CHECK_THAT(c, exo_cap_forge(1, 2, cap(CAP_ALL, 2, 8, 1)) == -E_PERM);
    CHECK_THAT(c, exo_cap_forge(1, 2, cap(CAP_ALL, 0, 0, 0)) == -E_PERM);
    CHECK_THAT(c, exo_cap_forge(2, 3, cap(CAP_READ, 1, 7, 0)) == -E_PERM);
    CHECK_THAT(c, exo_cap_forge(1, 3, cap(CAP_READ | CAP_WRITE, 1, 7, 0)) == 0);
    CHECK_THAT(c, exo_cap_forge(3, 4, cap(CAP_READ, 1, 7, 0)) == -E_PERM); /* no right to grant */
    CHECK_THAT(c, exo_cap_forge(1, 3, cap(CAP_READ, CAP_NAME_MAX + 1, 7, 0)) == -E_PERM);
    CHECK_THAT(c, exo_cap_forge(0, EXO_CAPS, cap(CAP_ALL, 1, 7, 0)) == -E_INVALID);
    CHECK_THAT(c, exo_cap_forge(5, 4, cap(CAP_READ, 1, 7, 0)) == -E_PERM); /* an empty slot */
}

CHECK(caps_slot_0, "caps/slot_0_takes_complete_capabilities_only") {
    CHECK_THAT(c, exo_cap_forge(0, 0, cap(CAP_READ, 0, 0, 0)) == -E_PERM);
    CHECK_THAT(c, exo_cap_forge(0, 0, (struct cap){0}) == -E_PERM);
    CHECK_THAT(c, exo_cap_forge(0, 0, cap(CAP_ALL, 0, 0, 0)) == 0);
    CHECK_THAT(c, exo_null() == 0 && exo_console_write(0, "", 0) == 0);
}

CHECK(caps_give, "caps/only_what_may_be_handed_on_is_given_and_only_to_whom_one_may_write") {
    exo_cap_forge(0, 1, cap(CAP_ALL, 1, 7, 0));
    exo_cap_forge(0, 2, cap(CAP_ALL, 1, 8, 0));
    exo_cap_forge(0, 3, cap(CAP_READ | CAP_WRITE, 1, 7, 0));
    long id = exo_env_create(1, cap(CAP_ALL, 2, 7, 5), "other", 8, 0);
    CHECK_THAT(c, id > 0);
    uint64_t env = (uint64_t)id;
    CHECK_THAT(c, exo_cap_give(1, env, 1, 1) == 0);
    CHECK_THAT(c, exo_cap_give(2, env, 1, 1) == -E_PERM);
    CHECK_THAT(c, exo_cap_give(1, env, 3, 1) == -E_PERM);
    CHECK_THAT(c, exo_cap_give(1, env, 9, 1) == -E_PERM);
    CHECK_THAT(c, exo_cap_give(1, env, 1, EXO_CAPS) == -E_INVALID);
    CHECK_THAT(c, exo_cap_give(1, env + EXO_ENVS, 1, 1) == -E_DEAD);
    uint64_t word = 1;
    CHECK_THAT(c, exo_env_read(1, env, 0, &word, 8) == 0 && word == 0);
    CHECK_THAT(c, exo_env_read(2, env, 0, &word, 8) == -E_PERM);
    CHECK_THAT(c, exo_env_write(2, env, 0, &word, 8) == -E_PERM);
    CHECK_THAT(c, exo_env_write(1, env, 4096, &word, 8) == -E_INVALID);
    CHECK_THAT(c, exo_env_write(1, env, -8ul, &word, 16) == -E_INVALID);
    CHECK_THAT(c, exo_env_start(2, env) == -E_PERM && exo_env_destroy(2, env) == -E_PERM);
    CHECK_THAT(c, exo_env_start(1, env) == 0);
    CHECK_THAT(c, exo_env_start(1, env) == -E_EXISTS);
    CHECK_THAT(c, exo_env_destroy(1, env) == 0);
    CHECK_THAT(c, exo_env_destroy(1, env) == -E_DEAD);
    CHECK_THAT(c, exposed_env(env)->state == EXO_ENV_KILLED);
}
