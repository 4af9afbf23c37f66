/* SPDX-License-Identifier: MIT */
/* loaded.bpf.c -- a directory: in /svc/loaded every extension has its number as a name, which leads
 * to its domain (as /proc has processes in Plan 9). */
#include "lib/error.h"
#include "spin/extend.h"
#include "spin/services/name_calls.h"

INITIALISE long begin(void) {
    char path[] = "/svc/loaded";
    return directory_make(path, sizeof path - 1, 0);
}

#define DIGITS_MAX 10

HANDLER(directory_list) int list(struct directory_view *view, unsigned number) {
    unsigned long digits = 1, n;
    (void)number;
    view->cookie = n = extension_after(view->cookie, view->name, sizeof view->name);
    if (!n)
        return -E_NOT_FOUND;
    for (unsigned long rest = n; rest > 9 && digits < DIGITS_MAX; rest /= 10)
        digits++;
    for (unsigned i = 0; i < DIGITS_MAX; i++, n /= 10)
        if (i < digits)
            view->name[digits - 1 - i] = (char)('0' + n % 10);
    view->name[digits] = '\0';
    return 0;
}

HANDLER(directory_find) int find(struct directory_view *view, unsigned number) {
    static const char domains[] = "/svc/domains/";
    unsigned long n = 0, i = 0;
    (void)number;
    for (; i < DIGITS_MAX && view->name[i] >= '0' && view->name[i] <= '9'; i++)
        n = 10 * n + (unsigned long)(view->name[i] - '0');
    if (!n || view->name[i])
        return -E_NOT_FOUND;
    for (i = 0; i < sizeof domains - 1; i++)
        view->path[i] = domains[i];
    return extension_after(n - 1, view->path + i, sizeof view->path - sizeof domains) == n
               ? 0
               : -E_NOT_FOUND;
}
