/* SPDX-License-Identifier: MIT */
/* engine_load_test.c -- from a file's bytes to programs that run, and every way in which that ends
 * earlier. The kinds are vcode's; tests/engine/programs.bpf.c has a program of each. */
#include "unit.h"
#include "engine/interpreter.h"
#include "engine_made.h"
#include "host_hooks.h"
#include "kinds_open.h"

#define PROGRAMS "build/tests/engine/programs."

/* Memory that is counted and can run out, in front of the host's code memory. */
struct setting {
    struct account account;
    struct host_hooks host;
    struct hooks hooks;
    struct kinds kinds;
    struct report why;
};

static bool counted_code_map(void *owner, size_t bytes, struct code_memory *code) {
    struct setting *s = owner;
    if (s->account.allowed == 0)
        return false;
    s->account.allowed -= s->account.allowed > 0;
    return s->host.hooks.code_map(s->host.hooks.owner, bytes, code);
}

static void counted_code_seal(void *owner, struct code_memory *code) {
    struct setting *s = owner;
    s->host.hooks.code_seal(s->host.hooks.owner, code);
}

static void counted_code_unmap(void *owner, struct code_memory *code) {
    struct setting *s = owner;
    s->host.hooks.code_unmap(s->host.hooks.owner, code);
}

/* Each block knows its size, which must come back with it. */
enum { HEAD = 16 };

static void *counted_allocate(void *owner, size_t bytes) {
    uint8_t *block = account_allocate(&((struct setting *)owner)->account, bytes + HEAD);
    if (!block)
        return NULL;
    memcpy(block, &bytes, sizeof bytes);
    return block + HEAD;
}

static void counted_release(void *owner, void *memory, size_t bytes) {
    if (!memory)
        return;
    uint8_t *block = (uint8_t *)memory - HEAD;
    assert_memory_equal(block, &bytes, sizeof bytes);
    account_release(&((struct setting *)owner)->account, block, bytes + HEAD);
}

static struct setting *open_setting(void) {
    static struct setting s;
    memset(&s, 0, sizeof s);
    host_hooks_init(&s.host);
    s.account.allowed = -1;
    s.hooks = s.host.hooks;
    s.hooks.owner = &s;
    s.hooks.allocate = counted_allocate;
    s.hooks.release = counted_release;
    s.hooks.code_map = counted_code_map;
    s.hooks.code_seal = counted_code_seal;
    s.hooks.code_unmap = counted_code_unmap;
    if (!kinds_open(&s.kinds, &s.hooks, &s.why))
        fail_msg("%s", s.why.text);
    return &s;
}

static void close_setting(struct setting *s) {
    kinds_close(&s->kinds);
    assert_int_equal(s->account.live, 0);
    assert_int_equal(s->host.code_bytes, 0);
}

static const struct jit_options jit;

static struct load_request request(struct setting *s, const void *file, size_t len) {
    return (struct load_request){.name = "programs.o",
                                 .file = file,
                                 .len = len,
                                 .kind = s->kinds.list,
                                 .kinds = KINDS,
                                 .domain = &s->kinds.domain,
                                 .domains = 1,
                                 .jit = &jit};
}

static uint64_t run(struct load *load, const char *name, void *first, void *second) {
    static uint8_t stack[DEPTH_MAX * FRAME_BYTES];
    struct load_program *p = load_program(load, name);
    struct activation a = {.fuel = 1000, .stack = stack, .stack_bytes = sizeof stack};
    uint64_t argument[5] = {(uintptr_t)first, (uintptr_t)second};
    assert_non_null(p);
    uint64_t r0 = p->image.code.entry(argument[0], argument[1], 0, 0, 0, &a);
    assert_int_equal(a.fault, FAULT_NONE);
    return r0;
}

/* Each program does what its source says. */
static void check_programs(struct load *load) {
    struct event event = {2, 2, {5, 2}}, reading = {2, 2, {5, 0}};
    assert_int_equal(run(load, "wants_writes", &event, NULL), 1);
    assert_int_equal(run(load, "wants_writes", &reading, NULL), 0);

    assert_int_equal(run(load, "raise_parent", &event, &kinds_process[1]), 1000);
    assert_int_equal(kinds_process[1].priority, kinds_process[0].priority + 1);
    assert_int_equal(event.argument[5], (5 ^ 2) * 0x100000001b3ul);
    assert_int_equal(kinds_references, 0);
    event.process = 77;
    assert_int_equal((int64_t)run(load, "raise_parent", &event, &kinds_process[1]), -1);

    struct block block = {{1, 0, 0, 0, 0, 2, 0, 0}};
    assert_int_equal(run(load, "owned", &block, NULL), 2);

    unsigned char bytes[14] = {[12] = 8};
    struct packet packet = {bytes, bytes + sizeof bytes, 1};
    assert_int_equal(run(load, "is_ip", &packet, NULL), 15);
    packet.end--;
    assert_int_equal(run(load, "is_ip", &packet, NULL), 0);
}

