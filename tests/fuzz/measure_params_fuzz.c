/* SPDX-License-Identifier: MIT */
/* measure_params_fuzz.c -- boot words and a row's name: whatever stands in them, the limits hold,
 * the text is not read past its end, and reading it again changes nothing. The input up to the
 * first newline is the name. */
#include "measure/params.h"

#include <stdlib.h>
#include <string.h>

static size_t unknown_bytes;

static void unknown(const char *word, size_t length) {
    if (!length || memchr(word, ' ', length))
        abort();
    unknown_bytes += length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *newline = memchr(data, '\n', size);
    size_t name_length = newline ? (size_t)(newline - data) : size;
    const char *text = (const char *)data + name_length;
    size_t length = size - name_length;
    char name[PROTOCOL_NAME_MAX] = "";
    memcpy(name, data, name_length < sizeof name ? name_length : sizeof name - 1);

    struct params p, again;
    unknown_bytes = 0;
    params_default(&p);
    params_parse(&p, text, length, unknown);
    again = p;
    params_parse(&again, text, length, NULL);
    if (unknown_bytes > length || again.run != p.run || again.samples != p.samples ||
        p.samples < 1 || p.samples > PARAMS_SAMPLES_MAX || p.cold > PARAMS_COLD_MAX ||
        p.warm > PARAMS_WARM_MAX || !clock_name(p.clock))
        abort();
    if (p.run && (p.run < text || p.run + p.run_length > text + length))
        abort();
    if (params_select(&p, 7, name) && !p.run)
        abort();
    return 0;
}
