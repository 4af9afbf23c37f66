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

/* Adds [from, to) to the runs, which are ascending and do not touch. */
static enum ip_piece add(struct ip_whole *w, uint32_t from, uint32_t to) {
    uint32_t i = 0;
    while (i < w->runs && w->run[i].to < from)
        i++;
    if (i < w->runs && w->run[i].from <= from && to <= w->run[i].to)
        return IP_DROP;
    bool joins = i < w->runs && w->run[i].to == from;
    uint32_t next = i + joins;
    if (DEFENDED(IP_OVERLAP) && next < w->runs && w->run[next].from < to)
        return give_up(w);
    bool meets = next < w->runs && w->run[next].from == to;
    if (joins && meets) {
        w->run[i].to = w->run[next].to;
        w->runs--;
        for (uint32_t j = next; j < w->runs; j++)
            w->run[j] = w->run[j + 1];
    } else if (joins) {
        w->run[i].to = to;
    } else if (meets) {
        w->run[i].from = from;
    } else {
        if (w->runs == IP_RUNS)
            return IP_DROP;
        for (uint32_t j = w->runs; j > i; j--)
            w->run[j] = w->run[j - 1];
        w->run[i].from = from;
        w->run[i].to = to;
        w->runs++;
    }
    return IP_STORE;
}

enum ip_piece ip_whole_add(struct ip_whole *w, const struct ip_header *h) {
    uint32_t from = h->offset, to = from + h->length - h->header;
    uint32_t end = w->runs ? w->run[w->runs - 1].to : 0;
    if (w->bytes ? to > w->bytes || (!h->more && to != w->bytes) : !h->more && to < end)
        return give_up(w);
    if (from == to)
        return give_up(w);
    enum ip_piece did = add(w, from, to);
    if (did != IP_STORE)
        return did;
    if (!h->more)
        w->bytes = to;
    if (!w->bytes || w->runs != 1 || w->run[0].from || w->run[0].to != w->bytes)
        return IP_STORE;
    w->until = 0;
    return IP_DONE;
}