/* A reference lives on where it was stored, and has one owner at any time. */
static void check_stored(struct load *load) {
    struct event event = {0, 0, {0}};
    struct process *init = &kinds_process[0], *shell = &kinds_process[1];
    kinds_references = 0;
    assert_int_equal(run(load, "name_heir", &event, shell), 0);
    assert_ptr_equal(init->heir, shell);
    assert_int_equal(kinds_references, 0);
    assert_int_equal(run(load, "name_heir", &event, init), shell->id);
    assert_ptr_equal(init->heir, init);
    assert_int_equal(run(load, "take_heir", &event, shell), 0);
    assert_int_equal(run(load, "take_heir", &event, init), 1);
    assert_int_equal(event.argument[0], init->id);
    assert_null(init->heir);
    assert_int_equal(kinds_references, 0);
}

/* Loads an object of the tests as each compiler made it, and runs its programs. clang -O0 does not
 * describe what they call. */
static void check_each_way(const char *name, uint32_t programs, void (*check)(struct load *load)) {
    static const char *const ways[] = {"clang-O1", "clang-O2", "clang-Os", "gcc-O0",
                                       "gcc-O1",   "gcc-O2",   "gcc-Os"};
    struct setting *s = open_setting();
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char path[128];
        size_t len;
        struct load load;
        snprintf(path, sizeof path, "build/tests/engine/%s.%s.o", name, ways[i]);
        uint8_t *file = read_whole(path, &len);
        struct load_request r = request(s, file, len);
        if (!load_open(&load, &s->hooks, &r, &s->why))
            fail_msg("%s:\n%s", ways[i], s->why.text);
        assert_int_equal(load.count, programs);
        check(&load);
        assert_true(load_close(&load));
        free(file);
    }
    close_setting(s);
}

static void test_both_compilers_programs_load_and_run(void **state) {
    (void)state;
    check_each_way("programs", 4, check_programs);
}

static void test_references_are_stored_and_taken_out(void **state) {
    (void)state;
    check_each_way("stored", 2, check_stored);
}

static void check_visited(struct load *load) {
    struct event event = {0, 0, {7001}};
    kinds_process[0].priority = 7000;
    kinds_process[1].priority = 7001;
    assert_int_equal(run(load, "raise_one", &event, &kinds_process[1]), kinds_process[1].id);
    assert_int_equal(event.argument[0], 7002);
    assert_int_equal(kinds_process[0].priority, 7000);
    event.argument[0] = 1;
    assert_int_equal(run(load, "raise_one", &event, &kinds_process[1]), 0);
}

static void test_what_is_called_back_is_typed(void **state) {
    (void)state;
    check_each_way("visited", 1, check_visited);
}

static unsigned long doubled(unsigned n, unsigned long a) {
    static const unsigned char table[16] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};
    if (n == 0)
        return (a & 7) + 5 + a + (a & 7) * 3 + 5 + table[7] + table[a & 15];
    return doubled(n - 1, a) + 2 * doubled(n - 1, a ^ n);
}

/* Two functions take an address. GCC has no tag to say that it is not null. */
static void check_declared(const struct load *load) {
    const struct program *p = &load->program[0].image.program;
    bool tags = btf_find(&load->object.btf, BTF_DECL_TAG, "arg:nonnull");
    unsigned addresses = 0;
    for (uint32_t i = 0; i < p->function_count; i++) {
        const struct signature *s = p->function[i].contract;
        assert_int_equal(!s, i == 0);
        if (!s || s->parameter[0].kind == SHAPE_NUMBER)
            continue;
        addresses++;
        assert_int_equal(s->parameter[0].kind, SHAPE_MEMORY);
        assert_int_equal(s->parameter[0].bytes, 8);
        assert_int_equal(s->parameter[0].may, tags ? MAY_READ : MAY_READ | MAY_BE_NULL);
    }
    assert_int_equal(addresses, 2);
}

