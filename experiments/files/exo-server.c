/* SPDX-License-Identifier: MIT */
/* exo-server.c -- an ExOS with a volume on the first disk, which tells by its exit status how much
 * memory something takes. It executes itself, too. */
#include "exo/libos/volume/volume_own.h"

#include "exo-memory.h"
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/shared.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/image.h"
#include "user/program.h"

#define RW   (EXOS_READ | EXOS_WRITE)
#define COPY "/disk/server"
#define RAM  100 /* pages of files in memory */

static void must(bool so) {
    if (!so)
        __builtin_trap();
}

/* Frames that are free, but for what is in them of blocks: that is of whoever reads them next. */
static uint64_t unused(void) {
    const volatile struct xn_entry *e = (const volatile struct xn_entry *)EXO_XN_ENTRY;
    uint64_t blocks = 0;
    for (uint32_t i = 1; i <= e->block; i++)
        blocks += e[i].frame != 0;
    return frames_free() + blocks;
}

static void volume(void) {
    must(!volumes_begin() && !exos_mkdir("/disk"));
    must(!volume_format("cffs", 0) && !volume_mount("cffs", 0, "/disk"));
}

/* --- Processes --- */

static void copy_program(void) {
    static char some[PAGE];
    struct elf_source program;
    const int out = (int)exos_open(COPY, RW | EXOS_CREATE);
    must(out >= 0 && !image_find(MEMORY_SERVER, &program));
    for (uint64_t at = 0, n; at < program.len; at += n) {
        n = program.len - at < PAGE ? program.len - at : PAGE;
        must(!program.read(program.arg, at, some, n) && exos_write(out, some, n) == (long)n);
    }
    must(!exos_close(out) && !volume_sync());
}

/* What a process of that program says when it ends. */
static uint64_t run(const char *path, const char *role) {
    const char *const argv[] = {path, role, NULL};
    struct exos_end end;
    const long pid = exos_fork();
    if (!pid) {
        exos_exec(path, argv, argv);
        exos_exit(0);
    }
    must(pid > 0 && exos_wait(&end) == pid && !end.killed && end.status);
    return end.status;
}

/* The first process of the program asks how much a second one takes, which says what is left. */
static uint64_t in_program(const char *const *argv) {
    const uint64_t before = unused();
    return *argv[1] == '2' ? before : (before - run(argv[0], "2")) * PAGE;
}

/* --- Files --- */

/* How far apart open files are in the pages that all processes share, and their nodes: what one
 * takes there, of what is there from the beginning. */
static uint64_t open_file(void) {
    const int first = (int)exos_open("/disk/a", RW | EXOS_CREATE);
    const int second = (int)exos_open("/disk/b", RW | EXOS_CREATE);
    must(first >= 0 && second == first + 1);
    const char *at = (const char *)open_file_of(first), *next = (const char *)open_file_of(second);
    const char *node = (const char *)volumes->node, *behind = (const char *)(volumes->node + 1);
    return (uint64_t)(next - at + behind - node);
}

static uint64_t measure(enum memory_of of) {
    const uint64_t before = unused();
    volume();
    if (of == MEMORY_VOLUME)
        return (before - unused()) * PAGE;
    if (of == MEMORY_OPEN)
        return open_file();
    copy_program();
    return run(of == MEMORY_BOOT ? "/boot/" MEMORY_SERVER : COPY, "1");
}

uint64_t program_main(uint64_t of, uint64_t argv, const char *words) {
    (void)words;
    must(!exos_begin() && !exos_files_begin(RAM) && (!argv || !volumes_begin()));
    exos_exit(argv ? in_program((const char *const *)argv) : measure((enum memory_of)of));
}
