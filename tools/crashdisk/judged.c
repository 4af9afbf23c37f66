/* SPDX-License-Identifier: MIT */
/* judged.c -- see judged.h. */
#include "judged.h"
#include "base/scope.h"
#include "base/text.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HASH_DIGITS = 32 };

/* "0123... good" of one line. */
static void take_line(struct judged *j, const char *line) {
    struct state_hash hash;
    if (sscanf(line, "%16" SCNx64 "%16" SCNx64, &hash.high, &hash.low) != 2 ||
        strlen(line) < HASH_DIGITS + 2 || !hash_set_add(&j->states, hash, 0, false))
        return;
    if (!strcmp(line + HASH_DIGITS + 1, "good"))
        return;
    j->bad++;
    text_print(stdout, "bad (before): %s\n", line + HASH_DIGITS + 1);
}

/* The whole lines of TEXT; the rest does not count. Bytes of whole lines; 0 where the first is not
 * SUBJECT. */
static size_t take_text(struct judged *j, char *text, const char *subject) {
    size_t taken = 0;
    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        if (line == text && strcmp(line, subject) != 0)
            return 0;
        if (line != text)
            take_line(j, line);
        taken = (size_t)(end + 1 - text);
    }
    return taken;
}

int judged_open(struct judged *j, const char *path, const char *subject, char **why) {
    *j = (struct judged){0};
    int file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    scoped_text char *text = file < 0 ? NULL : text_read(path, NULL);
    if (!text) {
        *why = text_format("%s: %s", path, text_read_error(errno));
        if (file >= 0)
            close(file);
        return -1;
    }
    size_t length = take_text(j, text, subject);
    *why = NULL;
    if (!length && *text)
        *why = text_format("%s is of another campaign: log, disk or check were others; name a new "
                           "file",
                           path);
    else if (ftruncate(file, (off_t)length) || (!length && dprintf(file, "%s\n", subject) < 0))
        *why = text_format("%s: %s", path, strerror(errno));
    if (!*why)
        return file;
    close(file);
    return -1;
}

bool judged_add(int file, struct state_hash hash, const char *wrong) {
    scoped_text char *line = text_format("%016" PRIx64 "%016" PRIx64 " %s\n", hash.high, hash.low,
                                         wrong ? wrong : "good");
    size_t length = strlen(line);
    return write(file, line, length) == (ssize_t)length;
}
