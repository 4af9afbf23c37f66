/* SPDX-License-Identifier: MIT */
/* progress.c -- one line that changes, or plain lines. */
#include "run/progress.h"
#include "base/scope.h"
#include "guest/guest.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Whether standard error is a terminal that can rub out a line: one without a name, or called dumb,
 * shows escape sequences as they are. */
static bool can_rub_out(void) {
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

void progress_begin(struct progress *p, bool quiet) {
    *p = (struct progress){.style = quiet           ? PROGRESS_QUIET
                                    : can_rub_out() ? PROGRESS_TERMINAL
                                                    : PROGRESS_PLAIN,
                           .started = guest_now()};
}

void progress_end(struct progress *p) {
    if (p->style == PROGRESS_TERMINAL)
        fputs("\r\033[K", stderr);
}

void progress_note(struct progress *p, const char *format, ...) {
    if (p->style == PROGRESS_QUIET)
        return;
    progress_end(p);
    va_list arguments;
    va_start(arguments, format);
    text_vprint(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

static int columns(void) {
    struct winsize size;
    return !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col : 80;
}

void progress_show(struct progress *p, const char *now, double done) {
    double moment = guest_now(), spent = moment - p->started;
    if (p->style != PROGRESS_TERMINAL || moment - p->shown < 0.1)
        return;
    p->shown = moment;
    char left[48] = "";
    if (done > 0.02)
        snprintf(left, sizeof left, ", about %.0f s left", spent * (1 - done) / done);
    scoped_text char *line = text_format("%3.0f %% %.0f s%s  %s", 100 * done, spent, left, now);
    fprintf(stderr, "\r%.*s\033[K", columns() - 1, line);
    fflush(stderr);
}
