/* SPDX-License-Identifier: MIT */
/* streams.c -- make the standard streams safe to use, and see that what was printed has arrived. */
#include "base/streams.h"
#include "base/die.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What a write to a stream or file may raise, and how we found it handled. */
static struct {
    int signal;
    void (*found)(int);
} raised[] = {{SIGPIPE, SIG_DFL}, {SIGXFSZ, SIG_DFL}};
enum { RAISED = sizeof raised / sizeof raised[0] };

static int lost; /* why streams_print failed: stdio keeps nothing of a long text, nor the reason */

/* A read gives the end. Standard output is opened for reading only, so that a write to it fails. */
static void occupy(int stream) {
    int flags = stream == STDOUT_FILENO ? O_RDONLY : O_RDWR;
    if (fcntl(stream, F_GETFD) >= 0 || errno != EBADF)
        return;
    if (open("/dev/null", flags) != stream) /* the lowest that is free, for those below are open */
        _exit(EXIT_FAILURE);                /* and nobody to tell */
}

/* Sees that all of standard output has arrived, whatever way the process ends. */
static void close_output(int status, void *nothing) {
    (void)nothing;
    errno = 0;
    if (!ferror(stdout) && !fflush(stdout))
        return;
    fflush(stdout); /* again, for the reason of an earlier failure */
    if (!errno)
        errno = lost;
    if (errno == EPIPE) {
        streams_child();
        raise(SIGPIPE); /* the end, unless the caller wants it ignored */
    }
    int failed = warn_write("standard output");
    if (!status)
        _exit(failed);
}

void streams_begin(void) {
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        occupy(stream);
    for (int i = 0; i < RAISED; i++)
        raised[i].found = signal(raised[i].signal, SIG_IGN);
    on_exit(close_output, NULL);
}

void streams_child(void) {
    for (int i = 0; i < RAISED; i++)
        signal(raised[i].signal, raised[i].found);
}

void streams_print(const char *text) {
    errno = 0;
    if (fputs(text, stdout) == EOF && !lost)
        lost = errno;
}
