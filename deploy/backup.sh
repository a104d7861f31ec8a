#!/usr/bin/env bash
# Backs up the four services at about the same moment, and the definitions of the broker.
#
#   deploy/backup.sh BACKUPS KEYS
#
# BACKUPS is kept for KEEP_DAYS (35, 40 at most). KEYS holds what opens it, one file a service, which is
# replaced each time: keep it on another disk or machine, and copies of it for a few days at most.
# Where the services run without Docker, NEXTSTEP_PYTHON names the Python that has them.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -ne 2 ]; then
  echo "usage: deploy/backup.sh BACKUPS KEYS" >&2
  exit 2
fi
umask 077
mkdir -p "$1" "$2"
backups=$(realpath "$1") keys=$(realpath "$2") days=${KEEP_DAYS:-35}
if [ "$days" -gt 40 ]; then # nextstep_messaging.operating.erased_words.KEPT
  echo "KEEP_DAYS is 40 at most: a restore knows the names of the erased for so long." >&2
  exit 2
fi
case "$keys/" in "$backups"/*) echo "Keep the keys apart from the backups." >&2; exit 2 ;; esac

run() { # run SERVICE WORD...: a command of a service, which sees /backups and /keys
  local service=$1
  shift
  if [ -n "${NEXTSTEP_PYTHON:-}" ]; then
    "$NEXTSTEP_PYTHON" -m "$service" "${@/#\/backups/$backups}"
  else
    docker compose run --rm --no-deps -T -v "$backups:/backups" -v "$keys:/keys" \
      "$service" python -m "$service" "$@"
  fi
}

[ "$(id -u)" -ne 0 ] || chown 10001 "$backups" "$keys" # the services' own user
where=/keys
[ -z "${NEXTSTEP_PYTHON:-}" ] || where=$keys
jobs=()
for service in applications scheduling notifications awards; do
  run "$service" backup /backups --keys "$where/$service.keys" &
  jobs+=($!)
done
failed=0
for job in "${jobs[@]}"; do wait "$job" || failed=1; done
if [ -z "${NEXTSTEP_PYTHON:-}" ]; then
  docker compose exec -T rabbitmq rabbitmqctl -q export_definitions - \
    >"$backups/rabbitmq-$(date -u +%Y%m%dT%H%M%SZ).json" || failed=1
fi
if [ "$failed" -ne 0 ]; then
  echo "Not everything was backed up; no older backup was removed." >&2
  exit 1
fi
# by the day in the name: copying changes the times of files
oldest=$(date -u -d "-$days days" +%Y%m%d)
for old in "$backups"/{applications,scheduling,notifications,awards,rabbitmq}-*; do
  stamp=$(basename "$old" | sed -nE 's/^[a-z]+-([0-9]{8})T.*/\1/p')
  if [ -n "$stamp" ] && [ "$stamp" -lt "$oldest" ]; then
    rm -rf -- "$old"
    echo "removed $old"
  fi
done
