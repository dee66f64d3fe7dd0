# Stands in for what a test of the pages' commands cannot or must not do on the machine it runs on: become another user, make one, start units.
# Called under the name of the program it stands in for; writes each call to $SANDBOX/calls.
set -euo pipefail
name=$(basename "$0")
echo "$name $*" >>"$SANDBOX/calls"

# Paths of the page, as they are in the sandbox.
mapped() { sed -E "s#(^|[ \"'=])/(opt|var|etc|srv|usr/local)/#\1$SANDBOX/\2/#g"; }

# The command line of a unit, with systemd's own escapes taken out.
command_of() { sed -n 's/^ExecStart=//p' "$SANDBOX/etc/systemd/system/$1" | sed 's/%%/%/g' | mapped; }

start() {
  local unit=$1
  grep -q '^Type=oneshot' "$SANDBOX/etc/systemd/system/$unit" && { bash -c "$(command_of "$unit")"; return; }
  [ "${unit##*.}" = timer ] && return
  # A service goes on when what started it has ended, and has its settings from its file alone.
  ( set -a; [ ! -f "$SANDBOX/etc/ouishare.conf" ] || . "$SANDBOX/etc/ouishare.conf"; set +a
    exec setsid bash -c "exec $(command_of "$unit")" </dev/null >>"$SANDBOX/$unit.log" 2>&1 ) &
  echo $! >"$SANDBOX/$unit.pid"
}

stop() {
  local process
  process=$(cat "$SANDBOX/$1.pid")
  kill -TERM "$process"
  while kill -0 "$process" 2>/dev/null; do sleep 0.1; done
}

unit() { case $1 in *.service | *.timer) echo "$1" ;; *) echo "$1.service" ;; esac; }

case $name in
  sudo) [ "$1" != -u ] || shift 2; exec "$@" ;;
  useradd) ;;
  install)
    arguments=()
    while [ $# -gt 0 ]; do
      # There is no such user here.
      if [ "$1" = -o ]; then shift; else arguments+=("$1"); fi
      shift
    done
    exec /usr/bin/install "${arguments[@]}" ;;
  dotnet)
    case "$1 $2" in
      "publish src/Web" | "publish src/Cli")
        [ "$3 $4 $5" = "-c Release -o" ] || { echo "The page publishes in another way: $*" >&2; exit 1; }
        mkdir -p "$6"
        cp -a "$PUBLISHED/$(basename "$2")/." "$6/" ;;
      "run --project")
        project=$(basename "$3")
        shift 3
        [ "${1:-}" != -- ] || shift
        exec "$DOTNET" "$BUILT_PREFIX/$project/$BUILT_SUFFIX/$([ "$project" = Web ] && echo OuiShare.Federation.Web || echo ouishare).dll" "$@" ;;
      *) echo "The page calls dotnet in a way that its test does not know: $*" >&2; exit 1 ;;
    esac ;;
  systemctl)
    verb=$1
    shift
    [ "$verb" != enable ] || { [ "$1" = --now ]; shift; verb=start; }
    for one in "$@"; do
      case $verb in
        start) start "$(unit "$one")" ;;
        stop) stop "$(unit "$one")" ;;
        restart) stop "$(unit "$one")"; start "$(unit "$one")" ;;
        *) echo "The page calls systemctl in a way that its test does not know: $verb" >&2; exit 1 ;;
      esac
    done ;;
esac
