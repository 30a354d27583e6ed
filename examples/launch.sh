#!/bin/sh
# Starts one of the examples: finds a JDK 25, builds once and again after a change, then becomes java.
# usage: launch.sh MAIN_CLASS [ARGUMENT...]; the launchers beside this file call it.
set -eu
unset CDPATH

examples=$(cd "$(dirname "$0")" && pwd -P)
root=$(dirname "$examples")
class_path=$examples/target/classpath
log=$examples/target/launch-build.log
lock=$examples/target/launch.lock

# The same as jvm.flags in pom.xml; LauncherFlagsTest compares.
flags='--add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow'

is_built() {
    [ -s "$class_path" ] || return 1
    entries=$(cat "$class_path")
    # Not by a checkout that was copied or moved from elsewhere.
    case $entries in
        *"$root/jlama-dsla-plugin/target/"*) ;;
        *) return 1 ;;
    esac
    # Nothing newer; a folder is newer when a file in it was deleted.
    [ -z "$(find "$root/pom.xml" "$root"/*/pom.xml "$root"/*/src/main -newer "$class_path" -print | head -n 1)" ] || return 1
    # Nothing cleaned away since, here or in the local Maven repository.
    [ -d "$examples/target/classes" ] || return 1
    IFS=:
    for entry in $entries; do
        [ -e "$entry" ] || return 1
    done
}

build() {
    command -v mvn >/dev/null || {
        echo "mvn not found: Maven 3.8.7 or newer builds the examples before their first start." >&2
        exit 1
    }
    echo "Building; this happens once and after changes ..." >&2
    (cd "$root" && JAVA_HOME=$jdk JAVA25_HOME=$jdk mvn -q -B -ntp -pl examples -am -Dspotless.skip process-classes) \
        </dev/null >"$log" 2>&1 || {
        cat "$log" >&2
        echo "The build failed; the lines above are also in $log" >&2
        exit 1
    }
}

# Waits for the lock, a folder with its holder's process id. Of several first starts one builds, the others wait.
take_lock() {
    mkdir -p "$examples/target"
    gone=0 unnamed=0 told=
    until mkdir "$lock" 2>/dev/null; do
        holder=$(cat "$lock/pid" 2>/dev/null) || holder=
        if [ ! -d "$lock" ]; then
            gone=$((gone + 1)) # just given back, unless it cannot be made at all
            [ "$gone" -lt 10 ] || {
                mkdir "$lock" # says why
                return
            }
        elif [ -n "$holder" ] && kill -0 "$holder" 2>/dev/null; then
            [ "$told" ] || echo "Waiting for the build of process $holder; if there is none, delete $lock" >&2
            told=yes
            sleep 1
        elif [ -z "$holder" ] && [ "$unnamed" -lt 10 ]; then
            unnamed=$((unnamed + 1)) # taken this moment, or its holder was killed just then
            sleep 1
        else
            break_lock
        fi
    done
}

# Left by a process that was killed. One of those that wait removes it: another would remove the first one's new lock.
break_lock() {
    if mkdir "$lock/broken" 2>/dev/null; then
        if [ "$(cat "$lock/pid" 2>/dev/null)" = "$holder" ]; then
            rm -rf "$lock"
        else
            rmdir "$lock/broken"
        fi
    else
        sleep 1
    fi
}

# In a subshell, which gives the lock back however it ends.
build_once() (
    take_lock
    trap 'rm -rf "$lock"' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    # shellcheck disable=SC2016 # $$ would be the shell around this one
    sh -c 'echo "$PPID"' >"$lock/pid"
    (is_built) || build # another start may have built meanwhile
)

jdk=$("$examples/find-jdk.sh")
(is_built) || build_once # in a subshell, as it changes IFS
# shellcheck disable=SC2086 # the flags are several words
exec "$jdk/bin/java" $flags "-Djlamadsla.demo.model=$examples/demo-model" \
    "-Djlamadsla.real.model=$examples/smollm2" -cp "$examples/target/classes:$(cat "$class_path")" "$@"
