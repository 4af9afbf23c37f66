/* SPDX-License-Identifier: MIT */
/* checker.c -- see checker.h. */
#include "checker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/interpreter.h"
#include "engine/state.h"
#include "engine/verify.h"
#include "host_hooks.h"
#include "typed.h"

#define SEEN_MAX 20000 /* states that are kept for one program */
#define FUEL     1000

/* A state that the verifier saw before an instruction. */
struct seen {
    struct state *state;
    struct seen *next; /* of the same slot */
};

/* One run's surroundings. */
struct surroundings {
    uint8_t memory[3][TYPED_MEMORY];
    uint8_t packet[TYPED_PACKET];
    uint64_t argument[PARAMETERS];
    uint32_t packet_len;
};

struct checker {
    struct host_hooks host;
    const struct program *program;
    struct seen *seen[TYPED_SLOTS];
    unsigned count;
    uint16_t live[TYPED_SLOTS], matters[TYPED_SLOTS];
    struct surroundings *now;
    uint8_t *stack_end;
    uint64_t steps;
    char *text;
};

static void see(void *owner, uint32_t slot, const struct state *state) {
    struct checker *c = owner;
    if (c->count++ >= SEEN_MAX)
        return;
    struct seen *s = malloc(sizeof *s);
    *s = (struct seen){.state = state_copy(state, &c->host.hooks), .next = c->seen[slot]};
    c->seen[slot] = s;
}

static void forget_seen(void *owner) {
    struct checker *c = owner;
    c->count = 0;
    for (uint32_t i = 0; i < TYPED_SLOTS; i++) {
        for (struct seen *s = c->seen[i], *next; s; s = next) {
            next = s->next;
            state_destroy(s->state, &c->host.hooks);
            free(s);
        }
        c->seen[i] = NULL;
    }
}

static uint64_t frame_top(const struct checker *c, uint32_t frame) {
    return (uintptr_t)c->stack_end - (uint64_t)frame * c->program->frame_bytes;
}

/* Is the concrete word a case of the abstract value? */
static bool value_holds(const struct checker *c, const struct value *v, uint64_t word) {
    if (v->kind > VALUE_NUMBER && v->may & MAY_BE_NULL && word == 0)
        return true;
    uint64_t from;
    switch (v->kind) {
    case VALUE_NOTHING:
        return true;
    case VALUE_NUMBER:
        return scalar_holds(&v->number, word);
    case VALUE_STACK:
        from = frame_top(c, v->frame);
        break;
    case VALUE_MEMORY:
        from = c->now->argument[v->origin];
        if (from == 0)
            return false;
        break;
    case VALUE_PACKET:
        from = c->now->argument[3];
        if (v->bytes && word - from - (uint64_t)(int64_t)v->offset + v->bytes > c->now->packet_len)
            return false;
        break;
    case VALUE_PACKET_END:
        return word == c->now->argument[4];
    default:
        return false;
    }
    return scalar_holds(&v->number, word - from - (uint64_t)(int64_t)v->offset);
}

static bool stack_holds(const struct checker *c, const struct stack_frame *f, uint64_t top) {
    for (uint32_t n = 0; n < f->halves; n++) {
        const struct half *h = &f->half[n];
        uint64_t word = 0;
        if (!h->width)
            continue;
        memcpy(&word, (const uint8_t *)(uintptr_t)top - 4 * (n + 1), h->width);
        if (!value_holds(c, &h->value, word))
            return false;
    }
    return true;
}

static bool state_holds(const struct checker *c, const struct state *s, uint32_t slot,
                        const uint64_t reg[REGISTERS]) {
    const struct stack_frame *f = s->frame[s->depth - 1];
    for (unsigned r = 0; r < REGISTERS; r++) {
        bool relies =
            f->reg[r].kind == VALUE_NUMBER ? c->matters[slot] >> r & 1 : c->live[slot] >> r & 1;
        if (relies && !value_holds(c, &f->reg[r], reg[r]))
            return false;
    }
    for (uint32_t i = 0; i < s->depth; i++)
        if (!stack_holds(c, s->frame[i], frame_top(c, i)))
            return false;
    return true;
}

static bool step(void *owner, uint32_t slot, const uint64_t reg[REGISTERS]) {
    struct checker *c = owner;
    c->steps++;
    for (const struct seen *s = c->seen[slot]; s; s = s->next)
        if (state_holds(c, s->state, slot, reg))
            return true;
    int n = snprintf(c->text, CHECKER_TEXT,
                     "slot %u: no state that the verifier saw has these registers:", slot);
    for (unsigned r = 0; r < REGISTERS && n < CHECKER_TEXT; r++)
        n += snprintf(c->text + n, (size_t)(CHECKER_TEXT - n), " r%u=%" PRIx64, r, reg[r]);
    return false;
}

