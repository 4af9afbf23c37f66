/* SPDX-License-Identifier: MIT */
/* env_calls.c -- the calls on environments. */
#include "exo/defence.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/env_calls.h"
#include "exo/kernel/env/reflect.h"
#include "exo/kernel/time/slice.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/user/user.h"

long sys_env_self(void) {
    return env_current->seen->id;
}

/* The caller's fs begins at this address from now on: users cannot write the register. -E_INVALID:
 * no address of a user's. */
long sys_fs_set(uint64_t base) {
    if (base >= USER_TOP)
        return -E_INVALID;
    env_special.users += (uint16_t)((base != 0) - (env_current->fs_base != 0));
    env_current->fs_base = base;
    write_msr(MSR_FS_BASE, base);
    return 0;
}

/* From now on the caller's `syscall` instructions outside of its native addresses come back to it:
 * 1; or not any more: 0. -E_INVALID: another number. */
long sys_reflect_set(uint64_t reflects) {
    if (reflects > 1)
        return -E_INVALID;
    env_special.users += (uint16_t)(reflects - env_current->reflects);
    env_current->reflects = reflects;
    reflect_switch(reflects);
    return 0;
}

static long create(uint64_t slot, uint64_t control, uint64_t name, uint64_t frames, uint64_t flags,
                   struct env *home) {
    char called[EXO_NAME_MAX] = "";
    if (slot >= EXO_CAPS || !cap_makes(env_current->cap[slot], cap_of(control)))
        return -E_PERM;
    if (flags & ~(uint64_t)EXO_FAULT_EXPECTED)
        return -E_INVALID;
    long length = copy_string_from_user(called, name, sizeof called);
    if (length < 0)
        return length;
    memset(called + length, 0, sizeof called - (size_t)length);
    struct env *e;
    int error = env_create(env_current->seen, frames, cap_of(control), home, &e);
    if (error)
        return error;
    memcpy(e->seen->name, called, sizeof called);
    e->fault_expected = flags & EXO_FAULT_EXPECTED;
    return e->seen->id;
}

/* Makes an environment in which nothing is mapped and that holds nothing. Whoever holds a
 * capability that dominates `control` may act on it; that itself must be dominated by the one in
 * `slot`, with the right to grant. name: for people, at most EXO_NAME_MAX - 1 bytes; frames: how
 * many the kernel may use for it, out of what the caller's own may be. Its id, or -E_PERM;
 * -E_INVALID: a flag there is not; -E_FAULT, -E_TOO_LONG: name; -E_QUOTA: more frames than the
 * caller can spare, or too few for an empty environment; -E_NO_MEMORY: no frame, or EXO_ENVS of
 * them already. */
long sys_env_create(uint64_t slot, uint64_t control, uint64_t name, uint64_t frames,
                    uint64_t flags) {
    return create(slot, control, name, frames, flags, NULL);
}

/* The same in the address space of an environment that the capability in `slot` may write, too, or
 * of the caller (0): they share all memory, and it ends with that one. Nothing else is shared.
 * -E_DEAD; -E_FULL: EXO_CLONES share it. */
long sys_env_clone(uint64_t slot, uint64_t env, uint64_t control, uint64_t name, uint64_t frames,
                   uint64_t flags) {
    struct env *of;
    int error = env_named(slot, env, CAP_WRITE, &of);
    if (error && DEFENDED(CLONE_RIGHT))
        return error;
    return create(slot, control, name, frames, flags, of->home);
}

/* From now on it can be given the processor, and begins at its prologue entry. -E_DEAD, -E_PERM;
 * -E_EXISTS: it could before. */
long sys_env_start(uint64_t slot, uint64_t env) {
    struct env *e;
    int error = env_named(slot, env, CAP_WRITE, &e);
    if (error)
        return error;
    if (e->seen->state == EXO_ENV_READY)
        return -E_EXISTS;
    env_ready(e);
    return 0;
}

/* The caller's slices are its own again, though nobody has replied to it. */
long sys_wait_end(void) {
    env_current->seen->waits = 0;
    return 0;
}

static int uarea_part(uint64_t slot, uint64_t env, unsigned rights, uint64_t offset, uint64_t bytes,
                      char **part) {
    struct env *e;
    int error = env_named(slot, env, rights, &e);
    if (error)
        return error;
    if (offset > sizeof *e->uarea || bytes > sizeof *e->uarea - offset)
        return -E_INVALID;
    *part = (char *)e->uarea + offset;
    return 0;
}

/* Copies `bytes` of the u-area of an environment that the capability in `slot` may read, from
 * `offset` on. 0, or -E_DEAD, -E_PERM, -E_INVALID: beyond the u-area; -E_FAULT: into. */
long sys_env_read(uint64_t slot, uint64_t env, uint64_t offset, uint64_t into, uint64_t bytes) {
    char *part;
    int error = uarea_part(slot, env, CAP_READ, offset, bytes, &part);
    return error ? error : copy_to_user(into, part, bytes);
}

/* The same, to the u-area of one that it may write. */
long sys_env_write(uint64_t slot, uint64_t env, uint64_t offset, uint64_t from, uint64_t bytes) {
    char *part;
    int error = uarea_part(slot, env, CAP_WRITE, offset, bytes, &part);
    return error ? error : copy_from_user(part, from, bytes);
}

/* Gives the rest of the slice to the environment rdi, which begins at its prologue entry; 0, or
 * where the slice is over: the next slice begins. The caller goes on at its own prologue entry when
 * it is given the processor again. A sleeper is awake then. -E_DEAD at once where there is no such
 * environment that is ready; 0 where it is the caller. */
void sys_env_yield(struct trap_frame *f) {
    env_current->seen->asleep = 0; /* it runs */
    if (!f->rdi || (slice_is_over() && DEFENDED(YIELD_LATE))) {
        slice_next(f);
        return;
    }
    struct env *to = env_find(f->rdi);
    bool is_ready = to && to->seen->state == EXO_ENV_READY;
    f->rax = is_ready ? 0 : (uint64_t)-E_DEAD;
    if (is_ready && to != env_current) {
        to->seen->asleep = 0;
        env_switch(f, to);
    } else {
        env_bury(); /* as each switch does */
    }
}

/* The caller sleeps until its wakeup predicate holds: its slices are used to ask that, and the
 * first one after begins at its prologue entry, with the tag in its u-area. -E_NOT_FOUND at once
 * where it has none. */
void sys_env_sleep(struct trap_frame *f) {
    if (!env_current->predicate) {
        f->rax = (uint64_t)-E_NOT_FOUND;
        return;
    }
    env_current->uarea->predicate_tag = 0;
    env_current->seen->asleep = 1;
    slice_next(f);
}

/* Ends the caller with the status rdi. Does not come back. */
void sys_env_exit(struct trap_frame *f) {
    env_end(env_current, EXO_ENV_EXITED, f->rdi);
    slice_next(f);
}

/* Ends the environment rsi, by the capability in slot rdi: it is killed, by no trap. 0, -E_DEAD,
 * -E_PERM. */
void sys_env_destroy(struct trap_frame *f) {
    struct env *e;
    f->rax = (uint64_t)(int64_t)env_named(f->rdi, f->rsi, CAP_WRITE, &e);
    if (f->rax)
        return;
    env_end(e, EXO_ENV_KILLED, TRAP_VECTORS);
    if (env_current->seen->state == EXO_ENV_KILLED)
        slice_next(f);
    else
        env_bury();
}
