/* SPDX-License-Identifier: MIT */
/* boot_line.c -- write boot command lines. */
#include "boot_line.h"
#include "die.h"
#include "run.h"
#include "status.h"
#include "tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

char *boot_line_words(const struct boot_line *b) {
    const struct selection *s = b->selection;
    unsigned *numbers = calloc(s->count + 1, sizeof *numbers);
    if (!numbers)
        abort();
    for (size_t i = 0; i < s->count; i++)
        numbers[i] = s->rows.items[s->chosen[i]].number;
    char *ranges = rows_ranges(numbers, s->count);
    char *words =
        text_format("run=%s clock=%s samples=%u cold=%u%s%s", ranges, clock_name(b->clock),
                    b->samples, b->cold, b->inject ? " inject=" : "", b->inject ? b->inject : "");
    free(ranges);
    free(numbers);
    return words;
}

char *boot_line_linux(bool mitigated, const char *args) {
    char *path =
        tree_path("build/guest/linux/cmdline/%s", mitigated ? "mitigations-default" : "plain");
    char *line = text_read(path, NULL);
    if (!line)
        die(STATUS_MISSING, "cannot read %s: %s; `make` builds it", tree_relative(path),
            strerror(errno));
    line[strcspn(line, "\n")] = '\0';
    char *whole = text_format("%s%s%s", line, args ? " " : "", args ? args : "");
    free(line);
    free(path);
    return whole;
}
