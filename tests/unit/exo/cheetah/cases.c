/* SPDX-License-Identifier: MIT */
/* cases.c -- see cases.h: what is asked for, and what comes. */
#include "cases_own.h"

struct world the_world;
struct world_memory the_memory;

int cheetah_exchange(void) {
    uint32_t at = 0;
    begin(8, 2);
    MUST(!world_file(&the_world, "k", 1024, 1));
    const struct client *k = world_client(&the_world, 0, CLOSE("k"));
    world_run(&the_world, 100, SECOND / 100);
    MUST(world_answer(k, &at, 200, 1, 0, 1024) && at == k->got && k->ended && !k->reset);
    MUST(the_world.to_client + the_world.to_server <= 7);
    world_run(&the_world, 100, 3 * MINUTE); /* TIME_WAIT */
    MUST(!cheetah_open(the_world.server));
    return 0;
}

/* No byte of a file is looked at, but for its sums, once; the pieces are the store's pages. */
int cheetah_untouched(void) {
    static const uint32_t sizes[] = {1, 100, 127, 128, 129, 1024, 4095, 4096, 4097, 10240, 102400};
    begin(32, 2);
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint32_t at = 0;
        MUST(!world_file(&the_world, "f", sizes[i], i));
        const struct client *k = world_client(&the_world, 0, CLOSE("f"));
        world_run(&the_world, 1000, SECOND);
        MUST(world_answer(k, &at, 200, i, 0, sizes[i]) && at == k->got && k->ended);
        MUST(cheetah_counts(the_world.server)->file_bytes >= sizes[i]);
        MUST(cheetah_counts(the_world.server)->touched == 0);
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
    MUST(!world_file(&the_world, "k", 1000, 1) && !world_file(&the_world, "index.html", 77, 1));
    MUST(!alfs_create(&the_world.fs, alfs_root(), (struct alfs_name){"d", 1}, ALFS_DIR, 0700, &id));
    for (unsigned i = 0; i < sizeof of / sizeof *of; i++) {
        uint32_t at = 0;
        const struct client *k = world_client(&the_world, 0, of[i].request);
        world_run(&the_world, 100, SECOND);
        MUST(k->ended && !k->reset);
        MUST(world_answer(k, &at, of[i].status, 1, 0, of[i].bytes) && at == k->got);
    }
    /* 4 KiB without an end. */
    struct client *k = world_client(&the_world, 0, "GET /");
    memset(k->request + 5, 'x', 4495);
    k->request_bytes = 4500;
    uint32_t at = 0;
    world_run(&the_world, 100, SECOND);
    MUST(world_answer(k, &at, 431, 1, 0, 0));
    k = world_client(&the_world, 0, CLOSE("status"));
    at = 0;
    world_run(&the_world, 100, SECOND);
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
    MUST(!world_file(&the_world, "f", SIZE, 3));
    for (unsigned i = 0; i < 300; i++) {
        char request[100] = "GET /f HTTP/1.0\r\nRange: bytes=";
        char *to = request + strlen(request);
        uint32_t at = 0, from = world_random(&the_world) % SIZE;
        uint32_t end = from + 1 + world_random(&the_world) % (SIZE - from);
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
        const struct client *k = world_client(&the_world, 0, request);
        const uint64_t touched = cheetah_counts(the_world.server)->touched,
                       frames = the_world.to_client;
        world_run(&the_world, 200, SECOND);
        MUST(world_answer(k, &at, 206, 3, from, end - from) && at == k->got && k->ended);
        MUST(cheetah_counts(the_world.server)->touched - touched <=
             254 * (the_world.to_client - frames));
    }
    uint32_t at = 0;
    const struct client *k =
        world_client(&the_world, 0, "GET /f HTTP/1.0\r\nRange: bytes=20000-\r\n\r\n");
    world_run(&the_world, 200, SECOND);
    MUST(world_answer(k, &at, 416, 3, 0, 0) && at == k->got && k->ended);
    return 0;
}

/* Requests that come before the answers to those before them. */
int cheetah_pipelined(void) {
    uint32_t at = 0;
    begin(8, 2);
    MUST(!world_file(&the_world, "a", 5000, 1) && !world_file(&the_world, "b", 1, 2) &&
         !world_file(&the_world, "c", 30000, 3));
    const struct client *k = world_client(
        &the_world, 0, GET("a") GET("b") GET("c") GET("b") GET("b") GET("no") GET("a") CLOSE("b"));
    world_run(&the_world, 1000, SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 5000) && world_answer(k, &at, 200, 2, 0, 1));
    MUST(world_answer(k, &at, 200, 3, 0, 30000) && world_answer(k, &at, 200, 2, 0, 1));
    MUST(world_answer(k, &at, 200, 2, 0, 1) && world_answer(k, &at, 404, 2, 0, 0));
    MUST(world_answer(k, &at, 200, 1, 0, 5000) && world_answer(k, &at, 200, 2, 0, 1));
    MUST(at == k->got && k->ended && !k->reset);
    /* A connection that is kept waits for the next one, and ends when none comes. */
    k = world_client(&the_world, 0, GET("a"));
    world_run(&the_world, 100, SECOND);
    MUST(!k->ended && k->got > 5000 && cheetah_open(the_world.server));
    world_run(&the_world, 1000, MINUTE);
    MUST(k->ended && !k->reset);
    return 0;
}

