/* SPDX-License-Identifier: MIT */
/* engine_link_model_test.c -- the linker beside a slow, obvious twin that keeps everything in plain
 * arrays and looks at every pair, over random domains, unions of them, objects and sequences of
 * resolving and taking back. */
#include "unit.h"
#include "engine_made.h"
#include "engine/link/link.h"

enum { NAMES = 9, IMPORTS = 5, SHAPES = 9, FUNCTIONS = 5, LEAVES = 6, UNIONS = 4, ADDRESSES = 3 };
enum { DOMAINS = LEAVES + UNIONS, ROUNDS = 2000, STEPS = 40, ABSENT = -1 };

static const char *const name_of[NAMES] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};

static uint64_t seed = 1;

static unsigned random_below(unsigned n) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

/* The same types every time, under other numbers. */
struct pool {
    struct account account;
    struct hooks hooks;
    struct blob blob;
    uint8_t *section;
    uint32_t id[SHAPES]; /* functions first */
    struct types types;
};

static uint32_t make_function(struct blob *b, uint32_t result, uint32_t parameter) {
    uint32_t id = blob_type(b, "", BTF_FUNC_PROTO, false, parameter != 0, result);
    if (parameter)
        blob_parameter(b, "p", parameter);
    return id;
}

static uint32_t make_pointer(struct blob *b, const char *tag, const char *member, uint32_t type) {
    uint32_t id = blob_type(b, tag, BTF_STRUCT, false, 1, 4);
    blob_member(b, member, type, 0);
    return blob_type(b, "", BTF_PTR, false, 0, id);
}

static void open_pool(struct pool *p, unsigned skip) {
    struct report why;
    size_t len;
    memset(p, 0, sizeof *p);
    p->hooks = account_hooks(&p->account);
    for (unsigned i = 0; i < skip; i++)
        blob_int(&p->blob, "unused", 1, 0);
    uint32_t number = blob_int(&p->blob, "int", 4, BTF_INT_SIGNED);
    uint32_t large = blob_int(&p->blob, "long", 8, BTF_INT_SIGNED);
    p->id[0] = make_function(&p->blob, number, number);
    p->id[1] = make_function(&p->blob, number, large);
    p->id[2] = make_function(&p->blob, 0, 0);
    p->id[3] = make_function(&p->blob, number, make_pointer(&p->blob, "s", "x", number));
    p->id[4] = make_function(&p->blob, number, make_pointer(&p->blob, "s", "y", number));
    p->id[5] = number;
    p->id[6] = large;
    p->id[7] = blob_type(&p->blob, "", BTF_CONST, false, 0, number);
    p->id[8] = blob_array(&p->blob, number, number, 4);
    p->section = blob_section(&p->blob, &len);
    assert_true(types_open(&p->types, &p->hooks, (struct bytes){p->section, len}, &why));
}

static void close_pool(struct pool *p) {
    types_close(&p->types);
    assert_int_equal(p->account.live, 0);
    free(p->section);
}

/* The twin's world. */
struct twin {
    int shape[LEAVES][NAMES]; /* or ABSENT */
    unsigned address[LEAVES][NAMES];
    unsigned part[DOMAINS][LEAVES], parts[DOMAINS]; /* the leaves in it */
    int wanted[NAMES];                              /* the shape that the object says, or ABSENT */
    int bound[NAMES];                               /* the leaf, or ABSENT */
    enum rule why[NAMES];
};

static uint8_t address_of[ADDRESSES];

static bool is_function(int shape) {
    return shape < FUNCTIONS;
}

static bool contains(const struct twin *t, unsigned domain, unsigned leaf) {
    for (unsigned i = 0; i < t->parts[domain]; i++)
        if (t->part[domain][i] == leaf)
            return true;
    return false;
}

static void put_into(struct twin *t, unsigned domain, unsigned leaf) {
    if (!contains(t, domain, leaf))
        t->part[domain][t->parts[domain]++] = leaf;
}

