/* SPDX-License-Identifier: MIT */
/* env.c -- see env.h. */
#include "exo/kernel/env.h"

#include "common/archive.h"
#include "exo/kernel/info.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/report/exit.h"
#include "machine/memory/frame.h"
#include "machine/report/log.h"
#include "machine/report/panic.h"
#include "machine/user/program.h"
#include "machine/user/user.h"
#include "measure/protocol.h"

#define ENV_FIRST_ID EXO_ENVS /* generation 1, slot 0 */

struct env *env_current;

static struct env envs[EXO_ENVS];
static uint64_t first_status = PROTOCOL_EXIT_EARLY; /* what the machine ends with */

static const struct cap everything = {.rights = CAP_ALL, .valid = 1};
static const struct cap env_creation = {
    .rights = CAP_WRITE, .valid = 1, .length = 1, .name = {'e'}};

int env_may(uint64_t slot, struct cap needed) {
    return slot < EXO_CAPS && cap_dominates(env_current->cap[slot], needed) ? 0 : -E_PERM;
}

/* The environment with this id if it can run, else null. */
static struct env *env_ready(uint64_t id) {
    struct env *e = &envs[id % EXO_ENVS];
    return e->seen && e->seen->id == id && e->seen->state == EXO_ENV_READY ? e : NULL;
}

/* A slot for a new environment, one that nobody wants to read any more first of all; null: full. */
static struct env *env_slot(void) {
    struct env *ended = NULL;
    for (unsigned i = 0; i < EXO_ENVS; i++) {
        if (info.env[i].state == EXO_ENV_NEVER)
            return &envs[i];
        if (info.env[i].state != EXO_ENV_READY && !ended)
            ended = &envs[i];
    }
    return ended;
}

static void env_free_memory(struct env *e) {
    page_unmap(&e->space, EXO_INFO, NULL); /* shared by all: the frame stays */
    program_unload(&e->space);
    page_table_destroy(&e->space);
}

/* Information page, stack and program, which comes last: what it wants of the others' pages is
 * refused, and what lies at EXO_INFO is always the page that env_free_memory() must leave alone. On
 * an error everything is freed again. */
static int env_fill(struct env *e, const char *program, uint64_t argument, const char *words) {
    const vaddr_t top = EXO_STACK_TOP - ENV_WORDS_MAX;
    struct elf_source image;
    struct page_mapping highest;
    if (!archive_find(program, &image))
        return -E_NOT_FOUND;
    vaddr_t entry;
    const char *why = "";
    int error = page_table_create(&e->space, 0);
    if (error)
        return error;
    error = page_map(&e->space, EXO_INFO, physical(&info), PAGE_READ);
    if (!error)
        error = program_map(&e->space, EXO_STACK_TOP - EXO_STACK_PAGES * PAGE_SIZE, EXO_STACK_PAGES,
                            PAGE_READ | PAGE_WRITE);
    if (!error)
        error = program_load(&e->space, &image, &entry, &why);
    if (error) {
        log_line("env_create: %s: %s%s%s", program, error_sentence(error), *why ? ": " : "", why);
        env_free_memory(e);
        return error;
    }
    error = page_walk(&e->space, top, &highest);
    assert_that(!error);
    memcpy((char *)direct(highest.frame) + top % PAGE_SIZE, words, strlen(words) + 1);
    user_frame_init(&e->frame, entry, top, true);
    e->frame.rdi = argument;
    e->frame.rdx = top;
    return 0;
}

int env_create(const char *program, uint64_t argument, const char *words, struct env **made) {
    if (strlen(program) >= EXO_NAME_MAX || strlen(words) >= ENV_WORDS_MAX)
        return -E_TOO_LONG;
    struct env *e = env_slot();
    if (!e)
        return -E_NO_MEMORY;
    struct env fresh = {.seen = &info.env[e - envs]};
    int error = env_fill(&fresh, program, argument, words);
    if (error)
        return error;
    *e = fresh;
    struct exo_env *seen = e->seen;
    seen->id = seen->id ? seen->id + EXO_ENVS : (uint32_t)(EXO_ENVS + (e - envs));
    seen->ended = 0;
    memset(seen->name, 0, EXO_NAME_MAX);
    memcpy(seen->name, program, strlen(program));
    seen->state = EXO_ENV_READY;
    info.frames_free = frame_unused();
    *made = e;
    return 0;
}

