/* SPDX-License-Identifier: MIT */
/* exo_cap_test.c -- capabilities against a model that says the rules in other words: names are
 * strings, permissions letters. All pairs and triples over short names, and random walks of what
 * environments may do with their lists: nobody ever holds what the model does not. */
#include "exo/kernel/memory/cap.h"

#include "lib/error.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- The model --- */

struct word {
    bool valid;
    char rights[4]; /* of "rwg" */
    char name[3];   /* of "ab", at most two */
};

enum { RIGHTS = 8, NAMES = 7, ALL = 2 * RIGHTS * NAMES };
static const char *const rights_text[RIGHTS] = {"", "r", "w", "rw", "g", "rg", "wg", "rwg"};
static const char *const name_text[NAMES] = {"", "a", "b", "aa", "ab", "ba", "bb"};

static struct word nth(unsigned n) {
    struct word w = {.valid = n % 2};
    snprintf(w.rights, sizeof w.rights, "%s", rights_text[n / 2 % RIGHTS]);
    snprintf(w.name, sizeof w.name, "%s", name_text[n / 2 / RIGHTS]);
    return w;
}

static bool within(const char *letters, const char *in) {
    return strspn(letters, in) == strlen(letters);
}

static bool begins(const char *name, const char *beginning) {
    return strstr(name, beginning) == name;
}

static bool opens(struct word held, struct word needed) {
    return held.valid && needed.valid && begins(needed.name, held.name) &&
           within(needed.rights, held.rights);
}

static bool is_complete(struct word w) {
    return strcmp(w.rights, "rwg") == 0;
}

/* --- What is tested, from the model's words --- */

static struct cap cap(struct word w) {
    unsigned rights = (strchr(w.rights, 'r') ? CAP_READ : 0) |
                      (strchr(w.rights, 'w') ? CAP_WRITE : 0) |
                      (strchr(w.rights, 'g') ? CAP_GRANT : 0);
    struct cap c = {.rights = rights & 7, .valid = w.valid, .length = strlen(w.name) & 15};
    memcpy(c.name, w.name, strlen(w.name));
    return c;
}

static void every_pair_is_as_the_model_says(void **state) {
    (void)state;
    for (unsigned i = 0; i < ALL; i++)
        for (unsigned j = 0; j < ALL; j++) {
            struct word a = nth(i), b = nth(j);
            bool longer = strlen(b.name) > strlen(a.name);
            assert_int_equal(cap_dominates(cap(a), cap(b)), opens(a, b));
            assert_int_equal(cap_makes(cap(a), cap(b)), opens(a, b) && strchr(a.rights, 'g'));
            assert_int_equal(cap_is_under(cap(b), cap(a)),
                             a.valid && b.valid && begins(b.name, a.name));
            assert_int_equal(cap_may_revoke(cap(a), cap(b)),
                             opens(a, b) && is_complete(a) && longer);
        }
}

/* Every word of 64 bits whose length is none opens nothing, is opened by nothing and made of
 * nothing; the bits below are drawn. */
static void a_word_that_is_no_capability_is_none_to_anybody(void **state) {
    (void)state;
    const struct cap root = {.rights = CAP_ALL, .valid = 1};
    for (unsigned i = 0; i < 100000; i++) {
        uint64_t bits = (uint64_t)mrand48() << 32 ^ (uint64_t)mrand48();
        struct cap c = cap_of(bits);
        uint64_t back;
        memcpy(&back, &c, sizeof back);
        assert_int_equal(back, bits);
        bool good = c.valid && c.length <= CAP_NAME_MAX;
        assert_int_equal(cap_dominates(root, c), good);
        assert_int_equal(cap_makes(root, c), good);
        assert_int_equal(acl_may_become(&root, 1, &c, 1, root), good && c.rights == CAP_ALL);
        if (!good)
            assert_false(cap_dominates(c, root) || cap_dominates(c, c) || cap_may_revoke(root, c));
    }
}

static bool permits(const struct word *acl, unsigned count, struct word held, const char *rights) {
    for (unsigned i = 0; i < count; i++) {
        struct word needed = acl[i];
        snprintf(needed.rights, sizeof needed.rights, "%s", rights);
        if (within(rights, acl[i].rights) && opens(held, needed))
            return true;
    }
    return false;
}

static struct word valid(unsigned n) {
    return nth(n % (ALL / 2) * 2 + 1);
}

