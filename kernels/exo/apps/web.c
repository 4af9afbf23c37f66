/* SPDX-License-Identifier: MIT */
/* web.c -- Cheetah at 10.0.0.1, port 80, on the first network interface, with files in memory:
 * lines of 64 bytes, which are numbers from 0 on. Its words say how many MiB the file /large has;
 * the others are index.html, /small (1 KiB) and /medium (100 KiB). As the first environment it is
 * the program of an archive (web.boot). It reads no console, and serves until the machine ends. */
#include "exo/apps/report.h"
#include "exo/apps/web_status.h"
#include "exo/libos/cheetah/cheetah.h"
#include "exo/libos/net/port.h"
#include "exo/libos/disk/memory_disk.h"
#include "exo/libos/disk/raw_store.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/net/net_secret.h"
#include "exo/libos/stubs.h"
#include "exo/libos/time/clock.h"
#include "exo/libos/time/sleep.h"
#include "lib/error.h"
#include "lib/string.h"
#include "user/program.h"

_Static_assert(CHEETAH_PIECES - 1 <= LINK_PARTS, "a frame is one call");

#define MIB       (1ul << 20)
#define CACHE     2048 /* pages */
#define FILES     64
#define EXTENTS   8192
#define DISK_AT   0x510000000000ul
#define STORE_AT  0x520000000000ul
#define TABLES_AT 0x530000000000ul
#define SERVER_AT 0x540000000000ul
#define PORT_AT   0x550000000000ul
enum { IP = 0x0a000001, LINE = 64, LOOK_NS = 1000000000 };

static struct memory_disk disk;
static struct raw_store raw;
static struct alfs fs;
static struct port port;

/* Zeroed memory, or false. */
static bool memory(uint64_t at, uint64_t bytes) {
    return !frames_map(0, 0, 0, at | EXO_ZEROED, (bytes + 4095) / 4096, EXO_WRITE | EXO_NO_EXEC);
}

/* --- Files --- */

/* A block of lines; `line` is the next one's number, in digits. */
static void fill(uint8_t *block, char line[LINE]) {
    for (uint32_t at = 0; at < STORE_BLOCK; at += LINE) {
        memcpy(block + at, line, LINE);
        unsigned digit = LINE - 2;
        for (; line[digit] == '9'; digit--)
            line[digit] = '0';
        line[digit]++;
    }
}

static bool file(const char *name, uint64_t bytes) {
    static uint8_t block[STORE_BLOCK];
    char line[LINE];
    struct alfs_id id;
    memset(line, '0', LINE - 1);
    line[LINE - 1] = '\n';
    if (alfs_create(&fs, alfs_root(), (struct alfs_name){name, strlen(name)}, ALFS_FILE, 0600, &id))
        return false;
    for (uint64_t at = 0, part; at < bytes; at += part) {
        part = bytes - at < STORE_BLOCK ? bytes - at : STORE_BLOCK;
        fill(block, line);
        if (alfs_write(&fs, id, at, block, part) != (long)part || (at % MIB == 0 && alfs_sync(&fs)))
            return false;
    }
    return !alfs_sync(&fs);
}

static bool volume(uint64_t mib) {
    static const char name[16] = "web";
    const uint32_t blocks = (uint32_t)((mib + 4) * MIB / STORE_BLOCK);
    if (!memory(DISK_AT, blocks * (uint64_t)STORE_BLOCK) ||
        !memory(STORE_AT, raw_store_bytes(blocks, CACHE)) ||
        !memory(TABLES_AT, alfs_bytes(FILES, EXTENTS)))
        return false;
    memory_disk_begin(&disk, (unsigned char *)DISK_AT, blocks);
    static unsigned char page[STORE_BLOCK];
    return !raw_store_format(&disk.disk, page) &&
           !raw_store_open(&raw, &disk.disk, (void *)STORE_AT, CACHE) &&
           !alfs_declare(&raw.store, NULL, NULL) && !alfs_format(&raw.store, name, 0, false) &&
           !alfs_mount(&fs, &raw.store, name, (void *)TABLES_AT, FILES, EXTENTS, false) &&
           file("index.html", 640) && file("small", 1024) && file("medium", 102400) &&
           file("large", mib * MIB);
}

/* --- Serving --- */

/* Until a frame arrived since `seen` were counted, or that time. */
static void sleep(uint64_t seen, uint64_t until) {
    const struct term terms[] = {{TERM_NE, 0, TERM_CONSTANT, seen},
                                 {TERM_OR, 0, 0, 1},
                                 {TERM_GE, 1, TERM_CONSTANT, until},
                                 {TERM_OR, 0, 0, 2}};
    static uint8_t code[256];
    const struct exo_variable variables[] = {
        {(uint64_t) & ((const volatile struct exo_nic *)EXO_NIC)->frames_in, 0},
        {(uint64_t)&env_info()->now, 0}};
    const long bytes = predicate_of_terms(terms, 4, 2, code, sizeof code);
    uint64_t tag;
    predicate_sleep(code, (size_t)bytes, variables, 2, &tag);
}

static _Noreturn void serve(struct cheetah *c) {
    for (;;) {
        const uint64_t seen = ((const volatile struct exo_nic *)EXO_NIC)->frames_in;
        uint64_t now = clock_ns(clock_now());
        uint32_t bytes;
        const uint8_t *frame;
        while ((frame = link_next(&port.link, &bytes)) != NULL) {
            cheetah_frame(c, frame, bytes, now);
            link_done(&port.link);
        }
        const bool all = cheetah_work(c, now);
        const uint64_t due = cheetah_deadline(c), look = now + LOOK_NS;
        if (all)
            sleep(seen, clock_ticks(due < look ? due : look));
    }
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    const uint64_t mib = report_number(words);
    (void)a, (void)b;
    long error = port_open(&port, 0, 0, IP, 80, PORT_AT);
    if (error) {
        report("web", "no interface, error", (uint64_t)-error);
        return 1;
    }
    const struct cheetah_setup setup = {.fs = &fs,
                                        .root = alfs_root(),
                                        .wire = &port.wire,
                                        .ether = port.link.ether,
                                        .ip = IP,
                                        .port = 80,
                                        .secret = net_secret(),
                                        .connections = 1024,
                                        .stretches = 256,
                                        .pages = 128,
                                        .status = web_status};
    if (!memory(SERVER_AT, cheetah_bytes(&setup)) || !volume(mib)) {
        report("web", "too little memory for MiB", mib);
        return 1;
    }
    struct cheetah *c = cheetah_begin(&setup, (void *)SERVER_AT);
    report("web", "serves port", setup.port);
    serve(c);
}
