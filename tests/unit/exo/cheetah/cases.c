/* SPDX-License-Identifier: MIT */
/* cases.c -- see cases.h. */
#include "cases.h"

#include "world.h"

#include "protocol/wire.h"

#define SECOND      1000000000ull
#define MINUTE      (60 * SECOND)
#define GET(path)   "GET /" path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define CLOSE(path) "GET /" path " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

static struct world w;
static struct world_memory memory;

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return __LINE__;                                                                       \
    } while (0)

static void begin(uint32_t connections, uint32_t pages) {
    world_begin(&w, &memory, connections, pages);
}

int cheetah_exchange(void) {
    uint32_t at = 0;
    begin(8, 2);
    MUST(!world_file(&w, "k", 1024, 1));
    const struct client *k = world_client(&w, 0, CLOSE("k"));
    world_run(&w, 100, SECOND / 100);
    MUST(world_answer(k, &at, 200, 1, 0, 1024) && at == k->got && k->ended && !k->reset);
    MUST(w.to_client + w.to_server <= 7);
    world_run(&w, 100, 3 * MINUTE); /* TIME_WAIT */
    MUST(!cheetah_open(w.server));
    return 0;
}

/* No byte of a file is looked at, but for its sums, once; the pieces are the store's pages. */
int cheetah_untouched(void) {
    static const uint32_t sizes[] = {1, 100, 127, 128, 129, 1024, 4095, 4096, 4097, 10240, 102400};
    begin(32, 2);
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint32_t at = 0;
        MUST(!world_file(&w, "f", sizes[i], i));
        const struct client *k = world_client(&w, 0, CLOSE("f"));
        world_run(&w, 1000, SECOND);
        MUST(world_answer(k, &at, 200, i, 0, sizes[i]) && at == k->got && k->ended);
        MUST(cheetah_counts(w.server)->file_bytes >= sizes[i]);
        MUST(cheetah_counts(w.server)->touched == 0);
    }
    return 0;
}

int cheetah_requests(void) {
    static const struct {
        const char *request;
        unsigned status;
        uint32_t bytes;
    } of[] = {
        {CLOSE("k"), 200, 1000},
        {CLOSE(""), 200, 77},
        {CLOSE("d/in"), 404, 0},
        {"HEAD /k HTTP/1.1\r\nConnection: close\r\n\r\n", 200, 0},
        {"GET /k HTTP/1.0\r\n\r\n", 200, 1000},
        {CLOSE("none"), 404, 0},
        {CLOSE("d"), 404, 0},
        {CLOSE("../k"), 400, 0},
        {CLOSE("d/../k"), 400, 0},
        {CLOSE("%2e%2e/k"), 400, 0},
        {CLOSE("./k"), 400, 0},
        {CLOSE("d//k"), 400, 0},
        {CLOSE("\001sums/baaaaaaa"), 400, 0},
        {"PUT /k HTTP/1.1\r\n\r\n", 501, 0},
        {"GET /k HTTP/2.0\r\n\r\n", 505, 0},
        {"GET k HTTP/1.1\r\n\r\n", 400, 0},
        {"GET /k HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 400, 0},
    };
    struct alfs_id id;
    begin(32, 2);
    MUST(!world_file(&w, "k", 1000, 1) && !world_file(&w, "index.html", 77, 1));
    MUST(!alfs_create(&w.fs, alfs_root(), (struct alfs_name){"d", 1}, ALFS_DIR, 0700, &id));
    for (unsigned i = 0; i < sizeof of / sizeof *of; i++) {
        uint32_t at = 0;
        const struct client *k = world_client(&w, 0, of[i].request);
        world_run(&w, 100, SECOND);
        MUST(k->ended && !k->reset);
        MUST(world_answer(k, &at, of[i].status, 1, 0, of[i].bytes) && at == k->got);
    }
    /* 4 KiB without an end. */
    struct client *k = world_client(&w, 0, "GET /");
    memset(k->request + 5, 'x', 4495);
    k->request_bytes = 4500;
    uint32_t at = 0;
    world_run(&w, 100, SECOND);
    MUST(world_answer(k, &at, 431, 1, 0, 0));
    k = world_client(&w, 0, CLOSE("status"));
    at = 0;
    world_run(&w, 100, SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 0) && !memcmp(k->stream + at, "all is well\n", 12));
    return 0;
}

static char *number(char *to, uint32_t n) {
    char digits[12];
    unsigned at = sizeof digits;
    do
        digits[--at] = (char)('0' + n % 10);
    while (n /= 10);
    memcpy(to, digits + at, sizeof digits - at);
    return to + sizeof digits - at;
}

