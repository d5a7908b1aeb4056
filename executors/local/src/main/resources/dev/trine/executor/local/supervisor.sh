# Runs one attempt and writes down how it ended, so that whoever comes later can know without having been its parent.
# Usage: sh supervisor.sh <folder of the attempt> <program> [argument...]
# This runs outside the sandbox: its environment is the executor's own, and nothing in it may come from a workload.
# Ctrl-C and a closed terminal are meant for the platform, which then ends its workloads in order and says why.
trap '' INT HUP
folder=$1
shift
note() {
  echo "$2" > "$folder/$1.new" && mv "$folder/$1.new" "$folder/$1"
}

mkdir "$folder/claimed" 2> /dev/null || exit 0
note pid $$ || exit 1
cd "$folder/work" || exit 1
: > "$folder/started" || exit 1
if [ -e "$folder/stopping" ]; then
  note exit 143
  exit
fi
if [ -e "$folder/users" ]; then
  mkfifo "$folder/made" "$folder/go" || exit 1
fi
# In a process group of its own, so that the children it leaves can be ended; it notes that group before it becomes the program,
# and goes into the control groups in which its limits are.
begin='echo $$ > "$0/program.new" && mv "$0/program.new" "$0/program" || exit 125
while IFS= read -r group; do echo $$ > "$group/cgroup.procs" || exit 125; done < "$0/groups"
read -r blocks < "$0/file-blocks" && ulimit -f "$blocks" || exit 125
exec "$@"'
# dash has no job control without a terminal, and macOS has no setsid, but a shell that needs no terminal.
if command -v setsid > /dev/null; then
  setsid sh -c "$begin" "$folder" "$@" < /dev/null >> "$folder/stdout.log" 2>> "$folder/stderr.log" &
else
  set -m
  sh -c "$begin" "$folder" "$@" < /dev/null >> "$folder/stdout.log" 2>> "$folder/stderr.log" &
  set +m
fi
program=$!
if [ -e "$folder/users" ]; then
  # bubblewrap tells which process is to have users of its own, and waits until it has them
  while IFS= read -r line; do
    case $line in
      *child-pid*)
        child=${line##*: }
        child=${child%,*}
        cat "$folder/users" > "/proc/$child/uid_map" && cat "$folder/users" > "/proc/$child/gid_map" && echo > "$folder/go"
        ;;
    esac
  done < "$folder/made" &
  users=$!
fi
wait $program
code=$?
[ -z "${users:-}" ] || kill $users 2> /dev/null
kill -KILL -$program 2> /dev/null
while IFS= read -r group; do
  # those that are to end need processor time for it
  [ ! -e "$group/cpu.cfs_quota_us" ] || echo -1 > "$group/cpu.cfs_quota_us"
  [ ! -e "$group/cpu.max" ] || echo max > "$group/cpu.max"
  tries=0
  while [ $tries -lt 1000 ] && read -r left 2> /dev/null < "$group/cgroup.procs"; do
    kill -KILL "$left" 2> /dev/null
    tries=$((tries + 1))
  done
  for counts in "$group/memory.oom_control" "$group/memory.events"; do
    [ -r "$counts" ] || continue
    while read -r what count; do
      [ "$what" != oom_kill ] || [ "$count" = 0 ] || note exceeded memory
    done < "$counts"
  done
done < "$folder/groups"
note exit $code
