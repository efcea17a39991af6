package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.TableSchema;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one slot of a table's log says. Closed. A commit covers all partitions of the table in one slot (rule L1).
 * {@code transaction} is a random id by which a writer recognises its own slot after a lost response.
 */
public sealed interface LedgerEntry {
    String transaction();

    /** The slot this one was planned on; it stands at {@code base + 1}. */
    long base();

    /**
     * Raw files, and compacted files of before, replaced by new compacted ones, row by row in order. Each raw source of a
     * replaced file is a source of one of the outputs, so that a raw file is always in at most one live compacted file.
     *
     * @param outputs with their sources, whose rows they hold in this order
     * @param replaced compacted files that are live at the base and no longer after this entry
     */
    record Compaction(String transaction, long base, List<CompactedFile> outputs, List<LedgerFile> replaced)
            implements LedgerEntry {
        public Compaction {
            requireNonNull(transaction, "transaction");
            outputs = List.copyOf(outputs);
            replaced = List.copyOf(replaced);
        }

        /** Of raw files only. */
        public Compaction(String transaction, long base, List<CompactedFile> outputs) {
            this(transaction, base, outputs, List.of());
        }
    }

    /** A compacted file and the raw files whose rows it holds, in order. */
    record CompactedFile(LedgerFile file, List<RawSource> sources) {
        public CompactedFile {
            requireNonNull(file, "file");
            sources = List.copyOf(sources);
        }
    }

    /**
     * A new state of the curated table, together with the raw files it has newly applied: data and bookkeeping in one commit.
     * Its writer knew the log at the base, so it also ends every suspicion that stood there.
     *
     * @param schema the published columns
     * @param generation the load generation the state belongs to
     * @param applied raw files whose changes this commit applied, whatever physical file they were read from
     * @param data all files of the table after this commit
     * @param state all bookkeeping files (positions, masks, tombstones) after this commit
     * @param completeThrough exclusive: every change committed before it is in the table; null if not known (no timestamp column)
     * @param notes what the merge must find again at its next run, by name; the ledger keeps it and reads nothing in it
     */
    record Merge(
            String transaction,
            long base,
            TableSchema schema,
            Instant generation,
            List<RawSource> applied,
            List<LedgerFile> data,
            List<LedgerFile> state,
            @Nullable Instant completeThrough,
            Map<String, String> notes)
            implements LedgerEntry {
        public Merge {
            requireNonNull(transaction, "transaction");
            requireNonNull(schema, "schema");
            requireNonNull(generation, "generation");
            applied = List.copyOf(applied);
            data = List.copyOf(data);
            state = List.copyOf(state);
            notes = Collections.unmodifiableMap(new TreeMap<>(notes));
        }

        /** Without notes. */
        public Merge(
                String transaction,
                long base,
                TableSchema schema,
                Instant generation,
                List<RawSource> applied,
                List<LedgerFile> data,
                List<LedgerFile> state,
                @Nullable Instant completeThrough) {
            this(transaction, base, schema, generation, applied, data, state, completeThrough, Map.of());
        }

        public Optional<Instant> complete() {
            return Optional.ofNullable(completeThrough);
        }
    }

    /**
     * Takes a slot so that no commit planned before it can succeed; clean-up of unreferenced files is safe only behind one.
     *
     * @param horizon after this entry no commit up to that slot can be taken back, because clean-up deletes the files it
     *     replaced; -1 for none
     */
    record Fence(String transaction, long base, long horizon) implements LedgerEntry {
        public Fence {
            requireNonNull(transaction, "transaction");
        }

        public Fence(String transaction, long base) {
            this(transaction, base, LedgerSnapshot.NONE);
        }
    }

    /**
     * Raw files changed or vanished under a plan, as when DMS empties its folder (rules L4, S14): the plan was given up.
     * Or DMS counted more changes of the table's definition than its columns explain (rule S14). Stands until a declaration or
     * a merge ends it.
     *
     * @param reason for people
     * @param generation of the load the plan was about; null if the writer did not know it
     * @param places the raw files as they were planned
     * @param ddls DMS's {@code Ddls} as it was seen; null for a suspicion of raw files
     */
    record Suspect(
            String transaction,
            long base,
            String reason,
            @Nullable Instant generation,
            List<RawSource> places,
            @Nullable Long ddls)
            implements LedgerEntry {
        public Suspect {
            requireNonNull(transaction, "transaction");
            requireNonNull(reason, "reason");
            places = List.copyOf(places);
        }

        /** Of raw files. */
        public Suspect(
                String transaction, long base, String reason, @Nullable Instant generation, List<RawSource> places) {
            this(transaction, base, reason, generation, places, null);
        }

        public OptionalLong ddlsSeen() {
            return ddls == null ? OptionalLong.empty() : OptionalLong.of(ddls);
        }

        public Optional<Instant> loadGeneration() {
            return Optional.ofNullable(generation);
        }
    }

