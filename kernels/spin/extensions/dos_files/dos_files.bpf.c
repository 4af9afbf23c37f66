/* SPDX-License-Identifier: MIT */
/* dos_files.bpf.c -- a filter: the paths that its process names to a file system may be MS-DOS's.
 * \SVC\VOLUMES\A\LETTER.TXT is /svc/volumes/a/letter.txt to whoever handles the call. */
#include "spin/extend.h"
#include "spin/services/files/file_calls.h"

FILTER(file_named) long dos_files(unsigned long *argument) {
    char *path = (char *)argument;
    for (unsigned i = 0; i < FILE_NAMED_BYTES; i++) {
        if (path[i] == '\\')
            path[i] = '/';
        else if (path[i] >= 'A' && path[i] <= 'Z')
            path[i] += 'a' - 'A';
    }
    return 0;
}
