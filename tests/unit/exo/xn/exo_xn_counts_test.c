/* SPDX-License-Identifier: MIT */
/* exo_xn_counts_test.c -- random operations, after each of which XN's counts are what the slow way
 * finds: children, taint, edges, dirty blocks, the free map, what metadata in core own. XN_STEPS
 * and XN_SEED: more of them. */
#include "exo/xn/store/taint.h"
#include "xn_workload.h"

static struct machine *m;
static struct disk disk;
static struct workload work;

static bool exists(uint32_t i) {
    return xn_lookup(&m->x, 0, m->entry[i].block) == i;
}

static void counts_are_right(void) {
    static uint32_t children[ENTRIES + 1], taints[ENTRIES + 1], waits[ENTRIES + 1];
    uint32_t dirty = 0, flying = 0, used = 0, queued = 0, unattached = 0, counted = 0;
    memset(children, 0, sizeof children);
    memset(taints, 0, sizeof taints);
    memset(waits, 0, sizeof waits);
    for (uint32_t i = 1; i <= ENTRIES; i++) {
        const struct xn_entry *e = &m->entry[i];
        queued += (e->flags & XN_QUEUED) != 0;
        used += exists(i);
        if (!exists(i))
            continue;
        dirty += xn_is_dirty(e);
        flying += (e->flags & XN_GOING_OUT) != 0;
        unattached += (e->flags & XN_UNATTACHED) != 0;
        counted += (e->flags & XN_COUNTED) != 0;
        assert_false(e->frame && e->flags & XN_COUNTED);
        if (!e->parent)
            continue;
        assert_true(exists(e->parent));
        children[e->parent]++;
        bool young = !(e->flags & XN_INITIALISED) && e->type != XN_BYTES;
        taints[e->parent] += !(e->flags & XN_TEMPORARY) && (young || e->taints);
        assert_true(m->entry[e->parent].height > e->height);
        assert_true(e->waits == 0 || e->flags & XN_INITIALISED || e->type == XN_BYTES);
    }
    for (uint32_t i = 1; i <= RECORDS; i++)
        if (m->record[i].kind == 2 && m->record[i].version) /* an edge */
            waits[m->record[i].extent.block]++;
    for (uint32_t i = 1; i <= ENTRIES; i++) {
        assert_int_equal(m->entry[i].children, children[i]);
        assert_int_equal(m->entry[i].taints, taints[i]);
        assert_int_equal(m->entry[i].waits, waits[i]);
    }
    const struct xn_volume *v = &m->x.volume[0];
    assert_int_equal(v->dirty, dirty);
    assert_int_equal(v->flying, flying);
    assert_int_equal(v->unattached, unattached);
    assert_int_equal(v->queued, queued);
    assert_int_equal(m->x.used_entries, used);
    assert_int_equal(m->x.account[0].entries, counted);
    assert_int_equal(m->x.account[0].records, m->x.used_records);
}

/* The objects that there are have their blocks, and no two the same. */
static void objects_are_right(void) {
    bool taken[BLOCKS] = {false};
    uint32_t free_blocks = 0;
    const struct xn_volume *v = &m->x.volume[0];
    for (int i = 0; i < OBJECTS; i++) {
        const struct thing *o = &work.object[i];
        if (!o->live)
            continue;
        assert_false(taken[o->block]);
        assert_true(xn_is_allocated(v, o->block));
        taken[o->block] = true;
        const struct thing *p = o->parent < 0 ? NULL : &work.object[o->parent];
        uint32_t n = p ? xn_lookup(&m->x, 0, p->block) : 0;
        if (!n || !m->entry[n].frame || m->entry[n].flags & (XN_COMING_IN | XN_SPECULATIVE))
            continue;
        struct xn_extent e;
        memcpy(&e, m->frame[m->entry[n].frame] + o->partition * WINDOW + o->slot * 8, 8);
        assert_true(e.block == o->block && e.count == 1 && e.type == o->type);
    }
    for (uint32_t b = 0; b < BLOCKS; b++)
        free_blocks += !xn_is_allocated(v, b);
    assert_int_equal(v->free, free_blocks);
}

