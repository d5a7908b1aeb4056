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
# In a process group of its own, so that the children it leaves can be ended; it notes that group before it becomes the program.
# dash has no job control without a terminal, and macOS has no setsid, but a shell that needs no terminal.
begin='echo $$ > "$0/program.new" && mv "$0/program.new" "$0/program" && exec "$@"'
if command -v setsid > /dev/null; then
  setsid sh -c "$begin" "$folder" "$@" < /dev/null >> "$folder/stdout.log" 2>> "$folder/stderr.log" &
else
  set -m
  sh -c "$begin" "$folder" "$@" < /dev/null >> "$folder/stdout.log" 2>> "$folder/stderr.log" &
  set +m
fi
program=$!
wait $program
code=$?
kill -KILL -$program 2> /dev/null
note exit $code
