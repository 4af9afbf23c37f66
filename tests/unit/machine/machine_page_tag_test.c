/* SPDX-License-Identifier: MIT */
/* machine_page_tag_test.c -- what is dropped of the processor's entries when a table changes, ends
 * or is loaded: against a model of a processor that holds everything it may until it is told to
 * drop it (Intel SDM volume 3, 4.10). The machine's own has no tags in QEMU. */
#include "machine/memory/page_tag.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

enum { PAGES = 3, TABLES = 8, NOT_HELD = -1, NOT_MAPPED = 0 };
#define NO_FLUSH (1ul << 63) /* of a load: drop nothing */

/* The processor: what it holds of each page under each tag, and cr3. */
static int held[PAGE_TAGS][PAGES];
static uint64_t cr3;

/* The kernel: what the tables say. */
static struct page_tags tags;
static struct table {
    uint64_t root, loads;
    int rights[PAGES];
} table[TABLES];

static void drop_tag(uint64_t tag) {
    for (unsigned p = 0; p < PAGES; p++)
        held[tag][p] = NOT_HELD;
}

static void load(const struct table *t) {
    if (!(t->loads & NO_FLUSH))
        drop_tag(page_tag(t->loads));
    cr3 = t->loads & ~NO_FLUSH;
}

/* The rights that an access to a page of the loaded table finds; the tables are walked, and the
 * entry held, only where none is held. */
static int seen(const struct table *loaded, unsigned page) {
    int *entry = &held[page_tag(cr3)][page];
    if (*entry == NOT_HELD && loaded->rights[page] != NOT_MAPPED)
        *entry = loaded->rights[page];
    return *entry == NOT_HELD ? NOT_MAPPED : *entry;
}

/* As page_flush.c does what is decided. */
static void change(struct table *t, unsigned page, int rights) {
    t->rights[page] = rights;
    enum page_drop drop = page_drop_page(t->loads, cr3);
    if (drop == PAGE_DROP_LOADED)
        held[page_tag(cr3)][page] = NOT_HELD;
    else if (drop == PAGE_DROP_TAGGED)
        held[page_tag(t->loads)][page] = NOT_HELD;
}

static void drop_space(const struct table *t) {
    enum page_drop drop = page_drop_space(t->loads, cr3);
    if (drop == PAGE_DROP_LOADED)
        load(t);
    else if (drop == PAGE_DROP_TAGGED)
        drop_tag(page_tag(t->loads));
}

static void change_all(struct table *t, int rights) {
    for (unsigned p = 0; p < PAGES; p++)
        t->rights[p] = rights;
    drop_space(t);
}

static void create(struct table *t, uint64_t root) {
    *t = (struct table){.root = root, .loads = page_tag_take(&tags, PADDR(root))};
}

static void destroy(const struct table *t) {
    drop_space(t);
    page_tag_give(&tags, t->loads);
}

/* The machine as it boots, with so many tags left for tables. */
static void boot(bool pcid, unsigned left) {
    memset(held, 0xff, sizeof held);
    page_tags_init(&tags, pcid, pcid, true);
    for (unsigned i = 1; pcid && i + left < PAGE_TAGS; i++)
        assert_int_equal(page_tag(page_tag_take(&tags, PADDR(0))), i);
    for (unsigned i = 0; i < TABLES; i++)
        create(&table[i], (i + 1) * (uint64_t)PAGE_SIZE);
    load(&table[0]);
}

static void
a_page_changed_in_an_unloaded_space_shows_its_new_rights_after_a_no_flush_switch(void **state) {
    (void)state;
    boot(true, TABLES);
    change(&table[0], 1, 7);
    assert_int_equal(seen(&table[0], 1), 7);
    assert_true(table[1].loads & NO_FLUSH);
    load(&table[1]);
    assert_int_equal(held[page_tag(table[0].loads)][1], 7); /* it is still held */
    change(&table[0], 1, 3);
    load(&table[0]);
    assert_int_equal(seen(&table[0], 1), 3);
    load(&table[1]);
    change_all(&table[0], 5);
    load(&table[0]);
    assert_int_equal(seen(&table[0], 1), 5);
}

