#!/usr/bin/env bash
# Builds tarn for the GPU of this machine with a Kokkos that is there, and runs the whole suite on it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<TEXT
usage: tests/gpu.sh [--build DIR] [--jobs N] [--python PROGRAM] [--architecture NN] [WORD...]

Kokkos_ROOT and KokkosKernels_ROOT name a Kokkos built for CUDA, where CMake does not find one by itself.

  --build DIR         folder of the build (build/cuda)
  --jobs N            so many compilers, and half as many tests, at a time (one for each core)
  --python PROGRAM    Python with NumPy, h5py and jsonschema for the tests (the first python3)
  --architecture NN   the GPU's compute capability without the point (the first GPU's)
  WORD...             go to ctest: \`-R heat\` runs a part of the suite

Tests run at the same time share the GPU through NVIDIA's Multi-Process Service, which the script starts for itself and
ends again; without it their kernels take turns of some milliseconds, and the suite takes many times as long.
At the end it tells what was skipped and why. Exit code: that of ctest; 2 where there is no GPU.
TEXT
}

die() { echo "gpu.sh: $1" >&2; exit 2; }

build=build/cuda jobs=$(nproc) python=$(command -v python3 || true) architecture=
while [ $# -gt 0 ]; do
  case "$1" in
    --build) build=${2:?"gpu.sh: --build needs a folder"}; shift 2 ;;
    --jobs) jobs=${2:?"gpu.sh: --jobs needs a number"}; shift 2 ;;
    --python) python=${2:?"gpu.sh: --python needs a program"}; shift 2 ;;
    --architecture) architecture=${2:?"gpu.sh: --architecture needs a number"}; shift 2 ;;
    -h | --help) usage; exit ;;
    *) break ;;
  esac
done

[ -n "$python" ] || die "there is no python3; --python names one"
"$python" -c 'import numpy, h5py, jsonschema' 2>/dev/null ||
  die "$python has no NumPy, h5py or jsonschema; --python names another"
gpu=$(nvidia-smi --query-gpu=name,compute_cap --format=csv,noheader 2>/dev/null | head -n 1) || true
[ -n "$gpu" ] || die "nvidia-smi sees no GPU"
: "${architecture:=$(tr -d ' .' <<<"${gpu##*,}")}"
echo "gpu.sh: ${gpu%,*}, NumPy $("$python" -c 'import numpy; print(numpy.__version__)')"

mkdir -p "$build"
cmake --preset cuda -B "$build" -DCMAKE_CUDA_ARCHITECTURES="$architecture" -DTARN_PYTHON="$python" >"$build/configure.log" 2>&1 ||
  { tail -n 20 "$build/configure.log" >&2; die "CMake could not configure $build"; }
cmake --build "$build" --parallel "$jobs"

if command -v nvidia-cuda-mps-control >/dev/null && [ -z "${CUDA_MPS_PIPE_DIRECTORY:-}" ]; then
  CUDA_MPS_PIPE_DIRECTORY=$(mktemp -d) && export CUDA_MPS_PIPE_DIRECTORY
  export CUDA_MPS_LOG_DIRECTORY=$CUDA_MPS_PIPE_DIRECTORY
  if nvidia-cuda-mps-control -d; then
    trap 'echo quit | nvidia-cuda-mps-control >/dev/null; rm -rf "$CUDA_MPS_PIPE_DIRECTORY"' EXIT
  else
    echo "gpu.sh: the Multi-Process Service does not start; tests take turns on the GPU" >&2
    rm -rf "$CUDA_MPS_PIPE_DIRECTORY"; unset CUDA_MPS_PIPE_DIRECTORY CUDA_MPS_LOG_DIRECTORY
  fi
fi

# Kernels are heavy on one GPU: half as many tests as cores.
code=0
ctest --test-dir "$build" --output-on-failure --parallel "$((jobs > 1 ? jobs / 2 : 1))" --output-junit junit.xml "$@" || code=$?
"$python" tests/support/skipped.py "$build/junit.xml"
exit "$code"