/* Any range, by any of the three forms; of each segment less than two grains are touched. */
int cheetah_ranges(void) {
    enum { SIZE = 20000 };
    begin(64, 2);
    MUST(!world_file(&w, "f", SIZE, 3));
    for (unsigned i = 0; i < 300; i++) {
        char request[100] = "GET /f HTTP/1.0\r\nRange: bytes=";
        char *to = request + strlen(request);
        uint32_t at = 0, from = world_random(&w) % SIZE;
        uint32_t end = from + 1 + world_random(&w) % (SIZE - from);
        if (i % 3 == 1)
            end = SIZE;
        if (i % 3 < 2)
            to = number(to, from);
        *to++ = '-';
        if (i % 3 == 0)
            to = number(to, end - 1);
        if (i % 3 == 2) {
            to = number(to, SIZE - from);
            end = SIZE;
        }
        memcpy(to, "\r\n\r\n", 5);
        const struct client *k = world_client(&w, 0, request);
        const uint64_t touched = cheetah_counts(w.server)->touched, frames = w.to_client;
        world_run(&w, 200, SECOND);
        MUST(world_answer(k, &at, 206, 3, from, end - from) && at == k->got && k->ended);
        MUST(cheetah_counts(w.server)->touched - touched <= 254 * (w.to_client - frames));
    }
    uint32_t at = 0;
    const struct client *k = world_client(&w, 0, "GET /f HTTP/1.0\r\nRange: bytes=20000-\r\n\r\n");
    world_run(&w, 200, SECOND);
    MUST(world_answer(k, &at, 416, 3, 0, 0) && at == k->got && k->ended);
    return 0;
}

/* Requests that come before the answers to those before them. */
int cheetah_pipelined(void) {
    uint32_t at = 0;
    begin(8, 2);
    MUST(!world_file(&w, "a", 5000, 1) && !world_file(&w, "b", 1, 2) &&
         !world_file(&w, "c", 30000, 3));
    const struct client *k = world_client(
        &w, 0, GET("a") GET("b") GET("c") GET("b") GET("b") GET("no") GET("a") CLOSE("b"));
    world_run(&w, 1000, SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 5000) && world_answer(k, &at, 200, 2, 0, 1));
    MUST(world_answer(k, &at, 200, 3, 0, 30000) && world_answer(k, &at, 200, 2, 0, 1));
    MUST(world_answer(k, &at, 200, 2, 0, 1) && world_answer(k, &at, 404, 2, 0, 0));
    MUST(world_answer(k, &at, 200, 1, 0, 5000) && world_answer(k, &at, 200, 2, 0, 1));
    MUST(at == k->got && k->ended && !k->reset);
    /* A connection that is kept waits for the next one, and ends when none comes. */
    k = world_client(&w, 0, GET("a"));
    world_run(&w, 100, SECOND);
    MUST(!k->ended && k->got > 5000 && cheetah_open(w.server));
    world_run(&w, 1000, MINUTE);
    MUST(k->ended && !k->reset);
    return 0;
}

/* A request in segments of each length. */
int cheetah_in_bits(void) {
    begin(64, 2);
    MUST(!world_file(&w, "a", 300, 1));
    for (uint32_t piece = 1; piece < 50; piece++) {
        uint32_t at = 0;
        struct client *k = world_client(&w, 0, GET("a") CLOSE("a"));
        k->piece = piece;
        k->tcp.flags |= TCP_IS_NODELAY;
        world_run(&w, 1000, 10 * SECOND);
        MUST(world_answer(k, &at, 200, 1, 0, 300) && world_answer(k, &at, 200, 1, 0, 300));
        MUST(at == k->got && k->ended);
    }
    return 0;
}

static int all_clients(unsigned count, uint32_t loses, uint32_t doubles, uint32_t damages) {
    static const char *const request[] = {CLOSE("a"), CLOSE("b"), GET("c") CLOSE("a")};
    static const uint32_t size[] = {1024, 100000, 40000};
    begin(128, 16);
    MUST(!world_file(&w, "a", size[0], 1) && !world_file(&w, "b", size[1], 2) &&
         !world_file(&w, "c", size[2], 3));
    w.loses = loses, w.doubles = doubles, w.damages = damages;
    for (unsigned i = 0; i < count; i++)
        world_client(&w, i, request[i % 3]);
    world_run(&w, 100000, 5 * MINUTE);
    for (unsigned i = 0; i < count; i++) {
        const struct client *k = &w.client[i];
        uint32_t at = 0;
        if (i % 3 == 2)
            MUST(world_answer(k, &at, 200, 3, 0, size[2]));
        MUST(world_answer(k, &at, 200, i % 3 == 1 ? 2 : 1, 0, i % 3 == 1 ? size[1] : size[0]));
        MUST(at == k->got && k->ended && !k->reset);
    }
    MUST(cheetah_counts(w.server)->touched == 0);
    return 0;
}

