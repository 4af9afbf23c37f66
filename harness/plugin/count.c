/* SPDX-License-Identifier: MIT */
/* count.c -- a plugin for QEMU that counts inside each bracket what the list in counters.h names.
 *
 *     -plugin count.so,out=FILE      or      -plugin count.so,probe=on
 *
 * FILE gets a line for each bracket as it closes, equal neighbours together: how many brackets, the
 * instructions between the marks, and the counters in the order of the list. The marks cost the
 * guest what they cost without a plugin, and the two instructions that begin a batch are the
 * bracket's: nothing of them is counted but that they are two instructions. With `probe` QEMU ends
 * at once, with status 0: it takes plugins.
 *
 * What runs before the first bracket is translated without any of this, and so at full speed.
 * Where a block is cut short by a fault, its instructions are all counted; the clock (-icount)
 * is exact. */
#include "allocate.h"
#include "counters.h"
#include "decode.h"
#include "qemu_plugin.h"
#include "touched.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

struct counts {
    uint64_t instructions;
    uint64_t counters[COUNTER_COUNT];
};

static FILE *out;
static bool counting;     /* the first bracket was met */
static bool inside;       /* a bracket is open */
static uint64_t executed; /* instructions of the blocks that were begun, since counting began */
static struct touched touched;
static bool has_data;     /* some page of it is data */
static struct counts now; /* the bracket that is open; instructions: `executed` when it opened */
static bool began_in_kernel, returning; /* from the kernel, to whatever runs next */
static uint64_t returns;                /* to user code */
static uint64_t string_halves;          /* of iterations: cmps loads twice */

/* What was counted last, and in how many brackets; written when another comes. */
static struct counts last;
static uint64_t repeated;

static void write_last(void) {
    if (!repeated)
        return;
    fprintf(out, "%" PRIu64 " %" PRIu64, repeated, last.instructions);
    for (int i = 0; i < COUNTER_COUNT; i++)
        fprintf(out, " %" PRIu64, last.counters[i]);
    fputc('\n', out);
    repeated = 0;
}

/* ---- memory ---- */

/* Pages by their virtual addresses, as a TLB has them, and lines that were touched; both are
 * dropped when the guest's translations may be. */
static struct translation {
    uint64_t number; /* of the virtual page */
    struct touched_page *page;
} translations[256];

static uint64_t lines_seen[512]; /* an address in the line, its lowest bit set; or 0 */

static void drop_translations(void) {
    memset(translations, 0, sizeof translations);
    memset(lines_seen, 0, sizeof lines_seen);
}

/* The page of the machine that an access to ADDRESS reached, so that a line seen at two addresses
 * is one. */
static struct touched_page *page_at(qemu_plugin_meminfo_t info, uint64_t address) {
    uint64_t number = address / TOUCHED_PAGE_SIZE;
    struct translation *t = &translations[number % (sizeof translations / sizeof *translations)];
    if (t->page && t->number == number)
        return t->page;
    const struct qemu_plugin_hwaddr *at = qemu_plugin_get_hwaddr(info, address);
    uint64_t machine = at ? qemu_plugin_hwaddr_phys_addr(at) : address;
    *t = (struct translation){number, touched_page(&touched, machine / TOUCHED_PAGE_SIZE)};
    return t->page;
}

/* Most accesses are to a line that was touched just before. */
static void touch(qemu_plugin_meminfo_t info, uint64_t address) {
    uint64_t line = address / LINE_SIZE, key = line * LINE_SIZE | 1;
    uint64_t *seen = &lines_seen[line % (sizeof lines_seen / sizeof *lines_seen)];
    if (*seen == key)
        return;
    *seen = key;
    touched_line(&touched, page_at(info, address), line % 64);
}

/* What QEMU says of an access. There are few kinds, and to ask takes two calls: so each place of
 * this table, by a hash, keeps one. */
static const struct access {
    qemu_plugin_meminfo_t info;
    uint32_t last; /* byte of it: its size less 1 */
    uint64_t *counter;
} * access_of(qemu_plugin_meminfo_t info) {
    static struct access accesses[64];
    struct access *a = &accesses[info * 0x9e3779b1u >> 26];
    if (!a->counter || a->info != info)
        *a = (struct access){
            info, (1u << qemu_plugin_mem_size_shift(info)) - 1,
            &now.counters[qemu_plugin_mem_is_store(info) ? COUNTER_stores : COUNTER_loads]};
    return a;
}

