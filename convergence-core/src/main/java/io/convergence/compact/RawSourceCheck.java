package io.convergence.compact;

import io.convergence.ledger.RawSource;
import io.convergence.store.ObjectKeys;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A look at raw files just before a commit. A read pinned by ETag does not see that DMS wrote the same bytes anew, nor a
 * file deleted after it was read (rules L3, L4).
 */
final class RawSourceCheck {
    private final ObjectStore store;
    private final List<RawSource> sources;

    RawSourceCheck(ObjectStore store, List<RawSource> sources) {
        this.store = store;
        this.sources = sources;
    }

    /** By key, what happened to those that are not as they were; costs one listing. */
    Map<String, String> changed() {
        var changed = new TreeMap<String, String>(ObjectKeys.order());
        if (sources.isEmpty()) {
            return changed;
        }

        var expected = new TreeMap<String, RawSource>(ObjectKeys.order());
        sources.forEach(source -> expected.put(source.key(), source));
        String last = expected.lastKey();
        try (Stream<ObjectStat> objects = store.listAll(commonPrefix(expected.firstKey(), last))) {
            Iterator<ObjectStat> found = objects.iterator();
            while (found.hasNext() && !expected.isEmpty()) {
                ObjectStat stat = found.next();
                if (ObjectKeys.order().compare(stat.key(), last) > 0) {
                    break;
                }

                RawSource source = expected.remove(stat.key());
                if (source != null && !source.same(stat)) {
                    changed.put(
                            stat.key(),
                            "was written anew " + stat.lastModified() + " (ETag "
                                    + stat.etag().value() + ")");
                }
            }
        }
        expected.keySet().forEach(missing -> changed.put(missing, "vanished"));
        return changed;
    }

    private static String commonPrefix(String one, String other) {
        int length = Arrays.mismatch(one.toCharArray(), other.toCharArray());
        if (length < 0) {
            return one;
        }

        boolean halfCharacter = length > 0 && Character.isHighSurrogate(one.charAt(length - 1));
        return one.substring(0, halfCharacter ? length - 1 : length);
    }
}
