# an option may stand anywhere, long, short, abbreviated, with = or without; -- ends them
btf dump good/kinds.btf --id 1 --json | tail -n 1
btf dump --id=1 --format=json good/kinds.btf | tail -n 1
btf dump --id 1 -fjson good/kinds.btf | tail -n 1
btf dump --id 0x1 -f json -- good/kinds.btf | tail -n 1
btf dump --id 1 --form json good/kinds.btf | tail -n 1
cp good/kinds.btf ./--json
btf dump --id 1 -- --json
