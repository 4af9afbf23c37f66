/* SPDX-License-Identifier: MIT */
/* world.c -- see world.h. */
#include "world.h"

#include "protocol/checksum.h"
#include "protocol/ip.h"

static const char name[16] = "web";
static const struct ether_address server_ether = {{2, 0, 0, 0, 0, 1}};
static const struct ether_address client_ether = {{2, 0, 0, 0, 0, 2}};

/* --- The wire --- */

static void put(struct world *w, struct queue *q, const struct flat *f) {
    unsigned times = world_random(w) % 1000 < w->loses ? 0 : 1;
    if (times && world_random(w) % 1000 < w->doubles)
        times = 2;
    w->frames++;
    for (; times && q->count < QUEUE; times--) {
        struct flat *to = &q->frame[(q->first + q->count++) % QUEUE];
        *to = *f;
        if (world_random(w) % 1000 < w->damages)
            to->byte[ETHER_HEADER + world_random(w) % (f->bytes - ETHER_HEADER)] ^=
                (uint8_t)(1u << world_random(w) % 8);
    }
}

static uint8_t *head(struct wire *wire) {
    struct world *w = (struct world *)((char *)wire - offsetof(struct world, wire));
    return w->closed || w->out.count > QUEUE - 8 ? NULL : w->head;
}

static void send(struct wire *wire, const struct link_part *piece, uint32_t count) {
    struct world *w = (struct world *)((char *)wire - offsetof(struct world, wire));
    static struct flat f;
    f.bytes = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (f.bytes + piece[i].bytes > FRAME || !piece[i].bytes)
            __builtin_trap();
        memcpy(f.byte + f.bytes, piece[i].at, piece[i].bytes);
        f.bytes += piece[i].bytes;
    }
    w->more = true;
    w->to_client++;
    put(w, &w->out, &f);
}

static void go(struct wire *wire) {
    struct world *w = (struct world *)((char *)wire - offsetof(struct world, wire));
    w->more = false;
}

static struct flat *take(struct queue *q) {
    static struct flat f;
    if (!q->count)
        return NULL;
    f = q->frame[q->first];
    q->first = (q->first + 1) % QUEUE;
    q->count--;
    return &f;
}

/* --- The server --- */

static uint32_t status(char *to, uint32_t room) {
    static const char text[] = "all is well\n";
    memcpy(to, text, room < sizeof text - 1 ? 0 : sizeof text - 1);
    return sizeof text - 1;
}

static void mount(struct world *w, struct world_memory *m) {
    const struct alfs_id root = alfs_root();
    if (alfs_mount(&w->fs, &w->raw.store, name, m->tables, FILES, FILES, false))
        __builtin_trap();
    w->setup.fs = &w->fs;
    w->setup.root = root;
    w->setup.wire = &w->wire;
    memset(m->server, 0, sizeof m->server);
    if (cheetah_bytes(&w->setup) > sizeof m->server)
        __builtin_trap();
    w->server = cheetah_begin(&w->setup, m->server);
}

void world_begin(struct world *w, struct world_memory *m, uint32_t connections, uint32_t pages) {
    memset(w, 0, sizeof *w);
    memset(m->disk, 0, sizeof m->disk);
    memset(m->store, 0, sizeof m->store);
    memset(m->tables, 0, sizeof m->tables);
    memset(m->limit, 0, sizeof m->limit);
    w->seed = 4711;
    w->now = 1000000000;
    w->wire = (struct wire){head, send, go};
    w->setup = (struct cheetah_setup){.ether = server_ether,
                                      .ip = SERVER_IP,
                                      .port = 80,
                                      .secret = {{1, 2}},
                                      .connections = connections,
                                      .stretches = 16,
                                      .pages = pages,
                                      .status = status};
    for (unsigned i = 0; i < CLIENTS; i++)
        w->client[i].stream = m->stream[i];
    memory_disk_begin(&w->disk, m->disk[0], BLOCKS);
    static unsigned char page[STORE_BLOCK];
    if (raw_store_bytes(BLOCKS, CACHE) > sizeof m->store ||
        alfs_bytes(FILES, FILES) > sizeof m->tables || raw_store_format(&w->disk.disk, page) ||
        raw_store_open(&w->raw, &w->disk.disk, m->store, CACHE) ||
        alfs_declare(&w->raw.store, NULL, NULL) || alfs_format(&w->raw.store, name, 0, false))
        __builtin_trap();
    mount(w, m);
}

