# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# compare.awk -v peer=P -v prog=G differences theirs ours: lines "label: result" that differ must
# match a pattern of `differences`, every pattern for this peer and program must be needed.
FNR == 1 { file++ }
file == 1 && /^[^#]/ && NF >= 4 {
	if (($1 == peer || $1 == "all") && $2 == prog) {
		pattern = $0
		sub(/^[^\t]*\t+[^\t]*\t+/, "", pattern)
		sub(/\t.*/, "", pattern)
		patterns[++n] = "^(" pattern ")$"
	}
	next
}
file == 1 { next }
{
	at = index($0, ": ")
	label = substr($0, 1, at - 1)
	if (file == 2) {
		theirs[label] = $0
		order[++m] = label
	} else {
		ours[label] = $0
		if (!(label in theirs))
			order[++m] = label
	}
}
END {
	for (i = 1; i <= m; i++) {
		l = order[i]
		if (theirs[l] == ours[l]) {
			same++
			continue
		}
		listed = 0
		for (p = 1; p <= n && !listed; p++)
			if (l ~ patterns[p])
				listed = used[p] = 1
		if (listed) {
			differ++
			continue
		}
		if (++shown <= 40)
			printf "  libbpf: %s\n  libbtf: %s\n", substr(theirs[l], 1, 300), substr(ours[l], 1, 300)
	}
	for (p = 1; p <= n; p++)
		if (!used[p]) {
			printf "  listed, but does not differ: %s\n", patterns[p]
			shown++
		}
	if (!shown)
		printf "%d lines equal, %d differ as listed\n", same, differ
	else
		printf "  %d lines differ\n", shown
	exit shown > 0
}
