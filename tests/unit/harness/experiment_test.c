/* SPDX-License-Identifier: MIT */
/* experiment_test.c -- experiment.yaml: what is read, and the exact words for each thing that can
 * be wrong. */
#include "experiment/experiment.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define HEAD "title: T\nquestion: Q\nunit: call\nsystems: [exo]\n"
#define CLAIM                                                                                      \
    HEAD "claims:\n"                                                                               \
         "  - id: a\n"                                                                             \
         "    sentence: S\n"                                                                       \
         "    source: P\n"                                                                         \
         "    checked: C\n"

struct refusal {
    const char *name, *text, *why;
};

static const struct refusal refusals[] = {
    {"an empty file", "", "x.yaml:1: the file is empty"},
    {"what is not YAML", "title: [a\nunit: b\n",
     "x.yaml:2: not YAML: did not find expected ',' or ']', while parsing a flow sequence"},
    {"a byte that is no text", "title: T\nquestion: \xff\n",
     "x.yaml:2: not YAML: invalid leading UTF-8 octet"},
    {"a second document", HEAD "---\nx: y\n", "x.yaml:6: a second document; one is allowed"},
    {"a list at the top", "- a\n", "x.yaml:1: a list stands here; a mapping belongs here"},
    {"an unknown key", HEAD "system: [exo]\n",
     "x.yaml:5: no key is called 'system'; allowed: title question unit systems place sweeps inexact answers papers claims devices"},
    {"a key given twice", HEAD "unit: word\n",
     "x.yaml:5: key 'unit' stands here again; first in line 3"},
    {"a missing key", "title: T\nunit: call\nsystems: [exo]\n",
     "x.yaml:1: key 'question' is missing; allowed: title question unit systems place sweeps inexact answers papers claims devices"},
    {"an unknown device", HEAD "devices: {keys: []}\n",
     "x.yaml:5: devices: no key is called 'keys'; allowed: disks nics link_ns"},
    {"no device at all", HEAD "devices: {link_ns: 5}\n",
     "x.yaml:5: devices: has neither disks nor nics; leave `devices` out then"},
    {"a wire that joins nothing", HEAD "devices: {disks: [{size: 1MiB}], link_ns: 5}\n",
     "x.yaml:5: devices: link_ns: there are no nics that a wire could join"},
    {"no interfaces", HEAD "devices: {nics: []}\n",
     "x.yaml:5: devices.nics: has 0 nics; allowed: 1 to 4"},
    {"an interface on no hub", HEAD "devices: {nics: [{}]}\n",
     "x.yaml:5: devices.nics[0]: key 'hub' is missing; allowed: hub sends"},
    {"a hub that is no name", HEAD "devices: {nics: [{hub: a/b}]}\n",
     "x.yaml:5: devices.nics[0].hub: 'a/b' is no name of a hub; allowed: a-z and 0-9"},
    {"a hub that nobody else is on", HEAD "devices: {nics: [{hub: lan}, {hub: lna}, {hub: lan}]}\n",
     "x.yaml:5: devices.nics: [1].hub: nobody else is on 'lna'; a wire joins two"},
    {"a capture elsewhere", HEAD "devices: {nics: [{hub: a, sends: ../a.pcap}]}\n",
     "x.yaml:5: devices.nics[0].sends: '../a.pcap' names no capture; allowed: NAME.pcap, NAME of a-z, 0-9, '_' and '-'"},
    {"what is no capture's name", HEAD "devices: {nics: [{hub: a, sends: a.pcapng}]}\n",
     "x.yaml:5: devices.nics[0].sends: 'a.pcapng' names no capture; allowed: NAME.pcap, NAME of a-z, 0-9, '_' and '-'"},
    {"a wire without a length", HEAD "devices: {nics: [{hub: a}], link_ns: 0}\n",
     "x.yaml:5: devices.link_ns: a frame is on the wire for 1 to 1000000000 whole ns"},
    {"a wire of half a ns", HEAD "devices: {nics: [{hub: a}], link_ns: 1.5}\n",
     "x.yaml:5: devices.link_ns: a frame is on the wire for 1 to 1000000000 whole ns"},
    {"no disks", HEAD "devices: {disks: []}\n",
     "x.yaml:5: devices.disks: has 0 disks; allowed: 1 to 4"},
    {"too many disks", HEAD "devices: {disks: [&d {size: 1MiB}, *d, *d, *d, *d]}\n",
     "x.yaml:5: devices.disks: has 5 disks; allowed: 1 to 4"},
    {"a log of something else", HEAD "devices: {disks: [{size: 1MiB, log: reads}]}\n",
     "x.yaml:5: devices.disks[0].log: 'reads' is none of these: none writes"},
    {"a disk without a size", HEAD "devices:\n  disks:\n  - content: zero\n",
     "x.yaml:7: devices.disks[0]: key 'size' is missing; allowed: size content backend log"},
    {"a size in other units", HEAD "devices: {disks: [{size: 1GB}]}\n",
     "x.yaml:5: devices.disks[0].size: '1GB' is no size of a disk; allowed: 1MiB to 256MiB"},
    {"a disk too large", HEAD "devices: {disks: [{size: 257MiB}]}\n",
     "x.yaml:5: devices.disks[0].size: '257MiB' is no size of a disk; allowed: 1MiB to 256MiB"},
    {"a disk too small", HEAD "devices: {disks: [{size: 0MiB}]}\n",
     "x.yaml:5: devices.disks[0].size: '0MiB' is no size of a disk; allowed: 1MiB to 256MiB"},
    {"a disk too small for its journal", HEAD "devices: {disks: [{size: 7MiB, content: ext4}]}\n",
     "x.yaml:5: devices.disks[0]: size: ext4 takes 8MiB at least"},
    {"another format", HEAD "devices: {disks: [{size: 1MiB, content: fat}]}\n",
     "x.yaml:5: devices.disks[0].content: 'fat' is none of these: zero ext2 ext4 folder:NAME "
     "cffs:NAME alfs:NAME"},
    {"an inexact sweep that is none", HEAD "inexact: [a/b]\n",
     "x.yaml:5: inexact: 'a/b' can be no sweep's key; allowed: a-z, 0-9 and '_'"},
    {"a folder elsewhere", HEAD "devices: {disks: [{size: 1MiB, content: 'folder:../x'}]}\n",
     "x.yaml:5: devices.disks[0].content: 'folder:../x' names no folder; allowed: folder:NAME, "
     "NAME of a-z, 0-9, '_' and '-'"},
    {"no folder for C-FFS", HEAD "devices: {disks: [{size: 1MiB, content: 'cffs:'}]}\n",
     "x.yaml:5: devices.disks[0].content: 'cffs:' names no folder; allowed: cffs:NAME, NAME of "
     "a-z, 0-9, '_' and '-'"},
    {"a volume too large", HEAD "devices: {disks: [{size: 129MiB, content: 'alfs:x'}]}\n",
     "x.yaml:5: devices.disks[0]: size: a volume of XN takes 128MiB at most here"},
    {"another backend", HEAD "devices: {disks: [{size: 1MiB, backend: file}]}\n",
     "x.yaml:5: devices.disks[0].backend: 'file' is none of these: memory null"},
    {"something on a disk that forgets",
     HEAD "devices: {disks: [{size: 1MiB, content: ext2, backend: null}]}\n",
     "x.yaml:5: devices.disks[0]: backend: null reads zeros; allowed: content zero"},
    {"an empty text", "title:\nquestion: Q\n", "x.yaml:1: title: is empty; a text belongs here"},
    {"a list for a text", "title: [T]\n",
     "x.yaml:1: title: a list stands here; a text belongs here"},
    {"a text for a list", "title: T\nsystems: exo\n",
     "x.yaml:2: systems: a single value stands here; a list belongs here"},
    {"no systems", "title: T\nsystems: []\n",
     "x.yaml:2: systems: is empty; it takes one system at least"},
    {"an unknown system", "title: T\nsystems: [exo,\n  linx]\n",
     "x.yaml:3: systems[1]: 'linx' is none of these: exo spin linux floor host"},
    {"a claim's unknown key", CLAIM "    holdz: {}\n",
     "x.yaml:10: claims[0]: no key is called 'holdz'; allowed: id sentence source checked holds "
     "paper clocks"},
    {"a claim without a threshold", CLAIM "    holds: {row: exo:a, of: exo:b}\n",
     "x.yaml:10: claims[0].holds: takes one threshold: at_most or at_least, a number above 0 that "
     "ROW may be times OF"},
    {"a claim with two", CLAIM "    holds: {row: exo:a, of: exo:b, at_most: 1, at_least: 2}\n",
     "x.yaml:10: claims[0].holds: takes one threshold: at_most or at_least, a number above 0 that "
     "ROW may be times OF"},
    {"a threshold in words", CLAIM "    holds: {row: exo:a, of: exo:b,\n      at_most: two}\n",
     "x.yaml:11: claims[0].holds.at_most: 'two' is no number; allowed: a decimal number from 0"},
    {"a threshold that is not finite", CLAIM "    holds: {row: exo:a, of: exo:b, at_most: 1e999}\n",
     "x.yaml:10: claims[0].holds.at_most: '1e999' is no number; allowed: a decimal number from 0"},
    {"a threshold in another base", CLAIM "    holds: {row: exo:a, of: exo:b, at_least: 0x10}\n",
     "x.yaml:10: claims[0].holds.at_least: '0x10' is no number; allowed: a decimal number from 0"},
    {"a threshold without digits",
     CLAIM "    holds: {row: exo:a, of: exo:b, at_least: 1., plus: 2}\n",
     "x.yaml:10: claims[0].holds.at_least: '1.' is no number; allowed: a decimal number from 0"},
    {"a sweep's key that is a program", HEAD "sweeps: {\"a=1; system('x'); b\": c}\n",
     "x.yaml:5: sweeps: 'a=1; system('x'); b' can be no sweep's key; allowed: a-z, 0-9 and '_'"},
    {"an escape sequence", "title: \"a\\e[31m\"\n",
     "x.yaml:1: title: a control character in a text"},
    {"a control character of two bytes", "title: \"a\\u009b\"\n",
     "x.yaml:1: title: a control character in a text"},
    {"a system twice", "title: T\nsystems: [exo, spin, exo]\n",
     "x.yaml:2: systems: 'exo' stands twice"},
    {"a clock twice",
     CLAIM "    holds: {row: exo:a, of: exo:b, at_most: 1}\n    clocks: [tsc, tsc]\n",
     "x.yaml:11: claims[0].clocks: 'tsc' stands twice"},
    {"a row without a system", CLAIM "    holds: {row: syscall/null, of: exo:b, at_most: 1}\n",
     "x.yaml:10: claims[0].holds.row: 'syscall/null' names no system; allowed: SYSTEM:ROW, SYSTEM "
     "one of exo, spin, linux, floor, host"},
    {"a row with two stars", CLAIM "    holds: {row: 'exo:*/*', of: exo:b, at_most: 1}\n",
     "x.yaml:10: claims[0].holds.row: 'exo:*/*' is no row; allowed: letters, digits and _.-+:/ "
     "with at most one '*'"},
    {"a star on one side", CLAIM "    holds: {row: 'exo:a/n:*', of: exo:b, at_most: 1}\n",
     "x.yaml:10: claims[0].holds: row and of must both have a '*', or neither"},
    {"an unknown clock",
     CLAIM "    holds: {row: exo:a, of: exo:b, at_most: 1}\n    clocks: [wall]\n",
     "x.yaml:11: claims[0].clocks[0]: 'wall' is none of these: icount tsc host size lines count inexact virtual none"},
    {"an id with capitals", HEAD "claims:\n  - id: A\n",
     "x.yaml:6: claims[0].id: 'A' is no word here; allowed: a-z, 0-9 and '-'"},
    {"a paper's table outside the folder", HEAD "papers:\n  - table: ../x\n",
     "x.yaml:6: papers[0].table: '../x' is no word here; allowed: a-z, 0-9 and '-'"},
    {"another row's baseline, and none of ours",
     HEAD "papers:\n  - {table: t, row: r, of: spin, of_row: q, ours: {spin: spin:a}}\n",
     "x.yaml:6: papers[0]: of, of_row and of_ours stand together, or of alone"},
    {"two rows of one system for one cost",
     HEAD "answers:\n  - {cost: C, rows: [exo:a, spin:a, exo:b]}\n",
     "x.yaml:6: answers[0].rows: 'exo:a' and 'exo:b' are of one system"},
    {"more than one row for a cost", HEAD "answers:\n  - {cost: C, rows: ['exo:a/n:*']}\n",
     "x.yaml:6: answers[0].rows[0]: 'exo:a/n:*' is more than one row"},
    {"a name for no floor", HEAD "answers:\n  - {cost: C, rows: [exo:a], floor_is: call}\n",
     "x.yaml:6: answers[0]: floor_is stands without floor"},
    {"a claim without a relation", CLAIM "    holds: []\n",
     "x.yaml:10: claims[0].holds: is empty; it takes one relation at least"},
    {"values for no star", CLAIM "    holds: {row: exo:a, of: exo:b, at_most: 1, over: [c]}\n",
     "x.yaml:10: claims[0].holds: over stands without a '*' in row and of"},
    {"a star for no value", CLAIM "    holds: {row: 'exo:*', of: 'spin:*', at_most: 1, over: []}\n",
     "x.yaml:10: claims[0].holds.over: is empty; it takes one value at least"},
    {"a value of two parts",
     CLAIM "    holds: {row: 'exo:*', of: 'spin:*', at_most: 1, over: [a/b]}\n",
     "x.yaml:10: claims[0].holds.over[0]: 'a/b' can be no part of a row; allowed: letters, digits "
     "and _.-+:"},
    {"a multiple of a system that does not stand there",
     HEAD "papers:\n  - {table: t, row: r, of: osf1, ours: {spin: spin:a}}\n",
     "x.yaml:6: papers[0]: of: 'osf1' is not among the systems of 'ours'"},
    {"an id twice",
     CLAIM "    holds: &h {row: exo:a, of: exo:b, at_most: 1}\n"
           "  - {id: a, sentence: S, source: P, checked: C, holds: *h}\n",
     "x.yaml:6: claims: two claims have the id 'a', in lines 6 and 11"},
    {"a list within itself", "title: T\nsystems: &s [*s]\n",
     "x.yaml:2: systems[0]: a list stands here; a text belongs here"},
};

