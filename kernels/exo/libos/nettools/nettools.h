/* SPDX-License-Identifier: MIT */
/* nettools.h -- servers and tools of ExOS' sockets, by lines of words. */
#ifndef EXO_LIBOS_NETTOOLS_H
#define EXO_LIBOS_NETTOOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line for a person. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Bytes up to a blank or the end. */
static inline size_t word_length(const char *line) {
    size_t n = 0;
    while (line[n] && line[n] != ' ')
        n++;
    return n;
}
/* 10.0.0.1 as a number, and what is behind it; 0: it is none. */
uint32_t address_of(const char *text, const char **end);
/* An address as text. */
struct address_text {
    char text[16];
};
struct address_text text_of(uint32_t ip);

/* servers.c: each is a process of its own, from `run NAME [PORT]` or a line of the table until it
 * is told to stop. */
void servers_begin(void);
/* Starts the one that the line names. False, and it says so: there is none of this name, or none
 * can be. */
bool server_run(const char *line);
void server_stop(const char *name);
void servers_stop(void);

/* Lines of LINE_BYTES, each its number with zeros before it, from this number on; into `room`
 * bytes, a multiple of that. */
#define LINE_BYTES 64u
void lines_from(uint64_t number, uint8_t *into, size_t room);

/* carry.c: so many bytes of such lines to an echo server and back, by one connection; says how many
 * came, and their SHA-256. */
void carry_stream(uint32_t ip, uint64_t bytes);
/* Datagrams with `from` to `to` bytes of data, each until it came back, or for so many tries as
 * make no sense any more; says how many did. */
void carry_datagrams(uint32_t ip, unsigned from, unsigned to);

/* ping.c: so many echoes to the address; says what came back, and how many. */
void ping(uint32_t ip, unsigned count, unsigned bytes);
/* One of each length, again where it did not come back; says how many lengths did. */
void ping_lengths(uint32_t ip, unsigned from, unsigned to);
/* shows.c: what there is of sockets, and of interfaces, read without a call. */
void netstat(void);
/* With the address and mask that this ExOS has by interface 0. */
void ifconfig(uint32_t ip, uint32_t mask);
/* tcpdump.c: of the next so many frames of an interface, both ways, a line each, and all of them
 * into a file of libpcap's form. `bytes`: their bytes, too, as text2pcap wants them. */
void tcpdump(unsigned nic, unsigned frames, bool bytes, const char *file);
/* frame_text.c: "10.0.0.1:7 > 10.0.0.2:1024 udp" of any bytes; ROOM bytes with the NUL hold it. */
#define FRAME_TEXT 96
void frame_text(char text[FRAME_TEXT], const uint8_t *frame, uint32_t bytes);

#endif
