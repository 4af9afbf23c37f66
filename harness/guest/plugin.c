/* SPDX-License-Identifier: MIT */
/* plugin.c -- see plugin.h. */
#include "guest/plugin.h"
#include "base/process.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/tree.h"
#include "guest/qemu.h"

#include <string.h>

/* In QEMU's lists a comma that belongs to a name stands twice. */
static char *quoted(const char *path) {
    return text_quote(path, ",", ',');
}

void plugin_add(struct texts *arguments, const char *library, const char *out, const char *more) {
    scoped_text char *path = tree_path("%s", library);
    scoped_text char *plugin = quoted(path), *file = quoted(out);
    texts_add(arguments, "-plugin");
    texts_take(arguments, text_format("%s,out=%s%s", plugin, file, more));
}

bool plugin_loads(struct failure *why) {
    static const struct process_limits limits = {10, 64 << 10, false};
    scoped_text char *path = tree_path(PLUGIN_COUNT), *plugin = quoted(path);
    scoped_text char *probe = text_format("%s,probe=on", plugin);
    int status;
    scoped_text char *words = process_read_in(
        NULL, &limits,
        (const char *[]){qemu_program(), "-M", "none", "-display", "none", "-plugin", probe, NULL},
        true, &status);
    words[strcspn(words, "\n")] = '\0';
    if (status)
        failure_set(why, STATUS_QEMU, "this QEMU loads no plugin: %s",
                    *words ? words : "it does not say why");
    return !status;
}
