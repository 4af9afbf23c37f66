/* SPDX-License-Identifier: MIT */
/* engine.c -- the engine in this kernel, end to end, with the objects and services of the engine's
 * own tests (tests/engine): bytes to running code and back, and what goes wrong on the way. */
#include "../embed.h"

#include "common/engine.h"
#include "engine/references.h"

#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/cpu/x86_bits.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "machine/memory/page.h"
#include "machine/thread/preempt.h"
#include "machine/thread/thread.h"
#include "machine/trap/catch.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"

/* The services, as the extensions' kernel. */
#define SERVICE_NETS engine_nets()
/* NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "../../engine/services.c"
EXPORTS_DECLARE(services);

/* The build's objects and types, as bytes. */
EMBED(services_btf, "exports/tests/engine/services.btf");
EMBED(library_object, "tests/engine/library.gcc-O2.o");
EMBED(caller_object, "tests/engine/caller.clang-O2.o");
EMBED(ends_object, "tests/engine/ends.clang-O2.o");
EMBED(callbacks_object, "tests/engine/callbacks.clang-O2.o");
EMBED(refuses_object, "tests/engine/refuses.gcc-O2.o");
EMBED(held_object, "tests/engine/held.gcc-O2.o");

static const struct kind number_kind = {
    .name = "number",
    .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}}};
static const struct kind memory_kind = {
    .name = "memory",
    .entry = {
        .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = 16}, {.kind = SHAPE_NUMBER}},
        .result = {.kind = SHAPE_NUMBER}}};

/* Large, and of one check at a time. */
static struct types types;
static struct object objects[2];
static struct link links[2];
static struct image images[3];
static struct report image_why;
static struct report link_why;

static struct domain *open_services(struct check *c) {
    struct bytes section = {services_btf, (size_t)(services_btf_end - services_btf)};
    if (!types_open(&types, &engine_hooks, section, &link_why)) {
        check_fail(c, "types: %s", link_why.text);
        return NULL;
    }
    struct domain *d = domain_create(&engine_hooks, "services", &types, EXPORTS(services),
                                     EXPORTS_COUNT(services), &link_why);
    if (!d)
        check_fail(c, "%s", link_why.text);
    return d;
}

static bool load(struct check *c, unsigned i, const char *name, const uint8_t *from,
                 const uint8_t *to) {
    if (object_open(&objects[i], &engine_hooks, from, (size_t)(to - from), &link_why) &&
        link_open(&links[i], name, &objects[i], &engine_hooks))
        return true;
    check_fail(c, "%s: %s", name, link_why.text);
    return false;
}

static bool make(struct check *c, unsigned image, unsigned link, const char *function,
                 const struct kind *kind) {
    static const struct jit_options plain;
    if (image_create(&images[image], &links[link], function, kind, &plain, &image_why))
        return true;
    check_fail(c, "%s", image_why.text);
    return false;
}

/* Runs an image, either way, within the net. */
static struct net_report report;

static bool run(unsigned image, enum net_way way, uint64_t r1, uint64_t *result) {
    static uint8_t stack[4096];
    struct activation a = {.fuel = 1000, .stack = stack, .stack_bytes = sizeof stack};
    uint64_t argument[PARAMETERS] = {r1, 1};
    return net_run(SERVICE_NETS, &engine_guard, &images[image], way, argument, &a, result, &report);
}

static void unload(struct check *c, struct domain *services) {
    CHECK_THAT(c, link_close(&links[1]) && link_close(&links[0]));
    object_close(&objects[1]);
    object_close(&objects[0]);
    domain_release(services);
    types_close(&types);
}

/* Loads both objects, the second linked to the first: true if all went well. */
static bool load_both(struct check *c, struct domain *services, const char *called) {
    struct domain *from[2] = {services};
    if (!link_resolve(&links[0], &services, 1, &link_why)) {
        check_fail(c, "%s", link_why.text);
        return false;
    }
    if (!make(c, 0, 0, called, &number_kind))
        return false;
    from[1] = link_export(&links[0], &link_why);
    if (!from[1] || !link_resolve(&links[1], from, 2, &link_why)) {
        check_fail(c, "%s", link_why.text);
        return false;
    }
    return true;
}

