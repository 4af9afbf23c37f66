/* SPDX-License-Identifier: MIT */
/* serial.h -- serial logs for the tests of whatever reads them: records framed as a guest frames
 * them, a complete boot, and a run that holds one.
 *
 *     struct serial s = {0};
 *     serial_record(&s, "hello system=spin build=b clock=icount");
 *     serial_text(&s, "log text\n"); */
#ifndef TESTS_SERIAL_H
#define TESTS_SERIAL_H

#include "run/collection.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

struct serial {
    char bytes[16384];
    size_t length;
    unsigned next; /* sequence number */
};

static inline void serial_text(struct serial *s, const char *text) {
    size_t length = strlen(text);
    memcpy(s->bytes + s->length, text, length + 1);
    s->length += length;
}

/* Frames BODY under the sequence number NUMBER. */
static inline void serial_numbered(struct serial *s, unsigned number, const char *body) {
    char *line = s->bytes + s->length;
    int head = sprintf(line, "@X1 %u %s", number, body);
    unsigned long crc = crc32(0, (unsigned char *)line, (unsigned)head);
    s->length += (size_t)head + (size_t)sprintf(line + head, " #%08lx\n", crc);
}

static inline void serial_record(struct serial *s, const char *body) {
    serial_numbered(s, s->next++, body);
}

/* A whole boot: two benches with their samples, one check, log text between. */
static inline void serial_boot(struct serial *s) {
    static const char *const bodies[] = {
        "hello system=spin build=b1d clock=icount tsc_hz=0",
        "plan row=0 kind=bench name=syscall/null",
        "plan row=1 kind=bench name=syscall/args:1",
        "plan row=2 kind=check name=trap/named",
        "plan count=3",
        "bench name=syscall/null clock=icount overhead=3 batch=1 cold=1 steady=4",
        "samples name=syscall/null phase=cold v=143",
        "samples name=syscall/null phase=steady v=43x3,44",
        "bench name=syscall/args:1 clock=icount overhead=3 batch=1 cold=1 steady=2",
        "samples name=syscall/args:1 phase=cold v=150",
        "samples name=syscall/args:1 phase=steady v=45x2",
        "log text=about%20to%20check",
        "check name=trap/named verdict=pass why=",
        "done benches=2 checks=1 failed=0 faults=0 records=13",
    };
    serial_text(s, "spin: booting\r\n");
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        serial_record(s, bodies[i]);
}

/* A run with one boot of spin, its log the LENGTH bytes of BYTES. */
static inline struct run *serial_run(const char *bytes, size_t length) {
    struct run *run = run_new();
    struct boot *b = run_add_boot(run);
    run_set(&b->system, "spin");
    run_set(&b->raw, "raw/spin.0.log");
    struct collection c;
    collection_begin(&c, run);
    collection_boot(&c, 0);
    guest_log_collect(&c, bytes, length);
    collection_judge(&c);
    collection_end(&c);
    return run;
}

#endif
