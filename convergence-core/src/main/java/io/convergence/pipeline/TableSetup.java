package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.merge.KeyUniqueness;
import io.convergence.raw.RawLayout;
import io.convergence.raw.TimelineOptions;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.ReadAhead;
import io.convergence.target.MigrationType;
import io.convergence.target.RowShape;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All that the work on one table needs to know. Prefixes are empty or end with a slash.
 *
 * @param columnsWithDefault columns whose older rows may hold a value though they allow null (rule S14)
 * @param migration what the task does; null if not said
 * @param mappedRenames columns that the mapping renames: names in the files by names at the source
 * @param transactions shared by all tables of a pipeline
 */
record TableSetup(
        TableId table,
        RowShape shape,
        List<String> key,
        Set<String> columnsWithDefault,
        Map<String, String> mappedRenames,
        KeyUniqueness keyUniqueness,
        Declarations declarations,
        RawLayout layout,
        TimelineOptions timeline,
        @Nullable MigrationType migration,
        ObjectStore rawStore,
        String rawPrefix,
        ListingMode listing,
        ReadAhead readAhead,
        TransactionProfiles transactions,
        ObjectStore lakeStore,
        String controlPrefix,
        String outputPrefix,
        RandomGenerator random,
        Sleeper sleeper,
        Watch watch) {
    TableSetup {
        requireNonNull(table, "table");
        requireNonNull(shape, "shape");
        key = key.stream().map(declarations::nameNow).toList();
        columnsWithDefault = Set.copyOf(columnsWithDefault);
        mappedRenames = Map.copyOf(mappedRenames);
        requireNonNull(keyUniqueness, "keyUniqueness");
        requireNonNull(layout, "layout");
        requireNonNull(timeline, "timeline");
        requireNonNull(rawStore, "rawStore");
        requireNonNull(listing, "listing");
        requireNonNull(readAhead, "readAhead");
        requireNonNull(transactions, "transactions");
        requireNonNull(lakeStore, "lakeStore");
        requireNonNull(random, "random");
        requireNonNull(sleeper, "sleeper");
        requireNonNull(watch, "watch");
    }

    /** Reads files by these declarations and the mapping: those of before a rename have the old names. */
    ChangeReader reader(ObjectStore store) {
        ChangeReadOptions options = ChangeReadOptions.defaults().withLayout(layout);
        return ChangeReader.create(
                store, table, declarations.withMapped(mappedRenames, Set.of()).withOldNames(shape), options);
    }

    /** Reads raw files through another store. */
    TableSetup reading(ObjectStore raw) {
        return new TableSetup(
                table,
                shape,
                key,
                columnsWithDefault,
                mappedRenames,
                keyUniqueness,
                declarations,
                layout,
                timeline,
                migration,
                raw,
                rawPrefix,
                listing,
                readAhead,
                transactions,
                lakeStore,
                controlPrefix,
                outputPrefix,
                random,
                sleeper,
                watch);
    }

    TableSetup declaring(Declarations all) {
        return new TableSetup(
                table,
                shape,
                key,
                columnsWithDefault,
                mappedRenames,
                keyUniqueness,
                all,
                layout,
                timeline,
                migration,
                rawStore,
                rawPrefix,
                listing,
                readAhead,
                transactions,
                lakeStore,
                controlPrefix,
                outputPrefix,
                random,
                sleeper,
                watch);
    }
}
