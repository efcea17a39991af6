package io.convergence.testkit.ledger.simulation;

import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When a process looked last whether raw files are there, and what the manifest names; what was taken away or named later it
 * could not know.
 */
final class Looks {
    private final List<Listed> listed = new ArrayList<>();
    private final Map<String, Integer> heads = new HashMap<>();

    /** @param to the last key a page told of; null for all after {@code from} */
    private record Listed(
            String prefix, String from, @Nullable String to, int step) {
        boolean covers(String key) {
            return key.startsWith(prefix) && key.compareTo(from) > 0 && (to == null || key.compareTo(to) <= 0);
        }

        boolean covers(Listed other) {
            return other.prefix.startsWith(prefix)
                    && from.compareTo(other.from) <= 0
                    && (to == null || (other.to != null && other.to.compareTo(to) <= 0));
        }
    }

    /** A page tells of the keys from where it begins to where the next one does. */
    void listed(ListRequest request, ListPage page, int step) {
        if (!request.prefix().startsWith(World.RAW_ROOT) || request.delimiter() != null) {
            return;
        }

        var look = new Listed(request.prefix(), request.startAfter(), page.nextAfter(), step);
        listed.removeIf(look::covers);
        listed.add(look);
    }

    void looked(String key, int step) {
        heads.put(key, step);
    }

    int at(String key) {
        int last = heads.getOrDefault(key, -1);
        for (Listed look : listed) {
            if (look.covers(key)) {
                last = Math.max(last, look.step());
            }
        }
        return last;
    }

    /** As they are when a request is sent, though it may take effect later. */
    Looks copy() {
        var copy = new Looks();
        copy.listed.addAll(listed);
        copy.heads.putAll(heads);
        return copy;
    }
}
