#!/bin/bash
# SPDX-License-Identifier: MIT
# Prints docs/engine-rules.md: each rule of kernels/engine/rule.h, and the smallest program that breaks it out of the case
# files that the tests run. A rule without such a program is an error (no-memory, which no program can break, apart).
set -u
cd "$(dirname "$0")/.." || exit 1
cat << 'END'
# The rules of verified code

Made by docs/engine-rules.sh from kernels/engine/rule.h and from the cases that the tests run (tests/unit/engine); a test compares it
with them. Each rule: what a refusal says, what to do, and the smallest program that is refused by it. The notation is the
disassembler's; `-- kind` names what the program is handed (engine_verify_test.c; where none is named r1 points to 64 bytes that
may be read and written, and r2 is any number).
END
echo '#include "engine/rule.h"
#define X(id, name, sentence, hint) @ name | sentence | hint @
RULES(X)' | gcc -E -P -x c -Ikernels - | tr '\n' ' ' | grep -o '@ "[^@]*@' | sed 's/^@ "//; s/" @$//; s/" | "/\t/g; s/" "//g' |
    awk -F '\t' '
    FNR == NR { name[++n] = $1; sentence[$1] = $2; hint[$1] = $3; next }
    /^== / { text = ""; claim = substr($0, 4); kind = "" }
    /^-- kind / { kind = $0 }
    /^-- refused / {
        split($0, word, " ")
        if (!(word[3] in example) || length(text) < length(example[word[3]])) {
            example[word[3]] = text
            where[word[3]] = (kind == "" ? "" : kind "\n") $0
            title[word[3]] = claim
        }
    }
    !/^(==|--|#)/ && NF { text = text "    " $0 "\n"; if (++lines[claim] > 24) text = "    (of many lines: see the case of this name)\n" }
    END {
        for (i = 1; i <= n; i++) {
            r = name[i]
            printf "\n## %s\n\nRule broken: %s.\nTo mend it: %s.\n\n", r, sentence[r], hint[r]
            if (r == "no-memory") { print "No program breaks it; the tests let every allocation fail once."; continue }
            if (!(r in where)) { print "engine-rules.sh: no case is refused by " r > "/dev/stderr"; bad = 1 }
            gsub(/\n/, "\n    ", where[r])
            printf "Example: %s.\n\n%s    %s\n", title[r], example[r], where[r]
        }
        exit bad
    }' - tests/unit/engine/programs.case tests/unit/engine/rules.case
