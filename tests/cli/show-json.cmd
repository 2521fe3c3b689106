# the same as JSON Lines
btf show --json struct device lamp_state kuid_t timer_start device.power device+36 task+20 --from examples/kernel-b.btf
