/* SPDX-License-Identifier: MIT */
/* verify_call.c -- what programs exchange with their surroundings: arguments, results, calls out,
 * references. */
#include "engine/assert.h"
#include "engine/base/mutant.h"
#include "engine/verify/internal.h"

struct value value_of_shape(struct verifier *v, const struct shape *shape, uint8_t origin) {
    struct value value = {.may = shape->may & (MAY_READ_WRITE | MAY_BE_NULL),
                          .origin = origin,
                          .bytes = shape->bytes,
                          .index = shape->group,
                          .object = shape->object,
                          .number = scalar_constant(0)};
    switch (shape->kind) {
    case SHAPE_NONE:
        return (struct value){.kind = VALUE_NOTHING};
    case SHAPE_NUMBER:
        return number_value((shape->min | shape->max) == 0 ? scalar_any()
                                                           : scalar_range(shape->min, shape->max));
    case SHAPE_MEMORY:
        value.kind = VALUE_MEMORY;
        break;
    case SHAPE_OBJECT:
        value.kind = VALUE_OBJECT;
        break;
    case SHAPE_PACKET:
        value.kind = VALUE_PACKET;
        value.bytes = 0;
        break;
    default:
        ENGINE_ASSERT(shape->kind == SHAPE_PACKET_END, "shape %u is handed in", shape->kind);
        value.kind = VALUE_PACKET_END;
        break;
    }
    if (value.may & MAY_BE_NULL)
        value.id = ++v->next_id;
    if (shape->may & ACQUIRED && v->now->references < REFERENCES_MAX) {
        ENGINE_ASSERT(value.kind == VALUE_OBJECT || value.kind == VALUE_MEMORY, "shape %u is held",
                      shape->kind);
        value.owner = true;
        value.reference = v->now->reference[v->now->references++] = ++v->next_id;
    }
    return value;
}

static bool is_null(const struct value *value) {
    return value->kind == VALUE_NUMBER && scalar_is_constant(&value->number) &&
           value->number.umin == 0;
}

/* How much memory a parameter stands for: its own bytes, or the most and the least that the next
 * register can say. */
static enum rule memory_length(struct verifier *v, const struct shape *shape, unsigned number,
                               uint32_t *bytes, uint32_t *least) {
    *bytes = *least = shape->bytes;
    if (!(shape->may & LENGTH_FOLLOWS))
        return RULE_NONE;
    const struct value *length = reg(v, number + 1);
    if (length->kind != VALUE_NUMBER)
        return reject(v, RULE_ARGUMENT, "r%u is the length of what r%u points to", number + 1,
                      number);
    if (length->number.umax > INT32_MAX / 4)
        return reject(v, RULE_ARGUMENT_LENGTH, "r%u can be %llu", number + 1,
                      (unsigned long long)length->number.umax);
    *bytes = (uint32_t)length->number.umax;
    *least = (uint32_t)length->number.umin;
    return RULE_NONE;
}

/* Every byte that the call reads must have been written before. */
static enum rule stack_argument(struct verifier *v, const struct value *pointer, uint32_t bytes,
                                uint8_t may) {
    struct place place = value_place(pointer);
    if (place.varies)
        return reject(v, RULE_ARGUMENT, "a place on the stack that varies");
    if (may & CALL_WRITES)
        return RULE_NONE;
    charge(v, PARTS_BYTE * bytes);
    for (uint32_t i = 0; i < bytes; i++) {
        struct value byte;
        int32_t at = (MUTANT(PLACE_ARGUMENT) ? pointer->offset : (int32_t)place.low) + (int32_t)i;
        enum stack_read read = stack_load(v->now, pointer->frame, at, 1, &byte);
        if (read != STACK_READ_FINE)
            return reject(v, read == STACK_READ_UNSET ? RULE_STACK_UNSET : RULE_POINTER_PART,
                          "at r10 %+d", at);
    }
    return RULE_NONE;
}

/* After a call that may have written `bytes` bytes of the stack, of which `least` were not written
 * before by all accounts. */
