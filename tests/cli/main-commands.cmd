# every command has help, ends with 0 there and names its manual
for c in $(btf --list-options | cut -f 1 | uniq); do
	btf "$c" --help >text || echo "$c: $?"
	grep -q "^Manual: btf-$c(1)$" text || echo "$c: no manual named"
	btf --help | grep -q "^  $c " || echo "$c: not in btf --help"
done
