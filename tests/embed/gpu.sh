#!/usr/bin/env bash
# Codes that embed tarn, on a GPU, once tests/gpu.sh has built it. The build is installed in a folder of its own, hosts are
# built against that tree, and the script shows
#   hosts      that examples/embed has the same bits on 1 and 2 ranks, that runtimes leave the process as it was, and that
#              two live at once;
#   calls      which calls of CUDA a hundred expressions, sums, arrays, ghost cells and so on make (by CUPTI), and that none
#              waits for the whole device;
#   streams    that all of these are done while another stream of the host is busy;
#   python     that CuPy and PyTorch share arrays with tarn without a copy, by DLPack, in whatever order they start. The
#              library for Python is linked and loaded in several ways, each in a process of its own; those of the way that
#              docs/arrays.md names must do, and the others tell what happens.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<TEXT
usage: tests/embed/gpu.sh [--python PROGRAM] [--jobs N] [--output DIR] [--only PART]... [BUILD]

BUILD is the folder that tests/gpu.sh built in (build/cuda).

  --python PROGRAM  Python with CuPy and PyTorch, or one of them (that of the build)
  --jobs N          so many compilers and processes of Python at a time (one for each core, at most 8)
  --output DIR      keeps the installed tree, the hosts and all output (a folder that is removed at the end)
  --only PART       hosts, calls, streams or python; may be given again (all)

