/* SPDX-License-Identifier: MIT */
/* fault.c -- see fault.h. */
#include "floor/fault.h"

#include "floor/console.h"
#include "floor/user_program.h"
#include "machine/exit.h"
#include "machine/panic.h"
#include "machine/user.h"
#include "machine/user_trace.h"
#include "machine/x86.h"
#include "measure/body.h"

_Static_assert(EXIT_PORT == PROTOCOL_EXIT_PORT && EXIT_PANIC == PROTOCOL_EXIT_PANIC,
               "the machine ends in the numbers that the harness expects");

static void report(const char *where, const char *why, const struct trap_frame *f,
                   const char *trace) {
    char text[BODY_MAX];
    struct body b;
    body_begin(&b, text, sizeof text, BODY_FAULT);
    body_text(&b, "where", where);
    body_text(&b, "who", "floor");
    if (why)
        body_text(&b, "why", why);
    body_uint(&b, "vector", f->vector);
    body_text(&b, "trap", trap_name((unsigned)f->vector));
    body_hex(&b, "error", f->error);
    body_hex(&b, "address", read_cr2());
#define ADD(name) body_hex(&b, #name, f->name);
    TRAP_REGISTERS(ADD)
#undef ADD
    body_text(&b, "trace", trace);
    console_record(text, body_end(&b));
}

static void report_panic(const struct panic_report *p) {
    report("kernel", p->message, p->frame, p->trace);
}

static void end_user_program(struct trap_frame *f) {
    char trace[200];
    user_trace(f, trace, sizeof trace);
    report("user", NULL, f, trace);
    user_return(USER_PROGRAM_KILLED);
}

void fault_init(void) {
    panic_report_to(report_panic);
    trap_handle_rest(end_user_program);
}
