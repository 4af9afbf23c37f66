/* SPDX-License-Identifier: MIT */
/* iso.c -- have boot/iso.sh make a GRUB image for one boot. */
#include "guest/iso.h"
#include "base/scope.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What grub-mkrescue calls, and itself. */
static const char *const tools[] = {"grub-mkrescue", "xorriso", "mformat"};

static int need_tools(struct failure *why) {
    for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++) {
        scoped_text char *path = process_find(tools[i]);
        if (!path)
            return failure_set(
                why, STATUS_MISSING,
                "'%s' is missing, a GRUB image cannot be made; `exospin doctor` prints the command that "
                "installs it, or boot with --via kernel",
                tools[i]);
    }
    return 0;
}

char *iso_make(const struct system *system, const char *kernel, int programs,
               const char *command_line, struct failure *why) {
    const char *folder = getenv("TMPDIR");
    char *path = text_format("%s/exospin-XXXXXX.iso", folder && *folder ? folder : "/tmp");
    char *script = tree_path("boot/iso.sh");
    scoped_text char *archive = text_format("/proc/%d/fd/%d", getpid(), programs);
    int status = need_tools(why);
    int fd = status ? -1 : mkstemps(path, 4);
    if (!status && fd < 0)
        status = failure_set_errno(why, "create", path);
    if (!status) {
        close(fd);
        char *words = process_read(
            (const char *[]){script, path, system->name, kernel, archive, command_line, NULL}, true,
            &status);
        if (status) {
            unlink(path);
            status = failure_set(why, STATUS_BUILD, "boot/iso.sh ended with status %d: %s", status,
                                 words);
        }
        free(words);
    }
    free(script);
    if (!status)
        return path;
    free(path);
    return NULL;
}
