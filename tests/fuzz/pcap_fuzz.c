/* SPDX-License-Identifier: MIT */
/* pcap_fuzz.c -- any bytes as a capture: frames that lie in it, one behind the other, then its end
 * or why there is none. */
#include "measure/pcap.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(int condition) {
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct pcap p;
    struct pcap_frame f;
    const char *why = pcap_open(&p, data, size);
    volatile uint8_t sum = 0;
    size_t at = PCAP_HEAD;
    if (why)
        return 0;
    while (pcap_next(&p, &f, &why)) {
        demand(f.bytes == data + at + PCAP_RECORD_HEAD && f.stored <= f.length);
        at += PCAP_RECORD_HEAD + f.stored;
        demand(at <= size);
        for (size_t i = 0; i < f.stored; i++)
            sum ^= f.bytes[i];
    }
    demand((at == size) == !why);
    return 0;
}