int cheetah_parallel(void) {
    return all_clients(CLIENTS, 0, 0, 0);
}

int cheetah_lossy(void) {
    const int line = all_clients(30, 50, 50, 0);
    MUST(line || cheetah_counts(w.server)->file_bytes > 30 / 3 * 141024); /* some went twice */
    return line;
}

int cheetah_damaged(void) {
    return all_clients(30, 10, 10, 50);
}

/* The same where all of what the sums at hand are of has arrived, and nothing of what follows: a
 * window ends there. */
static int overwritten_between(void) {
    enum { FROM = 1024, STRETCHES = 65536, BYTES = 100000 };
    w.loses = 0;
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t at = 0;
        MUST(!world_file(&w, "g", BYTES, i));
        struct client *k = world_client(&w, 0, "GET /g HTTP/1.0\r\nRange: bytes=1024-\r\n\r\n");
        k->stops = true;
        world_run(&w, 100, 0);
        while (at < k->got && memcmp(k->stream + at, "\r\n\r\n", 4) != 0)
            at++;
        MUST(FROM + k->got - (at + 4) == STRETCHES);
        MUST(!world_file(&w, "g", BYTES, 1000 + i));
        k->stops = false;
        tcp_room(&k->tcp, 65536);
        world_run(&w, 2000, MINUTE);
        MUST(k->reset && FROM + k->got - (at + 4) == STRETCHES);
    }
    return 0;
}

/* The file changes while its answer is on its way: what came is one version's, and the end is said
 * to be none. */
int cheetah_overwritten(void) {
    unsigned cut = 0, whole = 0;
    begin(64, 2);
    for (uint32_t i = 0; i < 60; i++) {
        uint32_t at = 0;
        MUST(!world_file(&w, "f", 150000, i));
        w.loses = i % 2 ? 100 : 0;
        const struct client *k = world_client(&w, 0, CLOSE("f"));
        world_run(&w, 3 + i % 15, SECOND);
        MUST(!world_file(&w, "f", 150000 - i % 3, 1000 + i));
        if (i % 4 == 3)
            MUST(!alfs_sync(&w.fs));
        world_run(&w, 2000, MINUTE);
        whole += k->ended && !k->reset;
        cut += k->reset;
        MUST(k->ended || k->reset || w.loses); /* a reset may be lost */
        while (at < k->got && memcmp(k->stream + at, "\r\n\r\n", 4) != 0)
            at++;
        at += 4;
        MUST(!k->ended || k->got - at >= 150000 - 3);
        for (uint32_t first = at; at < k->got; at++) {
            const bool old = k->stream[first + 5000] == world_byte(i, 5000);
            MUST(k->got - first <= 5000 ||
                 k->stream[at] == world_byte(old ? i : 1000 + i, at - first));
        }
    }
    MUST(!overwritten_between());
    MUST(cut > 5 && whole > 5 && cheetah_counts(w.server)->changed >= cut);
    return 0;
}

/* What is served after a change is the file as it is, with its sums: overwritten in place, at a new
 * place, cut, and by a rename. */
int cheetah_version(void) {
    const struct alfs_name f = {"f", 1}, g = {"g", 1};
    begin(64, 2);
    for (uint32_t i = 0; i < 24; i++) {
        uint32_t at = 0, bytes = i % 4 == 2 ? 5000 : 50000;
        if (i % 4 == 3) {
            MUST(!world_file(&w, "g", bytes, i));
            MUST(!alfs_rename(&w.fs, alfs_root(), g, alfs_root(), f));
        } else {
            MUST(!world_file(&w, "f", bytes, i));
        }
        if (i % 4 == 1)
            MUST(!alfs_sync(&w.fs));
        const struct client *k = world_client(&w, 0, CLOSE("f"));
        world_run(&w, 1000, SECOND);
        MUST(world_answer(k, &at, 200, i, 0, bytes) && at == k->got && k->ended && !k->reset);
    }
    return 0;
}

/* Another server on the same files finds the sums that this one stored, and they are right; of a
 * file that changed since it finds none. */
