/* SPDX-License-Identifier: MIT */
/* build_lock.c -- take build/lock, or wait for its holder. */
#include "guest/build_lock.h"
#include "base/scope.h"
#include "base/beneath.h"
#include "base/die.h"
#include "base/interrupt.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* How often a lock that another has is tried, in microseconds. */
enum { TRY_EVERY_US = 100000 };

/* What another process wrote or was called by, its words parted by NULs: in one line, and not
 * endless. Whoever prints it tames the rest (text_print). */
static void join_words(char *text, size_t length) {
    enum { LONGEST = 200 };
    for (size_t i = 0; i < length; i++)
        if (!text[i] || text[i] == '\n')
            text[i] = ' ';
    while (length && text[length - 1] == ' ')
        length--;
    text[length < LONGEST ? length : LONGEST] = '\0';
}

/* "process 4711, exospin run syscall": this process, as a new string. */
static char *self(void) {
    size_t length = 0;
    scoped_text char *words = text_read("/proc/self/cmdline", &length);
    if (words)
        join_words(words, length);
    return text_format("process %d, %s", (int)getpid(), words ? words : "exospin");
}

/* The holder of the lock at PATH; a new string. */
static char *holder(const char *path) {
    size_t length = 0;
    char *text = text_read(path, &length);
    if (text)
        join_words(text, length);
    if (text && *text)
        return text;
    free(text);
    return text_copy("another exospin"); /* it has not written its name yet */
}

/* Opens the lock file; a user who may not write it may still lock it. */
static int open_lock(const char *path) {
    int lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    return lock < 0 && errno == EACCES ? open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
                                       : lock;
}

static void sign(int lock) {
    scoped_text char *name = self();
    if (!ftruncate(lock, 0)) /* a lock without a name is as good a lock */
        dprintf(lock, "%s\n", name);
}

/* Waits until LOCK, the file at PATH, is ours. */
static int wait_for(int lock, const char *path, bool *told, struct failure *why) {
    while (flock(lock, LOCK_EX | LOCK_NB) && (errno == EWOULDBLOCK || errno == EINTR)) {
        if (interrupted())
            return failure_set(why, STATUS_SIGNAL + interrupted(),
                               "interrupted while another exospin built");
        scoped_text char *who = holder(path);
        if (!*told)
            warn("waiting for %s, which builds in this tree", who);
        *told = true;
        usleep(TRY_EVERY_US);
    }
    return 0;
}

int build_lock(int *lock, struct failure *why) {
    scoped_text char *folder = tree_path("build"), *path = tree_path("build/lock");
    bool told = false;
    int status = 0;
    mkdir(folder, 0777);
    while ((*lock = open_lock(path)) >= 0 && !(status = wait_for(*lock, path, &told, why)) &&
           !beneath_is(*lock, path) /* `make clean` may have removed it */)
        close(*lock);
    if (status) {
        close(*lock);
        *lock = -1;
    }
    if (*lock >= 0)
        sign(*lock);
    return status;
}

void build_unlock(int lock) {
    if (lock < 0)
        return;
    if (ftruncate(lock, 0))
        errno = 0; /* the name stays; the lock does not */
    close(lock);
}
