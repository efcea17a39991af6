package io.convergence.testkit.ledger.simulation;

import java.util.HashMap;
import java.util.Map;

/** When a process looked last whether raw files are there; what was taken away later it could not know. */
final class Looks {
    private int listed = -1;
    private final Map<String, Integer> heads = new HashMap<>();

    void listed(int step) {
        listed = step;
    }

    void looked(String key, int step) {
        heads.put(key, step);
    }

    int at(String key) {
        return Math.max(listed, heads.getOrDefault(key, -1));
    }

    /** As they are when a request is sent, though it may take effect later. */
    Looks copy() {
        var copy = new Looks();
        copy.listed = listed;
        copy.heads.putAll(heads);
        return copy;
    }
}