static enum rule memory_written(struct verifier *v, const struct value *pointer, uint32_t bytes,
                                uint32_t least) {
    int32_t at = MUTANT(PLACE_WRITTEN) ? pointer->offset : (int32_t)value_place(pointer).low,
            low = at + (int32_t)least, high = at + (int32_t)bytes;
    enum rule rule = RULE_NONE;
    charge(v, PARTS_BYTE * bytes);
    for (uint32_t i = 0; !rule && i < least; i++)
        rule = verify_written(v, pointer, (int32_t)i, 1, NULL);
    if (!rule && !stack_store_somewhere(v->now, pointer->frame, low, high))
        rule = reject(v, RULE_POINTER_PART, "between r10 %+d and %+d", low, high);
    return rule;
}

static enum rule memory_argument(struct verifier *v, const struct shape *shape, unsigned number) {
    struct value value = *reg(v, number);
    uint32_t bytes, least;
    if (shape->may & MAY_BE_NULL && is_null(&value))
        return RULE_NONE;
    if (value.kind != VALUE_STACK && value.kind != VALUE_MEMORY && value.kind != VALUE_PACKET)
        return reject(v, RULE_ARGUMENT, "r%u wants the address of plain memory", number);
    enum rule rule = memory_length(v, shape, number, &bytes, &least);
    if (rule || bytes == 0)
        return rule;
    rule = verify_access(v, &value, 0, bytes, shape->may & MAY_READ_WRITE);
    if (!rule && value.kind == VALUE_STACK)
        rule = stack_argument(v, &value, bytes, shape->may);
    return rule;
}

/* An argument that is fine may be written by the call, which may have read all others before. */
static enum rule argument_written(struct verifier *v, const struct shape *shape, unsigned number) {
    struct value value = *reg(v, number);
    uint32_t bytes, least;
    if (shape->kind != SHAPE_MEMORY || !(shape->may & MAY_WRITE) || value.kind != VALUE_STACK)
        return RULE_NONE;
    enum rule rule = memory_length(v, shape, number, &bytes, &least);
    if (rule || bytes == 0)
        return rule;
    return memory_written(v, &value, bytes, MUTANT(CALL_WRITES_MOST) ? bytes : least);
}

/* A call may read all of what it is given the address of. */
static void note_handed_on(struct verifier *v, const struct value *value) {
    if (value->origin < PARAMETERS)
        v->facts->whole[value->origin] = true;
}

static enum rule object_argument(struct verifier *v, const struct shape *shape, unsigned number) {
    const struct value *value = reg(v, number);
    if (shape->may & MAY_BE_NULL && is_null(value))
        return RULE_NONE;
    if (value->kind != VALUE_OBJECT || value->object != shape->object)
        return reject(v, RULE_ARGUMENT, "r%u wants a %s", number, shape->object->name);
    if (value->may & MAY_BE_NULL && !(shape->may & MAY_BE_NULL))
        return reject(v, RULE_NULLABLE, "r%u wants a %s", number, shape->object->name);
    if (shape->may & ~value->may & MAY_WRITE)
        return reject(v, RULE_READ_ONLY, "r%u wants a %s, and this one is const", number,
                      shape->object->name);
    note_handed_on(v, value);
    return RULE_NONE;
}

/* The end of a packet, or a place of it that is known to be there: the call takes for granted that
 * the end does not come before it. */
static enum rule packet_argument(struct verifier *v, const struct shape *shape, unsigned number) {
    const struct value *value = reg(v, number);
    unsigned wanted = shape->kind == SHAPE_PACKET ? VALUE_PACKET : VALUE_PACKET_END;
    if (value->kind != wanted || (value->index & 0xff) != shape->group)
        return reject(v, RULE_ARGUMENT, "r%u wants a packet's address", number);
    if (wanted == VALUE_PACKET_END)
        return RULE_NONE;
    bool inside = value->bytes > 0 || !value_place(value).varies;
    if (!inside || value_offset(value) < 0 || (uint32_t)value_offset(value) > value->bytes)
        return reject(v, RULE_PACKET_BOUNDS, "r%u can lie outside of it", number);
    if (shape->may & ~value->may & MAY_WRITE)
        return reject(v, RULE_READ_ONLY, "r%u wants a packet to write to", number);
    note_handed_on(v, value);
    return RULE_NONE;
}