/* What the twin finds of one name among the domains. */
static void twin_find(struct twin *t, unsigned name, const unsigned *list, unsigned count) {
    int fit = ABSENT;
    t->why[name] = LINK_RULE_UNKNOWN_NAME;
    for (unsigned i = 0; i < count; i++)
        for (unsigned j = 0; j < t->parts[list[i]]; j++) {
            unsigned leaf = t->part[list[i]][j];
            int shape = t->shape[leaf][name];
            if (shape == ABSENT)
                continue;
            enum rule rule = is_function(shape) != (name < IMPORTS) ? LINK_RULE_WRONG_KIND
                             : t->wanted[name] == ABSENT            ? LINK_RULE_NO_TYPE
                             : t->wanted[name] != shape             ? LINK_RULE_WRONG_TYPE
                                                                    : RULE_NONE;
            if (rule != RULE_NONE) {
                if (t->why[name] == LINK_RULE_UNKNOWN_NAME)
                    t->why[name] = rule;
            } else if (fit == ABSENT) {
                fit = (int)leaf;
            } else if (t->address[leaf][name] != t->address[fit][name]) {
                t->why[name] = LINK_RULE_AMBIGUOUS;
                return;
            }
        }
    if (fit != ABSENT) {
        t->bound[name] = fit;
        t->why[name] = RULE_NONE;
    }
}

/* A random world, made for real as well. */

static void make_leaf(struct twin *t, unsigned leaf, struct pool *p, struct domain **domain) {
    struct export exports[NAMES];
    struct report why;
    char name[8];
    uint32_t n = 0;
    for (unsigned i = 0; i < NAMES; i++) {
        t->shape[leaf][i] = random_below(3) ? ABSENT : (int)random_below(SHAPES);
        if (t->shape[leaf][i] != ABSENT && random_below(2)) /* often what is wanted */
            t->shape[leaf][i] = i < IMPORTS ? (int)i % 3 : FUNCTIONS + (int)i % 3;
        t->address[leaf][i] = random_below(ADDRESSES);
        if (t->shape[leaf][i] == ABSENT)
            continue;
        exports[n++] = (struct export){
            .name = name_of[i],
            .address = &address_of[t->address[leaf][i]],
            .kind = is_function(t->shape[leaf][i]) ? (uint8_t)random_below(2) : EXPORT_VARIABLE,
            .type = p->id[t->shape[leaf][i]]};
    }
    for (uint32_t i = 0; i + 1 < n; i++) { /* a domain's exports come in any order */
        uint32_t j = i + random_below(n - i);
        struct export e = exports[i];
        exports[i] = exports[j];
        exports[j] = e;
    }
    snprintf(name, sizeof name, "leaf%u", leaf);
    *domain = domain_create(&p->hooks, name, &p->types, exports, n, &why);
    assert_non_null(*domain);
    put_into(t, leaf, leaf);
}

static void make_union(struct twin *t, unsigned number, struct pool *p, struct domain **domain) {
    struct domain *part[3];
    unsigned count = random_below(4);
    for (unsigned i = 0; i < count; i++) {
        unsigned from = random_below(number);
        part[i] = domain[from];
        for (unsigned j = 0; j < t->parts[from]; j++)
            put_into(t, number, t->part[from][j]);
    }
    domain[number] = domain_combine(&p->hooks, "union", part, count);
    assert_non_null(domain[number]);
    assert_int_equal(domain_parts(domain[number]), t->parts[number]); /* each once */
}

static void make_object_of_names(struct twin *t, struct pool *p, struct object *o,
                                 struct object_extern *name) {
    for (unsigned i = 0; i < NAMES; i++) {
        t->bound[i] = ABSENT;
        t->wanted[i] = i < IMPORTS ? (int)i % 3 : FUNCTIONS + (int)i % 3;
        if (random_below(8) == 0)
            t->wanted[i] = i < IMPORTS ? (int)random_below(FUNCTIONS)
                                       : FUNCTIONS + (int)random_below(SHAPES - FUNCTIONS);
        if (random_below(8) == 0)
            t->wanted[i] = ABSENT;
        name[i] = (struct object_extern){.name = name_of[i],
                                         .type = t->wanted[i] == ABSENT ? 0 : p->id[t->wanted[i]]};
    }
    *o = (struct object){.import = name,
                         .import_count = IMPORTS,
                         .extern_variable = name + IMPORTS,
                         .extern_variable_count = NAMES - IMPORTS,
                         .has_types = true,
                         .btf = p->types.btf};
}

