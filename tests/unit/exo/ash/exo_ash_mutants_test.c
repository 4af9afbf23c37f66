/* SPDX-License-Identifier: MIT */
/* Handlers that are changed at random: each is refused, or runs within its frame, its region, its
 * stack and its bound, whatever arrives. MUTANTS=1000000 build/tests/exo_ash_mutants_test. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../random.h"
#include "../../unit.h"
#include "engine/export.h"
#include "engine/interpreter.h"
#include "engine/load.h"
#include "exo/ash.h"
#include "exo/kernel/ash/ash_kind.h"
#include "host_hooks.h"
#include "protocol/checksum.h"

enum { MUTANTS = 3000, REGION = 4096, STACK = 4096, FILES = 4, INSN = 8 };

static struct host_hooks host;
static struct types types;
static struct domain *domain;
static uint8_t *section;
static struct report why;
static struct file {
    const char *path;
    uint8_t *bytes;
    size_t length, code, code_length; /* where .text is */
} files[FILES] = {{.path = "build/guest/ash/icmp_answer.o"},
                  {.path = "build/guest/ash/udp_answer.o"},
                  {.path = "build/guest/ash/copies.o"},
                  {.path = "build/guest/ash/answer.o"}};

/* --- What a run may touch --- */

static uint8_t frame[EXO_ASH_FRAME], region[REGION], stack[STACK];
static uint64_t steps, cost, calls;
static const char *broken;

static bool lies_in(uint64_t at, uint64_t bytes, const uint8_t *from, uint64_t length) {
    return at >= (uint64_t)from && bytes <= length && at - (uint64_t)from <= length - bytes;
}
static bool touches(void *owner, uint64_t at, uint32_t bytes, bool write) {
    (void)owner, (void)write;
    bool fine = lies_in(at, bytes, frame, sizeof frame) ||
                lies_in(at, bytes, region, sizeof region) ||
                lies_in(at, bytes, stack, sizeof stack);
    broken = fine ? broken : "an access elsewhere";
    return fine;
}
static bool step(void *owner, uint32_t slot, const uint64_t reg[REGISTERS]) {
    (void)owner, (void)slot, (void)reg;
    if (++steps > cost)
        broken = "longer than was proven";
    return !broken;
}

uint64_t ash_send(const void *from, uint64_t bytes, uint64_t nic) {
    (void)nic;
    calls++;
    if (bytes > ASH_BYTES_MOST || !touches(NULL, (uint64_t)from, (uint32_t)bytes, false))
        broken = "what is sent lies elsewhere";
    return below(2);
}
uint64_t ash_pipe(void *to, uint64_t bytes, uint64_t at, uint64_t *state, uint64_t pipe) {
    (void)at, (void)pipe;
    calls++;
    if (bytes > ASH_BYTES_MOST || !touches(NULL, (uint64_t)to, (uint32_t)bytes, true) ||
        !touches(NULL, (uint64_t)state, 32, true))
        broken = "a pipe leads elsewhere";
    return below(2);
}
static uint64_t summed(const void *from, uint32_t bytes) {
    calls++;
    if (bytes > ASH_BYTES_MOST || !touches(NULL, (uint64_t)from, bytes, false))
        broken = "a sum lies elsewhere";
    return broken ? 0 : sum_bytes(from, bytes);
}

/* As the kernel's ash_exports.c, whose types are read here. */
static const struct export exports[] = {
    {.name = "ash_send", .address = (const void *)ash_send, .signature = &ash_send_signature},
    {.name = "ash_pipe", .address = (const void *)ash_pipe, .signature = &ash_pipe_signature},
    {.name = "sum_bytes", .address = (const void *)summed, .signature = &ash_sum_signature},
    {.name = "sum_pseudo", .address = (const void *)sum_pseudo, .signature = &ash_number_signature},
    {.name = "sum_update", .address = (const void *)sum_update, .signature = &ash_number_signature},
};

/* --- Objects --- */

static uint8_t *read_whole(const char *path, size_t *length) {
    FILE *f = fopen(path, "rb");
    uint8_t *bytes = f ? malloc(1 << 16) : NULL;
    *length = bytes ? fread(bytes, 1, 1 << 16, f) : 0;
    if (f)
        fclose(f);
    return bytes;
}

/* Where the section .text lies (ELF64). */
static void find_code(struct file *f) {
    uint64_t at;
    uint16_t count;
    memcpy(&at, f->bytes + 40, sizeof at);
    memcpy(&count, f->bytes + 60, sizeof count);
    for (unsigned i = 0; i < count; i++) {
        const uint8_t *s = f->bytes + at + i * 64ul;
        uint32_t type;
        uint64_t flags, offset, length;
        memcpy(&type, s + 4, sizeof type);
        memcpy(&flags, s + 8, sizeof flags);
        memcpy(&offset, s + 24, sizeof offset);
        memcpy(&length, s + 32, sizeof length);
        if (type == 1 && flags & 4 && length) {
            f->code = offset;
            f->code_length = length;
        }
    }
}

