/* SPDX-License-Identifier: MIT */
/* files_main.c -- the program `files`. */
#include "files_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/yield.h"
#include "user/program.h"

uint64_t files_argument;

uint64_t program_main(uint64_t which, uint64_t b, const char *words) {
    static uint64_t (*const cases[FILES_CASES + 1])(void) = {
        [FILES_POSIX] = case_posix,
        [FILES_NAMES] = case_names,
        [FILES_TYPES] = case_types,
        [FILES_SHARED] = case_shared,
        [FILES_PIPE] = case_file_pipe,
        [FILES_POLL] = case_poll,
        [FILES_SPOIL] = case_spoil,
        [FILES_PAGER] = case_pager,
        [FILES_MAP] = case_map,
        [FILES_EXEC] = case_exec,
        [FILES_CASES] = case_executed,
        [FILES_GIVE] = case_give,
        [FILES_PAGER_DISK] = case_pager_disk,
        [FILES_PAGER_FULL] = case_pager_full,
        [FILES_PAGER_ENDS] = case_pager_ends,
        [FILES_PAGER_ASKED] = case_pager_asked,
    };
    (void)b, (void)words;
    slice_handle();
    if (exos_begin() || exos_files_begin(200))
        return __LINE__;
    files_argument = which >> 32;
    exos_exit(cases[(uint32_t)which]());
}
