/* SPDX-License-Identifier: MIT */
/* exec.c -- another program in this process. It is built in an environment of its own, which
 * becomes the process's by one store of the program itself, when it has begun (exec_publish): up to
 * that this one is there and is the process, and goes on if nothing came of the other. */
#include "exo/libos/exos/process/exec.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/program/arguments.h"
#include "exo/libos/exos/process/hooks.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exos/program/script.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/exos/process/vfork.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"

#define STACK_PAGES    16
#define STACK_BEGINS   4 /* of these pages are there from the beginning: what exos_begin needs */
#define ARGUMENT_PAGES 4 /* and those with the arguments, at most */
/* Of the frames that the kernel may use for this process it keeps so many more than it uses, and
 * hands the others on. */
#define RESERVE 4
#define DATA    (EXO_WRITE | EXO_NO_EXEC)

long (*exec_open)(const char *name, struct elf_source *program) = image_find;
void (*exec_close)(void);
uint64_t (*exec_show)(uint64_t env, const struct elf_source *program, uint64_t offset,
                      struct exo_pages there);

static uint64_t making; /* the environment that is being made */

long exec_keep(uint64_t at, uint64_t pages) {
    for (uint64_t end = at + pages * PAGE; at < end; at += PAGE) {
        const struct exo_pages one = {at, exposed_entry(at) & ~(EXO_ACCESSED | EXO_DIRTY), 1};
        long done = exo_page_update(0, making, 0, &one, 1, 0);
        if (done < 0)
            return done;
    }
    return 0;
}

/* The stack, with the arguments and what start.S wants at its top; *rsp is there. */
static long make_stack(const struct image_to *to, arguments argv, arguments envp, uint64_t *rsp) {
    const size_t room = ARGUMENT_PAGES * PAGE - sizeof(struct exo_start) - 16;
    long bytes = arguments_size(argv, envp, room);
    if (bytes < 0)
        return bytes;
    uint64_t block = ((uint64_t)bytes + 15) & -16ul;
    uint64_t used = block + sizeof(struct exo_start), pages = (used + PAGE - 1) / PAGE;
    long error = image_open(to, pages);
    if (error)
        return error;
    uint64_t here = to->window + pages * PAGE, at = EXOS_STACK - block;
    struct exo_start *start = (struct exo_start *)(here - used);
    memset(start, 0, used);
    start->argument[0] = arguments_write((char *)here - block, at, argv, envp);
    start->argument[1] = at;
    start->uarea = EXO_UAREAS + to->env % EXO_ENVS * PAGE;
    *rsp = EXOS_STACK - used;
    at = EXOS_STACK - pages * PAGE;
    error = image_give(to, at, pages, DATA);
    if (error)
        return error;
    at -= STACK_BEGINS * PAGE;
    uint64_t later = STACK_PAGES - pages - STACK_BEGINS;
    const struct exo_pages untouched = {at - later * PAGE, DATA | EXOS_ZERO, later};
    error = exo_page_update(0, to->env, 0, &untouched, 1, 0);
    return error < 0 ? error : frames_map(0, to->env, 0, at, STACK_BEGINS, DATA);
}

/* Its u-area, and the right to what is this process's. */
static long hand_on(uint64_t env, uint64_t entry, uint64_t rsp) {
    struct exos_own *own = exos_own();
    const uint64_t prologue[] = {entry, rsp}, fs = own->fs;
    own->before = own->lender ? 0 : (uint64_t)exo_env_self();
    own->fs = 0;
    long error = exo_env_write(0, env, offsetof(struct exo_uarea, own), own, OWN_LASTING);
    own->fs = fs;
    own->before = 0;
    if (!error)
        error = exo_env_write(0, env, UAREA_PROLOGUE_ENTRY, prologue, sizeof prologue);
    return error ? error : exo_cap_give(0, env, 0, 0);
}

static long build(uint64_t env, const struct elf_source *program, arguments argv, arguments envp) {
    const struct image_to to = {0, env, EXOS_IMAGE, exec_show};
    uint64_t entry, rsp;
    long error = image_load(&to, program, &entry);
    if (!error)
        error = make_stack(&to, argv, envp, &rsp);
    if (!error)
        error = exec_keep(EXOS_PROCESSES, EXOS_TABLES);
    return error ? error : hand_on(env, entry, rsp);
}

/* The program runs until it has published itself; then this environment is no more, but for one
 * that was borrowed. Where it has not: why. */
static long run(struct process *self, uint64_t env) {
    const volatile struct exo_env *e = exposed_env(env);
    uint32_t me = self->env;
    self->next = (uint32_t)env;
    long error = exo_env_start(0, env);
    while (!error && self->next == env && e->id == env && e->state == EXO_ENV_READY)
        exo_env_yield(env);
    if (process_self() != self || self->env != me) { /* the process is the other one, or no more */
        if (exos_own()->lender)
            vfork_give_back();
        exo_env_exit(0);
    }
    self->next = 0;
    if (!error && e->id == env && e->state == EXO_ENV_EXITED)
        exos_exit_now(e->ended); /* it was no process, and has done what it does */
    return error ? error : -E_BAD_IMAGE;
}

/* What an environment is called: the path's last name, as much of it as fits. */
static const char *short_name(const char *path) {
    static char name[EXO_NAME_MAX];
    size_t length = 0;
    for (const char *at = path; *at; at++)
        path = *at == '/' ? at + 1 : path;
    for (; path[length] && length < sizeof name - 1; length++)
        name[length] = path[length];
    name[length] = '\0';
    return name;
}

static long exec(const char *name, const struct elf_source *program, arguments argv,
                 arguments envp) {
    const volatile struct exo_env *me = exposed_env((uint64_t)exo_env_self());
    struct process *self = process_self();
    if (!self)
        return -E_NOT_FOUND;
    if (me->kernel_most < me->kernel + RESERVE)
        return -E_QUOTA;
    while (frames_await())
        ;
    long id = exo_env_create(0, process_cap(), short_name(name),
                             me->kernel_most - me->kernel - RESERVE, 0);
    if (id < 0)
        return id;
    making = (uint64_t)id;
    long error = build(making, program, argv, envp);
    if (exec_close)
        exec_close();
    if (!error)
        error = hooks_exec();
    if (!error)
        error = run(self, making);
    exo_env_destroy(0, (uint64_t)id);
    return error;
}

long exos_exec(const char *name, arguments argv, arguments envp) {
    struct elf_source program;
    struct script script;
    signals_hold();
    long error = exec_open(name, &program);
    if (!error && script_read(&script, &program, name, argv)) {
        name = script.interpreter;
        argv = script.argv;
        error = name ? exec_open(name, &program) : -E_BAD_IMAGE;
    }
    if (!error)
        error = exec(name, &program, argv, envp);
    if (exec_close)
        exec_close();
    signals_release();
    return error;
}

/* p->env and p->next, in one store. */
typedef uint64_t __attribute__((may_alias)) both_envs;
_Static_assert(offsetof(struct process, env) % 8 == 0, "one store");

void exec_publish(void) {
    struct exos_own *own = exos_own();
    uint64_t self = (uint64_t)exo_env_self(), before = own->before;
    struct process *p = process_self();
    if (p && p->env == self)
        return;
    if (!p || p->next != self)
        exo_env_exit(0); /* it was killed meanwhile, and with it whoever made this */
    *(volatile both_envs *)&p->env = self | before << 32; /* whoever kills it now finds both */
    p->segments = 0;
    own->before = 0;
    if (before)
        exo_env_destroy(0, before);
    p->next = 0;
}
