/* SPDX-License-Identifier: MIT */
/* imports.c -- one imports a type in steps, and another comes between them. */
#include "../program/attacks.h"
#include "volume.h"

#include "exo/libos/cffs/cffs_declared.h"
#include "exo/libos/spawn.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "exo/xn/type/body.h"

static unsigned char body[XN_BODY_BYTES_MAX];

static long import_step(unsigned volume) {
    return exo_xn_volume(EXO_XN_HOW(EXO_XN_IMPORT, volume, 0), (uint64_t)body,
                         ((const struct xn_body *)body)->bytes, 0);
}

CHECK(xn_import_others, "xn/an_import_that_is_under_way_is_its_makers_until_it_ends_or_he_does") {
    const uint64_t words[3] = {ATTACK_XN_IMPORT, 0, 1};
    uint64_t said = 1;
    if (!volume_empty(c, XN_UDF))
        return;
    CHECK_THAT(c, cffs_declare(&xn_store.store, cffs_functions, body) == 0);
    volume_end();
    if (!volume_empty(c, XN_UDF))
        return;
    CHECK_THAT(c, import_step(0) == -E_AGAIN); /* the last type's, which is of many steps */
    long id = spawn(0, "attacker", (uint64_t)exo_env_self() << 32 | ATTACK_XN, 0, 0);
    exo_env_write(0, (uint64_t)id, offsetof(struct exo_uarea, own), words, sizeof words);
    CHECK_THAT(c, id > 0 && exo_env_yield((uint64_t)id) == 0);
    exo_env_read(0, (uint64_t)id, offsetof(struct exo_uarea, own) + 16, &said, sizeof said);
    CHECK_THAT(c, (long)said == -E_BUSY);
    exo_env_destroy(0, (uint64_t)id);
    while (frames_await())
        continue;
    long number;
    while ((number = import_step(0)) == -E_AGAIN)
        continue;
    CHECK_THAT(c, number == ((const struct xn_body *)body)->number);
    volume_end();
}

/* Who asks himself for two volumes: one import is one volume's. */
CHECK(xn_import_volume, "xn/an_import_goes_on_in_its_own_volume_and_in_no_other") {
    if (!volume_empty(c, XN_UDF))
        return;
    if (env_info()->disks < 2) {
        check_skip(c, "the machine has one disk");
        volume_end();
        return;
    }
    CHECK_THAT(c, cffs_declare(&xn_store.store, cffs_functions, body) == 0);
    volume_end();
    if (!volume_empty(c, XN_UDF))
        return;
    CHECK_THAT(c, volume_second(XN_UDF) == 0);
    CHECK_THAT(c, import_step(0) == -E_AGAIN);
    CHECK_THAT(c, import_step(1) == -E_BUSY);
    long number;
    while ((number = import_step(0)) == -E_AGAIN)
        continue;
    CHECK_THAT(c, number == ((const struct xn_body *)body)->number);
    while (exo_xn_volume(EXO_XN_HOW(EXO_XN_ABANDON, 1, 0), 0, 0, 0) == -E_AGAIN)
        continue;
    volume_end();
}
