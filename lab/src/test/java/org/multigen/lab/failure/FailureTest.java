package org.multigen.lab.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailureTest {
    @Test
    void isOneLineThatATerminalShowsAsItIs() {
        assertThat(Failure.badData("a:1", "not \u001b]0;title\u0007 in\n  two lines\u009b31m"))
                .hasMessage("a:1: not \uFFFD]0;title\uFFFD in two lines\uFFFD31m");
    }
}
