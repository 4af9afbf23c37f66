/* SPDX-License-Identifier: MIT */
/* state.c -- making, copying and changing states; comparing them is in state_compare.c. */
#include "engine/verify/state.h"
#include "engine/assert.h"
#include "engine/base/mutant.h"
#include "lib/string.h"

#define FIRST_HALVES 2 /* a frame starts with room for eight bytes of stack, and doubles */

#define ASSERT_IN_FRAME(s, frame, offset, bytes)                                                   \
    ENGINE_ASSERT((frame) < (s)->depth && (offset) >= -FRAME_BYTES &&                              \
                      (offset) + (int32_t)(bytes) <= 0,                                            \
                  "%u bytes at %d of frame %u", bytes, offset, frame)

static size_t frame_size(uint32_t halves) {
    return sizeof(struct stack_frame) + halves * sizeof(struct half);
}

static void frame_release(struct stack_frame *f, const struct hooks *h) {
    h->release(h->owner, f, frame_size(f->halves));
}

struct state *state_create(const struct hooks *h) {
    return h->allocate(h->owner, sizeof(struct state));
}

void state_destroy(struct state *s, const struct hooks *h) {
    while (s->depth)
        state_pop(s, h);
    h->release(h->owner, s, sizeof *s);
}

size_t state_bytes(const struct state *s) {
    size_t bytes = sizeof *s;
    for (uint32_t i = 0; i < s->depth; i++)
        bytes += frame_size(s->frame[i]->halves);
    return bytes;
}

size_t state_values(const struct state *s) {
    size_t values = 0;
    for (uint32_t i = 0; i < s->depth; i++)
        values += REGISTERS + s->frame[i]->halves;
    return values;
}

struct state *state_copy(const struct state *s, const struct hooks *h) {
    struct state *copy = state_create(h);
    if (!copy)
        return NULL;
    memcpy(copy->reference, s->reference, sizeof s->reference);
    copy->references = s->references;
    for (uint32_t i = 0; i < s->depth; i++) {
        size_t size = frame_size(s->frame[i]->halves);
        copy->frame[i] = h->allocate(h->owner, size);
        if (!copy->frame[i]) {
            state_destroy(copy, h);
            return NULL;
        }
        memcpy(copy->frame[i], s->frame[i], size);
        copy->depth++;
    }
    return copy;
}

bool state_push(struct state *s, const struct hooks *h, uint32_t function, uint32_t back) {
    ENGINE_ASSERT(s->depth < DEPTH_MAX, "a frame within %u", s->depth);
    struct stack_frame *f = h->allocate(h->owner, frame_size(FIRST_HALVES));
    if (!f)
        return false;
    f->function = function;
    f->back = back;
    f->halves = FIRST_HALVES;
    f->reg[REGISTER_FRAME] = (struct value){.kind = VALUE_STACK,
                                            .may = MAY_READ_WRITE,
                                            .frame = (uint8_t)s->depth,
                                            .number = scalar_constant(0)};
    s->frame[s->depth++] = f;
    return true;
}

void state_pop(struct state *s, const struct hooks *h) {
    ENGINE_ASSERT(s->depth, "a state without frames (%p)", (void *)s);
    frame_release(s->frame[--s->depth], h);
}

/* Makes sure that halves below `wanted` exist. */
static bool frame_grow(struct state *s, const struct hooks *h, uint32_t frame, uint32_t wanted) {
    struct stack_frame *f = s->frame[frame];
    uint32_t halves = f->halves;
    if (wanted <= halves)
        return true;
    while (halves < wanted)
        halves *= 2;
    struct stack_frame *grown = h->allocate(h->owner, frame_size(halves));
    if (!grown)
        return false;
    memcpy(grown, f, frame_size(f->halves));
    grown->halves = halves;
    frame_release(f, h);
    s->frame[frame] = grown;
    return true;
}

/* The half that holds the byte at `offset`, and that byte's number in it. */
static uint32_t half_of(int32_t offset) {
    return (uint32_t)(-offset - 1) / 4;
}

static uint32_t byte_of(int32_t offset) {
    return 3 - (uint32_t)(-offset - 1) % 4;
}

void stack_break(struct stack_frame *f, uint32_t n) {
    if (f->half[n].upper)
        n++;
    struct half *start = &f->half[n];
    if (!start->width)
        return;
    bool number = start->value.kind == VALUE_NUMBER;
    for (uint32_t i = 0; i < start->width / 4u; i++) {
        struct half *half = &f->half[n - i];
        half->upper = false;
        if (!number)
            half->written = 0;
    }
    start->width = 0;
}