/* f is what the trap or the system call will return to: e's registers, from now on. */
static void env_switch(struct trap_frame *f, struct env *e) {
    page_table_load(&e->space);
    env_current = e;
    *f = e->frame;
    info.env_switches++;
}

static void start_component(const struct component *component) {
    struct env *e;
    int error = env_create(component->name, 0, component->arguments, &e);
    if (error)
        panic("boot: the environment '%s' cannot be created: %s", component->name,
              error_sentence(error));
    e->cap[0] = everything;
}

_Noreturn void env_start(void) {
    archive_start(start_component);
    struct env *first = env_ready(ENV_FIRST_ID);
    assert_that(first);
    /* One stack is enough, for nobody waits inside the kernel: the first thread's, from its top. */
    page_table_load(&first->space);
    env_current = first;
    user_enter(&first->frame);
}

void env_destroy(struct env *e, enum exo_env_state state, uint64_t ended) {
    e->seen->state = state;
    e->seen->ended = ended;
    env_free_memory(e);
    info.frames_free = frame_unused();
}

void env_end(struct trap_frame *f, enum exo_env_state state, uint64_t ended) {
    struct env *e = env_current;
    if (e->seen->id == ENV_FIRST_ID && state == EXO_ENV_EXITED)
        first_status = ended;
    page_table_load(&page_table_kernel);
    env_destroy(e, state, ended);

    struct env *next = env_ready(e->creator);
    for (unsigned i = 0; !next && i < EXO_ENVS; i++)
        next = env_ready(info.env[i].id);
    if (!next)
        machine_exit(first_status == PROTOCOL_EXIT_DONE ? PROTOCOL_EXIT_DONE : PROTOCOL_EXIT_EARLY);
    env_switch(f, next);
}

long sys_env_self(void) {
    return env_current->seen->id;
}

/* Creates an environment that runs the named program of the image with `argument`, and does not run
 * it yet. grant: the slot whose capability it gets in its slot 0, or EXO_NO_GRANT. Its id, or
 * -E_PERM: slot does not open the creation of environments, or grant's capability may not be
 * granted; -E_INVALID: a flag there is not; -E_FAULT, -E_TOO_LONG: name; -E_NOT_FOUND: no such
 * program; -E_NO_MEMORY. */
long sys_env_create(uint64_t slot, uint64_t name, uint64_t argument, uint64_t grant,
                    uint64_t flags) {
    char wanted[EXO_NAME_MAX];
    int error = env_may(slot, env_creation);
    if (error)
        return error;
    if (flags & ~(uint64_t)EXO_FAULT_EXPECTED)
        return -E_INVALID;
    struct cap granted = {0};
    if (grant != EXO_NO_GRANT) {
        if (grant >= EXO_CAPS || !env_current->cap[grant].valid ||
            !(env_current->cap[grant].rights & CAP_GRANT))
            return -E_PERM;
        granted = env_current->cap[grant];
    }
    long length = copy_string_from_user(wanted, name, sizeof wanted);
    if (length < 0)
        return length;
    struct env *e;
    error = env_create(wanted, argument, "", &e);
    if (error)
        return error;
    e->creator = env_current->seen->id;
    e->fault_expected = flags & EXO_FAULT_EXPECTED;
    e->cap[0] = granted;
    return e->seen->id;
}

/* Gives the CPU to the environment rdi. Back with 0 when somebody yields to the caller, or -E_DEAD
 * at once where there is no such environment. */
void sys_env_yield(struct trap_frame *f) {
    struct env *to = env_ready(f->rdi);
    f->rax = to ? 0 : (uint64_t)-E_DEAD;
    if (!to || to == env_current)
        return;
    env_current->frame = *f;
    env_switch(f, to);
}

/* Ends the caller with the status rdi. Does not come back. */
void sys_env_exit(struct trap_frame *f) {
    env_end(f, EXO_ENV_EXITED, f->rdi);
}
