/* SPDX-License-Identifier: MIT */
/* newc.c -- see newc.h. */
#include "guest/newc.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/tree.h"

#include <errno.h>
#include <string.h>

void newc_member(FILE *to, const char *name, unsigned mode, const char *bytes, size_t length) {
    static const char zeros[4];
    size_t head = 110 + strlen(name) + 1;
    fprintf(to, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x%s", 0, mode, 0, 0, 1,
            0, length, 0, 0, 0, 0, strlen(name) + 1, 0, name);
    fputc('\0', to);
    fwrite(zeros, 1, -head & 3, to);
    fwrite(bytes, 1, length, to);
    fwrite(zeros, 1, -length & 3, to);
}

int newc_files(FILE *to, const struct texts *files, struct failure *why) {
    for (size_t i = 0; files && i < files->count; i++) {
        size_t length, name_length = strcspn(files->items[i], ":");
        const char *path = files->items[i] + name_length + 1;
        scoped_text char *name = text_format("%.*s", (int)name_length, files->items[i]);
        scoped_text char *bytes = text_read(path, &length);
        if (!bytes)
            return failure_set(why, STATUS_MISSING, "cannot read %s: %s", tree_shown(path),
                               text_read_error(errno));
        newc_member(to, name, 0100444, bytes, length);
    }
    return 0;
}
