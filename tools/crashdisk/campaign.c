/* SPDX-License-Identifier: MIT */
/* campaign.c -- see campaign.h. A first walk over all states counts them, so that those that are
 * judged can be drawn; then each worker walks over them and judges its share, by their hashes. */
#include "campaign.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/scope.h"
#include "base/text.h"
#include "checker.h"
#include "crash_states.h"
#include "disk_image.h"
#include "judged.h"

#include <err.h>
#include <inttypes.h>
#include <openssl/sha.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { CANNOT = 2, LOOK_US = 100000 };

/* What a worker has done, in memory that all share. */
struct share {
    volatile uint64_t judged, bad;
};

/* ---- all states, counted ---- */

struct count {
    struct hash_set set;
    uint64_t states;
};

static bool count_one(void *context, const struct crash_state *state, struct disk_state *disk) {
    struct count *n = context;
    n->states++;
    hash_set_add(&n->set, disk_state_hash(disk), state->flushes, state->torn.write != NULL);
    return !interrupted();
}

/* ---- a worker ---- */

struct worker {
    const struct campaign *c;
    unsigned number;
    uint64_t last;              /* the highest draw of a state that is judged */
    const struct hash_set *all; /* what is demanded of each state */
    struct hash_set *known;     /* judged before, or by this one */
    int judged;                 /* the file of what is judged; below 0: none */
    struct disk_image image;
    struct checker checker;
    struct share *share;
};

static bool is_mine(struct worker *w, struct state_hash hash) {
    return hash.high % w->c->jobs == w->number && hash_draw(hash, w->c->seed) <= w->last &&
           hash_set_add(w->known, hash, 0, false);
}

static bool judge_one(void *context, const struct crash_state *state, struct disk_state *disk) {
    struct worker *w = context;
    struct state_hash hash = disk_state_hash(disk);
    if (interrupted())
        return false;
    if (!is_mine(w, hash))
        return true;
    disk_image_build(&w->image, disk);
    const struct seen_state *demand = hash_set_find(w->all, hash);
    scoped_text char *wrong = checker_judge(&w->checker, state->number, demand);
    if (interrupted())
        return false; /* what a check says that was ended is no verdict */
    scoped_text char *text = crash_state_text(w->c->log, state);
    scoped_text char *line = wrong ? text_format("%s: %s", text, text_tame(wrong, true)) : NULL;
    w->share->judged++;
    if (wrong) {
        w->share->bad++;
        text_print(stdout, "bad: %s\n", line);
        fflush(stdout); /* a line at a time, so that workers' lines do not mix */
    }
    if (w->judged >= 0 && !judged_add(w->judged, hash, line))
        err(CANNOT, "%s", w->c->resume);
    if (!w->c->server)
        disk_image_restore(&w->image, disk);
    return !(wrong && w->c->until_bad);
}

static void work(struct worker *w) {
    struct disk_state *disk = disk_state_new(w->c->log, w->c->base);
    if (!disk_image_open(&w->image, w->c->folder, w->c->base, w->c->length, disk))
        err(CANNOT, "%s: no image of %zu bytes", w->c->folder, w->c->length);
    checker_open(&w->checker, w->c->check, w->image.path, w->c->server, w->c->seconds);
    crash_states_visit(w->c->log, disk, w->c->seed, judge_one, w);
    checker_close(&w->checker);
    disk_image_close(&w->image);
    disk_state_free(disk);
}

/* ---- all of them ---- */

static void show(const struct campaign *c, const struct share *shares, const struct tally *t,
                 uint64_t chosen, bool last) {
    uint64_t judged = t->before;
    if (c->quiet || !isatty(STDERR_FILENO))
        return;
    for (unsigned i = 0; i < c->jobs; i++)
        judged += shares[i].judged;
    fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " states%s", judged, chosen, last ? "\n" : "");
}

static pid_t begin(struct worker *w) {
    pid_t parent = getpid();
    fflush(stdout);
    pid_t pid = fork();
    if (pid)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == parent)
        work(w);
    fflush(stdout);
    _exit(0);
}

/* Waits for them; a signal is handed on. Whether all ended well. */
static bool follow(const struct campaign *c, const pid_t *pids, const struct share *shares,
                   const struct tally *t, uint64_t chosen) {
    unsigned left = c->jobs;
    bool well = true, told = false;
    for (int status; left; usleep(LOOK_US)) {
        for (; left && waitpid(-1, &status, WNOHANG) > 0; left--)
            well = well && WIFEXITED(status) && !WEXITSTATUS(status);
        uint64_t bad = 0;
        for (unsigned i = 0; i < c->jobs; i++)
            bad += shares[i].bad;
        if (!told && (interrupted() || !well || (bad && c->until_bad))) {
            told = true;
            for (unsigned i = 0; i < c->jobs; i++)
                kill(pids[i], SIGTERM);
        }
        show(c, shares, t, chosen, !left);
    }
    return well;
}

