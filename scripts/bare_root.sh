# Shared by the scripts that try things in a bare Debian root, which debootstrap makes and chroot enters.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need_bare_root() {
  ((EUID == 0)) || fail 2 "chroot and mount need root"
  command -v debootstrap >/dev/null || fail 2 "debootstrap is missing: apt-get install debootstrap"
}

# make_root SUITE FOLDER
make_root() {
  local suite=$1 target=$2 mirror log
  log=$(mktemp) # not beside the folder: a log of the caller's may have that name
  mirror=$(apt_mirror "$suite")
  say "making a bare $suite in $target (about a minute)"
  debootstrap --variant=minbase "$suite" "$target" ${mirror:+"$mirror"} >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    fail 1 "debootstrap failed (above)"
  }
  rm "$log"
}

# What lets this machine reach its mirrors: nothing of it is known here.
copy_network_settings() {
  local target=$1 path
  for path in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf /etc/apt/keyrings /etc/apt/trusted.gpg.d \
    /etc/pip.conf /etc/resolv.conf /etc/hosts /usr/local/share/ca-certificates; do
    [[ -e $path ]] || continue
    mkdir -p "$target$(dirname "$path")"
    rm -rf "$target$path"
    cp -rL "$path" "$target$path"
  done
  grep -lrsE '^Acquire::(http|https|Check|Retries)' /etc/apt/apt.conf.d | xargs -r cp -t "$target/etc/apt/apt.conf.d"
  # Under a name of its own: installing ca-certificates writes the usual bundle anew.
  [[ ! -e /etc/ssl/certs/ca-certificates.crt ]] || cp -L /etc/ssl/certs/ca-certificates.crt "$target/etc/machine-ca.crt"
}

# The working tree with its history, less what git ignores.
copy_repository() {
  local target=$1
  mkdir -p "$target"
  (cd "$root" && git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do [[ ! -e $file ]] || printf '%s\0' "$file"; done |
    tar --create --null --files-from=- --file=-) | tar --extract --directory "$target" --file=-
  if [[ -d $root/.git ]]; then cp -r "$root/.git" "$target/.git"; fi
}

mount_kernel_folders() {
  mount -t proc proc "$1/proc"
  mount --rbind /dev "$1/dev"
  mount --make-rslave "$1/dev"
}

# Whether nothing is mounted in the folder any more.
unmount_all() {
  local place
  while IFS= read -r place; do
    umount -R "$place" || umount -R -l "$place"
  done < <(awk -v root="$1/" 'index($2, root) == 1 { print $2 }' /proc/mounts | grep -vE "^$1/dev/." | sort -r)
  ! grep -q " $1/" /proc/mounts
}

# Never a folder with a mount in it: it would be the machine's own /dev.
remove_root() {
  if unmount_all "$1"; then rm -rf "$1"; else say "something is still mounted under $1: it stays"; fi
}

# enter_root ROOT COMMAND ...: without this shell's environment, but for how to reach a package index and what is to be built.
enter_root() {
  local target=$1 name
  local -a environment=(HOME=/root "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" TERM="${TERM:-dumb}")
  if [[ -e $target/etc/machine-ca.crt ]]; then
    environment+=(PIP_CERT=/etc/machine-ca.crt)
  fi
  for name in PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST PIP_DEFAULT_TIMEOUT PIP_PROXY http_proxy https_proxy \
    no_proxy SCALEMARK_CUDA SCALEMARK_DEPS SCALEMARK_VERBOSE SCALEMARK_WERROR; do
    if [[ -n ${!name:-} ]]; then environment+=("$name=${!name}"); fi
  done
  chroot "$target" env -i "${environment[@]}" "${@:2}"
}
