/* SPDX-License-Identifier: MIT */
/* linux_bpf.c -- see linux_bpf.h. */
#include "linux_bpf.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

_Static_assert(sizeof(struct slot) == sizeof(struct bpf_insn), "a slot is an instruction");

enum { PROLOGUE = 2, R1 = 1, R2 = 2, CODE_LOAD_64 = 0x18, CODE_LOAD_WORD = 0x61 };

static int bpf(enum bpf_cmd command, union bpf_attr *attributes) {
    return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static void program_build(struct linux_program *p, const struct slot prologue[PROLOGUE],
                          const void *body, size_t bytes) {
    p->slots = PROLOGUE + (uint32_t)(bytes / sizeof *p->slot);
    p->slot = calloc(p->slots, sizeof *p->slot);
    if (!p->slot)
        abort();
    memcpy(p->slot, prologue, PROLOGUE * sizeof *prologue);
    memcpy(p->slot + PROLOGUE, body, bytes);
}

/* An array of one entry, with the context in it. -1 where that cannot be. */
static int map_of(const void *context, size_t bytes) {
    const uint32_t key = 0;
    union bpf_attr create = {.map_type = BPF_MAP_TYPE_ARRAY,
                             .key_size = sizeof key,
                             .value_size = (uint32_t)bytes,
                             .max_entries = 1};
    int map = bpf(BPF_MAP_CREATE, &create);
    union bpf_attr update = {
        .map_fd = (uint32_t)map, .key = (uintptr_t)&key, .value = (uintptr_t)context};
    return map < 0 || bpf(BPF_MAP_UPDATE_ELEM, &update) ? -1 : map;
}

bool linux_program_on_context(struct linux_program *p, const void *body, size_t body_bytes,
                              const void *context, size_t context_bytes) {
    static const uint8_t any_frame[64];
    const int map = map_of(context, context_bytes);
    /* One instruction of two slots: r1 = address of the map's value. */
    const struct slot prologue[PROLOGUE] = {
        {.code = CODE_LOAD_64, .registers = R1 | BPF_PSEUDO_MAP_VALUE << 4, .immediate = map}};
    program_build(p, prologue, body, body_bytes);
    p->packet = any_frame;
    p->packet_bytes = sizeof any_frame;
    return map >= 0;
}

void linux_program_on_packet(struct linux_program *p, const void *body, size_t body_bytes,
                             const void *packet, size_t packet_bytes) {
    const struct slot prologue[PROLOGUE] = {
        {.code = CODE_LOAD_WORD,
         .registers = R2 | R1 << 4,
         .offset = offsetof(struct __sk_buff, data_end)},
        {.code = CODE_LOAD_WORD,
         .registers = R1 | R1 << 4,
         .offset = offsetof(struct __sk_buff, data)},
    };
    program_build(p, prologue, body, body_bytes);
    p->packet = packet;
    p->packet_bytes = (uint32_t)packet_bytes;
}

bool linux_bpf_compile(bool compiled) {
    int file = open("/proc/sys/net/core/bpf_jit_enable", O_WRONLY | O_CLOEXEC);
    bool done = file >= 0 && write(file, compiled ? "1" : "0", 1) == 1;
    if (file >= 0)
        close(file);
    return done;
}

int linux_bpf_load(const struct linux_program *p) {
    union bpf_attr load = {.prog_type = BPF_PROG_TYPE_SCHED_CLS,
                           .insns = (uintptr_t)p->slot,
                           .insn_cnt = p->slots,
                           .license = (uintptr_t) "MIT"};
    return bpf(BPF_PROG_LOAD, &load);
}

bool linux_bpf_run(int program, const struct linux_program *p, uint32_t iterations,
                   uint32_t *result) {
    union bpf_attr run = {.test = {.prog_fd = (uint32_t)program,
                                   .data_in = (uintptr_t)p->packet,
                                   .data_size_in = p->packet_bytes,
                                   .repeat = iterations}};
    bool done = bpf(BPF_PROG_TEST_RUN, &run) == 0;
    *result = run.test.retval;
    return done;
}

uint32_t linux_bpf_code_bytes(int program) {
    struct bpf_prog_info info = {0};
    union bpf_attr ask = {
        .info = {.bpf_fd = (uint32_t)program, .info_len = sizeof info, .info = (uintptr_t)&info}};
    return bpf(BPF_OBJ_GET_INFO_BY_FD, &ask) ? 0 : info.jited_prog_len;
}
