/* SPDX-License-Identifier: MIT */
/* state.h -- what the verifier knows at one point of one path: each register of each active
 * function, each function's stack, the references held. The engine's own; users see verify.h.
 *
 * Invariants:
 *   1. a value of kind NOTHING has never been written, or must not be read any more;
 *   2. values with one id, not 0, hold the same number, or are null together, or point at the same
 * place of a packet;
 *   3. a pointer's place, `offset` and `number` added, has one form: `number` is what varies, or
 * the constant 0; only STACK, MEMORY and PACKET vary. Neither the place nor `offset` is further
 * than DISTANCE from 0, whatever way the pointer came there and whichever others it was joined
 * with. Only value_put changes a place, and a caller that needs a pointer's place takes value_place
 * or value_distance;
 *   4. a pointer that may be null has place 0;
 *   5. reference is that under which a value lives; when it is given back, the value becomes
 * NOTHING.
 * state_check.c tries them. */
#ifndef ENGINE_STATE_H
#define ENGINE_STATE_H

#include "engine/base/activation.h"
#include "engine/hooks.h"
#include "engine/kind.h"
#include "engine/base/liveness.h"
#include "engine/verify/scalar.h"

enum value_kind {
    VALUE_NOTHING,
    VALUE_NUMBER,
    VALUE_STACK,  /* below r10 of `frame` */
    VALUE_MEMORY, /* into `bytes` bytes of plain memory */
    VALUE_OBJECT, /* the first byte of an object */
    VALUE_PACKET, /* into a packet, of which `bytes` bytes are there from the packet's start plus
                     `number` */
    VALUE_PACKET_END, /* its end */
    VALUE_FUNCTION,   /* the code constant of a function of the program */
    VALUE_FIELD,      /* `offset` bytes into an object, a field that owns an `object` */
};

enum { ORIGIN_ARGUMENT, ORIGIN_VARIABLE = PARAMETERS, ORIGIN_RESULT };

struct value {
    uint8_t kind;  /* enum value_kind */
    uint8_t may;   /* MAY_READ, MAY_WRITE, MAY_BE_NULL */
    uint8_t frame; /* STACK */
    uint8_t
        origin;   /* MEMORY, OBJECT: ORIGIN_ARGUMENT + its number, ORIGIN_VARIABLE, ORIGIN_RESULT */
    bool owner;   /* was acquired, rather than found through what was */
    bool reached; /* found through a pointer in what has this origin */
    uint32_t id;
    uint32_t reference;
    uint32_t index; /* MEMORY: the variable's number. FUNCTION: its number. PACKET: its group */
    uint32_t bytes; /* MEMORY, PACKET */
    int32_t offset; /* of a pointer, with `number`: its place */
    const struct object_type *object;
    struct scalar number;
};

/* Where a pointer can point, counted from where its kind counts. */
struct place {
    int64_t low, high; /* the least and the most */
    uint64_t bits;     /* below the lowest of these none is set */
    bool varies;
};
struct place value_place(const struct value *pointer);
/* The same as a set; its part that does not vary; and what varies of it, counted from the constant
 * part of another pointer: two places are compared, and joined, from one such part. */
struct scalar value_distance(const struct value *pointer);
static inline int32_t value_offset(const struct value *pointer) {
    return pointer->offset;
}
struct scalar value_varying(const struct value *pointer, const struct value *from);
/* Puts a pointer to `offset` with `number` added. False, with the pointer as it was: that can be
 * too far. */
bool value_put(struct value *pointer, int64_t offset, const struct scalar *number);
/* Puts it to where the set says that it is. */
bool value_put_at(struct value *pointer, const struct scalar *distance);

#define STACK_HALVES (FRAME_BYTES / 4)

/* Four bytes of stack; number h is [-4h-4, -4h) from r10. A value of eight bytes belongs to the
 * half with the lower address, the greater number. */
struct half {
    uint8_t written; /* a bit a byte, lowest address first */
    uint8_t width;   /* of the value that starts here: 0, 4 or 8 */
    bool upper;      /* the upper half of the value that starts in the half with the next number */
    struct value value;
};

