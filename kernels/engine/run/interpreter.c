/* SPDX-License-Identifier: MIT */
/* interpreter.c -- one label an instruction, made from the table in opcode.h; one macro an
 * operation says what it does. Only what is rare, divisions and atomic instructions, is shared.
 *
 * Meaning (RFC 9669, section 4): 32-bit arithmetic clears the upper half of its register. Division
 * by zero gives 0, the remainder of a division by zero the dividend. The one signed division that
 * overflows gives its dividend, with remainder 0. Shift counts are taken modulo the width. Memory
 * may be unaligned.
 *
 * Every engine-wide promise about safety is the verifier's. What is checked here, always, is what
 * keeps the interpreter itself whole: fuel, depth, stack and the targets of indirect calls. */
#include "engine/assert.h"
#include "engine/interpreter.h"
#include "lib/string.h"

/* Memory as programs see it: any alignment, any type. */
struct cell8 {
    uint8_t v;
} __attribute__((packed, may_alias));
struct cell16 {
    uint16_t v;
} __attribute__((packed, may_alias));
struct cell32 {
    uint32_t v;
} __attribute__((packed, may_alias));
struct cell64 {
    uint64_t v;
} __attribute__((packed, may_alias));
typedef uint32_t __attribute__((may_alias)) atomic_u32;
typedef uint64_t __attribute__((may_alias)) atomic_u64;

/* Divisions go to their body, and have no value here. */
#define DIVIDED(x)                                                                                 \
    ({                                                                                             \
        goto divide;                                                                               \
        (x);                                                                                       \
    })

/* Arithmetic on x and y, unsigned and of b bits, signed where the operation says so. */
#define SIGNED(b, v)        ((int##b##_t)(v))
#define ALU_ADD(b, x, y)    ((x) + (y))
#define ALU_SUB(b, x, y)    ((x) - (y))
#define ALU_MUL(b, x, y)    ((x) * (y))
#define ALU_DIV(b, x, y)    DIVIDED(x)
#define ALU_MOD(b, x, y)    DIVIDED(x)
#define ALU_SDIV(b, x, y)   DIVIDED(x)
#define ALU_SMOD(b, x, y)   DIVIDED(x)
#define ALU_OR(b, x, y)     ((x) | (y))
#define ALU_AND(b, x, y)    ((x) & (y))
#define ALU_XOR(b, x, y)    ((x) ^ (y))
#define ALU_LSH(b, x, y)    ((x) << ((y) & (b - 1)))
#define ALU_RSH(b, x, y)    ((x) >> ((y) & (b - 1)))
#define ALU_ARSH(b, x, y)   ((uint##b##_t)(SIGNED(b, x) >> ((y) & (b - 1))))
#define ALU_NEG(b, x, y)    (0 - (x))
#define ALU_MOV(b, x, y)    (y)
#define ALU_MOVS8(b, x, y)  ((uint##b##_t)(int8_t)(y))
#define ALU_MOVS16(b, x, y) ((uint##b##_t)(int16_t)(y))
#define ALU_MOVS32(b, x, y) ((uint##b##_t)(int32_t)(y))
#define ALU_ZEXT16(b, x, y) ((uint16_t)(x))
#define ALU_ZEXT32(b, x, y) ((uint32_t)(x))
#define ALU_ZEXT64(b, x, y) (x)
#define ALU_SWAP16(b, x, y) (__builtin_bswap16((uint16_t)(x)))
#define ALU_SWAP32(b, x, y) (__builtin_bswap32((uint32_t)(x)))
#define ALU_SWAP64(b, x, y) (__builtin_bswap64(x))

#define IF_ALWAYS(b, x, y) true
#define IF_EQ(b, x, y)     ((x) == (y))
#define IF_NE(b, x, y)     ((x) != (y))
#define IF_GT(b, x, y)     ((x) > (y))
#define IF_GE(b, x, y)     ((x) >= (y))
#define IF_LT(b, x, y)     ((x) < (y))
#define IF_LE(b, x, y)     ((x) <= (y))
#define IF_SET(b, x, y)    (((x) & (y)) != 0)
#define IF_SGT(b, x, y)    (SIGNED(b, x) > SIGNED(b, y))
#define IF_SGE(b, x, y)    (SIGNED(b, x) >= SIGNED(b, y))
#define IF_SLT(b, x, y)    (SIGNED(b, x) < SIGNED(b, y))
#define IF_SLE(b, x, y)    (SIGNED(b, x) <= SIGNED(b, y))

