/* SPDX-License-Identifier: MIT */
/* trace.c -- a plugin for QEMU that writes down each instruction inside one bracket: `exospin
 * trace`.
 *
 *     -plugin trace.so,out=FILE,bracket=N
 *
 * Brackets are numbered from 0 as they run. The marks are NOPs that bench_start and bench_stop
 * contain (kernels/measure/bracket.h); they are recognised when a block is translated, so the guest
 * needs no other help, and they cost it what they cost without a plugin. FILE gets a line "ADDRESS
 * INSTRUCTION" each, and a last line "end". */
#include "allocate.h"
#include "decode.h"
#include "qemu_plugin.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static FILE *out;
static long wanted, bracket = -1; /* the bracket that is or was last open */
static bool inside;

/* One translated instruction. Blocks are translated a bounded number of times and QEMU ends soon,
 * so none is freed. */
struct instruction {
    uint64_t address;
    char *words;
};

static void on_begin(unsigned vcpu, void *data) {
    (void)vcpu;
    (void)data;
    inside = ++bracket == wanted;
}

static void on_end(unsigned vcpu, void *data) {
    (void)vcpu;
    (void)data;
    if (inside)
        fputs("end\n", out);
    inside = false;
}

static void on_instruction(unsigned vcpu, void *data) {
    const struct instruction *i = data;
    (void)vcpu;
    if (inside)
        fprintf(out, "%016" PRIx64 " %s\n", i->address, i->words);
}

static void watch(struct qemu_plugin_insn *insn, qemu_plugin_vcpu_udata_cb_t callback, void *data) {
    qemu_plugin_register_vcpu_insn_exec_cb(insn, callback, QEMU_PLUGIN_CB_NO_REGS, data);
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    (void)id;
    for (size_t n = 0; n < qemu_plugin_tb_n_insns(tb); n++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, n);
        enum insn_kind kind = insn_decode(qemu_plugin_insn_data(insn), qemu_plugin_insn_size(insn));
        if (kind == INSN_MARK_BEGIN) {
            watch(insn, on_begin, NULL);
        } else if (kind == INSN_MARK_END) {
            watch(insn, on_end, NULL);
        } else {
            struct instruction *i = plugin_memory(sizeof *i);
            *i = (struct instruction){qemu_plugin_insn_vaddr(insn), qemu_plugin_insn_disas(insn)};
            watch(insn, on_instruction, i);
        }
    }
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void *data) {
    (void)id;
    (void)data;
    fclose(out);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "out=", 4))
            out = fopen(argv[i] + 4, "we");
        if (!strncmp(argv[i], "bracket=", 8))
            wanted = strtol(argv[i] + 8, NULL, 10);
    }
    if (!out) {
        fputs("trace.so: out=FILE is missing or cannot be written\n", stderr);
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
    return 0;
}
