/* SPDX-License-Identifier: MIT */
/* spin.c -- SPIN's web server, an extension with a cache of its own over wfs, and a client that is
 * code of the kernel: each has an interface, and both interfaces are on one wire. */
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "measure/bench.h"
#include "spin/services/files/file.h"
#include "spin/services/stream/flow.h"
#include "spin/services/stream/stream_calls.h"
#include "spin/services/thread/kthread.h"
#include "web.h"

#define ROOT "/svc/volumes/web"

/* --- The server --- */

static struct extension *server;

static void must(int error) {
    if (error)
        panic("web: error %d", error);
}

static void file(uint32_t bytes) {
    static uint8_t all[WEB_MOST];
    char path[64];
    struct open_file *o;
    *web_number(web_text(path, ROOT "/"), bytes) = '\0';
    for (uint32_t i = 0; i < bytes; i++)
        all[i] = web_byte(bytes, i);
    must(file_open(path, FILE_OPEN_CREATE, &o));
    if (file_write(o, all, bytes, 0, false) != (long)bytes)
        panic("web: a file of %u bytes cannot be written", bytes);
    must(file_sync(o));
    file_close(o);
}

static void volume(void) {
    static const uint32_t sizes[] = WEB_SIZES;
    must(volume_format_disk("wfs", "disk0", "web"));
    must(volume_mount_disk("wfs", "disk0", ROOT, VOLUME_PAGES, NULL));
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
        file(sizes[i]);
    for (uint32_t i = 0; i < MIX_SMALL + MIX_LARGE; i++)
        file(mix_size(i));
}

static struct extension *load(const char *name) {
    static struct report why;
    struct extension *e = loader_find(name);
    if (!e && loader_load(name, &e, &why))
        panic("web: %s: %s", name, why.text);
    return e;
}

/* One of its functions without arguments. */
static uint64_t call(const char *function) {
    static const uint64_t nothing[PARAMETERS];
    static struct net_report report;
    uint64_t result = 0;
    const struct load_program *p = extension_program(server, function);
    if (!p || !extension_run(p, nothing, 0, &result, &report))
        panic("web: %s cannot be called", function);
    return result;
}

static bool begins(struct bench *b, const char *cache) {
    static const char *const below[] = {"loopback", "ether", "arp", "ip"};
    static const char *const way[] = {"http_hybrid", "http_lru", "http_none"};
    if (!nic_objects[1].nic || !disk_object_find("disk0")) {
        bench_skip(b, "the machine has no two network interfaces, or no disk");
        return false;
    }
    if (!server) {
        for (unsigned i = 0; i < sizeof below / sizeof *below; i++)
            load(below[i]);
        must(flow_use("tcp"));
        volume();
        server = load("http");
    }
    call(way[*cache == 'h' ? 0 : *cache == 'l' ? 1 : 2]);
    return true;
}

/* --- The client --- */

static struct list asker = LIST_INIT(asker); /* where the row waits */
static struct {
    unsigned long what;
    uint32_t came, length, bytes;
    char request[100];
    uint8_t answer[WEB_MOST];
    bool looks; /* the answer is kept */
} client;

static unsigned long hear(struct stream_view *v);
static const struct stream_owner asks = {.ready = hear};

static unsigned long hear(struct stream_view *v) {
    if (v->what & STREAM_OPENED)
        streams_write(&asks, v->number, client.request, client.length);
    if (client.looks && client.came + v->bytes <= sizeof client.answer)
        memcpy(client.answer + client.came, v->data, v->bytes);
    client.came += (uint32_t)v->bytes;
    if (v->what & STREAM_ENDED)
        streams_close(&asks, v->number, true);
    client.what |= v->what;
    if (v->what & STREAM_GONE)
        kthread_wake(&asker);
    return v->bytes;
}

static void ask_for(uint32_t bytes) {
    client.bytes = bytes;
    client.length = web_request(client.request, bytes);
}

/* From the first SYN to the acknowledgement of the client's end. */
static void exchange(void) {
    client.what = client.came = 0;
    if (streams_connect(&asks, 0, nic_objects[1].ip, WEB_PORT) < 0)
        panic("web: no connection");
    cli();
    while (!(*(volatile unsigned long *)&client.what & STREAM_GONE))
        kthread_wait_always(&asker);
    sti();
    if (client.came <= client.bytes)
        panic("web: %u bytes of %u", client.came, client.bytes);
}

static void look(void) {
    client.looks = true;
    exchange();
    client.looks = false;
    if (!web_right(client.answer, client.came, client.bytes))
        panic("web: a wrong answer");
}

/* Not of a large file: what is read from a disk meanwhile takes its host's time. */
BENCH(web_get, "web/get/bytes:100,1024,10240/server:http") {
    if (!begins(b, "hybrid"))
        return;
    ask_for((uint32_t)bench_arg(b, "bytes"));
    look(); /* what is kept is in memory */
    while (bench_next(b)) {
        bench_start(b);
        exchange();
        bench_stop(b);
    }
    look();
}

/* Frames on the wire, by both. */
BENCH(web_frames, "web/count/of:frames/bytes:1024/server:http") {
    if (!begins(b, "hybrid"))
        return;
    ask_for((uint32_t)bench_arg(b, "bytes"));
    look();
    const uint64_t before = nic_objects[0].sent + nic_objects[1].sent;
    exchange();
    bench_count(b, nic_objects[0].sent + nic_objects[1].sent - before);
}

/* --- A mix --- */

static void mix(uint64_t *seed) {
    for (unsigned i = 0; i < 100; i++) {
        ask_for(mix_next(seed));
        exchange();
    }
}

static bool begins_mix(struct bench *b, uint64_t *seed) {
    char cache[8];
    bench_word(b, "cache", cache, sizeof cache);
    if (!begins(b, cache))
        return false;
    mix(seed);
    return true;
}

/* Requests to the disk for the second hundred. */
BENCH(web_mix_reads, "web/count/of:reads/cache:hybrid,lru,none/server:http") {
    uint64_t seed = 1;
    if (!begins_mix(b, &seed))
        return;
    const uint64_t before = disk_object_find("disk0")->requests;
    mix(&seed);
    bench_count(b, disk_object_find("disk0")->requests - before);
}