static void check_doubled(struct load *load) {
    const struct facts *facts = &load->program[0].image.facts;
    struct event event = {0, 0, {9}};
    check_declared(load);
    assert_true(facts->proven & BOUNDED);
    assert_in_range(facts->cost, 1u << 22, UINT32_MAX);
    assert_true(facts->steps < 16384);
    assert_int_equal(facts->stack_bytes % load->program[0].image.program.frame_bytes, 0);
    assert_true(facts->stack_bytes / load->program[0].image.program.frame_bytes >= 22);
    run(load, "doubled", &event, &kinds_process[0]);
    assert_int_equal(event.argument[1], doubled(3, 9));
}

static void test_global_functions_are_proven_once(void **state) {
    (void)state;
    check_each_way("doubled", 1, check_doubled);
}

/* With maps, where the kinds are collected, or without. */
static void fail_each_allocation(bool collected) {
    struct setting *s = open_setting();
    size_t len, kinds_live = s->account.live;
    uint8_t *file = read_whole(PROGRAMS "clang-O2.o", &len);
    struct load_request r = request(s, file, len);
    long n = 0;
    for (unsigned k = 0; k < KINDS; k++)
        s->kinds.typing[k].kind.collected = collected;
    for (bool loaded = false; !loaded; n++) {
        struct load load;
        s->account.allowed = n;
        loaded = load_open(&load, &s->hooks, &r, &s->why);
        if (loaded)
            load_close(&load);
        else if (!strstr(s->why.text, "(no-memory)") &&
                 strcmp(rule_name(s->why.rule), "no-memory") != 0)
            fail_msg("allocation %ld: %s", n, s->why.text);
        assert_int_equal(s->account.live, kinds_live);
        assert_int_equal(s->host.code_bytes, 0);
    }
    assert_true(n > 100);
    s->account.allowed = -1;
    free(file);
    close_setting(s);
}

static void test_every_allocation_may_fail_and_nothing_is_left(void **state) {
    (void)state;
    fail_each_allocation(false);
    fail_each_allocation(true);
}

/* What a watcher saw. */
struct seen {
    uint32_t steps;
    uint64_t slots; /* a bit for each */
};

static void note_step(void *owner, uint32_t slot, const struct state *state) {
    struct seen *seen = owner;
    assert_non_null(state);
    seen->steps++;
    seen->slots |= slot < 64 ? 1ull << slot : 0;
}

/* What is made for one program alone is not reached through the link any more. */
static void assert_exports_say(const struct load *load) {
    assert_null(load->link.contract);
    for (uint32_t k = 0; k < load->object.import_count; k++)
        assert_ptr_equal(load->link.import[k].signature, load->link.binding[k].export->signature);
}

/* Every program's every path is shown; or there is no memory, and that is said. Either way the
 * imports say what their exports say and nothing is left. */
static void test_a_proof_is_watched_or_memory_is_exhausted(void **state) {
    (void)state;
    struct setting *s = open_setting();
    size_t len;
    uint8_t *file = read_whole(PROGRAMS "clang-O2.o", &len);
    struct load_request r = request(s, file, len);
    struct load load;
    assert_true(load_open(&load, &s->hooks, &r, &s->why));
    size_t live = s->account.live;
    assert_true(load.object.import_count > 0);
    assert_exports_say(&load);
    for (uint32_t i = 0; i < load.count; i++) {
        struct load_program *p = &load.program[i];
        struct seen seen;
        const struct verify_watcher watcher = {.owner = &seen, .step = note_step};
        long allowed = 0;
        for (bool watched = false; !watched; allowed++) {
            seen = (struct seen){0};
            s->account.allowed = allowed;
            watched = load_watch(&load, p, &watcher);
            assert_int_equal(s->account.live, live);
            assert_exports_say(&load);
            if (!watched && allowed < 2)
                assert_int_equal(seen.steps, 0);
        }
        assert_true(allowed > 4);
        assert_true(seen.steps > 0 && seen.slots & 1);
    }
    s->account.allowed = -1;
    assert_true(load_close(&load));
    free(file);
    close_setting(s);
}

/* Is the line with this number of refused.bpf.c marked? */
static bool is_marked(unsigned number) {
    FILE *f = fopen("tests/engine/refused.bpf.c", "r");
    char line[256] = "";
    assert_non_null(f);
    for (unsigned i = 0; i < number && fgets(line, sizeof line, f); i++)
        ;
    fclose(f);
    return strstr(line, "/* ! */");
}

