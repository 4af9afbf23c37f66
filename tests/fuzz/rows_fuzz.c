/* SPDX-License-Identifier: MIT */
/* rows_fuzz.c -- any bytes as a .rows file: rows whose names fit and whose numbers count up, or a
 * refusal that leaves nothing. */
#include "measure/protocol.h"
#include "experiment/rows.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct row_specs rows;
    struct failure why;
    char *text = calloc(1, size + 1);
    if (!text)
        abort();
    memcpy(text, data, size);
    int failed = rows_parse(text, "f", &rows, &why);
    if (failed && (rows.items || rows.count || !*why.text))
        abort();
    for (size_t i = 0; i < rows.count; i++)
        if (rows.items[i].number != i || !*rows.items[i].name ||
            strlen(rows.items[i].name) >= PROTOCOL_NAME_MAX || rows.count > ROWS_MAX)
            abort();
    rows_free(&rows);
    free(text);
    return 0;
}
