# Shared by the scripts in this folder; to be sourced. It needs bash.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
MVN=${MVN:-mvn}
JAVA=${JAVA_HOME:+$JAVA_HOME/bin/}java
PIDS=()

# Ends what a script has started, by process id, however the script ends.
end_started() {
  local pid
  for pid in "${PIDS[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  for pid in "${PIDS[@]}"; do
    wait "$pid" 2>/dev/null || true
  done
}
trap end_started EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Compiles the laboratory if a source is newer than its classes, and exports CLASSPATH.
build_lab() {
  local mark=lab/target/classpath
  if [ ! -f $mark ] || [ -n "$(find claviger-*/src/main lab/src/main lab/pom.xml pom.xml \
    -newer $mark \( -name '*.java' -o -name '*.proto' -o -name pom.xml \) -print -quit)" ]; then
    echo "building the laboratory" >&2
    $MVN -B -q process-classes -pl lab -am >&2
  fi
  export CLASSPATH="lab/target/classes:$(cat $mark)"
}

# Builds the distribution if it is missing, and sets DIST to its folder, unless DIST names one to measure.
build_distribution() {
  if [ -n "${DIST:-}" ]; then
    return
  fi
  ./claviger --version >/dev/null
  DIST=$(ls -d claviger-cli/target/claviger-[0-9]*/ | sort -V | tail -1)
  DIST=${DIST%/}
}

# Starts a server on a free port and sets TEXT_PORT and SERVER_PID. CLAVIGER_JAVA_OPTS go to its JVM.
start_claviger() {
  local log=lab/target/claviger.log
  build_distribution
  : >$log
  echo "+ claviger serve --volatile --text-port 0 --grpc-port off --http-port off --ipc-socket off"
  "$DIST/bin/claviger" serve --volatile --text-port 0 --grpc-port off --http-port off --ipc-socket off \
    >$log 2>&1 &
  SERVER_PID=$!
  PIDS+=("$SERVER_PID")
  wait_for_line "$log" '^ready$'
  TEXT_PORT=$(sed -n 's/^text .*://p' $log)
}

# Starts a server of the native protocol on a free port, and sets URI and SERVER_PID (0 if URI names what to measure).
start_native() {
  SERVER_PID=${SERVER_PID:-0}
  if [ -n "${URI:-}" ]; then
    return
  fi
  local log=lab/target/claviger.log
  build_distribution
  : >$log
  echo "+ claviger serve --volatile --text-port off --grpc-port 0 --http-port off --ipc-socket off"
  "$DIST/bin/claviger" serve --volatile --text-port off --grpc-port 0 --http-port off --ipc-socket off >$log 2>&1 &
  SERVER_PID=$!
  PIDS+=("$SERVER_PID")
  wait_for_line "$log" '^ready$'
  local port
  port=$(sed -n 's/^grpc .*://p' $log)
  [ -n "$port" ] || { echo "the server has no line 'grpc HOST:PORT': $(tr '\n' ' ' <$log)" >&2; return 1; }
  URI=claviger://127.0.0.1:$port
}

# Waits until a line of a file matches: wait_for_line FILE PATTERN
wait_for_line() {
  local i
  for i in $(seq 600); do
    if grep -q "$2" "$1"; then
      return
    fi
    # The server that was started last has ended: the line will not come.
    [ -n "${PIDS[*]}" ] && kill -0 "${PIDS[-1]}" 2>/dev/null || break
    sleep 0.05
  done
  cat "$1" >&2
  return 1
}

facts() {
  echo "machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)," \
    "$(awk '/MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo), Linux $(uname -r)"
  echo "java: $($JAVA -version 2>&1 | sed -n 2p)"
  echo "commit: $(git describe --always --dirty 2>/dev/null || echo unknown), load average $(cut -d' ' -f1-3 /proc/loadavg)"
}

# Prints and runs a command.
shown() {
  echo "+ $*"
  "$@"
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Waits until somebody listens: wait_for_port PORT
wait_for_port() {
  local i
  for i in $(seq 300); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
      return
    fi
    sleep 0.05
  done
  echo "nobody listens on port $1" >&2
  return 1
}

# The median and the range of numbers, one a line on standard input: MEDIAN [MIN..MAX]
spread() {
  sort -g | awk '{v[NR] = $1} END {m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2
    printf "%.6g [%.6g..%.6g]\n", m, v[1], v[NR]}'
}

median() {
  spread | cut -d' ' -f1
}

# The values of a key in the lines of JSON on standard input, one a line: values KEY
values() {
  sed -n "s/.*\"$1\": \([-0-9.]*\).*/\1/p"
}