static void check_refusal(struct setting *s, const struct load_request *r, const char *rule) {
    struct load load;
    unsigned line = 0;
    if (load_open(&load, &s->hooks, r, &s->why))
        fail_msg("%s is accepted", r->only);
    const char *place = strstr(s->why.text, "refused.bpf.c:");
    if (place)
        line = (unsigned)strtoul(place + strlen("refused.bpf.c:"), NULL, 10);
    if (strcmp(rule_name(s->why.rule), rule) != 0 || !strstr(s->why.text, "hint: "))
        fail_msg("%s: wanted %s:\n%s", r->only, rule, s->why.text);
    bool typed = s->why.rule > LINK_RULE_COUNT;
    /* Compilers count the end, and GCC the result's calculation, to the brace after the return. */
    bool marked = is_marked(line) || is_marked(line - 1);
    if (!typed && (!marked || !strstr(s->why.text, "instruction ")))
        fail_msg("%s: line %u is not what is wrong:\n%s", r->only, line, s->why.text);
}

static void test_refusals_name_rule_instruction_and_source_line(void **state) {
    static const struct {
        const char *program, *rule;
    } cases[] = {
        {"has_effect", "not-functional"},
        {"writes_event", "field-rights"},
        {"reads_secret", "field-rights"},
        {"forgets_null", "nullable"},
        {"keeps_reference", "not-released"},
        {"releases_borrowed", "not-owned"},
        {"reads_heir", "owning-field"},
        {"writes_heir", "owning-field"},
        {"forgets_old", "not-released"},
        {"uses_stored", "unset"},
        {"stores_borrowed", "not-owned"},
        {"stores_in_itself", "not-owned"},
        {"not_a_field", "object-arithmetic"},
        {"index_unbound", "bounds"},
        {"beyond_the_end", "packet-bounds"},
        {"too_short_a_check", "packet-bounds"},
        {"endless", "endless"},
        {"wrong_argument", "prototype"},
    };
    static const char *const ways[] = {"clang-O1", "clang-O2", "gcc-O1", "gcc-O2"};
    (void)state;
    struct setting *s = open_setting();
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char path[128];
        size_t len;
        snprintf(path, sizeof path, "build/tests/engine/refused.%s.o", ways[i]);
        uint8_t *file = read_whole(path, &len);
        struct load_request r = request(s, file, len);
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
            r.only = cases[c].program;
            check_refusal(s, &r, cases[c].rule);
        }
        free(file);
    }
    close_setting(s);
}

/* The program of a section is of the kind that is called as all of the section's name before the
 * slash, and of no kind that is called as its beginning. */
static void test_a_kinds_name_is_the_whole_name(void **state) {
    (void)state;
    static struct typing cut;
    static char name[64];
    const struct typing *const one = &cut;
    struct setting *s = open_setting();
    struct load load;
    size_t len;
    uint8_t *file = read_whole("build/tests/engine/programs.clang-O2.o", &len);
    unsigned kinds = 0;
    for (uint32_t k = 0; k < KINDS; k++) {
        struct load_request r = request(s, file, len);
        cut = *s->kinds.list[k];
        r.kind = &one;
        r.kinds = 1;
        if (load_open(&load, &s->hooks, &r, &s->why)) {
            assert_true(load_close(&load));
            snprintf(name, sizeof name, "%s", cut.kind.name);
            name[strlen(name) - 1] = '\0';
            cut.kind.name = name;
            assert_false(load_open(&load, &s->hooks, &r, &s->why));
            kinds++;
        }
        assert_int_equal(s->why.rule, LOAD_RULE_NO_PROGRAM);
    }
    assert_true(kinds > 0);
    free(file);
    close_setting(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_compilers_programs_load_and_run),
        cmocka_unit_test(test_references_are_stored_and_taken_out),
        cmocka_unit_test(test_what_is_called_back_is_typed),
        cmocka_unit_test(test_global_functions_are_proven_once),
        cmocka_unit_test(test_every_allocation_may_fail_and_nothing_is_left),
        cmocka_unit_test(test_a_proof_is_watched_or_memory_is_exhausted),
        cmocka_unit_test(test_a_kinds_name_is_the_whole_name),
        cmocka_unit_test(test_refusals_name_rule_instruction_and_source_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