/* A request in segments of each length. */
int cheetah_in_bits(void) {
    begin(64, 2);
    MUST(!world_file(&the_world, "a", 300, 1));
    for (uint32_t piece = 1; piece < 50; piece++) {
        uint32_t at = 0;
        struct client *k = world_client(&the_world, 0, GET("a") CLOSE("a"));
        k->piece = piece;
        k->tcp.flags |= TCP_IS_NODELAY;
        world_run(&the_world, 1000, 10 * SECOND);
        MUST(world_answer(k, &at, 200, 1, 0, 300) && world_answer(k, &at, 200, 1, 0, 300));
        MUST(at == k->got && k->ended);
    }
    return 0;
}

static int all_clients(unsigned count, uint32_t loses, uint32_t doubles, uint32_t damages) {
    static const char *const request[] = {CLOSE("a"), CLOSE("b"), GET("c") CLOSE("a")};
    static const uint32_t size[] = {1024, 100000, 40000};
    begin(128, 16);
    MUST(!world_file(&the_world, "a", size[0], 1) && !world_file(&the_world, "b", size[1], 2) &&
         !world_file(&the_world, "c", size[2], 3));
    the_world.loses = loses, the_world.doubles = doubles, the_world.damages = damages;
    for (unsigned i = 0; i < count; i++)
        world_client(&the_world, i, request[i % 3]);
    world_run(&the_world, 100000, 5 * MINUTE);
    for (unsigned i = 0; i < count; i++) {
        const struct client *k = &the_world.client[i];
        uint32_t at = 0;
        if (i % 3 == 2)
            MUST(world_answer(k, &at, 200, 3, 0, size[2]));
        MUST(world_answer(k, &at, 200, i % 3 == 1 ? 2 : 1, 0, i % 3 == 1 ? size[1] : size[0]));
        MUST(at == k->got && k->ended && !k->reset);
    }
    MUST(cheetah_counts(the_world.server)->touched == 0);
    return 0;
}

int cheetah_parallel(void) {
    return all_clients(CLIENTS, 0, 0, 0);
}

int cheetah_lossy(void) {
    const int line = all_clients(30, 50, 50, 0);
    MUST(line ||
         cheetah_counts(the_world.server)->file_bytes > 30 / 3 * 141024); /* some went twice */
    return line;
}

int cheetah_damaged(void) {
    return all_clients(30, 10, 10, 50);
}

/* The same where all of what the sums at hand are of has arrived, and nothing of what follows: a
 * window ends there. */
static int overwritten_between(void) {
    enum { FROM = 1024, STRETCHES = 65536, BYTES = 100000 };
    the_world.loses = 0;
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t at = 0;
        MUST(!world_file(&the_world, "g", BYTES, i));
        struct client *k =
            world_client(&the_world, 0, "GET /g HTTP/1.0\r\nRange: bytes=1024-\r\n\r\n");
        k->stops = true;
        world_run(&the_world, 100, 0);
        while (at < k->got && memcmp(k->stream + at, "\r\n\r\n", 4) != 0)
            at++;
        MUST(FROM + k->got - (at + 4) == STRETCHES);
        MUST(!world_file(&the_world, "g", BYTES, 1000 + i));
        k->stops = false;
        tcp_room(&k->tcp, 65536);
        world_run(&the_world, 2000, MINUTE);
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
        MUST(!world_file(&the_world, "f", 150000, i));
        the_world.loses = i % 2 ? 100 : 0;
        const struct client *k = world_client(&the_world, 0, CLOSE("f"));
        world_run(&the_world, 3 + i % 15, SECOND);
        MUST(!world_file(&the_world, "f", 150000 - i % 3, 1000 + i));
        if (i % 4 == 3)
            MUST(!alfs_sync(&the_world.fs));
        world_run(&the_world, 2000, MINUTE);
        whole += k->ended && !k->reset;
        cut += k->reset;
        MUST(k->ended || k->reset || the_world.loses); /* a reset may be lost */
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
    MUST(cut > 5 && whole > 5 && cheetah_counts(the_world.server)->changed >= cut);
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
            MUST(!world_file(&the_world, "g", bytes, i));
            MUST(!alfs_rename(&the_world.fs, alfs_root(), g, alfs_root(), f));
        } else {
            MUST(!world_file(&the_world, "f", bytes, i));
        }
        if (i % 4 == 1)
            MUST(!alfs_sync(&the_world.fs));
        const struct client *k = world_client(&the_world, 0, CLOSE("f"));
        world_run(&the_world, 1000, SECOND);
        MUST(world_answer(k, &at, 200, i, 0, bytes) && at == k->got && k->ended && !k->reset);
    }
    return 0;
}

/* Another server on the same files finds the sums that this one stored, and they are right; of a
 * file that changed since it finds none. */
int cheetah_stored_sums(void) {
    begin(64, 2);
    MUST(!world_file(&the_world, "f", 100000, 1));
    for (unsigned i = 0; i < 3; i++) {
        uint32_t at = 0;
        const struct client *k = world_client(&the_world, 0, CLOSE("f"));
        world_run(&the_world, 1000, SECOND);
        MUST(world_answer(k, &at, 200, i == 2 ? 2 : 1, 0, 100000) && k->ended);
        MUST(cheetah_counts(the_world.server)->summed == (i == 1 ? 0 : 25 * STORE_BLOCK));
        if (i == 1)
            MUST(!world_file(&the_world, "f", 100000, 2));
        world_again(&the_world, &the_memory);
    }
    return 0;
}