int cheetah_stored_sums(void) {
    begin(64, 2);
    MUST(!world_file(&w, "f", 100000, 1));
    for (unsigned i = 0; i < 3; i++) {
        uint32_t at = 0;
        const struct client *k = world_client(&w, 0, CLOSE("f"));
        world_run(&w, 1000, SECOND);
        MUST(world_answer(k, &at, 200, i == 2 ? 2 : 1, 0, 100000) && k->ended);
        MUST(cheetah_counts(w.server)->summed == (i == 1 ? 0 : 25 * STORE_BLOCK));
        if (i == 1)
            MUST(!world_file(&w, "f", 100000, 2));
        world_again(&w, &memory);
    }
    return 0;
}

static void syn(uint32_t ip, uint16_t port) {
    const struct tcp_segment s = {
        .seq = 77, .window = 1000, .source = port, .target = 80, .flags = TCP_SYN};
    world_raw(&w, ip, &s, NULL);
}

/* SYNs that nobody sent: an open connection stays, and a new one is served among them. */
int cheetah_flood(void) {
    uint32_t at = 0;
    begin(16, 4);
    MUST(!world_file(&w, "a", 1024, 1));
    struct client *open = world_client(&w, 0, "");
    world_run(&w, 10, SECOND / 100);
    struct client *k = world_client(&w, 1, CLOSE("a"));
    for (uint32_t i = 0; i < 2000; i++) {
        syn(0x0b000000 + i, (uint16_t)(1 + i));
        if (i % 50 == 0)
            world_run(&w, 1, 0);
        MUST(cheetah_open(w.server) <= 16);
    }
    world_run(&w, 100, 5 * SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 1024) && k->ended);
    memcpy(open->request, CLOSE("a"), sizeof CLOSE("a") - 1);
    tcp_write(&open->tcp, sizeof CLOSE("a") - 1);
    world_run(&w, 100, SECOND);
    at = 0;
    MUST(world_answer(open, &at, 200, 1, 0, 1024) && open->ended && !open->reset);
    return 0;
}

/* Connections that ask for nothing, more than there may be: who comes is served. */
int cheetah_crowd(void) {
    begin(16, 4);
    MUST(!world_file(&w, "a", 1024, 1));
    for (unsigned i = 0; i < 40; i++) {
        world_client(&w, i, "");
        world_run(&w, 20, SECOND / 100);
    }
    uint32_t at = 0;
    const struct client *k = world_client(&w, 50, CLOSE("a"));
    world_run(&w, 100, 10 * SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 1024) && k->ended);
    MUST(cheetah_open(w.server) <= 16 && cheetah_counts(w.server)->displaced >= 24);
    return 0;
}

/* Who takes nothing is reset; who takes it slowly, but steadily, is not. */
int cheetah_slow(void) {
    begin(16, 4);
    MUST(!world_file(&w, "a", 150000, 1));
    struct client *k = world_client(&w, 0, CLOSE("a"));
    k->stops = true;
    world_run(&w, 200, SECOND);
    world_run(&w, 2000, 3 * MINUTE);
    MUST(k->reset && cheetah_counts(w.server)->slow == 1 && !cheetah_open(w.server));
    k = world_client(&w, 0, CLOSE("a"));
    k->stops = true;
    world_run(&w, 200, SECOND);
    for (unsigned i = 0; i < 60 && !k->ended; i++) {
        tcp_room(&k->tcp, k->tcp.room + 20000 < 65536 ? k->tcp.room + 20000 : 65536);
        world_run(&w, 100, 5 * SECOND);
    }
    MUST(k->ended && !k->reset && cheetah_counts(w.server)->slow == 1);
    return 0;
}

/* Requests without an end take all pages: the oldest of them makes place. */
int cheetah_pages(void) {
    uint32_t at = 0;
    begin(64, 4);
    MUST(!world_file(&w, "a", 1024, 1));
    for (unsigned i = 0; i < 40; i++) {
        world_client(&w, i, "GET /a HT");
        world_run(&w, 20, SECOND / 100);
    }
    struct client *k = world_client(&w, 50, CLOSE("a"));
    k->piece = 10;
    k->tcp.flags |= TCP_IS_NODELAY;
    world_run(&w, 300, 3 * SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 1024) && k->ended && !k->reset);
    return 0;
}

/* There is memory for few blocks, and reading ahead takes all of it: what a frame is made of is
 * there together all the same. */
