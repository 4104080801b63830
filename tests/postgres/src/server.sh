# Runs a PostgreSQL server until standard input ends, in a folder that is gone after it. Says that folder once the
# server takes connections, on a socket there.
#
# $1: the folder of PostgreSQL's programs.
# $2: `durable` where what is committed has to outlive a power cut, as in a shop; `encrypted` where it is reached over
#     the network too, on port $PORT of this machine, and there by TLS alone, with the certificate $CERTIFICATE and the
#     key $KEY in PEM form.
set -eu
programs=$1
folder=$(mktemp -d "${TMPDIR:-/tmp}/postgres.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
"$programs/initdb" --pgdata="$folder/data" --username=ministore --auth=trust --encoding=UTF8 --locale=C \
    --no-sync --no-instructions >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
# One role is asked for its password, so that a wrong one can be tried.
printf 'local all guarded scram-sha-256\nlocal all all trust\n' >"$folder/data/pg_hba.conf"
# What tests ask about is the engine, not whether this machine's disk keeps what it was told.
quick="-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
[ "$2" != durable ] || quick=
network="-c listen_addresses="
if [ "$2" = encrypted ]; then
    (umask 077 && printf %s "$CERTIFICATE" >"$folder/server.crt" && printf %s "$KEY" >"$folder/server.key")
    printf 'hostssl all all 127.0.0.1/32 trust\nhostnossl all all all reject\n' >>"$folder/data/pg_hba.conf"
    network="-c listen_addresses=127.0.0.1 -c port=$PORT -c ssl=on"
    network="$network -c ssl_cert_file=$folder/server.crt -c ssl_key_file=$folder/server.key"
    export PGPORT="$PORT"
fi
# shellcheck disable=SC2086 # several words
"$programs/postgres" -D "$folder/data" -k "$folder" $network -c max_connections=400 \
    -c shared_buffers=64MB $quick \
    </dev/null >>"$folder/log" 2>&1 &
server=$!
trap 'kill -QUIT $server 2>/dev/null || true; wait $server || true; rm -rf "$folder"' EXIT
until "$programs/pg_isready" --quiet --host="$folder" --username=ministore --dbname=postgres; do
    kill -0 $server 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.05
done
echo "$folder"
# Who started this holds the other end of its input open for as long as it lives, however it ends.
cat >/dev/null
