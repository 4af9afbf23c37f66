/* SPDX-License-Identifier: MIT */
/* tcpdump.c -- see nettools.h: copies of all frames, by the capability for the whole interface. */
#include "exo/libos/nettools/nettools.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/frames.h"
#include "exo/libos/net/link.h"
#include "exo/libos/stubs.h"
#include "exo/libos/time/clock.h"
#include "lib/error.h"
#include "lib/format.h"

#define AT   ((void *)0x6c0000000000)
#define RING 1

/* A file of libpcap begins so; and each frame. */
struct pcap_file {
    uint32_t magic;
    uint16_t major, minor;
    uint32_t zone, accuracy, most, type;
};
struct pcap_frame {
    uint32_t seconds, microseconds, stored, bytes;
};

static bool write_frame(int fd, const uint8_t *frame, uint32_t bytes) {
    uint64_t ns = clock_ns(clock_now());
    const struct pcap_frame head = {(uint32_t)(ns / 1000000000), (uint32_t)(ns % 1000000000 / 1000),
                                    bytes, bytes};
    return exos_write(fd, &head, sizeof head) == sizeof head &&
           exos_write(fd, frame, bytes) == (long)bytes;
}

static void say_frame(const uint8_t *frame, uint32_t bytes) {
    char text[FRAME_TEXT];
    const uint64_t ns = clock_ns(clock_now());
    frame_text(text, frame, bytes);
    say("%lu.%06lu %s, %u bytes", (unsigned long)(ns / 1000000000),
        (unsigned long)(ns % 1000000000 / 1000), text, bytes);
}

/* Lines "000010 08 00 ..", which `text2pcap` makes a capture of. */
static void say_bytes(const uint8_t *frame, uint32_t bytes) {
    for (uint32_t at = 0; at < bytes; at += 16) {
        char line[8 + 16 * 3] = "";
        size_t length = (size_t)format_text(line, sizeof line, "%06x", at);
        for (uint32_t i = at; i < bytes && i < at + 16; i++)
            length += (size_t)format_text(line + length, sizeof line - length, " %02x", frame[i]);
        say("%s", line);
    }
}

/* In a process of its own, whose ring ends with it. */
static uint64_t capture(unsigned nic, unsigned frames, bool with_bytes, int fd) {
    static struct link link;
    const struct pcap_file head = {0xa1b2c3d4, 2, 4, 0, 0, 65535, 1};
    if (frames_map(0, 0, 0, (uint64_t)AT, LINK_PAGES, EXO_WRITE | EXO_NO_EXEC) ||
        link_begin(&link, nic, RING, 0, AT) || exo_nettap(EXO_TAP_BY(nic, 0), 1ul << nic, RING))
        return 1;
    if (exos_write(fd, &head, sizeof head) != sizeof head)
        return 2;
    while (frames) {
        uint32_t bytes;
        const uint8_t *frame = link_next(&link, &bytes);
        if (!frame) {
            process_pass();
            continue;
        }
        if (!write_frame(fd, frame, bytes))
            return 2;
        say_frame(frame, bytes);
        if (with_bytes)
            say_bytes(frame, bytes);
        link_done(&link);
        frames--;
    }
    return 0;
}

void tcpdump(unsigned nic, unsigned frames, bool bytes, const char *file) {
    int fd = (int)exos_open(file, EXOS_WRITE | EXOS_CREATE | EXOS_TRUNCATE);
    if (fd < 0) {
        say("tcpdump: %s: %s", file, error_sentence(fd));
        return;
    }
    long pid = exos_fork();
    if (!pid) {
        uint64_t status = capture(nic, frames, bytes, fd);
        say(status == 1   ? "tcpdump: the interface is not to be tapped"
            : status == 2 ? "tcpdump: the file has no room"
                          : "tcpdump: %u frames in %s",
            frames, file);
        exos_exit(status);
    }
    exos_close(fd);
    say("tcpdump: nic %u, %u frames, into %s", nic, frames, file);
}
