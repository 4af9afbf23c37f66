/* SPDX-License-Identifier: MIT */
/* work_operations.c -- see work.h. */
#include "work.h"

#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "pattern.h"
#include "user/program.h"

enum { BYTES = 16384, PATHS = 8, PATH = 160 };

const struct work_fs *work_fs;
static unsigned char bytes_of_tag[BYTES];

const char *work_path(const char *format, ...) {
    static char paths[PATHS][PATH];
    static unsigned next;
    char *path = paths[next++ % PATHS];
    va_list args;
    va_start(args, format);
    format_text_va(path, PATH, format, args);
    va_end(args);
    return path;
}

/* What begins now: who is cut off meanwhile has said it. */
static void say(const char *format, ...) {
    char line[2 * PATH + 80];
    va_list args;
    va_start(args, format);
    int length = format_text_va(line, sizeof line, format, args);
    va_end(args);
    program_text(line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

static long done(const char *path, long result) {
    say(" = %ld %lu %lu\n", result, work_fs->flushes(path), __builtin_ia32_rdtsc());
    return result;
}

/* An operation of one path, and of two. */
#define ONE(name)                                                                                  \
    long work_##name(const char *path) {                                                           \
        say("crash> " #name " %s", path);                                                          \
        return done(path, work_fs->name ? work_fs->name(path) : -E_NO_CALL);                       \
    }
#define TWO(name)                                                                                  \
    long work_##name(const char *path, const char *other) {                                        \
        say("crash> " #name " %s %s", path, other);                                                \
        return done(path, work_fs->name ? work_fs->name(path, other) : -E_NO_CALL);                \
    }
ONE(make)
ONE(mkdir)
ONE(unlink)
ONE(rmdir)
ONE(fsync)
ONE(sync)
ONE(begin)
ONE(leave)
TWO(rename)
TWO(link)
TWO(copy)
TWO(exchange)

long work_truncate(const char *path, uint64_t bytes) {
    say("crash> truncate %s %lu", path, bytes);
    return done(path, work_fs->truncate(path, bytes));
}

long work_quota(const char *path, uint64_t blocks) {
    say("crash> quota %s %lu", path, blocks);
    return done(path, work_fs->quota ? work_fs->quota(path, blocks) : -E_NO_CALL);
}

long work_write(const char *path, uint64_t at, size_t bytes, unsigned tag) {
    long all = 0, some = 0;
    say("crash> write %s %lu %lu %u", path, at, bytes, tag);
    for (size_t n; bytes; bytes -= n, at += n, all += some) {
        n = bytes < BYTES ? bytes : BYTES;
        for (size_t i = 0; i < n; i++)
            bytes_of_tag[i] = pattern(tag, at + i);
        some = work_fs->write(path, at, bytes_of_tag, n);
        if (some < (long)n)
            break;
    }
    return done(path, all + (some > 0 && bytes ? some : 0));
}

void work_file(const char *path, size_t bytes, unsigned tag) {
    if (work_make(path) >= 0 && bytes)
        work_write(path, 0, bytes, tag);
}

char *work_word(const char *words, char into[64]) {
    const char *at = strstr(words, "crash=");
    size_t n = 0;
    for (at = at ? at + 6 : ""; *at && *at != ' ' && n < 63;)
        into[n++] = *at++;
    into[n] = '\0';
    return into;
}
