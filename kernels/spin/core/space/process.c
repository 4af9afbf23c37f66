/* SPDX-License-Identifier: MIT */
/* process.c -- see process.h. */
#include "spin/core/space/process.h"

#include "common/archive.h"
#include "common/fault.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/report/log.h"
#include "machine/report/panic.h"
#include "machine/user/program.h"
#include "spin/core/dispatch/impose.h"

MODULE("Process");

static struct process *running;
static struct process_end end; /* of the one that ended last */

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

void process_destroy(struct process *p) {
    process_ends(p);
    address_space_destroy(&p->space);
}

struct process_end process_run(struct process *p, uint64_t a, uint64_t b, const char *words) {
    char told[PROCESS_WORDS_MAX] = "";
    const vaddr_t at = PROCESS_STACK_TOP - sizeof told;
    assert_that(!running);
    memcpy(told, words, strnlen(words, sizeof told - 1));

    address_space_enter(&p->space);
    assert_that(copy_to_user(at, told, sizeof told) == 0); /* the stack is mapped */
    struct trap_frame start;
    user_frame_init(&start, p->entry, at, true);
    start.rdi = a;
    start.rsi = b;
    start.rdx = at;
    running = p;
    end = (struct process_end){0};
    end.status = user_run(&start);
    running = NULL;
    address_space_enter(NULL);
    return end;
}

void process_exit(uint64_t status) {
    user_return(status);
}

void process_kill(const struct trap_frame *f, uint64_t address) {
    fault_report(f, address, running->space.name, running->fault_expected);
    end.killed = true;
    end.frame = *f;
    end.address = address;
    user_return(0);
}

/* Everybody may hear of it, and nobody keeps it from the others. */
static bool allows(void *unused, struct change_request *request) {
    (void)unused;
    if (request->handler && (request->handler->flags & BINDING_CANCEL))
        return false;
    return impose_guard(request, (struct procedure){0});
}

void process_init(void) {
    event_authorize(THIS_MODULE, allows);
}
