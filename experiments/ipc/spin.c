/* SPDX-License-Identifier: MIT */
/* spin.c -- a call of one extension by another, within the kernel; and the process that is called
 * by the program of spin-user.c, which asks for it as for an extension of its own. */
#include "procedures.h"
#include "server.h"

#include "common/engine.h"
#include "lib/error.h"
#include "machine/report/panic.h"
#include "measure/bench.h"
#include "spin/core/extension.h"
#include "spin/core/space/process.h"
#include "spin/services/calls/cross_call.h"
#include "spin/services/public.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/calls/user_calls.h"
#include "spin/services/calls/user_extension.h"

/* --- Within the kernel --- */

extern const uint8_t ipc_callee[], ipc_callee_end[], ipc_caller[], ipc_caller_end[];
__asm__(".pushsection .rodata\n.balign 16\n"
        "ipc_callee: .incbin \"experiments/ipc/callee.clang-O2.o\"\n"
        "ipc_callee_end: .balign 16\n"
        "ipc_caller: .incbin \"experiments/ipc/caller.clang-O2.o\"\n"
        "ipc_caller_end:\n.popsection");

static struct report why;

/* Functions, of the types that they have. */
static const struct typing *function_kind(void) {
    static struct kind_description description = {
        .kind = {.name = "function", .demands = BOUNDED, .stack_max = EXTENSION_STACK_MAX},
        .own = true};
    static struct typing kind;
    if (!description.types) {
        description.types = domain_types(public_domain);
        if (!typing_open(&kind, &engine_hooks, &description, &why))
            panic("ipc: %s", why.text);
    }
    return &kind;
}

static void load(struct load *l, const char *name, struct bytes object, struct domain *from) {
    const struct load_request request = {.name = name,
                                         .file = object.at,
                                         .len = object.len,
                                         .as = function_kind(),
                                         .domain = &from,
                                         .domains = from ? 1 : 0};
    if (!extension_open(l, &request, &why))
        panic("ipc: %s: %s", name, why.text);
}

static void run(struct load *l, const char *program) {
    static struct net_report report;
    const uint64_t none[PARAMETERS] = {0};
    uint64_t result;
    if (!extension_run(load_program(l, program), none, 0, &result, &report))
        panic("ipc: %s was ended early", program);
}

/* What one call more takes. */
BENCH(in_kernel_call, "ipc/in_kernel_call") {
    static struct load callee, caller;
    load(&callee, "callee", (struct bytes){ipc_callee, (size_t)(ipc_callee_end - ipc_callee)},
         NULL);
    struct domain *exports = link_export(&callee.link, &why);
    if (!exports)
        panic("ipc: %s", why.text);
    load(&caller, "caller", (struct bytes){ipc_caller, (size_t)(ipc_caller_end - ipc_caller)},
         exports);
    while (bench_next(b)) {
        bench_start(b), run(&caller, "call_none"), bench_stop(b);
        bench_start(b), run(&caller, "call_hundred"), bench_stop(b);
        bench_difference(b, CALLS);
    }
    if (!extension_close(&caller) || !extension_close(&callee))
        panic("ipc: an extension is still in use");
}

/* --- From process to process --- */

static struct process server;
static struct kthread *thread;

static void *run_server(void *unused) {
    (void)process_run(&server, 0, 0, "");
    return unused;
}

static int begin(struct address_space *of, void **unused) {
    (void)unused;
    (void)of;
    int error = process_create(&server, "ipc-server", user_calls_handler);
    if (error)
        return error;
    thread = kthread_fork(run_server, NULL);
    if (!thread) {
        process_destroy(&server);
        return -E_NO_MEMORY;
    }
    while (cross_connect(SERVER) < 0)
        strand_yield();
    return 0;
}

static void end(void *instance) {
    (void)instance;
    void *unused;
    process_terminate(&server);
    kthread_kill(thread);
    while (!kthread_join(thread, &unused))
        ;
    process_destroy(&server);
}

USER_EXTENSION(ipc_server, SERVER, begin, end, .alone = true);
