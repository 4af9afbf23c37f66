/* SPDX-License-Identifier: MIT */
/* prove.cc -- the verifier's numbers at 64 bits, proven: the engine's own sources are run on terms
 * (term.h) once for each of their paths, and z3 is asked, bound by bound, whether the result may
 * lack what a member of the operands becomes. Operations come from the table of instructions, what
 * members become from model.h. TAP.
 *
 *     prove [--sample SEED] [MISTAKE...]    all that is proven, then that each mistake of mutant.h,
 *                                           planted, has a counterexample; of the longest steps a
 *                                           sample proves one
 *     prove --step NAME                     that step alone
 *
 * Settling is proven by its parts. In arithmetic it then stands for any number that holds the
 * member which the given one was proven to hold there. */
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "term.h"

#include "engine/verify/scalar.c"
static bool settle_any(struct scalar *s);
#define scalar_settle settle_any
#include "engine/verify/scalar_alu.c"
#undef scalar_settle
/* Nothing comes after a comparison's settling, so that what is proven of its argument is proven. */
#define scalar_settle(s) true
#include "engine/verify/scalar_assume.c"
#undef scalar_settle

#define MODEL_WORDS
typedef unum word;
typedef Truth truth;
#define CHOOSE(if_true, a, b) choose(if_true, a, b)
#include "model.h"

enum mutant mutant_chosen;

static const char *const mutant_name[] = {
#define X(id, text) #id,
    MUTANTS(X)
#undef X
};

static const char *const operation_name[] = {
#define X(name) #name,
    OPCODE_ALU_OPERATIONS(X) OPCODE_OTHER_OPERATIONS(X)
#undef X
};

static const struct {
    enum opcode_kind kind;
    unsigned operation, bits;
} instructions[] = {
#define X(name, code, field, value, kind, operation, bits, ...) {KIND_##kind, DO_##operation, bits},
    OPCODES(X)
#undef X
};

/* What is too much for z3 is left to the short numbers (main.c). */
static const struct {
    unsigned operation, bits; /* 0: of both widths */
    const char *why;
} left_out[] = {
    {DO_MUL, 0, "products of 128 bits"},
    {DO_DIV, 0, "quotients of 64 bits"},
    {DO_SDIV, 0, "quotients of 64 bits"},
    {DO_MOD, 0, "quotients of 64 bits"},
    {DO_SMOD, 0, "quotients of 64 bits"},
    {DO_ARSH, 32, "more than 10,000 paths, 40 for each sign extension"},
};

/* Where each mistake that can be planted in these sources has its counterexample, if not in what is
 * left out. */
static const struct {
    enum mutant mistake;
    const char *step;
} found_in[] = {
    {MUTANT_PRUNE_RANGE, "scalar_within"},
    {MUTANT_ADD_OVERFLOW, "ADD/64"},
    {MUTANT_SUB_BOUNDS, "SUB/64"},
    {MUTANT_SHIFT_KEEPS_HALF, "LSH/64"},
    {MUTANT_ALU32_KEEPS_TOP, "ADD/32"},
    {MUTANT_EQ32_LEARNS_64, "EQ/32, true"},
    {MUTANT_SIGNED_IS_UNSIGNED, "SLT/64, true"},
    {MUTANT_JUMP_OFF_BY_ONE, "GT/64, false"},
    {MUTANT_MUL_OVERFLOW, nullptr},
    {MUTANT_DIV_NOT_ZERO, nullptr},
    {MUTANT_ARSH32_SIGN, nullptr},
};

struct Bound {
    const char *name;
    Truth holds;
};
typedef std::vector<Bound> Bounds;

/* Does s hold x? Said once more: scalar_holds is one of those to be proven. */
static Bounds holds(const struct scalar &s, unum x) {
    uhalf low = (uhalf)x;
    return {{"bits",
             ((x ^ s.bits.value) & ~s.bits.unknown) == 0 && (s.bits.value & s.bits.unknown) == 0},
            {"umin", s.umin <= x},
            {"umax", x <= s.umax},
            {"smin", s.smin <= (snum)x},
            {"smax", (snum)x <= s.smax},
            {"umin32", s.umin32 <= low},
            {"umax32", low <= s.umax32},
            {"smin32", s.smin32 <= (shalf)low},
            {"smax32", (shalf)low <= s.smax32}};
}

