# a header of a kernel and its modules, as C and as C++; the same bytes again
cd examples
btf header kernel-a.btf | tee a.h
btf header kernel-a.btf -o again.h && cmp a.h again.h
btf header -B kernel-a.btf beacon.ko lamp.ko -o both.h
btf header -B kernel-a.btf lamp.ko beacon.ko -o other.h
for h in a both other; do
	cc -Wall -Wextra -Werror -fsyntax-only -x c "$h.h" && c++ -Wall -Wextra -Werror -fsyntax-only -x c++ "$h.h"
	echo "exit $?"
done
grep -c "^struct .* {" both.h
# the release is the module's
head -n 1 both.h
