# every kind of type, by name and by id
btf show enum lamp_state kuid_t func timer_start u64 examples/kernel-b.btf
for id in $(seq 1 24); do
	btf show "$id" good/kinds.btf || echo "exit $?"
done
