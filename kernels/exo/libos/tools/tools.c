/* SPDX-License-Identifier: MIT */
/* tools.c -- see tools.h. */
#include "exo/libos/tools/tools.h"

#include <stdbool.h>

#include "exo/libos/console/monitor.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/exposed.h"
#include "exo/libos/volume/volumes.h"
#include "lib/error.h"
#include "lib/string.h"

#define WORDS 5

struct words {
    unsigned count;
    char word[WORDS][EXOS_PATH_MAX];
    struct format_buffer *text;
};

static uint64_t number(const char *word) {
    uint64_t n = 0;
    while (*word >= '0' && *word <= '9')
        n = n * 10 + (uint64_t)(*word++ - '0');
    return *word ? ~0ul : n;
}

static long newfs(struct words *w) {
    return volume_format(w->word[1], (unsigned)number(w->word[2]));
}

static long mount(struct words *w) {
    const unsigned disk = (unsigned)number(w->word[2]);
    const long error = volume_mount(w->word[1], disk, w->word[3]);
    if (error != -E_DAMAGED) /* without a disk there is no page of XN to be read */
        return error;
    const volatile struct exo_xn_volume *v = &exposed_xn()->volume[disk % EXO_XN_VOLUMES];
    char damage[sizeof v->damage];
    for (size_t i = 0; i < sizeof damage; i++)
        damage[i] = v->damage[i];
    if (!strcmp(damage, "magic"))
        format_add(w->text, "disk %u has no volume yet; newfs makes one\n", disk);
    else if (damage[0])
        format_add(w->text, "disk %u, block %u, %s:\n", disk, v->damaged, damage);
    return error;
}

static long umount(struct words *w) {
    return volume_unmount(w->word[1]);
}

static long sync(struct words *w) {
    (void)w;
    return volume_sync();
}

static long fsck(struct words *w) {
    struct cffs_checking c = {.repair = true};
    long error = volume_check(w->word[1], &c);
    if (!error)
        format_add(w->text, "%s: %u files, %u directories, %u blocks, %u mended\n", w->word[1],
                   c.files, c.directories, c.blocks, c.repaired);
    return error;
}

static long aging(struct words *w) {
    return age(w->word[1], number(w->word[2]), number(w->word[3]));
}

static long iostat(struct words *w) {
    monitor_iostat(&monitor_exposed, w->text);
    return 0;
}

static long make_directory(struct words *w) {
    return exos_mkdir(w->word[1]);
}

static long rm(struct words *w) {
    return exos_unlink(w->word[1]);
}

static long ls(struct words *w) {
    struct ramfs_entry e;
    const int fd = (int)exos_open(w->word[1], EXOS_READ | EXOS_DIRECTORY);
    while (fd >= 0 && !exos_readdir(fd, &e))
        format_add(w->text, "%s\n", e.name);
    exos_close(fd);
    return fd < 0 ? fd : 0;
}

static long cat(struct words *w) {
    char some[256];
    long n = 0;
    const int fd = (int)exos_open(w->word[1], EXOS_READ);
    while (fd >= 0 && (n = exos_read(fd, some, sizeof some - 1)) > 0) {
        some[n] = '\0';
        format_add(w->text, "%s", some);
    }
    exos_close(fd);
    return fd < 0 ? fd : n;
}

static long write_text(struct words *w) {
    const int fd = (int)exos_open(w->word[1], EXOS_WRITE | EXOS_CREATE | EXOS_TRUNCATE);
    const size_t length = strlen(w->word[2]);
    const long n = fd < 0 ? fd : exos_write(fd, w->word[2], length);
    exos_close(fd);
    return n == (long)length ? 0 : n < 0 ? n : -E_FULL;
}

static long cp(struct words *w) {
    static char some[4096];
    long n = 0;
    const int in = (int)exos_open(w->word[1], EXOS_READ);
    const int out =
        in < 0 ? in : (int)exos_open(w->word[2], EXOS_WRITE | EXOS_CREATE | EXOS_TRUNCATE);
    while (out >= 0 && (n = exos_read(in, some, sizeof some)) > 0)
        if (exos_write(out, some, (size_t)n) != n) {
            n = -E_FULL;
            break;
        }
    exos_close(in);
    exos_close(out);
    return out < 0 ? out : n;
}

static long xcp(struct words *w) {
    return volume_copy(w->word[1], w->word[2]);
}

static const struct tool {
    const char *name, *usage;
    unsigned words;
    long (*run)(struct words *w);
} tools[] = {
    {"newfs", "newfs TYPE DISK", 3, newfs},
    {"mount", "mount TYPE DISK PATH", 4, mount},
    {"umount", "umount PATH", 2, umount},
    {"fsck", "fsck PATH", 2, fsck},
    {"sync", "sync", 1, sync},
    {"aging", "aging PATH SEED STEPS", 4, aging},
    {"iostat", "iostat", 1, iostat},
    {"ls", "ls PATH", 2, ls},
    {"cat", "cat PATH", 2, cat},
    {"write", "write PATH WORD", 3, write_text},
    {"mkdir", "mkdir PATH", 2, make_directory},
    {"rm", "rm PATH", 2, rm},
    {"cp", "cp PATH PATH", 3, cp},
    {"xcp", "xcp PATH PATH", 3, xcp},
};
#define TOOLS (sizeof tools / sizeof *tools)

/* False: there are more words than a tool has, or a longer one. */
static bool split(const char *line, struct words *w) {
    for (;;) {
        size_t length = 0;
        while (*line == ' ')
            line++;
        while (line[length] && line[length] != ' ')
            length++;
        if (!length)
            return true;
        if (w->count == WORDS || length >= EXOS_PATH_MAX)
            return false;
        memcpy(w->word[w->count], line, length);
        w->word[w->count++][length] = '\0';
        line += length;
    }
}

long tool_run(const char *line, struct format_buffer *text) {
    static struct words w;
    memset(&w, 0, sizeof w);
    w.text = text;
    const bool fits = split(line, &w);
    if (!w.count)
        return 0;
    const struct tool *t = tools;
    while (t < tools + TOOLS && strcmp(t->name, w.word[0]) != 0)
        t++;
    if (t == tools + TOOLS) {
        format_add(text, "%s: no such tool; there are:", w.word[0]);
        for (t = tools; t < tools + TOOLS; t++)
            format_add(text, " %s", t->name);
        format_add(text, "\n");
        return -E_NO_CALL;
    }
    if (!fits || w.count != t->words) {
        format_add(text, "%s\n", t->usage);
        return -E_INVALID;
    }
    const long error = t->run(&w);
    if (error < 0)
        format_add(text, "%s: %s\n", t->name, error_sentence((int)error));
    return error;
}
