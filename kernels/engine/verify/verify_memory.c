/* SPDX-License-Identifier: MIT */
/* verify_memory.c -- loads, stores and atomics: is the place the program's to use, and what does it
 * hold afterwards? */
#include "engine/assert.h"
#include "engine/base/mutant.h"
#include "engine/verify/internal.h"

/* The places an access can touch: [low, high) from where the pointer's kind counts. */
struct extent {
    int64_t low, high;
    bool varies; /* it touches some of them */
};

static struct extent extent_of(const struct value *pointer, int32_t offset, uint32_t bytes) {
    struct place place = value_place(pointer);
    if (MUTANT(ACCESS_NEGATIVE) && pointer->number.smin < 0)
        place.low = pointer->offset;
    return (struct extent){place.low + offset,
                           place.high + offset + (MUTANT(ACCESS_WIDTH) ? 1 : bytes), place.varies};
}

enum rule lose_fact(struct verifier *v, uint8_t fact, const char *because) {
    v->facts->proven &= (uint8_t)~fact;
    if (!((v->kind->demands | (v->proving ? v->proving->signature->facts : 0)) & fact))
        return RULE_NONE;
    enum rule rule = fact == FUNCTIONAL  ? RULE_NOT_FUNCTIONAL
                     : fact == EPHEMERAL ? RULE_NOT_EPHEMERAL
                                         : RULE_NOT_DETERMINISTIC;
    return reject(v, rule, "%s", because);
}

static void note_read(struct verifier *v, const struct value *pointer, struct extent e) {
    uint8_t origin = pointer->origin;
    if (origin >= PARAMETERS)
        return;
    if (pointer->reached || e.low < 0 || e.high > READ_SET_MAX) {
        v->facts->whole[origin] = true;
        return;
    }
    charge_bytes(v, (size_t)(e.high - e.low));
    int64_t high = MUTANT(READ_WIDTH) ? e.low + 1 : e.high;
    for (int64_t at = e.low; at < high; at = (at | 63) + 1) {
        uint64_t from = UINT64_MAX << at % 64,
                 up_to = (at | 63) < high ? UINT64_MAX : ~(UINT64_MAX << high % 64);
        v->facts->read[origin][at / 64] |= from & up_to;
    }
}

/* What an access outside of the stack does to the program's facts. */
static enum rule note_effect(struct verifier *v, const struct value *pointer, struct extent e,
                             uint8_t how) {
    bool variable =
        pointer->origin == ORIGIN_VARIABLE && v->program->variable[pointer->index].writable;
    enum rule rule = RULE_NONE;
    if (how & MAY_WRITE && !MUTANT(WRITE_IS_FUNCTIONAL))
        rule = lose_fact(v, FUNCTIONAL, "memory other than the stack is written");
    if (rule || !(how & MAY_READ))
        return rule;
    note_read(v, pointer, e);
    if (variable || pointer->origin == ORIGIN_RESULT)
        rule = lose_fact(v, FUNCTIONAL, "memory other than the arguments is read");
    return rule || !variable
               ? rule
               : lose_fact(v, DETERMINISTIC, "a variable is read that may change between runs");
}

static enum rule access_stack(struct verifier *v, const struct value *pointer, struct extent e) {
    if (e.low < -FRAME_BYTES || e.high > 0)
        return reject(v, RULE_STACK_BOUNDS, "offsets %lld to %lld from r10", (long long)e.low,
                      (long long)e.high);
    ENGINE_ASSERT(pointer->frame < v->now->depth, "frame %u of %u", pointer->frame, v->now->depth);
    uint16_t *deepest = &v->frame_bytes[v->now->frame[pointer->frame]->function];
    if (*deepest < -e.low)
        *deepest = (uint16_t)-e.low;
    return RULE_NONE;
}

static enum rule access_memory(struct verifier *v, const struct value *pointer, struct extent e,
                               uint8_t how) {
    if (e.low < 0 || e.high > pointer->bytes)
        return reject(v, RULE_BOUNDS, "bytes %lld to %lld of %u", (long long)e.low,
                      (long long)e.high, pointer->bytes);
    if (how & ~pointer->may & MAY_WRITE)
        return reject(v, RULE_READ_ONLY, "bytes %lld to %lld", (long long)e.low, (long long)e.high);
    if (how & ~pointer->may & MAY_READ)
        return reject(v, RULE_FIELD_RIGHTS, "this memory may only be written");
    return note_effect(v, pointer, e, how);
}

