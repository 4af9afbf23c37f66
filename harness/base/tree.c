/* SPDX-License-Identifier: MIT */
/* tree.c -- find the source tree's root. */
#include "base/tree.h"
#include "base/scope.h"
#include "base/memory.h"
#include "base/die.h"
#include "base/status.h"
#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_root(const char *folder) {
    static const char *const marks[] = {"Makefile", "experiments", "kernels/measure/protocol.h"};
    for (unsigned i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        scoped_text char *mark = text_format("%s/%s", folder, marks[i]);
        bool there = access(mark, F_OK) == 0;
        if (!there)
            return false;
    }
    return true;
}

/* Climbs from FOLDER (an absolute path, changed) to the first root; false at the top. */
static bool climb(char *folder) {
    while (!is_root(folder)) {
        char *slash = strrchr(folder, '/');
        if (!slash || slash == folder)
            return false;
        *slash = '\0';
    }
    return true;
}

static const char *find(void) {
    static char root[PATH_MAX];
    const char *named = getenv("EXOSPIN_TREE");
    if (named && *named) {
        if (!realpath(named, root))
            die(STATUS_MISSING, "EXOSPIN_TREE names '%s': %s", named, strerror(errno));
        return root;
    }
    ssize_t length = readlink("/proc/self/exe", root, sizeof root - 1);
    if (length > 0) {
        root[length] = '\0';
        if (climb(root))
            return root;
    }
    if (getcwd(root, sizeof root) && climb(root))
        return root;
    die(STATUS_MISSING, "exospin's source tree is neither above its binary nor above the current "
                        "directory; set EXOSPIN_TREE to it");
}

const char *tree_root(void) {
    static const char *root;
    if (!root)
        root = find();
    return root;
}

char *tree_path(const char *format, ...) {
    char *relative;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&relative, format, arguments);
    va_end(arguments);
    if (length < 0)
        memory_exhausted();
    char *path = text_format("%s/%s", tree_root(), relative);
    free(relative);
    return path;
}

const char *tree_shown(const char *path) {
    struct stat here, root;
    bool at_root = !stat(".", &here) && !stat(tree_root(), &root) && here.st_dev == root.st_dev &&
                   here.st_ino == root.st_ino;
    return at_root ? tree_relative(path) : path;
}

const char *tree_relative(const char *path) {
    size_t length = strlen(tree_root());
    bool inside = !strncmp(path, tree_root(), length) && path[length] == '/';
    return inside ? path + length + 1 : path;
}