The part \`python\` needs a Kokkos that was built with CMAKE_POSITION_INDEPENDENT_CODE=ON, or as shared libraries. All output of
what failed is printed. Exit code: 0 if all is as it should be; 1 if not; 2 where there is no GPU or no build.
TEXT
}

die() { echo "gpu.sh: $1" >&2; exit 2; }

build=build/cuda python='' output='' jobs=$(nproc) parts=()
while [ $# -gt 0 ]; do
  case "$1" in
    --python) python=${2:?"gpu.sh: --python needs a program"}; shift 2 ;;
    --jobs) jobs=${2:?"gpu.sh: --jobs needs a number"}; shift 2 ;;
    --output) output=${2:?"gpu.sh: --output needs a folder"}; shift 2 ;;
    --only) parts+=("${2:?"gpu.sh: --only needs a part"}"); shift 2 ;;
    -h | --help) usage; exit ;;
    -*) usage >&2; exit 2 ;;
    *) build=$1; shift ;;
  esac
done
[ ${#parts[@]} -gt 0 ] || parts=(hosts calls streams python)
[ "$jobs" -le 8 ] || jobs=8
[ -f "$build/CMakeCache.txt" ] || die "$build holds no build of tarn; tests/gpu.sh makes one"
build=$(cd "$build" && pwd)
cached() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader || die "nvidia-smi sees no GPU"
: "${python:=$(cached TARN_PYTHON)}"
if [ -z "$output" ]; then
  output=$(mktemp -d)
  trap 'rm -rf "$output"' EXIT
fi
mkdir -p "$output"
output=$(cd "$output" && pwd)
installed=$output/tarn hosts=$output/hosts

# Open MPI starts as root too, and with more ranks than cores.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_hwloc_base_binding_policy=none PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
mpiexec=$(cached MPIEXEC_EXECUTABLE)

failures=() summary=()

# result TEXT CODE LOG: prints what came out where the code is not 0.
result() {
  if [ "$2" -eq 0 ]; then
    summary+=("ok      $1")
    return
  fi
  summary+=("FAILED  $1 (exit code $2)")
  failures+=("$1")
  echo "---- $1: exit code $2 ----"
  cat "$3"
}

# try TEXT LOG COMMAND...: within ten minutes.
try() {
  local text=$1 log=$2 code=0
  shift 2
  timeout 600 "$@" >"$log" 2>&1 || code=$?
  result "$text" "$code" "$log"
  return "$code"
}

make_hosts() {
  try "tarn is installed" "$output/install.log" cmake --install "$build" --prefix "$installed" || return
  try "hosts are configured" "$output/configure.log" cmake -S "$here/gpu" -B "$hosts" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_COMPILER="$(cached CMAKE_CXX_COMPILER)" -DCMAKE_CUDA_COMPILER="$(cached CMAKE_CUDA_COMPILER)" \
    -DCMAKE_PREFIX_PATH="$installed" -DKokkos_DIR="$(cached Kokkos_DIR)" -DKokkosKernels_DIR="$(cached KokkosKernels_DIR)" \
    -DTARN_EXAMPLES="$here/../../examples" || return
  try "hosts are built" "$output/build.log" cmake --build "$hosts" --parallel "$jobs" -- -k 0 || true
}

run_hosts() {
  local ranks
  for ranks in 1 2; do
    try "examples/embed on $ranks ranks" "$output/embed-$ranks.log" "$mpiexec" -n "$ranks" "$hosts/embed/embed" "$output/embed-$ranks" || true
    grep '^step' "$output/embed-$ranks.log" >"$output/steps-$ranks.txt" || echo "none on $ranks" >"$output/steps-$ranks.txt"
  done
  cat "$output/embed-1.log"
  try "examples/embed has the same bits on 2 ranks" "$output/bits.log" \
    diff "$output/steps-1.txt" "$output/steps-2.txt" || true
  if try "300 runtimes, one after the other" "$output/cycles.log" "$mpiexec" -n 1 "$hosts/cycles" 300; then
    try "they leave the process as it was" "$output/cycles-told.log" grep -E "printed 0 changed ''" "$output/cycles.log" || true
  fi
  cat "$output/cycles.log"
  try "two runtimes at once" "$output/two_runtimes.log" "$mpiexec" -n 3 "$hosts/two_runtimes" && cat "$output/two_runtimes.log"
}

run_calls() {
  local log=$output/calls.log
  try "no work waits for the device, by its calls of CUDA" "$log" "$mpiexec" -n 1 "$hosts/calls" && cat "$log"
}

run_streams() {
  local log=$output/streams.log
  try "all work is done while another stream is busy" "$log" "$mpiexec" -n 1 "$hosts/busy_stream" && cat "$log"
}

# share WAY MODE FIRST CLIENT MPI: one process; its output and exit code in files. MPI is usual, or plain: without what it
# knows of networks, and without its hooks in functions of memory.
share() {
  local log=$output/share-$1-$2-$3-$4-$5.log code=0 settings=(LD_PRELOAD="$hosts/tells_stack.so")
  [ "$5" = usual ] || settings+=(OMPI_MCA_pml=ob1 "OMPI_MCA_btl=self,vader" OMPI_MCA_osc=^ucx OMPI_MCA_memory=^patcher)
  timeout 180 env "${settings[@]}" "$python" -X faulthandler "$here/gpu/share_arrays.py" \
    "$hosts/lends_$1.so" "$4" --mode "$2" --first "$3" >"$log" 2>&1 || code=$?
  echo "$code" >"$log.code"
}

run_python() {
  local way mode first client mpi clients=() log code last
  for client in cupy torch; do
    if "$python" -c "import $client" 2>"$output/import-$client.log"; then
      clients+=("$client")
    else
      summary+=("skipped $client: $python cannot import it: $(tail -n 1 "$output/import-$client.log")")
    fi
  done
  [ ${#clients[@]} -gt 0 ] || return 0
  try "libraries for Python are built (Kokkos with CMAKE_POSITION_INDEPENDENT_CODE=ON)" "$output/lends.log" \
    cmake --build "$hosts" --parallel "$jobs" --target lends -- -k 0 || true
  local ways=() variants=()
  for way in hidden shared shown; do
    [ ! -f "$hosts/lends_$way.so" ] || ways+=("$way")
  done
  for way in "${ways[@]}"; do
    for mode in local global; do
      for first in client tarn; do
        for client in "${clients[@]}"; do variants+=("$way $mode $first $client usual"); done
      done
    done
    for client in "${clients[@]}"; do variants+=("$way local client $client plain" "$way local tarn $client plain"); done
  done
  for variant in "${variants[@]}"; do
    read -r way mode first client mpi <<<"$variant"
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n || true; done
    share "$way" "$mode" "$first" "$client" "$mpi" &
  done
  wait
  for variant in "${variants[@]}"; do
    read -r way mode first client mpi <<<"$variant"
    log=$output/share-$way-$mode-$first-$client-$mpi.log
    code=$(cat "$log.code")
    last=$(grep '^step' "$log" | tail -n 1) || true
    if [ "$way $mode $mpi" = "hidden local usual" ]; then
      result "$client, symbols hidden, RTLD_LOCAL, $first first" "$code" "$log"
      [ "$code" -ne 0 ] || { echo "---- $variant ----"; cat "$log"; }
    elif [ "$code" -eq 0 ]; then
      summary+=("did     $client, symbols $way, RTLD_${mode^^}, $first first, $mpi MPI")
    else
      summary+=("did not $client, symbols $way, RTLD_${mode^^}, $first first, $mpi MPI: exit code $code after '$last'")
      echo "---- $variant: exit code $code ----"
      cat "$log"
    fi
  done
}

make_hosts || true
for part in "${parts[@]}"; do
  echo "==== $part ===="
  case "$part" in
    hosts | calls | streams | python) "run_$part" || true ;;
    *) die "there is no part $part" ;;
  esac
done
echo "==== summary ===="
printf '%s\n' "${summary[@]}"
[ ${#failures[@]} -eq 0 ]
