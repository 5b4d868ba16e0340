# What quickstart and test share: steps with their time, the packages, the toolchain. Sourced, never run.
# shellcheck shell=bash

# The libraries that Package.swift names, the tool that finds them, and the one that reads the result.
packages=(
    libzstd-dev libsimdjson-dev libsqlite3-dev zlib1g-dev libyaml-dev libssl-dev libcurl4-openssl-dev
    pkg-config ca-certificates sqlite3
)

fail() { # MESSAGE FIX
    printf 'error: %s\n fix:   %s\n' "$1" "$2" >&2
    exit 1
}

# Runs a command with its output kept aside, and prints how long it took; a failure prints what went wrong.
step() { # NAME COMMAND…
    local name=$1 log status=0 began=$SECONDS
    shift
    log=$(mktemp "$scratch/step-XXXXXX.log")
    "$@" >"$log" 2>&1 || status=$?
    if ((status != 0)); then
        # The errors if they can be told from the rest, else the end of it all.
        grep -E '(^|: )(error|warning): ' "$log" | awk '!seen[$0]++' | head -60 >&2 || tail -100 "$log" >&2
        printf '%5d s  %s: FAILED (status %d)\n' $((SECONDS - began)) "$name" "$status" >&2
        exit 1
    fi
    printf '%5d s  %s\n' $((SECONDS - began)) "$name"
}

need_swift() {
    local text version
    command -v swift >/dev/null ||
        fail 'there is no swift on PATH' 'install Swift 6.2 or later: https://www.swift.org/install'
    text=$(swift --version 2>&1) || fail 'swift does not start' 'swift --version tells why'
    version=$(sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' <<<"$text" | head -1)
    [[ $(printf '6.2\n%s\n' "$version" | sort -V | head -1) == 6.2 ]] ||
        fail "Swift ${version:-of an unknown version} is too old" 'install Swift 6.2 or later'
}

# Installs what is missing of the packages; without apt-get the build itself will say what it lacks.
need_packages() { # PACKAGE…
    local missing=() package as_root=()
    if ! command -v apt-get >/dev/null; then
        printf 'no apt-get here: these must be there under their names of this system: %s\n' "$*" >&2
        return
    fi
    # The toolchain brings no C++ library of its own; any version of it will do.
    dpkg-query --show --showformat='${db:Status-Status}\n' 'libstdc++-*-dev' 2>/dev/null |
        grep -qx installed || missing+=(g++)
    for package in "$@"; do
        [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            missing+=("$package")
    done
    ((${#missing[@]} > 0)) || return 0
    if ((EUID != 0)); then
        command -v sudo >/dev/null ||
            fail "${missing[*]} must be installed, which only root may" "as root: apt-get install ${missing[*]}"
        as_root=(sudo)
        # Without a terminal nobody could type a password.
        [[ -t 2 ]] || as_root+=(-n)
        "${as_root[@]}" true ||
            fail "sudo does not let you install ${missing[*]}" "as root: apt-get install ${missing[*]}"
    fi
    step "install ${missing[*]}" install_packages
}

# Called by step, with the arrays of need_packages.
install_packages() {
    "${as_root[@]}" apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# Makes a Python environment with these packages unless the python3 on PATH has them already, and puts it first on PATH.
# Fails, with its reason printed, where python3, its venv or the network is missing.
need_python() { # FOLDER NAME==VERSION…
    local folder=$1
    shift
    has_python_packages python3 "$@" && return
    command -v python3 >/dev/null || { printf 'there is no python3\n' && return 1; }
    if ! has_python_packages "$folder/bin/python3" "$@"; then
        python3 -m venv --clear "$folder" &&
            "$folder/bin/python3" -m pip install --quiet --disable-pip-version-check "$@" || return
    fi
    export PATH=$PWD/$folder/bin:$PATH
}

has_python_packages() { # PYTHON NAME==VERSION…
    "$1" - "${@:2}" >/dev/null 2>&1 <<'END'
import importlib.metadata, sys
for pin in sys.argv[1:]:
    name, version = pin.split("==")
    assert importlib.metadata.version(name) == version
END
}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/refold-XXXXXX")
trap 'rm -rf -- "$scratch"' EXIT