static void use_caller(struct check *c) {
    struct domain *library = links[0].exported;
    int library_calls = 5;
    for (int way = 0; way < 2; way++) {
        uint64_t result = 0;
        long amount = 3 + way, before = service_count;
        library_calls += 11;
        if (!run(1, (enum net_way)way, (uint64_t)amount, &result))
            check_fail(c, "%s %s", fault_sentence(report.fault), report.reason);
        CHECK_THAT(c, (int)result == 1000 + 7 + 30 + 3 * (int)amount + library_calls);
        CHECK_THAT(c, service_count == before + 100 + amount);
    }
    CHECK_THAT(c, !link_close(&links[0])); /* it is in use */
    CHECK_THAT(c, link_unresolve(&links[1], library));
    CHECK_THAT(c, !image_is_runnable(&images[1]) && links[1].undefined == 2);
}

CHECK(engine_whole, "engine/an_extension_is_loaded_verified_linked_run_both_ways_and_unlinked") {
    size_t heap = heap_used();
    struct domain *services = open_services(c);
    if (!services || !load(c, 0, "library", library_object, library_object_end) ||
        !load(c, 1, "caller", caller_object, caller_object_end))
        return;
    if (load_both(c, services, "weigh") && make(c, 1, 1, "caller", &number_kind))
        use_caller(c);
    unload(c, services);
    CHECK_THAT(c, heap_used() == heap);
}

/* What a run must have ended with, either way. */
static void expect_end(struct check *c, unsigned image, uint64_t r1, enum fault fault,
                       const char *instruction) {
    static char text[NET_TEXT_MAX];
    for (int way = 0; way < 2; way++) {
        uint64_t result;
        CHECK_THAT(c, !run(image, (enum net_way)way, r1, &result));
        net_report_text(&report, text);
        if (report.fault != fault || !strstr(text, instruction) || !strstr(text, ".bpf.c:") ||
            !strstr(text, "r0: 0x"))
            check_fail(c, "wanted %s: %s", instruction, text);
        CHECK_THAT(c, service_taken == 0 && !SERVICE_NETS->innermost);
    }
}

CHECK(engine_net, "engine/fuel_a_fault_and_a_failing_service_end_the_extension_alone") {
    static long fine[2] = {1, 41};
    uint64_t result = 0;
    struct domain *services = open_services(c);
    if (!services || !load(c, 0, "refuses", refuses_object, refuses_object_end) ||
        !load(c, 1, "ends", ends_object, ends_object_end))
        return;
    if (load_both(c, services, "refuse_inside") && make(c, 1, 1, "turns", &number_kind) &&
        make(c, 2, 1, "peek", &memory_kind)) {
        expect_end(c, 1, 0, FAULT_FUEL, "if ");
        expect_end(c, 2, 0, FAULT_MEMORY, "*(u64 *)(r");
        expect_end(c, 0, 6, FAULT_SERVICE, "call ");
        CHECK_THAT(c, run(1, NET_COMPILED, 6, &result) && result == 6 + 8);
        CHECK_THAT(c, run(2, NET_COMPILED, (uint64_t)fine, &result) && result == 42);
    }
    unload(c, services);
}

/* Two threads that run programs and are preempted in them: the one's return, the other's are ended
 * by a service or by a trap. */
#define PREEMPTED_RUNS 300

static struct runner {
    struct thread *thread;
    unsigned runs, wrong;
    struct net_report report;
    uint8_t stack[4096];
} runners[2];
static bool runners_end;
static unsigned ticks;

static void next_runner(void) {
    struct thread *t = thread_current();
    if (runners_end)
        return;
    ticks++;
    timer_arm_ns(1 + ticks * 7 % 997);
    thread_switch(t, t == runners[0].thread ? runners[1].thread : runners[0].thread);
}

static void run_preempted(struct runner *r, unsigned image, uint64_t r1, enum fault fault,
                          uint64_t value) {
    struct activation a = {.fuel = 1000, .stack = r->stack, .stack_bytes = sizeof r->stack};
    uint64_t argument[PARAMETERS] = {r1, 1}, result = value;
    enum net_way way = r->runs % 2 ? NET_COMPILED : NET_INTERPRETED;
    bool returned = net_run(SERVICE_NETS, &engine_guard, &images[image], way, argument, &a, &result,
                            &r->report);
    r->runs++;
    r->wrong += returned != (fault == FAULT_NONE) || result != value || SERVICE_NETS->innermost ||
                trap_is_caught() || (!returned && r->report.fault != fault);
}

static void run_ended(void *arg) {
    struct runner *r = arg;
    sti();
    while (!runners_end) {
        run_preempted(r, 0, 6, FAULT_SERVICE, 0);
        run_preempted(r, 2, 0, FAULT_MEMORY, 0);
    }
    cli();
    thread_switch(r->thread, runners[0].thread);
}

