/* SPDX-License-Identifier: MIT */
/* children.c -- a row runs in a child; how the child ended, if not well, is a fault record.
 * Where the child was when the signal came it writes down itself, in shared memory, before it
 * dies of it. */
#include "linux/init.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};

/* What the child saw of its fault. */
static struct {
    int signal, code;
    uint64_t rip, rsp, address;
} * seen;

/* The row that a child of this process runs, for what it says of itself. */
static const char *current_row = "init";

static void fault_begin(struct body *b, char *buffer, const char *who) {
    body_begin(b, buffer, BODY_MAX, BODY_FAULT);
    body_text(b, "where", "user");
    body_text(b, "who", who);
}

static void fault_send(struct body *b) {
    size_t length = body_end(b);
    serial_record(b->text, length);
}

static void on_fault(int signal, siginfo_t *info, void *context) {
    const greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    seen->signal = signal;
    seen->code = info->si_code;
    seen->address = (uint64_t)(uintptr_t)info->si_addr;
    seen->rip = (uint64_t)registers[REG_RIP];
    seen->rsp = (uint64_t)registers[REG_RSP];
    /* SA_RESETHAND: the instruction faults again, and now it kills. A raised signal needs raising
     * again. */
    if (info->si_code <= 0)
        raise(signal);
}

/* On a stack of its own, for the fault may be the stack's. */
static void faults_watch(void) {
    static char stack[16384];
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND};
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        sigaction(fatal[i], &action, NULL);
}

static void death_report(const char *row, int status) {
    char buffer[BODY_MAX];
    struct body b;
    fault_begin(&b, buffer, row);
    if (WIFSIGNALED(status)) {
        body_text(&b, "signal", sigabbrev_np(WTERMSIG(status)));
        if (seen->signal == WTERMSIG(status)) {
            body_uint(&b, "code", (uint64_t)seen->code);
            body_hex(&b, "rip", seen->rip);
            body_hex(&b, "rsp", seen->rsp);
            body_hex(&b, "address", seen->address);
        }
    } else {
        body_uint(&b, "exit", (uint64_t)WEXITSTATUS(status));
    }
    fault_send(&b);
}

void child_run(const struct agent *a, const struct agent_row *row) {
    int status;
    if (!seen)
        seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(seen, 0, sizeof *seen);
    current_row = row->name;
    pid_t child = fork();
    if (!child) {
        faults_watch();
        agent_run_row(a, row);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        child_panic("fork or waitpid failed");
    if (status)
        death_report(row->name, status);
}

void child_panic(const char *why) {
    char buffer[BODY_MAX];
    struct body b;
    fault_begin(&b, buffer, current_row);
    body_text(&b, "why", why);
    fault_send(&b);
    if (getpid() == 1)
        guest_exit(PROTOCOL_EXIT_EARLY);
    _exit(0); /* it is reported */
}

/* Whatever a process can bring about; a triple fault it cannot. */
void child_inject(enum injection what) {
    static const char no[] = "inject=triple: a process of Linux cannot cause a triple fault";
    int trigger;
    switch (what) {
    case INJECT_USER_FAULT:
        __asm__ volatile("ud2");
        break;
    case INJECT_PANIC:
        trigger = open("/proc/sysrq-trigger", O_WRONLY);
        if (write(trigger, "c", 1) != 1)
            child_panic("inject=panic: no /proc/sysrq-trigger");
        break;
    case INJECT_RESET:
        reboot(RB_AUTOBOOT);
        break;
    case INJECT_TRIPLE:
        body_log(serial_record, no, sizeof no - 1);
        break;
    default:
        break;
    }
}
