/* SPDX-License-Identifier: MIT */
/* serial.c -- records and text on /dev/ttyS0. Each write is drained before it returns: otherwise
 * the UART's interrupts would fall into the next bracket. */
#include "linux/init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

static int line;
/* In memory shared with the children, so that numbers go on whoever writes, and stay right when a
 * writer dies. */
static struct sender *sender;

static void line_write(const char *bytes, size_t length) {
    while (length) {
        ssize_t n = write(line, bytes, length);
        if (n < 0 && errno != EINTR)
            _exit(1);
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
        }
    }
    tcdrain(line);
}

static void line_cut(void) {
    guest_exit(PROTOCOL_EXIT_EARLY);
}

void serial_open(void) {
    struct termios raw;
    line = open("/dev/ttyS0", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (line < 0 || tcgetattr(line, &raw))
        guest_exit(PROTOCOL_EXIT_EARLY); /* nobody to tell */
    cfmakeraw(&raw);
    tcsetattr(line, TCSANOW, &raw);
    sender = mmap(NULL, sizeof *sender, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sender == MAP_FAILED)
        guest_exit(PROTOCOL_EXIT_EARLY);
    sender->write = line_write;
    sender->cut = line_cut;
}

struct sender *serial_sender(void) {
    return sender;
}

void serial_record(const char *body, size_t length) {
    sender_record(sender, body, length);
}

void serial_text(const char *bytes, size_t length) {
    sender_text(sender, bytes, length);
}

int serial_read(void) {
    unsigned char byte;
    return read(line, &byte, 1) == 1 ? byte : -1;
}