void world_limit(struct world *w, struct world_memory *m) {
    if (block_cache_bytes(CACHE_LEAST) > sizeof m->limit || alfs_sync(&w->fs) ||
        cache_store_begin(&w->limit, &w->raw.store, CACHE_LEAST, &block_cache_lru, NULL, m->limit))
        __builtin_trap();
}

void world_again(struct world *w, struct world_memory *m) {
    if (alfs_unmount(&w->fs))
        __builtin_trap();
    memset(m->tables, 0, sizeof m->tables);
    mount(w, m);
}

long world_file(struct world *w, const char *path, uint32_t bytes, uint32_t number) {
    static uint8_t block[STORE_BLOCK];
    const struct alfs_name text = {path, strlen(path)};
    struct alfs_id id;
    long error = alfs_lookup(&w->fs, alfs_root(), text, &id);
    if (error)
        error = alfs_create(&w->fs, alfs_root(), text, ALFS_FILE, 0600, &id);
    for (uint32_t at = 0, part; at < bytes && !error; at += part) {
        part = bytes - at < STORE_BLOCK ? bytes - at : STORE_BLOCK;
        for (uint32_t i = 0; i < part; i++)
            block[i] = world_byte(number, at + i);
        error = alfs_write(&w->fs, id, at, block, part);
        error = error == (long)part ? 0 : error < 0 ? error : -E_FULL;
    }
    return error ? error : alfs_truncate(&w->fs, id, bytes);
}

/* --- Clients --- */

void world_raw(struct world *w, uint32_t ip, const struct tcp_segment *s, const void *data) {
    static struct flat f;
    uint8_t *tcp = f.byte + ETHER_HEADER + IP_HEADER;
    const uint32_t header = tcp_put(tcp, s), length = header + s->length;
    const struct ip_header h = {.source = ip,
                                .target = SERVER_IP,
                                .length = (uint16_t)(IP_HEADER + length),
                                .ttl = IP_TTL,
                                .protocol = IP_TCP};
    if (s->length)
        memcpy(tcp + header, data, s->length);
    sum_put(tcp + 16,
            sum_end(sum_join(sum_bytes(tcp, length), sum_pseudo(ip, SERVER_IP, IP_TCP, length))));
    ether_put(f.byte, &server_ether, &client_ether, ETHER_IP);
    ip_put(f.byte + ETHER_HEADER, &h);
    f.bytes = ETHER_HEADER + h.length;
    w->to_server++;
    put(w, &w->in, &f);
}

struct client *world_client(struct world *w, unsigned i, const char *request) {
    struct client *k = &w->client[i];
    uint8_t *stream = k->stream;
    memset(k, 0, sizeof *k);
    k->used = true;
    k->stream = stream;
    k->ip = CLIENT_IP + i % 7;
    k->request_bytes = (uint32_t)strlen(request);
    memcpy(k->request, request, k->request_bytes);
    const struct tcp_setup how = {.iss = world_random(w),
                                  .room = 65536,
                                  .source = (uint16_t)(1024 + (w->frames + i) % 60000),
                                  .target = 80,
                                  .mss = 1460};
    tcp_open(&k->tcp, &how);
    return k;
}

static void input(struct world *w, struct client *k, const struct tcp_segment *s,
                  const uint8_t *data) {
    struct tcp_event e;
    const uint8_t before = k->tcp.state;
    tcp_input(&k->tcp, s, w->now, &e);
    if (before == TCP_SYN_SENT && k->tcp.state == TCP_ESTABLISHED && !k->piece)
        tcp_write(&k->tcp, k->request_bytes);
    if (e.what & TCP_ACKED)
        k->acked += e.acked;
    if (e.what & TCP_DATA) {
        if (k->got + e.at + e.length > STREAM)
            __builtin_trap();
        memcpy(k->stream + k->got + e.at, data + e.from, e.length);
        k->got += e.ready;
        if (!k->stops)
            tcp_room(&k->tcp, k->tcp.room + e.ready);
    }
    if (e.what & TCP_ENDED) {
        k->ended = true;
        tcp_close(&k->tcp);
    }
    if (e.what & TCP_RESET)
        k->reset = true;
}

