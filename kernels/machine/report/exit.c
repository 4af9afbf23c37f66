/* SPDX-License-Identifier: MIT */
/* exit.c -- see exit.h. */
#include "machine/report/exit.h"

#include "machine/cpu/x86.h"
#include "machine/report/serial.h"

#define PVPANIC_PORT     0x505
#define PVPANIC_PANICKED 1
#define KEYBOARD_COMMAND 0x64
#define KEYBOARD_RESET   0xfe
#define RESET_CONTROL    0xcf9

static void (*power_off)(void);
static uint16_t reset_port; /* 0: none */
static uint8_t reset_value;

void exit_init(void (*off)(void), uint16_t port, uint8_t value) {
    power_off = off;
    reset_port = port;
    reset_value = value;
}

void machine_halt(void) {
    for (;;)
        __asm__ volatile("cli\n\thlt" : : : "memory");
}

void machine_exit(unsigned value) {
    serial_drain();
    outl(EXIT_PORT, value);
    machine_power_off();
}

/* The guest runs on for a while after the write that turns it off. */
void machine_power_off(void) {
    serial_drain();
    if (power_off)
        power_off();
    machine_halt();
}

void machine_reset(void) {
    serial_drain();
    outb(RESET_CONTROL, 0x06);
    if (reset_port)
        outb(reset_port, reset_value);
    outb(KEYBOARD_COMMAND, KEYBOARD_RESET);
    machine_halt();
}

void machine_triple_fault(void) {
    static const struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) none = {0};
    serial_drain();
    __asm__ volatile("lidt %0\n\tint3" : : "m"(none));
    machine_halt();
}

void machine_tell_panic(void) {
    uint8_t events = inb(PVPANIC_PORT);
    if (events != 0xff && (events & PVPANIC_PANICKED))
        outb(PVPANIC_PORT, PVPANIC_PANICKED);
}
