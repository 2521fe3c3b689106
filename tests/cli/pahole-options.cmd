# pahole: each option that encodes makes what btf encode makes of the features that it stands for
. "${0%/*}/pahole.sh"
source_of f 'float half(float x) { return x / 2; }' \
	'enum big { BIG = 1ull << 40 } big(void) { return BIG; }' \
	'__attribute__((section(".data..percpu"))) int own = 1; int global = 2;' \
	'struct kabi_reserved1 { int kabi_reserved2; } k(int kabi_x) { struct kabi_reserved1 r = { kabi_x }; return r; }'
none=-var,-float,-enum64,-decl_tag,-type_tag,-consistent_func,-decl_tag_kfuncs
old=var,decl_tag,type_tag,enum64
while IFS='|' read -r options features; do
	rm -f o want
	# shellcheck disable=SC2086
	LLVM_OBJCOPY=/nonexistent pahole $options --btf_encode_detached=o f.o || echo "exit $?"
	btf encode -q --profile 1.31 --features "${features:-$none}" -o want f.o
	if cmp -s want o; then echo "ok: ${options:-(none)}"; else echo "NOT: $options"; fi
done <<E
|$old
-J|$old
--btf_gen_floats|$old,float
--btf_gen_f|$old,float
--skip_encoding_btf_vars|decl_tag,type_tag,enum64
--skip_encoding_btf_v|decl_tag,type_tag,enum64
--skip_encoding_btf_decl_tag|var,type_tag,enum64
--skip_encoding_btf_type_tag|var,decl_tag,enum64
--skip_encoding_btf_enum64|var,decl_tag,type_tag
--skip_encoding_btf_inconsistent_proto|$old,consistent_func
--btf_encode_force|$old
--btf_gen_optimized|$old
--reproducible_build|$old
--btf_attributes|$old,attributes
--btf_gen_all|default
--btf_gen_floats --btf_gen_all --skip_encoding_btf_vars|-var
--btf_features=|
--btf_features=var|var
--btf_features var|var
--btf_features=var --btf_features=float|var,float
--btf_features=default|default
--btf_features=all|default
--btf_features=default,layout|+layout
--btf_features=+layout|+layout
--btf_features=+reproducible_build|default
--btf_features=+|default
--btf_features=var,nosuch,,float|var,float
--btf_features=encode_force,var,float,enum64,decl_tag,type_tag,optimized_func,consistent_func,decl_tag_kfuncs|default
--btf_features=global_var,attributes,true_signature|global_var,attributes,true_signature
--btf_gen_floats --btf_features=var|var
--btf_features=var --btf_gen_floats|var,float
--btf_features=default --skip_encoding_btf_enum64|-enum64
--btf_features=var --btf_gen_all|default
--btf_features_strict=var,float|var,float
--btf_features_s=var --btf_features=float|var,float
-j|$old
-j2|$old
-Jj2|$old
-qJ -j4000|$old
--jobs|$old
--jobs=3 --btf_gen_floats|$old,float
--lang_exclude=rust|$old
--lang_exclude=RUST,asm|$old
-F dwarf|$old
--format_path=dwarf,btf|$old
--hashbits=4|$old
--btfkit_profile=1.31|$old
E
for profile in 1.24 master correct; do
	pahole -J --btf_features=default --btfkit_profile=$profile --btf_encode_detached=o f.o
	BTFKIT_PROFILE=$profile pahole -J --btf_features=default --btf_encode_detached=p f.o
	btf encode -q --profile $profile -o want f.o
	cmp want o && cmp want p && echo "ok: $profile"
done
echo '-- what the kernel keeps room with'
pahole -J --kabi_prefix=kabi_ --btf_encode_detached=o f.o
btf dump --name 'kabi*' o | grep -v '^	*.* val=' | sed 's/^\[[0-9]*\] //'
echo '-- languages'
pahole -J --lang=c++ --btf_encode_detached=o f.o
echo "exit $?"
btf dump o | grep -c STRUCT
lang=$(btf dump o >/dev/null; readelf --debug-dump=info f.o 2>/dev/null | sed -n 's/.*DW_AT_language.*ANSI \(C[0-9]*\).*/\1/p' | head -n 1)
PAHOLE_LANG_EXCLUDE=${lang:-C11} pahole -q -J --btf_encode_detached=o f.o
btf dump o | grep -c STRUCT
PAHOLE_LANG_EXCLUDE=${lang:-C11} pahole -J --lang=${lang:-C11} --btf_encode_detached=o f.o
btf dump o | grep -c STRUCT
