# Sourced by multigen, verify and .ci/run: finds a JDK of at least 25 without starting one.

JDK_WANTED=25

# jdk_ok DIR: is DIR a JDK of the wanted age? Reads DIR/release, no fork. Sets JDK_VERSION.
jdk_ok() {
  local line
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      JAVA_VERSION=*)
        line=${line#*\"}
        JDK_VERSION=${line%%\"*}
        line=${JDK_VERSION%%[!0-9]*}
        [ "${line:-0}" -ge "$JDK_WANTED" ]
        return
        ;;
    esac
  done < "$1/release"
  return 1
}

# find_jdk: sets JDK to the first fit of JAVA_HOME, the java on the path, and the usual places; false if there is none.
find_jdk() {
  local dir on_path
  if [ -n "${JAVA_HOME:-}" ] && jdk_ok "$JAVA_HOME"; then
    JDK=$JAVA_HOME
    return 0
  fi
  for dir in /usr/lib/jvm/*"$JDK_WANTED"* /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*jdk* \
    /usr/local/jdk* /usr/local/java/* \
    "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* \
    "$HOME"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if jdk_ok "$dir"; then
      JDK=$dir
      return 0
    fi
  done
  on_path=$(command -v java 2> /dev/null) || return 1
  on_path=$(readlink -f "$on_path" 2> /dev/null) || return 1
  dir=${on_path%/bin/java}
  if jdk_ok "$dir"; then
    JDK=$dir
    return 0
  fi
  return 1
}

# commit_id DIR: the commit checked out in DIR, or "unknown".
commit_id() {
  [ -e "$1/.git" ] && git -C "$1" rev-parse --short=12 HEAD 2> /dev/null || printf 'unknown\n'
}

# built_commit DIR: the same, marked when tracked files differ from it.
built_commit() {
  local id
  id=$(commit_id "$1")
  if [ "$id" != unknown ] && ! git -C "$1" diff --quiet HEAD -- 2> /dev/null; then
    id=$id-dirty
  fi
  printf '%s\n' "$id"
}

# maven DIR ARGS...: Maven on the JDK found, in DIR.
maven() {
  local dir=$1
  local clean=
  shift
  # In the background of a script, interrupts are ignored, by every child too: tests that send one would wait for ever.
  if env --default-signal=INT true 2> /dev/null; then
    clean="env --default-signal=INT"
  fi
  (
    cd "$dir" || exit 70
    export JAVA_HOME=$JDK
    export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow"
    # shellcheck disable=SC2086
    exec $clean mvn -B -ntp -Dstyle.color=never "$@"
  )
}
