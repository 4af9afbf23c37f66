/* SPDX-License-Identifier: MIT */
/* refuses.bpf.c -- a file whose mode lets nobody write is not opened to be written. */
#include "spin/extend.h"
#include "spin/services/files/file_policies.h"

EPHEMERAL(file_access)
_Bool refuses(unsigned long mode, unsigned long owner, unsigned long wanted) {
    (void)owner;
    return !wanted || (mode & 0222);
}
