/* SPDX-License-Identifier: MIT */
/* body.c -- writing and judging the body of a record. Both halves hold to the same grammar
 * (docs/protocol.md): what the first writes the second accepts, and what the second accepts cannot
 * forge a line. */
#include "measure/body.h"

#include "lib/string.h"

static const char *const type_names[] = {
#define BODY_NAME(id, name) name,
    PROTOCOL_RECORDS(BODY_NAME)
#undef BODY_NAME
};

/* Kept free for " left_out=4294967295". */
enum { TAIL_ROOM = 20 };

static const char digits[] = "0123456789abcdef";

/* A NUL cannot stand in a value (readers keep them as C strings); the replacement character stands
 * for it. */
static const char nul_stand_in[] = "%ef%bf%bd";

static bool is_plain(unsigned char c) {
    return c >= 0x21 && c <= 0x7e && c != '%';
}

static size_t escaped_length(const char *value, size_t length) {
    size_t sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += is_plain((unsigned char)value[i]) ? 1 : value[i] ? 3 : sizeof nul_stand_in - 1;
    return sum;
}

static void put(struct body *b, const char *bytes, size_t length) {
    memcpy(b->text + b->length, bytes, length);
    b->length += length;
}

/* Whether a field of KEY and a value of LENGTH bytes fits; where not, it is counted as left out. */
static bool field_begin(struct body *b, const char *key, size_t length) {
    if (b->fields == PROTOCOL_FIELD_MAX - 1 || body_space(b, key) < length) {
        b->left_out++;
        return false;
    }
    b->fields++;
    put(b, " ", 1);
    put(b, key, strlen(key));
    put(b, "=", 1);
    return true;
}

void body_begin(struct body *b, char *buffer, size_t size, enum body_type type) {
    *b = (struct body){.text = buffer, .size = size < BODY_MAX ? size : BODY_MAX};
    put(b, type_names[type], strlen(type_names[type]));
}

size_t body_space(const struct body *b, const char *key) {
    size_t taken = b->length + 1 + strlen(key) + 1 + TAIL_ROOM;
    return taken < b->size ? b->size - taken : 0;
}

void body_bytes(struct body *b, const char *key, const char *value, size_t length) {
    if (!field_begin(b, key, escaped_length(value, length)))
        return;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)value[i];
        char escape[] = {'%', digits[c >> 4], digits[c & 15]};
        if (is_plain(c))
            put(b, value + i, 1);
        else if (c)
            put(b, escape, sizeof escape);
        else
            put(b, nul_stand_in, sizeof nul_stand_in - 1);
    }
}

void body_text(struct body *b, const char *key, const char *value) {
    body_bytes(b, key, value, strlen(value));
}

/* Writes VALUE to the base in front of END; gives its first digit. */
static char *number_before(char *end, uint64_t value, unsigned base) {
    do
        *--end = digits[value % base];
    while (value /= base);
    return end;
}

void body_uint(struct body *b, const char *key, uint64_t value) {
    char text[20], *first = number_before(text + sizeof text, value, 10);
    body_bytes(b, key, first, (size_t)(text + sizeof text - first));
}

void body_hex(struct body *b, const char *key, uint64_t value) {
    char text[18], *first = number_before(text + sizeof text, value, 16);
    *--first = 'x';
    *--first = '0';
    body_bytes(b, key, first, (size_t)(text + sizeof text - first));
}

void body_digest(struct body *b, const char *key, const void *bytes, size_t length) {
    const unsigned char *from = bytes;
    if (!field_begin(b, key, 2 * length))
        return;
    for (size_t i = 0; i < length; i++) {
        char pair[] = {digits[from[i] >> 4], digits[from[i] & 15]};
        put(b, pair, sizeof pair);
    }
}

