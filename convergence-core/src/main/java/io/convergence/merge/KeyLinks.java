package io.convergence.merge;

import java.util.HashMap;
import java.util.Map;

/** Groups of keys that key changes link (union-find). Not thread-safe. */
final class KeyLinks {
    private final Map<MergeKey, MergeKey> parents = new HashMap<>();

    void link(MergeKey one, MergeKey other) {
        MergeKey a = find(one);
        MergeKey b = find(other);
        if (!a.equals(b)) {
            parents.put(b, a);
        }
    }

    /** The key that stands for the group. */
    MergeKey find(MergeKey key) {
        MergeKey root = key;
        for (MergeKey next = parents.get(root); next != null; next = parents.get(root)) {
            root = next;
        }
        MergeKey step = key;
        while (!step.equals(root)) {
            MergeKey next = parents.getOrDefault(step, root);
            parents.put(step, root);
            step = next;
        }
        return root;
    }
}
