/* SPDX-License-Identifier: MIT */
/* A packet is put together of its pieces, in any order. Pieces that overlap are an attack, or a
 * fault: the whole packet is given up (RFC 5722 for IPv6, here as well); one that came before is
 * dropped by itself. */
#include "ip.h"
#include "rules.h"

static bool is_of(const struct ip_whole *w, const struct ip_header *h) {
    return w->source == h->source && w->target == h->target && w->id == h->id &&
           w->protocol == h->protocol;
}

uint32_t ip_whole_of(struct ip_whole *w, uint32_t count, const struct ip_header *h, uint64_t now,
                     bool *fresh) {
    uint32_t oldest = 0;
    *fresh = false;
    for (uint32_t i = 0; i < count; i++) {
        if (w[i].until <= now)
            w[i].until = 0;
        else if (is_of(&w[i], h))
            return i;
        if (w[i].until < w[oldest].until)
            oldest = i;
    }
    *fresh = true;
    w[oldest] = (struct ip_whole){
        .source = h->source,
        .target = h->target,
        .id = h->id,
        .protocol = h->protocol,
        .until = now + IP_WHOLE_FOR,
    };
    return oldest;
}

static enum ip_piece give_up(struct ip_whole *w) {
    w->until = 0;
    return IP_DROP;
}

/* The i-th run: whatever the number, it is in the table, as who proves this wants to see. */
static inline struct ip_run *run_at(struct ip_whole *w, uint32_t i) {
    return &w->run[i % IP_RUNS];
}

APART uint32_t ip_run_find(struct ip_whole *w NEVER_NULL, uint32_t from);
APART void ip_run_open(struct ip_whole *w NEVER_NULL, uint32_t i);
APART void ip_run_close(struct ip_whole *w NEVER_NULL, uint32_t i);

/* The first run that does not end before `from`, or the number of runs. */
uint32_t ip_run_find(struct ip_whole *w NEVER_NULL, uint32_t from) {
    uint32_t i = 0;
    while (i < IP_RUNS && i < w->runs && w->run[i].to < from)
        i++;
    return i;
}

/* A place for one more before the i-th. */
void ip_run_open(struct ip_whole *w NEVER_NULL, uint32_t i) {
    for (uint32_t j = IP_RUNS - 1; j > 0; j--)
        if (j > i)
            w->run[j] = w->run[j - 1];
    w->runs++;
}

/* The i-th is none any more. */
void ip_run_close(struct ip_whole *w NEVER_NULL, uint32_t i) {
    for (uint32_t j = 0; j < IP_RUNS - 1; j++)
        if (j >= i)
            w->run[j] = w->run[j + 1];
    w->runs--;
}

/* Adds [from, to) to the runs, which are ascending and do not touch. */
APART enum ip_piece ip_run_add(struct ip_whole *w NEVER_NULL, uint32_t from, uint32_t to) {
    const uint32_t i = ip_run_find(w, from), runs = w->runs;
    if (i < runs && run_at(w, i)->from <= from && to <= run_at(w, i)->to)
        return IP_DROP;
    const bool joins = i < runs && run_at(w, i)->to == from;
    const uint32_t next = i + joins;
    if (DEFENDED(IP_OVERLAP) && next < runs && run_at(w, next)->from < to)
        return give_up(w);
    const bool meets = next < runs && run_at(w, next)->from == to;
    if (joins && meets) {
        run_at(w, i)->to = run_at(w, next)->to;
        ip_run_close(w, next);
    } else if (joins) {
        run_at(w, i)->to = to;
    } else if (meets) {
        run_at(w, i)->from = from;
    } else {
        if (runs == IP_RUNS)
            return IP_DROP;
        ip_run_open(w, i);
        *run_at(w, i) = (struct ip_run){from, to};
    }
    return IP_STORE;
}

APART enum ip_piece ip_whole_add(struct ip_whole *w NEVER_NULL,
                                 const struct ip_header *h NEVER_NULL) {
    uint32_t from = h->offset, to = from + h->length - h->header;
    uint32_t end = w->runs ? run_at(w, w->runs - 1u)->to : 0;
    if (w->bytes ? to > w->bytes || (!h->more && to != w->bytes) : !h->more && to < end)
        return give_up(w);
    if (from == to)
        return give_up(w);
    enum ip_piece did = ip_run_add(w, from, to);
    if (did != IP_STORE)
        return did;
    if (!h->more)
        w->bytes = to;
    if (!w->bytes || w->runs != 1 || run_at(w, 0)->from || run_at(w, 0)->to != w->bytes)
        return IP_STORE;
    w->until = 0;
    return IP_DONE;
}
