# Shared by the scripts that make a tree of Scalemark which can be moved (install, bundle and singularity/make-runtime): what of a
# build goes into it, and which libraries. cmake/ScalemarkInstall.cmake has the programs and the files beside them; tree/starter
# finds the libraries at each start.
# shellcheck shell=bash source-path=SCRIPTDIR/../scripts
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Never carried along: LibTorch with the CUDA libraries behind it, and the C library.
not_carried='/(lib(torch|c10|shm|cud|cublas|cusparse|cusolver|cufft|cufile|curand|cupti|nccl|nv|gomp)[^/]*|lib(c|m|dl|rt|pthread|util|resolv|nss_[a-z]*)|ld-linux[^/]*)\.so'

# mapped FILE ...: the libraries that the loader finds for them, one a line.
mapped() { ldd "$@" 2>/dev/null | sed -nE 's/.*=> (\/[^ ]+) \(0x.*/\1/p' | sort -u; }

# stage_tree BUILD TREE: programs, their starters, and what belongs to them; without LibTorch and other libraries.
stage_tree() {
  local log=$1/install.log
  cmake --install "$1" --prefix "$2" --component scalemark --strip >"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    fail 1 "cmake --install failed (above)"
  }
  mkdir -p "$2/lib/scalemark"
}

# mpi_library BUILD: the libmpi that its programs are linked to; prints nothing where it is another MPI or none.
mpi_library() { mapped "$1/bin/scalemark-run" | grep -m 1 '/libmpi\.so' || true; }

# carry_libraries TREE < LIST: those of the list that a node may lack.
carry_libraries() { grep -vE "$not_carried" | xargs -r cp -Lt "$1/lib/scalemark"; }

torch_version() {
  local torch
  torch=$(torch_folder)
  cat "$torch/build-version" 2>/dev/null || sed -nE "s/^__version__ = '(.*)'/\1/p" "$torch/version.py"
}

uses_cuda() { mapped "$1/bin/scalemark-run" | grep '/libtorch_cuda\.so' >/dev/null; }

# copy_torch BUILD FOLDER: what its programs load of LibTorch into FOLDER/torch, and the CUDA libraries with their places beside it: LibTorch
# finds them by these.
copy_torch() {
  local torch site library folder=$2
  torch=$(torch_folder)
  site=$(cd "$torch/.." && pwd)
  mkdir -p "$folder/torch/lib"
  find "$torch" -maxdepth 1 \( -name version.py -o -name build-version \) -exec cp -t "$folder/torch" {} +
  if ! uses_cuda "$1"; then
    mapped "$1/bin/scalemark-run" | while IFS= read -r library; do
      library=$torch/lib/${library##*/}
      [[ ! -e $library ]] || cp -Lt "$folder/torch/lib" "$library"
    done
    return
  fi
  cp -r "$torch/lib" "$folder/torch/"
  rm -f "$folder"/torch/lib/*python*
  # CUDA 12's cuSPARSELt lies beside nvidia/, CUDA 13's in it.
  (cd "$site" && { find nvidia cusparselt -path '*/lib/*' -name '*.so*' -print0 2>/dev/null || true; } |
    xargs -0 -r cp -P --parents -t "$folder")
}