bool stack_store(struct state *s, const struct hooks *h, uint32_t frame, int32_t offset,
                 uint32_t bytes, const struct value *value) {
    ASSERT_IN_FRAME(s, frame, offset, bytes);
    if (!frame_grow(s, h, frame, half_of(offset) + 1))
        return false;
    struct stack_frame *f = s->frame[frame];
    for (uint32_t i = 0; i < bytes; i++) {
        uint32_t n = half_of(offset + (int32_t)i);
        if (!(MUTANT(STACK_PART) && bytes < 4))
            stack_break(f, n);
        f->half[n].written |= (uint8_t)(1u << byte_of(offset + (int32_t)i));
    }
    if (!value || bytes < 4 || offset % (int32_t)bytes)
        return true;
    uint32_t n = half_of(offset);
    f->half[n].width = (uint8_t)bytes;
    f->half[n].value = *value;
    if (bytes == 8)
        f->half[n - 1].upper = true;
    return true;
}

bool stack_store_somewhere(struct state *s, uint32_t frame, int32_t low, int32_t high) {
    struct stack_frame *f = s->frame[frame];
    ASSERT_IN_FRAME(s, frame, low, (uint32_t)(high - low));
    for (int32_t at = low; at < high; at++) {
        uint32_t n = half_of(at);
        if (n >= f->halves)
            continue;
        uint32_t start = n + f->half[n].upper;
        if (!f->half[start].width)
            continue;
        if (f->half[start].value.kind != VALUE_NUMBER)
            return false;
        stack_break(f, n);
    }
    return true;
}

struct value *stack_value(struct state *s, uint32_t frame, int32_t offset, uint32_t bytes) {
    struct stack_frame *f = s->frame[frame];
    uint32_t n = half_of(offset);
    bool whole = n < f->halves && f->half[n].width == bytes && byte_of(offset) == 0;
    return whole ? &f->half[n].value : NULL;
}

/* Reads part of a value that was stored as a whole. */
static enum stack_read load_part(const struct half *start, bool from_start, uint32_t bytes,
                                 struct value *value) {
    if (start->value.kind != VALUE_NUMBER)
        return STACK_READ_POINTER_PART;
    *value = (struct value){.kind = VALUE_NUMBER, .number = scalar_of_width(bytes * 8, false)};
    if (from_start && bytes == 4)
        value->number = scalar_low32(start->value.number);
    else if (from_start)
        value->number = scalar_alu(DO_AND, 64, start->value.number,
                                   scalar_constant(((uint64_t)1 << bytes * 8) - 1));
    return STACK_READ_FINE;
}

enum stack_read stack_load(const struct state *s, uint32_t frame, int32_t offset, uint32_t bytes,
                           struct value *value) {
    const struct stack_frame *f = s->frame[frame];
    uint32_t n = half_of(offset);
    ASSERT_IN_FRAME(s, frame, offset, bytes);
    if (n >= f->halves)
        return STACK_READ_UNSET;
    bool from_start = f->half[n].width && byte_of(offset) == 0;
    if (from_start && f->half[n].width == bytes) {
        *value = f->half[n].value;
        return STACK_READ_FINE;
    }
    if (from_start && bytes < f->half[n].width)
        return load_part(&f->half[n], true, bytes, value);
    for (uint32_t i = 0; i < bytes; i++) {
        int32_t at = offset + (int32_t)i;
        const struct half *half = &f->half[half_of(at)], *start = half + half->upper;
        if (start->width && start->value.kind != VALUE_NUMBER)
            return STACK_READ_POINTER_PART;
        if (!(half->written >> byte_of(at) & 1))
            return STACK_READ_UNSET;
    }
    *value = (struct value){.kind = VALUE_NUMBER, .number = scalar_of_width(bytes * 8, false)};
    return STACK_READ_FINE;
}

void state_each_value(struct state *s, void (*visit)(struct value *value, void *with), void *with) {
    for (uint32_t i = 0; i < s->depth; i++) {
        struct stack_frame *f = s->frame[i];
        for (uint32_t r = 0; r < REGISTERS; r++)
            visit(&f->reg[r], with);
        for (uint32_t n = 0; n < f->halves; n++)
            if (f->half[n].width)
                visit(&f->half[n].value, with);
    }
}
