/* SPDX-License-Identifier: MIT */
/* exo-paths.h -- paths, for a file system of exo that has directories and names: FS(word) is its
 * word, FS_ROOT its root, and FS_LOOKUP(directory, name, id) looks one up. */
#ifndef EXPERIMENTS_FILES_EXO_PATHS_H
#define EXPERIMENTS_FILES_EXO_PATHS_H

/* The directory that has the path's last name, and that name; an error of a look-up. */
static long walk(const char *path, struct FS(id) * directory, struct FS(name) * last) {
    *directory = FS_ROOT;
    for (;;) {
        const char *end = ++path;
        while (*end && *end != '/')
            end++;
        *last = (struct FS(name)){path, (size_t)(end - path)};
        if (!*end)
            return 0;
        long error = FS_LOOKUP(*directory, *last, directory);
        if (error)
            return error;
        path = end;
    }
}

static long find(const char *path, struct FS(id) * id) {
    struct FS(id) directory;
    struct FS(name) last;
    long error = walk(path, &directory, &last);
    return error ? error : FS_LOOKUP(directory, last, id);
}

#endif
