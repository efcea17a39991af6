package io.convergence.testkit.ledger.simulation;

import io.convergence.store.ETag;
import io.convergence.testkit.ledger.simulation.RawHistory.RawId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files that hold the rows of several raw files: each after a header line that names it. */
final class Blocks {
    private Blocks() {}

    /** The rows by raw file, in the file's order. */
    static Map<RawId, String> split(String text) {
        Map<RawId, String> blocks = new LinkedHashMap<>();
        for (String block : list(text)) {
            blocks.put(id(block), block);
        }
        return blocks;
    }

    /** How often each raw file's rows are in the files; rows other than those DMS wrote are a violation. */
    static Map<RawId, Integer> count(List<String> files, RawHistory raw) {
        Map<RawId, Integer> counts = new HashMap<>();
        for (String file : files) {
            for (String block : list(file)) {
                RawId id = id(block);
                if (!block.equals(raw.block(id))) {
                    throw new Violation(Invariant.I1_ROWS, "rows of " + id + " were changed to\n" + block);
                }
                counts.merge(id, 1, Integer::sum);
            }
        }
        return counts;
    }

    private static List<String> list(String text) {
        List<String> blocks = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int next = text.indexOf('#', start + 1);
            int end = next < 0 ? text.length() : next;
            blocks.add(text.substring(start, end));
            start = end;
        }
        return blocks;
    }

    private static RawId id(String block) {
        String header = block.substring(1, block.indexOf('\n'));
        String[] parts = header.split("\\|");
        return new RawId(parts[0], new ETag(parts[1]), Long.parseLong(parts[2]));
    }
}
