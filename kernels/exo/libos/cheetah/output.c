/* SPDX-License-Identifier: MIT */
/* output.c -- segments of connections, as pieces of what answers are made of. Only headers are
 * written. */
#include "exo/libos/cheetah/cheetah_own.h"
#include "protocol/tcp/tcp_next.h"

/* A frame that is being put together: its headers are the first piece. */
struct frame {
    struct link_part piece[CHEETAH_PIECES];
    uint32_t pieces, bytes; /* of data */
    uint64_t sum;
};

static void add(struct frame *f, const void *at, uint32_t bytes, uint64_t sum) {
    f->sum = sum_join(f->sum, f->bytes % 2 ? sum_odd(sum) : sum);
    f->piece[f->pieces++] = (struct link_part){at, bytes};
    f->bytes += bytes;
}

/* Up to `bytes` of an answer from there on. False: the file cannot be read. */
static bool add_answer(struct cheetah *c, const struct answer *a, uint64_t at, uint32_t bytes,
                       struct frame *f) {
    const uint32_t before = f->bytes;
    if (at < a->head_bytes) {
        const uint32_t left = a->head_bytes - (uint32_t)at, part = bytes < left ? bytes : left;
        add(f, a->head + at, part, sum_bytes(a->head + at, part));
    }
    uint64_t from = a->from + at + (f->bytes - before) - a->head_bytes, end = a->from + a->count;
    while (f->bytes - before < bytes && from < end) {
        const uint64_t left = end - from, wanted = bytes - (f->bytes - before);
        const uint8_t *where;
        uint64_t sum;
        long part =
            stretch_bytes(c, &a->of, from, (uint32_t)(wanted < left ? wanted : left), &where, &sum);
        if (part < 0)
            return false;
        add(f, where, (uint32_t)part, sum);
        c->counts.file_bytes += (uint64_t)part;
        from += (uint64_t)part;
    }
    return true;
}

/* The bytes of a connection's stream from there on. */
static bool add_stream(struct cheetah *c, const struct connection *k, uint64_t at, uint32_t bytes,
                       struct frame *f) {
    for (unsigned i = 0; i < k->answers && f->bytes < bytes; i++) {
        const uint64_t all = k->answer[i].head_bytes + k->answer[i].count;
        if (at < all && !add_answer(c, &k->answer[i], at, bytes - f->bytes, f))
            return false;
        at = at < all ? 0 : at - all;
    }
    return f->bytes == bytes;
}

static void empty(struct frame *f) {
    f->pieces = 1;
    f->bytes = 0;
    f->sum = 0;
}

/* The same of whole grains of a file, if they are at hand. False: not all are. */
static bool add_known(struct cheetah *c, const struct version *of, uint64_t from, uint32_t bytes,
                      struct frame *f) {
    for (uint32_t left = bytes, part; left; left -= part, from += part) {
        const uint32_t in = (uint32_t)from % STORE_BLOCK, first = in / CHEETAH_GRAIN;
        const uint16_t *sum;
        const uint8_t *data = stretch_known(c, of, (uint32_t)(from / STORE_BLOCK), &sum);
        if (!data)
            return false;
        part = left < STORE_BLOCK - in ? left : STORE_BLOCK - in;
        f->sum += sum[(in + part) / CHEETAH_GRAIN - 1];
        f->sum += first ? (uint16_t)~sum[first - 1] : 0;
        f->piece[f->pieces++] = (struct link_part){data + in, part};
    }
    c->counts.file_bytes += bytes;
    return true;
}

/* add_stream; where blocks had to come for it, others of the frame may have left: then each is
 * held, until it was sent. */
static bool gather(struct cheetah *c, const struct connection *k, uint64_t at, uint32_t bytes,
                   struct frame *f) {
    c->came = false;
    if (!add_stream(c, k, at, bytes, f))
        return false;
    if (!c->came)
        return true;
    empty(f);
    c->holding = true;
    const bool all = add_stream(c, k, at, bytes, f);
    c->holding = false;
    return all;
}

static void let_go(struct cheetah *c) {
    while (c->holds)
        store_put(c->setup.fs->store, c->held[--c->holds]);
}

/* --- Headers --- */

void path_make(const struct cheetah *c, struct path *p, uint32_t peer,
               const struct ether_address *ether) {
    const struct ip_header ip = {
        .source = c->setup.ip, .target = peer, .whole = true, .ttl = IP_TTL, .protocol = IP_TCP};
    ether_put(p->head, ether, &c->setup.ether, ETHER_IP);
    ip_put(p->head + ETHER_HEADER, &ip);
    p->pseudo = sum_pseudo(c->setup.ip, peer, IP_TCP, 0);
}

static void put_headers(struct frame *f, const struct tcp_segment *s, const struct path *path) {
    uint8_t *head = (uint8_t *)f->piece[0].at, *ip = head + ETHER_HEADER, *tcp = head + TCP_AT;
    memcpy(head, path->head, sizeof path->head);
    const uint32_t header = tcp_put(tcp, s), length = header + f->bytes;
    const uint16_t said = (uint16_t)~wire_load16(ip + 10);
    wire_put16(ip + 2, IP_HEADER + length);
    sum_put(ip + 10, sum_end((uint64_t)said + wire_load16(ip + 2)));
    uint64_t sum = path->pseudo + wire_swap16(length);
    for (uint32_t at = 0; at < header; at += 4)
        sum += wire_load32(tcp + at);
    sum_put(tcp + 16, sum_end(sum_join(f->sum, sum)));
    f->piece[0].bytes = TCP_AT + header;
}

