/* SPDX-License-Identifier: MIT */
/* machine.c -- what a Linux row silently relies on (docs/method.md): the CPU without fast string
 * moves, the addresses and mitigations that the command line asks for, the clock, a process of its
 * own. */
#include "measure/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The first line of FILE that contains WORD (any line: ""), or null. */
static const char *line_with(const char *file, const char *word) {
    static char line[8192];
    FILE *from = fopen(file, "re");
    const char *found = NULL;
    while (from && !found && fgets(line, sizeof line, from))
        if (strstr(line, word))
            found = line;
    if (from)
        fclose(from);
    return found;
}

static bool has_word(const char *line, const char *word) {
    size_t length = strlen(word);
    for (const char *at = line; at && (at = strstr(at, word)); at += length)
        if ((at == line || strchr(" \t:", at[-1])) && strchr(" \n", at[length]))
            return true;
    return false;
}

CHECK(strings, "machine/no_fast_strings") {
    const char *flags = line_with("/proc/cpuinfo", "flags");
    CHECK_THAT(c, flags && has_word(flags, "tsc"));
    CHECK_THAT(c, !has_word(flags, "erms"));
    CHECK_THAT(c, !has_word(flags, "fsrm"));
}

CHECK(kaslr, "machine/kernel_where_it_was_linked") {
    const char *text = line_with("/proc/kallsyms", " T _text\n");
    CHECK_THAT(c, text && !strncmp(text, "ffffffff81000000 ", 17));
}

CHECK(clock, "machine/clock_is_the_tsc") {
    const char *source =
        line_with("/sys/devices/system/clocksource/clocksource0/current_clocksource", "");
    CHECK_THAT(c, source && !strncmp(source, "tsc", 3));
}

/* Which way the kernel protects itself against other processes' branch training tells what it was
 * told about all. */
CHECK(mitigations, "machine/mitigations_as_told") {
    bool off = has_word(line_with("/proc/cmdline", ""), "mitigations=off");
    const char *now = line_with("/sys/devices/system/cpu/vulnerabilities/spectre_v2", "");
    if (!now) {
        check_skip(c, "this kernel does not tell of spectre_v2");
        return;
    }
    bool protects = !strncmp(now, "Mitigation", 10);
    if (protects == off)
        check_fail(c, "mitigations=off is %sgiven, and spectre_v2 is: %s", off ? "" : "not ", now);
}

CHECK(process, "init/rows_run_in_a_child") {
    CHECK_THAT(c, getpid() != 1);
    CHECK_THAT(c, getppid() == 1);
}

CHECK(plan, "init/plan_has_its_fixed_size") {
    struct stat plan;
    if (stat("/plan", &plan)) {
        check_skip(c, "no /plan: an interactive boot");
        return;
    }
    CHECK_THAT(c, plan.st_size == 4096);
}
