# shellcheck shell=bash
# What the scripts beside it have in common; sourced, not run.

# options NAME... -- ARGUMENT...: reads `--name VALUE` into the variable NAME of each name given, and `--in FOLDER` into `folder`, which is
# made where it is not given, and goes with the script. Anything else shows the head of the script, and ends it.
options() {
  local names=()
  while [ "$1" != -- ]; do names+=("$1") && shift; done
  shift
  folder=""
  while [ $# -gt 0 ]; do
    local name=${1#--}
    [ "$name" != in ] || name=folder
    case " folder ${names[*]} " in
      *" $name "*) [ $# -gt 1 ] && [ "$1" != "$name" ] && printf -v "$name" %s "$2" || usage ;;
      *) usage ;;
    esac
    shift 2
  done
  if [ -z "$folder" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
  fi
  mkdir -p "$folder"
}

# The head of the script.
usage() {
  sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "benches/${0##*/}"
  exit 2
}

# build EXAMPLE...: builds stakelint and examples as they are released, and says in `target` where they lie.
build() {
  local example
  cargo build --quiet --profile dist --bin stakelint $(for example in "$@"; do echo --example "$example"; done)
  target=${CARGO_TARGET_DIR:-target}/dist
  case "$target" in /*) ;; *) target=$PWD/$target ;; esac
  stakelint=$target/stakelint
}

# seconds COMMAND...: how long it took.
seconds() {
  local start=$EPOCHREALTIME
  "$@"
  awk -v start="$start" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.4f\n", end - start }'
}

# processor COMMAND...: seconds of processor time that it took; what it writes is let go, and only 2 is no run.
processor() {
  local TIMEFORMAT='%U %S'
  { time { "$@" >/dev/null 2>&1 || [ $? -ne 2 ]; }; } 2>&1 | awk '{ printf "%.3f\n", $1 + $2 }'
}

# median FILE: that of its lines.
median() { sort -n "$1" | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

# peak COMMAND...: the most memory that it had at once, where GNU time is there to tell.
peak() {
  if [ -x /usr/bin/time ] && /usr/bin/time -f %M true 2>/dev/null; then
    { /usr/bin/time -f %M "$@" >/dev/null; } 2>&1 | tail -1 | awk '{ printf "%.0f MiB", $1 / 1024 }'
  else
    echo "(needs GNU time)"
  fi
}

# heading ROUNDS [PROGRAM]: what was measured with what.
heading() { echo "$("$stakelint" --version)${2:+, $2}, $(nproc 2>/dev/null || sysctl -n hw.ncpu) processors, median of $1 rounds"; }