/* An object is the address of its first field. */
static enum rule field_argument(struct verifier *v, const struct shape *shape, unsigned number) {
    struct value value = *reg(v, number);
    enum rule rule = value.kind == VALUE_OBJECT ? verify_take_field(v, &value, 0) : RULE_NONE;
    if (!rule && (value.kind != VALUE_FIELD || value.object != shape->object))
        rule = reject(v, RULE_ARGUMENT, "r%u wants the address of a field that owns a %s", number,
                      shape->object->name);
    if (!rule && !(value.may & MAY_WRITE))
        rule = reject(v, RULE_READ_ONLY, "r%u leads to an object that is const", number);
    note_handed_on(v, &value);
    return rule;
}

/* A function that the call will call back: proven as such, it costs and does what it may as often
 * as it can be. */
static enum rule function_argument(struct verifier *v, const struct shape *shape, unsigned number) {
    const struct value *value = reg(v, number);
    enum rule rule = RULE_NONE;
    if (shape->may & MAY_BE_NULL && is_null(value))
        return RULE_NONE;
    if (value->kind != VALUE_FUNCTION)
        return reject(v, RULE_ARGUMENT, "r%u wants a function of the program", number);
    const struct contract *c = contract_of(v, value->index, shape->function, true, &rule);
    return c ? contract_pay(v, c, shape->max) : rule;
}

static enum rule argument(struct verifier *v, const struct shape *shape, unsigned number) {
    const struct value *value = reg(v, number);
    if (shape->kind == SHAPE_NONE)
        return RULE_NONE;
    if (value->kind == VALUE_NOTHING)
        return reject(v, RULE_UNSET, "r%u is an argument", number);
    switch (shape->kind) {
    case SHAPE_NUMBER:
        if (value->kind != VALUE_NUMBER)
            return reject(v, RULE_ARGUMENT, "r%u wants a number", number);
        if ((shape->min | shape->max) &&
            (value->number.umin < shape->min || value->number.umax > shape->max))
            return reject(v, RULE_ARGUMENT, "r%u wants a number from %llu to %llu", number,
                          (unsigned long long)shape->min, (unsigned long long)shape->max);
        return RULE_NONE;
    case SHAPE_MEMORY:
        return memory_argument(v, shape, number);
    case SHAPE_OBJECT:
        return object_argument(v, shape, number);
    case SHAPE_FIELD:
        return field_argument(v, shape, number);
    case SHAPE_FUNCTION:
        return function_argument(v, shape, number);
    default:
        return packet_argument(v, shape, number);
    }
}

/* What lived under a reference is gone with it. */
static void forget(struct value *value, void *with) {
    if (value->reference == *(const uint32_t *)with)
        *value = (struct value){.kind = VALUE_NOTHING};
}

static enum rule release(struct verifier *v, unsigned number) {
    const struct value *value = reg(v, number);
    uint32_t reference = value->reference;
    if (is_null(value))
        return RULE_NONE;
    struct place place = value_place(value);
    if ((place.low || place.high) && !MUTANT(RELEASE_MOVED))
        return reject(v, RULE_NOT_OWNED, "r%u has been moved from where it was", number);
    struct state *s = v->now;
    for (uint32_t i = 0; i < s->references; i++) {
        if (!value->owner || s->reference[i] != reference)
            continue;
        s->reference[i] = s->reference[--s->references];
        if (MUTANT(RELEASE_KEEPS))
            return RULE_NONE;
        if (!MUTANT(RELEASE_TWICE))
            each_value(v, forget, &reference);
        return RULE_NONE;
    }
    return MUTANT(RELEASE_TWICE) ? RULE_NONE : reject(v, RULE_NOT_OWNED, "r%u", number);
}

