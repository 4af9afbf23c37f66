/* SPDX-License-Identifier: MIT */
/* network_host.c -- an ExOS on a network: its words are `ADDRESS/BITS [ROUTER]`; then the servers
 * of the table that the boot brought run (/boot/servers), and it does what the console says. A word
 * `address=ADDRESS/BITS` of the machine's comes before its own. It ends at a line `halt`, and the
 * machine with it. */
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exposed.h"
#include "exo/libos/nettools/nettools.h"
#include "exo/libos/sockets/sockets.h"
#include "exo/libos/yield.h"
#include "lib/boot_list.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "user/program.h"

#define TABLE      "/boot/servers"
#define LINE       128
#define DUMPED     16
#define PING_COUNT 3
#define PING_BYTES 56

static struct { uint32_t ip, mask; } own;

static unsigned number(const char *text, unsigned otherwise) {
    unsigned value = 0;
    if (*text < '0' || *text > '9')
        return otherwise;
    while (*text >= '0' && *text <= '9' && value < 100000)
        value = value * 10 + (unsigned)(*text++ - '0');
    return value;
}

/* What is behind the line's n-th word. */
static const char *behind(const char *line, unsigned words) {
    for (; words; words--) {
        line += word_length(line);
        while (*line == ' ')
            line++;
    }
    return line;
}

static bool is(const char *line, const char *word) {
    size_t length = strlen(word);
    return !memcmp(line, word, length) && (!line[length] || line[length] == ' ');
}

/* `FROM-TO` or a number: whether they are two. */
static bool is_range(const char *text, unsigned *from, unsigned *to) {
    const char *c = text;
    *from = *to = number(text, 0);
    while (*c >= '0' && *c <= '9')
        c++;
    if (*c == '-')
        *to = number(c + 1, 0);
    return *c == '-' && *from <= *to;
}

static void obey_ping(const char *line) {
    unsigned from, to;
    const char *end = behind(line, 1);
    uint32_t ip = address_of(end, &end);
    if (ip && is_range(behind(line, 2), &from, &to))
        ping_lengths(ip, from, to);
    else if (ip)
        ping(ip, number(behind(line, 2), PING_COUNT), number(behind(line, 3), PING_BYTES));
    else
        say("ping: ADDRESS [COUNT [BYTES]], or ADDRESS BYTES-BYTES");
}

static void obey_carry(const char *line) {
    unsigned from, to;
    const char *end = behind(line, 1);
    uint32_t ip = address_of(end, &end);
    if (ip && is_range(behind(line, 2), &from, &to))
        carry_datagrams(ip, from, to);
    else if (ip)
        carry_stream(ip, (uint64_t)from << 10);
    else
        say("carry: ADDRESS KIB, or datagrams: ADDRESS BYTES-BYTES");
}

static void obey_tcpdump(const char *line) {
    const char *second = behind(line, 2);
    tcpdump(0, number(behind(line, 1), DUMPED), is(second, "bytes"), "/tcpdump.pcap");
}

static void obey(const char *line) {
    if (is(line, "run"))
        server_run(behind(line, 1));
    else if (is(line, "stop"))
        server_stop(behind(line, 1));
    else if (is(line, "ping"))
        obey_ping(line);
    else if (is(line, "carry"))
        obey_carry(line);
    else if (is(line, "netstat"))
        netstat();
    else if (is(line, "ifconfig"))
        ifconfig(own.ip, own.mask);
    else if (is(line, "tcpdump"))
        obey_tcpdump(line);
    else if (*line)
        say("%s: there are: run NAME [PORT], stop NAME, ping ADDRESS [COUNT [BYTES]], carry, "
            "netstat, ifconfig, tcpdump [FRAMES [bytes]], halt",
            line);
}

/* The servers of the table; who cannot run says so, and the others do. */
static void run_table(void) {
    static char text[4096];
    struct component c;
    int fd = (int)exos_open(TABLE, EXOS_READ);
    long length = fd < 0 ? fd : exos_read(fd, text, sizeof text);
    if (length < 0) {
        say("no table of servers: %s", error_sentence((int)length));
        return;
    }
    exos_close(fd);
    struct boot_list list = {.text = text, .len = (size_t)length};
    enum boot_list_step step;
    while ((step = boot_list_next(&list, &c)) == BOOT_LIST_COMPONENT) {
        char line[LINE];
        format_text(line, sizeof line, "%s %s", c.name, c.arguments);
        if (!server_run(line))
            say("servers, line %u: not started", list.line);
    }
    if (step == BOOT_LIST_TOO_LONG)
        say("servers, line %u: too long", list.line);
}

/* The next byte of the console; meanwhile the others run. */
static char next_byte(int console) {
    char byte = 0;
    while (exos_read(console, &byte, 1) != 1)
        process_pass();
    return byte;
}

static void read_line(int console, char line[LINE]) {
    size_t n = 0;
    program_text("> ", 2);
    for (char byte; (byte = next_byte(console)) != '\n' && byte != '\r';)
        if (byte >= ' ' && byte <= '~' && n + 1 < LINE) {
            line[n++] = byte;
            program_text(&byte, 1);
        }
    program_text("\n", 1);
    line[n] = '\0';
}

/* What the machine was booted with says the address, or nothing. */
static const char *address_word(void) {
    static char line[sizeof env_info()->command_line];
    static const char word[] = "address=";
    for (size_t i = 0; i < sizeof line - 1; i++)
        line[i] = env_info()->command_line[i];
    for (const char *c = line; *c; c = behind(c, 1))
        if (!memcmp(c, word, sizeof word - 1))
            return c + sizeof word - 1;
    return NULL;
}

static bool begin(const char *words) {
    const char *end, *after;
    uint32_t ip = address_of(words, &end), bits = *end == '/' ? number(end + 1, 33) : 33;
    if (!ip || bits > 32) {
        say("net: ADDRESS/BITS [ROUTER], not: %s", words);
        return false;
    }
    uint32_t mask = bits ? UINT32_MAX << (32 - bits) : 0;
    uint32_t router = address_of(behind(words, 1), &after);
    own.ip = ip;
    own.mask = mask;
    long error = exos_sockets_begin(0, ip, mask, router);
    if (error)
        say("net: no network: %s", error_sentence((int)error));
    else
        say("net: %s, %u bits", text_of(ip).text, bits);
    return !error;
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    char line[LINE];
    (void)a, (void)b;
    slice_handle();
    const char *address = address_word();
    if (exos_begin() || exos_files_begin(200) || !begin(address ? address : words))
        return 1;
    servers_begin();
    run_table();
    const int console = (int)exos_open("/dev/console", EXOS_READ | EXOS_NONBLOCK);
    if (console < 0)
        return 1;
    for (read_line(console, line); !is(line, "halt"); read_line(console, line))
        obey(line);
    servers_stop();
    exos_sockets_end();
    return 0;
}
