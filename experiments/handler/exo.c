/* SPDX-License-Identifier: MIT */
/* exo.c -- the handler that answers echoes, on a frame in the kernel's memory: interpreted, as
 * verified code is compiled, and as C is. What it sends is refused at once, for it names an
 * interface that there is not. */
#include "common/engine.h"
#include "engine/interpreter.h"
#include "engine/load.h"
#include "exo/kernel/ash/ash_kind.h"
#include "exo/kernel/ash/ash_run.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/memory/page.h"
#include "measure/bench.h"
#include "native.h"
#include "protocol/ether.h"
#include "protocol/icmp.h"
#include "protocol/ip.h"
#include "protocol/checksum.h"

extern const uint8_t handler_object[], handler_object_end[];
__asm__(".pushsection .rodata\n.balign 16\n"
        "handler_object: .incbin \"guest/ash/icmp_answer.o\"\n"
        "handler_object_end:\n.popsection");

enum { DATA = 56, BYTES = ETHER_HEADER + IP_HEADER + ICMP_HEADER + DATA, NOWHERE = 99 };

static uint8_t frame[EXO_ASH_FRAME] __attribute__((aligned(8)));
static uint8_t region[PAGE_SIZE] __attribute__((aligned(8)));

/* The handler, once for all rows. */
static struct {
    bool loaded;
    struct typing typing;
    struct kind_description description;
    struct load load;
    struct domain *domain;
    struct code code;
    struct report why;
} handler;

static bool load(struct bench *b) {
    static const struct jit_options plain;
    const struct typing *as = &handler.typing;
    handler.description.kind = ash_kind(PAGE_SIZE);
    handler.domain = handler.loaded ? handler.domain : ash_exports();
    const struct load_request request = {.name = "object",
                                         .file = handler_object,
                                         .len = (size_t)(handler_object_end - handler_object),
                                         .as = as,
                                         .only = "ash",
                                         .domain = &handler.domain,
                                         .domains = 1};
    if (handler.loaded)
        return true;
    handler.loaded =
        typing_open(&handler.typing, &engine_hooks, &handler.description, &handler.why) &&
        load_open(&handler.load, &engine_hooks, &request, &handler.why) &&
        jit_compile(&handler.load.program->image.program, &engine_hooks, &plain, &handler.code);
    if (!handler.loaded)
        bench_skip(b, "the handler is not loaded");
    return handler.loaded;
}

static void echo(void) {
    const struct icmp_message m = {.type = ICMP_ECHO, .id = 1, .seq = 1};
    const struct ip_header ip = {.source = 1,
                                 .target = 2,
                                 .length = BYTES - ETHER_HEADER,
                                 .ttl = IP_TTL,
                                 .protocol = IP_ICMP};
    const struct ether_address here = {{2}}, there = {{4}};
    uint8_t *packet = frame + ETHER_HEADER, *at = packet + IP_HEADER;
    ether_put(frame, &there, &here, ETHER_IP);
    ip_put(packet, &ip);
    icmp_put(at, &m, sum_bytes(at + ICMP_HEADER, DATA));
}

static uint64_t interpret(void) {
    static uint8_t stack[PAGE_SIZE];
    struct activation a = {.stack = stack, .stack_bytes = sizeof stack, .fuel = 1000};
    const uint64_t arguments[PARAMETERS] = {(uint64_t)frame, BYTES, (uint64_t)region, NOWHERE};
    return interpreter_run(&handler.load.program->image.program, arguments, &a);
}

static uint64_t compiled(void) {
    return handler.code.entry((uint64_t)frame, BYTES, (uint64_t)region, NOWHERE, 0, NULL);
}

static uint64_t native(void) {
    return handler_native(frame, BYTES, region, NOWHERE);
}

BENCH(handler_ways, "handler/ways:interp,jit,native") {
    static struct ash nobodys;
    char way[16];
    bench_word(b, "ways", way, sizeof way);
    uint64_t (*run)(void) = !strcmp(way, "interp") ? interpret
                            : !strcmp(way, "jit")  ? compiled
                                                   : native;
    if (!load(b))
        return;
    ash_now.ash = &nobodys;
    while (bench_next(b)) {
        echo();
        bench_start(b);
        uint64_t done = run();
        bench_stop(b);
        if (done || frame[ETHER_HEADER + IP_HEADER] != ICMP_ECHO_REPLY)
            __builtin_trap();
    }
}

/* A word of the region by the kernel's map of all memory, or in its owner's address space: which is
 * loaded, and the running one's afterwards. */
BENCH(handler_space, "handler/space:direct,cr3") {
    char space[16];
    bool switches = !strcmp(bench_word(b, "space", space, sizeof space), "cr3");
    volatile uint64_t *word = (volatile uint64_t *)region;
    uint64_t owners = read_cr3();
    while (bench_next(b)) {
        bench_start(b);
        if (switches) {
            uint64_t running = read_cr3();
            write_cr3(owners);
            ++*word;
            write_cr3(running);
        } else {
            ++*word;
        }
        bench_stop(b);
    }
}
