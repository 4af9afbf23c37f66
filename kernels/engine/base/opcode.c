/* SPDX-License-Identifier: MIT */
/* opcode.c -- encoded bytes to decoded instructions and back, driven by the table in opcode.h. */
#include "engine/opcode.h"

const struct opcode_info opcode_info[OPCODE_COUNT] = {
#define X(name, code, field, value, kind, operation, bits, source, group, text)                    \
    [OP_##name] = {code,           FIELD_##field, value,           KIND_##kind,                    \
                   DO_##operation, bits,          SOURCE_##source, GROUP_##group},
    OPCODES(X)
#undef X
};

const char *const opcode_text[OPCODE_COUNT] = {
#define X(name, code, field, value, kind, operation, bits, source, group, text) [OP_##name] = text,
    OPCODES(X)
#undef X
};

const char *const opcode_group_name[GROUP_COUNT] = {
#define X(name, text) [GROUP_##name] = text,
    OPCODE_GROUPS(X)
#undef X
};

/* The last instruction in the table that has a given code; the others of that code stand right
 * before it. Of several initialisers for one element C takes the last, which is what is wanted
 * here. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
static const uint8_t last_of_code[256] = {
#define X(name, code, ...) [code] = OP_##name,
    OPCODES(X)
#undef X
};
#pragma GCC diagnostic pop
_Static_assert(OPCODE_COUNT <= 256, "an opcode fits the byte that insn and last_of_code give it");

struct raw {
    uint8_t code, dst, src;
    int16_t off;
    int32_t imm;
};

static struct raw raw_read(const uint8_t b[INSN_BYTES]) {
    return (struct raw){
        .code = b[0],
        .dst = b[1] & 15,
        .src = b[1] >> 4,
        .off = (int16_t)(b[2] | b[3] << 8),
        .imm = (int32_t)(b[4] | (uint32_t)b[5] << 8 | (uint32_t)b[6] << 16 | (uint32_t)b[7] << 24),
    };
}

/* The value of the field that makes one of several instructions out of a code. */
static int64_t raw_selector(const struct raw *r, uint8_t field) {
    switch (field) {
    case FIELD_OFF:
        return r->off;
    case FIELD_IMM:
        return r->imm;
    case FIELD_SRC:
        return r->src;
    default:
        return 0;
    }
}

/* The instruction that r encodes; OP_HIGH, which no encoding has, where there is none. */
static enum opcode raw_opcode(const struct raw *r) {
    unsigned op = last_of_code[r->code];
    for (;; op--) {
        const struct opcode_info *info = &opcode_info[op];
        if (info->code != r->code)
            return OP_HIGH;
        if (raw_selector(r, info->field) == info->value)
            return op;
        if (op == 0)
            return OP_HIGH;
    }
}

enum { USES_DST = 1, USES_SRC = 2, USES_OFF = 4, USES_IMM = 8 };

/* The fields that mean something; the standard wants zero in all others. */
static unsigned fields_used(const struct opcode_info *info) {
    static const uint8_t of_kind[] = {
        [KIND_ALU] = USES_DST,
        [KIND_JUMP] = USES_DST | USES_OFF,
        [KIND_LOAD] = USES_DST | USES_OFF,
        [KIND_STORE] = USES_DST | USES_OFF,
        [KIND_ATOMIC] = USES_DST | USES_OFF,
        [KIND_CALL] = USES_IMM,
        [KIND_EXIT] = 0,
        [KIND_CONST] = USES_DST | USES_IMM,
        [KIND_PACKET] = USES_IMM | USES_SRC,
    };
    static const uint8_t of_field[] = {
        [FIELD_OFF] = USES_OFF, [FIELD_IMM] = USES_IMM, [FIELD_SRC] = USES_SRC};
    static const uint8_t of_source[] = {[SOURCE_K] = USES_IMM, [SOURCE_X] = USES_SRC};

    if (info->operation == DO_ALWAYS)
        return info->bits == 32 ? USES_IMM : USES_OFF;
    if (info->operation == DO_POINTER)
        return USES_DST;
    return of_kind[info->kind] | of_field[info->field] | of_source[info->source];
}

static bool raw_has_junk(const struct raw *r, unsigned used) {
    return (r->dst && !(used & USES_DST)) || (r->src && !(used & USES_SRC)) ||
           (r->off && !(used & USES_OFF)) || (r->imm && !(used & USES_IMM));
}

/* Atomic instructions that fetch leave the old value in src; a compare-and-exchange leaves it in
 * r0. */
static bool insn_fetches_into_src(struct insn insn) {
    uint8_t operation = insn_info(insn)->operation;
    return operation >= DO_FETCH_ADD && operation <= DO_XCHG;
}

enum rule insn_decode(const uint8_t bytes[INSN_BYTES], struct insn *out) {
    struct raw r = raw_read(bytes);
    enum opcode op = raw_opcode(&r);
    if (op == OP_HIGH)
        return RULE_UNKNOWN_INSTRUCTION;
    const struct opcode_info *info = &opcode_info[op];
    if (info->kind == KIND_PACKET)
        return RULE_PACKET_ACCESS;
    if (op == OP_CALL_X && r.dst == 0 && r.imm > 0 && r.imm < 16) {
        r.dst = r.imm;
        r.imm = 0;
    }
    unsigned used = fields_used(info);
    if (raw_has_junk(&r, used))
        return RULE_RESERVED_FIELD;
    if (r.dst >= REGISTERS || (r.src >= REGISTERS && info->source == SOURCE_X))
        return RULE_NO_REGISTER;

    *out = (struct insn){
        .op = op,
        .dst = r.dst,
        .src = info->field == FIELD_SRC ? 0 : r.src,
        .off = info->field == FIELD_OFF ? 0 : r.off,
        .imm = info->field == FIELD_IMM ? 0 : r.imm,
    };
    if (insn_writes_dst(*out) && out->dst == REGISTER_FRAME)
        return RULE_FRAME_POINTER;
    if (insn_fetches_into_src(*out) && out->src == REGISTER_FRAME)
        return RULE_FRAME_POINTER;
    return RULE_NONE;
}

enum rule insn_decode_high(const uint8_t bytes[INSN_BYTES], struct insn *out) {
    struct raw r = raw_read(bytes);
    if (r.code || r.dst || r.src || r.off)
        return RULE_CONSTANT_CUT;
    *out = (struct insn){.op = OP_HIGH, .imm = r.imm};
    return RULE_NONE;
}

void insn_encode(struct insn insn, uint8_t raw[INSN_BYTES]) {
    const struct opcode_info *info = insn_info(insn);
    uint8_t src = info->field == FIELD_SRC ? info->value : insn.src;
    uint16_t off = info->field == FIELD_OFF ? info->value : (uint16_t)insn.off;
    uint32_t imm = info->field == FIELD_IMM ? info->value : (uint32_t)insn.imm;
    raw[0] = info->code;
    raw[1] = (uint8_t)(src << 4 | insn.dst);
    for (int i = 0; i < 2; i++)
        raw[2 + i] = (uint8_t)(off >> 8 * i);
    for (int i = 0; i < 4; i++)
        raw[4 + i] = (uint8_t)(imm >> 8 * i);
}
