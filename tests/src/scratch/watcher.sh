# Run as `sh -c … watcher ROOT` with a pipe from the test process as standard input.
# The read ends when the test process is gone, be it by exit, by abort or by SIGKILL.
read -r _
for file in "$1"/pids/*; do
  [ -e "$file" ] || continue
  kill -s "$(cat "$file")" "${file##*/}" 2>/dev/null
done
# A server that is still stopping may put a file into a folder while it is being removed: try again.
tries=0
until rm -rf "$1" 2>/dev/null || [ "$tries" -ge 50 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
