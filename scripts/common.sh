# Shared by the scripts of this folder: where things are, which flavour is built, and how.
# shellcheck shell=bash

# Every script answers --help: with the comment at its head, and its usage where it has one.
show_help() {
  awk 'NR > 1 && /^#/ { sub(/^# ?/, ""); print; next } NR > 1 { exit }' "$0"
  awk '/^usage="/ { inside = 1; sub(/^usage="/, ""); print "" } inside { last = /"$/; sub(/"$/, ""); print } inside && last { exit }' "$0"
}
if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  show_help
  exit 0
fi

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Batch systems and containers may start without HOME: then it is what the system's list of users says.
home=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
deps=${SCALEMARK_DEPS:-${XDG_CACHE_HOME:-$home/.cache}/scalemark}
venv=$deps/venv
# One number for all messages and for the flavour's choice: the CUDA of the torch in requirements.lock.
locked_cuda_major=13
# The other LibTorch: the last one that knows a V100.
if [[ ${SCALEMARK_TORCH_LINE:-cuda13.0} == cuda12.6 ]]; then
  venv=$deps/venv-cuda12.6
  locked_cuda_major=12
fi

say() { printf 'scalemark: %s\n' "$*" >&2; }

# fail CODE MESSAGE: 2 is for what the caller can put right, as in `scalemark` itself.
fail() {
  say "${*:2}"
  exit "$1"
}

# note_time LABEL: how long the script has run, where SCALEMARK_VERBOSE is set.
started=$EPOCHREALTIME
note_time() {
  [[ -n ${SCALEMARK_VERBOSE:-} ]] || return 0
  say "$1 after $(((${EPOCHREALTIME/[.,]/} - ${started/[.,]/}) / 1000)) ms"
}

is_torch() { [[ -e $1/include/torch/csrc/api/include/torch/torch.h ]]; }

# The torch folder that the user names, by SCALEMARK_TORCH or CMAKE_PREFIX_PATH; prints nothing where there is none.
own_torch() {
  local prefix candidate
  if [[ -n ${SCALEMARK_TORCH:-} ]]; then
    is_torch "$SCALEMARK_TORCH" || fail 2 "SCALEMARK_TORCH=$SCALEMARK_TORCH holds no include/torch/csrc/api/include/torch/torch.h"
    echo "$SCALEMARK_TORCH"
    return
  fi
  while IFS= read -r -d : prefix; do
    # The last one is torch.utils.cmake_prefix_path, which points into the torch folder.
    for candidate in "$prefix" "$prefix/torch" "$prefix/libtorch" "$prefix/../.."; do
      if [[ -n $prefix ]] && is_torch "$candidate"; then
        (cd "$candidate" && pwd)
        return
      fi
    done
  done <<<"${CMAKE_PREFIX_PATH:-}:"
}

site_packages() { echo "$venv"/lib/python3.*/site-packages; }

torch_folder() {
  local own
  own=$(own_torch)
  echo "${own:-$(site_packages)/torch}"
}

# The major version of the CUDA that the torch folder $1 was built for.
torch_cuda_major() {
  local major
  major=$(sed -nE "s/^cuda\b.*'([0-9]+)\..*/\1/p" "$1/version.py" 2>/dev/null || true)
  [[ -n $major ]] || major=$(sed -nE 's/.*\+cu([0-9]+)[0-9]$/\1/p' "$1/build-version" 2>/dev/null || true)
  echo "${major:-$locked_cuda_major}"
}

# The system's nvcc, whichever its version; prints nothing where there is none.
system_nvcc() {
  local candidate
  for candidate in "$(command -v nvcc || true)" "${CUDA_HOME:-/usr/local/cuda}/bin/nvcc"; do
    if [[ -x $candidate ]]; then
      echo "$candidate"
      return
    fi
  done
}

nvcc_major() { "$1" --version | sed -nE 's/.*release ([0-9]+)\..*/\1/p'; }

# The system's nvcc where it fits the torch in use; prints nothing where it does not.
fitting_nvcc() {
  local nvcc
  nvcc=$(system_nvcc)
  if [[ -n $nvcc && $(nvcc_major "$nvcc") == $(torch_cuda_major "$(torch_folder)") ]]; then
    echo "$nvcc"
  fi
}

own_suite() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }

# The mirror that this machine's apt takes a suite's packages from; empty where apt holds no lists.
apt_mirror() {
  # shellcheck disable=SC2016  # apt-get fills these in
  apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
    awk -v suite="$1" '$2 == suite && $3 == "main" && !found { print $1; found = 1 }'
}