static void run_two(struct check *c) {
    static long fine[2] = {1, 41};
    memset(runners, 0, sizeof runners);
    runners[0].thread = thread_current();
    runners[1].thread = thread_create(run_ended, &runners[1]);
    CHECK_THAT(c, runners[1].thread);
    runners_end = false;
    preempt_fn *scheduler = preempt_init(next_runner);
    timer_arm_ns(1000);
    sti();
    while (runners[0].runs < PREEMPTED_RUNS || runners[1].runs < PREEMPTED_RUNS)
        run_preempted(&runners[0], 2, (uint64_t)fine, FAULT_NONE, 42);
    runners_end = true;
    timer_stop();
    cli();
    thread_switch(runners[0].thread, runners[1].thread); /* ends what it is in */
    preempt_init(scheduler);
    thread_free(runners[1].thread);
    CHECK_THAT(c, runners[0].wrong == 0 && runners[1].wrong == 0 && ticks > PREEMPTED_RUNS);
}

CHECK(engine_threads, "engine/runs_on_two_threads_that_are_preempted_each_have_their_own_net") {
    if (!timer_hz()) {
        check_skip(c, "the machine has no clock to calibrate the timer by");
        return;
    }
    struct domain *services = open_services(c);
    if (!services || !load(c, 0, "refuses", refuses_object, refuses_object_end) ||
        !load(c, 1, "ends", ends_object, ends_object_end))
        return;
    if (load_both(c, services, "refuse_inside") && make(c, 2, 1, "peek", &memory_kind))
        run_two(c);
    unload(c, services);
}

CHECK(engine_callback, "engine/the_kernel_calls_an_extension_back_and_both_may_fail") {
    struct domain *services = open_services(c);
    if (!services || !load(c, 0, "callbacks", callbacks_object, callbacks_object_end))
        return;
    if (link_resolve(&links[0], &services, 1, &link_why) && make(c, 0, 0, "visits", &number_kind) &&
        make(c, 1, 0, "fails", &number_kind)) {
        for (int way = 0; way < 2; way++) {
            uint64_t result = 0;
            CHECK_THAT(c, run(0, (enum net_way)way, 5, &result) && result == 1115);
        }
        expect_end(c, 1, 6, FAULT_SERVICE, "call ");
    }
    CHECK_THAT(c, link_close(&links[0]));
    object_close(&objects[0]);
    domain_release(services);
    types_close(&types);
}

/* A thread that is preempted in a program is not at a point. Before another one may look for what
 * it holds it is resumed, and steps on to its next point; there it yields. */
static struct {
    struct thread *strand, *collector;
    struct trap_frame *frame; /* the strand goes on with */
    struct references_stop stop;
    bool yields, visited[SERVICE_ITEMS];
    unsigned preempted, yielded;
    const char *wrong;
} gc;

static void leave_strand(struct trap_frame *f) {
    apic_eoi();
    gc.frame = f;
    thread_switch(gc.strand, gc.collector);
}

static void step_strand(struct trap_frame *f) {
    const struct nets *nets = SERVICE_NETS;
    if (nets->innermost && !references_are_known_at(nets, f->rip))
        return;
    f->rflags &= ~(uint64_t)RFLAGS_TF;
    gc.yields = nets->innermost;
    gc.stop = (struct references_stop){.at = f->rip,
                                       .processor = {f->rax, f->rcx, f->rdx, f->rbx, f->rsp, f->rbp,
                                                     f->rsi, f->rdi, f->r8, f->r9, f->r10, f->r11,
                                                     f->r12, f->r13, f->r14, f->r15}};
    if (gc.yields)
        apic_send(0, APIC_SEND_SELF | TRAP_TIMER);
}

static void mark_item(uint64_t word, enum map_cell cell, void *with) {
    uint64_t at = word - (uint64_t)service_item;
    (void)cell, (void)with;
    if (at < sizeof service_item)
        gc.visited[at / sizeof *service_item] = true;
}

static void collect_strand(void) {
    memset(gc.visited, 0, sizeof gc.visited);
    if (gc.frame->rip != gc.stop.at)
        gc.wrong = "it did not yield where it stopped";
    if (!references_each((const struct nets *)&gc.strand->net, &gc.stop, mark_item, NULL))
        gc.wrong = "some reference is not known";
    for (unsigned i = 0; i < SERVICE_ITEMS; i++)
        if (gc.visited[i] != service_is_taken[i])
            gc.wrong = gc.visited[i] ? "an item that nobody holds" : "an item is left out";
}

