# JSON of any name is UTF-8 and valid; null is not "null"
btf dump --json good/names.btf | python3 -c '
import json, sys
for line in sys.stdin:
    t = json.loads(line)
    if "name" in t and len(t["name"]) < 100:
        print(ascii(t["name"]))'
