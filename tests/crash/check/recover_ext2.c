/* SPDX-License-Identifier: MIT */
/* recover_ext2.c -- see recover.h: e2fsck mends, SPIN's extension reads. */
#include "../../ext2/disk.h"
#include "lib/error.h"
#include "recover.h"
#include "say.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEPTH = 8 };

/* Where e2fsck sees the image: memory, too. */
static int image_fd(struct recovery *r, uint8_t **bytes) {
    static int fd = -1;
    static uint8_t *at;
    static size_t length;
    if (fd < 0) {
        fd = memfd_create("image", 0);
        length = r->bytes;
        if (fd < 0 || ftruncate(fd, (off_t)length))
            err(2, "memory");
        at = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (at == MAP_FAILED)
            err(2, "memory");
    }
    memcpy(at, r->image, length);
    *bytes = at;
    return fd;
}

/* What it ended with; and what it said, one line. */
static char told[500];
static int e2fsck(int fd, const char *options) {
    char path[40];
    int said[2], status;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (pipe(said))
        err(2, "pipe");
    posix_spawn_file_actions_t actions;
    char *const words[] = {(char[]){"e2fsck"}, (char *)(uintptr_t)options, path, NULL};
    pid_t pid;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, said[1], 1);
    posix_spawn_file_actions_adddup2(&actions, said[1], 2);
    posix_spawn_file_actions_addclose(&actions, said[0]);
    errno = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);
    if (errno)
        err(2, "e2fsck");
    posix_spawn_file_actions_destroy(&actions);
    close(said[1]);
    size_t n = 0;
    for (ssize_t got; (got = read(said[0], told + n, sizeof told - 1 - n)) > 0;)
        if ((n += (size_t)got) == sizeof told - 1)
            n = sizeof told / 2; /* the last words count */
    told[n] = '\0';
    for (size_t i = 0; i < n; i++)
        if (told[i] == '\n')
            told[i] = ';';
    close(said[0]);
    if (waitpid(pid, &status, 0) != pid)
        err(2, "e2fsck");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static long read_below(struct volume *v, unsigned long directory, const char *path,
                       struct tree *found, unsigned depth);

static long read_entry(struct volume *v, const struct file_entry *entry, const char *path,
                       struct tree *found, unsigned depth) {
    struct file_facts facts;
    char below[400];
    snprintf(below, sizeof below, "%s%.*s", path, (int)entry->name_bytes, entry->name);
    if (!depth && !strcmp(below, "0/lost+found"))
        return 0;
    long error = file_get_facts(v, entry->file, &facts);
    if (error)
        return error;
    if (facts.kind == FILE_DIRECTORY) {
        tree_add(found, below, true, 0);
        strcat(below, "/");
        return depth < DEPTH ? read_below(v, entry->file, below, found, depth + 1) : -E_TOO_LONG;
    }
    if (facts.bytes > v->bytes)
        return -E_DAMAGED;
    struct entry *e = tree_add(found, below, false, facts.bytes);
    long bytes = e->size ? file_read(v, entry->file, 0, e->bytes, e->size) : 0;
    return bytes < 0 ? bytes : bytes == (long)e->size ? 0 : -E_DAMAGED;
}

static long read_below(struct volume *v, unsigned long directory, const char *path,
                       struct tree *found, unsigned depth) {
    unsigned long cookie = 0;
    long error = 0;
    while (!error && !(error = file_entries(v, directory, cookie))) {
        const unsigned long words = v->call.count;
        uint32_t listed[FILE_LIST_WORDS]; /* other calls have others */
        memcpy(listed, v->call.listed, words * sizeof *listed);
        for (unsigned long at = 0; at < words && !error;) {
            const struct file_entry *e = (const void *)&listed[at];
            at += FILE_ENTRY_WORDS(e->name_bytes);
            cookie = e->cookie;
            error = read_entry(v, e, path, found, depth);
        }
    }
    return error == -E_NOT_FOUND ? 0 : error;
}

const char *recover_ext2(struct recovery *r, struct tree *found) {
    static struct volume v;
    uint8_t *bytes;
    int fd = image_fd(r, &bytes);
    int status = e2fsck(fd, r->torn ? "-fy" : "-fp");
    if (status != 0 && status != 1)
        return say("e2fsck %s ends with %d: %s", r->torn ? "-fy" : "-fp", status, told);
    if (status && (status = e2fsck(fd, "-fn")))
        return say("mended, e2fsck -fn ends with %d: %s", status, told);
    long error = disk_mount(&v, bytes, r->bytes, false);
    if (!error)
        error = read_below(&v, v.root, "0/", found, 0);
    disk_drop(&v);
    return error ? say("SPIN cannot read it: %s", error_sentence((int)error)) : NULL;
}
