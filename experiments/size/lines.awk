# SPDX-License-Identifier: MIT
# Of each file: how many of its lines hold more than white space and comments; COUNT FILE.

# What of LINE is no comment; inside says whether it begins in one.
function code(line,    kept, at) {
    kept = ""
    while (line != "") {
        if (inside) {
            at = index(line, "*/")
            if (!at)
                return kept
            inside = 0
            line = substr(line, at + 2)
        } else if (match(line, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\/|\/\*/)) {
            at = substr(line, RSTART, 2)
            kept = kept substr(line, 1, RSTART - 1)
            if (at == "//")
                return kept
            if (at == "/*")
                inside = 1
            else
                kept = kept substr(line, RSTART, RLENGTH)
            line = substr(line, RSTART + RLENGTH)
        } else
            return kept line
    }
    return kept
}
FNR == 1 { inside = 0; count[FILENAME] = 0 }
code($0) ~ /[^ \t]/ { count[FILENAME]++ }
END { for (file in count) print count[file], file }