static int open_all(void **state) {
    size_t length;
    (void)state;
    host_hooks_init(&host);
    section = read_whole("build/exports/kernels/exo/kernel/ash/ash_exports.btf", &length);
    if (!section || !types_open(&types, &host.hooks, (struct bytes){section, length}, &why))
        return -1;
    domain = domain_create(&host.hooks, "ash", &types, exports, sizeof exports / sizeof exports[0],
                           &why);
    for (struct file *f = files; f < files + FILES; f++) {
        f->bytes = read_whole(f->path, &f->length);
        if (!f->bytes)
            return -1;
        find_code(f);
    }
    return domain ? 0 : -1;
}

static int close_all(void **state) {
    (void)state;
    for (struct file *f = files; f < files + FILES; f++)
        free(f->bytes);
    domain_release(domain);
    types_close(&types);
    free(section);
    return host.allocated || host.code_bytes ? -1 : 0;
}

/* One instruction is another one's, has another register, number or code, or is gone. */
static void change(uint8_t *code, size_t length) {
    size_t slots = length / INSN, at = below((uint32_t)slots) * INSN;
    uint32_t numbers[] = {0, 1, 0xffffffff, 0x7fffffff, 0x80000000, 4095, 4096, 1600, below(65536)};
    switch (below(7)) {
    case 0:
        code[at + below(INSN)] ^= (uint8_t)(1u << below(8));
        break;
    case 1:
        memcpy(code + at, code + below((uint32_t)slots) * INSN, INSN);
        break;
    case 2:
        code[at + 1] = (uint8_t)(below(11) | below(11) << 4);
        break;
    case 3:
        memcpy(code + at + 4, &numbers[below(9)], 4);
        break;
    case 4:
        memcpy(code + at + 2, &numbers[below(9)], 2);
        break;
    case 5:
        code[at] = (uint8_t)below(256);
        break;
    default:
        memcpy(code + at, "\xb7\0\0\0\0\0\0\0", INSN); /* r0 = 0 */
    }
}

/* --- Runs --- */

static void fill(uint8_t *at, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)below(256);
}

/* One that looks like what the handlers are for. */
static uint32_t arrive(void) {
    static const uint8_t like[] = {0x45, 0, 0, 84, 0, 1, 0, 0, 64, 1};
    fill(frame, sizeof frame);
    if (below(4)) {
        memcpy(frame + 14, like, sizeof like);
        frame[23] = below(2) ? 1 : 17;
        frame[24] = frame[25] = 0;
        uint16_t field = sum_end(sum_bytes(frame + 14, 20));
        memcpy(frame + 24, &field, 2);
        frame[34] = 8;
    }
    return below(8) ? 98 : below(ASH_BYTES_MOST + 1);
}

static void run(const struct load *load) {
    const struct image *image = &load->program->image;
    static const struct watcher watcher = {.step = step, .access = touches};
    for (unsigned n = 0; n < 4; n++) {
        uint64_t arguments[] = {(uint64_t)frame, arrive(), (uint64_t)region, below(4), 0};
        struct activation a = {.stack = stack, .stack_bytes = sizeof stack, .fuel = 1000000};
        fill(region, 64);
        steps = 0;
        cost = image->facts.cost;
        broken = NULL;
        uint64_t result = interpreter_watch(&image->program, arguments, &a, &watcher);
        if (a.fault != FAULT_NONE || broken || result > INT32_MAX)
            fail_msg("fault %d, %s, result %lu", (int)a.fault, broken ? broken : "", result);
    }
}

static void test_a_changed_handler_is_refused_or_does_no_harm(void **state) {
    const char *asked = getenv("MUTANTS");
    const unsigned mutants = asked ? (unsigned)atoi(asked) : MUTANTS;
    static uint8_t bytes[1 << 16];
    static struct typing typing;
    struct kind_description description = {.kind = ash_kind(REGION)};
    const struct typing *as = &typing;
    unsigned accepted = 0;
    (void)state;
    assert_true(typing_open(&typing, &host.hooks, &description, &why));
    size_t live = host.allocated;
    for (unsigned n = 0; n < mutants + FILES; n++) {
        const struct file *f = &files[n % FILES];
        struct load load;
        memcpy(bytes, f->bytes, f->length);
        for (unsigned i = n < FILES ? 0 : 1 + below(3); i; i--)
            change(bytes + f->code, f->code_length);
        const struct load_request request = {.name = "changed",
                                             .file = bytes,
                                             .len = f->length,
                                             .as = as,
                                             .only = "ash",
                                             .domain = &domain,
                                             .domains = 1};
        if (load_open(&load, &host.hooks, &request, &why)) {
            accepted++;
            run(&load);
            assert_true(load_close(&load));
        } else if (n < FILES) {
            fail_msg("%s: %s", f->path, why.text);
        }
        assert_int_equal(host.allocated, live);
    }
    typing_close(&typing);
    print_message("%u of %u accepted, %lu calls\n", accepted, mutants, calls);
    assert_true(accepted > mutants / 20 && accepted < mutants && calls > mutants / 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_changed_handler_is_refused_or_does_no_harm),
    };
    return cmocka_run_group_tests_name("exo_ash_mutants", tests, open_all, close_all);
}
