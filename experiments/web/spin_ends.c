/* SPDX-License-Identifier: MIT */
/* spin_ends.c -- SPIN's web server, an extension with a cache of its own over wfs, and a client
 * that is code of the kernel: each has an interface, and both interfaces are on one wire. */
#include "spin_ends.h"

#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/report/panic.h"
#include "spin/services/files/file.h"
#include "spin/services/stream/flow.h"
#include "spin/services/stream/stream_calls.h"
#include "spin/services/thread/kthread.h"

#define ROOT "/svc/volumes/web"

static struct disk_object *disk;

/* --- The disk --- */

/* The end of a request is met while nothing else moves the clock on (docs/disk.md). */
static void meet(void) {
    nics_settle();
    timer_stop();
    disk_meet(disk->disk, 0);
    nics_resume();
    scheduler_stops_timer(); /* alarms go on */
}

/* All others wait, for a frame or for the disk, when this strand has the processor. */
static void stand_by(bool (*over)(void)) {
    cli();
    while (!over()) {
        if (disk->busy)
            meet();
        else
            scheduler_wait_alone();
        strand_yield();
    }
    sti();
}

/* --- The server --- */

static struct extension *server;
static bool is_made; /* the volume */

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

static void *make_volume(void *unused) {
    static const uint32_t sizes[] = WEB_SIZES;
    must(volume_format_disk("wfs", "disk0", "web"));
    must(volume_mount_disk("wfs", "disk0", ROOT, VOLUME_PAGES, NULL));
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
        file(sizes[i]);
    for (uint32_t i = 0; i < MIX_SMALL + MIX_LARGE; i++)
        file(mix_size(i));
    is_made = true;
    return unused;
}

static bool volume_is_made(void) {
    return *(volatile bool *)&is_made;
}

static void volume(void) {
    void *unused;
    struct kthread *maker = kthread_fork(make_volume, NULL);
    if (!maker)
        panic("web: no memory for a strand");
    stand_by(volume_is_made);
    while (!kthread_join(maker, &unused))
        continue;
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

bool web_begin(struct bench *b, const char *cache) {
    static const char *const below[] = {"loopback", "ether", "arp", "ip"};
    static const char *const way[] = {"http_hybrid", "http_lru", "http_none"};
    disk = disk_object_find("disk0");
    if (!nic_objects[CLIENT_NIC].nic || !disk) {
        bench_skip(b, "the machine has no two network interfaces, or no disk");
        return false;
    }
    disk_mask(disk->disk, 0);
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

void web_end(void) {
    disk_unmask(disk->disk, 0);
}

uint64_t web_disk_requests(void) {
    return disk->requests;
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

void web_ask_for(uint32_t bytes) {
    client.bytes = bytes;
    client.length = web_request(client.request, bytes);
}

static void begin(void) {
    client.what = client.came = 0;
    if (streams_connect(&asks, 0, nic_objects[CLIENT_NIC].ip, WEB_PORT) < 0)
        panic("web: no connection");
}

static bool is_over(void) {
    return *(volatile unsigned long *)&client.what & STREAM_GONE;
}

static void end(void) {
    if (client.came <= client.bytes)
        panic("web: %u bytes of %u", client.came, client.bytes);
}

void web_exchange(void) {
    begin();
    cli();
    while (!is_over())
        kthread_wait_always(&asker);
    sti();
    end();
}

void web_exchange_by_disk(void) {
    begin();
    stand_by(is_over);
    end();
}

void web_look(void) {
    client.looks = true;
    web_exchange_by_disk();
    client.looks = false;
    if (!web_right(client.answer, client.came, client.bytes))
        panic("web: a wrong answer");
}

/* --- The server's part --- */

static void mask(unsigned nic, void (*to)(struct nic *n, enum nic_queue queue)) {
    to(nic_objects[nic].nic, NIC_RECEIVE), to(nic_objects[nic].nic, NIC_TRANSMIT);
}

/* One of the two is heard, and all that comes of it is done: what it sends waits at the other. How
 * long that took. */
static uint64_t turn(unsigned nic) {
    struct nic *n = nic_objects[nic].nic;
    const uint64_t began = rdtsc();
    mask(nic, nic_unmask);
    do {
        sti();
        strand_yield();
        cli();
        if (disk->busy)
            meet();
        nic_collect(n, NIC_TRANSMIT); /* mostly nobody is told of its end */
    } while (nic_in_flight(n, NIC_TRANSMIT) || disk->busy);
    mask(nic, nic_mask);
    return rdtsc() - began;
}

uint64_t web_exchange_parts(void) {
    uint64_t took = 0;
    cli();
    mask(SERVER_NIC, nic_mask), mask(CLIENT_NIC, nic_mask);
    begin();
    while (!is_over()) {
        turn(CLIENT_NIC);
        const uint64_t frames = nic_objects[SERVER_NIC].frames, ticks = turn(SERVER_NIC);
        took += nic_objects[SERVER_NIC].frames == frames ? 0 : ticks;
    }
    mask(SERVER_NIC, nic_unmask), mask(CLIENT_NIC, nic_unmask);
    sti();
    end();
    return took;
}
