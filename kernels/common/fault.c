/* SPDX-License-Identifier: MIT */
/* fault.c -- see fault.h. */
#include "common/fault.h"

#include "common/line.h"
#include "machine/report/exit.h"
#include "machine/report/panic.h"
#include "machine/user/user_trace.h"
#include "measure/body.h"

_Static_assert(EXIT_PORT == PROTOCOL_EXIT_PORT && EXIT_PANIC == PROTOCOL_EXIT_PANIC,
               "the machine ends in the numbers that the harness expects");

static const char *panicking;

bool fault_is_of_program(const struct trap_frame *f) {
    return f->vector < TRAP_EXCEPTIONS && f->vector != TRAP_NMI && f->vector != TRAP_DOUBLE &&
           f->vector != TRAP_MACHINE;
}

static void add_registers(struct body *b, const struct trap_frame *f, uint64_t address) {
    body_uint(b, "vector", f->vector);
    body_text(b, "trap", trap_name((unsigned)f->vector));
    body_hex(b, "error", f->error);
    body_hex(b, "address", address);
#define ADD(name) body_hex(b, #name, f->name);
    TRAP_REGISTERS(ADD)
#undef ADD
}

void fault_report(const struct trap_frame *f, uint64_t address, const char *who, bool expected) {
    char text[BODY_MAX], trace[200];
    struct body b;
    user_trace(f, trace, sizeof trace);
    body_begin(&b, text, sizeof text, BODY_FAULT);
    body_text(&b, "where", "user");
    body_text(&b, "who", who);
    if (expected)
        body_uint(&b, "expected", 1);
    add_registers(&b, f, address);
    body_text(&b, "trace", trace);
    line_record(text, body_end(&b));
}

static void report_panic(const struct panic_report *p) {
    char text[BODY_MAX];
    struct body b;
    body_begin(&b, text, sizeof text, BODY_FAULT);
    body_text(&b, "where", "kernel");
    body_text(&b, "who", panicking);
    body_text(&b, "why", p->message);
    add_registers(&b, p->frame, p->cr2);
    body_hex(&b, "cr3", p->cr3);
    body_text(&b, "trace", p->trace);
    line_record(text, body_end(&b));
}

void fault_report_panics(const char *system) {
    panicking = system;
    panic_report_to(report_panic);
}
