/* SPDX-License-Identifier: MIT */
/* link.c -- vcode link: several objects, each linked against vcode's kernel and what those before
 * it export. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/btf_print.h"
#include "invocation.h"
#include "vcode.h"

static void print_declaration(const struct types *types, uint32_t type, const char *name) {
    char text[512];
    btf_print_declaration(&types->btf, type, name, text, sizeof text);
    printf("%s\n", text);
}

static void print_export(const struct domain *domain, const char *name) {
    const struct export *e = domain_find(domain, name);
    if (!e)
        return;
    printf("  exports ");
    print_declaration(domain_types(domain), e->type, name);
}

static void print_object(const struct load *load, const struct domain *exported) {
    printf("%s\n", load->link.name);
    for (uint32_t i = 0; i < load->link.names; i++) {
        const struct binding *b = &load->link.binding[i];
        printf("  %s of %s: ", b->export->name, domain_name(b->part));
        print_declaration(domain_types(b->part), b->export->type, b->export->name);
    }
    for (uint32_t i = 0; i < load->object.function_count; i++)
        print_export(exported, load->object.function[i].name);
    for (uint32_t i = 0; i < load->object.global_count; i++)
        print_export(exported, load->object.global[i].name);
}

/* Links the i-th object and those after it. */
static int link_from(struct invocation *s, unsigned i, struct domain **exported) {
    struct report report;
    struct load load;
    void *file;
    if (i == s->objects)
        return STATUS_FINE;
    int status = invocation_load(s, s->object[i], exported, i, &load, &file);
    if (status != STATUS_FINE)
        return status;
    exported[i] = link_export(&load.link, &report);
    if (!exported[i]) {
        printf("%s: refused\n%s", s->object[i], report.text);
        status = STATUS_REFUSED;
    } else {
        if (s->exports)
            print_object(&load, exported[i]);
        status = link_from(s, i + 1, exported);
    }
    load_close(&load);
    free(file);
    return status;
}

int command_link(int argc, char **argv) {
    static struct invocation s;
    struct domain *exported[SESSION_OBJECTS_MAX];
    invocation_open(&s, argc, argv, "ke", SESSION_OBJECTS_MAX,
                    "Links each object against vcode's kernel and the objects before it.");
    int status = link_from(&s, 0, exported);
    if (status == STATUS_FINE)
        printf("linked: %u object%s, nothing undefined\n", s.objects, s.objects == 1 ? "" : "s");
    invocation_close(&s);
    return status;
}
