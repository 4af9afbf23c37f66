/* SPDX-License-Identifier: MIT */
/* volume_main.c -- the program `volume`: the first disk is its own, and a new file system each
 * time. */
#include "volume_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/volume/volumes.h"
#include "exo/libos/yield.h"
#include "user/program.h"

static uint64_t run(uint64_t which) {
    static uint64_t (*const cases[VOLUME_CASES])(void) = {
        case_files, case_old,   case_share, case_map,     case_kill,
        case_cache, case_tools, case_fsx,   case_hostile, case_programs};
    MUST(exos_mkdir("/disk") == 0);
    MUST(volume_format("cffs", 0) == 0);
    MUST(volume_mount("cffs", 0, "/disk") == 0);
    uint64_t line = cases[which]();
    if (line)
        return line;
    MUST(volume_unmount("/disk") == 0);
    return 0;
}

uint64_t program_main(uint64_t which, uint64_t b, const char *words) {
    (void)words;
    slice_handle();
    if (exos_begin() || exos_files_begin(200) || volumes_begin())
        return __LINE__;
    exos_exit(b ? program_on_disk((const char *const *)b)
                : run(which)); /* exos_exec gives strings */
}