static void collect_at_points(void *unused) {
    (void)unused;
    for (;;) {
        gc.preempted++;
        if (gc.strand->net) {
            gc.yields = false;
            gc.frame->rflags |= RFLAGS_TF;
            thread_switch(gc.collector, gc.strand);
            if (!gc.yields) /* it came to its end first, and has been preempted again since */
                continue;
            gc.yielded++;
            collect_strand();
        }
        thread_switch(gc.collector, gc.strand);
    }
}

static void preempt_everywhere(struct check *c) {
    uint64_t result, wanted = 0;
    unsigned before;
    gc.strand = thread_current();
    gc.collector = thread_create(collect_at_points, NULL);
    CHECK_THAT(c, gc.collector && run(0, NET_COMPILED, 7, &wanted));
    preempt_fn *scheduler = preempt_init(NULL);
    trap_handle(TRAP_TIMER, leave_strand);
    trap_handle_step(step_strand);
    for (unsigned delay = 1; !gc.wrong; delay++) {
        before = gc.preempted;
        timer_arm_ns(delay);
        sti();
        bool good = run(0, NET_COMPILED, 7, &result);
        cli();
        bool in_time = gc.preempted != before;
        timer_stop();
        __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory"); /* what came meanwhile */
        if (!good || result != wanted || service_taken)
            gc.wrong = "the program gives another result";
        if (!in_time)
            break;
    }
    trap_handle_step(NULL);
    preempt_init(scheduler);
    thread_free(gc.collector);
    if (gc.wrong)
        check_fail(c, "%s, at the %uth point", gc.wrong, gc.yielded);
    CHECK_THAT(c, gc.yielded > 100);
}

CHECK(engine_points,
      "engine/a_preempted_extension_runs_on_to_its_next_point_and_tells_all_it_holds") {
    static const struct kind collected_kind = {
        .name = "collected",
        .collected = true,
        .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}}};
    if (!timer_hz()) {
        check_skip(c, "the machine has no clock to calibrate the timer by");
        return;
    }
    struct domain *services = open_services(c);
    if (!services || !load(c, 0, "held", held_object, held_object_end))
        return;
    if (link_resolve(&links[0], &services, 1, &link_why) && make(c, 0, 0, "held", &collected_kind))
        preempt_everywhere(c);
    CHECK_THAT(c, link_close(&links[0]));
    object_close(&objects[0]);
    domain_release(services);
    types_close(&types);
}

static void write_byte(void *at) {
    *(volatile uint8_t *)at = 0xc3;
}

CHECK(engine_sealed, "engine/code_can_be_written_nowhere_once_it_can_run") {
    struct code_memory code;
    struct page_mapping mapping;
    struct trap_frame f;
    CHECK_THAT(c, engine_hooks.code_map(NULL, 100, &code));
    code.write[0] = 0xc3;
    CHECK_THAT(c, trap_catch(&f, write_byte, code.run) && f.vector == TRAP_PAGE);
    engine_hooks.code_seal(NULL, &code);
    CHECK_THAT(c, !code.write && code.run[0] == 0xc3);
    CHECK_THAT(c, trap_catch(&f, write_byte, code.run) && f.vector == TRAP_PAGE);
    CHECK_THAT(c, page_walk(&page_table_kernel, (vaddr_t)code.run, &mapping) == 0);
    CHECK_THAT(c, trap_catch(&f, write_byte, direct(mapping.frame)) && f.vector == TRAP_PAGE);
    engine_hooks.code_unmap(NULL, &code);
}

CHECK(engine_leak, "engine/a_thousand_loads_leave_no_byte_and_no_frame") {
    size_t heap = 0, frames = 0;
    for (unsigned i = 0; i < 1000; i++) {
        struct domain *services = open_services(c);
        if (!services || !load(c, 0, "refuses", refuses_object, refuses_object_end))
            return;
        if (link_resolve(&links[0], &services, 1, &link_why))
            make(c, 0, 0, "refuse_inside", &number_kind);
        CHECK_THAT(c, link_close(&links[0]));
        object_close(&objects[0]);
        domain_release(services);
        types_close(&types);
        if (i == 0) {
            heap = heap_used();
            frames = frame_unused();
        }
    }
    CHECK_THAT(c, heap_used() == heap && frame_unused() == frames);
}
