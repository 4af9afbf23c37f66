/* SPDX-License-Identifier: MIT */
/* verify.h -- proves, before a program runs, that it can do no harm: every path is followed with
 * sets of values instead of values. What is accepted only reads what was initialised, only touches
 * memory that it was given, only calls what it was linked to and as that wants to be called, gives
 * back every reference, and ends: within a proven number of instructions, or, where its kind
 * allows, by fuel.
 *
 * Words of the verifier, an abstract interpreter in the sense of Cousot and Cousot (POPL '77):
 *   scalar     a set of numbers, in five views (verify/scalar.h): the abstract domain
 *   value      what a register or a stack slot holds: nothing, a scalar, or a pointer of some kind
 *   place      where a pointer points within what it points to (verify/state_place.c)
 *   state      the values at one point of one path, and the references held (verify/state.h)
 *   path       a way through the program; at a conditional jump it forks
 *   join       of two states where their paths come together: the least one that holds both
 *              (verify/state_join.c)
 *   widening   of a state that comes again in a loop, so that the loop's states end
 *   worklist   states that wait to be gone on with, joined at each place (verify_worklist.c)
 *   order      in which the worklist takes places: a weak topological one (base/order.h)
 *   refinement what a comparison's outcome says about its operands (scalar_assume.c)
 *   contract   of a function that is proven by itself, at its callers' word (verify_contract.c)
 *   reference  something counted that a call has given and another must take back
 *   attempt    a proof tried from the start: paths together first, one by one if that is not enough
 *   effort     the verifier's own work, counted in steps (verify_effort.c)
 *   facts      what was proven; verdict: why not, and on which path */
#ifndef ENGINE_VERIFY_H
#define ENGINE_VERIFY_H

#include "engine/hooks.h"
#include "engine/kind.h"
#include "engine/program.h"

/* Steps of one attempt at a proof: instructions looked at, each as often as paths lead over it, and
 * in the same measure all other work. */
#define VERIFY_STEPS_MAX (9u << 16)
/* Steps until any verdict, all attempts together, for a program of so many slots: a fraction of a
 * second for 100,000. The last piece of work may end a little above. */
#define VERDICT_STEPS_MAX(slots) ((3u << 18) + (slots))
#define READ_SET_MAX             4096 /* bytes of an argument that a read set can name */
#define VERDICT_TEXT_MAX         3072
#define VERDICT_FORKS_MAX        12 /* the last ones of a path */
#define COST_ENDLESS             (UINT64_MAX / 4)

/* What was proven. */
struct facts {
    uint8_t proven; /* FUNCTIONAL, EPHEMERAL, DETERMINISTIC, BOUNDED */
    uint64_t
        cost; /* the most instructions of any run, calls at their cost; COST_ENDLESS if metered */
    uint32_t stack_bytes;   /* of all functions active at once, at most */
    uint32_t steps;         /* that the verifier took */
    bool whole[PARAMETERS]; /* an argument is read beyond READ_SET_MAX or at places not known: all
                               of it counts as read */
    uint64_t read[PARAMETERS][READ_SET_MAX / 64]; /* else a bit for each byte that may be read */
};

/* Why not. */
struct verdict {
    enum rule rule;
    uint32_t slot;
    struct {
        uint32_t slot;
        bool taken;
    } fork[VERDICT_FORKS_MAX]; /* of the path that leads there, in the order in which it went */
    uint32_t forks;
    char text[VERDICT_TEXT_MAX]; /* instruction, registers, rule, path and hint, in lines */
};

struct state;

/* Sees the verifier at work: for tests, and for dumps with abstract states. */
struct verify_watcher {
    void *owner;
    /* Before each instruction that is looked at; what a state is, see state.h. */
    void (*step)(void *owner, uint32_t slot, const struct state *state);
    /* Another attempt begins, and what was seen does not count; may be null. */
    void (*restart)(void *owner);
    bool one_by_one;  /* paths are not followed together first */
    bool by_contract; /* global functions are taken at their word from the first attempt on, as they
                         are otherwise in programs of many paths only */
};

/* A proof in units of work: pieces that are bounded each whatever the program is like
 * (docs/engine.md says by how many instructions), so that the caller is never kept longer than it
 * likes. Facts, verdict and text are the same whatever the numbers of units.
 *
 *     struct verifier *v = verify_start(...);
 *     while (v && verify_go(v, 100) == VERIFY_GOES_ON)
 *         ... something else ...
 *     if (v)
 *         verify_end(v);
 *
 * Begins with a decoded program, to be proven one of this kind; the watcher may be null. All that
 * is handed over must stay as it is until the end. Null, with *verdict filled in: out of memory. */
struct verifier;
struct verifier *verify_start(struct program *program, const struct kind *kind,
                              const struct hooks *hooks, struct facts *facts,
                              struct verdict *verdict, const struct verify_watcher *watcher);
/* Does so many units. PROVEN: *facts is filled in, the program's functions have their frame sizes
 * and it is metered or not. REFUSED: *verdict is filled in. Both stay. */
enum verify_progress { VERIFY_GOES_ON, VERIFY_PROVEN, VERIFY_REFUSED };
enum verify_progress verify_go(struct verifier *v, uint32_t units);
/* It is refused (complexity) if it is not over: the units that are left give back its memory. */
void verify_give_up(struct verifier *v);
/* Gives everything back, at any time; of a proof that is not over, in as many units as it takes. */
void verify_end(struct verifier *v);

/* All of it at once. True: as PROVEN; false: as REFUSED, or for lack of memory. Memory used on the
 * way has been given back. */
bool verify(struct program *program, const struct kind *kind, const struct hooks *hooks,
            struct facts *facts, struct verdict *verdict);
/* The same, with a watcher, which may be null. */
bool verify_watched(struct program *program, const struct kind *kind, const struct hooks *hooks,
                    struct facts *facts, struct verdict *verdict,
                    const struct verify_watcher *watcher);

#endif
