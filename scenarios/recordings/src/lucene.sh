#!/bin/sh
# Records a Lucene search over a memory-mapped index in a JVM: lucene.sh OUTPUT [DOCS [QUERIES]]
# JAVA_HOME names a JDK 25; Maven fetches lucene-core. The fold window is a hundred times the usual one: a JVM that starts
# touches so much all over the place that the recording would be three times as large (see recordings.md).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
multigen=${MULTIGEN:-$here/../../../multigen}
version=10.3.2
work=${TMPDIR:-/tmp}/lucene-recording
mkdir -p "$work/classes"
[ -e "$work/lucene-core-$version.jar" ] || mvn -q org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
  "-Dartifact=org.apache.lucene:lucene-core:$version" "-DoutputDirectory=$work"
cp="$work/lucene-core-$version.jar:$work/classes"
"$JAVA_HOME/bin/javac" -cp "$cp" -d "$work/classes" "$here/LuceneSearch.java"
rm -rf "$work/index"
"$JAVA_HOME/bin/java" -cp "$cp" LuceneSearch build "$work/index" "${2:-75000}"
exec "$multigen" record -o "$1" --fold "${FOLD:-1000000}" -- "$JAVA_HOME/bin/java" -Xmx48m -Xms48m -XX:+UseSerialGC \
  -XX:TieredStopAtLevel=1 -XX:-UsePerfData --enable-native-access=ALL-UNNAMED -cp "$cp" \
  LuceneSearch search "$work/index" "${3:-3000}"