static void who_gets_the_tag_of_a_space_that_ended_finds_nothing_of_it(void **state) {
    (void)state;
    boot(true, TABLES);
    change(&table[0], 0, 7);
    assert_int_equal(seen(&table[0], 0), 7);
    load(&table[1]);
    uint64_t tag = page_tag(table[0].loads);
    destroy(&table[0]);
    create(&table[0], 0x100000);
    assert_int_equal(page_tag(table[0].loads), tag);
    load(&table[0]);
    assert_int_equal(seen(&table[0], 0), NOT_MAPPED);
}

static void tags_are_given_once_and_who_gets_none_drops_at_each_load(void **state) {
    (void)state;
    boot(true, 3);
    for (unsigned i = 0; i < TABLES; i++) {
        assert_int_equal(page_tag(table[i].loads) != 0, i < 3);
        assert_int_equal((table[i].loads & NO_FLUSH) != 0, i < 3);
        assert_int_equal(table[i].loads & ~NO_FLUSH & -(uint64_t)PAGE_SIZE, table[i].root);
        for (unsigned k = 0; k < i && i < 3; k++)
            assert_int_not_equal(page_tag(table[i].loads), page_tag(table[k].loads));
    }
    page_tag_give(&tags, table[1].loads);
    page_tag_give(&tags, table[5].loads); /* it had none */
    assert_int_equal(page_tag_take(&tags, PADDR(0)), NO_FLUSH | page_tag(table[1].loads));
    assert_int_equal(page_tag_take(&tags, PADDR(0x1000)), 0x1000);
}

static void without_one_of_the_three_there_are_no_tags(void **state) {
    (void)state;
    for (unsigned has = 0; has < 8; has++) {
        page_tags_init(&tags, has & 1, has & 2, has & 4);
        assert_int_equal(tags.on, has == 7);
        assert_int_equal(page_tag_take(&tags, PADDR(0x5000)) == 0x5000, has != 7);
    }
}

/* Steps at random: whatever was done, an access finds what the loaded table says. */
static void walk(bool pcid, unsigned left, unsigned seed) {
    struct table *now = &table[0];
    srand(seed);
    boot(pcid, left);
    for (unsigned step = 0; step < 100000; step++) {
        struct table *t = &table[rand() % TABLES];
        unsigned page = (unsigned)rand() % PAGES;
        switch (rand() % 8) {
        case 0:
            load(now = t);
            break;
        case 1:
        case 2:
            change(t, page, rand() % 4);
            break;
        case 3:
            change_all(t, rand() % 4);
            break;
        case 4:
            if (t != now) {
                destroy(t);
                create(t, t->root);
            }
            break;
        default:
            assert_int_equal(seen(now, page), now->rights[page]);
            break;
        }
    }
}

static void an_access_finds_what_the_loaded_table_says_whatever_was_done(void **state) {
    (void)state;
    for (unsigned seed = 1; seed <= 5; seed++) {
        walk(true, TABLES, seed);
        walk(true, 4, seed); /* half of them share tag 0 */
        walk(true, 0, seed);
        walk(false, 0, seed);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_page_changed_in_an_unloaded_space_shows_its_new_rights_after_a_no_flush_switch),
        cmocka_unit_test(who_gets_the_tag_of_a_space_that_ended_finds_nothing_of_it),
        cmocka_unit_test(tags_are_given_once_and_who_gets_none_drops_at_each_load),
        cmocka_unit_test(without_one_of_the_three_there_are_no_tags),
        cmocka_unit_test(an_access_finds_what_the_loaded_table_says_whatever_was_done),
    };
    return cmocka_run_group_tests_name("machine page tag", tests, NULL, NULL);
}