#define WIDEN_ZERO(b, v) ((uint64_t)(v))
#define WIDEN_SIGN(b, v) ((uint64_t)(int64_t)SIGNED(b, v))

/* Divisions and atomic instructions have one body each, which asks the table what it is to do. */

/* A quotient or remainder, as the instruction wants: of 32 bits it is that of 64, narrowed. */
static uint64_t divided(const struct opcode_info *info, uint64_t x, uint64_t y) {
    bool with_sign = info->operation == DO_SDIV || info->operation == DO_SMOD;
    bool remainder = info->operation == DO_MOD || info->operation == DO_SMOD;
    if (info->bits == 32) {
        x = with_sign ? (uint64_t)(int32_t)x : (uint32_t)x;
        y = with_sign ? (uint64_t)(int32_t)y : (uint32_t)y;
    }
    uint64_t quotient = 0;
    if (with_sign && y == UINT64_MAX)
        quotient = 0 - x;
    else if (with_sign && y)
        quotient = (uint64_t)((int64_t)x / (int64_t)y);
    else if (y)
        quotient = x / y;
    uint64_t result = remainder ? x - quotient * y : quotient;
    return info->bits == 32 ? (uint32_t)result : result;
}

static __attribute__((noinline)) uint64_t combined(enum opcode_operation operation, uint64_t old,
                                                   uint64_t operand) {
    if (operation == DO_ADD || operation == DO_FETCH_ADD)
        return old + operand;
    if (operation == DO_OR || operation == DO_FETCH_OR)
        return old | operand;
    if (operation == DO_AND || operation == DO_FETCH_AND)
        return old & operand;
    if (operation == DO_XOR || operation == DO_FETCH_XOR)
        return old ^ operand;
    return operand;
}

/* Changes the b bits at `address` as the operation says, at once for all who look, and gives what
 * was there before. CMPXCHG changes them only where that is `expected`. */