static enum rule access_packet(struct verifier *v, const struct value *pointer, int32_t offset,
                               uint32_t bytes, uint8_t how) {
    int64_t at = (int64_t)value_offset(pointer) + offset;
    if (at < 0 || at + bytes > pointer->bytes)
        return reject(v, RULE_PACKET_BOUNDS,
                      "bytes %lld to %lld are used, %u are known to be there", (long long)at,
                      (long long)(at + bytes), pointer->bytes);
    if (how & ~pointer->may & MAY_WRITE)
        return reject(v, RULE_READ_ONLY, "the packet may only be read");
    return note_effect(v, pointer, (struct extent){.high = INT32_MAX}, how);
}

/* The field that holds all of [at, at + bytes), or null. */
static const struct field *field_at(const struct object_type *type, int64_t at, uint32_t bytes) {
    uint32_t low = 0, high = type->field_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct field *f = &type->field[middle];
        if (at >= (int64_t)f->offset + f->bytes)
            low = middle + 1;
        else if (at < f->offset)
            high = middle;
        else
            return at + bytes <= (int64_t)f->offset + f->bytes ? f : NULL;
    }
    return NULL;
}

/* Is there one object only that a pointer of this origin and reference can be of? */
static bool is_known_object(const struct value *pointer) {
    return !pointer->reached && (pointer->origin != ORIGIN_RESULT || pointer->reference);
}

static enum rule access_object(struct verifier *v, const struct value *pointer, int32_t offset,
                               uint32_t bytes, uint8_t how) {
    const struct field *f = field_at(pointer->object, offset, bytes);
    const char *type = pointer->object->name;
    if (!f)
        return reject(v, RULE_NO_FIELD, "bytes %d to %lld of %s", offset, (long long)offset + bytes,
                      type);
    if (f->may & OWNS)
        return reject(v, RULE_OWNING_FIELD, "%s.%s", type, f->name);
    if (f->shape.kind != SHAPE_NUMBER && ((int64_t)f->offset != offset || f->bytes != bytes))
        return reject(v, RULE_NO_FIELD, "%s.%s is a pointer and used as a whole", type, f->name);
    if (how & ~f->may & MAY_READ_WRITE)
        return reject(v, RULE_FIELD_RIGHTS, "%s.%s may not be %s", type, f->name,
                      how & ~f->may & MAY_WRITE ? "written" : "read");
    if (how & ~pointer->may & MAY_WRITE)
        return reject(v, RULE_READ_ONLY, "%s was handed out as const", type);
    if (shape_is_packet(&f->shape) && !is_known_object(pointer))
        return reject(v, RULE_FIELD_RIGHTS, "whose packet %s.%s is would not be known", type,
                      f->name);
    return note_effect(v, pointer, (struct extent){.low = offset, .high = (int64_t)offset + bytes},
                       how);
}

enum rule verify_take_field(struct verifier *v, struct value *object, int64_t offset) {
    const struct field *f = field_at(object->object, offset, sizeof(uint64_t));
    if (!f || !(f->may & OWNS))
        return reject(v, RULE_OBJECT_ARITHMETIC, "no field that owns a reference is there");
    if (object->may & MAY_BE_NULL)
        return reject(v, RULE_NULLABLE, "a field of it is meant");
    object->kind = VALUE_FIELD;
    object->object = f->shape.object;
    return value_put(object, offset, &object->number)
               ? RULE_NONE
               : reject(v, RULE_OFFSET_RANGE, "to %lld", (long long)offset);
}

enum rule verify_access(struct verifier *v, const struct value *pointer, int32_t offset,
                        uint32_t bytes, uint8_t how) {
    if (pointer->kind == VALUE_NOTHING)
        return reject(v, RULE_UNSET, "an address is needed");
    if (pointer->kind == VALUE_FIELD)
        return reject(v, RULE_OWNING_FIELD, "through its address");
    if (pointer->kind == VALUE_NUMBER || pointer->kind == VALUE_PACKET_END ||
        pointer->kind == VALUE_FUNCTION)
        return reject(v, RULE_NOT_POINTER, "an address is needed");
    if (pointer->may & MAY_BE_NULL)
        return reject(v, RULE_NULLABLE, "memory is reached through it");
    switch (pointer->kind) {
    case VALUE_STACK:
        return access_stack(v, pointer, extent_of(pointer, offset, bytes));
    case VALUE_MEMORY:
        return access_memory(v, pointer, extent_of(pointer, offset, bytes), how);
    case VALUE_OBJECT:
        return access_object(v, pointer, offset, bytes, how);
    default:
        ENGINE_ASSERT(pointer->kind == VALUE_PACKET, "a pointer of kind %u", pointer->kind);
        return access_packet(v, pointer, offset, bytes, how);
    }
}

static enum rule stack_rule(struct verifier *v, enum stack_read read, int64_t at) {
    if (read == STACK_READ_FINE)
        return RULE_NONE;
    return reject(v, read == STACK_READ_UNSET ? RULE_STACK_UNSET : RULE_POINTER_PART,
                  "at r10 %+lld", (long long)at);
}

