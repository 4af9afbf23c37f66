# SPDX-License-Identifier: MIT
# Native objects for the tests of their loader, made as the kernels' are: build/tests/native/*.o
NATIVE_TESTS := $(addprefix $(B)/tests/native/,sample.o mistake.o untyped.o)

$(NATIVE_TESTS): tests/native/sample.c $(ORDERS_TYPES)
$(B)/tests/native/sample.o:
	$(Q)mkdir -p $(@D) && $(call native_object,$<,$@)
$(B)/tests/native/mistake.o:
	$(Q)mkdir -p $(@D) && $(call native_object,-DMISTAKE $<,$@)
$(B)/tests/native/untyped.o:
	$(Q)mkdir -p $(@D) && $(GUEST_CC) $(filter-out -gbtf,$(NATIVE_FLAGS)) -DMISTAKE -c $< -o $@

# Not linked in, only there when the tests run. These lie below 2 GiB: code of the kernel's model wants its addresses there, or at
# the very top.
NATIVE_TESTERS := $(addprefix $(B)/tests/engine_,native_test native_name_test net_native_test)
$(NATIVE_TESTERS): private SANITIZE += -no-pie
$(NATIVE_TESTERS): | $(NATIVE_TESTS)