static void send(struct cheetah *c, struct frame *f) {
    struct link_part *first = &f->piece[0];
    if (f->pieces == 1 && first->bytes < ETHER_LEAST) {
        memset((uint8_t *)first->at + first->bytes, 0, ETHER_LEAST - first->bytes);
        first->bytes = ETHER_LEAST;
    }
    c->setup.wire->send(c->setup.wire, f->piece, f->pieces);
    c->counts.frames_out++;
}

void output_alone(struct cheetah *c, const struct tcp_segment *s, const struct path *path) {
    struct frame f = {.pieces = 1};
    f.piece[0].at = c->setup.wire->head(c->setup.wire);
    if (!f.piece[0].at)
        return;
    put_headers(&f, s, path);
    send(c, &f);
    c->setup.wire->go(c->setup.wire);
}

/* The headers of a whole segment, for those that follow it: all but its number and its sum, and the
 * sum of what there is. */
struct like {
    uint8_t head[TCP_AT + TCP_TIMED_HEADER];
    uint64_t sum;
};

static void like_make(struct like *l, const struct frame *f, const struct path *path) {
    uint8_t *tcp = l->head + TCP_AT;
    memcpy(l->head, f->piece[0].at, sizeof l->head);
    memset(tcp + 4, 0, 4);
    sum_put(tcp + 16, 0);
    l->sum = sum_join(path->pseudo + wire_swap16(TCP_TIMED_HEADER + f->bytes),
                      sum_bytes(tcp, TCP_TIMED_HEADER));
}

static void like_put(const struct like *l, struct frame *f, uint32_t seq) {
    uint8_t *head = (uint8_t *)f->piece[0].at, *tcp = head + TCP_AT;
    memcpy(head, l->head, sizeof l->head);
    wire_put32(tcp + 4, seq);
    sum_put(tcp + 16, sum_end(sum_join(sum_join(l->sum, wire_swap32(seq)), f->sum)));
    f->piece[0].bytes = sizeof l->head;
}

/* --- A connection --- */

/* Whether the files that a connection is sent are still of the versions that were asked for. */
static bool same_files(struct cheetah *c, const struct connection *k) {
    for (unsigned i = 0; i < k->answers; i++) {
        const struct version *of = &k->answer[i].of;
        struct version v;
        if (k->answer[i].count && !(version_now(c, of->id, &v) && version_same(&v, of))) {
            c->counts.changed++;
            return !DEFENDED(CHEETAH_VERSION);
        }
    }
    return true;
}

/* Behind a segment, whose data begin there, all whole ones that may follow it, as one train: of one
 * file, and as far as its bytes are at hand, for a block that comes could take the place of one
 * that the device has not read yet. */
static void train(struct cheetah *c, struct connection *k, struct frame *f, struct tcp_segment *s,
                  uint64_t at) {
    const struct answer *a = &k->answer[0];
    const uint64_t before = at + s->length, end = a->head_bytes + a->count;
    uint64_t from = a->from + before - a->head_bytes, most = c->frames_most - c->counts.frames_out;
    if (!s->length || !k->answers || before < a->head_bytes || before >= end ||
        (from | s->length) % CHEETAH_GRAIN)
        return;
    most = (end - before) / s->length < most ? (end - before) / s->length : most;
    struct like like;
    uint32_t count = tcp_output_train(&k->tcp, s, (uint32_t)most);
    if (count)
        like_make(&like, f, &k->path);
    for (; count; count--, from += s->length) {
        s->seq += s->length;
        empty(f);
        f->piece[0].at = c->setup.wire->head(c->setup.wire);
        if (!f->piece[0].at || !add_known(c, &a->of, from, s->length, f)) {
            tcp_output_undo(&k->tcp, s);
            return;
        }
        like_put(&like, f, s->seq);
        send(c, f);
    }
}

bool output(struct cheetah *c, uint32_t n, uint64_t now) {
    struct connection *k = &c->connection[n];
    bool looked = false;
    c->hand_of = NULL;
    for (;;) {
        struct tcp_segment s;
        struct frame f;
        uint32_t at;
        empty(&f);
        f.piece[0].at = c->setup.wire->head(c->setup.wire);
        if (!f.piece[0].at || c->counts.frames_out >= c->frames_most)
            return false;
        if (!tcp_output(&k->tcp, now, &s, &at))
            return true;
        looked = looked || (s.length && same_files(c, k));
        if (s.length && (!looked || !gather(c, k, k->acked + at, s.length, &f))) {
            let_go(c);
            connection_abort(c, n);
            return true;
        }
        put_headers(&f, &s, &k->path);
        send(c, &f);
        train(c, k, &f, &s, k->acked + at);
        c->setup.wire->go(c->setup.wire);
        let_go(c);
    }
}