/* Loads from the stack. A number that is loaded whole stays linked to its place. */
static enum rule load_stack(struct verifier *v, const struct value *pointer, int32_t offset,
                            uint32_t bytes, struct value *value) {
    struct extent e = extent_of(pointer, offset, bytes);
    ENGINE_ASSERT(e.low >= -FRAME_BYTES && e.high <= 0, "%lld to %lld were let through",
                  (long long)e.low, (long long)e.high);
    if (!e.varies) {
        struct value *whole = stack_value(v->now, pointer->frame, (int32_t)e.low, bytes);
        if (whole && whole->kind == VALUE_NUMBER && !whole->id &&
            !scalar_is_constant(&whole->number))
            whole->id = ++v->next_id;
        return stack_rule(v, stack_load(v->now, pointer->frame, (int32_t)e.low, bytes, value),
                          e.low);
    }
    charge(v, PARTS_BYTE * (uint64_t)(e.high - e.low));
    for (int64_t at = e.low; at < e.high; at++) {
        enum rule rule =
            stack_rule(v, stack_load(v->now, pointer->frame, (int32_t)at, 1, value), at);
        if (rule)
            return rule;
    }
    *value = number_value(scalar_of_width(bytes * 8, false));
    return RULE_NONE;
}

/* A packet's identity, together with its reference: a buffer's start goes with the end that came
 * from the same object. */
static uint32_t packet_of(uint8_t group, uint8_t origin) {
    return group | (origin + 1u) << 8;
}

static struct value load_field(struct verifier *v, const struct value *pointer, int32_t offset,
                               uint32_t bytes) {
    const struct field *f = field_at(pointer->object, offset, bytes);
    ENGINE_ASSERT(f && !(f->may & OWNS), "%s: %d was let through", pointer->object->name, offset);
    if (f->shape.kind == SHAPE_NUMBER && (f->bytes != bytes || (f->shape.min | f->shape.max) == 0))
        return number_value(scalar_of_width(bytes * 8, false));
    struct value value = value_of_shape(v, &f->shape, pointer->origin);
    if (value.kind == VALUE_NUMBER)
        return value; /* which stays one when the object is given back */
    value.reference = pointer->reference;
    value.reached = true;
    if (shape_is_packet(&f->shape))
        value.index = packet_of(f->shape.group, pointer->origin);
    return value;
}

enum rule verify_load(struct verifier *v, struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    struct value pointer = *reg(v, insn.src),
                 value = number_value(scalar_of_width(info->bits, false));
    uint32_t bytes = info->bits / 8u;
    bool is_signed = info->operation == DO_SIGN;
    enum rule rule = verify_access(v, &pointer, insn.off, bytes, MAY_READ);
    if (!rule && pointer.kind == VALUE_STACK)
        rule = load_stack(v, &pointer, insn.off, bytes, &value);
    if (rule)
        return rule;
    if (pointer.kind == VALUE_OBJECT)
        value = load_field(v, &pointer, insn.off, bytes);
    if (is_signed && value.kind != VALUE_NUMBER)
        return reject(v, RULE_POINTER_PART, "a pointer is loaded as a signed number");
    if (is_signed && !MUTANT(LOAD_SIGN)) {
        unsigned extend = info->bits == 8 ? DO_MOVS8 : info->bits == 16 ? DO_MOVS16 : DO_MOVS32;
        value = number_value(scalar_alu(extend, 64, value.number, value.number));
    }
    *reg(v, insn.dst) = value;
    return RULE_NONE;
}

enum rule verify_written(struct verifier *v, const struct value *pointer, int32_t offset,
                         uint32_t bytes, const struct value *stored) {
    if (pointer->kind != VALUE_STACK)
        return RULE_NONE;
    struct extent e = extent_of(pointer, offset, bytes);
    if (e.varies) {
        charge(v, PARTS_BYTE * (uint64_t)(e.high - e.low));
        if (!stack_store_somewhere(v->now, pointer->frame, (int32_t)e.low, (int32_t)e.high))
            return reject(v, RULE_POINTER_PART, "between r10 %+lld and %+lld", (long long)e.low,
                          (long long)e.high);
        return RULE_NONE;
    }
    size_t before = v->now->frame[pointer->frame]->halves;
    if (!stack_store(v->now, v->hooks, pointer->frame, (int32_t)e.low, bytes, stored))
        return reject(v, RULE_NO_MEMORY, "for the state of the stack");
    size_t grown = v->now->frame[pointer->frame]->halves - before;
    charge_bytes(v, 2 * grown * sizeof(struct half));
    return RULE_NONE;
}

