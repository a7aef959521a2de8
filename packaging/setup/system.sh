#!/bin/sh
# System libraries on Debian and Ubuntu: what Qt loads at run time, and the compiler and headers that hnswlib is built with.
set -eu
command -v apt-get >/dev/null 2>&1 || exit 0
python=${1:-python3}

wanted="libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0
libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1"
command -v c++ >/dev/null 2>&1 || wanted="$wanted g++"
"$python" -c 'import ensurepip, venv' 2>/dev/null || wanted="$wanted python3-venv"
"$python" -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_paths()["include"] + "/Python.h"))' ||
    wanted="$wanted python3-dev"
# A font with regular and semibold weights, where the system has none of note; a virtual display for the screenshots.
wanted="$wanted ${SYSTEM_EXTRAS:-}"

missing=""
for package in $wanted; do
    # libglib2.0-0 is called libglib2.0-0t64 on newer releases
    dpkg-query -W -f='${Status}\n' "$package" "${package}t64" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

sudo=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || {
        echo "These packages are missing and only an administrator can install them:$missing" >&2
        exit 0
    }
    sudo=sudo
fi
echo "Installing system packages:$missing" >&2
$sudo apt-get update -qq || true
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null || {
    echo "These system packages could not be installed:$missing" >&2
    exit 1
}
