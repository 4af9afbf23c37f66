/* SPDX-License-Identifier: MIT */
/* exo_xn_crash_test.c -- any power cut during any operations, with any order of the disk: what is
 * on it then, by itself and after recovery. And each rule is needed: without it the same states,
 * as many as the table says, have one that is wrong (xn_without.h). */
#include "exo/defence.h"
#include "xn_without.h"
#include "xn_workload.h"

enum { STEPS = 400, FLUSHES = 400 };

/* What a walk from the roots of a disk finds; it knows no XN. */
struct found {
    const char *wrong; /* null: nothing */
    uint32_t tag[BLOCKS];
    bool any[TAGS];
    bool twice; /* a block has two owners, of one tag: a move was under way */
};

static void walk(const struct disk *d, struct found *f, uint32_t block, uint64_t tag) {
    uint64_t mark;
    memcpy(&mark, d->block[block] + MARK, 8);
    if (mark && mark != tag)
        f->wrong = "a pointer leads to metadata of another object, or that were never written";
    for (unsigned p = 0; p < PARTITIONS && !f->wrong; p++)
        for (unsigned s = 0; s < SLOTS && !f->wrong; s++) {
            struct xn_extent e;
            uint64_t its;
            memcpy(&e, d->block[block] + p * WINDOW + s * 8, 8);
            memcpy(&its, d->block[block] + p * WINDOW + 64 + s * 8, 8);
            if (!e.count)
                continue;
            if (!mark || e.block >= BLOCKS || e.count != 1 || !its || its >= TAGS) {
                f->wrong = "a pointer that nobody wrote";
                return;
            }
            f->any[its] = true;
            if (f->tag[e.block]) {
                f->twice = true;
                if (f->tag[e.block] != its)
                    f->wrong = "a block is owned twice, by two objects";
                continue;
            }
            f->tag[e.block] = (uint32_t)its;
            uint32_t data;
            memcpy(&data, d->block[e.block], 4);
            if (e.type == LOG && data != its)
                f->wrong = "a pointer leads to what was never written, of data that taint";
            if (e.type == DIR)
                walk(d, f, e.block, its);
        }
}

static void walk_all(const struct disk *d, struct found *f) {
    memset(f, 0, sizeof *f);
    for (uint32_t i = 0; i < 4; i++)
        f->tag[i] = UINT32_MAX;
    const struct xn_root *root = (const struct xn_root *)d->block[2];
    for (unsigned i = 0; i < XN_ROOTS; i++) {
        uint32_t tag = root[i].name[0] ? (uint32_t)strtoul(root[i].name + 1, NULL, 10) : 0;
        if (!tag || root[i].flags & XN_ROOT_TEMPORARY)
            continue;
        if (f->tag[root[i].tree.block]) {
            f->twice = true;
            continue;
        }
        f->any[tag] = true;
        f->tag[root[i].tree.block] = tag;
        walk(d, f, root[i].tree.block, tag);
    }
}

/* --- What must be there --- */

static struct disk base, now, cut;
static struct logged logged[LOGGED];
static struct machine *m, *second; /* the one that works, and the one that recovers */
static struct workload work;
static struct {
    uint32_t at;
    bool any[TAGS];
} durable[FLUSHES];
static unsigned flushes;

/* The disk with the writes of the log before `at`: those that are surely there, and each of the
 * others with a chance of `chance` in 8, one of them perhaps torn. */
static void build(struct disk *d, const struct disk *from, const struct logged *log, uint32_t at,
                  unsigned chance) {
    uint32_t torn = draw(&work, 4) ? UINT32_MAX : draw(&work, at + 1);
    *d = *from;
    for (uint32_t i = 0; i < at; i++) {
        const struct logged *l = &log[i];
        bool sure = l->covered < at;
        if (!l->bytes || (!sure && draw(&work, 8) >= chance))
            continue;
        unsigned sectors = !sure && i == torn ? draw(&work, 255) : 255;
        for (unsigned s = 0; s < XN_BLOCK_BYTES / SECTOR; s++)
            if (sectors >> s & 1)
                memcpy(d->block[l->block] + s * SECTOR, l->bytes + s * SECTOR, SECTOR);
    }
}

static void make_disk(struct disk *d, uint32_t at, unsigned chance) {
    build(d, &base, logged, at, chance);
}

/* What a root reaches on the disk as it surely is will be reached until it is freed. */
static void note_durable(struct workload *l) {
    static struct found f;
    uint64_t random = l->random;
    if (flushes == FLUSHES)
        return;
    make_disk(&cut, l->m->logged, 0);
    l->random = random;
    walk_all(&cut, &f);
    durable[flushes].at = l->m->logged;
    memcpy(durable[flushes++].any, f.any, sizeof f.any);
}

static const char *lost(const struct found *f, uint32_t at) {
    unsigned i = flushes;
    while (i && durable[i - 1].at > at)
        i--;
    for (uint32_t tag = 1; i && tag < work.tags; tag++)
        if (durable[i - 1].any[tag] && !f->any[tag] && work.freed_at[tag] >= at)
            return "an object is lost that was on the disk";
    return NULL;
}

/* The disk as it is found, then recovered: what is wrong, or null. */
static const char *judge(uint32_t at) {
    static struct found f;
    walk_all(&cut, &f);
    if (f.wrong)
        return f.wrong;
    if (lost(&f, at))
        return lost(&f, at);
    machine_boot(second, &cut);
    if (machine_mount(second) || second->x.volume[0].read_only)
        return "it cannot be mounted";
    walk_all(&cut, &f);
    if (f.wrong || f.twice)
        return f.wrong ? f.wrong : "a block is owned twice after recovery";
    for (uint32_t i = 0; i < BLOCKS; i++)
        if (!f.tag[i] != !xn_is_allocated(&second->x.volume[0], i))
            return "the free map is not what the walk finds";
    return lost(&f, at);
}

