/* SPDX-License-Identifier: MIT */
/* ways.c -- see ways.h. */
#include "ways.h"

#include "lib/string.h"

#define BODY_MAX_BYTES 1024       /* of programs that there are variants of */
#define TURNS_MAX      (1u << 20) /* more than any sample takes */

static uint8_t stack[2 * FRAME_BYTES];

static const char *open_verified(struct sample *s, const struct sample_object *file) {
    static struct verdict verdict;
    static struct facts facts;
    const struct jit_options options = {0};
    static struct report why;
    if (!object_open(&s->object, s->hooks, file->bpf, file->bpf_len, &why))
        return rule_sentence(why.rule);
    if (s->object.function_count != 1 || s->object.import_count || s->object.extern_variable_count)
        return "a sample program is one function that needs nothing";
    if (!program_decode(&s->program, s->hooks, s->object.code, (size_t)s->object.slots * INSN_BYTES,
                        &why))
        return rule_sentence(why.rule);
    if (!verify(&s->program, &s->of->kind, s->hooks, &facts, &verdict))
        return rule_sentence(verdict.rule);
    if (!jit_compile(&s->program, s->hooks, &options, &s->code))
        return "there is no memory for machine code";
    if (s->program.metered)
        return "a sample program ends without fuel";
    uintptr_t entry = (uintptr_t)s->code.entry;
    s->compiled = (uint64_t(*)(void *, void *))entry;
    return NULL;
}

static const char *open_native(struct sample *s, const struct sample_object *file) {
    const struct native_load with = {s->hooks, signing_key, SAMPLE_KIND, NULL, 0};
    static struct report why;
    if (!native_open(&s->native, &with, file->native, file->native_len, &why))
        return rule_sentence(why.rule);
    const struct native_function *f = native_function_named(&s->native, s->of->name);
    if (!f)
        return "the native object does not have the program's function";
    s->native_entry = (uint64_t(*)(void *, void *))f->address;
    s->native_bytes = f->bytes;
    return NULL;
}

static const char *check_results(struct sample *s) {
    if (sample_interpret(s) != s->of->result)
        return "the interpreter gives another result than is known";
    if (sample_run(s) != s->of->result)
        return "the machine code gives another result than is known";
    if (sample_call(s) != s->of->result)
        return "the native code gives another result than is known";
    return NULL;
}

const char *sample_open(struct sample *s, unsigned i, const struct hooks *hooks) {
    *s = (struct sample){.of = &sample_program[i],
                         .hooks = hooks,
                         .object = {.arena = {.hooks = hooks}},
                         .native = {.arena = {.hooks = hooks}}};
    s->end = s->context + s->of->build(s->context, 0);
    const char *wrong = open_verified(s, &sample_object[i]);
    if (!wrong)
        wrong = open_native(s, &sample_object[i]);
    if (!wrong)
        wrong = check_results(s);
    if (wrong)
        sample_close(s);
    return wrong;
}

void sample_close(struct sample *s) {
    native_close(&s->native);
    if (s->code.entry)
        jit_release(&s->code, s->hooks);
    if (s->program.insn)
        program_release(&s->program, s->hooks);
    object_close(&s->object);
}

/* Writes `number` over the one immediate that is `was`; false if there is another number
 * of them. */
static bool replace(uint8_t *body, size_t len, uint32_t was, uint32_t number) {
    unsigned found = 0;
    for (size_t at = 4; at < len; at += INSN_BYTES)
        if (memcmp(body + at, &was, sizeof was) == 0) {
            memcpy(body + at, &number, sizeof number);
            found++;
        }
    return found == 1;
}

bool sample_variant(const struct sample *s, uint32_t was, uint32_t number, struct program *program,
                    struct facts *facts) {
    static struct verdict verdict;
    uint8_t body[BODY_MAX_BYTES];
    const size_t len = (size_t)s->object.slots * INSN_BYTES;
    if (len > sizeof body)
        return false;
    memcpy(body, s->object.code, len);
    return replace(body, len, was, number) && program_decode(program, s->hooks, body, len, NULL) &&
           verify(program, &s->of->kind, s->hooks, facts, &verdict);
}

uint64_t sample_interpret(struct sample *s) {
    struct activation a = {.fuel = TURNS_MAX, .stack = stack, .stack_bytes = sizeof stack};
    const uint64_t argument[5] = {(uintptr_t)s->context, (uintptr_t)s->end};
    uint64_t result = interpreter_run(&s->program, argument, &a);
    return a.fault == FAULT_NONE ? result : ~s->of->result;
}
