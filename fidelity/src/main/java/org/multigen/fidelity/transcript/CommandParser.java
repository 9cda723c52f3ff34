package org.multigen.fidelity.transcript;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads the commands of the workload process, with the workload's defaults for what is left out. */
final class CommandParser {
    private static final Set<String> ADVICE =
            Set.of("normal", "seq", "rand", "willneed", "dontneed", "free", "cold", "pageout", "huge", "nohuge");
    private static final Set<String> PROTECTION = Set.of("none", "r", "rw");
    private static final Set<String> RUN_KEYS = Set.of(
            "pages",
            "mb",
            "touches",
            "seed",
            "pattern",
            "hot",
            "hotprob",
            "theta",
            "scatter",
            "write",
            "pretouch",
            "file",
            "fpages",
            "madv",
            "nap",
            "log",
            "script");

    private final String[] words;

    private CommandParser(String text) {
        this.words = text.strip().split(" +");
    }

    /** @throws IllegalArgumentException naming an unknown command or a wrong argument */
    static ProcessCommand parse(String text) {
        return new CommandParser(text).command();
    }

    private ProcessCommand command() {
        return switch (words[0]) {
            case "anon" -> new ProcessCommand.MapAnonymous(word(1), number(2), number(3, ProcessCommand.NEXT));
            case "file", "filep" ->
                new ProcessCommand.MapFile(
                        word(1), word(2), number(3), number(4, ProcessCommand.NEXT), words[0].equals("file"));
            case "t", "td" ->
                new ProcessCommand.Touch(
                        word(1),
                        number(2, 0),
                        number(3, ProcessCommand.WHOLE),
                        number(4, 1),
                        store(5),
                        words[0].equals("td"));
            case "rt" ->
                new ProcessCommand.RandomTouch(word(1), number(2), number(3), number(4), number(5, 1), store(6));
            case "drain" -> new ProcessCommand.Drain();
            case "madv" -> new ProcessCommand.Advise(word(1), number(2), number(3), oneOf(4, ADVICE));
            case "mlock", "munlock" ->
                new ProcessCommand.Lock(
                        word(1), number(2, 0), number(3, ProcessCommand.WHOLE), words[0].equals("mlock"));
            case "mprot" -> new ProcessCommand.Protect(word(1), number(2), number(3), oneOf(4, PROTECTION));
            case "munmap" -> new ProcessCommand.Unmap(word(1), number(2, 0), number(3, ProcessCommand.WHOLE));
            case "stripe" ->
                new ProcessCommand.Stripe(
                        word(1), number(2, 0), number(3, ProcessCommand.WHOLE), number(4, 1), number(5, 1));
            case "pread" -> new ProcessCommand.Read(word(1), number(2, 0), number(3, 1), is(4, "rand"));
            case "fork" -> new ProcessCommand.Fork(word(1));
            case "quit" -> new ProcessCommand.Quit();
            case "run" -> run();
            case "pm" -> new ProcessCommand.CountPages(word(1));
            case "pmset", "pmpres" -> new ProcessCommand.ListPages(word(1), words[0].equals("pmset"));
            case "mincore" -> new ProcessCommand.CountResident(word(1));
            case "folios" -> new ProcessCommand.CountFolios(word(1));
            case "kpf" -> new ProcessCommand.ListFlagged(word(1), number(2, 4));
            case "ru" -> new ProcessCommand.Usage();
            case "nop" -> new ProcessCommand.Nothing();
            default -> throw new IllegalArgumentException("unknown command '" + words[0] + "' of a process");
        };
    }

    private ProcessCommand run() {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 1; i < words.length; i++) {
            int eq = words[i].indexOf('=');
            String key = eq < 0 ? words[i] : words[i].substring(0, eq);
            if (eq < 0 || !RUN_KEYS.contains(key)) {
                throw new IllegalArgumentException("unknown key '" + key + "' of run");
            }
            parameters.put(key, words[i].substring(eq + 1));
        }
        return new ProcessCommand.Run(parameters);
    }

    private String word(int i) {
        if (i >= words.length) {
            throw new IllegalArgumentException("'" + words[0] + "' lacks its argument " + i);
        }
        return words[i];
    }

    private long number(int i) {
        return decode(word(i));
    }

    private long number(int i, long otherwise) {
        return i < words.length ? decode(words[i]) : otherwise;
    }

    private long decode(String text) {
        try {
            return Long.decode(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' in '" + words[0] + "' is not a number", e);
        }
    }

    private boolean is(int i, String text) {
        return i < words.length && words[i].equals(text);
    }

    private boolean store(int i) {
        return !is(i, "r");
    }

    private String oneOf(int i, Set<String> known) {
        String text = word(i);
        if (!known.contains(text)) {
            throw new IllegalArgumentException("unknown '" + text + "' in '" + words[0] + "'");
        }
        return text;
    }
}
