# Runs one attempt and writes down how it ended, so that whoever comes later can know without having been its parent.
# Usage: sh supervisor.sh <folder of the attempt> <program> [argument...]
folder=$1
shift
mkdir "$folder/claimed" 2>/dev/null || exit 0
echo $$ > "$folder/pid.new" && mv "$folder/pid.new" "$folder/pid"
cd "$folder/work" || exit 1
: > "$folder/started"
"$@" < /dev/null >> "$folder/stdout.log" 2>> "$folder/stderr.log"
code=$?
echo $code > "$folder/exit.new" && mv "$folder/exit.new" "$folder/exit"
