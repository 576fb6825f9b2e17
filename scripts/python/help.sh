# Read by the scripts of the folders above, for which it sets `root`, the project, and lets
# Python find the modules that they share. --help starts nothing and installs nothing: it is
# that of the Python file of the same name where its environment is installed, else the
# comment at the head of the script.
here=$(cd "$(dirname "$0")" && pwd)
name=${0##*/}
root=${here%/scripts*}
export PYTHONPATH="$root/scripts/python${PYTHONPATH:+:$PYTHONPATH}"
for argument; do
    case "$argument" in
    -h | --help)
        python=$root/${environment:-.venv}/bin/python
        if [ -x "$python" ] && [ -f "$here/python/$name.py" ]; then
            exec "$python" "$here/python/$name.py" "$@"
        fi
        sed -n '1d; /^[^#]/q; s/^# \{0,1\}//p' "$here/$name"
        exit
        ;;
    esac
done