/* A buffer's start and end that go to a call together are those of one packet. */
static enum rule packet_arguments(struct verifier *v, const struct signature *s, unsigned i) {
    const struct value *one = reg(v, i + 1);
    for (unsigned k = 0; k < i; k++) {
        const struct value *other = reg(v, k + 1);
        if (shape_is_packet(&s->parameter[k]) && s->parameter[k].group == s->parameter[i].group &&
            (other->index != one->index || other->reference != one->reference))
            return reject(v, RULE_ARGUMENT, "r%u and r%u want one packet's addresses", k + 1,
                          i + 1);
    }
    return RULE_NONE;
}

static enum rule check_arguments(struct verifier *v, const struct signature *s) {
    for (unsigned i = 0; i < PARAMETERS; i++) {
        enum rule rule = argument(v, &s->parameter[i], i + 1);
        if (!rule && shape_is_packet(&s->parameter[i]))
            rule = packet_arguments(v, s, i);
        if (rule)
            return rule;
    }
    for (unsigned i = 0; i < PARAMETERS; i++) {
        enum rule rule = argument_written(v, &s->parameter[i], i + 1);
        if (rule)
            return rule;
    }
    for (unsigned i = 0; i < PARAMETERS; i++) {
        if (!(s->parameter[i].may & RELEASED))
            continue;
        enum rule rule = release(v, i + 1);
        if (rule)
            return rule;
    }
    for (unsigned i = 0; i < PARAMETERS; i++)
        if (s->parameter[i].kind != SHAPE_NONE && !(s->parameter[i].may & RELEASED) &&
            reg(v, i + 1)->kind == VALUE_NOTHING)
            return reject(v, RULE_NOT_OWNED, "r%u is given away by this very call", i + 1);
    return RULE_NONE;
}

static enum rule call_facts(struct verifier *v, const struct import *import) {
    static const uint8_t facts[] = {FUNCTIONAL, EPHEMERAL, DETERMINISTIC};
    for (unsigned i = 0; i < sizeof facts; i++) {
        if (import->signature->facts & facts[i])
            continue;
        enum rule rule = lose_fact(v, facts[i], import->name);
        if (rule)
            return rule;
    }
    return RULE_NONE;
}

/* What is left in the registers by a call. */
static void called(struct verifier *v, const struct shape *gives) {
    for (unsigned i = 1; i <= PARAMETERS && !MUTANT(CALL_KEEPS); i++)
        *reg(v, i) = (struct value){.kind = VALUE_NOTHING};
    struct value result = value_of_shape(v, gives, ORIGIN_RESULT);
    *reg(v, 0) = result;
}

enum rule verify_import(struct verifier *v, struct insn insn) {
    const struct import *import = &v->program->import[insn.imm];
    if (!import->signature)
        return reject(v, RULE_ARGUMENT, "nothing is known of what %s takes", import->name);
    enum rule rule = check_arguments(v, import->signature);
    if (!rule)
        rule = call_facts(v, import);
    if (!rule && import->signature->result.may & ACQUIRED && v->now->references == REFERENCES_MAX)
        rule = reject(v, RULE_REFERENCES, "%u are", REFERENCES_MAX);
    if (rule)
        return rule;
    called(v, &import->signature->result);
    v->cost += import->signature->cost;
    return RULE_NONE;
}

/* Are the arguments what the declaration says? If not, all is as it was before they were looked at,
 * for the function is followed into. */
static bool arguments_fit(struct verifier *v, const struct signature *s, enum rule *rule) {
    struct state *before = copy_state(v, v->now);
    uint8_t proven = v->facts->proven;
    if (!before) {
        *rule = reject(v, RULE_NO_MEMORY, "for a call by contract");
        return false;
    }
    bool fit = !check_arguments(v, s);
    state_destroy(fit ? before : v->now, v->hooks);
    if (!fit) {
        v->now = before;
        v->facts->proven = proven;
    }
    return fit;
}

bool verify_contract(struct verifier *v, uint32_t function, enum rule *rule) {
    const struct signature *s = v->program->function[function].contract;
    if (!v->by_contract || !s)
        return false;
    const struct contract *c = contract_of(v, function, s, false, rule);
    if (!c)
        return true;
    if (c->broken || !arguments_fit(v, s, rule))
        return *rule != RULE_NONE;
    *rule = contract_pay(v, c, 1);
    if (!*rule)
        called(v, &s->result);
    return true;
}
