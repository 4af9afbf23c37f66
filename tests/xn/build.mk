# SPDX-License-Identifier: MIT
# XN with rules that can be taken away at will (tests/unit/exo/xn/xn_without.h), for the tests that show each to be needed. Their states are
# many, so that it is compiled with some care.
XN_CHOSEN_OBJECTS := $(EXO_XN_SRC:%.c=$(B)/asan/chosen/%.o) $(B)/asan/tests/unit/exo/xn/xn_without.o
$(B)/asan/chosen/%.o: %.c Makefile
	$(call say,CC,$< (rules at will))
	$(Q)mkdir -p $(@D) && $(CC) $(HOST_FLAGS) -O1 -g1 $(SANITIZE) -include tests/unit/exo/xn/xn_without.h -DWITHOUT=CHOSEN -c $< -o $@
$(B)/tests/exo_xn_crash_test $(B)/tests/exo_xn_orders_test: $(XN_CHOSEN_OBJECTS)
$(B)/asan/tests/unit/exo/xn/exo_xn_crash_test.o: SPEED := -O1 -g1
