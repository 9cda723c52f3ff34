package org.multigen.lab.result;

/** Emphasis on a terminal; plain text elsewhere. */
enum Style {
    PLAIN(""),
    BOLD("1"),
    DIM("2"),
    GOOD("32"),
    BAD("31");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    String paint(String text, boolean colored) {
        return colored && this != PLAIN && !text.isBlank() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