#define DEFINE_ATOMIC(b)                                                                           \
    static __attribute__((no_sanitize("alignment"))) uint64_t atomic_##b(                          \
        enum opcode_operation operation, uint64_t address, uint64_t operand, uint64_t expected) {  \
        atomic_u##b *p = (atomic_u##b *)(uintptr_t)address;                                        \
        uint##b##_t old = __atomic_load_n(p, __ATOMIC_SEQ_CST), next;                              \
        do {                                                                                       \
            if (operation == DO_CMPXCHG && old != (uint##b##_t)expected)                           \
                break;                                                                             \
            next = (uint##b##_t)combined(operation, old, operand);                                 \
        } while (!__atomic_compare_exchange_n(p, &old, next, false, __ATOMIC_SEQ_CST,              \
                                              __ATOMIC_SEQ_CST));                                  \
        return old;                                                                                \
    }
DEFINE_ATOMIC(32)
DEFINE_ATOMIC(64)

/* Is `value` the code constant of a function of this program? If so, *target is its first slot. */
static bool function_at(const struct program *p, uint64_t value, const struct insn **target) {
    const struct function *f = program_function_of(p, value);
    if (f)
        *target = &p->insn[f->start];
    return f;
}

#define DST       reg[at->dst]
#define SRC       reg[at->src]
#define OPERAND_K (uint64_t)(int64_t) at->imm
#define OPERAND_X SRC
#define OPERAND_N (uint64_t)0

#define FAIL(id)                                                                                   \
    do {                                                                                           \
        fault = FAULT_##id;                                                                        \
        goto stop;                                                                                 \
    } while (0)

/* Goes to the instruction at `at`. */
#define NEXT()                                                                                     \
    do {                                                                                           \
        WATCH_STEP();                                                                              \
        goto *label[at->op];                                                                       \
    } while (0)

#ifdef PAUSING /* see interpreter_pausing.c */
#define RUN    interpreter_run_pausing
#define FRAMES struct pausing *const pausing = a->pausing
#define frame  pausing->frame
#define depth  pausing->depth
#define POINT()                                                                                    \
    do {                                                                                           \
        if (pausing->asked) {                                                                      \
            a->at = at;                                                                            \
            pausing->paused = true;                                                                \
            pausing->pause(pausing->owner);                                                        \
            pausing->paused = false;                                                               \
        }                                                                                          \
    } while (0)
#else
#define RUN interpreter_run
#define FRAMES                                                                                     \
    struct interpreter_frame frame[DEPTH_MAX];                                                     \
    uint32_t depth
#define POINT() (void)0
#endif

#ifdef WATCHED /* see interpreter_watch.c */
#define MOVED watcher->moved
#define WATCH_STEP()                                                                               \
    if (watcher->step && !watcher->step(watcher->owner, (uint32_t)(at - p->insn), reg))            \
        FAIL(WATCHER);
#define WATCH_ACCESS(address, b, write)                                                            \
    if (watcher->access && !watcher->access(watcher->owner, address, b / 8, write))                \
        FAIL(MEMORY);
/* What calls leave in r1 to r5 is nobody's business: a watched program must not rely on it. */
#define WATCH_CALLED()                                                                             \
    for (int i = 1; i <= 5; i++)                                                                   \
    reg[i] = 0x5ca1ab1e0ddba11u * (unsigned)i
#define INTERPRETER                                                                                \
    uint64_t interpreter_watch(const struct program *p, const uint64_t argument[5],                \
                               struct activation *a, const struct watcher *watcher)
#else
#define MOVED 0
#define WATCH_STEP()
#define WATCH_ACCESS(address, b, write)
#define WATCH_CALLED()
#define INTERPRETER                                                                                \
    uint64_t RUN(const struct program *p, const uint64_t argument[5], struct activation *a)
#endif

#define RUN_ALU(name, operation, b, source)                                                        \
    {                                                                                              \
        uint##b##_t x = (uint##b##_t)DST, y = (uint##b##_t)OPERAND_##source;                       \
        (void)x, (void)y;                                                                          \
        DST = ALU_##operation(b, x, y);                                                            \
        at++;                                                                                      \
        NEXT();                                                                                    \
    }

#define RUN_JUMP(name, operation, b, source)                                                       \
    {                                                                                              \
        uint##b##_t x = (uint##b##_t)DST, y = (uint##b##_t)OPERAND_##source;                       \
        (void)x, (void)y;                                                                          \
        if (IF_##operation(b, x, y)) {                                                             \
            if (OP_##name == OP_JA32)                                                              \
                goto taken_far;                                                                    \
            goto taken;                                                                            \
        }                                                                                          \
        at++;                                                                                      \
        NEXT();                                                                                    \
    }

/* Each access, and each call of a kernel function, is noted before it is made: net.c names it in
 * its report, should it be the last. */
#define RUN_LOAD(name, operation, b, source)                                                       \
    {                                                                                              \
        uint64_t address = SRC + (uint64_t)(int64_t)at->off;                                       \
        a->at = at;                                                                                \
        WATCH_ACCESS(address, b, false);                                                           \
        DST = WIDEN_##operation(b, ((const struct cell##b *)(uintptr_t)(address - MOVED))->v);     \
        at++;                                                                                      \
        NEXT();                                                                                    \
    }

#define RUN_STORE(name, operation, b, source)                                                      \
    {                                                                                              \
        uint64_t address = DST + (uint64_t)(int64_t)at->off;                                       \
        a->at = at;                                                                                \
        WATCH_ACCESS(address, b, true);                                                            \
        ((struct cell##b *)(uintptr_t)(address - MOVED))->v = (uint##b##_t)OPERAND_##source;       \
        at++;                                                                                      \
        NEXT();                                                                                    \
    }

#define RUN_ATOMIC(name, operation, b, source) goto atomic;

#define RUN_CALL(name, operation, b, source) RUN_CALL_##operation
#define RUN_CALL_STATIC                                                                            \
    {                                                                                              \
        POINT();                                                                                   \
        a->at = at;                                                                                \
        reg[0] = p->import[at->imm].address(reg[1], reg[2], reg[3], reg[4], reg[5]);               \
        WATCH_CALLED();                                                                            \
        at++;                                                                                      \
        NEXT();                                                                                    \
    }
#define RUN_CALL_LOCAL                                                                             \
    {                                                                                              \
        target = at + 1 + at->imm;                                                                 \
        goto call;                                                                                 \
    }
#define RUN_CALL_POINTER                                                                           \
    {                                                                                              \
        if (!function_at(p, DST, &target))                                                         \
            FAIL(POINTER);                                                                         \
        goto call;                                                                                 \
    }
#define RUN_CALL_BTF FAIL(POINTER);

#define RUN_EXIT(name, operation, b, source)   goto leave;
#define RUN_PACKET(name, operation, b, source) FAIL(POINTER);

#define RUN_CONST(name, operation, b, source) RUN_CONST_##operation
#define RUN_CONST_IMM                                                                              \
    {                                                                                              \
        DST = (uint32_t)at[0].imm | (uint64_t)(uint32_t)at[1].imm << 32;                           \
        at += 2;                                                                                   \
        NEXT();                                                                                    \
    }
#define RUN_CONST_VARIABLE                                                                         \
    {                                                                                              \
        DST = program_constant(p, (uint32_t)(at - p->insn));                                       \
        at += 2;                                                                                   \
        NEXT();                                                                                    \
    }
#define RUN_CONST_CODE                                                                             \
    {                                                                                              \
        DST = program_function_address(p, (uint32_t)(at + 1 + at->imm - p->insn));                 \
        at += 2;                                                                                   \
        NEXT();                                                                                    \
    }
/* program_decode lets none of these through. */
#define RUN_CONST_MAP         FAIL(POINTER);
#define RUN_CONST_MAP_VALUE   FAIL(POINTER);
#define RUN_CONST_INDEX       FAIL(POINTER);
#define RUN_CONST_INDEX_VALUE FAIL(POINTER);
#define RUN_CONST_HIGH        FAIL(POINTER);

/* Programs may use unaligned memory, so alignment is not sanitized. */
__attribute__((no_sanitize("alignment"))) INTERPRETER {
    static const void *const label[OPCODE_COUNT] = {
#define X(name, ...) &&run_##name,
        OPCODES(X)
#undef X
    };
    FRAMES;
    uint32_t stack_left = a->stack_bytes;
    uint64_t *const reg = a->reg, fuel = a->fuel;
    enum fault fault = FAULT_NONE;
    const struct insn *at = p->insn + a->start, *target;
    int64_t distance;

    ENGINE_ASSERT(!a->stack_bytes || distance_is_kept((uintptr_t)a->stack, a->stack_bytes),
                  "%u bytes of stack at %p", a->stack_bytes, (void *)a->stack);
    depth = 0;
    memset(reg, 0, sizeof a->reg);
    for (int i = 0; i < 5; i++)
        reg[1 + i] = argument[i];
    reg[REGISTER_FRAME] = (uintptr_t)(a->stack + a->stack_bytes) + MOVED;
    if (stack_left < p->frame_bytes)
        FAIL(STACK);
    NEXT();

#define X(name, code, field, value, kind, operation, bits, source, group, text)                    \
    run_##name : RUN_##kind(name, operation, bits, source)
    OPCODES(X)
#undef X

taken_far:
    distance = at->imm;
    goto spend_fuel;
taken:
    distance = at->off;
spend_fuel:
    if (distance < 0) {
        POINT();
        if (fuel-- == 0)
            FAIL(FUEL);
    }
    at += distance + 1;
    NEXT();

divide : {
    const struct opcode_info *info = insn_info(*at);
    DST = divided(info, DST, info->source == SOURCE_K ? OPERAND_K : OPERAND_X);
    at++;
    NEXT();
}

atomic : {
    const struct opcode_info *info = insn_info(*at);
    uint64_t address = DST + (uint64_t)(int64_t)at->off, old;
    a->at = at;
    WATCH_ACCESS(address, info->bits, true);
    old = (info->bits == 32 ? atomic_32 : atomic_64)(info->operation, address - MOVED, SRC, reg[0]);
    if (info->operation == DO_CMPXCHG)
        reg[0] = old;
    else if (info->operation >= DO_FETCH_ADD)
        SRC = old;
    at++;
    NEXT();
}

call:
    POINT();
    if (fuel-- == 0)
        FAIL(FUEL);
    if (depth == DEPTH_MAX - 1)
        FAIL(DEPTH);
    stack_left -= p->frame_bytes;
    if (stack_left < p->frame_bytes)
        FAIL(STACK);
    frame[depth].back = at + 1;
    memcpy(frame[depth].saved, &reg[6], sizeof frame[depth].saved);
    depth++;
    reg[REGISTER_FRAME] -= p->frame_bytes;
    at = target;
    NEXT();

leave:
    if (depth > 0) {
        depth--;
        at = frame[depth].back;
        memcpy(&reg[6], frame[depth].saved, sizeof frame[depth].saved);
        reg[REGISTER_FRAME] += p->frame_bytes;
        stack_left += p->frame_bytes;
        NEXT();
    }
stop:
    a->fault = fault;
    a->fuel = fault == FAULT_FUEL ? 0 : fuel;
    if (fault)
        a->slot = (uint32_t)(at - p->insn);
    return reg[0];
}
