/* SPDX-License-Identifier: MIT */
/* Data that came before what is missing: which they are, a few pieces, ascending and not
 * touching. */
#include "tcp_own.h"

bool tcp_gap_add(struct tcp *t NEVER_NULL, uint32_t from, uint32_t to) {
    UNLESS_THERE(t, false);
    uint32_t i = 0;
    while (tcp_is_gap(t, i) && before(t->gap[i].to, from))
        i++;
    uint32_t next = i;
    for (; tcp_is_gap(t, next) && !before(to, t->gap[next].from); next++) {
        if (before(t->gap[next].from, from))
            from = t->gap[next].from;
        if (before(to, t->gap[next].to))
            to = t->gap[next].to;
    }
    if (next == i) {
        if (tcp_is_gap(t, TCP_GAPS - 1))
            return false;
        for (uint32_t j = TCP_GAPS - 1; j > i; j--)
            t->gap[j] = t->gap[j - 1];
    } else {
        for (uint32_t j = i + 1; j < TCP_GAPS; j++, next++)
            t->gap[j] = tcp_is_gap(t, next) ? t->gap[next] : (struct tcp_gap){0, 0};
    }
    t->gap[i] = (struct tcp_gap){from, to};
    return true;
}

void tcp_gaps_close(struct tcp *t NEVER_NULL) {
    UNLESS_THERE(t, );
    while (tcp_is_gap(t, 0) && !before(t->rcv_nxt, t->gap[0].from)) {
        if (before(t->rcv_nxt, t->gap[0].to))
            t->rcv_nxt = t->gap[0].to;
        for (uint32_t j = 0; j + 1 < TCP_GAPS; j++)
            t->gap[j] = t->gap[j + 1];
        t->gap[TCP_GAPS - 1] = (struct tcp_gap){0, 0};
    }
}

bool tcp_gap_beyond(const struct tcp *t NEVER_NULL, uint32_t seq) {
    UNLESS_THERE(t, false);
    bool found = false;
    for (uint32_t i = 0; tcp_is_gap(t, i); i++)
        found = before(seq, t->gap[i].to);
    return found;
}