static unsigned long wanted(const char *name, unsigned long otherwise) {
    const char *value = getenv(name);
    return value ? strtoul(value, NULL, 10) : otherwise;
}

static void counts_are_what_the_slow_way_finds(void **state) {
    (void)state;
    unsigned long steps = wanted("XN_STEPS", 30000), seed = wanted("XN_SEED", 1);
    for (unsigned long i = 0; i < steps; i++) {
        if (i % 1500 == 0) {
            workload_begin(&work, m, &disk, seed++);
        }
        workload_step(&work);
        counts_are_right();
        objects_are_right();
    }
}

/* The block that owns it is read first. */
static void fill_surely(struct thing *o) {
    uint32_t above = o->parent < 0 ? 0 : work.object[o->parent].block;
    uint32_t n = xn_lookup(&m->x, 0, above);
    if (above && (!n || !m->entry[n].frame)) {
        m->x.need.block = above;
        machine_read(m);
    }
    fill(&work, o);
}

/* When all is on the disk nothing waits, and what was freed is free. */
static void what_is_written_and_flushed_leaves_nothing(void **state) {
    (void)state;
    for (unsigned seed = 1; seed <= 40; seed++) {
        workload_begin(&work, m, &disk, seed);
        for (unsigned i = 0; i < 400; i++)
            workload_step(&work);
        workload_end(&work);
        for (int i = 0; i < OBJECTS; i++)
            if (work.object[i].live)
                fill_surely(&work.object[i]);
        assert_true(machine_sync(m));
        counts_are_right();
        assert_int_equal(m->x.used_records, 0);
        uint32_t live = 0, taints = 0;
        for (int i = 0; i < OBJECTS; i++)
            live += work.object[i].live;
        for (uint32_t i = 1; i <= ENTRIES; i++)
            taints += m->entry[i].taints;
        assert_int_equal(m->x.volume[0].free, BLOCKS - 4 - live);
        assert_int_equal(taints, 0);
    }
}

/* The account may have so many entries, or records, more. */
static void set_room(unsigned kind, uint32_t more) {
    struct xn_account *a = &m->x.account[0];
    if (kind == 0)
        a->entry_limit = a->entries + more;
    else
        a->record_limit = a->records + more;
}

/* Wherever there is no room any more, what was asked leaves no trace; and all goes on when there
 * is. */
static void a_refusal_at_any_limit_leaves_no_trace(void **state) {
    (void)state;
    unsigned full[2] = {0};
    for (uint32_t more = 0; more < 24; more++)
        for (unsigned kind = 0; kind < 2; kind++) {
            workload_begin(&work, m, &disk, 100 + more);
            for (unsigned i = 0; i < 1000; i++) {
                if (i % 20 == 0)
                    set_room(kind, more);
                workload_step(&work);
                counts_are_right();
                objects_are_right();
                const struct xn_account *a = &m->x.account[0];
                assert_true(a->entries <= a->entry_limit && a->records <= a->record_limit);
                full[0] += a->entries == a->entry_limit;
                full[1] += a->records == a->record_limit;
            }
            m->x.account[0].entry_limit = ENTRIES;
            m->x.account[0].record_limit = RECORDS;
            workload_end(&work);
            for (int i = 0; i < OBJECTS; i++)
                if (work.object[i].live)
                    fill_surely(&work.object[i]);
            assert_true(machine_sync(m));
            counts_are_right();
            assert_int_equal(m->x.used_records, 0);
        }
    assert_true(full[0] > 100 && full[1] > 100);
}

static int begin(void **state) {
    (void)state;
    m = machine_open();
    return 0;
}

static int end(void **state) {
    (void)state;
    machine_close(m);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_what_the_slow_way_finds),
        cmocka_unit_test(what_is_written_and_flushed_leaves_nothing),
        cmocka_unit_test(a_refusal_at_any_limit_leaves_no_trace),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
