package io.convergence.curated;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Keys that key changes link, and the key that stands for each group (rule S10). Not thread-safe. */
final class LinkedKeys {
    private final Map<ByteKey, ByteKey> parents = new HashMap<>();

    boolean isEmpty() {
        return parents.isEmpty();
    }

    boolean contains(ByteKey key) {
        return parents.containsKey(key);
    }

    Set<ByteKey> keys() {
        return parents.keySet();
    }

    void link(ByteKey one, ByteKey other) {
        parents.putIfAbsent(one, one);
        parents.putIfAbsent(other, other);
        ByteKey a = root(one);
        ByteKey b = root(other);
        if (!a.equals(b)) {
            parents.put(b, a);
        }
    }

    /** The key that stands for the group; the key itself if nothing links it. */
    ByteKey root(ByteKey key) {
        ByteKey root = key;
        for (ByteKey next = parents.getOrDefault(root, root);
                !next.equals(root);
                next = parents.getOrDefault(root, root)) {
            root = next;
        }
        ByteKey step = key;
        while (!step.equals(root)) {
            ByteKey next = parents.getOrDefault(step, root);
            parents.put(step, root);
            step = next;
        }
        return root;
    }
}
