# odd file names and findings keep it JSON
cp good/split.btf $'we"ird\n\xff.btf'
btf info --json -B good/distilled-base.btf $'we"ird\n\xff.btf' 2>/dev/null | python3 -c '
import json, sys
for line in sys.stdin:
    i = json.loads(line)
    print(ascii(i["file"]), i["base"]["fits"], [f["code"] for f in i["findings"]])'
