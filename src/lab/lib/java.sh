# shellcheck shell=bash
# The Java side of the labs: compiled from the tests' sources against Adfer's jar, and run outside of all sites.

find_jdk() {
  local java
  for java in "${ADFER_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [ -x "$java/bin/javac" ] && grep -qE '^JAVA_VERSION="(2[5-9]|[3-9][0-9])' "$java/release" 2>/dev/null; then
      printf '%s' "$java"
      return
    fi
  done
  die "there is no JDK 25 or newer here; point ADFER_JAVA_HOME at one"
}

compile_lab() {
  JDK=$(find_jdk)
  rm -rf "$LAB/classes"
  mkdir -p "$LAB/classes"
  local sources; mapfile -t sources < <(find "$ROOT/src/test/java/adfer/lab" -name '*.java' ! -name '*Test.java')
  "$JDK/bin/javac" -J-XX:TieredStopAtLevel=1 -nowarn -proc:none -parameters -d "$LAB/classes" -cp "$ROOT/target/adfer.jar" "${sources[@]}"
}

in_ops_lab() { # CLASS ARGUMENT...
  local class=$1; shift
  exec ip netns exec "$OPS" "$JDK/bin/java" -Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
    -cp "$LAB/classes:$ROOT/target/adfer.jar" "adfer.lab.$class" "$ROOT" "$LAB" "$PREFIX" "$@" 9>&-
}
