# values of ENUM64 as strings, of ENUM as numbers
btf dump --json --string-values --id 15 --id 17 --id 18 good/kinds.btf
