#!/bin/sh
# Finds Chromium for the browser tests; installs Debian's when it may, else says what to do.
set -eu
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then
    echo "Chromium: $(command -v "$name")"
    exit 0
  fi
done
if [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]; then exit 0; fi
if command -v apt-get >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then root=""
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then root="sudo"
  else root="none"; fi
  if [ "$root" != none ]; then
    echo "Chromium: installing Debian's package"
    $root apt-get update -qq
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
    exit 0
  fi
fi
echo "The browser tests need Chromium: install it (Debian, Ubuntu: apt-get install chromium) and run make again." >&2
exit 1
