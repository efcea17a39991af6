package io.convergence.testkit.ledger.simulation;

import io.convergence.ledger.RawSource;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What DMS ever wrote, and when it took it away: known apart from the code under test. */
final class RawHistory {
    /** A raw object's identity (rule L3), to the second as S3 tells it. */
    record RawId(String key, ETag etag, long second) {
        static RawId of(ObjectStat stat) {
            return new RawId(stat.key(), stat.etag(), stat.lastModified().getEpochSecond());
        }

        static RawId of(RawSource source) {
            return of(source.stat());
        }

        /** The line before its rows in files that hold rows of several raw files. */
        String header() {
            return "#" + key + "|" + etag.value() + "|" + second + "\n";
        }
    }

    private final Map<RawId, String> rows = new LinkedHashMap<>();
    private final Map<String, RawId> present = new HashMap<>();
    private final Map<RawId, Integer> arrived = new HashMap<>();
    private final Map<RawId, Integer> gone = new HashMap<>();
    private final Map<RawId, Integer> retired = new HashMap<>();

    void arrived(ObjectStat stat, String text, int step) {
        removed(stat.key(), step);
        RawId id = RawId.of(stat);
        rows.put(id, text);
        arrived.put(id, step);
        gone.remove(id);
        present.put(id.key(), id);
    }

    void removed(String key, int step) {
        RawId before = present.remove(key);
        if (before != null) {
            gone.put(before, step);
        }
    }

    /** Deleted by the library, which is no loss. */
    void retired(String key, int step) {
        RawId before = present.remove(key);
        if (before != null) {
            retired.put(before, step);
        }
    }

    boolean isRetired(RawId id) {
        return retired.containsKey(id);
    }

    /** The step at which the library deleted it; empty if it did not. */
    Optional<Integer> retiredAt(RawId id) {
        return Optional.ofNullable(retired.get(id));
    }

    boolean isPresent(RawId id) {
        return id.equals(present.get(id.key()));
    }

    Optional<RawId> at(String key) {
        return Optional.ofNullable(present.get(key));
    }

    Set<RawId> present() {
        return new HashSet<>(present.values());
    }

    boolean isKnown(RawId id) {
        return rows.containsKey(id);
    }

    int arrivedAt(RawId id) {
        return arrived.getOrDefault(id, -1);
    }

    /** The step at which DMS took it away; empty if it did not. */
    Optional<Integer> goneAt(RawId id) {
        return Optional.ofNullable(gone.get(id));
    }

    String rows(RawId id) {
        return rows.getOrDefault(id, "");
    }

    /** Its header and its rows, as they stand in files of several. */
    String block(RawId id) {
        return id.header() + rows(id);
    }
}