/* Where a pointer may be kept: eight aligned bytes of the stack. */
static enum rule check_stored_pointer(struct verifier *v, const struct value *pointer,
                                      struct insn insn) {
    if (pointer->kind != VALUE_STACK)
        return reject(v, RULE_POINTER_STORED, "in memory other than the stack");
    struct place place = value_place(pointer);
    int64_t at = (MUTANT(PLACE_STORED) ? pointer->offset : place.low) + insn.off;
    if (insn_info(insn)->bits != 64 || place.varies || at % 8)
        return reject(v, RULE_POINTER_PART,
                      "a pointer is stored in part, not aligned, or at a place that varies");
    return RULE_NONE;
}

/* A field that holds numbers from min to max only gets such, and as a whole. */
static enum rule stored_number(struct verifier *v, const struct value *pointer, int32_t offset,
                               uint32_t bytes, const struct scalar *stored) {
    const struct field *f = field_at(pointer->object, offset, bytes);
    uint64_t all = UINT64_MAX >> (64 - 8 * bytes);
    ENGINE_ASSERT(f && f->may & MAY_WRITE, "%s: %d was let through", pointer->object->name, offset);
    struct scalar number = *stored; /* the bits that are stored of it */
    if (number.umax > all)
        number = scalar_alu(DO_AND, 64, number, scalar_constant(all));
    if ((f->shape.min | f->shape.max) == 0 || MUTANT(FIELD_RANGE) ||
        (f->bytes == bytes && number.umin >= f->shape.min && number.umax <= f->shape.max))
        return RULE_NONE;
    return reject(v, RULE_FIELD_RIGHTS, "%s.%s holds %llu to %llu", pointer->object->name, f->name,
                  (unsigned long long)f->shape.min, (unsigned long long)f->shape.max);
}

enum rule verify_store(struct verifier *v, struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    struct value pointer = *reg(v, insn.dst),
                 value = number_value(scalar_constant((uint64_t)(int64_t)insn.imm));
    uint32_t bytes = info->bits / 8u;
    if (info->source == SOURCE_X) {
        value = *reg(v, insn.src);
        if (value.kind == VALUE_NOTHING)
            return reject(v, RULE_UNSET, "r%u is stored", insn.src);
        if (value.kind == VALUE_NUMBER && !value.id && !scalar_is_constant(&value.number))
            value.id = reg(v, insn.src)->id = ++v->next_id;
    }
    enum rule rule = verify_access(v, &pointer, insn.off, bytes, MAY_WRITE);
    if (!rule && value.kind > VALUE_NUMBER)
        rule = check_stored_pointer(v, &pointer, insn);
    if (!rule && pointer.kind == VALUE_OBJECT)
        rule = stored_number(v, &pointer, insn.off, bytes, &value.number);
    if (rule)
        return rule;
    if (bytes == 4) {
        if (value.number.umax > UINT32_MAX)
            value.id = 0;
        value.number = scalar_low32(value.number);
    }
    return verify_written(v, &pointer, insn.off, bytes, bytes >= 4 ? &value : NULL);
}

enum rule verify_atomic(struct verifier *v, struct insn insn) {
    const struct opcode_info *info = insn_info(insn);
    struct value pointer = *reg(v, insn.dst), old;
    uint32_t bytes = info->bits / 8u;
    bool exchanges = info->operation == DO_CMPXCHG;
    if (reg(v, insn.src)->kind != VALUE_NUMBER || (exchanges && reg(v, 0)->kind != VALUE_NUMBER))
        return reject(v, reg(v, insn.src)->kind == VALUE_NOTHING ? RULE_UNSET : RULE_POINTER_STORED,
                      "its operands are numbers");
    enum rule rule = verify_access(v, &pointer, insn.off, bytes, MAY_READ_WRITE);
    if (!rule && pointer.kind == VALUE_OBJECT) {
        struct scalar any = scalar_any();
        rule = stored_number(v, &pointer, insn.off, bytes, &any);
    }
    if (rule)
        return rule;
    uint64_t bits = value_place(&pointer).bits | (uint64_t)(int64_t)insn.off;
    if (pointer.kind == VALUE_PACKET || bits % bytes)
        return reject(v, RULE_ATOMIC_PLACE, "%u bytes", bytes);
    if (pointer.kind == VALUE_STACK) {
        rule = load_stack(v, &pointer, insn.off, bytes, &old);
        if (!rule && old.kind != VALUE_NUMBER)
            rule = reject(v, RULE_POINTER_STORED, "a pointer is changed");
        if (!rule)
            rule = verify_written(v, &pointer, insn.off, bytes, NULL);
        if (rule)
            return rule;
    }
    if (MUTANT(FETCH_KEEPS))
        return RULE_NONE;
    if (exchanges)
        *reg(v, 0) = number_value(scalar_of_width(info->bits, false));
    else if (info->operation >= DO_FETCH_ADD && info->operation <= DO_XCHG)
        *reg(v, insn.src) = number_value(scalar_of_width(info->bits, false));
    return RULE_NONE;
}
