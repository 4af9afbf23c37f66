/* SPDX-License-Identifier: MIT */
/* exo_xn_states_test.c -- what a block in core may be, by a second reading: known or not, on its
 * way in, there, clean or dirty, mapped, on its way out. Random calls succeed exactly where the
 * model's state permits them, and leave what it says; and no byte that was stored is lost. 40,000
 * steps; XN_STEPS, XN_SEED. */
#include "random.h"
#include "xn_machine.h"

#include "exo/xn/store/registry.h"

enum { TREE = 5, FIRST = 10, COUNT = 16, WINDOW = 128, MAPS = 5 };

static struct machine *m;
static struct disk disk;

static struct block {
    bool known, coming, there, dirty, going;
    uint32_t maps, writers, frame;
    uint32_t number, on_disk; /* what its first word is */
} model[COUNT];

/* The partition and pointer of the i-th block. */
static struct xn_at place(unsigned i, struct xn_changes *c) {
    const struct xn_extent e = {.block = FIRST + i, .count = 1, .type = XN_BYTES};
    memset(c, 0, sizeof *c);
    change_put(c, i / 2 * WINDOW + (4 + i % 2) * 8, &e, sizeof e);
    return (struct xn_at){.block = TREE, .partition = i / 2, .changes = c};
}

static struct xn_extent extent(unsigned i) {
    return (struct xn_extent){.block = FIRST + i, .count = 1, .type = XN_BYTES};
}

static void begin(void) {
    static const char name[XN_NAME_BYTES] = "root";
    struct xn_changes c;
    memset(&disk, 0, sizeof disk);
    disk_format(&disk);
    machine_boot(m, &disk);
    assert_int_equal(machine_mount(m), 0);
    assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, TREE, DIR), 0);
    const struct xn_at at = {.block = TREE};
    assert_int_equal(xn_insert(&m->x, &somebody, at, TREE, machine_frame(m)), 0);
    assert_int_equal(xn_root_add(&m->x, &somebody, 0, name, TREE, 0), 0);
    memset(model, 0, sizeof model);
    for (unsigned i = 0; i < COUNT; i++) {
        const struct xn_at where = place(i, &c);
        assert_int_equal(xn_alloc(&m->x, &somebody, where, extent(i)), 0);
        model[i].frame = machine_frame(m);
        assert_int_equal(xn_insert(&m->x, &somebody, where, FIRST + i, model[i].frame), 0);
        memset(m->frame[model[i].frame], 0, XN_BLOCK_BYTES);
        model[i].known = model[i].there = true;
    }
    assert_true(machine_sync(m));
}

static uint32_t *word(const struct block *b) {
    return (uint32_t *)(void *)m->frame[b->frame];
}

/* It is dirty as long as it can be written, so a store is never unseen. */
static void store(struct block *b) {
    if (b->writers)
        *word(b) = ++b->number;
}

static bool read_begin(struct block *b, uint32_t block) {
    const bool may = !b->coming && !b->there;
    const uint32_t frame = machine_frame(m);
    const int error = frame ? xn_read_begin(&m->x, &somebody, 0, block, frame) : -E_FULL;
    if (error) {
        m->used[frame] = false;
        return may == false;
    }
    b->frame = frame;
    b->coming = true;
    return may;
}

static void read_end(struct block *b, uint32_t block) {
    const bool good = below(6) != 0;
    if (b->coming && good)
        memcpy(m->frame[b->frame], disk.block[block], XN_BLOCK_BYTES);
    xn_read_end(&m->x, 0, block, good);
    if (b->coming) {
        b->there = good;
        b->number = good ? b->on_disk : b->number;
    }
    b->coming = false;
    if (!b->there && xn_lookup(&m->x, 0, block) == 0)
        b->known = false; /* of a speculative read that failed nothing is left */
}

static bool vouch(unsigned i) {
    struct xn_changes c;
    const struct xn_at at = place(i, &c);
    model[i].known = true;
    return xn_vouch(&m->x, &somebody, at, extent(i)) == 0;
}

