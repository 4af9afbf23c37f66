/* SPDX-License-Identifier: MIT */
/* campaign.c -- see campaign.h.
 *
 * The numbers of programs are cut into chunks; process j of n takes chunks j, j + n, and so on. The
 * log is the campaign's memory: its first line is the stamp, and each chunk that was checked adds a
 * line, in one write:
 *
 *     chunk NUMBER programs P accepted A moments M seconds S refused R... features F... covered
 * C...
 *
 * with a number for each rule, each feature and each of cover.h. The sums at the end are made from
 * the log alone. */
#include "campaign.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/disassemble.h"
#include "pool.h"
#include "typed.h"
#include "world.h"

#define CHUNK      5000
#define LINE_MAX   32768
#define PROGRESS_S 10
#define JUDGED     10000 /* accepted programs, of which some must do whatever can be done */
#define JOBS_MAX   64
#define CHUNKS_MAX (1u << 20)

struct tally {
    uint64_t programs, accepted, moments, microseconds;
    uint64_t refused[RULE_COUNT], feature[FEATURE_COUNT], covered[COVER_MAX];
};

/* Seen by all processes. */
struct shared {
    uint64_t accepted;
    bool wrong;
    uint8_t done[CHUNKS_MAX]; /* chunks that the log has */
};

static void print_program(const struct program *p) {
    char text[INSN_TEXT_MAX];
    for (uint32_t i = 0; i < p->slots; i++)
        printf("# %4u: %s\n", i, insn_text(p->insn, i, text));
}

/* Most programs are of the kind that demands nothing. Of some the functions declare what
 * they take. */
static const struct kind *choose_kind(struct random *random, struct program *p) {
    uint32_t choice = random_below(random, 100);
    bool declares = random_below(random, 8) == 0;
    for (uint32_t f = 1; declares && f < p->function_count; f++)
        p->function[f].contract = &world_contract;
    return &world_kinds[choice < WORLD_KINDS ? choice : 0];
}

static void print_wrong(uint64_t seed, const struct findings *f) {
    printf("# seed %" PRIu64 ": %s\n# again: build/host/soundness --seed %" PRIu64 "\n", seed,
           f->text, seed);
}

enum checked campaign_check(uint64_t seed, bool show, struct findings *f) {
    static struct insn insn[TYPED_SLOTS];
    static uint8_t bytes[TYPED_SLOTS * INSN_BYTES];
    struct random random;
    static struct report why;
    struct program p = {.import = world_imports,
                        .import_count = WORLD_IMPORTS,
                        .variable = world_variables,
                        .variable_count = WORLD_VARIABLES};
    random_seed(&random, seed);
    uint32_t slots = typed_program(&random, insn);
    for (uint32_t i = 0; i < slots; i++)
        insn_encode(insn[i], bytes + (size_t)i * INSN_BYTES);
    size_t len = (size_t)slots * INSN_BYTES;
    bool near = random_below(&random, 400) == 0;
    if (near)
        p.variable = world_near_variables;
    if (random_below(&random, 80) == 0)
        len = typed_damage(&random, bytes, len);
    if (!program_decode(&p, &pool_hooks, bytes, len, &why)) {
        f->refused = why.rule;
        return CHECKED_REFUSED;
    }
    const struct kind *kind = choose_kind(&random, &p);
    enum checked result = checker_run(&p, kind, random_next(&random), f);
    if (result == CHECKED_WRONG && show) {
        print_wrong(seed, f);
        print_program(&p);
    }
    program_release(&p, &pool_hooks);
    if (pool_reset() == 0 || result == CHECKED_WRONG)
        return result;
    snprintf(f->text, sizeof f->text, "memory was not given back");
    if (show)
        print_wrong(seed, f);
    return CHECKED_WRONG;
}

static uint64_t microseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* Checks a chunk; false when a program of it is wrong. */
static bool check_chunk(uint64_t chunk, struct tally *t) {
    uint64_t start = microseconds();
    struct findings f;
    memset(t, 0, sizeof *t);
    for (uint64_t seed = chunk * CHUNK; seed < (chunk + 1) * CHUNK; seed++) {
        enum checked result = campaign_check(seed, true, &f);
        if (result == CHECKED_WRONG)
            return false;
        t->programs++;
        t->refused[result == CHECKED_REFUSED ? f.refused : 0]++;
        if (result == CHECKED_REFUSED)
            continue;
        t->accepted++;
        t->moments += f.moments;
        for (unsigned i = 0; i < FEATURE_COUNT; i++)
            t->feature[i] += f.features >> i & 1;
        for (unsigned i = 0; i < cover_count(); i++)
            t->covered[i] += f.covered.bit[i / 64] >> i % 64 & 1;
    }
    t->microseconds = microseconds() - start;
    return true;
}