/* Counts the bytes from ADDRESS to END, of one page, where that is data. */
static void count_data(qemu_plugin_meminfo_t info, uint64_t address, uint64_t end) {
    if (page_at(info, address)->data)
        now.counters[COUNTER_data_bytes] += end - address + 1;
}

static void on_data(qemu_plugin_meminfo_t info, uint64_t address, uint64_t end) {
    uint64_t next = end / TOUCHED_PAGE_SIZE * TOUCHED_PAGE_SIZE;
    if (next > address) {
        count_data(info, address, next - 1);
        address = next;
    }
    count_data(info, address, end);
}

/* An access that reaches into the next line touches both. */
static void on_access(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t address, void *data) {
    (void)vcpu;
    (void)data;
    if (!inside)
        return;
    const struct access *access = access_of(info);
    uint64_t end = address + access->last;
    ++*access->counter;
    touch(info, address);
    if (end / LINE_SIZE != address / LINE_SIZE)
        touch(info, end);
    if (has_data)
        on_data(info, address, end);
}

/* The access behind a mark: its page is data from now on, by whatever address. */
static void on_data_named(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t address, void *data) {
    const struct qemu_plugin_hwaddr *at = qemu_plugin_get_hwaddr(info, address);
    (void)vcpu;
    (void)data;
    if (at)
        touched_page(&touched, qemu_plugin_hwaddr_phys_addr(at) / TOUCHED_PAGE_SIZE)->data =
            has_data = true;
}

static void on_no_data(unsigned vcpu, void *data) {
    (void)vcpu;
    (void)data;
    touched_no_data(&touched);
    has_data = false;
}

/* What one access of a string instruction is of an iteration, in halves; lods, scas and outs load
 * and nothing else, cmps loads twice, and the load of movs is its store's. */
static const struct string_share {
    uint64_t load, store;
} string_shares[] = {
    [INSN_STRING_LOAD] = {2, 0}, [INSN_STRING_STORE] = {0, 2}, [INSN_STRING_COMPARE] = {1, 0}};

static void on_string(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t address, void *data) {
    const struct string_share *share = data;
    (void)vcpu;
    (void)address;
    string_halves += qemu_plugin_mem_is_store(info) ? share->store : share->load;
}

/* ---- instructions ---- */

/* Kernels of all systems lie in the upper half of the address space, user programs in the lower. */
static bool is_kernel(uint64_t address) {
    return address >> 63;
}

/* A mark, as it was translated: where, and how many instructions of its block come behind it. */
struct mark {
    uint64_t address, behind;
};

static void on_begin(unsigned vcpu, void *data) {
    const struct mark *mark = data;
    (void)vcpu;
    inside = true;
    began_in_kernel = is_kernel(mark->address);
    returning = false;
    returns = string_halves = 0;
    now = (struct counts){.instructions = executed - mark->behind};
    touched_clear(&touched);
    drop_translations();
}

static void on_end(unsigned vcpu, void *data) {
    const struct mark *mark = data;
    (void)vcpu;
    if (!inside)
        return;
    inside = false;
    now.instructions = executed - mark->behind - 1 - now.instructions;
    now.counters[COUNTER_lines] = touched.lines;
    now.counters[COUNTER_pages] = touched.pages;
    now.counters[COUNTER_string_iterations] = string_halves / 2;
    /* Between two returns to user code lies one way into the kernel. */
    now.counters[COUNTER_crossings] =
        2 * returns + is_kernel(mark->address) - (uint64_t)began_in_kernel;
    if (memcmp(&now, &last, sizeof now) != 0)
        write_last();
    last = now;
    repeated++;
}

static void on_return(unsigned vcpu, void *data) {
    (void)vcpu;
    (void)data;
    returning = true;
}

/* A block of user code: only a return leads to it from the kernel. */
static void on_user_block(unsigned vcpu, void *data) {
    (void)vcpu;
    (void)data;
    returns += returning;
    returning = false;
}

static void on_cr3_write(unsigned vcpu, void *data) {
    (void)vcpu;
    (void)data;
    now.counters[COUNTER_cr3_writes]++;
    drop_translations();
}

static void on_translation(unsigned vcpu, void *data) {
    (void)vcpu;
    (void)data;
    drop_translations();
}

static void on_indirect(unsigned vcpu, void *data) {
    (void)vcpu;
    (void)data;
    now.counters[COUNTER_indirect_branches]++;
}

/* ---- while a block is translated ---- */

