#!/bin/sh
# Prepares .venv from requirements.lock, with what Debian and Ubuntu lack for Qt and for building hnswlib.
# Does nothing where the stamp of the same lock file, project file and extras is there.
set -eu
cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
venv=.venv

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Visearch Desktop needs Python 3.11 or newer; \"$python\" is $("$python" -V 2>&1). Set PYTHON=…" >&2
    exit 2
}

# Extras that an earlier call installed are kept, so that "make run" after "make test" changes nothing.
extras=$(printf '%s\n' "${EXTRAS:-}" $(cat "$venv/.extras" 2>/dev/null || true) | tr ', ' '\n\n' | sort -u | grep . | paste -sd, - || true)
stamp=$("$python" -c 'import hashlib, sys
print(hashlib.sha256(b"".join(open(n, "rb").read() for n in sys.argv[2:]) + sys.argv[1].encode()).hexdigest())' \
    "$extras" pyproject.toml requirements.lock)
[ "$(cat "$venv/.stamp" 2>/dev/null || true)" = "$stamp" ] && exit 0

sh packaging/setup/system.sh "$python"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
# The lock pins versions; which of them are installed is the extras' business.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c requirements.lock -e ".${extras:+[$extras]}" 2>"$venv/.pip.log" || {
    cat "$venv/.pip.log" >&2
    echo "The environment could not be prepared; the lines above say why." >&2
    exit 1
}
printf '%s' "$extras" >"$venv/.extras"
printf '%s' "$stamp" >"$venv/.stamp"