static void assume_all(const Bounds &bounds) {
    for (const Bound &b : bounds)
        assume(b.holds);
}

static struct scalar some_number(const std::string &name) {
    struct scalar s;
    s.bits = {unum::variable(name + ".bits", ".value"), unum::variable(name + ".bits", ".unknown")};
    s.umin = unum::variable(name + ".u", "min");
    s.umax = unum::variable(name + ".u", "max");
    s.smin = snum::variable(name + ".s", "min");
    s.smax = snum::variable(name + ".s", "max");
    s.umin32 = uhalf::variable(name + ".u32", "min");
    s.umax32 = uhalf::variable(name + ".u32", "max");
    s.smin32 = shalf::variable(name + ".s32", "min");
    s.smax32 = shalf::variable(name + ".s32", "max");
    return s;
}

/* The operands of every step, and a member of each, which facts of any view may speak of. */
static const struct scalar a = some_number("a"), b = some_number("b");
static const unum x = unum(solver_context().bv_const("x", 64)),
                  y = unum(solver_context().bv_const("y", 64));

/* What could not be proven, and z3's answer. */
struct Gap {
    const char *claim;
    z3::check_result answer;
};

static void claim(const char *name, Truth t) {
    z3::check_result answer = counterexample(t);
    if (answer != z3::unsat)
        throw Gap{name, answer};
}

static void claim_all(const Bounds &bounds) {
    for (const Bound &b : bounds)
        claim(b.name, b.holds);
}

/* What members become on the way to a result, in the order in which numbers are settled. */
struct Stage {
    unum member;
    bool is_count; /* of a shift: no number may shift by the width, or more */
};
static std::vector<Stage> stages;
static size_t stage;

static bool settle_any(struct scalar *s) {
    const Stage &now = stages.at(stage);
    struct scalar settled = some_number("settled" + std::to_string(stage++));
    claim_all(holds(*s, now.member));
    assume_all(holds(settled, now.member));
    if (now.is_count) {
        claim("count", s->umax < NUMBER_BITS);
        assume(settled.umax < NUMBER_BITS); /* no range grows by settling */
    }
    *s = settled;
    return true;
}

static void expect_stages(unsigned operation, unsigned bits) {
    unum count = y & unum(bits - 1), from = x;
    stage = 0;
    stages.clear();
    if (bits == 32 && operation == DO_RSH) {
        from = model_low(x, 32);
        stages = {{from, false}, {model_low(y, 32), false}};
    }
    if (operation == DO_LSH || operation == DO_RSH || operation == DO_ARSH)
        stages.push_back({count, true});
    unum result = model_alu(operation, 64, from, stages.empty() ? y : count);
    switch (operation) {
    case DO_MOVS8:
    case DO_MOVS16:
    case DO_MOVS32: /* a shift to the left, and one back */
        stages.push_back({y << (operation == DO_MOVS8    ? 56
                                : operation == DO_MOVS16 ? 48
                                                         : 32),
                          false});
        stages.push_back({result, false});
        break;
    case DO_XOR:
    case DO_ZEXT32:
    case DO_SWAP16:
    case DO_SWAP32:
    case DO_SWAP64: /* settled by themselves */
        stages.push_back({result, false});
    }
    stages.push_back({result, false});
    if (bits == 32)
        stages.push_back({model_low(result, 32), false});
}

struct Step {
    std::string name;
    std::function<void()> path; /* what is assumed, done and claimed on each path */
};
static std::vector<Step> steps;

static void add_alu(const std::string &name, unsigned operation, unsigned bits) {
    steps.push_back({name, [=] {
                         expect_stages(operation, bits);
                         assume_all(holds(a, x));
                         assume_all(holds(b, y));
                         struct scalar r = scalar_alu(operation, bits, a, b);
                         claim_all(holds(r, model_alu(operation, bits, x, y)));
                     }});
}

