/* SPDX-License-Identifier: MIT */
/* main.c -- xn-formats: which on-disk formats each of XN's four designs can protect, by trial; as
 * the table of docs/exo/xn-types.md, and below it why not. */
#include "formats.h"

int main(void) {
    static char why[FORMATS][XN_DESIGNS][300];
    bool taken[FORMATS][XN_DESIGNS];
    printf("| format |");
    for (enum xn_design d = 0; d < XN_DESIGNS; d++)
        printf(" %s |", xn_meta_of[d]->name);
    printf("\n| --- | --- | --- | --- | --- |\n");
    for (unsigned f = 0; f < FORMATS; f++) {
        printf("| %s |", formats[f].name);
        for (enum xn_design d = 0; d < XN_DESIGNS; d++) {
            taken[f][d] = format_try(&formats[f], d, why[f][d], sizeof why[f][d]);
            printf(" %s |", taken[f][d] ? "yes" : "no");
        }
        printf("\n");
    }
    printf("\n");
    for (unsigned f = 0; f < FORMATS; f++)
        for (enum xn_design d = 0; d < XN_DESIGNS; d++)
            if (!taken[f][d])
                printf("%s, %s: %s\n", formats[f].name, xn_meta_of[d]->name, why[f][d]);
    return 0;
}
