/* SPDX-License-Identifier: MIT */
/* env.c -- see env.h. */
#include "exo/kernel/env/env.h"

#include "exo/defence.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/pages.h"
#include "exo/kernel/memory/pins.h"
#include "exo/kernel/env/predicate.h"
#include "exo/kernel/env/reflect.h"
#include "exo/kernel/env/ring.h"
#include "exo/kernel/env/turn.h"
#include "exo/kernel/env/vectors.h"
#include "exo/kernel/memory/view.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/cpu.h"
#include "machine/cpu/x86.h"
#include "machine/memory/frame.h"
#include "machine/memory/page_entry.h"
#include "machine/report/exit.h"
#include "machine/user/user.h"
#include "measure/protocol.h"

/* What ended environments had is freed in pieces of about so many instructions. */
#define WORK_BURY 6800
#define WORK_REST 600 /* an environment without its memory */

static struct exo_env env_seen[EXO_ENVS] __attribute__((aligned(PAGE_SIZE)));
_Static_assert(offsetof(struct env, seen) == ENV_SEEN, "env_own.h");
_Static_assert(offsetof(struct env, uarea) == ENV_UAREA, "env_own.h");
_Static_assert(offsetof(struct env, space.table.loads) == ENV_LOADS, "env_own.h");
_Static_assert(offsetof(struct env, ready_id) == ENV_READY_ID, "env_own.h");
_Static_assert(offsetof(struct env, reflects) == ENV_REFLECTS, "env_own.h");
_Static_assert(offsetof(struct env, fs_base) == ENV_FS_BASE, "env_own.h");
_Static_assert(offsetof(struct env_special, late) == SPECIAL_LATE, "env_own.h");
_Static_assert(offsetof(struct env_special, untold) == SPECIAL_UNTOLD, "env_own.h");
_Static_assert(offsetof(struct env_special, users) == SPECIAL_USERS, "env_own.h");
_Static_assert(sizeof(struct env) == ENV_SIZE, "env_own.h");
_Static_assert(offsetof(struct exo_env, waits) == SEEN_WAITS, "env_own.h");
_Static_assert(offsetof(struct exo_env, asleep) == SEEN_ASLEEP, "env_own.h");
_Static_assert(offsetof(struct exo_info, env_switches) == INFO_SWITCHES, "env_own.h");
_Static_assert(offsetof(struct exo_info, env_unfreed) == INFO_UNFREED, "env_own.h");

_Static_assert(E_PERM == ERROR_PERM && E_TOO_LONG == ERROR_TOO_LONG && E_DEAD == ERROR_DEAD &&
                   E_BUSY == ERROR_BUSY && E_AGAIN == ERROR_AGAIN,
               "env_own.h");

struct env *env_current;
struct env_special env_special;
uint8_t env_turn;
void (*env_tell)(void);

struct env envs[EXO_ENVS];
static struct env *ended_first, **ended_last = &ended_first;
uint64_t env_freed;
static unsigned never_used; /* the first slot of those that nobody had yet */
static uint64_t first_status = PROTOCOL_EXIT_EARLY; /* what the machine ends with */

int env_may(uint64_t slot, struct cap needed) {
    return slot < EXO_CAPS && cap_dominates(env_current->cap[slot], needed) ? 0 : -E_PERM;
}

static bool is_alive(const struct env *e) {
    return e->seen->state == EXO_ENV_NEW || e->seen->state == EXO_ENV_READY;
}

struct env *env_find(uint64_t id) {
    struct env *e = &envs[id % EXO_ENVS];
    return e->seen && e->seen->id == id && is_alive(e) ? e : NULL;
}

struct env *env_in(unsigned slot) {
    struct env *e = &envs[slot];
    return e->seen && is_alive(e) ? e : NULL;
}

int env_named(uint64_t slot, uint64_t id, unsigned rights, struct env **e) {
    *e = env_current;
    if (id == 0 || id == env_current->seen->id)
        return 0;
    *e = env_find(id);
    if (!*e)
        return -E_DEAD;
    struct cap needed = (*e)->control;
    needed.rights = rights & CAP_ALL;
    return DEFENDED(ENV_NAMED) ? env_may(slot, needed) : 0;
}

