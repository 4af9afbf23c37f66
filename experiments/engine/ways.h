/* SPDX-License-Identifier: MIT */
/* ways.h -- a sample program ready to run by the interpreter, as machine code and as signed native
 * code. The same in every kernel that has the engine; freestanding. */
#ifndef EXPERIMENTS_ENGINE_WAYS_H
#define EXPERIMENTS_ENGINE_WAYS_H

#include "engine/interpreter.h"
#include "engine/jit.h"
#include "engine/native.h"
#include "engine/object.h"
#include "engine/verify.h"
#include "programs.h"

/* Its two files, as objects.S has them. */
struct sample_object {
    const uint8_t *bpf;
    size_t bpf_len;
    const uint8_t *native;
    size_t native_len;
};
extern const struct sample_object sample_object[SAMPLE_PROGRAM_COUNT];

struct sample {
    const struct sample_program *of;
    const struct hooks *hooks;
    struct object object;
    struct program program; /* verified */
    struct code code;
    uint64_t (*compiled)(void *start, void *end); /* the same, as the C function that it is */
    struct native native;
    uint64_t (*native_entry)(void *start, void *end);
    uint64_t native_bytes; /* of that function */
    uint8_t context[SAMPLE_CONTEXT_MAX] __attribute__((aligned(16)));
    void *end; /* of the context: the fixed input */
};

/* Opens, verifies and compiles program number i, loads its signed native code, and checks that
 * all ways give the known result. Null, or a sentence that says what went wrong: then nothing
 * is left. */
const char *sample_open(struct sample *s, unsigned i, const struct hooks *hooks);
void sample_close(struct sample *s);

/* The same program with another number in the place of the one immediate that is `was`:
 * decoded and verified as any program is. False if there is another number of them than one,
 * or it is refused. */
bool sample_variant(const struct sample *s, uint32_t was, uint32_t number, struct program *program,
                    struct facts *facts);

/* One run on the context as it is: the fixed input, which every program finds again. */
uint64_t sample_interpret(struct sample *s);

static inline uint64_t sample_run(struct sample *s) {
    return s->compiled(s->context, s->end);
}

static inline uint64_t sample_call(struct sample *s) {
    return s->native_entry(s->context, s->end);
}

#endif
