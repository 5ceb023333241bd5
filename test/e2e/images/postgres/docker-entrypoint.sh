#!/bin/bash
# What the official image promises, as far as Landbridge relies on it: a first start on an empty PGDATA makes the cluster with
# POSTGRES_USER, POSTGRES_PASSWORD(_FILE), POSTGRES_DB and POSTGRES_INITDB_ARGS; the server never runs as root; arguments go to it.
set -euo pipefail

say() { printf 'entrypoint: %s\n' "$*" >&2; }

[[ "${1:-}" == -* ]] && set -- postgres "$@"
[[ "${1:-postgres}" == postgres ]] || exec "$@"

if [[ -n "${POSTGRES_PASSWORD_FILE:-}" ]]; then
  POSTGRES_PASSWORD=$(<"$POSTGRES_PASSWORD_FILE")
  export POSTGRES_PASSWORD
  unset POSTGRES_PASSWORD_FILE
fi

if [[ $(id -u) == 0 ]]; then
  install --directory --owner postgres --group postgres --mode 0700 "$PGDATA"
  chown --recursive postgres:postgres "$PGDATA"
  exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi

make_cluster() {
  local user=${POSTGRES_USER:-postgres}
  local database=${POSTGRES_DB:-$user}
  if [[ -z "${POSTGRES_PASSWORD:-}" ]]; then
    say "POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE is needed to make a new cluster."
    exit 1
  fi
  # shellcheck disable=SC2086  # POSTGRES_INITDB_ARGS is a list of words
  initdb --username="$user" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") ${POSTGRES_INITDB_ARGS:-}
  printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  # The socket alone: nobody takes a server that is still being made for a finished one.
  local options="-c listen_addresses=''"
  if (($# > 1)); then options="$(printf '%q ' "${@:2}") $options"; fi
  pg_ctl --pgdata="$PGDATA" --options="$options" --wait start
  if [[ "$database" != postgres ]]; then
    psql --no-psqlrc --no-password --username="$user" --dbname=postgres --set=ON_ERROR_STOP=1 --set=database="$database" \
      <<<'CREATE DATABASE :"database";'
  fi
  pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
  say "the cluster is made; starting the server."
}

[[ -s "$PGDATA/PG_VERSION" ]] || make_cluster "$@"
unset POSTGRES_PASSWORD
exec "$@"