static const void *address_bound(const struct link *l, unsigned name) {
    if (name >= IMPORTS)
        return l->variable[name - IMPORTS].address;
    const void *address;
    memcpy(&address, &l->import[name].address, sizeof address);
    return address;
}

static void compare(const struct twin *t, const struct link *l) {
    unsigned undefined = 0;
    for (unsigned i = 0; i < NAMES; i++) {
        const void *wanted = NULL;
        if (t->bound[i] == ABSENT)
            undefined++;
        else
            wanted = &address_of[t->address[t->bound[i]][i]];
        assert_ptr_equal(address_bound(l, i), wanted);
    }
    assert_int_equal(l->undefined, undefined);
}

static void step_resolve(struct twin *t, struct link *l, struct domain **domain) {
    static struct report report;
    unsigned list[4], count = random_below(5), undefined = 0, last = 0;
    struct domain *chosen[4];
    for (unsigned i = 0; i < count; i++)
        chosen[i] = domain[list[i] = random_below(DOMAINS)];
    bool complete = link_resolve(l, chosen, count, &report);
    for (unsigned i = 0; i < NAMES; i++)
        if (t->bound[i] == ABSENT)
            twin_find(t, i, list, count);
    compare(t, l);
    for (unsigned i = 0; i < NAMES; i++) {
        char line[200];
        snprintf(line, sizeof line, "object: %s: %s (%s)\n", name_of[i], rule_sentence(t->why[i]),
                 rule_name(t->why[i]));
        if (t->bound[i] != ABSENT)
            continue;
        undefined++;
        last = i;
        if (!strstr(report.text, line) && strlen(report.text) < REPORT_TEXT_MAX - 200)
            fail_msg("no line %s in\n%s", line, report.text);
    }
    assert_int_equal(complete, undefined == 0);
    if (undefined)
        assert_int_equal(report.rule, undefined > 1 ? LINK_RULE_UNRESOLVED : t->why[last]);
}

static void step_unresolve(struct twin *t, struct link *l, struct domain **domain) {
    unsigned from = random_below(DOMAINS);
    assert_true(link_unresolve(l, domain[from]));
    for (unsigned i = 0; i < NAMES; i++)
        if (t->bound[i] != ABSENT && contains(t, from, (unsigned)t->bound[i]))
            t->bound[i] = ABSENT;
    compare(t, l);
}

static void agrees_with_its_twin(void **state) {
    struct pool exported, imported;
    (void)state;
    open_pool(&exported, 5);
    open_pool(&imported, 0);
    size_t before = exported.account.live, before_imported = imported.account.live;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct twin t = {0};
        struct domain *domain[DOMAINS];
        struct object_extern name[NAMES];
        struct object o;
        struct link l;
        for (unsigned i = 0; i < LEAVES; i++)
            make_leaf(&t, i, &exported, &domain[i]);
        for (unsigned i = LEAVES; i < DOMAINS; i++)
            make_union(&t, i, &exported, domain);
        make_object_of_names(&t, &imported, &o, name);
        assert_true(link_open(&l, "object", &o, &imported.hooks));
        compare(&t, &l);
        for (unsigned i = 0; i < STEPS; i++)
            random_below(3) ? step_resolve(&t, &l, domain) : step_unresolve(&t, &l, domain);
        /* Half the time the holders go first: what is bound keeps its domain alive. */
        bool holders_first = random_below(2);
        for (unsigned i = 0; holders_first && i < DOMAINS; i++)
            domain_release(domain[i]);
        assert_true(link_close(&l));
        for (unsigned i = 0; !holders_first && i < DOMAINS; i++)
            domain_release(domain[i]);
        assert_int_equal(exported.account.live, before);
        assert_int_equal(imported.account.live, before_imported);
    }
    close_pool(&exported);
    close_pool(&imported);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_its_twin)};
    return cmocka_run_group_tests_name("engine_link_model", tests, NULL, NULL);
}
