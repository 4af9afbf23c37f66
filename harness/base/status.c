/* SPDX-License-Identifier: MIT */
/* status.c -- the exit statuses as a table, made from status.h's list. */
#include "base/status.h"
#include "base/assert.h"

static const struct status_entry entries[] = {
#define STATUS_ENTRY(id, number, name, sentence, mend) {number, name, sentence, mend},
    STATUSES(STATUS_ENTRY)
#undef STATUS_ENTRY
};

const struct status_entry *status_list(int *count) {
    *count = (int)(sizeof entries / sizeof entries[0]);
    return entries;
}

const struct status_entry *status_find(int number) {
    static const struct status_entry signal = {STATUS_SIGNAL, "ended by a signal",
                                               "a signal ended the command before it was done",
                                               "what was measured before is kept"};
    static const struct status_entry unknown = {-1, "unknown", "no such status",
                                                "`exospin help exit` lists them"};
    for (unsigned i = 0; i < sizeof entries / sizeof entries[0]; i++)
        if (entries[i].number == number)
            return &entries[i];
    return number > STATUS_SIGNAL ? &signal : &unknown;
}

int status_worst(int a, int b) {
    assert_that(a >= 0 && b >= 0);
    if (!a || !b)
        return a ? a : b;
    return a < b ? a : b;
}
