/* SPDX-License-Identifier: MIT */
/* port.bpf.c -- a packet filter in C, for what lies behind IP's header: is it to this port? The
 * number is replaced, for a filter each. */
enum { PORT = 0xcafe };

__attribute__((section("filter"), used)) long port(const unsigned char *place,
                                                   const unsigned char *end) {
    if (place + 4 > end)
        return 0;
    return *(const unsigned short *)(place + 2) == __builtin_bswap16(PORT);
}