/* A slot for a new environment: of those that were freed the one that ended first, so that how an
 * environment ended can be read for as long as possible. Null: all are taken. */
static struct env *free_first, **free_last = &free_first;

/* An id that names no environment in this slot, for who looks it up by its lower bits. */
static uint32_t nobody(const struct env *e) {
    return e == envs;
}

static void append(struct env *e, struct env ***last) {
    e->next = NULL;
    **last = e;
    *last = &e->next;
}

static struct env *take_first(struct env **first, struct env ***last) {
    struct env *e = *first;
    if (e && !(*first = e->next))
        *last = first;
    return e;
}

static struct env *take_slot(void) {
    if (never_used == EXO_ENVS)
        return take_first(&free_first, &free_last);
    struct env *e = &envs[never_used];
    e->seen = &env_seen[never_used++];
    return e;
}

/* An id that nobody had: the slot's next generation. */
static uint32_t next_id(const struct env *e) {
    return e->seen->id ? e->seen->id + EXO_ENVS : (uint32_t)(EXO_ENVS + (e - envs));
}

void env_init(void) {
    view_add(EXO_ENV, physical(env_seen), sizeof env_seen);
}

/* Decides address: a u-area lies by its environment's number. */
vaddr_t env_uarea_at(const struct env *e) {
    return EXO_UAREAS + (uint64_t)(e - envs) * PAGE_SIZE;
}

/* A zeroed u-area, mapped where its environment finds it. */
static int make_uarea(struct env *e) {
    vaddr_t at = env_uarea_at(e);
    struct entries l;
    paddr_t frame;
    int error = space_make_entries(env_space(e), at, at + PAGE_SIZE, &l);
    if (!error)
        error = account_charge(e->seen);
    if (error)
        return error;
    error = frame_alloc_zeroed(&frame);
    if (error) {
        account_release(e->seen, 1);
        return error;
    }
    l.entry[0] = frame.at | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USER | ENTRY_NX;
    e->uarea = direct(frame);
    return 0;
}

/* A clone's u-area is in its home's tables, where the others see it, too. */
static void remove_uarea(struct env *e) {
    vaddr_t at = env_uarea_at(e);
    struct entries l = space_entries(env_space(e), at, at + PAGE_SIZE);
    l.entry[0] = 0;
    if (DEFENDED(CLONE_FLUSH))
        page_flush(&env_space(e)->table, at);
}

static void join(struct env *e) {
    e->space.table = e->home->space.table;
    e->next_clone = e->home->clones;
    e->home->clones = e;
    e->home->cloned++;
}

static void leave(struct env *e) {
    struct env **link = &e->home->clones;
    while (*link != e)
        link = &(*link)->next_clone;
    *link = e->next_clone;
    e->home->cloned--;
}

static int fill(struct env *e) {
    if (e->home != e)
        return make_uarea(e);
    int error = space_create(&e->space, e->seen);
    if (!error && (error = make_uarea(e)))
        space_destroy(&e->space);
    return error;
}

int env_create(struct exo_env *account, uint64_t frames, struct cap control, struct env *home,
               struct env **made) {
    if (home && home->cloned >= EXO_CLONES)
        return -E_FULL;
    if (account &&
        (frames > account->kernel_most || account->kernel > account->kernel_most - frames))
        return -E_QUOTA;
    struct env *e = take_slot();
    if (!e)
        return -E_NO_MEMORY;
    struct exo_env *seen = e->seen;
    const struct exo_env before = *seen;
    *seen =
        (struct exo_env){.id = next_id(e), .state = EXO_ENV_NEW, .kernel_most = (uint32_t)frames};
    *e = (struct env){
        .seen = seen, .control = control, .ready_id = nobody(e), .home = home ? home : e};
    int error = fill(e);
    if (error) {
        *seen = before;
        append(e, &free_last);
        return error;
    }
    if (home)
        join(e);
    if (account) {
        account->kernel_most -= (uint32_t)frames;
        seen->creator = account->id;
    }
    *made = e;
    return 0;
}

/* What the processor has of an environment beside page table and vectors. The base is written also
 * where it was the same: a selector may have been loaded. */
static void special_load(vaddr_t fs_base, bool reflects) {
    write_msr(MSR_FS_BASE, fs_base);
    if (DEFENDED(REFLECT_SWITCH))
        reflect_switch(reflects);
}

