/* SPDX-License-Identifier: MIT */
/* main.c -- exports TYPES: reads names from standard input, one a line, and prints each as TYPES, a
 * file of BTF, describes it, as a declaration in C. Part of the build: what a kernel exports is
 * described by what its own compiler wrote, and an export that this does not describe, or BTF that
 * the engine would refuse, ends the build (kernels/engine/export.h). */
#include <argp.h>
#include <error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/btf_print.h"
#include "engine/domain.h"
#include "engine/export.h"
#include "file.h"
#include "host_hooks.h"

/* Prints one export; false when the types do not describe it. */
static bool print_export(const struct types *types, const char *name) {
    char text[1024];
    uint32_t type = domain_described_type(&types->btf, name);
    if (!type)
        return false;
    btf_print_declaration(&types->btf, type, name, text, sizeof text);
    printf("%s;\n", text);
    return true;
}

int main(int argc, char **argv) {
    static const struct argp argp = {
        .args_doc = "TYPES",
        .doc = "Prints each export named on standard input as the BTF in TYPES describes it."};
    int first;
    argp_parse(&argp, argc, argv, 0, &first, NULL);
    if (argc - first != 1)
        error(64, 0, "one file of types is wanted; try --help");
    struct host_hooks host;
    host_hooks_init(&host);
    struct types types;
    static struct report why;
    char name[BTF_NAME_MAX + 2];
    struct bytes file = read_file(argv[first]);
    if (!types_open(&types, &host.hooks, file, &why))
        error(1, 0, "%s: %s", argv[first], why.text);
    while (fgets(name, sizeof name, stdin)) {
        name[strcspn(name, "\n")] = '\0';
        if (!print_export(&types, name))
            error(1, 0, "%s: no type for the export %s; export it by EXPORT of engine/export.h",
                  argv[first], name);
    }
    types_close(&types);
    free((void *)(uintptr_t)file.at);
    return 0;
}