static bool inside(uint64_t address, uint32_t bytes, const void *base, size_t len) {
    uint64_t from = (uintptr_t)base;
    return address >= from && bytes <= len && address - from <= len - bytes;
}

static bool reach(void *owner, uint64_t address, uint32_t bytes, bool write) {
    struct checker *c = owner;
    (void)write;
    struct surroundings *s = c->now;
    size_t stack = (size_t)c->program->frame_bytes * DEPTH_MAX;
    if (inside(address, bytes, c->stack_end - stack, stack) ||
        inside(address, bytes, s->packet, s->packet_len))
        return true;
    for (unsigned i = 0; i < 3; i++)
        if (s->argument[i] && inside(address, bytes, s->memory[i], TYPED_MEMORY))
            return true;
    snprintf(c->text, CHECKER_TEXT, "%s of %u bytes outside of the program's memory",
             write ? "write" : "read", bytes);
    return false;
}

static void fill(uint8_t *bytes, size_t len, struct random *random) {
    for (size_t i = 0; i < len; i += 8) {
        uint64_t v = random_value(random);
        memcpy(bytes + i, &v, 8);
    }
}

/* Random contents; the second and the third memory are there or not; a packet of some length. */
static void surround(struct surroundings *s, struct random *random) {
    for (unsigned i = 0; i < 3; i++) {
        fill(s->memory[i], TYPED_MEMORY, random);
        s->argument[i] = i == 0 || random_below(random, 2) ? (uintptr_t)s->memory[i] : 0;
    }
    fill(s->packet, TYPED_PACKET, random);
    s->packet_len = random_below(random, TYPED_PACKET + 1);
    s->argument[3] = (uintptr_t)s->packet;
    s->argument[4] = (uintptr_t)s->packet + s->packet_len;
}

static bool run_once(struct checker *c, const struct facts *facts, struct random *random) {
    static uint8_t stack[DEPTH_MAX * FRAME_BYTES];
    struct surroundings s;
    struct watcher watcher = {.owner = c, .step = step, .access = reach};
    struct activation a = {
        .fuel = FUEL, .stack = stack, .stack_bytes = c->program->frame_bytes * DEPTH_MAX};
    surround(&s, random);
    fill(stack, sizeof stack, random);
    c->now = &s;
    c->steps = 0;
    c->stack_end = stack + a.stack_bytes;
    interpreter_watch(c->program, s.argument, &a, &watcher);
    if (a.fault == FAULT_NONE && c->steps <= facts->cost)
        return true;
    if (a.fault == FAULT_FUEL && facts->cost >= COST_ENDLESS)
        return true;
    if (a.fault != FAULT_WATCHER && a.fault != FAULT_MEMORY)
        snprintf(c->text, CHECKER_TEXT,
                 "slot %u: %s after %" PRIu64 " instructions; %" PRIu64 " were proven", a.slot,
                 fault_sentence(a.fault), c->steps, facts->cost);
    return false;
}

enum checked checker_run(struct program *program, struct random *random, unsigned runs,
                         char text[CHECKER_TEXT]) {
    static struct verdict verdict;
    static struct facts facts;
    struct checker *c = calloc(1, sizeof *c);
    enum checked result = CHECKED_FINE;
    struct random coin = *random; /* the verifier's two ways are looked at alike */
    struct verify_watcher watcher = {
        .owner = c, .step = see, .restart = forget_seen, .one_by_one = random_below(&coin, 2)};
    host_hooks_init(&c->host);
    c->program = program;
    c->text = text;
    if (!verify_watched(program, &typed_kind, &c->host.hooks, &facts, &verdict, &watcher)) {
        snprintf(text, CHECKER_TEXT, "%s", rule_name(verdict.rule));
        result = CHECKED_REFUSED;
    } else if (c->count > SEEN_MAX) {
        result = CHECKED_TOO_LONG;
    }
    liveness(program, false, &(struct liveness){c->live, c->matters});
    for (unsigned i = 0; result == CHECKED_FINE && i < runs; i++)
        if (!run_once(c, &facts, random))
            result = CHECKED_WRONG;
    forget_seen(c);
    free(c);
    return result;
}
