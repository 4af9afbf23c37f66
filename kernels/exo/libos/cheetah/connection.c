/* SPDX-License-Identifier: MIT */
/* connection.c -- the table of connections: who is in it, for how long, and who makes place. */
#include "exo/libos/cheetah/cheetah_own.h"

static uint32_t bucket_of(uint32_t peer, uint16_t port) {
    return ((peer ^ (uint32_t)port << 16 ^ port) * 0x9e3779b1u) >> 22;
}
_Static_assert(BUCKETS == 1u << (32 - 22), "as many as the hash has bits");

uint32_t connection_find(const struct cheetah *c, uint32_t peer, uint16_t port) {
    uint32_t n = c->bucket[bucket_of(peer, port)];
    while (n && (c->connection[n].peer != peer || c->connection[n].tcp.target != port))
        n = c->connection[n].next;
    return n;
}

/* --- Who makes place --- */

static bool only_waits(const struct connection *k, bool half) {
    if (half)
        return k->half;
    return k->half || k->tcp.state == TCP_TIME_WAIT || (!k->answers && !k->requested);
}

/* The oldest one that only waits is gone; false: there is none. */
static bool displace(struct cheetah *c, bool half) {
    uint32_t n = c->ages.oldest;
    while (n && !only_waits(&c->connection[n], half))
        n = c->connection[n].newer;
    if (!n)
        return false;
    c->counts.displaced++;
    if (c->connection[n].half)
        connection_free(c, n); /* it may be nobody's: he is told nothing */
    else
        connection_abort(c, n);
    return true;
}

uint32_t connection_new(struct cheetah *c, uint32_t peer, uint16_t port) {
    const uint32_t half_most = c->setup.connections / 4 + 1;
    if (c->half >= half_most && DEFENDED(CHEETAH_HALF_OPEN) && !displace(c, true))
        return 0;
    if (!c->free && (!DEFENDED(CHEETAH_DISPLACE) || !displace(c, false)))
        return 0;
    uint32_t n = c->free, *head = &c->bucket[bucket_of(peer, port)];
    struct connection *k = &c->connection[n];
    c->free = k->next;
    *k = (struct connection){.used = true, .half = true, .peer = peer, .next = *head};
    k->tcp.target = port;
    *head = n;
    c->open++;
    c->half++;
    connection_age_in(&c->ages, c->connection, n);
    return n;
}

void connection_touch(struct cheetah *c, uint32_t n) {
    if (c->ages.newest == n)
        return;
    connection_age_out(&c->ages, c->connection, n);
    connection_age_in(&c->ages, c->connection, n);
}

void connection_due(struct cheetah *c, uint32_t n) {
    struct connection *k = &c->connection[n];
    if (k->due)
        return;
    k->due = true;
    k->due_next = 0;
    *(c->due ? &c->connection[c->due_last].due_next : &c->due) = n;
    c->due_last = n;
}

/* --- Its end --- */

uint8_t *page_take(struct cheetah *c) {
    uint8_t *page = c->page;
    if (page)
        memcpy(&c->page, page, sizeof page);
    return page;
}

void page_give(struct cheetah *c, uint8_t *page) {
    memcpy(page, &c->page, sizeof page);
    c->page = page;
}

static void answer_end(struct cheetah *c, struct connection *k) {
    if (k->answer[0].own_page)
        page_give(c, (uint8_t *)k->answer[0].head);
    k->answer[0] = k->answer[1];
    k->answers--;
}

static void not_due(struct cheetah *c, uint32_t n) {
    uint32_t *link = &c->due, before = 0;
    while (*link != n) {
        before = *link;
        link = &c->connection[before].due_next;
    }
    *link = c->connection[n].due_next;
    if (c->due_last == n)
        c->due_last = before;
}

void connection_free(struct cheetah *c, uint32_t n) {
    struct connection *k = &c->connection[n];
    uint32_t *link = &c->bucket[bucket_of(k->peer, k->tcp.target)];
    while (*link != n)
        link = &c->connection[*link].next;
    *link = k->next;
    if (k->due)
        not_due(c, n);
    while (k->answers)
        answer_end(c, k);
    if (k->request)
        page_give(c, k->request);
    connection_age_out(&c->ages, c->connection, n);
    c->half -= k->half;
    c->open--;
    k->used = false;
    k->next = c->free;
    c->free = n;
}

void connection_abort(struct cheetah *c, uint32_t n) {
    struct connection *k = &c->connection[n];
    struct tcp_segment reset;
    if (tcp_abort(&k->tcp, &reset))
        output_alone(c, &reset, &k->path);
    connection_free(c, n);
}

/* --- What happens to it --- */

void connection_opened(struct cheetah *c, struct connection *k) {
    c->counts.opened++;
    c->half -= k->half;
    k->half = false;
}

void connection_acked(struct cheetah *c, struct connection *k, uint32_t bytes, uint64_t now) {
    /* Who takes his bytes more slowly than CHEETAH_RATE uses up our patience. */
    uint64_t until = k->until + bytes * (1000000000ull / CHEETAH_RATE);
    k->until = until < now + CHEETAH_PATIENCE ? until : now + CHEETAH_PATIENCE;
    k->acked += bytes;
    while (k->answers && k->acked >= k->answer[0].head_bytes + k->answer[0].count) {
        k->acked -= k->answer[0].head_bytes + k->answer[0].count;
        answer_end(c, k);
    }
    if (!k->answers)
        k->until = now + CHEETAH_PATIENCE;
}

/* The peer is slow, or has nothing to ask. */
static void lose_patience(struct cheetah *c, uint32_t n, uint64_t now) {
    struct connection *k = &c->connection[n];
    if (k->answers || k->requested || k->ends) {
        c->counts.slow++;
        connection_abort(c, n);
        return;
    }
    k->ends = true;
    k->until = now + CHEETAH_PATIENCE;
    tcp_close(&k->tcp);
    connection_due(c, n);
}

static void look(struct cheetah *c, uint32_t n, uint64_t now) {
    struct connection *k = &c->connection[n];
    struct tcp_event e = {0};
    if (tcp_deadline(&k->tcp) <= now) {
        tcp_timer(&k->tcp, now, &e);
        if (k->tcp.state == TCP_CLOSED) {
            connection_free(c, n);
            return;
        }
        connection_due(c, n);
    }
    if (k->until <= now && k->tcp.state != TCP_TIME_WAIT && DEFENDED(CHEETAH_PATIENCE_ENDS))
        lose_patience(c, n, now);
}

void connections_look(struct cheetah *c, uint64_t now) {
    if (now < c->deadline)
        return;
    for (uint32_t n = c->ages.oldest, newer; n; n = newer) {
        newer = c->connection[n].newer;
        look(c, n, now);
    }
    c->deadline = UINT64_MAX;
    for (uint32_t n = c->ages.oldest; n; n = c->connection[n].newer)
        connection_timed(c, &c->connection[n]);
}
