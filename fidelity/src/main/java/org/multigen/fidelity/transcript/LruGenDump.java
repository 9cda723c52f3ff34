package org.multigen.fidelity.transcript;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The text of {@code lru_gen} or {@code lru_gen_full} for one control group, parsed.
 *
 * @param id the group's id, or -1 for an empty text
 * @param path the group's path with its leading slash
 */
public record LruGenDump(long id, String path, List<Node> nodes) {

    /** One memory node, its generations from oldest to youngest. */
    public record Node(int id, List<Generation> generations) {
        /** Pages of one type in all generations that are not older than its min_seq. */
        public long pages(boolean file) {
            long sum = 0;
            for (Generation g : generations) {
                sum += file ? g.file() : g.anon();
            }
            return sum;
        }
    }

    /**
     * One generation.
     *
     * @param anonStale whether it is older than min_seq of anonymous pages ({@code x} in the full text)
     * @param fileStale the same for file pages
     * @param tiers four rows of {@code lru_gen_full}, else empty
     * @param walks statistics of page table walks by their letter, only where the kernel prints letters
     */
    public record Generation(
            long seq,
            long ageMs,
            long anon,
            boolean anonStale,
            long file,
            boolean fileStale,
            List<Tier> tiers,
            Map<Character, Long> walks) {}

    /**
     * Counters of one tier: three of anonymous pages, three of file pages.
     *
     * @param letters six letters; blank where the kernel prints none
     */
    public record Tier(int tier, List<Long> values, String letters) {}

    /** Whether the text held nothing for the group. */
    public boolean empty() {
        return nodes.isEmpty();
    }

    /** The statistics of the walks, from the newest generation of the first node; empty in the short text. */
    public Map<Character, Long> walks() {
        if (empty() || nodes.getFirst().generations().isEmpty()) {
            return Map.of();
        }
        return nodes.getFirst().generations().getLast().walks();
    }

    /**
     * Parses the kernel's text.
     *
     * @param lines one group, starting with its {@code memcg} line; may be empty
     * @throws IllegalArgumentException naming the line that is not understood
     */
    public static LruGenDump parse(List<String> lines, boolean full) {
        long id = -1;
        String path = "";
        List<Node> nodes = new ArrayList<>();
        int i = 0;
        while (i < lines.size()) {
            String[] w = words(lines.get(i));
            if (w[0].equals("memcg")) {
                id = Long.parseLong(w[1]);
                path = w.length > 2 ? w[2] : "/";
                i++;
            } else if (w[0].equals("node")) {
                nodes.add(new Node(Integer.parseInt(w[1]), new ArrayList<>()));
                i++;
            } else if (nodes.isEmpty()) {
                throw new IllegalArgumentException("'" + lines.get(i).strip() + "' before any node");
            } else {
                i = generation(lines, i, full, nodes.getLast().generations());
            }
        }
        return new LruGenDump(id, path, nodes);
    }

    private static int generation(List<String> lines, int at, boolean full, List<Generation> to) {
        String[] w = words(lines.get(at));
        if (w.length != 4) {
            throw new IllegalArgumentException("'" + lines.get(at).strip() + "' is not a generation");
        }
        List<Tier> tiers = new ArrayList<>();
        Map<Character, Long> walks = new LinkedHashMap<>();
        int i = at + 1;
        if (full) {
            for (int t = 0; t < 4; t++) {
                tiers.add(tier(line(lines, i++)));
            }
            for (String word : words(line(lines, i++))) {
                char letter = word.charAt(word.length() - 1);
                if (Character.isLetter(letter) && letter != 'x') {
                    walks.put(letter, value(word));
                }
            }
        }
        to.add(new Generation(
                Long.parseLong(w[0]),
                Long.parseLong(w[1]),
                value(w[2]),
                w[2].endsWith("x"),
                value(w[3]),
                w[3].endsWith("x"),
                tiers,
                walks));
        return i;
    }

    private static Tier tier(String line) {
        String[] w = words(line);
        if (w.length != 7) {
            throw new IllegalArgumentException("'" + line.strip() + "' is not a row of a tier");
        }
        List<Long> values = new ArrayList<>();
        StringBuilder letters = new StringBuilder();
        for (int i = 1; i < 7; i++) {
            char last = w[i].charAt(w[i].length() - 1);
            letters.append(Character.isLetter(last) ? last : ' ');
            values.add(value(w[i]));
        }
        return new Tier(Integer.parseInt(w[0]), values, letters.toString());
    }

    private static String line(List<String> lines, int i) {
        if (i >= lines.size()) {
            throw new IllegalArgumentException("the dump breaks off inside a generation");
        }
        return lines.get(i);
    }

    private static long value(String word) {
        int end = word.length();
        return Long.parseLong(Character.isLetter(word.charAt(end - 1)) ? word.substring(0, end - 1) : word);
    }

    private static String[] words(String line) {
        return line.strip().split(" +");
    }
}
