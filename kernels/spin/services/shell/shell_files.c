/* SPDX-License-Identifier: MIT */
/* shell_files.c -- the shell's commands for volumes. */
#include "lib/error.h"
#include "spin/services/files/file.h"
#include "spin/services/shell/shell.h"

static void mount(const struct shell_line *line) {
    shell_error(volume_mount_disk(line->word[0], line->word[1], line->word[2], VOLUME_PAGES, NULL));
}

static void unmount(const struct shell_line *line) {
    shell_error(volume_unmount(line->word[0]));
}

static void format(const struct shell_line *line) {
    shell_error(volume_format_disk(line->word[0], line->word[1], line->word[2]));
}

static void mounts(const struct shell_line *line) {
    struct volume *v;
    (void)line;
    for (unsigned i = 0; i < VOLUMES_MAX; i++) {
        if (!(v = volume_at(i)))
            continue;
        mutex_lock(&v->mutex);
        const struct cache_counts cache = volume_cache_counts(v);
        mutex_unlock(&v->mutex);
        shell_say("%s %s%s: %lu blocks of %u bytes; requests %lu, sectors %lu, flushes %lu; hits "
                  "%lu, misses %lu, misruled %lu",
                  v->path, extension_name(v->system),
                  v->failed || !v->writable ? ", read-only" : "", v->blocks, v->block_bytes,
                  v->disk->requests, v->disk->sectors, v->disk->flushes, cache.hits, cache.misses,
                  cache.misruled);
    }
}

const struct shell_entry shell_file_commands[] = {{"mount", 3, 3, mount},
                                                  {"unmount", 1, 1, unmount},
                                                  {"format", 3, 3, format},
                                                  {"mounts", 0, 0, mounts},
                                                  {0}};
