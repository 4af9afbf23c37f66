/* SPDX-License-Identifier: MIT */
/* example_main.c -- the steps, in their order. At each it does what it should, and something that
 * it should not, which the kernel refuses; it says what came of it. */
#include "exo/libos/example/example.h"

#include <stdarg.h>
#include <stdbool.h>

#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"

#define AT    0x40000000ul /* of a page; nothing else is there */
#define PAGES 100          /* of the heap, that are touched */
#define LEAST 1000000      /* what is slept for */

void example_main(void);
extern char child_shared[];
struct exo_uarea *uarea;

static void say(const char *format, ...) {
    char text[160];
    va_list args;
    va_start(args, format);
    format_text_va(text, sizeof text, format, args);
    va_end(args);
    exo_console_write(KEY, text, strlen(text));
}

static void show(const char *what, long result) {
    say("    %s: %s\n", what, result < 0 ? error_sentence((int)result) : "yes");
}

static void pages(void) {
    const uint64_t data = EXO_WRITE | EXO_NO_EXEC;
    volatile uint64_t *word = (volatile uint64_t *)AT;
    say("2 pages\n");
    show("one that may be written", page_map(0, AT, data));
    say("    its first word is %lu\n", *word);
    show("one that may be written and executed", page_map(0, AT + PAGE, EXO_WRITE));
    show("one above EXO_TOP", page_map(0, EXO_TOP, data));
    show("what the kernel exposes, to be written", page_share(EXO_INFO, 0, AT + PAGE, data));
}

static void faults(void) {
    say("3 faults\n");
    fault_init();
    uint64_t sum = 0, begin = __builtin_ia32_rdtsc();
    for (unsigned i = 0; i < PAGES; i++)
        sum += *(volatile uint64_t *)(HEAP + i * PAGE) + 1;
    uint64_t each = (__builtin_ia32_rdtsc() - begin) / PAGES;
    say("    %lu pages touched, %lu faults\n", sum, fault_count);
    say("    ticks for each: %lu\n", each);
}

static uint64_t child(void) {
    uint64_t word = 6;
    say("4 another environment\n");
    long id = child_make();
    show("it is made", id);
    show("it replies", ask((uint64_t)id, &word, 7));
    say("    6 times 7 is %lu\n", word);
    show("one that there is not replies", ask((uint64_t)id + EXO_ENVS, &word, 7));
    show("one that takes no transfer replies", ask((uint64_t)exo_env_self(), &word, 7));
    return (uint64_t)id;
}

/* Some slices of work, the same each time. */
static uint64_t work(volatile const uint64_t *rounds) {
    uint64_t sum = 0;
    for (uint64_t i = 0; i < *rounds; i++)
        sum = sum * 5 + i;
    return sum;
}

static long deal(uint64_t id) {
    long error = 0;
    for (unsigned i = 0; !error && i < EXO_SLOTS; i += 2)
        error = exo_slot_set(KEY, i, id, 0);
    return error;
}

static void slices(uint64_t id) {
    const uint64_t rounds = 1000000, sum = work(&rounds);
    say("5 slices\n");
    uarea->epilogue_entry = (uint64_t)slice_ends;
    show("each second one is the child's", deal(id));
    show("one that there is not is", exo_slot_set(KEY, EXO_SLOTS, id, 0));
    uint64_t switches = env_info()->env_switches;
    bool is_same = work(&rounds) == sum;
    show("slices ended meanwhile", env_info()->env_switches > switches + 10 ? 0 : -E_NOT_FOUND);
    show("and the work came to the same", is_same ? 0 : -E_INVALID);
}

static void sleeps(void) {
    const uint64_t *word = (const uint64_t *)child_shared;
    say("6 sleep\n");
    show("until the child has counted on", sleep_until(word, *word + LEAST));
    show("by a word that is not aligned",
         sleep_until((const uint64_t *)(child_shared + 4), 1ul << 63));
    show("by a word of the page tables", sleep_until((const uint64_t *)EXO_TABLES, 1ul << 63));
}

void example_main(void) {
    say("1 example: environment %ld\n", exo_env_self());
    pages();
    faults();
    uint64_t id = child();
    slices(id);
    sleeps();
    show("the child is ended", exo_env_destroy(KEY, id));
    exo_env_exit(0);
}
