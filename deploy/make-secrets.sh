#!/bin/sh
# make-secrets.sh [DIR]: generates the passwords of docker-compose.yml, once. An
# existing file is never changed. Each file is owned by the user that reads it.
set -eu
dir=${1:-/secrets}
mkdir -p "$dir"
invent() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
# save FILE UID: writes standard input to FILE, unless it exists.
save() {
  if [ -s "$dir/$1" ]; then cat >/dev/null; return; fi
  (umask 077 && cat >"$dir/$1.new")
  if [ "$(id -u)" = 0 ]; then chown "$2" "$dir/$1.new"; fi
  chmod 400 "$dir/$1.new"
  mv "$dir/$1.new" "$dir/$1"
}
hub=65532 postgres=999 redis=999 root=0

invent | save postgres-password $postgres
printf 'postgres://ctihub:%s@postgres:5432/ctihub?sslmode=disable' "$(cat "$dir/postgres-password")" | save database-url $hub
printf 'requirepass %s\nsave ""\nmaxmemory 64mb\nmaxmemory-policy allkeys-lru\n' "$(invent)" | save redis.conf $redis
printf 'redis://:%s@redis:6379/0' "$(sed -n 's/^requirepass //p' "$dir/redis.conf")" | save redis-url $hub
invent | save ari-password $hub
printf '%s' "$(cat "$dir/ari-password")" | save asterisk-ari-password $root