int cheetah_tight(void) {
    begin(16, 4);
    MUST(!world_file(&w, "a", 150000, 1) && !world_file(&w, "b", 100000, 2));
    world_limit(&w, &memory);
    world_client(&w, 0, CLOSE("a"));
    world_client(&w, 1, CLOSE("b"));
    world_run(&w, 3000, SECOND / 10);
    for (unsigned i = 0; i < 2; i++) {
        const struct client *k = &w.client[i];
        uint32_t at = 0;
        MUST(world_answer(k, &at, 200, 1 + i, 0, i ? 100000 : 150000) && at == k->got);
        MUST(k->ended && !k->reset);
    }
    return 0;
}

/* Segments that say anything, of few peers, near what is expected and far from it, and frames of
 * any bytes: who is left alone is served afterwards. */
int cheetah_garbage(void) {
    static uint8_t bytes[FRAME];
    uint32_t at = 0, seq = 0;
    begin(16, 4);
    MUST(!world_file(&w, "a", 30000, 1));
    for (uint32_t i = 0; i < 40000; i++) {
        const uint32_t r = world_random(&w), length = r % 8 ? 0 : world_random(&w) % 1400;
        struct tcp_segment s = {.seq = seq,
                                .ack = r % 3 ? world_random(&w) : 0,
                                .window = world_random(&w) & UINT16_MAX,
                                .length = length,
                                .source = (uint16_t)(1 + r / 8 % 20),
                                .target = 80,
                                .flags = (uint8_t)(world_random(&w) % 64)};
        if (r % 5 == 0)
            s.flags = TCP_SYN;
        if (w.out.count) /* the answer to an answer of the server's */
            s.ack = wire_get32(w.out.frame[w.out.first].byte + ETHER_HEADER + 20 + 4) + 1;
        memcpy(bytes, CLOSE("a"), sizeof CLOSE("a"));
        world_raw(&w, 0x0c000001, &s, bytes);
        seq = r % 4 ? seq + length + (s.flags & TCP_SYN ? 1 : 0) : world_random(&w);
        if (r % 16 == 0) {
            for (uint32_t k = 0; k < FRAME; k++)
                bytes[k] = (uint8_t)world_random(&w);
            if (r % 32 == 0 && w.in.count)
                memcpy(bytes, w.in.frame[w.in.first].byte, r / 32 % 60);
            cheetah_frame(w.server, bytes, r / 64 % FRAME, w.now);
        }
        world_run(&w, 1, 0);
        MUST(cheetah_open(w.server) <= 16);
    }
    const struct client *k = world_client(&w, 0, CLOSE("a"));
    world_run(&w, 1000, 10 * SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 30000) && at == k->got && k->ended && !k->reset);
    world_run(&w, 1000, 5 * MINUTE);
    MUST(!cheetah_open(w.server));
    return 0;
}

/* A wire that takes nothing for a while: it goes on afterwards. */
int cheetah_closed_wire(void) {
    uint32_t at = 0;
    begin(16, 4);
    MUST(!world_file(&w, "a", 30000, 1));
    const struct client *k = world_client(&w, 0, CLOSE("a"));
    for (unsigned i = 0; i < 400; i++) {
        w.closed = i % 3 != 0;
        world_run(&w, 1, 0);
    }
    w.closed = false;
    world_run(&w, 100, SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 30000) && k->ended && !k->reset);
    return 0;
}

/* Connections of all kinds, one after the other: at the end everything is as it was. */
int cheetah_books(void) {
    static const char *const request[] = {CLOSE("a"), GET("a"), "GET /a", CLOSE("status"), ""};
    begin(32, 4);
    MUST(!world_file(&w, "a", 1024, 1));
    for (unsigned round = 0; round < 10500 / CLIENTS; round++) {
        for (unsigned i = 0; i < CLIENTS; i++) {
            world_client(&w, i, request[world_random(&w) % 5]);
            world_run(&w, 1 + world_random(&w) % 8, SECOND / 1000);
        }
        world_run(&w, 400, MINUTE);
        for (unsigned i = 0; i < CLIENTS; i++)
            w.client[i].used = false;
        world_run(&w, 3000, 10 * MINUTE);
        MUST(!cheetah_open(w.server));
    }
    MUST(cheetah_counts(w.server)->opened > 5000);
    /* All pages, of which one is kept free, and all places are there again. */
    uint32_t at = 0;
    for (unsigned i = 0; i < 3; i++)
        world_client(&w, i, "GET /a HTT");
    struct client *k = world_client(&w, 9, CLOSE("a"));
    world_run(&w, 100, SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 1024) && cheetah_open(w.server) == 4);
    return 0;
}
