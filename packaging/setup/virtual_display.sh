#!/bin/sh
# Runs a Python script of the project under a virtual X display: sh virtual_display.sh SCRIPT ARG…
set -eu
SYSTEM_EXTRAS="xvfb xauth fonts-inter" sh "$(dirname "$0")/system.sh" "${PYTHON:-python3}"
exec xvfb-run -a -s "-screen 0 3200x2200x24" "${PYTHON:-python3}" "$@"