static void forget_log(struct machine *of) {
    for (uint32_t i = 0; i < of->logged; i++)
        free(of->log[i].bytes);
    of->logged = 0;
}

/* The same of a recovery that is cut before each of its writes, and after the last: the next one
 * finds what is right, too. */
static unsigned recoveries_cut;
static const char *judge_recovery(uint32_t at) {
    static struct disk before;
    static struct logged again[LOGGED];
    before = cut;
    second->log = again;
    const char *wrong = judge(at);
    uint32_t writes = second->logged;
    second->log = NULL;
    for (uint32_t i = 0; i <= writes && !wrong; i++, recoveries_cut++) {
        build(&cut, &before, again, i, i % 2 ? 8 : 1 + draw(&work, 8));
        wrong = judge(at);
    }
    second->log = again;
    forget_log(second);
    second->log = NULL;
    return wrong;
}

/* One workload, and disks that cuts of it leave, in all at most `*states` more: what is wrong. */
static const char *campaign(uint64_t seed, unsigned *states) {
    const char *wrong = NULL;
    flushes = 0;
    m->log = NULL;
    workload_begin(&work, m, &now, seed);
    base = now;
    m->log = logged;
    m->logged = 0;
    work.flushed = note_durable;
    for (unsigned i = 0; i < STEPS; i++)
        workload_step(&work);
    workload_end(&work);
    if (draw(&work, 2) && !machine_unmount(m)) { /* left clean, and cut before the last flush */
        make_disk(&cut, m->logged, 8);
        machine_boot(second, &cut);
        if (machine_mount(second))
            wrong = "a clean volume cannot be mounted";
    }
    for (unsigned i = 0; i < 64 && *states && !wrong; i++, --*states) {
        uint32_t at = i ? 1 + draw(&work, m->logged) : m->logged;
        make_disk(&cut, at, 1 + draw(&work, 8));
        wrong = i % 8 ? judge(at) : judge_recovery(at);
    }
    forget_log(m);
    return wrong;
}

static const char *campaigns(uint64_t seed, unsigned *states) {
    const char *wrong = NULL;
    while (*states && !wrong)
        wrong = campaign(seed++, states);
    return wrong;
}

static unsigned wanted(const char *name, unsigned otherwise) {
    const char *value = getenv(name);
    return value ? (unsigned)strtoul(value, NULL, 10) : otherwise;
}

/* XN_STATES and XN_SEED: more of them; XN_RULE: without that one only. */
static void any_power_cut_leaves_a_sound_volume(void **state) {
    (void)state;
    unsigned states = wanted("XN_STATES", 3000), all = states;
    const char *wrong = campaigns(wanted("XN_SEED", 1), &states);
    if (wrong)
        fail_msg("state %u: %s", all - states, wrong);
    print_message("# %u states, and %u of recoveries that were cut\n", all, recoveries_cut);
    assert_true(recoveries_cut > all / 8);
}

/* --- Without each rule --- */

static const struct {
    const char *name;
    int rule;
    unsigned states; /* in which it is found that the rule is missing */
} mutants[] = {
#define RULE(name, states)                                                                         \
    { #name, DEFENCE_##name, states }
    RULE(XN_WILL_FREE, 10000),        RULE(XN_FLUSHED, 10000),         RULE(XN_TAINT, 10000),
    RULE(XN_TAINT_TRANSITIVE, 10000), RULE(XN_TAINT_COUNT, 10000),     RULE(XN_TAINT_LEFT, 10000),
    RULE(XN_EDGE_STAYS, 10000),       RULE(XN_MOVE_EDGE, 10000),       RULE(XN_WAITS, 10000),
    RULE(XN_IN_FLIGHT, 10000),        RULE(XN_UNCLEAN_FIRST, 10000),   RULE(XN_CLEAN_LAST, 10000),
    RULE(XN_MAP_BELIEVED, 10000),     RULE(XN_RECOVERED_FIRST, 10000), RULE(XN_TEMPORARY, 10000),
    RULE(XN_DUPLICATE, 10000),        RULE(XN_VOUCHED, 10000),         RULE(XN_FRESH_ZEROS, 10000),
    RULE(XN_OWNS_NOTHING, 10000),
};

static void each_rule_is_needed(void **state) {
    (void)state;
    const char *only = getenv("XN_RULE");
    unsigned unfound = 0;
    for (unsigned i = 0; i < sizeof mutants / sizeof *mutants; i++) {
        unsigned left = mutants[i].states;
        if (only && strcmp(only, mutants[i].name) != 0)
            continue;
        xn_without = mutants[i].rule;
        const char *wrong = campaigns(wanted("XN_SEED", 1), &left);
        xn_without = 0;
        print_message("# without %s: %s, after %u states\n", mutants[i].name,
                      wrong ? wrong : "NOTHING IS FOUND", mutants[i].states - left);
        unfound += !wrong;
    }
    assert_int_equal(unfound, 0);
}

static int begin(void **state) {
    (void)state;
    m = machine_open();
    second = machine_open();
    return 0;
}

static int end(void **state) {
    (void)state;
    machine_close(m);
    machine_close(second);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_power_cut_leaves_a_sound_volume),
        cmocka_unit_test(each_rule_is_needed),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
