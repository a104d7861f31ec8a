#!/usr/bin/env bash
# Restores the services from their newest backups of one day, or of all days.
#
#   deploy/restore.sh BACKUPS KEYS [--day YYYYMMDD] [--service NAME]... [-- OPTION...]
#
# The services are stopped first and stay so: read what was said, then start them. Options after --
# go to `python -m <service> restore`, for example --replace where a database holds something.
# Where the services run without Docker, NEXTSTEP_PYTHON names the Python that has them; stop them
# yourself.
set -euo pipefail
cd "$(dirname "$0")/.."
usage() {
  sed -n '4p' "$0" | sed 's/^# */usage: /' >&2
  exit 2
}
[ $# -ge 2 ] || usage
backups=$(realpath "$1") keys=$(realpath "$2") day="" services=()
shift 2
while [ $# -gt 0 ]; do
  case "$1" in
    --day) day=${2:?--day needs YYYYMMDD} && shift 2 ;;
    --service) services+=("${2:?--service needs a name}") && shift 2 ;;
    --) shift && break ;;
    *) usage ;;
  esac
done
[ ${#services[@]} -gt 0 ] || services=(applications scheduling notifications awards)

declare -A newest
for service in "${services[@]}"; do
  # names are in the order of time; what was cut off ends with .part
  found=$(find "$backups" -maxdepth 1 -type d -name "$service-$day*" ! -name "*.part" | sort | tail -n 1)
  if [ -z "$found" ]; then
    echo "There is no backup of $service${day:+ of $day} in $backups." >&2
    exit 2
  fi
  newest[$service]=$(basename "$found")
done
[ -n "${NEXTSTEP_PYTHON:-}" ] || docker compose stop "${services[@]}"
run() { # run SERVICE OPTION...: restore a service, which sees /backups and /keys
  local service=$1
  shift
  if [ -n "${NEXTSTEP_PYTHON:-}" ]; then
    "$NEXTSTEP_PYTHON" -m "$service" restore "$backups/${newest[$service]}" \
      --keys "$keys/$service.keys" "$@"
  else
    docker compose run --rm --no-deps -T -v "$backups:/backups:ro" -v "$keys:/keys:ro" \
      "$service" python -m "$service" restore "/backups/${newest[$service]}" \
      --keys "/keys/$service.keys" "$@"
  fi
}
restored=()
for service in "${services[@]}"; do
  if ! run "$service" "$@"; then
    echo "$service was not restored. Restored before it: ${restored[*]:-none}." >&2
    echo "Mend what it said, then restore the rest, each by --service." >&2
    exit 1
  fi
  restored+=("$service")
done
echo "Restored: ${services[*]}. Read docs/runbook.md, \"After a restore\", then start them."
