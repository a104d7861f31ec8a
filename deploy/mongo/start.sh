#!/usr/bin/env bash
# Starts MongoDB as a replica set of one whose members know each other by a key. Transactions need
# a replica set, and a replica set with users needs the key, in a file that only it can read.
set -euo pipefail

umask 077
printf '%s' "${MONGO_REPLICA_KEY:?}" >/run/nextstep/replica.key
unset MONGO_REPLICA_KEY

exec docker-entrypoint.sh mongod \
  --replSet nextstep \
  --keyFile /run/nextstep/replica.key \
  --bind_ip_all \
  --wiredTigerCacheSizeGB "${MONGO_CACHE_GB:-0.5}" \
  --quiet
