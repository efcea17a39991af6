package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.Metrics;
import io.convergence.TableId;
import io.convergence.mapping.MappedTable;
import io.convergence.merge.KeyUniqueness;
import io.convergence.raw.RawLayout;
import io.convergence.raw.TimelineOptions;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.store.GuardedObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoreLocation;
import io.convergence.store.internal.ReadAhead;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.RowShape;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The entry point: a landing zone of DMS on one side, compacted files and curated tables on the other.
 *
 * <pre>{@code
 * var lake = Convergence.builder().spec(spec).store(store).build();
 * var plan = lake.table("sales.orders").planMerge(MergeOptions.defaults()); // printed, a plan is the dry run
 * var result = plan.execute();
 * }</pre>
 *
 * Immutable; thread-safe. The stores stay the caller's to close.
 */
public final class Convergence {
    private final Map<TableId, LakeTable> tables;

    private Convergence(Map<TableId, LakeTable> tables) {
        this.tables = tables;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The tables the mappings select, and those given one by one, by their names in the landing zone. */
    public List<TableId> tables() {
        return List.copyOf(tables.keySet());
    }

    /** @throws IllegalArgumentException if the table is none of {@link #tables()} */
    public LakeTable table(TableId id) {
        LakeTable table = tables.get(requireNonNull(id, "id"));
        if (table == null) {
            throw new IllegalArgumentException("Cannot find table " + id + ": the mappings select " + tables.keySet()
                    + ". Check the name as DMS writes it, or the selection rules.");
        }

        return table;
    }

    /** @param name {@code schema.table} as in the landing zone */
    public LakeTable table(String name) {
        return table(TableId.parse(name));
    }

    /** Merges every table; one that stops does not stop the others (rule S17). */
    public RunResult merge(MergeOptions options, ProgressListener listener) {
        List<TableResult> results = new ArrayList<>();
        tables.values().forEach(table -> results.add(table.tryMerge(options, listener)));
        return new RunResult(results);
    }

    /** Collects what the pipeline needs. Not thread-safe. */
    public static final class Builder {
        private @Nullable ReplicationSpec spec;
        private @Nullable SourceSchema schema;
        private @Nullable ObjectStore rawStore;
        private @Nullable ObjectStore lakeStore;
        private @Nullable RawLayout layout;
        private @Nullable String rawPrefix;
        private String controlPrefix = ReplicationSpec.DEFAULT_CONTROL_PREFIX;
        private String outputPrefix = ReplicationSpec.DEFAULT_OUTPUT_PREFIX;
        private @Nullable TimelineOptions timeline;
        private ListingMode listing = ListingMode.RESUMED;
        private ReadAhead readAhead = ReadAhead.none();
        private RandomGenerator random = new SecureRandom();
        private Sleeper sleeper = Sleeper.ofThread();
        private Metrics metrics = Metrics.none();
        private @Nullable KeyUniqueness keyUniqueness;
        private final Map<TableId, Declarations> declarations = new LinkedHashMap<>();
        private final Map<TableId, Described> given = new LinkedHashMap<>();

        private record Described(
                RowShape shape, List<String> key, Set<String> columnsWithDefault, Map<String, String> mappedRenames) {
            static Described of(RowShape shape, Set<String> columnsWithDefault, Map<String, String> mappedRenames) {
                return new Described(
                        shape,
                        shape.tableSchema().map(table -> table.primaryKey()).orElse(List.of()),
                        columnsWithDefault,
                        mappedRenames);
            }
        }

        private Builder() {}

        /** What tells DMS what to write; layout, row shapes and prefixes follow from it. */
        public Builder spec(ReplicationSpec replication) {
            spec = requireNonNull(replication, "replication");
            controlPrefix = replication.controlPrefix();
            outputPrefix = replication.outputPrefix();
            return this;
        }

        /** The source's tables; needed unless the spec holds them. Take it anew after the source's schema changed. */
        public Builder schema(SourceSchema source) {
            schema = requireNonNull(source, "source");
            return this;
        }

        /** Where the raw files are, and, unless {@link #lake} says otherwise, where everything else goes. */
        public Builder store(ObjectStore store) {
            rawStore = requireNonNull(store, "store");
            return this;
        }

        /** Where compacted files, curated tables and the ledger go. */
        public Builder lake(ObjectStore store) {
            lakeStore = requireNonNull(store, "store");
            return this;
        }

        /** The layout of raw files, where there is no spec. */
        public Builder layout(RawLayout rawLayout) {
            layout = requireNonNull(rawLayout, "rawLayout");
            return this;
        }

        /** Where to list raw files, if not at the root of the layout. */
        public Builder rawPrefix(String prefix) {
            rawPrefix = requireNonNull(prefix, "prefix");
            return this;
        }

        /** Where the ledger is kept; must lie outside DMS's own folder (rule L4). */
        public Builder controlPrefix(String prefix) {
            controlPrefix = requireNonNull(prefix, "prefix");
            return this;
        }

        /** Where compacted files and curated tables are kept; must lie outside DMS's own folder (rule L4). */
        public Builder outputPrefix(String prefix) {
            outputPrefix = requireNonNull(prefix, "prefix");
            return this;
        }

        /** What is known of the loads besides their files. The default is what the spec says of LOAD rows' timestamps; its batch interval holds unless one is given. */
        public Builder timeline(TimelineOptions options) {
            timeline = requireNonNull(options, "options");
            return this;
        }

        /** How raw files are listed; {@link ListingMode#RESUMED} by default. */
        public Builder listing(ListingMode mode) {
            listing = requireNonNull(mode, "mode");
            return this;
        }

        /**
         * Reads several raw files at the same time when a table is surveyed or compacted, which pays where each request takes
         * its time, as on S3; a merge reads the next changes while it takes those before. Results are the same as one by one,
         * which is the default.
         *
         * @see io.convergence.compact.Compactor#withReadAhead
         * @param executor reads; it is not shut down. What it has not begun when its turn comes, the calling thread reads
         * @param files at the same time, at least 1; more than the executor has threads gains nothing
         */
        public Builder readAhead(Executor executor, int files) {
            readAhead = new ReadAhead(executor, files);
            return this;
        }

        /**
         * Adds a table by hand, with the key its shape's schema declares; without a schema it can be compacted but not
         * merged. Columns in the schema that allow null are taken as without default (rule S14).
         */
        public Builder table(TableId id, RowShape shape) {
            given.put(requireNonNull(id, "id"), Described.of(requireNonNull(shape, "shape"), Set.of(), Map.of()));
            return this;
        }

        /** Adds a table by hand, merged by these key columns. */
        public Builder table(TableId id, RowShape shape, List<String> key) {
            given.put(
                    requireNonNull(id, "id"),
                    new Described(requireNonNull(shape, "shape"), List.copyOf(key), Set.of(), Map.of()));
            return this;
        }

        /** What the files of a table do not tell; replaces what was declared of the same table. */
        public Builder declare(Declarations ofTable) {
            declarations.put(ofTable.table(), ofTable);
            return this;
        }

        /**
         * When the source makes sure that keys are unique. By default it follows from the engine: at each statement for
         * MySQL, MariaDB and SQL Server; at the commit for all others, whose constraints may be deferrable, which a source
         * schema does not tell yet. Say {@link KeyUniqueness#AT_EACH_STATEMENT} for PostgreSQL or Oracle if none is.
         */
        public Builder keyUniqueness(KeyUniqueness uniqueness) {
            keyUniqueness = requireNonNull(uniqueness, "uniqueness");
            return this;
        }

        /** How a merge waits when another writer was first. The default lets the thread sleep. */
        public Builder sleeper(Sleeper waiting) {
            sleeper = requireNonNull(waiting, "waiting");
            return this;
        }

        /** Where to tell what is counted and timed. The default tells nobody; JDK Flight Recorder hears of it in any case. */
        public Builder metrics(Metrics taker) {
            metrics = requireNonNull(taker, "taker");
            return this;
        }

        /** The source of names that must not repeat. The default is a {@link SecureRandom}; a seeded one makes runs repeatable. */
        public Builder random(RandomGenerator generator) {
            random = requireNonNull(generator, "generator");
            return this;
        }

        /**
         * Builds; nothing is written. Before the first write of compaction or merge the lake's store is tried for whether it
         * keeps its word about conditional writes, which leaves a small object under the control prefix.
         *
         * @throws IllegalStateException if something is missing
         * @throws PipelineException if the lake's prefixes and the folder DMS writes to overlap (rule L4)
         */
        public Convergence build() {
            ObjectStore raw = rawStore;
            if (raw == null) {
                throw new IllegalStateException("Cannot build a pipeline: no store is given. Call store(…).");
            }

            ObjectStore lake = lakeStore == null ? raw : lakeStore;
            RawLayout rawLayout = rawLayout();
            Map<TableId, Described> described = described();
            described
                    .keySet()
                    .forEach(id ->
                            requireOutsideRaw("table " + id, StoreLocation.of(raw, prefixOf(id, rawLayout)), lake));
            rawLayout
                    .transactionPrefix()
                    .ifPresent(prefix -> requireOutsideRaw("transactions", StoreLocation.of(raw, prefix), lake));
            ObjectStore guarded = GuardedObjectStore.of(lake, folder(controlPrefix));
            TimelineOptions loads = timeline();
            requireDeclaredTables(described.keySet());
            TransactionProfiles transactions = transactions(raw, described);
            KeyUniqueness uniqueness = uniqueness();
            Map<TableId, LakeTable> tables = new LinkedHashMap<>();
            described.forEach((id, table) -> tables.put(
                    id,
                    new LakeTable(new TableSetup(
                            id,
                            table.shape(),
                            table.key(),
                            table.columnsWithDefault(),
                            table.mappedRenames(),
                            uniqueness,
                            declarations.getOrDefault(id, Declarations.of(id)),
                            rawLayout,
                            loads,
                            spec == null ? null : spec.migrationType().orElse(null),
                            raw,
                            prefixOf(id, rawLayout),
                            listing,
                            readAhead,
                            transactions,
                            guarded,
                            folder(controlPrefix),
                            folder(outputPrefix),
                            random,
                            sleeper,
                            new Watch(metrics, id)))));
            return new Convergence(tables);
        }

        /** Rule L4: DMS empties its folder when a table is reloaded, and what lies in it is taken for data. */
        private void requireOutsideRaw(String what, StoreLocation rawFiles, ObjectStore lake) {
            for (String own : List.of(
                    folder(controlPrefix), folder(outputPrefix) + "compacted/", folder(outputPrefix) + "tables/")) {
                StoreLocation place = StoreLocation.of(lake, own);
                if (place.overlaps(rawFiles)) {
                    throw new PipelineException(
                            "Cannot build a pipeline: its folder '" + place + "' and the raw files of " + what
                                    + " in '" + rawFiles
                                    + "' lie within each other, and DMS empties its folder when a table is reloaded or truncated. Choose control and output prefixes beside DMS's folder.",
                            null);
                }
            }
        }

        private void requireDeclaredTables(Set<TableId> known) {
            for (TableId id : declarations.keySet()) {
                if (!known.contains(id)) {
                    throw new IllegalStateException("Cannot build a pipeline: something is declared of table " + id
                            + ", which is none of " + known
                            + ". Check the name as DMS writes it, or the selection rules.");
                }
            }
        }

        private TransactionProfiles transactions(ObjectStore raw, Map<TableId, Described> described) {
            Map<TableId, RowShape> shapes = new LinkedHashMap<>();
            described.forEach((id, table) -> shapes.put(id, table.shape()));
            RowShape common = spec != null
                    ? spec.rowShapeWithoutSchema()
                    : shapes.values().iterator().next();
            return TransactionProfiles.of(raw, common, shapes);
        }

        private KeyUniqueness uniqueness() {
            if (keyUniqueness != null) {
                return keyUniqueness;
            }
            if (spec == null && schema == null) {
                return KeyUniqueness.AT_COMMIT;
            }

            SourceEngine engine =
                    spec != null ? spec.sourceEngine() : requireNonNull(schema).engine();
            return switch (engine) {
                case MYSQL, MARIADB, SQL_SERVER -> KeyUniqueness.AT_EACH_STATEMENT;
                case POSTGRESQL, ORACLE, SAP_ASE, MONGODB, DOCUMENTDB -> KeyUniqueness.AT_COMMIT;
            };
        }

        private TimelineOptions timeline() {
            TimelineOptions given = timeline;
            if (spec == null) {
                return given == null ? TimelineOptions.defaults() : given;
            }

            TimelineOptions options = given;
            if (options == null) {
                options = spec.settings().useTaskStartTimeForFullLoadTimestamp()
                        ? TimelineOptions.defaults().withLoadTimestamps(TimelineOptions.LoadTimestamps.TASK_START)
                        : TimelineOptions.defaults();
            }
            return options.batchInterval() == null
                    ? options.withBatchInterval(spec.settings().cdcMaxBatchInterval())
                    : options;
        }

        private String prefixOf(TableId id, RawLayout rawLayout) {
            if (rawPrefix != null) {
                return rawPrefix;
            }

            return spec == null ? rawLayout.rootPrefix() : rawLayout.tablePrefix(id);
        }

        private RawLayout rawLayout() {
            if (layout != null) {
                return layout;
            }

            return spec == null ? RawLayout.detect() : RawLayout.of(spec);
        }

        private Map<TableId, Described> described() {
            Map<TableId, Described> tables = new LinkedHashMap<>();
            ReplicationSpec replication = spec;
            if (replication != null) {
                SourceSchema source =
                        schema != null ? schema : replication.sourceSchema().orElse(null);
                if (source == null && given.isEmpty()) {
                    throw new IllegalStateException(
                            "Cannot build a pipeline: neither the spec nor schema(…) gives the source's tables. Call schema(SourceSchema.fromJdbc(…)).");
                }
                if (source != null) {
                    for (MappedTable mapped : replication.mappedTables(source)) {
                        tables.put(
                                mapped.target(),
                                Described.of(
                                        replication.rowShape(mapped.source()),
                                        columnsWithDefault(mapped),
                                        mapped.renames()));
                    }
                }
            }
            tables.putAll(given);
            if (tables.isEmpty()) {
                throw new IllegalStateException(
                        "Cannot build a pipeline: it has no table. Give a spec whose mappings select some, or table(…).");
            }

            return tables;
        }

        /** By their names in the files. Older rows have no value of an added column, which an expression would have given them. */
        private static Set<String> columnsWithDefault(MappedTable table) {
            Set<String> columns = new LinkedHashSet<>();
            table.columns().stream()
                    .filter(column -> column.source().hasDefault())
                    .forEach(column -> columns.add(column.name()));
            table.addedColumns().forEach(column -> columns.add(column.name()));
            return columns;
        }

        private static String folder(String prefix) {
            return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
        }
    }

    /** What a run did, table by table. Immutable; thread-safe. */
    public record RunResult(List<TableResult> tables) {
        public RunResult {
            tables = List.copyOf(tables);
        }

        /** Whether every table is as good as its files allow. */
        public boolean settled() {
            return tables.stream().allMatch(TableResult::settled);
        }

        public List<Finding> findings() {
            return tables.stream().flatMap(table -> table.findings().stream()).toList();
        }
    }
}
