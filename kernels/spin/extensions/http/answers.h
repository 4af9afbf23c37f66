/* SPDX-License-Identifier: MIT */
/* answers.h -- connections, and answers that are under way. There are so many of both at most: who
 * has had one for longest makes place, so that who reads slowly, or nothing, keeps nobody out. */
#ifndef SPIN_EXTENSIONS_HTTP_ANSWERS_H
#define SPIN_EXTENSIONS_HTTP_ANSWERS_H

#include "cache.h"
#include "spin/services/stream/stream.h"

#define NO_PLACE 8 /* places that are looked at for a free one */

/* An answer that is under way, of a connection. */
static struct answer {
    unsigned long number; /* 0: nobody has the place */
    unsigned long reader; /* plus 1; 0: no file is open */
    unsigned long id, at, left, changed, since;
    unsigned char keeps, ended, waits; /* waits: for room */
} answers[HTTP_CONNECTIONS];

static unsigned long hand;

APART unsigned long http_let_go(unsigned long place) {
    struct answer *a = &answers[within(place, HTTP_CONNECTIONS - 1)];
    if (a->reader)
        reader_close(a->reader - 1);
    a->reader = 0;
    a->left = 0;
    a->number = 0;
    return 0;
}

/* A free place among the next ones; else who has had one for long loses it. */
APART unsigned long http_take_place(unsigned long number) {
    unsigned long place = hand;
    for (unsigned i = 0; i < NO_PLACE && answers[within(place, HTTP_CONNECTIONS - 1)].number; i++)
        place++;
    place = within(place, HTTP_CONNECTIONS - 1);
    struct answer *a = &answers[place];
    if (a->number) {
        stream_abort(a->number);
        http_let_go(place);
    }
    a->number = number;
    a->ended = a->waits = 0;
    a->keeps = 1;
    hand = place + 1;
    return place;
}

/* Of the answers that have a file open the oldest is broken off; 0: there is none. */
static volatile unsigned long longest, longest_since;

APART unsigned long http_break_oldest(void) {
    longest = longest_since = -1ul;
    for (unsigned long i = 0; i < HTTP_CONNECTIONS; i++)
        if (answers[i].reader && answers[i].since < longest_since) {
            longest_since = answers[i].since;
            longest = i;
        }
    const unsigned long place = longest;
    if (place >= HTTP_CONNECTIONS)
        return 0;
    stream_abort(answers[place].number);
    http_let_go(place);
    return 1;
}

#endif
