/* SPDX-License-Identifier: MIT */
/* process.c -- see process.h. */
#include "spin/core/space/process.h"

#include "common/archive.h"
#include "common/fault.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/report/log.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/report/panic.h"
#include "machine/thread/thread.h"
#include "machine/user/program.h"
#include "spin/core/space/trap_syscall.h"

MODULE("Process");

int process_create(struct process *p, const char *program, address_space_handler *syscall) {
    struct elf_source image;
    if (!archive_find(program, &image))
        return -E_NOT_FOUND;
    *p = (struct process){0};
    int error = address_space_create(&p->space, program, syscall);
    if (error)
        return error;
    const char *why = "";
    error = program_map(&p->space.translation.pages,
                        PROCESS_STACK_TOP - PROCESS_STACK_PAGES * PAGE_SIZE, PROCESS_STACK_PAGES,
                        PAGE_READ | PAGE_WRITE);
    if (!error) /* last: it is refused what it wants of the stack */
        error = program_load(&p->space.translation.pages, &image, &p->entry, &why);
    if (error) {
        log_line("process_create: %s: %s%s%s", program, error_sentence(error), *why ? ": " : "",
                 why);
        process_destroy(p);
    }
    return error;
}

EVENT(process_ends, "Process.Ends", void, (struct process * p)) {
    (void)p;
}

EVENT(process_stops, "Process.Stops", void, (struct process * p)) {
    (void)p;
}

void process_destroy(struct process *p) {
    assert_that(!p->thread);
    bool on = interrupts_off();
    process_ends(p);
    interrupts_restore(on);
    address_space_destroy(&p->space);
}

struct process_end process_run_from(struct process *p, struct trap_frame *start) {
    bool on = interrupts_off(); /* until user code runs, so that p->thread says whether it does */
    assert_that(!p->thread);
    p->end = (struct process_end){.terminated = p->end.terminated};
    address_space_enter(&p->space);
    p->thread = thread_current();
    if (!p->end.terminated)
        p->end.status = user_run(start);
    p->thread = NULL;
    process_stops(p);
    address_space_enter(NULL);
    interrupts_restore(on);
    return p->end;
}

struct process_end process_run(struct process *p, uint64_t a, uint64_t b, const char *words) {
    const vaddr_t at = PROCESS_STACK_TOP - PROCESS_WORDS_MAX;
    const size_t length = strnlen(words, PROCESS_WORDS_MAX - 1);
    struct trap_frame start;
    address_space_enter(&p->space); /* where the highest page of the stack is mapped */
    assert_that(copy_to_user(at, words, length) == 0 && copy_to_user(at + length, "", 1) == 0);
    address_space_enter(NULL);
    user_frame_init(&start, p->entry, at, true);
    start.rdi = a;
    start.rsi = b;
    start.rdx = at;
    return process_run_from(p, &start);
}

void process_exit(uint64_t status) {
    user_return(status);
}

void process_kill(const struct trap_frame *f, uint64_t address) {
    struct process *p = process_current();
    if (!p->end.terminated) {
        fault_report(f, address, p->space.name, p->fault_expected);
        p->end = (struct process_end){.killed = true, .frame = *f, .address = address};
    }
    user_return(0);
}

/* Its registers lie on its thread's stack, and the next return to user mode finds no code: what it
 * faults there is nobody's to handle but Trap.Fault's. */
void process_terminate(struct process *p) {
    bool on = interrupts_off();
    p->end.terminated = true;
    if (p->thread == thread_current())
        user_return(0);
    if (p->thread) {
        struct trap_frame *f = thread_frame(p->thread);
        translation_give(&p->space.translation, NULL);
        f->rip = USER_TOP;
        trap_syscall_changed(f);
    }
    process_stops(p);
    interrupts_restore(on);
}

/* Everybody may hear of it, and nobody keeps it from the others. */
static bool allows(void *unused, struct change_request *request) {
    (void)unused;
    return !(request->handler && request->handler->flags & BINDING_CANCEL) &&
           impose_guard(request, (struct procedure){0});
}

void process_init(void) {
    event_authorize(THIS_MODULE, allows);
}