static void refuses(void **state) {
    const struct refusal *r = *state;
    struct failure why = {0};
    assert_null(experiment_parse("x", "x.yaml", r->text, strlen(r->text), &why));
    assert_string_equal(why.text, r->why);
    assert_int_equal(why.status, STATUS_EXPERIMENT);
}

static void reads_every_key(void **state) {
    (void)state;
    static const char text[] = HEAD
        "sweeps: {args: arguments}\n"
        "place: 2\n"
        "answers: [{cost: C, rows: [exo:a, spin:a], floor: floor:a, floor_is: least}]\n"
        "papers:\n"
        "  - {table: t-1, row: r, of: osf1, ours: {osf1: linux:a, spin: spin:a}}\n"
        "  - {table: t-1, row: r, of: spin, of_row: q, of_ours: spin:b, ours: {spin: spin:a}}\n"
        "claims:\n"
        "  - {id: a-1, sentence: S, source: P, checked: C, clocks: [icount, tsc],\n"
        "     holds: {row: 'exo:a/n:*', at_least: 10, of: 'linux:a/n:*', plus: 0.5},\n"
        "     paper: [{table: t-1, row: r, value: osf1, of: spin, of_row: q, note: N}]}\n"
        "  - {id: b, sentence: S, source: P, checked: C, holds: [\n"
        "     {row: 'exo:*', at_most: 1, of: 'floor:*', over: [b, c]},\n"
        "     {row: exo:a, at_most: 2, of: floor:a}]}\n";
    struct failure why = {0};
    struct experiment *e = experiment_parse("x", "x.yaml", text, sizeof text - 1, &why);
    assert_string_equal(why.text, "");
    assert_non_null(e);
    assert_string_equal(e->title, "T");
    const struct document_pair *sweeps = e->sweeps.items;
    assert_int_equal(e->sweeps.count, 1);
    assert_string_equal(sweeps[0].key, "args");
    assert_string_equal(sweeps[0].value, "arguments");
    assert_true(e->place == 2);
    const struct answer *a = e->answers.items;
    assert_int_equal(a->rows.count, 2);
    assert_string_equal(((const char **)a->rows.items)[1], "spin:a");
    assert_string_equal(a->floor, "floor:a");
    assert_string_equal(a->floor_is, "least");
    const struct paper_match *m = e->papers.items;
    assert_int_equal(e->papers.count, 2);
    assert_string_equal(m[1].of_row, "q");
    assert_string_equal(m[1].of_ours, "spin:b");
    assert_int_equal(m->pairs.count, 2);
    assert_string_equal(((struct document_pair *)m->pairs.items)[1].value, "spin:a");
    const struct claim *c = e->claims.items;
    const struct relation *r = c->holds.items;
    assert_int_equal(c->holds.count, 1);
    assert_true(r->at_least == 10 && r->at_most == 0 && r->plus == 0.5 && !r->over.count);
    r = c[1].holds.items;
    assert_int_equal(c[1].holds.count, 2);
    assert_true(r[0].at_most == 1 && r[1].at_most == 2);
    assert_int_equal(r[0].over.count, 2);
    assert_string_equal(((const char **)r[0].over.items)[1], "c");
    assert_int_equal(c->clocks.count, 2);
    assert_string_equal(((struct evidence *)c->paper.items)->of_row, "q");
    experiment_free(e);
}

