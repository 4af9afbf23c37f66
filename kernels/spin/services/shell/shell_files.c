/* SPDX-License-Identifier: MIT */
/* shell_files.c -- the shell's commands for volumes. */
#include "lib/error.h"
#include "lib/string.h"
#include "spin/services/console.h"
#include "spin/services/files/file.h"
#include "spin/services/shell/shell.h"

/* TYPE DISK and one more: which of them an error is about. */
static void say_of_disk(const struct shell_line *line, int error) {
    const char *type = line->word[0], *disk = line->word[1];
    if (error == -E_NOT_FOUND)
        shell_say("there is no disk %s, or no extension %s", disk, type);
    else if (error == -E_INVALID)
        shell_say("what is on %s is nothing that %s mounts", disk, type);
    else
        shell_error(error);
}

static void mount(const struct shell_line *line) {
    say_of_disk(line,
                volume_mount_disk(line->word[0], line->word[1], line->word[2], VOLUME_PAGES, NULL));
}

static void unmount(const struct shell_line *line) {
    shell_error(volume_unmount(line->word[0]));
}

static void format(const struct shell_line *line) {
    say_of_disk(line, volume_format_disk(line->word[0], line->word[1], line->word[2]));
}

static void cat(const struct shell_line *line) {
    static char some[256];
    struct open_file *o;
    long n = file_open(line->word[0], 0, &o);
    if (n) {
        shell_error((int)n);
        return;
    }
    char last = '\n';
    while ((n = file_read(o, some, sizeof some, FILE_AT, false)) > 0) {
        console_write(some, (size_t)n);
        last = some[n - 1];
    }
    if (last != '\n')
        console_write("\n", 1);
    shell_error((int)n);
    file_close(o);
}

/* A word and the end of a line, behind what the file has; it is on the disk then. */
static void append(const struct shell_line *line) {
    char text[SHELL_WORD_MAX + 1];
    struct file_facts facts;
    struct open_file *o;
    const size_t length = strlen(line->word[1]);
    int error = file_open(line->word[0], FILE_OPEN_WRITE | FILE_OPEN_CREATE, &o);
    if (error) {
        shell_error(error);
        return;
    }
    memcpy(text, line->word[1], length);
    text[length] = '\n';
    error = file_stat(line->word[0], &facts);
    if (!error) {
        const long n = file_write(o, text, length + 1, facts.bytes, false);
        error = n == (long)length + 1 ? file_sync(o) : n < 0 ? (int)n : -E_FULL;
    }
    shell_error(error);
    file_close(o);
}

/* To a new file, or over one that is no longer. */
static void cp(const struct shell_line *line) {
    static char some[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
    struct open_file *from, *to;
    uint64_t at = 0;
    long n = file_open(line->word[0], 0, &from);
    if (n) {
        shell_error((int)n);
        return;
    }
    n = file_open(line->word[1], FILE_OPEN_WRITE | FILE_OPEN_CREATE, &to);
    if (!n) {
        while ((n = file_read(from, some, sizeof some, at, false)) > 0 &&
               (n = file_write(to, some, (size_t)n, at, false)) > 0)
            at += (uint64_t)n;
        n = n ? n : file_sync(to);
        file_close(to);
    }
    shell_error((int)n);
    file_close(from);
}

static void rm(const struct shell_line *line) {
    shell_error(file_remove(line->word[0], false));
}

static void mv(const struct shell_line *line) {
    shell_error(file_move(line->word[0], line->word[1]));
}

/* By who has its mutex. */
static void tell_mount(const struct volume *v) {
    const struct cache_counts cache = volume_cache_counts(v);
    shell_say("%s %s%s: %lu blocks of %u bytes; requests %lu, sectors %lu, flushes %lu; hits "
              "%lu, misses %lu, misruled %lu",
              v->path, extension_name(v->system), v->failed || !v->writable ? ", read-only" : "",
              v->blocks, v->block_bytes, v->disk->requests, v->disk->sectors, v->disk->flushes,
              cache.hits, cache.misses, cache.misruled);
}

static void mounts(const struct shell_line *line) {
    struct volume *v;
    (void)line;
    unsigned found = 0;
    for (unsigned i = 0; i < VOLUMES_MAX; i++) {
        if (!(v = volume_at(i)))
            continue;
        found++;
        mutex_lock(&v->mutex);
        if (v->mounted)
            tell_mount(v);
        mutex_unlock(&v->mutex);
    }
    if (!found)
        shell_say("nothing is mounted");
}

const struct shell_entry shell_file_commands[] = {
    {"mount", 3, 3, mount},   {"unmount", 1, 1, unmount},
    {"format", 3, 3, format}, {"mounts", 0, 0, mounts},
    {"cat", 1, 1, cat},       {"append", 2, 2, append},
    {"cp", 2, 2, cp},         {"rm", 1, 1, rm},
    {"mv", 2, 2, mv},         {0}};