static void write_line(int log, uint64_t chunk, const struct tally *t) {
    char line[LINE_MAX];
    int n = snprintf(line, sizeof line,
                     "chunk %" PRIu64 " programs %" PRIu64 " accepted %" PRIu64 " moments %" PRIu64
                     " microseconds %" PRIu64 " refused",
                     chunk, t->programs, t->accepted, t->moments, t->microseconds);
    for (unsigned i = 0; i < RULE_COUNT; i++)
        n += snprintf(line + n, sizeof line - (size_t)n, " %" PRIu64, t->refused[i]);
    n += snprintf(line + n, sizeof line - (size_t)n, " features");
    for (unsigned i = 0; i < FEATURE_COUNT; i++)
        n += snprintf(line + n, sizeof line - (size_t)n, " %" PRIu64, t->feature[i]);
    n += snprintf(line + n, sizeof line - (size_t)n, " covered");
    for (unsigned i = 0; i < cover_count(); i++)
        n += snprintf(line + n, sizeof line - (size_t)n, " %" PRIu64, t->covered[i]);
    line[n++] = '\n';
    if (write(log, line, (size_t)n) != n) {
        perror("soundness: the log");
        exit(2);
    }
}

/* Adds a line of the log to the sums; false when it is none, as the last one after a kill. */
static bool read_line(const char *line, struct tally *sum, uint64_t *chunk) {
    struct tally t = {0};
    int at = 0;
    if (!strchr(line, '\n') ||
        sscanf(line,
               "chunk %" SCNu64 " programs %" SCNu64 " accepted %" SCNu64 " moments %" SCNu64
               " microseconds %" SCNu64 " refused%n",
               chunk, &t.programs, &t.accepted, &t.moments, &t.microseconds, &at) != 5 ||
        !at || *chunk >= CHUNKS_MAX)
        return false;
    char *next = (char *)line + at;
    for (unsigned i = 0; i < RULE_COUNT; i++)
        sum->refused[i] += strtoull(next, &next, 10);
    next += strlen(" features");
    for (unsigned i = 0; i < FEATURE_COUNT; i++)
        sum->feature[i] += strtoull(next, &next, 10);
    next += strlen(" covered");
    for (unsigned i = 0; i < cover_count(); i++)
        sum->covered[i] += strtoull(next, &next, 10);
    sum->programs += t.programs;
    sum->accepted += t.accepted;
    sum->moments += t.moments;
    sum->microseconds += t.microseconds;
    return true;
}

/* Sums the log up and marks the chunks that it has. */
static struct tally read_log(const char *path, struct shared *s) {
    struct tally sum = {0};
    char line[LINE_MAX];
    FILE *f = fopen(path, "r");
    if (!f)
        return sum;
    while (fgets(line, sizeof line, f)) {
        uint64_t chunk;
        if (read_line(line, &sum, &chunk))
            s->done[chunk] = 1;
    }
    fclose(f);
    return sum;
}

/* Opens the log to go on with; one of something else is put aside. */
static int open_log(const struct campaign *c) {
    char first[LINE_MAX] = "", aside[LINE_MAX];
    FILE *f = fopen(c->log, "r");
    if (f) {
        if (!fgets(first, sizeof first, f))
            first[0] = '\0';
        fclose(f);
        first[strcspn(first, "\n")] = '\0';
    }
    if (*first && strcmp(first, c->stamp) != 0) {
        snprintf(aside, sizeof aside, "%s.old", c->log);
        printf("# %s is about %s: it is not continued, and now %s\n", c->log, first, aside);
        if (rename(c->log, aside)) {
            perror(aside);
            exit(2);
        }
        *first = '\0';
    }
    int log = open(c->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log < 0 || (!*first && dprintf(log, "%s\n", c->stamp) < 0)) {
        perror(c->log);
        exit(2);
    }
    return log;
}

static void work(const struct campaign *c, struct shared *s, int log, unsigned job) {
    for (uint64_t chunk = job; chunk < CHUNKS_MAX; chunk += c->jobs) {
        struct tally t;
        if (s->wrong || __atomic_load_n(&s->accepted, __ATOMIC_RELAXED) >= c->accepted)
            break;
        if (s->done[chunk])
            continue;
        if (!check_chunk(chunk, &t)) {
            s->wrong = true;
            break;
        }
        write_line(log, chunk, &t);
        __atomic_add_fetch(&s->accepted, t.accepted, __ATOMIC_RELAXED);
    }
}

