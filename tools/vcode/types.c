/* SPDX-License-Identifier: MIT */
/* types.c -- vcode types: an object's types as C. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/btf_print.h"
#include "session.h"
#include "vcode.h"

#define DEFINITION_MAX 65536

static bool is_worth_printing(struct btf_type t) {
    switch (t.kind) {
    case BTF_STRUCT:
    case BTF_UNION:
    case BTF_ENUM:
    case BTF_ENUM64:
    case BTF_FWD:
    case BTF_TYPEDEF:
    case BTF_FUNC:
    case BTF_VAR:
        return *t.name;
    default:
        return false;
    }
}

static void print_types(const struct btf *btf) {
    static char text[DEFINITION_MAX];
    for (uint32_t id = 1; id <= btf->count; id++) {
        if (!is_worth_printing(btf_type(btf, id)))
            continue;
        bool whole = btf_print_definition(btf, id, text, sizeof text);
        printf("%s%s", text, whole ? "" : "...\n");
    }
}

int command_types(int argc, char **argv) {
    static struct session s;
    struct object object;
    struct object_refusal why;
    char text[512];
    size_t len;
    session_open(&s, argc, argv, "", 1, "Prints the types of an object as C.");
    void *file = session_read(s.object[0], &len);
    int status = file ? STATUS_FINE : STATUS_USAGE;
    if (file && object_open(&object, &s.host.hooks, file, len, &why)) {
        if (object.has_types)
            print_types(&object.btf);
        else
            status = complain(STATUS_REFUSED,
                              "%s: no types: compile with -g (clang) or -gbtf (GCC)", s.object[0]);
        object_close(&object);
    } else if (file) {
        object_refusal_text(&why, text, sizeof text);
        status = STATUS_REFUSED;
        printf("%s: refused\n%s\n", s.object[0], text);
    }
    free(file);
    session_close(&s);
    return status;
}