struct stack_frame {
    uint32_t function;
    uint32_t back; /* the slot after the call; 0 in the first frame */
    struct value reg[REGISTERS];
    uint32_t halves;  /* that exist; the others are unwritten */
    uint32_t differs; /* the half that last told another state from this one */
    struct half half[];
};

#define REFERENCES_MAX 8

struct state {
    struct stack_frame *frame[DEPTH_MAX];
    uint32_t depth; /* frames; the last is the current function's */
    uint32_t reference[REFERENCES_MAX];
    uint32_t references;
};

static inline struct stack_frame *state_top(struct state *s) {
    return s->frame[s->depth - 1];
}

/* A state without frames, and its end. */
struct state *state_create(const struct hooks *hooks);
void state_destroy(struct state *s, const struct hooks *hooks);
/* How much memory it takes. */
size_t state_bytes(const struct state *s);
/* A copy of its own, or null. */
struct state *state_copy(const struct state *s, const struct hooks *hooks);

/* Enters and leaves a function. Entering fails for lack of memory only; the depth is the caller's
 * to check. */
bool state_push(struct state *s, const struct hooks *hooks, uint32_t function, uint32_t back);
void state_pop(struct state *s, const struct hooks *hooks);

/* Writes or reads `bytes` bytes of a frame's stack at a constant offset, which lies in
 * [-FRAME_BYTES, -bytes]. What is stored may be null: bytes that are known only to be written. */
bool stack_store(struct state *s, const struct hooks *hooks, uint32_t frame, int32_t offset,
                 uint32_t bytes, const struct value *value);
enum stack_read { STACK_READ_FINE, STACK_READ_UNSET, STACK_READ_POINTER_PART };
enum stack_read stack_load(const struct state *s, uint32_t frame, int32_t offset, uint32_t bytes,
                           struct value *value);
/* The value that was stored whole at this place, or null. */
struct value *stack_value(struct state *s, uint32_t frame, int32_t offset, uint32_t bytes);
/* A store somewhere in [low, high): what was written stays written, and nothing else is known of
 * it. False when a pointer could be hit in part. */
bool stack_store_somewhere(struct state *s, uint32_t frame, int32_t low, int32_t high);

/* Ends the value that half n of a frame is part of. The bytes of a number stay written; those of a
 * pointer become unset, for they must not be read as numbers. */
void stack_break(struct stack_frame *f, uint32_t n);

/* Calls `visit` for each register and each value on each stack. */
void state_each_value(struct state *s, void (*visit)(struct value *value, void *with), void *with);

/* Are they at one place of one chain of calls, with as many references held? */
bool state_same_calls(const struct state *a, const struct state *b);
/* The registers of frame f in a table of liveness, for a state at `slot`: those of the slot, or of
 * where a return will lead. */
unsigned state_registers(const struct state *s, uint32_t f, const uint16_t *table, uint32_t slot);

/* How many values a state has. What compares states adds to *looked_at how many it has
 * looked at. */
size_t state_values(const struct state *s);

/* Is every situation that `inner` describes also described by `outer`, as far as it matters at
 * `slot`, the current one? Notes in `outer` where they differ. */
bool state_within(const struct state *inner, struct state *outer, const struct liveness *l,
                  uint32_t slot, uint64_t *looked_at);
/* Widens *s towards `other`, so that later states like these two may be special cases of it; false,
 * with *s undefined, when they differ by more than numbers. If `grow`, what differs is given up at
 * once, so that repeating this ends. */
bool state_widen(struct state *s, const struct state *other, const struct liveness *l,
                 uint32_t slot, bool grow);
/* Widens *s so that it also holds all that `other`, which is at the same slot, holds; false, with
 * *s as it was, when they differ by more than numbers. */
bool state_join(struct state *s, const struct state *other, const struct liveness *l, uint32_t slot,
                uint64_t *looked_at);

#endif
