/* SPDX-License-Identifier: MIT */
/* dos_names.bpf.c -- a filter: the programs that its process executes may have MS-DOS's names.
 * BIN\ATTACKER.EXE is bin/attacker to whoever handles the call. */
#include "spin/extend.h"
#include "spin/services/unix/execute.h"
#include "spin/unix_abi.h"

FILTER(unix_execute) long dos_names(unsigned long *argument) {
    char *name = (char *)argument;
    _Bool ended = 0;
    for (unsigned i = 0; i < UNIX_NAME_MAX; i++) {
        ended |= name[i] == '.';
        if (ended)
            name[i] = 0;
        else if (name[i] == '\\')
            name[i] = '/';
        else if (name[i] >= 'A' && name[i] <= 'Z')
            name[i] += 'a' - 'A';
    }
    return 0;
}