static void add_comparison(const std::string &name, unsigned operation, unsigned bits) {
    for (bool way : {true, false})
        steps.push_back({name + (way ? ", true" : ", false"), [=] {
                             struct scalar left_a = a, left_b = b;
                             assume_all(holds(a, x));
                             assume_all(holds(b, y));
                             assume(model_compare(operation, bits, x, y) == Truth(way));
                             claim("possible",
                                   scalar_assume(operation, bits, way, &left_a, &left_b));
                             claim_all(holds(left_a, x));
                             claim_all(holds(left_b, y));
                         }});
}

static void add_load(const std::string &name, bool is_signed, unsigned bits) {
    steps.push_back({name, [=] {
                         unum loaded = is_signed ? model_extend(x, bits) : model_low(x, bits);
                         claim_all(holds(scalar_of_width(bits, is_signed), loaded));
                     }});
}

static void add_instructions() {
    for (auto [kind, operation, bits] : instructions) {
        std::string name = operation_name[operation] + ("/" + std::to_string(bits));
        bool seen = false; /* several encodings of one operation */
        for (const Step &step : steps)
            seen |= step.name.rfind(name, 0) == 0;
        for (auto left : left_out)
            seen |= left.operation == operation && (left.bits == 0 || left.bits == bits);
        if (seen)
            continue;
        switch (kind) {
        case KIND_ALU:
            add_alu(name, operation, bits);
            break;
        case KIND_JUMP:
            if (operation != DO_ALWAYS)
                add_comparison(name, operation, bits);
            break;
        case KIND_LOAD:
            add_load(name, operation == DO_SIGN, bits);
            break;
        case KIND_STORE: /* these calculate nothing that scalar*.c is asked for */
        case KIND_ATOMIC:
        case KIND_CALL:
        case KIND_EXIT:
        case KIND_CONST:
        case KIND_PACKET:
            break;
        }
    }
}

/* A part of settling keeps each member, and the maximum, which shift counts need, grows not. */
static void add_part(const char *name, void (*part)(struct scalar *)) {
    steps.push_back({name, [=] {
                         struct scalar s = a;
                         assume_all(holds(a, x));
                         part(&s);
                         claim_all(holds(s, x));
                         claim("umax", s.umax <= a.umax);
                     }});
}

static void add_settling() {
    add_part("settle_from_bits", settle_from_bits);
    add_part("settle_signs", settle_signs);
    add_part("settle_halves", settle_halves);
    steps.push_back({"ranges_hold_something", [] {
                         assume_all(holds(a, x));
                         claim("possible", ranges_hold_something(&a));
                     }});
    steps.push_back({"bits_of_range", [] {
                         struct scalar s = a;
                         assume(a.umin <= x && x <= a.umax);
                         s.bits = bits_of_range(a.umin, a.umax);
                         claim_all({holds(s, x)[0]});
                     }});
    steps.push_back({"bits_intersect", [] {
                         struct scalar s = a;
                         assume_all({holds(a, x)[0], holds(b, x)[0]});
                         claim("possible", bits_intersect(&s.bits, b.bits));
                         claim_all({holds(s, x)[0]});
                     }});
    steps.push_back({"scalar_settle of a constant", [] {
                         struct scalar s = a;
                         s.bits.unknown = 0;
                         assume_all(holds(s, x));
                         claim("possible", scalar_settle(&s));
                         claim_all(holds(s, x));
                         claim("umax", s.umax <= a.umax);
                     }});
}

static void add_union(const char *name,
                      struct scalar (*of_two)(const struct scalar *, const struct scalar *)) {
    steps.push_back({name, [=] {
                         assume_all(holds(a, x));
                         assume_all(holds(b, y));
                         struct scalar both = of_two(&a, &b);
                         claim_all(holds(both, x));
                         claim_all(holds(both, y));
                     }});
}

