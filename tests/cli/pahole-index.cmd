# pahole: an index of the base that is kept changes nothing but time
. "${0%/*}/pahole.sh"
kernel k
pahole -J --btf_features=default k/vmlinux
pahole -J --btf_features=default --btf_base=k/vmlinux --btf_encode_detached=plain k/lamp.ko
for i in 1 2; do
	BTFKIT_INDEX=idx pahole -J --btf_features=default --btf_base=k/vmlinux --btf_encode_detached=env.$i k/lamp.ko
	pahole -J --btf_features=default --btfkit_index=opt --btf_base=k/vmlinux --btf_encode_detached=opt.$i k/lamp.ko
	cmp plain env.$i && cmp plain opt.$i && echo same
done
ls idx | wc -l
ls opt | wc -l
BTFKIT_INDEX=/dev/null pahole -J --btf_features=default --btf_base=k/vmlinux --btf_encode_detached=o k/lamp.ko 2>/dev/null
echo "exit $?"
cmp plain o