    /**
     * A merge read the rows and published nothing, because of what only they tell, such as two changes of a key that contradict
     * each other (rules S2, S10). So that a look at the table need not read them again; it decides nothing, and the next merge
     * reads them all the same. The newest one holds, until a merge publishes. No value of a row is in it.
     *
     * @param state for people: {@code DISPUTED} or {@code SUSPECT}
     * @param code of the finding that stands against publishing
     * @param count of findings with that code
     * @param generation of the load the merge was about
     * @param places where the first findings are
     * @param named raw files that those places name, among those the merge was to apply
     * @param files how many raw files with rows the merge was to apply
     * @param digest of the names and identities of those
     */
    record Stopped(
            String transaction,
            long base,
            String state,
            String code,
            long count,
            Instant generation,
            List<String> places,
            List<RawSource> named,
            long files,
            String digest)
            implements LedgerEntry {
        public Stopped {
            requireNonNull(transaction, "transaction");
            requireNonNull(state, "state");
            requireNonNull(code, "code");
            requireNonNull(generation, "generation");
            places = List.copyOf(places);
            named = List.copyOf(named);
            requireNonNull(digest, "digest");
        }
    }

    /**
     * What a person declared of the table. Later merges act on it; see {@code pipeline.LakeTable.planDeclaration}, which also
     * checks it. A declaration is not taken back: the newest about a load or a run holds, and the first about a column.
     *
     * @param text what is declared, by its kind: {@code old=new} for a rename, {@code column=value} for a default, {@code
     *     instant=what} for an order, else a
     *     {@link DeclaredText}; a note alone ends suspicions and does nothing else
     * @param resolves slots of the suspicions it ends
     */
    record Declared(String transaction, long base, Kind what, String text, List<Long> resolves) implements LedgerEntry {
        /** What can be declared. The first three end suspicions. */
        public enum Kind {
            /** The source table was truncated at a moment: it holds only what was committed since. */
            TRUNCATED,
            /** The table was loaded anew: LOAD files stored before a moment are of an earlier load. */
            RELOADED,
            /** Raw files last modified before a moment were removed; their rows stay in the table. */
            EXPIRED,
            /** When a load began (rule S5). */
            LOAD_START,
            /** A load is complete (rule S6). */
            LOAD_COMPLETE,
            /** A column was added, and what older rows hold in it. */
            COLUMN_DEFAULT,
            /** A column was renamed. */
            RENAMED,
            /** What decides the order of a run's changes (rule S2): its instant, and {@code follows}, {@code counter} or {@code files}. */
            ORDER;

            /**
             * Whether it explains what became of raw files, so that those a suspicion names that it resolves are not
             * missed any more.
             */
            public boolean endsSuspicions() {
                return this == TRUNCATED || this == RELOADED || this == EXPIRED;
            }

            /** As in the log: lower case, with hyphens. */
            public String label() {
                return name().toLowerCase(Locale.ROOT).replace('_', '-');
            }

            /** @throws IllegalArgumentException if there is no such kind */
            public static Kind parse(String label) {
                for (Kind kind : values()) {
                    if (kind.label().equals(label)) {
                        return kind;
                    }
                }

                throw new IllegalArgumentException("Cannot declare '" + label + "': there is no such kind.");
            }
        }

        public Declared {
            requireNonNull(transaction, "transaction");
            requireNonNull(what, "what");
            requireNonNull(text, "text");
            resolves = List.copyOf(resolves);
        }
    }

    /** Takes the newest compaction or merge back: what was live before it is live again. */
    record Undo(String transaction, long base, long undone) implements LedgerEntry {
        public Undo {
            requireNonNull(transaction, "transaction");
        }
    }

    /**
     * Raw files whose rows are in live compacted files, and which may be gone from now on because retirement deletes them
     * or has them expire (rule L5). Committed before the first of them is touched.
     */
    record Retirement(String transaction, long base, List<RawSource> sources) implements LedgerEntry {
        public Retirement {
            requireNonNull(transaction, "transaction");
            sources = List.copyOf(sources);
        }
    }
}
