/* SPDX-License-Identifier: MIT */
/* serial.c -- the 16550 UART at 0x3f8. Where there is none its ports read 0xff, which looks ready:
 * output then goes nowhere and never waits. */
#include "machine/report/serial.h"

#include "machine/cpu/x86.h"

#define COM1 0x3f8
enum { DATA = 0, INTERRUPTS = 1, FIFO = 2, LINE = 3, MODEM = 4, STATUS = 5 };
enum { STATUS_DATA = 1, STATUS_FIFO_EMPTY = 0x20, STATUS_IDLE = 0x40, FIFO_SIZE = 16 };

enum { RECEIVED = 1, LINE_DRIVEN = 8 }; /* bits of INTERRUPTS, and of MODEM: OUT2 */

static void wait_for(uint8_t status) {
    while (!(inb(COM1 + STATUS) & status))
        pause();
}

static int early = -1; /* a byte that came before serial_init, or -1 */

static int receive(void) {
    uint8_t status = inb(COM1 + STATUS);
    if (status == 0xff || !(status & STATUS_DATA))
        return -1;
    return inb(COM1 + DATA);
}

/* Turning it on drops the byte that waits. So this one is kept, and the line cut meanwhile, or QEMU
 * would put the next byte into its place. */
static void enable_fifo(void) {
    outb(COM1 + MODEM, 0x10);
    early = receive();
    outb(COM1 + FIFO, 0x01);
}

void serial_init(void) {
    outb(COM1 + INTERRUPTS, 0);
    outb(COM1 + LINE, 0x80); /* the divisor is next: 1, for 115200 baud */
    outb(COM1 + DATA, 1);
    outb(COM1 + INTERRUPTS, 0);
    outb(COM1 + LINE, 0x03); /* 8N1 */
    enable_fifo();
    outb(COM1 + MODEM, 0x03); /* DTR, RTS */
    if (!(inb(COM1 + STATUS) & STATUS_DATA))
        inb(COM1 + DATA);  /* QEMU hands over what waits when somebody reads */
    serial_write("\n", 1); /* the loader may have left a line open; ours begin on their own */
}

void serial_write(const void *bytes, size_t n) {
    const uint8_t *p = bytes;
    while (n) {
        wait_for(STATUS_FIFO_EMPTY);
        for (int free = FIFO_SIZE; free && n; free--, n--)
            outb(COM1 + DATA, *p++);
    }
}

void serial_drain(void) {
    wait_for(STATUS_IDLE);
}

void serial_interrupts(bool on) {
    outb(COM1 + INTERRUPTS, on ? RECEIVED : 0);
    outb(COM1 + MODEM, (inb(COM1 + MODEM) & ~LINE_DRIVEN) | (on ? LINE_DRIVEN : 0));
}

int serial_read(void) {
    int byte = early;
    early = -1;
    return byte >= 0 ? byte : receive();
}
