/**
 * The {@code multigen} command: its root, how subcommands are found, and how every end of a command becomes an exit code.
 *
 * <p>A subcommand is a {@link org.multigen.lab.cli.Command}, named both in {@code module-info} and in {@code
 * META-INF/services}, so that any module on the path can contribute one. Standard output carries results, standard error
 * everything else.
 */
@NullMarked
package org.multigen.lab.cli;

import org.jspecify.annotations.NullMarked;
