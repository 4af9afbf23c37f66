/* SPDX-License-Identifier: MIT */
/* file_walk.c -- the way to a name: each component is asked of the file system, or known. Symbolic
 * links are followed where a file is opened or looked at; not those that a name is made or taken
 * away behind. All under the volume's mutex. */
#include "lib/error.h"
#include "lib/string.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/files/file.h"

#define LINKS_MAX 8 /* that a path may lead through */

/* The next name off the path: its length, 0: there is none. */
static long next_name(const char **path, const char **name) {
    while (**path == '/')
        ++*path;
    *name = *path;
    const char *end = strchr(*path, '/');
    size_t n = end ? (size_t)(end - *path) : strlen(*path);
    *path += n;
    return n > FILE_NAME_MAX ? -E_TOO_LONG : (long)n;
}

void file_set_name(char into[FILE_NAME_MAX + 1], unsigned long *bytes, const char *name, long n) {
    memcpy(into, name, (size_t)n);
    into[n] = '\0';
    *bytes = (unsigned long)n;
}

int file_find_name(struct volume *v, uint64_t directory, const char *name, long n, uint64_t *file) {
    *file = directory;
    if (n == 1 && name[0] == '.')
        return 0;
    if (n == 2 && name[0] == '.' && name[1] == '.' && directory == v->root)
        return 0;
    *file = file_names_find(v->names, directory, name, n);
    if (*file)
        return 0;
    v->call.file = directory;
    file_set_name(v->call.name, &v->call.name_bytes, name, n);
    int error = volume_call(v, file_find);
    *file = v->call.other;
    if (!error)
        file_names_set(v->names, directory, name, n, *file);
    return error;
}

/* What a directory has of itself is no name that anybody makes, takes away or has another file get:
 * a file system may have no such entries, or count by them. */
static bool is_dots(const char *name, long n) {
    return name[0] == '.' && (n == 1 || (n == 2 && name[1] == '.'));
}

/* The directory that the path's last name is in, and that name. -E_INVALID: it has none, or one of
 * a directory's dots. */
int file_walk_to_last(struct volume *v, const char *path, uint64_t *directory, const char **last,
                      long *n) {
    const char *name;
    *directory = v->root;
    *n = next_name(&path, last);
    while (*n > 0) {
        long more = next_name(&path, &name);
        if (more < 0)
            return (int)more;
        if (!more)
            return is_dots(*last, *n) && DEFENDED(FILE_DOTS) ? -E_INVALID : 0;
        int error = file_find_name(v, *directory, *last, *n, directory);
        if (error)
            return error;
        *last = name;
        *n = more;
    }
    return *n ? (int)*n : -E_INVALID;
}

int file_target_of(struct file *f, char to[FILE_NAME_MAX + 1]) {
    struct file_call *c = &f->volume->call;
    c->file = f->number;
    int error = volume_call(f->volume, file_target);
    if (error)
        return error;
    if (!c->to_bytes || c->to_bytes > FILE_NAME_MAX)
        return -E_DAMAGED;
    memcpy(to, c->to, c->to_bytes);
    to[c->to_bytes] = '\0';
    return 0;
}

/* The path goes on where the link leads: what is left of it comes behind, in v->way. */
static int follow(struct file *link, const char **path) {
    struct volume *v = link->volume;
    char to[FILE_NAME_MAX + 1];
    int error = file_target_of(link, to);
    if (error)
        return error;
    const size_t n = strlen(to), left = strlen(*path);
    if (n + 1 + left >= sizeof v->way)
        return -E_TOO_LONG;
    memmove(v->way + n + 1, *path, left + 1);
    memcpy(v->way, to, n);
    v->way[n] = '/';
    *path = v->way;
    return 0;
}

/* One path's way: where it is, in which directory that was found, how many links led there. */
struct way {
    uint64_t in, at;
    unsigned followed;
};

/* Where it is is a link, not a directory, or the path would not go on there: it goes on where that
 * leads. -E_INVALID: it is no link, or one too many. */
static int go_through(struct volume *v, struct way *w, const char **path) {
    struct file *f;
    int error = file_get(v, w->at, &f);
    if (error)
        return error;
    error =
        f->facts.kind == FILE_SYMLINK && w->followed++ < LINKS_MAX ? follow(f, path) : -E_INVALID;
    file_put(f);
    w->in = w->at = **path == '/' ? v->root : w->in;
    return error;
}

/* To where the path ends. */
static int go(struct volume *v, struct way *w, const char *path) {
    const char *name;
    long n;
    while ((n = next_name(&path, &name)) > 0) {
        uint64_t next;
        int error = file_find_name(v, w->at, name, n, &next);
        if (error == -E_INVALID) {
            path = name;
            error = go_through(v, w, &path);
        } else {
            w->in = w->at;
            w->at = next;
        }
        if (error)
            return error;
    }
    return (int)n;
}

int file_walk(struct volume *v, const char *path, struct file **f) {
    struct way w = {v->root, v->root, 0};
    int error = go(v, &w, path);
    while (!error && !(error = file_get(v, w.at, f)) && (*f)->facts.kind == FILE_SYMLINK) {
        file_put(*f);
        path = "";
        error = go_through(v, &w, &path);
        if (!error)
            error = go(v, &w, path);
    }
    return error;
}
