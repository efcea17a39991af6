package io.convergence.pipeline;

import io.convergence.TableId;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.FileProfile;
import io.convergence.change.RawFileException;
import io.convergence.change.ReadCounts;
import io.convergence.change.TransactionReader;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFile;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What transaction files told of the tables in them. A file is read once for all tables of a pipeline, and not again as
 * long as it is listed. Thread-safe.
 */
final class TransactionProfiles {
    private static final FileProfile NO_ROWS =
            new FileProfile(FileEvidence.ofRows(0), List.of(), List.of(), List.of(), ReadCounts.NONE);

    private final @Nullable TransactionReader reader;
    private final Map<ObjectStat, Optional<Map<TableId, FileProfile>>> profiles = new ConcurrentHashMap<>();

    private TransactionProfiles(@Nullable TransactionReader reader) {
        this.reader = reader;
    }

    /** @param shapes of all tables of the pipeline */
    static TransactionProfiles of(ObjectStore store, RowShape common, Map<TableId, RowShape> shapes) {
        Map<TableId, RowShape> known = Map.copyOf(shapes);
        boolean tellsApart = common.timestamp().isPresent() || common.sequence().isPresent();
        return new TransactionProfiles(
                tellsApart
                        ? TransactionReader.create(
                                store,
                                common,
                                table -> Optional.ofNullable(known.get(table)),
                                ChangeReadOptions.defaults())
                        : null);
    }

    /**
     * What the file holds of one table.
     *
     * @param alone reads this table's rows only: what is wrong with another table's must not stop this one (rule S17)
     */
    FileProfile profile(RawFile.Transaction file, TableId table, Function<RawFile.Transaction, FileProfile> alone) {
        TransactionReader all = reader;
        if (all == null) {
            return alone.apply(file);
        }

        return profiles.computeIfAbsent(file.stat(), stat -> read(all, file))
                .map(byTable -> byTable.getOrDefault(table, NO_ROWS))
                .orElseGet(() -> alone.apply(file));
    }

    private static Optional<Map<TableId, FileProfile>> read(TransactionReader reader, RawFile.Transaction file) {
        try {
            return Optional.of(reader.profile(file));
        } catch (RawFileException e) {
            return Optional.empty();
        }
    }

    /** The newest commit of any table in those of these files that were read here. */
    Optional<Instant> newestCommit(Collection<RawFile.Transaction> files) {
        return files.stream()
                .map(file -> profiles.getOrDefault(file.stat(), Optional.empty()))
                .flatMap(Optional::stream)
                .flatMap(byTable -> byTable.values().stream())
                .flatMap(profile -> profile.evidence().newestCommit().stream())
                .max(Comparator.naturalOrder());
    }

    /** Forgets files that are not there any more. */
    void keep(Collection<RawFile.Transaction> listed) {
        Set<ObjectStat> stats = new HashSet<>();
        listed.forEach(file -> stats.add(file.stat()));
        profiles.keySet().retainAll(stats);
    }
}
