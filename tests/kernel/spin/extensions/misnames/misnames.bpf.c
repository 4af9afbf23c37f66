/* SPDX-License-Identifier: MIT */
/* misnames.bpf.c -- hostile directories: one that is listed without end and whose names lead to
 * themselves; answers that are of another type, or none; one that fails. */
#include "lib/error.h"
#include "spin/extend.h"
#include "spin/services/console.h"
#include "spin/services/name_calls.h"

enum { ENDLESS, OTHER_TYPE, NO_ANSWER, FAILS };

INITIALISE long begin(void) {
    char path[] = "/svc/misnames0";
    int error = 0;
    for (unsigned i = 0; i < 4 && !error; i++) {
        path[sizeof path - 2] = (char)('0' + i);
        error = directory_make(path, sizeof path - 1, i);
    }
    return error;
}

HANDLER(directory_list) int list(struct directory_view *view, unsigned number) {
    view->name[0] = number == OTHER_TYPE ? '/' : 'x'; /* no name has a slash */
    view->name[1] = '\0';
    if (number != NO_ANSWER) /* whose cookie does not ascend */
        view->cookie++;
    return number == FAILS ? console_key('!') : 0;
}

HANDLER(directory_find) int find(struct directory_view *view, unsigned number) {
    static const char itself[] = "x/y", device[] = "/devices/serial";
    if (number == ENDLESS)
        for (unsigned i = 0; i < sizeof itself; i++)
            view->path[i] = itself[i];
    if (number == OTHER_TYPE)
        for (unsigned i = 0; i < sizeof device; i++)
            view->path[i] = device[i];
    if (number == NO_ANSWER) /* a text without an end, or none, or an error that is none */
        for (unsigned i = 0; i < sizeof view->path; i++)
            view->path[i] = view->name[0] == 'e' ? '\0' : 'p';
    if (number == FAILS)
        return console_key('!');
    return view->name[0] == 'w' ? 17 : 0;
}
