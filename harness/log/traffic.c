/* SPDX-License-Identifier: MIT */
/* traffic.c -- see traffic.h. */
#include "log/traffic.h"
#include "base/scope.h"
#include "base/text.h"
#include "measure/pcap.h"

#include <errno.h>

/* Of Ethernet, without its sum. */
enum { SHORTEST = 14, LONGEST = 1514 };

char *traffic_fault(const char *path) {
    struct pcap p;
    struct pcap_frame f;
    const char *why;
    size_t length, frames = 0;
    scoped_text char *bytes = text_read(path, &length);
    if (!bytes)
        return text_copy(text_read_error(errno));
    if ((why = pcap_open(&p, bytes, length)))
        return text_copy(why);
    while (pcap_next(&p, &f, &why)) {
        frames++;
        if (f.stored != f.length)
            return text_format("of frame %zu it has %zu bytes of %u", frames, f.stored, f.length);
        if (f.length < SHORTEST || f.length > LONGEST)
            return text_format("frame %zu has %u bytes; allowed: %d to %d", frames, f.length,
                               SHORTEST, LONGEST);
    }
    return why ? text_copy(why) : frames ? NULL : text_copy("it has no frame");
}
