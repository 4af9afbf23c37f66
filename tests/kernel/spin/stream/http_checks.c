/* SPDX-License-Identifier: MIT */
/* http_checks.c -- the web server against who asks badly, and who reads slowly. An attack must fail
 * against it, and succeed against the same server without the rule that it fails by
 * (tests/kernel/spin/extensions/web_RULE). */
#include "../loading.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "spin/services/files/file.h"
#include "spin/services/stream/flow.h"
#include "spin/services/stream/stream_calls.h"

#define WEB "/svc/volumes/web"
enum { PORT = 80, ASKERS = 72, LARGE = 100000, SMALL = 300, KEPT = 1024 };

/* --- Who asks --- */

static struct asker {
    unsigned long number, what, came, others; /* others: bytes that are not those of the first */
    bool takes;
    char answer[KEPT];
} askers[ASKERS];

static unsigned long hear(struct stream_view *v);
static const struct stream_owner asks = {.ready = hear};

static unsigned opens; /* whose connection it is that opens */

static unsigned long hear(struct stream_view *v) {
    if (v->what & STREAM_OPENED)
        v->word[0] = opens + 1;
    if (!v->word[0])
        return v->bytes;
    struct asker *a = &askers[v->word[0] - 1];
    a->what |= v->what;
    for (const unsigned char *at = v->data; a->takes && at < v->end; at++, a->came++) {
        a->others += a->came >= KEPT && *at != 'a';
        if (a->came < KEPT - 1)
            a->answer[a->came] = (char)*at;
    }
    return a->takes ? v->bytes : 0;
}

/* Lets others run until it says so, two seconds at most. */
static bool until(const struct asker *a, unsigned long came, unsigned long what) {
    const uint64_t end = rdtsc() + 2 * timer_tsc_hz();
    const volatile struct asker *now = a;
    sti(); /* packets come */
    while ((now->came < came || (what && !(now->what & what))) && rdtsc() < end)
        strand_yield();
    return now->came >= came && (!what || (now->what & what));
}

static void say(const struct asker *a, const char *text) {
    streams_write(&asks, a->number, text, strlen(text));
}

static struct asker *connects(unsigned i) {
    struct asker *a = &askers[i];
    *a = (struct asker){.takes = true};
    opens = i;
    const long number = streams_connect(&asks, 0, nic_objects[1].ip, PORT);
    a->number = number > 0 ? (unsigned long)number : 0;
    return number > 0 && until(a, 0, STREAM_OPENED) ? a : NULL;
}

/* The answer's status; 0: there is none. */
static unsigned status(const struct asker *a) {
    const char *text = a->answer;
    if (strncmp(text, "HTTP/1.1 ", 9) != 0)
        return 0;
    return (unsigned)(text[9] - '0') * 100 + (unsigned)(text[10] - '0') * 10 +
           (unsigned)(text[11] - '0');
}

/* Asks by a connection of its own, which ends then. */
static unsigned asked(const char *request) {
    struct asker *a = connects(0);
    if (!a)
        return 0;
    say(a, request);
    until(a, 12, 0);
    const unsigned is = status(a);
    streams_abort(&asks, a->number);
    return is;
}

static unsigned count(const struct asker *a, const char *part) {
    unsigned n = 0;
    for (const char *at = a->answer; *at; at++)
        n += strncmp(at, part, strlen(part)) == 0;
    return n;
}

/* --- The server --- */

static bool fill(const char *path, unsigned bytes, char with) {
    static char all[LARGE];
    struct open_file *o;
    if (file_open(path, FILE_OPEN_CREATE, &o))
        return false;
    memset(all, with, bytes);
    const bool well = file_write(o, all, bytes, 0, false) == (long)bytes;
    file_close(o);
    return well;
}

static bool volume(void) {
    return !volume_format_disk("wfs", "disk0", "web") &&
           !volume_mount_disk("wfs", "disk0", WEB, 128, NULL) && !file_mkdir(WEB "/d") &&
           fill(WEB "/small", SMALL, 'a') && fill(WEB "/other", SMALL, 'a') &&
           fill(WEB "/large", LARGE, 'a');
}

static bool has_devices(struct check *c) {
    const bool has = nic_objects[1].nic && disk_object_find("disk0");
    if (!has)
        check_skip(c, "the machine has no two network interfaces, or no disk");
    return has;
}

static struct extension *begins(struct check *c, const char *server) {
    static const char *const below[] = {"loopback", "ether", "arp", "ip"};
    static struct report why;
    struct extension *e;
    for (unsigned i = 0; i < sizeof below / sizeof *below; i++)
        if (!loader_find(below[i]) && loader_load(below[i], &e, &why))
            check_fail(c, "%s: %s", below[i], why.text);
    if (flow_use("tcp") || !volume())
        check_fail(c, "there is no volume, or no TCP");
    return loading_load(c, server);
}

static void ends(struct check *c, struct extension *e) {
    for (struct asker *a = askers; a < askers + ASKERS; a++)
        if (a->number)
            streams_abort(&asks, a->number);
    if (e)
        CHECK_THAT(c, !loader_unload(e));
    CHECK_THAT(c, !volume_unmount(WEB)); /* no file of it is open */
}

/* --- Checks --- */

