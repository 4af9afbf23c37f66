/* SPDX-License-Identifier: MIT */
/* event.c -- the table of events, and what its operations promise. */
#include "../replace.h"

#include "machine/trap/catch.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"

EVENT_DECLARE(test_double, int, (int n));

MODULE("Test");

EVENT(test_double, "Test.Double", int, (int n)) {
    return 2 * n;
}

static int triple(int n) {
    return 3 * n;
}

CHECK(event_table, "event/each_exported_procedure_is_in_the_table_with_its_cell") {
    static const char *const exported[] = {"Trap.Fault", "Console.Write", "Console.Record",
                                           "Console.Read", "Test.Double"};
    for (unsigned i = 0; i < sizeof exported / sizeof exported[0]; i++) {
        const struct event *e = event_find(exported[i]);
        if (!e || !event_is_intrinsic(e))
            check_fail(c, "%s is missing, or not handled by its procedure", exported[i]);
    }
    CHECK_THAT(c, event_find("Trap.Syscall")); /* which our calls handle from boot on */
    CHECK_THAT(c, !event_find("Test.Triple") && !event_find(""));
    for (size_t i = 0; i < event_count(); i++)
        CHECK_THAT(c, event_find(event_at(i)->name) == event_at(i));
}

CHECK(event_raise, "event/a_raise_is_a_call_of_the_intrinsic_handler") {
    CHECK_THAT(c, test_double(21) == 42);
    CHECK_THAT(c, *event_find("Test.Double")->cell == event_find("Test.Double")->intrinsic);
}

CHECK(event_replace, "event/another_handler_takes_the_raises_until_the_reset") {
    const struct event *e = event_find("Test.Double");
    CHECK_THAT(c, REPLACE(test_double, triple) == 0);
    CHECK_THAT(c, !event_is_intrinsic(e));
    int replaced = test_double(21);
    restore_event(e);
    CHECK_THAT(c, replaced == 63);
    CHECK_THAT(c, test_double(21) == 42 && event_is_intrinsic(e));
}

static void check_start(void *event) {
    event_check_start(event);
}

CHECK(event_start, "event/a_cell_that_does_not_start_with_its_intrinsic_handler_is_a_panic") {
    struct trap_frame f;
    void *event = (void *)&event_test_double;
    CHECK_THAT(c, !trap_catch(&f, check_start, event));
    CHECK_THAT(c, REPLACE(test_double, triple) == 0);
    bool caught = trap_catch(&f, check_start, event);
    restore_event(&event_test_double);
    CHECK_THAT(c, caught && f.vector == TRAP_PANIC);
}
