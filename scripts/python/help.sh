# Read by the scripts of the folder above: --help starts nothing and installs nothing. It
# is that of the Python file of the same name where its environment is installed, else the
# comment at the head of the script.
here=$(cd "$(dirname "$0")" && pwd)
name=${0##*/}
for argument; do
    case "$argument" in
    -h | --help)
        python=$here/../${environment:-.venv}/bin/python
        if [ -x "$python" ] && [ -f "$here/python/$name.py" ]; then
            exec "$python" "$here/python/$name.py" --help
        fi
        sed -n '1d; /^[^#]/q; s/^# \{0,1\}//p' "$here/$name"
        exit
        ;;
    esac
done
