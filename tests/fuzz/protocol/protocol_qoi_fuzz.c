/* SPDX-License-Identifier: MIT */
/* Any bytes as a picture: no more pixels than it says it has, and all of them before its end. */
#include <stdlib.h>

#include "protocol/qoi.h"

#define MUST(x)                                                                                    \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct qoi q = {0};
    uint64_t pixels = 0;
    for (size_t i = 0; i < size; i++) {
        const uint32_t before = q.state, count = qoi_next(&q, data[i]);
        MUST(count <= QOI_RUN_MOST && (!count || before == QOI_PIXELS));
        MUST(q.state >= before && q.state <= QOI_BAD);
        pixels += count;
        if (q.state != QOI_HEAD && q.state != QOI_BAD)
            MUST(pixels + q.left == (uint64_t)q.width * q.height && pixels <= QOI_PIXELS_MOST);
        if (q.state >= QOI_TAIL && q.state != QOI_BAD)
            MUST(!q.left);
    }
    return 0;
}