/* LINES times LINE behind HEAD. */
static char *many(const char *head, const char *line, size_t lines) {
    struct texts parts = {0};
    texts_add(&parts, head);
    for (size_t i = 0; i < lines; i++)
        texts_add(&parts, line);
    char *text = texts_join(&parts, "");
    texts_free(&parts);
    return text;
}

/* Each would take minutes, in libyaml or in our search for repeated keys. */
static void what_has_no_end_is_refused_at_once(void **state) {
    (void)state;
    static const struct {
        const char *head, *line;
        size_t lines;
        const char *why;
    } cases[] = {
        {"title: T\nsystems: ", "[", 100000,
         "x.yaml:2: lists and mappings are nested deeper than 16 levels"},
        {"title: T\nsystems: ", "{a: ", 60000,
         "x.yaml:2: lists and mappings are nested deeper than 16 levels"},
        {"title: T\nsweeps:\n", "  k: v\n", 30000, "x.yaml:2500: more than 5000 keys and values"},
        {"title: T\nsystems:\n", "- a\n", 60000, "x.yaml:4998: more than 5000 keys and values"},
        {"title: T\nsweeps:\n", "  k: v\n", 300000, "x.yaml:1: has 2100017 bytes; allowed: 262144"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct failure why = {0};
        char *text = many(cases[i].head, cases[i].line, cases[i].lines);
        assert_null(experiment_parse("x", "x.yaml", text, strlen(text), &why));
        assert_string_equal(why.text, cases[i].why);
        assert_int_equal(why.status, STATUS_EXPERIMENT);
        free(text);
    }
}

/* Without aliases the number of nodes alone counts. */
static void the_limits_are_reached(void **state) {
    (void)state;
    struct failure why = {0};
    struct texts parts = {0};
    texts_add(&parts, HEAD "sweeps:\n");
    for (int i = 0; i < 2490; i++)
        texts_take(&parts, text_format("  k%d: v\n", i));
    char *text = texts_join(&parts, "");
    struct experiment *e = experiment_parse("x", "x.yaml", text, strlen(text), &why);
    assert_string_equal(why.text, "");
    assert_int_equal(e->sweeps.count, 2490);
    experiment_free(e);
    free(text);
    texts_free(&parts);
}

/* A few lines can stand for millions: GROUNDS of a claim that stands there TIMES times. */
static bool repeats(int grounds, int times, struct failure *why) {
    struct texts parts = {0};
    texts_add(&parts, HEAD "claims:\n"
                           "  - &c\n"
                           "    id: a\n"
                           "    sentence: S\n"
                           "    source: P\n"
                           "    checked: C\n"
                           "    holds: {row: exo:a, of: exo:b, at_most: 1}\n"
                           "    paper:\n"
                           "      - &g {table: t, row: r, value: v}\n");
    while (--grounds)
        texts_add(&parts, "      - *g\n");
    while (--times)
        texts_add(&parts, "  - *c\n");
    char *text = texts_join(&parts, "");
    struct experiment *e = experiment_parse("x", "x.yaml", text, strlen(text), why);
    texts_free(&parts);
    free(text);
    experiment_free(e);
    return e;
}

static void what_aliases_repeat_is_counted(void **state) {
    (void)state;
    static const char many[] = "aliases have keys and values read more than 10000 times";
    struct failure why = {0};
    assert_true(repeats(1400, 1, &why));
    assert_false(repeats(1500, 1, &why));
    assert_non_null(strstr(why.text, many));
    assert_int_equal(why.status, STATUS_EXPERIMENT);
    assert_false(repeats(500, 2, &why)); /* the id stands there twice */
    assert_null(strstr(why.text, many));
    assert_false(repeats(500, 2000, &why));
    assert_non_null(strstr(why.text, many));
}

static void unknown_experiment_is_named(void **state) {
    (void)state;
    struct failure why = {0};
    char *folder = tree_path("experiments");
    assert_null(experiment_load(folder, "sycall", &why));
    assert_int_equal(why.status, STATUS_UNKNOWN);
    assert_string_equal(why.text, "cannot read experiments/sycall/experiment.yaml: "
                                  "No such file or directory");
    assert_null(experiment_load(folder, "../experiments/syscall", &why));
    assert_int_equal(why.status, STATUS_UNKNOWN);
    free(folder);
}

static void names_of_experiments_are_words(void **state) {
    (void)state;
    static const char *const fit[] = {"syscall", "A-1_b", "x"};
    static const char *const none[] = {"",    ".",   "..",  "../x", "a/b", "-a",
                                       "a b", "a'b", "a\n", ".x",   "a$"};
    for (size_t i = 0; i < sizeof fit / sizeof fit[0]; i++)
        assert_true(experiment_name_fits(fit[i]));
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_false(experiment_name_fits(none[i]));
}

static void every_experiment_in_the_tree_reads(void **state) {
    (void)state;
    struct texts names = {0};
    char *folder = tree_path("experiments");
    experiment_names(folder, &names);
    assert_true(names.count >= 3);
    for (size_t i = 0; i < names.count; i++) {
        struct failure why = {0};
        struct experiment *e = experiment_load(folder, names.items[i], &why);
        if (!e)
            fail_msg("%s", why.text);
        /* A run keeps the very bytes that were understood. */
        size_t size;
        char *file = tree_path("experiments/%s/experiment.yaml", names.items[i]);
        char *text = text_read(file, &size);
        assert_true(text && e && e->size == size && !memcmp(e->text, text, size));
        free(file);
        free(text);
        experiment_free(e);
    }
    texts_free(&names);
    free(folder);
}

static void star_stands_for_one_part(void **state) {
    (void)state;
    char star[32];
    assert_true(row_fits("exo:a/n:*", "exo:a/n:15", star, sizeof star));
    assert_string_equal(star, "15");
    assert_false(row_fits("exo:a/n:*", "exo:a/n:15/m:2", star, sizeof star));
    assert_false(row_fits("exo:a/n:*", "exo:a/n:", star, sizeof star));
    assert_true(row_fits("exo:a/n:*/m:2", "exo:a/n:15/m:2", star, sizeof star));
    assert_true(row_fits("exo:a", "exo:a", star, sizeof star));
    assert_string_equal(star, "");
    char *name = row_fill("linux:b/n:*/m:2", "15");
    assert_string_equal(name, "linux:b/n:15/m:2");
    free(name);
}

int main(void) {
    enum { REFUSALS = sizeof refusals / sizeof *refusals };
    struct CMUnitTest tests[REFUSALS + 5] = {
        cmocka_unit_test(reads_every_key),
        cmocka_unit_test(what_has_no_end_is_refused_at_once),
        cmocka_unit_test(the_limits_are_reached),
        cmocka_unit_test(what_aliases_repeat_is_counted),
        cmocka_unit_test(unknown_experiment_is_named),
        cmocka_unit_test(every_experiment_in_the_tree_reads),
        cmocka_unit_test(star_stands_for_one_part),
        cmocka_unit_test(names_of_experiments_are_words),
    };
    for (int i = 0; i < REFUSALS; i++) {
        char *name = text_format("refuses %s", refusals[i].name);
        tests[5 + i] =
            (struct CMUnitTest){name, refuses, NULL, NULL, (void *)(uintptr_t)&refusals[i]};
    }
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int failed = cmocka_run_group_tests_name("experiment", tests, NULL, NULL);
    for (int i = 0; i < REFUSALS; i++)
        free((char *)(uintptr_t)tests[5 + i].name);
    return failed;
}