static uint64_t first_ended(enum exo_env_state state, uint64_t ended) {
    if (state == EXO_ENV_KILLED)
        return ended < TRAP_VECTORS ? PROTOCOL_EXIT_FAULT : PROTOCOL_EXIT_EARLY;
    return ended == PROTOCOL_EXIT_DONE ? PROTOCOL_EXIT_DONE : PROTOCOL_EXIT_EARLY;
}

void env_end(struct env *e, enum exo_env_state state, uint64_t ended) {
    if (e->seen->id == EXO_ENVS)
        first_status = first_ended(state, ended);
    while (e->clones && DEFENDED(CLONE_ENDS))
        env_end(e->clones, EXO_ENV_KILLED, TRAP_VECTORS);
    if (e->home != e)
        leave(e);
    if (e == env_current) {
        page_table_load(&page_table_kernel);
        if (DEFENDED(FS_END))
            special_load(0, false);
    }
    env_special.users -= (uint16_t)((e->fs_base != 0) + e->reflects);
    e->seen->state = state;
    e->ready_id = nobody(e);
    e->seen->ended = ended;
    e->dying = 0;
    append(e, &ended_last);
    info.env_unfreed++;
}

/* Who gets back what its creator had given it: him, or who created him if he has ended, and so on.
 * Decides who: the quota of an ended environment goes to the nearest of its creators, or the first
 * environment. */
#define HEIRS 16
static struct exo_env *heir_of(const struct exo_env *ended) {
    for (unsigned n = 0; n < HEIRS; n++) {
        struct exo_env *heir = &env_seen[ended->creator % EXO_ENVS];
        if (heir->id != ended->creator)
            break;
        if (heir->state <= EXO_ENV_READY)
            return heir;
        ended = heir;
    }
    return &env_seen[0];
}

/* All pages are gone: the rest. */
static void free_rest(struct env *e) {
    struct exo_env *seen = e->seen;
    predicate_free(e->predicate, seen);
    ring_free(ring_of[e - envs], seen);
    ring_of[e - envs] = NULL;
    pins_free(&e->pins, seen);
    if (e->home != e)
        remove_uarea(e);
    frame_free(physical(e->uarea));
    account_release(seen, 1);
    if (e->home == e)
        space_destroy(&e->space);
    account_outlive(seen);
    heir_of(seen)->kernel_most += seen->kernel_most;
    seen->kernel_most = 0;
    /* The first one's entry has the account of what outlives others; else ids may be used up. */
    if (e != envs && seen->id <= UINT32_MAX - EXO_ENVS)
        append(e, &free_last);
}

bool (*env_give_back)(struct env *e, long *work);
bool (*env_take_back)(struct env *e, struct cap what, long *work);

/* Decides how long: what ended environments had is freed in pieces, at each switch. */
void env_bury(void) {
    long work = WORK_BURY;
    while (ended_first && work > 0) {
        struct env *e = ended_first;
        if (e->home == e && !space_clear(&e->space, &e->dying, &work))
            return;
        if (env_give_back && !env_give_back(e, &work))
            return;
        take_first(&ended_first, &ended_last);
        free_rest(e);
        info.env_unfreed--;
        env_freed++;
        work -= WORK_REST;
    }
}

void env_turn_ends(void) {
    if ((env_turn & TURN_VECTORS) && DEFENDED(VECTORS))
        vectors_reset();
    if (env_turn & TURN_UNTOLD)
        env_tell();
}

void env_switch(struct trap_frame *f, struct env *e) {
    if (ended_first)
        env_bury();
    if (env_turn)
        env_turn_ends();
    page_table_load(&e->space.table);
    if (env_special.users)
        special_load(e->fs_base, e->reflects);
    env_current = e;
    cpu_this()->own[ENV_OWN_UAREA] = (uint64_t)e->uarea;
    cpu_this()->own[ENV_OWN_ID] = e->seen->id;
    user_frame_init(f, e->uarea->prologue_entry, e->uarea->prologue_stack, true);
    user_frame_sanitise(f);
    info.env_switches++;
}

void env_over(void) {
    machine_exit(first_status);
}

void env_ready(struct env *e) {
    e->seen->state = EXO_ENV_READY;
    e->ready_id = e->seen->id;
}