CHECK(http_pieces, "http/a_request_may_come_byte_by_byte_and_several_at_once") {
    static const char one[] = "GET /small HTTP/1.1\r\n\r\n";
    struct extension *e = has_devices(c) ? begins(c, "http") : NULL;
    if (!e)
        return;
    struct asker *a = connects(0);
    CHECK_THAT(c, a);
    for (const char *at = one; *at; at++) {
        CHECK_THAT(c, !a->came && streams_write(&asks, a->number, at, 1) == 1);
        strand_yield();
    }
    CHECK_THAT(c, until(a, SMALL + 40, 0) && status(a) == 200);
    const unsigned long answer = a->came;
    say(a, "GET /small HTTP/1.1\r\n\r\nHEAD /large HTTP/1.1\r\n\r\nGET /none HTTP/1.1\r\n\r\nGET");
    CHECK_THAT(c, until(a, 2 * answer + 80, 0));
    CHECK_THAT(c, count(a, "HTTP/1.1 200") == 3 && count(a, "HTTP/1.1 404") == 1);
    ends(c, e);
}

/* What the server says to a request, and what one without the rule does. */
static void answers(struct check *c, const char *request, unsigned wanted, const char *without) {
    struct extension *e = has_devices(c) ? begins(c, "http") : NULL;
    if (!e)
        return;
    const unsigned is = asked(request);
    ends(c, e);
    e = begins(c, without);
    CHECK_THAT(c, e);
    const unsigned other = asked(request);
    ends(c, e);
    if (is != wanted)
        check_fail(c, "it says %u", is);
    if (other == wanted)
        check_fail(c, "without its rule it says the same");
}

CHECK(http_dots, "http/a_path_stays_below_its_root") {
    answers(c, "GET /d/../small HTTP/1.1\r\n\r\n", 400, "web_dots");
}

CHECK(http_long, "http/a_request_without_an_end_is_refused") {
    static char request[4200];
    memset(request, 'x', sizeof request - 1);
    memcpy(request, "GET /small HTTP/1.1\r\n", 21);
    answers(c, request, 431, "web_long");
}

/* 2^64 + 1. */
CHECK(http_digits, "http/a_range_whose_numbers_overflow_is_none") {
    answers(c, "GET /small HTTP/1.1\r\nRange: bytes=18446744073709551617-\r\n\r\n", 200,
            "web_digits");
}

/* All of a large file is asked for, and nothing of it taken. */
static struct asker *reads_slowly(unsigned i) {
    struct asker *a = connects(i);
    if (!a)
        return NULL;
    a->takes = false;
    say(a, "GET /large HTTP/1.1\r\nConnection: close\r\n\r\n");
    return until(a, 0, STREAM_ARRIVED | STREAM_GONE) && !(a->what & STREAM_GONE) ? a : NULL;
}

/* Whether somebody has a file that nobody asked for before. */
static bool slow_readers_keep_out(struct check *c, const char *server) {
    struct extension *e = begins(c, server);
    if (!e)
        return false;
    unsigned slow = 0;
    for (unsigned i = 1; i < ASKERS; i++)
        slow += reads_slowly(i) != NULL;
    const bool had = asked("GET /other HTTP/1.1\r\n\r\n") == 200;
    ends(c, e);
    if (slow < 64)
        check_fail(c, "%u slow readers", slow);
    return !had;
}

CHECK(http_slow, "http/slow_readers_keep_nobody_out") {
    if (!has_devices(c))
        return;
    if (slow_readers_keep_out(c, "http"))
        check_fail(c, "who asks has no answer");
    if (!slow_readers_keep_out(c, "web_readers"))
        check_fail(c, "without its rule it is the same");
}

/* Whether one has bytes of both. */
static bool comes_from_both(struct check *c, const char *server) {
    struct extension *e = begins(c, server);
    if (!e)
        return false;
    struct asker *a = reads_slowly(0);
    if (!a || !fill(WEB "/large", LARGE, 'b')) {
        check_fail(c, "nobody reads");
        return false;
    }
    a->takes = true;
    say(a, "\n"); /* once it has arrived, what was not taken is shown again */
    if (!until(a, 0, STREAM_GONE | STREAM_ENDED))
        check_fail(c, "the answer does not end: %lu bytes", a->came);
    const bool both = a->others != 0;
    ends(c, e);
    return both;
}

CHECK(http_changed, "http/a_file_that_changes_under_its_answer_is_broken_off") {
    if (!has_devices(c))
        return;
    if (comes_from_both(c, "http"))
        check_fail(c, "half of one, and half of another");
    if (!comes_from_both(c, "web_changed"))
        check_fail(c, "without its rule it is the same");
}

CHECK(http_removed, "http/a_file_that_is_removed_or_cut_under_its_answer_ends_it") {
    struct extension *e = has_devices(c) ? begins(c, "http") : NULL;
    struct open_file *o;
    if (!e)
        return;
    struct asker *a = reads_slowly(0), *b = reads_slowly(1);
    CHECK_THAT(c, a && b && !file_open(WEB "/large", FILE_OPEN_WRITE, &o));
    CHECK_THAT(c, !file_truncate(o, 10));
    file_close(o);
    CHECK_THAT(c, !file_remove(WEB "/large", false));
    a->takes = b->takes = true;
    say(a, "\n"), say(b, "\n");
    CHECK_THAT(c, until(a, 0, STREAM_GONE | STREAM_ENDED) && !a->others && a->came < LARGE);
    CHECK_THAT(c, until(b, 0, STREAM_GONE | STREAM_ENDED) && !b->others && b->came < LARGE);
    CHECK_THAT(c, asked("GET /large HTTP/1.1\r\n\r\n") == 404);
    ends(c, e);
}
