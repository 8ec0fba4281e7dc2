#!/bin/sh
# Installs Maskwright for the one who runs it, without root. Started by the .run file in the folder
# that it has unpacked.
set -eu

usage() {
    cat <<'END'
Installs Maskwright below your home folder: the app in ~/.local/opt, its commands in ~/.local/bin,
its entry in the menus in ~/.local/share. No root is needed. Your projects and settings stay as
they are, now and when you uninstall it.

  maskwright_….run                     install it
  maskwright_….run -- --into FOLDER    install it in FOLDER, which is made, instead of
                                       ~/.local/opt/maskwright
  ~/.local/opt/maskwright/uninstall    remove it
END
}

app=$HOME/.local/opt/maskwright
case ${1:-} in
    '') ;;
    -h | --help | help) usage; exit 0 ;;
    --into)
        case ${2:-} in
            '') usage >&2; exit 2 ;;
            /*) app=${2%/} ;;
            *) app=${USER_PWD:-$PWD}/${2%/} ;; # makeself has changed the folder
        esac
        ;;
    *) usage >&2; exit 2 ;;
esac
[ "$(uname -m)" = x86_64 ] || { echo "Maskwright needs a 64-bit x86 computer; this is a $(uname -m)." >&2; exit 1; }

unpacked=$PWD
case ${unpacked##*/} in
    selfgz*) ;; # makeself's own folder, which it deletes
    *)
        # Unpacked over what was there before: we could not tell any more what of it is ours.
        echo "Maskwright is unpacked in $unpacked, and not installed; to choose the folder, end the command with: -- --into FOLDER" >&2
        exit 1
        ;;
esac
bin=$HOME/.local/bin
share=${XDG_DATA_HOME:-$HOME/.local/share}

# What the uninstaller is to remove, in the order in which it was made.
list=$unpacked/installed
: >"$list"

make_folder() {
    [ -d "$1" ] && return
    make_folder "$(dirname "$1")"
    mkdir "$1"
    printf '%s\n' "$1" >>"$list"
}

# The folder is made here or holds a Maskwright: so all that the uninstaller finds in it is ours.
if [ -e "$app" ] || [ -L "$app" ]; then
    if [ ! -f "$app/installed" ] || [ ! -x "$app/uninstall" ] || [ ! -x "$app/maskwright" ]; then
        echo "There is something else in $app; move it away first." >&2
        exit 1
    fi
    echo "Replacing the Maskwright in $app ..."
    "$app/uninstall" --quiet
fi
make_folder "${app%/*}"
mkdir "$app"
for each in maskwright maskwright-cli uninstall _internal share installed; do
    mv "$unpacked/$each" "$app/"
done
list=$app/installed

link() { # link FILE NAME
    make_folder "$(dirname "$2")"
    if [ -e "$2" ]; then # a link that leads nowhere is nobody's
        case $(readlink "$2") in
            "$app"/*) ;;
            *)
                echo "Note: $2 is there already and is not ours; it stays." >&2
                return
                ;;
        esac
    fi
    ln -sf "$1" "$2"
    printf '%s\n' "$2" >>"$list"
}

for name in maskwright maskwright-cli; do
    link "$app/$name" "$bin/$name"
done

# In an Exec line: quotes around, a backslash before " ` $ \, and a further one before each of
# these, since it is a string; % begins a field and is doubled. A TryExec is a plain string.
quoted=$(printf '%s' "$app/maskwright" | sed 's/[\\"`$]/\\&/g; s/\\/\\\\/g; s/%/%%/g')
plain=$(printf '%s' "$app/maskwright" | sed 's/\\/\\\\/g')
entry=$app/share/applications/maskwright.desktop
while IFS= read -r line; do
    case $line in
        Exec=*) printf 'Exec="%s" %%F\n' "$quoted" ;;
        TryExec=*) printf 'TryExec=%s\n' "$plain" ;;
        *) printf '%s\n' "$line" ;;
    esac
done <"$entry" >"$entry.new"
mv "$entry.new" "$entry"

(cd "$app/share" && find . -type f -o -type l) | while IFS= read -r file; do
    link "$app/share/${file#./}" "$share/${file#./}"
done

refresh() {
    if command -v update-desktop-database >/dev/null; then
        [ -e "$share/applications/mimeinfo.cache" ] || echo "$share/applications/mimeinfo.cache" >>"$list"
        update-desktop-database -q "$share/applications" || :
    fi
    if command -v gtk-update-icon-cache >/dev/null && [ -f "$share/icons/hicolor/index.theme" ]; then
        gtk-update-icon-cache -q "$share/icons/hicolor" || :
    fi
}
refresh 2>/dev/null

echo "Maskwright is installed in $app."
case :$PATH: in
    *:"$bin":*) echo "Start it from the menus of your desktop, or with: maskwright" ;;
    *) echo "Start it from the menus of your desktop, or with: $bin/maskwright" ;;
esac
echo "To remove it: $app/uninstall"
if ! "$app/maskwright-cli" --version >/dev/null 2>&1; then
    echo "It does not start here:" >&2
    "$app/maskwright-cli" --version || exit 1
fi
