/* SPDX-License-Identifier: MIT */
/* shows.c -- see nettools.h. */
#include "exo/libos/nettools/nettools.h"

#include <stdarg.h>

#include "exo/libos/exposed.h"
#include "exo/libos/sockets/sockets.h"
#include "lib/format.h"
#include "lib/string.h"
#include "user/program.h"

void say(const char *format, ...) {
    char line[200];
    va_list args;
    va_start(args, format);
    format_text_va(line, sizeof line - 1, format, args);
    va_end(args);
    size_t length = strlen(line);
    line[length] = '\n';
    program_text(line, length + 1);
}

uint32_t address_of(const char *text, const char **end) {
    uint32_t ip = 0;
    for (unsigned part = 0; part < 4; part++) {
        uint32_t value = 0;
        const char *begin = text;
        while (*text >= '0' && *text <= '9' && value < 256)
            value = value * 10 + (uint32_t)(*text++ - '0');
        if (text == begin || value > 255 || (part < 3 && *text++ != '.'))
            return 0;
        ip = ip << 8 | value;
    }
    *end = text;
    return ip;
}

struct address_text text_of(uint32_t ip) {
    struct address_text t;
    format_text(t.text, sizeof t.text, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255,
                ip & 255);
    return t;
}

static const char *state_of(const struct exos_socket_seen *s) {
    static const char *const names[] = {"closed",     "syn-sent",   "syn-received", "established",
                                        "fin-wait-1", "fin-wait-2", "close-wait",   "closing",
                                        "last-ack",   "time-wait"};
    return s->kind == EXOS_RAW                                     ? "raw"
           : s->kind == EXOS_DATAGRAM                              ? "udp"
           : s->state < sizeof names / sizeof *names && s->peer.ip ? names[s->state]
                                                                   : "listen";
}

void netstat(void) {
    struct exos_socket_seen s;
    say("state         port  unread  unsent  peer");
    for (unsigned n = 0; exos_socket_see(n, &s); n++)
        if (s.kind)
            say("%-12s %5u %7u %7u  %s:%u", state_of(&s), s.port, s.unread, s.unsent,
                text_of(s.peer.ip).text, s.peer.port);
}

void ifconfig(uint32_t ip, uint32_t mask) {
    const volatile struct exo_nic *nic = (const volatile struct exo_nic *)EXO_NIC;
    for (unsigned i = 0; i < env_info()->nics; i++, nic++) {
        say("nic %u: ether %02x:%02x:%02x:%02x:%02x:%02x, link %s%s", i, nic->address[0],
            nic->address[1], nic->address[2], nic->address[3], nic->address[4], nic->address[5],
            nic->link ? "up" : "down", nic->dead ? ", dead" : "");
        if (!i)
            say("  address %s, mask %s", text_of(ip).text, text_of(mask).text);
        say("  in: %lu frames, %lu bytes, %lu nobody's; out: %lu frames, %lu bytes, %lu forged",
            (unsigned long)nic->frames_in, (unsigned long)nic->bytes_in, (unsigned long)nic->nobody,
            (unsigned long)nic->frames_out, (unsigned long)nic->bytes_out,
            (unsigned long)nic->forged);
    }
}