/* Where the two instructions of a batch may stand: behind each mark that was met. */
struct places {
    uint64_t at[1024];
    size_t count;
};
static struct places notes, loads;

static bool places_have(const struct places *p, uint64_t address) {
    for (size_t i = 0; i < p->count; i++)
        if (p->at[i] == address)
            return true;
    return false;
}

static void places_add(struct places *p, uint64_t address) {
    if (p->count < sizeof p->at / sizeof *p->at && !places_have(p, address))
        p->at[p->count++] = address;
}

/* Whether it is one of the two that begin a batch. */
static bool begins_batch(enum insn_kind kind, uint64_t address, uint64_t behind) {
    if (kind == INSN_BATCH_NOTE && places_have(&notes, address)) {
        places_add(&loads, behind);
        return true;
    }
    return kind == INSN_BATCH_LOAD && places_have(&loads, address);
}

static void watch(struct qemu_plugin_insn *insn, qemu_plugin_vcpu_udata_cb_t callback, void *data) {
    qemu_plugin_register_vcpu_insn_exec_cb(insn, callback, QEMU_PLUGIN_CB_NO_REGS, data);
}

/* QEMU 7.2 takes one of loads and stores for the other when asked for only one of them. */
static void watch_memory(struct qemu_plugin_insn *insn, qemu_plugin_vcpu_mem_cb_t callback,
                         const void *data) {
    qemu_plugin_register_vcpu_mem_cb(insn, callback, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW,
                                     (void *)(uintptr_t)data);
}

static void count(struct qemu_plugin_insn *insn, enum insn_kind kind) {
    static const qemu_plugin_vcpu_udata_cb_t callbacks[] = {[INSN_CR3_WRITE] = on_cr3_write,
                                                            [INSN_TRANSLATION] = on_translation,
                                                            [INSN_RETURN] = on_return,
                                                            [INSN_INDIRECT] = on_indirect,
                                                            [INSN_STRING_COMPARE] = NULL};
    watch_memory(insn, on_access, NULL);
    if (callbacks[kind])
        watch(insn, callbacks[kind], NULL);
    if (kind == INSN_STRING_LOAD || kind == INSN_STRING_STORE || kind == INSN_STRING_COMPARE)
        watch_memory(insn, on_string, &string_shares[kind]);
}

/* Few are translated, and QEMU ends soon; none is freed. */
static void watch_mark(struct qemu_plugin_insn *insn, enum insn_kind kind, struct mark at) {
    struct mark *mark = plugin_memory(sizeof *mark);
    *mark = at;
    watch(insn, kind == INSN_MARK_BEGIN ? on_begin : on_end, mark);
    places_add(&notes, at.address + qemu_plugin_insn_size(insn));
}

static void on_counting(qemu_plugin_id_t id);

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    size_t instructions = qemu_plugin_tb_n_insns(tb);
    bool was_counting = counting, names_data = false;
    for (size_t n = 0; n < instructions; n++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, n);
        size_t size = qemu_plugin_insn_size(insn);
        uint64_t address = qemu_plugin_insn_vaddr(insn);
        enum insn_kind kind = insn_decode(qemu_plugin_insn_data(insn), size);
        if (names_data)
            watch_memory(insn, on_data_named, NULL);
        names_data = kind == INSN_MARK_DATA;
        if (kind == INSN_MARK_NO_DATA)
            watch(insn, on_no_data, NULL);
        if (kind == INSN_MARK_BEGIN || kind == INSN_MARK_END) {
            watch_mark(insn, kind, (struct mark){address, instructions - n - 1});
            counting = true;
        } else if (was_counting && !begins_batch(kind, address, address + size)) {
            count(insn, kind);
        }
        if (was_counting && !n && !is_kernel(address))
            watch(insn, on_user_block, NULL);
    }
    if (was_counting)
        qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64, &executed,
                                                 instructions);
    else if (counting)
        qemu_plugin_reset(id, on_counting);
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void *data) {
    (void)id;
    (void)data;
    write_last();
    fclose(out);
}

/* Everything is translated anew from here on. */
static void on_counting(qemu_plugin_id_t id) {
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "out=", 4))
            out = fopen(argv[i] + 4, "we");
        if (!strncmp(argv[i], "probe=", 6))
            exit(0);
    }
    if (!out) {
        fputs("count.so: out=FILE is missing or cannot be written\n", stderr);
        return -1;
    }
    on_counting(id);
    return 0;
}
