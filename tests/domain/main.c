/* SPDX-License-Identifier: MIT */
/* main.c -- the verifier's numbers, compiled short, against all their members:
 *
 *     domain views JOBS FILE [EACH]             every step on all pairs of each view alone, or on
 *                                               those whose one number is an EACH-th of its view
 *     domain drawn PAIRS JOBS FILE [LOG TITLE]  every step on drawn pairs of all views
 *     domain mutants NAME...                    each of these mistakes makes some step unsound
 *
 * drawn goes on with a LOG of that TITLE. The mistakes are those of mutant.h.
 *
 * FILE says how precise each step is: worse fails, and better has to be written down. With UPDATE=1
 * it is written; for `-` the table is printed. Verdicts are TAP lines. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drawn.h"
#include "engine/base/mutant.h"
#include "views.h"

#ifdef ENGINE_MUTANTS
enum mutant mutant_chosen;
#endif

#define SETTLE      step_count       /* two more tallies than steps */
#define MADE        (step_count + 1) /* of views only */
#define TALLIES     (STEPS_MOST + 2)
#define BLOCKS_MOST 100000

/* What the processes share. */
static struct shared {
    struct tally tally[TALLIES];
    bool failed[TALLIES];
    struct tally block[]; /* of drawn pairs: SETTLE + 1 tallies a block */
} * shared;

static const char *tally_name(unsigned n) {
    return n < step_count ? steps[n].name : n == SETTLE ? "settle" : "made";
}

static void share(size_t blocks) {
    size_t bytes = sizeof *shared + blocks * TALLIES * sizeof(struct tally);
    shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        perror("domain: mmap");
        exit(1);
    }
}