has_nvidia_driver() {
  [[ -e /proc/driver/nvidia/version || -e /dev/nvidiactl ]] || ldconfig -p 2>/dev/null | grep -q 'libcuda\.so\.1 '
}

# ON or OFF. AUTO is ON where nvcc or an NVIDIA driver is found, unless the user's own torch knows no CUDA.
flavour() {
  local own
  case ${SCALEMARK_CUDA:-AUTO} in
    ON | OFF) echo "$SCALEMARK_CUDA" ;;
    AUTO)
      own=$(own_torch)
      if [[ -n $own && ! -e $own/lib/libtorch_cuda.so ]]; then
        echo OFF
      elif [[ -n $(system_nvcc) ]] || has_nvidia_driver; then
        echo ON
      else
        echo OFF
      fi
      ;;
    *) fail 2 "SCALEMARK_CUDA=$SCALEMARK_CUDA is not one of AUTO, ON, OFF" ;;
  esac
}

# What CMake is to know about the dependencies, one argument a line.
dependency_arguments() {
  local nvcc
  echo "-DSCALEMARK_PYTHON=$venv/bin/python"
  echo "-DSCALEMARK_TORCH=$(torch_folder)"
  echo "-DSCALEMARK_CUDA=$(flavour)"
  if [[ $(flavour) == ON ]]; then
    nvcc=$(fitting_nvcc)
    echo "-DCMAKE_CUDA_COMPILER=${nvcc:-$(site_packages)/nvidia/cu$locked_cuda_major/bin/nvcc}"
    # Python's torch needs the CUDA libraries, which the light flavour leaves out.
    [[ -n $(own_torch) || $locked_cuda_major == 12 ]] || echo "-DSCALEMARK_PYTHON_TORCH=ON"
    [[ -z ${SCALEMARK_CUDA_ARCHITECTURES:-} ]] || echo "-DSCALEMARK_CUDA_ARCHITECTURES=$SCALEMARK_CUDA_ARCHITECTURES"
  fi
  [[ -z ${SCALEMARK_WERROR:-} ]] || echo "-DSCALEMARK_WERROR=$SCALEMARK_WERROR"
}

build_folder() {
  if [[ $1 == default ]]; then echo "$root/build"; else echo "$root/build-$1"; fi
}

# configure PRESET: runs CMake only where the arguments or the presets changed; ninja sees to every other change.
configure() {
  local preset=$1 folder log wanted
  local -a arguments
  folder=$(build_folder "$preset")
  mapfile -t arguments < <(dependency_arguments)
  wanted=$(printf '%s\n' "$preset" "${arguments[@]}" && cksum "$root/CMakePresets.json")
  if [[ -e $folder/build.ninja && $(cat "$folder/scalemark-configured" 2>/dev/null) == "$wanted" ]]; then return; fi
  say "configuring $folder (CUDA: $(flavour))"
  mkdir -p "$folder"
  # CMake itself starts anew where the compiler changed, but then forgets the other arguments.
  rm -f "$folder/CMakeCache.txt" "$folder/scalemark-configured"
  log=$folder/configure.log
  (cd "$root" && cmake --preset "$preset" "${arguments[@]}") >"$log" 2>&1 || {
    grep -A 12 '^CMake Error' "$log" >&2 || tail -n 20 "$log" >&2
    fail 1 "CMake failed (above); all of its output is in $log"
  }
  echo "$wanted" >"$folder/scalemark-configured"
}

# A LibTorch file takes up to 1.5 GB to compile: fewer jobs than cores where memory is short.
job_count() {
  local available_kib jobs
  available_kib=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
  jobs=$((available_kib / 1500000))
  ((jobs < $(nproc))) || jobs=$(nproc)
  echo $((jobs > 0 ? jobs : 1))
}

# build PRESET [TARGET ...]
build() {
  local preset=$1
  shift
  configure "$preset"
  ninja -C "$(build_folder "$preset")" -j "$(job_count)" "$@" >&2
}

# launch RANKS PROGRAM ...: mpirun, on a laptop or in a container too.
launch() {
  local ranks=$1
  shift
  if ((EUID == 0)); then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
  # Only permits it: with enough cores Open MPI binds and waits as ever.
  export OMPI_MCA_rmaps_base_oversubscribe=1
  # Where /sys is not mounted, Open MPI's hwloc complains once per process, and then finds the cores all the same.
  [[ -d /sys/devices/system/cpu ]] || export HWLOC_HIDE_ERRORS=2
  mpirun -n "$ranks" "$@"
}