static void arrives(struct world *w, const struct flat *f) {
    struct ip_header ip;
    struct tcp_segment s;
    const uint8_t *packet = f->byte + ETHER_HEADER;
    if (ip_get(packet, f->bytes - ETHER_HEADER, &ip) != IP_FINE)
        return;
    const uint32_t length = ip.length - ip.header;
    if (sum_fold(sum_join(sum_bytes(packet + ip.header, length),
                          sum_pseudo(ip.source, ip.target, IP_TCP, length))) != UINT16_MAX ||
        !tcp_get(packet + ip.header, length, &s))
        return;
    for (unsigned i = 0; i < CLIENTS; i++) {
        struct client *k = &w->client[i];
        if (k->used && k->ip == ip.target && k->tcp.source == s.target)
            input(w, k, &s, packet + ip.length - s.length);
    }
}

static void speak(struct world *w, struct client *k) {
    struct tcp_segment s;
    struct tcp_event e;
    uint32_t at;
    if (tcp_deadline(&k->tcp) <= w->now)
        tcp_timer(&k->tcp, w->now, &e);
    const uint32_t written = k->tcp.state >= TCP_ESTABLISHED ? k->tcp.snd_end - k->tcp.iss - 1 : 0;
    if (k->piece && k->tcp.state == TCP_ESTABLISHED && written < k->request_bytes &&
        k->acked == written)
        tcp_write(&k->tcp,
                  k->request_bytes - written < k->piece ? k->request_bytes - written : k->piece);
    while (tcp_output(&k->tcp, w->now, &s, &at))
        world_raw(w, k->ip, &s, k->request + k->acked + at);
}

static bool step(struct world *w) {
    bool moved = false;
    for (struct flat *f; (f = take(&w->in)) != NULL; moved = true)
        cheetah_frame(w->server, f->byte, f->bytes, w->now);
    cheetah_work(w->server, w->now);
    if (w->more && !w->closed)
        __builtin_trap(); /* a train has no end */
    for (struct flat *f; (f = take(&w->out)) != NULL; moved = true)
        arrives(w, f);
    for (unsigned i = 0; i < CLIENTS; i++)
        if (w->client[i].used)
            speak(w, &w->client[i]);
    return moved || w->in.count || w->out.count;
}

void world_run(struct world *w, unsigned steps, uint64_t ns) {
    const uint64_t until = w->now + ns;
    while (steps--) {
        w->now += 1000;
        if (step(w))
            continue;
        uint64_t next = cheetah_deadline(w->server);
        for (unsigned i = 0; i < CLIENTS; i++)
            if (w->client[i].used && tcp_deadline(&w->client[i].tcp) < next)
                next = tcp_deadline(&w->client[i].tcp);
        if (next > until)
            return;
        w->now = next > w->now ? next : w->now;
    }
}

/* --- What was sent --- */

static bool has(const struct client *k, uint32_t *at, const char *text) {
    const size_t length = strlen(text);
    if (*at + length > k->got || memcmp(k->stream + *at, text, length) != 0)
        return false;
    *at += (uint32_t)length;
    return true;
}

bool world_answer(const struct client *k, uint32_t *at, unsigned status_wanted, uint32_t number,
                  uint32_t from, uint32_t bytes) {
    const char digits[] = {(char)('0' + status_wanted / 100), (char)('0' + status_wanted / 10 % 10),
                           (char)('0' + status_wanted % 10), ' ', '\0'};
    if (!has(k, at, "HTTP/1.1 ") || !has(k, at, digits))
        return false;
    while (*at < k->got && !has(k, at, "\r\n\r\n"))
        ++*at;
    for (uint32_t i = 0; i < bytes; i++)
        if (*at + i >= k->got || k->stream[*at + i] != world_byte(number, from + i))
            return false;
    *at += bytes;
    return true;
}