/* Whoever is told that a is within b, or equals it, may go on with b. */
static void add_order(const char *name,
                      bool (*says)(const struct scalar *, const struct scalar *)) {
    steps.push_back({name, [=] {
                         assume_all(holds(a, x));
                         assume_all(holds(b, y)); /* so that b is well-formed */
                         if (says(&a, &b))
                             claim_all(holds(b, x));
                     }});
}

static void add_sets() {
    steps.push_back({"scalar_constant", [] { claim_all(holds(scalar_constant(x), x)); }});
    steps.push_back({"scalar_any", [] { claim_all(holds(scalar_any(), x)); }});
    steps.push_back({"scalar_holds", [] {
                         assume_all(holds(a, x));
                         claim("held", scalar_holds(&a, x));
                     }});
    add_union("scalar_union", scalar_union);
    add_union("scalar_widen", scalar_widen);
    add_order("scalar_within", scalar_within);
    add_order("scalar_equal", scalar_equal);
}

static bool is_proven(const Step &step) {
    try {
        unsigned paths = explore(step.path);
        printf("ok - 64 bits, %s: no member is lost on %u paths\n", step.name.c_str(), paths);
        return true;
    } catch (const Gap &gap) {
        printf("not ok - 64 bits, %s: z3 says %s to %s\n", step.name.c_str(),
               gap.answer == z3::sat ? "sat" : "unknown", gap.claim);
        printf("# again: build/host/domain_prove --step '%s'\n", step.name.c_str());
        return false;
    }
}

static bool has_counterexample(const Step &step) {
    try {
        explore(step.path);
    } catch (const Gap &gap) {
        return gap.answer == z3::sat;
    }
    return false;
}

static bool is_found(const char *name) {
    for (auto [mistake, where] : found_in) {
        if (strcmp(mutant_name[mistake], name) != 0)
            continue;
        if (!where) {
            printf("# the mistake %s is one of what is left out\n", name);
            return true;
        }
        bool found = false;
        mutant_chosen = mistake;
        for (const Step &step : steps)
            found |= step.name == where && has_counterexample(step);
        mutant_chosen = MUTANT_NONE;
        printf("%s - 64 bits, the mistake %s has a counterexample in %s\n", found ? "ok" : "not ok",
               name, where);
        return found;
    }
    printf("not ok - 64 bits, nobody has said where the mistake %s has a counterexample\n", name);
    return false;
}

static bool is_step_proven(const char *name) {
    for (const Step &step : steps)
        if (step.name == name)
            return is_proven(step);
    fprintf(stderr, "prove: no step '%s'; those that there are are what is proven without --step\n",
            name);
    return false;
}

/* They take z3 more than half of its time. */
static const std::vector<std::string> longest = {
    "ranges_hold_something", "ADD/64", "SUB/64", "LSH/64", "LSH/32", "ARSH/64"};

static bool in_sample(const Step &step, unsigned long seed) {
    for (size_t i = 0; i < longest.size(); i++)
        if (step.name == longest[i])
            return i == seed % longest.size();
    return true;
}

int main(int argc, char **argv) {
    bool ok = true;
    const char *seed = nullptr;
    setvbuf(stdout, nullptr, _IOLBF, 0);
    add_settling();
    add_sets();
    add_instructions();
    if (argc == 3 && strcmp(argv[1], "--step") == 0)
        return !is_step_proven(argv[2]);
    if (argc >= 3 && strcmp(argv[1], "--sample") == 0) {
        seed = argv[2];
        argv += 2;
        argc -= 2;
    }
    for (const Step &step : steps)
        if (!seed || in_sample(step, strtoul(seed, nullptr, 0)))
            ok &= is_proven(step);
        else
            printf("# 64 bits, %s: not in this sample\n", step.name.c_str());
    for (auto [operation, bits, why] : left_out)
        printf("# %s%s is left to short numbers: %s\n", operation_name[operation],
               bits == 32 ? "/32" : "", why);
    for (int i = 1; i < argc; i++)
        ok &= is_found(argv[i]);
    return !ok;
}
