/* SPDX-License-Identifier: MIT */
#include "icmp.h"
#include "checksum.h"
#include "ip.h"
#include "rules.h"
#include "wire.h"

bool icmp_get(const uint8_t *p, uint32_t bytes, struct icmp_message *m) {
    if (bytes < ICMP_HEADER || sum_fold(sum_bytes(p, bytes)) != UINT16_MAX)
        return false;
    *m = (struct icmp_message){
        .type = p[0],
        .code = p[1],
        .id = (uint16_t)wire_get16(p + 4),
        .seq = (uint16_t)wire_get16(p + 6),
    };
    return true;
}

void icmp_put(uint8_t *p, const struct icmp_message *m, uint64_t data) {
    p[0] = m->type;
    p[1] = m->code;
    wire_put16(p + 2, 0);
    wire_put16(p + 4, m->id);
    wire_put16(p + 6, m->seq);
    sum_put(p + 2, sum_end(sum_join(data, sum_bytes(p, ICMP_HEADER))));
}

void icmp_answer(uint8_t *p) {
    uint16_t old, new, field;
    old = wire_load16(p);
    p[0] = ICMP_ECHO_REPLY;
    new = wire_load16(p);
    field = wire_load16(p + 2);
    sum_put(p + 2, sum_update(field, old, new));
}

bool icmp_may_tell(uint8_t protocol, uint32_t offset, bool to_many, const uint8_t *data,
                   uint32_t bytes) {
    if (offset || to_many)
        return false;
    return !DEFENDED(ICMP_ERRORS) || protocol != IP_ICMP ||
           (bytes && (data[0] == ICMP_ECHO || data[0] == ICMP_ECHO_REPLY));
}
