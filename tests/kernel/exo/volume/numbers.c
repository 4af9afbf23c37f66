/* SPDX-License-Identifier: MIT */
/* numbers.c -- the number of a node names no file but the one that it named. */
#include "volume_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/volume/volume_own.h"
#include "exo/libos/exos/files/other_tree.h"
#include "exo/libos/exos/process/critical.h"
#include "lib/error.h"
#include "lib/format.h"

/* In a directory /disk/kept: a file's node has another file by now, for there are more. */
uint64_t case_numbers(void) {
    struct exos_stat s;
    MUST(exos_close((int)exos_open("/disk/kept/f", EXOS_WRITE | EXOS_CREATE)) == 0);
    critical_begin();
    const long number = other_tree->lookup(
        (uint32_t)other_tree->lookup(volumes->volume[0].root, (struct ramfs_name){"kept", 4}),
        (struct ramfs_name){"f", 1});
    critical_end();
    MUST(number > 0 && exos_mkdir("/disk/crowd") == 0);
    for (unsigned i = 0; i < 4 * VOLUME_NODES; i++) {
        char path[32];
        format_text(path, sizeof path, "/disk/crowd/%u", i);
        MUST(exos_close((int)exos_open(path, EXOS_WRITE | EXOS_CREATE)) == 0);
    }
    critical_begin();
    const long seen = other_tree->stat((uint32_t)number, &s);
    critical_end();
    MUST(seen == -E_NOT_FOUND);
    return 0;
}
