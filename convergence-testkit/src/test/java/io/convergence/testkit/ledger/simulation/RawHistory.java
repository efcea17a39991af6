package io.convergence.testkit.ledger.simulation;

import io.convergence.ledger.RawSource;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

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

    /**
     * @param rows as they must come out of every file that holds them
     * @param columns that a file which holds them must have
     * @param cells of each row, by column, those that are not null; none if rows are but lines of text
     */
    record RawFile(String rows, Set<String> columns, List<SortedMap<String, String>> cells) {
        static final RawFile NONE = new RawFile("", Set.of(), List.of());
    }

    private final Map<RawId, RawFile> files = new LinkedHashMap<>();
    private final Map<String, RawId> present = new HashMap<>();
    private final Map<RawId, Integer> arrived = new HashMap<>();
    private final Map<RawId, Integer> gone = new HashMap<>();
    private final Map<RawId, Integer> retired = new HashMap<>();

    void arrived(ObjectStat stat, RawFile file, int step) {
        removed(stat.key(), step);
        RawId id = RawId.of(stat);
        files.put(id, file);
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
        return files.containsKey(id);
    }

    int arrivedAt(RawId id) {
        return arrived.getOrDefault(id, -1);
    }

    /** The step at which DMS took it away; empty if it did not. */
    Optional<Integer> goneAt(RawId id) {
        return Optional.ofNullable(gone.get(id));
    }

    RawFile file(RawId id) {
        return files.getOrDefault(id, RawFile.NONE);
    }

    String rows(RawId id) {
        return file(id).rows();
    }

    /** Its header and its rows, as they stand in files of several. */
    String block(RawId id) {
        return id.header() + rows(id);
    }
}
