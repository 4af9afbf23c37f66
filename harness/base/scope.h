/* SPDX-License-Identifier: MIT */
/* scope.h -- what a function takes for itself is given back when its scope ends, whichever way:
 *
 *     scoped_text char *path = tree_path("results/%s", name);
 *     scoped_fd int folder = beneath_folder(root, name, false);
 *
 * errno is then what it was, so that a function that failed may say why through it. What a function
 * hands on, by return or into a structure, is not scoped. */
#ifndef HARNESS_SCOPE_H
#define HARNESS_SCOPE_H

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

#define scoped_text  __attribute__((cleanup(scope_end_text)))  /* char *, or null */
#define scoped_texts __attribute__((cleanup(scope_end_texts))) /* struct texts */
#define scoped_fd    __attribute__((cleanup(scope_end_fd)))    /* int, below 0: none */

static inline void scope_end_text(char **text) {
    int error = errno;
    free(*text);
    errno = error;
}

static inline void scope_end_texts(struct texts *list) {
    int error = errno;
    texts_free(list);
    errno = error;
}

static inline void scope_end_fd(const int *fd) {
    int error = errno;
    if (*fd >= 0)
        close(*fd);
    errno = error;
}

#endif
