/* SPDX-License-Identifier: MIT */
/* account.c -- whose what outlives an environment is, by the functions themselves: the first one's,
 * that the machine ends with, among others. */
#include "exo/kernel/memory/account.h"
#include "measure/bench.h"

CHECK(account_outlives, "acl/what_outlives_an_environment_is_the_first_ones_and_whole") {
    struct exo_env env[2] = {{.id = EXO_ENVS, .kernel = 3, .kernel_most = 9},
                             {.id = EXO_ENVS + 1, .kernel = 4, .kernel_most = 6}};
    account_release_of(&env[1], EXO_ENVS + 1, 1);
    CHECK_THAT(c, env[1].kernel == 3);
    account_outlive(&env[1]);
    CHECK_THAT(c, env[0].kernel == 6 && env[0].kernel_most == 12);
    CHECK_THAT(c, env[1].kernel == 0 && env[1].kernel_most == 3);
    account_release_of(&env[1], EXO_ENVS + 1, 1);
    CHECK_THAT(c, env[0].kernel == 5 && env[1].kernel == 0);
    env[1].id += EXO_ENVS; /* another, in its place */
    env[1].kernel = 2;
    account_release_of(&env[1], EXO_ENVS + 1, 1);
    CHECK_THAT(c, env[0].kernel == 4 && env[1].kernel == 2);
    account_outlive(&env[0]);
    CHECK_THAT(c, env[0].kernel == 4 && env[0].kernel_most == 12);
}
