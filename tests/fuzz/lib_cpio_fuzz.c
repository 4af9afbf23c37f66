/* SPDX-License-Identifier: MIT */
/* lib_cpio_fuzz.c -- any bytes as an archive: what cpio_open accepts can be found and read, byte
 * for byte; and any of its files as a list of components. */
#include "lib/boot_list.h"
#include "lib/cpio.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds) {
    if (!holds)
        abort();
}

static void read_list(const uint8_t *text, size_t len) {
    struct boot_list list = {.text = (const char *)text, .len = len};
    struct component c;
    enum boot_list_step step;
    while ((step = boot_list_next(&list, &c)) != BOOT_LIST_END)
        if (step == BOOT_LIST_COMPONENT)
            demand(*c.name && strlen(c.name) < sizeof c.name &&
                   strlen(c.arguments) < sizeof c.arguments);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct cpio a;
    struct cpio_file file;
    const char *why;
    read_list(data, size);
    if (cpio_open(&a, data, size, &why)) {
        demand(why != NULL);
        return 0;
    }
    demand(a.count <= CPIO_FILES_MAX);
    if (cpio_find(&a, "boot", &file)) {
        demand(file.data >= data && file.len <= size &&
               (size_t)(file.data - data) <= size - file.len);
        read_list(file.data, file.len);
    }
    return 0;
}