static char *hash_text(const void *bytes, size_t length) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char text[2 * SHA256_DIGEST_LENGTH + 1];
    SHA256(bytes, length, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        sprintf(text + 2 * i, "%02x", digest[i]);
    return text_copy(text);
}

/* The first line of its file: what would make its verdicts others'. */
static char *subject(const struct campaign *c) {
    scoped_texts struct texts words = {0};
    for (size_t i = 0; c->check[i]; i++)
        texts_add(&words, c->check[i]);
    scoped_text char *joined = texts_join(&words, "\n"), *path = process_find(c->check[0]);
    size_t length = 0;
    scoped_text char *program = path ? text_read(path, &length) : NULL;
    scoped_text char *base = hash_text(c->base, c->length);
    scoped_text char *check = hash_text(joined, strlen(joined));
    scoped_text char *itself = hash_text(program ? program : "", length);
    scoped_texts struct texts log = {0};
    for (size_t i = 0; i < c->log->count; i++) {
        const struct logged_write *w = &c->log->writes[i];
        scoped_text char *hash =
            w->data ? hash_text(w->data, w->sectors * SECTOR) : text_copy("discard");
        texts_take(&log, text_format("%" PRIu64 " %" PRIu64 " %zu %d %s", w->first, w->sectors,
                                     w->epoch, w->fua, hash));
    }
    scoped_text char *all = texts_join(&log, "\n"), *whole = hash_text(all, strlen(all));
    return text_format("crashdisk 1 %s %s %s %s", whole, base, check, itself);
}

static int open_judged(const struct campaign *c, struct judged *j) {
    char *why;
    *j = (struct judged){0};
    if (!c->resume)
        return -1;
    scoped_text char *first = subject(c);
    int file = judged_open(j, c->resume, first, &why);
    if (file < 0)
        errx(CANNOT, "%s", why);
    return file;
}

/* Has all workers do their shares. */
static void judge_all(const struct campaign *c, struct tally *t, const struct hash_set *all) {
    uint64_t last = hash_set_draw(all, c->seed, c->most);
    uint64_t chosen = all->count < c->most ? all->count : c->most;
    struct judged judged;
    int file = open_judged(c, &judged);
    struct share *shares = mmap(NULL, c->jobs * sizeof *shares, PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t *pids = memory_new(c->jobs, sizeof *pids);
    if (shares == MAP_FAILED)
        memory_exhausted();
    t->before = judged.states.count;
    t->bad = judged.bad;
    for (unsigned i = 0; i < c->jobs; i++) {
        struct worker w = {.c = c, .number = i, .last = last, .all = all, .known = &judged.states};
        w.judged = file;
        w.share = &shares[i];
        pids[i] = begin(&w);
        if (pids[i] < 0)
            err(CANNOT, "no process for a worker");
    }
    bool well = follow(c, pids, shares, t, chosen);
    t->judged = t->before;
    for (unsigned i = 0; i < c->jobs; i++) {
        t->judged += shares[i].judged;
        t->bad += shares[i].bad;
    }
    if (!well)
        errx(CANNOT, "a worker did not end well, after %" PRIu64 " states", t->judged);
    munmap(shares, c->jobs * sizeof *shares);
    free(pids);
    hash_set_free(&judged.states);
    if (file >= 0)
        close(file);
}

struct tally campaign_run(const struct campaign *c) {
    struct count n = {0};
    struct disk_state *disk = disk_state_new(c->log, c->base);
    crash_states_visit(c->log, disk, c->seed, count_one, &n);
    disk_state_free(disk);
    struct tally t = {.states = n.states, .distinct = n.set.count};
    if (!interrupted())
        judge_all(c, &t, &n.set);
    hash_set_free(&n.set);
    t.stopped = interrupted();
    return t;
}

/* ---- one of them ---- */

struct search {
    const struct campaign *c;
    uint64_t number;
    const char *path;
    char *text;
};

static bool write_one(void *context, const struct crash_state *state, struct disk_state *disk) {
    struct search *s = context;
    struct disk_image image;
    if (state->number != s->number)
        return true;
    if (!disk_image_open(&image, s->c->folder, s->c->base, s->c->length, disk))
        err(CANNOT, "%s: no image of %zu bytes", s->c->folder, s->c->length);
    disk_image_build(&image, disk);
    FILE *to = fopen(s->path, "w");
    if (!to || fwrite(image.bytes, 1, image.length, to) != image.length || fclose(to))
        err(CANNOT, "%s", s->path);
    disk_image_close(&image);
    s->text = crash_state_text(s->c->log, state);
    return false;
}

char *campaign_image(const struct campaign *c, uint64_t number, const char *path) {
    struct search s = {.c = c, .number = number, .path = path};
    struct disk_state *disk = disk_state_new(c->log, c->base);
    crash_states_visit(c->log, disk, c->seed, write_one, &s);
    disk_state_free(disk);
    return s.text;
}