/* Runs `work` in so many processes; false if one of them did not come to its end. */
static bool in_processes(unsigned jobs, void (*work)(unsigned job, unsigned jobs)) {
    bool all = true;
    fflush(stdout);
    for (unsigned job = 0; job < jobs; job++) {
        pid_t child = fork();
        if (child < 0) {
            perror("domain: fork");
            return false;
        }
        if (child == 0) {
            work(job, jobs);
            fflush(stdout);
            _exit(0);
        }
    }
    for (unsigned job = 0; job < jobs; job++) {
        int status;
        all &= wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    return all;
}

static unsigned views_each = 1;

static void views_work(unsigned job, unsigned jobs) {
    for (unsigned n = job; n <= MADE; n += jobs) {
        struct tally *t = &shared->tally[n];
        bool sound = n == SETTLE ? views_try_settle(t)
                     : n == MADE ? views_try_made(t)
                                 : views_try(&steps[n], views_each, t);
        shared->failed[n] = !sound;
    }
}

/* A log has its title, and a line for each block that is done. */
static uint64_t blocks;
static int log_file = -1;
static bool *block_done;

static void log_block(uint64_t block, const struct tally tally[]) {
    char line[TALLIES * 100];
    int length = snprintf(line, sizeof line, "block %llu", (unsigned long long)block);
    for (unsigned n = 0; n <= SETTLE; n++)
        length +=
            snprintf(line + length, sizeof line - (size_t)length, " %llu %llu %llu %llu",
                     (unsigned long long)tally[n].results, (unsigned long long)tally[n].inexact,
                     (unsigned long long)tally[n].loose, (unsigned long long)tally[n].excess);
    line[length++] = '\n';
    if (write(log_file, line, (size_t)length) != length)
        perror("domain: log");
}

static void drawn_work(unsigned job, unsigned jobs) {
    for (uint64_t b = job; b < blocks; b += jobs) {
        if (block_done[b])
            continue;
        struct tally *t = &shared->block[b * TALLIES];
        int failed = drawn_try(b, t);
        if (failed >= 0) {
            printf("#   pairs of block %llu\n", (unsigned long long)b);
            shared->failed[failed] = true;
            return;
        }
        if (log_file >= 0)
            log_block(b, t);
    }
}

/* Takes over the blocks of a log; one with another title is begun anew. */
static void log_open(const char *name, const char *title) {
    FILE *f = fopen(name, "r");
    char *line = NULL;
    size_t capacity = 0;
    bool same = f && getline(&line, &capacity, f) > 0 && strncmp(line, title, strlen(title)) == 0 &&
                line[strlen(title)] == '\n';
    while (same && getline(&line, &capacity, f) > 0) {
        char *at = line;
        if (strncmp(at, "block ", 6) != 0 || !strchr(at, '\n'))
            continue; /* the line that a process was killed at */
        uint64_t b = strtoull(at + 6, &at, 10);
        if (b >= blocks)
            continue;
        block_done[b] = true;
        for (unsigned n = 0; n <= SETTLE; n++) {
            struct tally *t = &shared->block[b * TALLIES + n];
            t->results = strtoull(at, &at, 10);
            t->inexact = strtoull(at, &at, 10);
            t->loose = strtoull(at, &at, 10);
            t->excess = strtoull(at, &at, 10);
        }
    }
    free(line);
    if (f)
        fclose(f);
    log_file = open(name, O_WRONLY | O_CREAT | O_APPEND | (same ? 0 : O_TRUNC), 0666);
    if (log_file < 0 || (!same && dprintf(log_file, "%s\n", title) < 0)) {
        perror("domain: log");
        exit(1);
    }
}

/* The table of how precise all was, as it is pinned. */
static char *table(unsigned tallies) {
    char *text = NULL;
    size_t length;
    FILE *f = open_memstream(&text, &length);
    fprintf(f, "# %-14s %11s %11s %11s %12s\n", "step", "results", "inexact", "loose", "excess");
    for (unsigned n = 0; n < tallies; n++) {
        const struct tally *t = &shared->tally[n];
        fprintf(f, "# %-14s %11llu %11llu %11llu %12llu\n", tally_name(n),
                (unsigned long long)t->results, (unsigned long long)t->inexact,
                (unsigned long long)t->loose, (unsigned long long)t->excess);
    }
    fclose(f);
    return text;
}

static bool same_as_file(const char *text, const char *name) {
    FILE *f = fopen(name, "r");
    char *line = NULL;
    size_t capacity = 0;
    bool same = f != NULL;
    for (const char *at = text; f && *at; at = strchr(at, '\n') + 1) {
        size_t length = (size_t)(strchr(at, '\n') + 1 - at);
        ssize_t got = getline(&line, &capacity, f);
        if (got == (ssize_t)length && memcmp(line, at, length) == 0)
            continue;
        same = false;
        printf("#   was %.*s\n#   is  %.*s\n", got > 0 ? (int)got - 1 : 0, got > 0 ? line : "",
               (int)length - 1, at);
    }
    same = same && getline(&line, &capacity, f) < 0;
    free(line);
    if (f)
        fclose(f);
    return same;
}

/* TAP: sound, and as precise as pinned. */
static int report(const char *what, unsigned tallies, bool finished, const char *pins) {
    bool sound = finished;
    struct tally sum = {0};
    for (unsigned n = 0; n < tallies; n++) {
        if (shared->failed[n])
            printf("not ok - %d bits, %s: %s is sound\n", NUMBER_BITS, what, tally_name(n));
        sound &= !shared->failed[n];
        tally_add(&sum, &shared->tally[n]);
    }
    printf("%s - %d bits, %s: %u steps give %llu results, each with all its members\n",
           sound ? "ok" : "not ok", NUMBER_BITS, what, tallies, (unsigned long long)sum.results);
    if (!sound)
        return 1;
    char *text = table(tallies);
    bool pinned = strcmp(pins, "-") != 0, kept = true;
    if (pinned && getenv("UPDATE")) {
        FILE *f = fopen(pins, "w");
        kept = f && fputs(text, f) >= 0;
        kept = f && fclose(f) == 0 && kept;
    } else if (pinned) {
        kept = same_as_file(text, pins);
    } else {
        printf("%s", text);
    }
    free(text);
    if (pinned)
        printf("%s - %d bits, %s: as precise as %s says", kept ? "ok" : "not ok", NUMBER_BITS, what,
               pins);
    printf("%s%llu results hold more than they must, %llu more than the best number\n",
           pinned ? ": " : "# ", (unsigned long long)sum.inexact, (unsigned long long)sum.loose);
    return !kept;
}

static int views(unsigned jobs, const char *pins) {
    char what[64] = "each view alone";
    if (views_each > 1)
        snprintf(what, sizeof what, "each view alone, by every %u. number", views_each);
    share(0);
    return report(what, MADE + 1, in_processes(jobs, views_work), pins);
}

static int drawn(uint64_t pairs, unsigned jobs, const char *pins, const char *log,
                 const char *title) {
    blocks = (pairs + DRAWN_BLOCK - 1) / DRAWN_BLOCK;
    if (blocks > BLOCKS_MOST) {
        fprintf(stderr, "domain: at most %llu pairs\n",
                (unsigned long long)BLOCKS_MOST * DRAWN_BLOCK);
        return 1;
    }
    drawn_init();
    share(blocks);
    block_done = calloc(blocks, sizeof *block_done);
    if (log)
        log_open(log, title);
    bool finished = in_processes(jobs, drawn_work);
    for (uint64_t b = 0; b < blocks; b++)
        for (unsigned n = 0; n <= SETTLE; n++)
            tally_add(&shared->tally[n], &shared->block[b * TALLIES + n]);
    free(block_done);
    char what[64];
    snprintf(what, sizeof what, "%llu drawn pairs", (unsigned long long)blocks * DRAWN_BLOCK);
    return report(what, SETTLE + 1, finished, pins);
}

#ifdef ENGINE_MUTANTS
static const char *const mutant_name[] = {
#define X(id, text) #id,
    MUTANTS(X)
#undef X
};

static bool mutant_found(enum mutant mutant, char found_by[64]) {
    static struct tally tally[STEPS_MOST];
    mutant_chosen = mutant;
    for (unsigned n = 0; n < step_count; n++) {
        if (!views_try(&steps[n], 1, tally)) {
            snprintf(found_by, 64, "%s of two numbers known by one view", steps[n].name);
            return true;
        }
    }
    int n = drawn_try(0, tally);
    if (n >= 0)
        snprintf(found_by, 64, "%s of drawn numbers", tally_name((unsigned)n));
    return n >= 0;
}

static int mutants(char **name) {
    int status = *name == NULL;
    drawn_init();
    for (; *name; name++) {
        unsigned m = MUTANT_NONE + 1;
        char found_by[64] = "";
        while (m < MUTANT_COUNT && strcmp(mutant_name[m], *name) != 0)
            m++;
        bool found = m < MUTANT_COUNT && mutant_found((enum mutant)m, found_by);
        printf("%s - the mistake %s is found: %s\n", found ? "ok" : "not ok", *name, found_by);
        status |= !found;
    }
    return status;
}
#endif

static unsigned number_from_one(const char *text, unsigned most) {
    unsigned long number = strtoul(text, NULL, 10);
    return number < 1 ? 1 : number > most ? most : (unsigned)number;
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0); /* several processes write whole lines */
    set_init();
    steps_init();
    views_init();
    if ((argc == 4 || argc == 5) && strcmp(argv[1], "views") == 0) {
        views_each = argc == 5 ? number_from_one(argv[4], 1000) : 1;
        return views(number_from_one(argv[2], 64), argv[3]);
    }
    if ((argc == 5 || argc == 7) && strcmp(argv[1], "drawn") == 0)
        return drawn(strtoull(argv[2], NULL, 10), number_from_one(argv[3], 64), argv[4],
                     argc == 7 ? argv[5] : NULL, argc == 7 ? argv[6] : NULL);
#ifdef ENGINE_MUTANTS
    if (argc > 2 && strcmp(argv[1], "mutants") == 0)
        return mutants(argv + 2);
#endif
    fprintf(stderr,
            "usage: domain views JOBS FILE [EACH] | drawn PAIRS JOBS FILE [LOG TITLE] | mutants "
            "NAME...\n");
    return 64;
}
