/* SPDX-License-Identifier: MIT */
/* panic.c -- see panic.h. */
#include "machine/report/panic.h"

#include "lib/format.h"
#include "lib/string.h"
#include "machine/cpu/segment.h"
#include "machine/cpu/x86.h"
#include "machine/report/exit.h"
#include "machine/report/log.h"
#include "machine/report/serial.h"

#define MESSAGE_MAX 240
#define TRACE_BYTES 900

static char message[MESSAGE_MAX]; /* of the first; none within it writes here */
static void (*report_to)(const struct panic_report *r);
static unsigned under_way; /* panics, each within the one before */

static const struct panic_helpers *helpers;

void panic_init(const struct panic_helpers *h) {
    helpers = h;
}

const char *panic_message(void) {
    return message;
}

void panic_report_to(void (*fn)(const struct panic_report *r)) {
    report_to = fn;
}

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...) {
    char line[TRACE_BYTES + 64];
    va_list args;
    va_start(args, format);
    format_text_va(line, sizeof line, format, args);
    va_end(args);
    serial_write(line, strlen(line));
}

static void say_registers(const struct panic_report *r) {
    const struct trap_frame *f = r->frame;
    say("  rax %016lx rbx %016lx rcx %016lx rdx %016lx\n", f->rax, f->rbx, f->rcx, f->rdx);
    say("  rsi %016lx rdi %016lx rbp %016lx rsp %016lx\n", f->rsi, f->rdi, f->rbp, f->rsp);
    say("  r8  %016lx r9  %016lx r10 %016lx r11 %016lx\n", f->r8, f->r9, f->r10, f->r11);
    say("  r12 %016lx r13 %016lx r14 %016lx r15 %016lx\n", f->r12, f->r13, f->r14, f->r15);
    say("  rip %016lx cs %04lx rflags %08lx ss %04lx\n", f->rip, f->cs, f->rflags, f->ss);
    say("  cr2 %016lx cr3 %016lx vector %lu error %#lx\n", r->cr2, r->cr3, f->vector, f->error);
}

bool panic_is_under_way(void) {
    return under_way;
}

/* Where the message goes of the panic that begins here. Counted before a byte of it is written, so
 * that an NMI cannot take its place. */
static char *begin(void) {
    static char second[MESSAGE_MAX];
    if (++under_way > 2)
        machine_halt();
    return under_way == 1 ? message : second;
}

static _Noreturn void end(void) {
    serial_drain();
    machine_tell_panic();
    machine_exit(EXIT_PANIC);
}

/* In: said is begin()'s, and nobody catches it. The message is out before anything else is
 * looked at that may be broken. */
static _Noreturn void finish(const struct trap_frame *f, const char *said) {
    static char trace[TRACE_BYTES], tail[512];
    if (said != message) {
        say("\npanic within the panic: %s\npanic: %s\n", said, message);
        end();
    }
    struct panic_report r = {message, f, read_cr2(), read_cr3(), trace};
    say("\npanic: %s\n", message);
    say_registers(&r);
    helpers->trace(f, trace, sizeof trace);
    say("  trace %s\n", trace);
    if (log_tail(tail, sizeof tail))
        say("the last log lines:\n%s", tail);
    if (report_to)
        report_to(&r);
    end();
}

/* The caller's state as far as C can see it: what it needs back after the call, and where it is. */
static inline __attribute__((always_inline)) void frame_of_caller(struct trap_frame *f) {
    uint64_t *link = __builtin_frame_address(0);
    *f = (struct trap_frame){
        .vector = TRAP_PANIC,
        .rip = (uint64_t)__builtin_return_address(0),
        .rbp = link[0],
        .rsp = (uint64_t)(link + 2),
        .cs = KERNEL_CODE,
        .ss = KERNEL_DATA,
        .rflags = read_rflags(),
    };
}

void panic(const char *format, ...) {
    struct trap_frame f;
    va_list args;
    frame_of_caller(&f);
    cli();
    char *said = helpers->is_caught() ? message : begin();
    va_start(args, format);
    format_text_va(said, MESSAGE_MAX, format, args);
    va_end(args);
    helpers->caught(&f);
    finish(&f, said);
}

void panic_trap(const struct trap_frame *f) {
    cli();
    helpers->caught(f);
    char *said = begin();
    int length = format_text(said, MESSAGE_MAX, "%s in %s mode, error %#lx, at %#lx, cr2 %#lx",
                             helpers->trap_name((unsigned)f->vector),
                             trap_from_user(f) ? "user" : "kernel", f->error, f->rip, read_cr2());
    helpers->explain(f, said + length, MESSAGE_MAX - (size_t)length);
    finish(f, said);
}

void panic_again(const struct trap_frame *f) {
    if (f->vector != TRAP_PANIC)
        panic_trap(f);
    helpers->caught(f);
    begin(); /* the message is there */
    finish(f, message);
}
