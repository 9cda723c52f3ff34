/**
 * Touch scripts: what one process maps and touches, in a form that a small program in a guest and our engine both perform.
 *
 * <p>{@link org.multigen.fidelity.script.TouchScript} is the file, {@link org.multigen.fidelity.script.ScriptWriter} and {@link
 * org.multigen.fidelity.script.ScriptReader} its two ends, {@link org.multigen.fidelity.script.Lowering} makes one of a
 * scenario's task. {@code fidelity/oracle/touches.c} reads the same file. Left out: system calls that read and write files.
 */
@NullMarked
package org.multigen.fidelity.script;

import org.jspecify.annotations.NullMarked;
