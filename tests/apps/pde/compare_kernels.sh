#!/bin/sh
# On a GPU: runs every deck of input_decks/pde with kernels that the driver compiles, and with those that are
# interpreted, in both precisions. The numbers are the same to the bit, and every kernel is compiled.
#
#   tests/apps/pde/compare_kernels.sh build/cuda/tarn [STEPS]
set -u
if [ $# = 0 ]; then
  echo "usage: tests/apps/pde/compare_kernels.sh PROGRAM [STEPS], with a tarn that was built for a GPU" >&2
  exit 2
fi
tarn=$1 steps=${2:-12}
decks=$(dirname "$0")/../../../input_decks/pde
folder=$(mktemp -d)
wrong=0

# The hashes of all fields in the checkpoint at the end; where a run fails, what it says.
fields_of() {
  if TARN_PDE_KERNELS=$1 "$tarn" run "$2" --run-dir "$folder/$1" --set run.precision="$3" --set time.max_steps="$steps" \
    > "$folder/$1.txt" 2>&1; then
    grep '"kind":"checkpoint"' "$folder/$1/MANIFEST.jsonl" | tail -n 1 | grep -o '"/data[^}]*'
  else
    cat "$folder/$1.txt"
  fi
  rm -rf "${folder:?}/$1"
}

for deck in "$decks"/*.toml; do
  for precision in double single; do
    compiled=$(fields_of compiled "$deck" $precision)
    interpreted=$(fields_of interpreted "$deck" $precision)
    verdict=same
    case $compiled in
      '"/data'*) [ "$compiled" = "$interpreted" ] || verdict=DIFFERENT ;;
      *) verdict=FAILED ;;
    esac
    [ $verdict = same ] || wrong=$((wrong + 1))
    echo "$(basename "$deck" .toml) $precision: $verdict; $(grep -o '[^ ]* kernels* .*compiled.*' "$folder/compiled.txt")"
    [ $verdict = same ] || printf '  compiled:    %s\n  interpreted: %s\n' "$compiled" "$interpreted"
  done
done
rm -rf "$folder"
echo "$wrong runs are wrong"
[ $wrong = 0 ]