static bool map(unsigned i, bool writable) {
    struct xn_changes c;
    struct block *b = &model[i];
    const struct xn_at at = place(i, &c);
    const bool may = b->known && b->there;
    if (b->maps == MAPS)
        return true;
    const int error = xn_map(&m->x, &somebody, at, FIRST + i, writable);
    if (!error) {
        b->maps++;
        b->writers += writable;
        b->dirty |= writable;
    }
    return may == !error;
}

static void unmap(struct block *b, uint32_t block) {
    const bool writable = b->writers && (b->writers == b->maps || below(2));
    if (!b->maps)
        return;
    xn_unmapped(&m->x, xn_lookup(&m->x, 0, block), writable);
    b->maps--;
    b->writers -= writable;
}

static bool write_begin(struct block *b, uint32_t block) {
    uint32_t number;
    const bool may = b->there && b->dirty && !b->going;
    const int error = machine_write(m, block, &number);
    if (!error) {
        b->on_disk = b->number;
        b->going = true;
        b->dirty = b->writers != 0;
    }
    return may == !error;
}

static void write_end(struct block *b, uint32_t block) {
    const bool good = below(6) != 0;
    xn_write_end(&m->x, 0, block, good);
    b->dirty |= b->going && !good;
    b->going = false;
}

static bool evict(struct block *b, uint32_t block) {
    const bool is = xn_lookup(&m->x, 0, block) != 0;
    const bool may = is && !b->coming && !b->going && !b->dirty && !b->maps;
    const int error = xn_evict(&m->x, &somebody, 0, block);
    if (!error) {
        b->there = false;
        b->known = b->known && xn_lookup(&m->x, 0, block) != 0;
    }
    return may == !error || (may && !b->there); /* an entry that is needed stays */
}

static bool step(unsigned i) {
    struct block *b = &model[i];
    const uint32_t block = FIRST + i;
    switch (below(12)) {
    case 0:
        return read_begin(b, block);
    case 1:
        read_end(b, block);
        return true;
    case 2:
        return vouch(i);
    case 3:
        return map(i, true);
    case 4:
        return map(i, false);
    case 5:
        unmap(b, block);
        return true;
    case 6:
    case 7:
        return write_begin(b, block);
    case 8:
        write_end(b, block);
        return true;
    case 9:
        machine_flush(m);
        return true;
    case 10:
        store(b);
        return true;
    default:
        return evict(b, block);
    }
}

static void compare(unsigned i, unsigned long n) {
    const struct block *b = &model[i];
    const uint32_t e = xn_lookup(&m->x, 0, FIRST + i);
    const enum xn_state state = b->coming   ? XN_READING
                                : !b->there ? XN_EMPTY
                                : b->going  ? XN_WRITING
                                            : XN_VALID;
    const enum xn_state is = e ? xn_state(&m->entry[e]) : XN_EMPTY;
    if (is != state || (e && xn_is_dirty(&m->entry[e]) != b->dirty) || (!e && b->known) ||
        (e && (m->entry[e].maps != b->maps || m->entry[e].writers != b->writers)))
        fail_msg("step %lu, block %u: state %d, and is to be %d; dirty %d", n, i, is, state,
                 b->dirty);
    if (b->there)
        assert_int_equal(*word(b), b->number);
}

static unsigned long setting(const char *name, unsigned long otherwise) {
    const char *text = getenv(name);
    return text ? strtoul(text, NULL, 10) : otherwise;
}

static void each_call_does_what_the_blocks_state_permits(void **state) {
    (void)state;
    seed = setting("XN_SEED", 1) * 0x9e3779b97f4a7c15u + 1;
    m = machine_open();
    begin();
    for (unsigned long n = 0, end = setting("XN_STEPS", 40000); n < end; n++) {
        const unsigned i = below(COUNT);
        if (!step(i))
            fail_msg("step %lu, block %u: known %d, coming %d, there %d, dirty %d, going %d, "
                     "maps %u: the call did what it may not, or not what it may",
                     n, i, model[i].known, model[i].coming, model[i].there, model[i].dirty,
                     model[i].going, model[i].maps);
        compare(i, n);
    }
    machine_close(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_does_what_the_blocks_state_permits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