static void every_list_of_two_permits_and_becomes_what_the_model_says(void **state) {
    (void)state;
    for (unsigned n = 0; n < 400000; n++) {
        struct word from[2], to[2], held = nth((unsigned)lrand48() % ALL);
        struct cap from_cap[2], to_cap[2];
        for (unsigned i = 0; i < 2; i++) {
            from[i] = valid((unsigned)lrand48());
            to[i] = lrand48() % 4 ? valid((unsigned)lrand48()) : from[i];
            if (lrand48() % 16 == 0)
                to[i].valid = false;
            from_cap[i] = cap(from[i]);
            to_cap[i] = cap(to[i]);
        }
        unsigned before = 1 + (unsigned)lrand48() % 2, after = (unsigned)lrand48() % 3;
        for (unsigned r = 0; r < RIGHTS; r++)
            assert_int_equal(acl_permits(from_cap, before, cap(held), r),
                             permits(from, before, held, rights_text[r]));
        bool good = after && permits(from, before, held, "g");
        for (unsigned i = 0; i < after; i++)
            good = good && to[i].valid;
        bool same = after && memcmp(&from_cap[0], &to_cap[0], sizeof to_cap[0]) == 0;
        good = good && (same || (is_complete(to[0]) && permits(from, 1, held, "rwg")));
        assert_int_equal(acl_may_become(from_cap, before, to_cap, after, cap(held)), good);
    }
}

/* --- Random walks --- */

enum { ENVS = 3, WALKS = 200, STEPS = 600 };
static struct word model[ENVS][EXO_CAPS], at_first[ENVS][EXO_CAPS];
static struct cap list[ENVS][EXO_CAPS];

static unsigned below(unsigned n) {
    return (unsigned)lrand48() % n;
}

static int model_put(unsigned env, unsigned slot, struct word w) {
    if (slot >= EXO_CAPS)
        return -E_INVALID;
    if (slot == 0 && model[env][0].valid && !is_complete(w))
        return -E_PERM;
    model[env][slot] = w.valid ? w : (struct word){0};
    return 0;
}

static void forge(unsigned env, unsigned from, unsigned to, struct word w) {
    bool makes = opens(model[env][from], w) && strchr(model[env][from].rights, 'g');
    assert_int_equal(cap_makes(list[env][from], cap(w)), makes);
    if (makes)
        assert_int_equal(cap_put(list[env], to, cap(w)), model_put(env, to, w));
}

/* What give and acquire both come to. */
static void hand(unsigned from, unsigned slot, unsigned key, unsigned env, unsigned to) {
    struct word w = model[from][slot];
    bool makes = opens(model[from][key], w) && strchr(model[from][key].rights, 'g');
    assert_int_equal(cap_makes(list[from][key], list[from][slot]), makes);
    if (makes)
        assert_int_equal(cap_put(list[env], to, list[from][slot]), model_put(env, to, w));
}

static void revoke(unsigned env, unsigned slot, struct word what) {
    struct word by = model[env][slot];
    bool may = opens(by, what) && is_complete(by) && strlen(what.name) > strlen(by.name);
    assert_int_equal(cap_may_revoke(list[env][slot], cap(what)), may);
    for (unsigned e = 0; may && e < ENVS; e++) {
        uint32_t emptied = 0;
        for (unsigned i = 0; i < EXO_CAPS; i++)
            if (model[e][i].valid && begins(model[e][i].name, what.name)) {
                model[e][i] = (struct word){0};
                emptied |= 1u << i;
            }
        assert_int_equal(cap_revoke(list[e], cap(what)), emptied);
    }
}

/* Whether somebody held at first what opens it. */
static bool was_there(struct word w) {
    for (unsigned e = 0; e < ENVS; e++)
        for (unsigned i = 0; i < EXO_CAPS; i++)
            if (opens(at_first[e][i], w))
                return true;
    return false;
}

static void lists_agree(void) {
    for (unsigned e = 0; e < ENVS; e++)
        for (unsigned i = 0; i < EXO_CAPS; i++) {
            struct cap expected = cap(model[e][i]);
            assert_memory_equal(&list[e][i], &expected, sizeof expected);
            assert_true(!model[e][i].valid || was_there(model[e][i]));
        }
}

static void nothing_that_anybody_holds_ever_grows(void **state) {
    (void)state;
    for (unsigned walk = 0; walk < WALKS; walk++) {
        memset(model, 0, sizeof model);
        memset(list, 0, sizeof list);
        for (unsigned n = 0; n < 4; n++) {
            unsigned env = below(ENVS), slot = below(EXO_CAPS);
            model[env][slot] = valid(below(ALL));
            list[env][slot] = cap(model[env][slot]);
        }
        memcpy(at_first, model, sizeof model);
        for (unsigned step = 0; step < STEPS; step++) {
            unsigned env = below(ENVS), from = below(EXO_CAPS), to = below(EXO_CAPS + 1);
            unsigned what = below(20);
            if (what < 10)
                forge(env, from, to, nth(below(ALL)));
            else if (what < 19)
                hand(env, from, what % 2 ? from : below(EXO_CAPS), below(ENVS), to);
            else
                revoke(env, from, nth(below(ALL)));
            lists_agree();
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_is_as_the_model_says),
        cmocka_unit_test(a_word_that_is_no_capability_is_none_to_anybody),
        cmocka_unit_test(every_list_of_two_permits_and_becomes_what_the_model_says),
        cmocka_unit_test(nothing_that_anybody_holds_ever_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