size_t body_end(struct body *b) {
    if (b->left_out) {
        char text[10], *first = number_before(text + sizeof text, b->left_out, 10);
        put(b, " left_out=", 10);
        put(b, first, (size_t)(text + sizeof text - first));
    }
    return b->length;
}

static bool is_hex_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_key_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* One field at the start of [at, end): gives what stands behind it, null where it is none. */
static const char *field_skip(const char *at, const char *end) {
    const char *key = at;
    while (at < end && is_key_byte(*at))
        at++;
    if (at == key || at == end || *at != '=')
        return NULL;
    for (at++; at < end && *at != ' '; at++) {
        if (*at == '%') {
            if (end - at < 3 || !is_hex_digit(at[1]) || !is_hex_digit(at[2]) ||
                (at[1] == '0' && at[2] == '0'))
                return NULL;
            at += 2;
        } else if (!is_plain((unsigned char)*at)) {
            return NULL;
        }
    }
    return at;
}

static const char *word_end(const char *at, const char *end) {
    while (at < end && *at != ' ')
        at++;
    return at;
}

/* The first field with this key: its value, null where there is none. */
static const char *key_find(const char *body, const char *end, const char *key, size_t length) {
    for (const char *at = word_end(body, end); at < end; at = word_end(at + 1, end)) {
        const char *field = at + 1;
        if ((size_t)(end - field) > length && !memcmp(field, key, length) && field[length] == '=')
            return field + length + 1;
    }
    return NULL;
}

/* Whether each field has a key of its own. O(n * n), n is at most 64. */
static bool keys_distinct(const char *body, const char *end) {
    for (const char *at = word_end(body, end); at < end; at = word_end(at + 1, end)) {
        const char *key = at + 1;
        const char *value = (const char *)memchr(key, '=', (size_t)(end - key)) + 1;
        if (key_find(body, end, key, (size_t)(value - 1 - key)) != value)
            return false;
    }
    return true;
}

enum body_type body_type(const char *body, size_t length) {
    const char *end = body + length, *at = word_end(body, end);
    unsigned type = 0, fields = 0;
    if (length > BODY_MAX)
        return BODY_TYPES;
    while (type < BODY_TYPES && (strlen(type_names[type]) != (size_t)(at - body) ||
                                 memcmp(type_names[type], body, (size_t)(at - body)) != 0))
        type++;
    for (; type < BODY_TYPES && at < end; fields++) {
        at = field_skip(at + 1, end);
        if (!at || fields == PROTOCOL_FIELD_MAX)
            return BODY_TYPES;
    }
    return type < BODY_TYPES && keys_distinct(body, end) ? (enum body_type)type : BODY_TYPES;
}

const char *body_value(const char *body, size_t length, const char *key, size_t *value_length) {
    const char *end = body + length, *value = key_find(body, end, key, strlen(key));
    if (value)
        *value_length = (size_t)(word_end(value, end) - value);
    return value;
}

void body_log(void (*send)(const char *body, size_t length), const char *text, size_t length) {
    char buffer[BODY_MAX];
    struct body b;
    do {
        size_t part = 0, space;
        body_begin(&b, buffer, sizeof buffer, BODY_LOG);
        space = body_space(&b, "text");
        if (escaped_length(text, length) > space) {
            body_text(&b, "more", "1");
            space = body_space(&b, "text");
            while (escaped_length(text + part, 1) <= space)
                space -= escaped_length(text + part++, 1);
        } else {
            part = length;
        }
        body_bytes(&b, "text", text, part);
        send(buffer, body_end(&b));
        text += part;
        length -= part;
    } while (length);
}

void body_unknown_word(void (*send)(const char *body, size_t length), const char *word,
                       size_t length) {
    char buffer[BODY_MAX];
    struct body b;
    body_begin(&b, buffer, sizeof buffer, BODY_LOG);
    body_text(&b, "text", "a boot word that is not known, or its value is not");
    body_bytes(&b, "word", word, length);
    send(buffer, body_end(&b));
}
