#!/bin/bash
# Tries the extension in a real Blender window: installs the zip, opens the tab, clicks through it, checks the data.
# usage: scripts/dev/try_in_blender.sh [OUT]      pictures, log and facts go to OUT (default: out/window)
#
# BLENDER_SHELL is a command that runs its arguments where a blender with a display is, and defaults to a virtual
# display of this machine; BLENDER_WORK is a folder that both sides see under the same name inside BLENDER_SHELL, and
# BLENDER_WORK_OUTSIDE its name out here. With a chroot in /srv/sid: BLENDER_SHELL="./enter.sh /srv/sid" BLENDER_WORK=/work
# BLENDER_WORK_OUTSIDE=/srv/sid/work.  BLENDER_PYTHON (default: asked of that blender) picks the wheels.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
out=$(mkdir -p "${1:-$root/out/window}" && cd "${1:-$root/out/window}" && pwd)
python=${PYTHON:-$root/.venv/bin/python}
shell=${BLENDER_SHELL:-xvfb-run -a -s "-screen 0 1600x1000x24 +extension GLX"}
work=${BLENDER_WORK:-$out/work}
outside=${BLENDER_WORK_OUTSIDE:-$work}
for_python=${BLENDER_PYTHON:-$($shell blender --background --factory-startup --python-expr \
  'import sys; print("PYTHON=%d.%d" % sys.version_info[:2])' 2>/dev/null | sed -n 's/^PYTHON=//p')}

echo "Building the zip for Python $for_python"
rm -rf "$outside/atelier-try" && mkdir -p "$outside/atelier-try/zip"
"$python" "$root/scripts/build_extension.py" --python "$for_python" --out "$outside/atelier-try/zip"
cp "$root"/scripts/dev/try_in_blender_{steps,list,hand,x11,parts}.py "$outside/atelier-try/"

inside() { $shell env BLENDER_USER_RESOURCES="$work/atelier-try/user" "$@"; }
status=0
zip=$(ls "$outside"/atelier-try/zip/*.zip | sed "s|^$outside|$work|")
inside blender --window-geometry 0 0 1600 1000 --enable-event-simulate --python-exit-code 1 \
  --python "$work/atelier-try/try_in_blender_steps.py" -- "$zip" "$work/atelier-try/out" >"$out/log.txt" 2>&1 || status=$?
if [ $status = 0 ]; then
  inside blender --window-geometry 0 0 1600 1000 --python-exit-code 1 "$work/atelier-try/out/tried.blend" \
    --python "$work/atelier-try/try_in_blender_x11.py" -- "$work/atelier-try/out" >>"$out/log.txt" 2>&1 || status=$?
fi
if [ $status = 0 ]; then
  inside blender --window-geometry 0 0 1600 1000 --enable-event-simulate --python-exit-code 1 \
    "$work/atelier-try/out/tried.blend" --python "$work/atelier-try/try_in_blender_parts.py" \
    -- "$work/atelier-try/out" >>"$out/log.txt" 2>&1 || status=$?
fi
cp -r "$outside/atelier-try/out/." "$out/" || status=1
if [ $status != 0 ] || grep -E "Traceback|^Error" "$out/log.txt"; then
  echo "FAILED; the log is $out/log.txt"; tail -n 15 "$out/log.txt"; exit 1
fi
grep -E "^(first avatar|drag|rest after|export|cancel|lines):" "$out/log.txt" || true
echo "All steps passed; the pictures are in $out"
