/* SPDX-License-Identifier: MIT */
/* spin_guards.c -- a datagram and its answer while many have ports (Pardyak and Bershad, OSDI '96,
 * table 2): other handlers of Udp.Arrived whose guards do not hold, or all do. */
#include "spin_ends.h"

#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "spin/extensions/echo/echo.h"

enum { GUARDS = 1000, PORT_ASKS = 5000, PORT_FALSE = 10000 };

static struct key_range ranges[GUARDS];
static struct event_binding *bindings[GUARDS];

static unsigned long pass(void *unused, struct packet *p, unsigned long key,
                          struct outgoing *reply) {
    (void)unused, (void)p, (void)key, (void)reply;
    return NET_NOTHING;
}

static void must(int error) {
    if (error)
        panic("packet: guards cannot be bound: error %d", error);
}

/* One step a change, as extensions come. */
static void bind_one(unsigned i, bool holds) {
    struct handler_request request = {.handler = {.entry = (event_fn *)pass, .has_closure = true},
                                      .order = {.place = ORDER_FIRST}};
    struct change c;
    ranges[i].low = ranges[i].high = holds ? PORT_ECHO : PORT_FALSE + i;
    request.guard = net_guard(&ranges[i], NULL);
    change_open(&c, event_udp_arrived.module, NULL);
    change_install(&c, &event_udp_arrived, &request, &bindings[i]);
    must(change_commit(&c));
}

static void unbind_one(unsigned i) {
    struct change c;
    change_open(&c, event_udp_arrived.module, NULL);
    change_uninstall(&c, bindings[i]);
    must(change_commit(&c));
}

static void set_level(enum level level) {
    struct change c;
    change_open(&c, event_udp_arrived.module, NULL);
    change_level(&c, &event_udp_arrived, level);
    must(change_commit(&c));
}

static enum level level_of(const char *word) {
    static const char *const names[] = {[LEVEL_INTERPRETED] = "interpreted",
                                        [LEVEL_STUB] = "stub",
                                        [LEVEL_INLINE] = "inline",
                                        [LEVEL_MERGED] = "merged"};
    for (unsigned i = LEVEL_INTERPRETED; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], word) == 0)
            return (enum level)i;
    panic("packet: level %s", word);
}

/* The echo's guard is one of them, and holds. */
BENCH(packet_udp_guards, "packet/udp_rtt/bytes:8/guards:1,5,10,50,1000/true:one,all/"
                         "level:interpreted,stub,inline,merged") {
    const unsigned guards = (unsigned)bench_arg(b, "guards");
    char holds[16], level[16];
    struct end e;
    if (!ends_prepare(b))
        return;
    const bool all = bench_word(b, "true", holds, sizeof holds)[0] == 'a';
    cli();
    end_open(&e, NET_UDP, PORT_ASKS, NET_ARRIVED, NULL);
    set_level(level_of(bench_word(b, "level", level, sizeof level)));
    for (unsigned i = 0; i < guards - 1; i++)
        bind_one(i, all);
    while (bench_next(b)) {
        const unsigned before = answers;
        bench_start(b);
        end_send(&e, 8, nic_objects[1].ip, PORT_ECHO);
        ends_wait(&answers, before);
        bench_stop(b);
        ends_settle();
    }
    for (unsigned i = 0; i < guards - 1; i++)
        unbind_one(i);
    set_level(LEVEL_BEST);
    end_close(&e);
    sti();
}
