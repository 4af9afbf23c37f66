/* SPDX-License-Identifier: MIT */
/* files.h -- what checks of files share. */
#ifndef TESTS_KERNEL_SPIN_FILES_H
#define TESTS_KERNEL_SPIN_FILES_H

#include "spin/services/files/file.h"
#include "lib/error.h"
#include "measure/bench.h"

#define W "/svc/volumes/w"
#define E "/svc/volumes/e"

#define check_that_zero(c, call)                                                                   \
    do {                                                                                           \
        int error_ = (call);                                                                       \
        if (error_) {                                                                              \
            check_fail(c, "%s: %s", #call, error_sentence(error_));                                \
            return false;                                                                          \
        }                                                                                          \
    } while (0)

/* The volume is there, of wfs an empty one. False: it is not, which the check says. */
bool files_mounted(struct check *c, const char *system, const char *disk, const char *path,
                   const char *policy);
/* A file of this path, which is not there before and after, by random calls. */
void files_random(struct check *c, const char *path);

#endif
