#!/bin/sh
# Prints the home of a JDK 25, or says where it looked and ends with 1. Reads `release` files, starts nothing.
set -eu

is_jdk_25() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -f "$1/release" ] &&
        grep -Eq '^JAVA_VERSION="25[."-]' "$1/release"
}

home=${HOME:-/nonexistent}
for jdk in "${JAVA25_HOME:-}" "${JAVA_HOME:-}" \
    /usr/lib/jvm/* /usr/java/* /opt/* /opt/java/* \
    "$home"/.sdkman/candidates/java/* "$home"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$home"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$jdk" ] && is_jdk_25 "$jdk"; then
        printf '%s\n' "$jdk"
        exit 0
    fi
done

echo "No JDK 25 found. Install one and set JAVA25_HOME to it (looked in JAVA25_HOME, JAVA_HOME, /usr/lib/jvm, /usr/java, /opt, ~/.sdkman, ~/.jdks and the macOS folders)." >&2
exit 1
