/* SPDX-License-Identifier: MIT */
/* serial_input.c -- see serial_input.h. */
#include "machine/interrupt/serial_input.h"

#include "lib/string.h"
#include "machine/interrupt/input_line.h"
#include "machine/interrupt/interrupt.h"
#include "machine/interrupt/work.h"
#include "machine/report/serial.h"

#define ISA_LINE 4
#define KEPT     256 /* bytes; a power of two */

/* The handler writes at `put`, the work reads at `taken`; each counts on, and neither writes the
 * other's. A byte is written before put says so, and read before taken does. */
static uint8_t kept[KEPT];
static volatile size_t put, taken;
static uint64_t lost, dropped_before; /* by lines of earlier owners */
static struct input_line input;
static void (*on_line)(const char *text, size_t length);
static void (*on_echo)(const char *bytes, size_t length);

static inline void in_this_order(void) {
    __asm__ volatile("" : : : "memory"); /* one processor: only the compiler would change it */
}

static void keep(uint8_t byte) {
    if (put - taken == KEPT) {
        lost++;
        return;
    }
    kept[put % KEPT] = byte;
    in_this_order();
    put++;
}

static uint8_t take_kept(void) {
    uint8_t byte = kept[taken % KEPT];
    in_this_order();
    taken++;
    return byte;
}

static void edit(void *unused) {
    (void)unused;
    while (taken != put) {
        bool ended;
        const char *shown = input_line_take(&input, take_kept(), &ended);
        on_echo(shown, strlen(shown));
        if (ended)
            on_line(input.text, input.length);
    }
}

static struct work editing = {.fn = edit};

static bool receive(void *unused) {
    bool any = false;
    (void)unused;
    for (int byte; (byte = serial_read()) >= 0; any = true)
        keep((uint8_t)byte);
    if (any)
        work_post(&editing);
    return any;
}

static struct interrupt_handler handler = {.fn = receive};

int serial_input_open(void (*line)(const char *text, size_t length),
                      void (*echo)(const char *bytes, size_t length)) {
    struct interrupt_line isa = interrupt_isa(ISA_LINE);
    dropped_before += input.dropped;
    input = (struct input_line){.length = 0};
    on_line = line;
    on_echo = echo;
    int error = interrupt_on_line(&handler, &isa);
    if (!error)
        serial_interrupts(true);
    return error;
}

void serial_input_close(void) {
    serial_interrupts(false);
    interrupt_unregister(&handler);
    work_withdraw(&editing);
    taken = put;
}

uint64_t serial_input_dropped(void) {
    return lost + dropped_before + input.dropped;
}