/* Waits for the processes and says now and then how far they are. */
static void wait_for(const struct campaign *c, struct shared *s, unsigned processes) {
    time_t said = time(NULL);
    while (processes > 0) {
        int status;
        pid_t ended = waitpid(-1, &status, WNOHANG);
        if (ended > 0) {
            processes--;
            s->wrong |= !WIFEXITED(status) || WEXITSTATUS(status) != 0;
            continue;
        }
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
        if (time(NULL) - said < PROGRESS_S)
            continue;
        said = time(NULL);
        printf("# %" PRIu64 " of %" PRIu64 " accepted\n", s->accepted, c->accepted);
        fflush(stdout);
    }
}

static void print_share(const char *what, uint64_t count, const struct tally *t) {
    printf("# %s: in %" PRIu64 " accepted programs, %.4f %%\n", what, count,
           100.0 * (double)count / (double)t->accepted);
}

static void print_sums(const struct tally *t) {
    char text[COVER_TEXT_MAX];
    printf("# %" PRIu64 " programs, %" PRIu64 " accepted, %" PRIu64
           " moments compared, %.1f seconds of processor\n",
           t->programs, t->accepted, t->moments, (double)t->microseconds / 1e6);
    for (unsigned i = 1; i < RULE_COUNT; i++)
        if (t->refused[i] || !cover_never_refused(i))
            printf("# refused %s: %" PRIu64 "\n", rule_name(i), t->refused[i]);
        else
            printf("# never refused %s: %s\n", rule_name(i), cover_never_refused(i));
    for (unsigned i = 0; i < FEATURE_COUNT; i++)
        print_share(feature_text(i), t->feature[i], t);
    for (unsigned i = 0; i < cover_count(); i++)
        print_share(cover_text(i, text), t->covered[i], t);
}

/* Nothing may be missing that a campaign of this length meets. */
static bool print_missing(const struct tally *t) {
    char text[COVER_TEXT_MAX];
    unsigned missing = 0;
    if (t->accepted < JUDGED) {
        printf("ok - the verifier was met in all that it does # SKIP below %d accepted programs\n",
               JUDGED);
        return false;
    }
    for (unsigned i = 1; i < RULE_COUNT; i++)
        if (!t->refused[i] && !cover_never_refused(i) && ++missing)
            printf("# missing: refused %s\n", rule_name(i));
    for (unsigned i = 0; i < FEATURE_COUNT; i++)
        if (!t->feature[i] && ++missing)
            printf("# missing: %s\n", feature_text(i));
    for (unsigned i = 0; i < cover_count(); i++)
        if (!t->covered[i] && ++missing)
            printf("# missing: %s\n", cover_text(i, text));
    printf("%s - the verifier was met in all that it does (%u rules, %u ways through it)\n",
           missing ? "not ok" : "ok", RULE_COUNT - 1, cover_count());
    return missing;
}

int campaign_run(const struct campaign *given) {
    struct campaign c = *given;
    char name[] = "/tmp/soundness.XXXXXX";
    struct shared *s =
        mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (s == MAP_FAILED) {
        perror("soundness");
        return 2;
    }
    if (!c.log) {
        int made = mkstemp(name);
        if (made < 0) {
            perror(name);
            return 2;
        }
        close(made);
        c.log = name;
    }
    c.jobs = c.jobs < 1 ? 1 : c.jobs > JOBS_MAX ? JOBS_MAX : c.jobs;
    int log = open_log(&c);
    s->accepted = read_log(c.log, s).accepted;
    if (s->accepted)
        printf("# %" PRIu64 " accepted programs are in %s already\n", s->accepted, c.log);
    fflush(stdout);
    unsigned processes = 0;
    for (; processes < c.jobs; processes++) {
        pid_t pid = fork();
        if (pid < 0)
            break;
        if (pid == 0) {
            work(&c, s, log, processes);
            fflush(stdout);
            _exit(0);
        }
    }
    s->wrong |= processes < c.jobs;
    wait_for(&c, s, processes);
    close(log);
    struct tally sum = read_log(c.log, s);
    if (sum.accepted)
        print_sums(&sum);
    printf("%s - every run of %" PRIu64 " accepted programs is a case of what was proven\n",
           s->wrong ? "not ok" : "ok", sum.accepted);
    bool missing = !s->wrong && print_missing(&sum);
    if (!given->log)
        unlink(name);
    return s->wrong || missing;
}
