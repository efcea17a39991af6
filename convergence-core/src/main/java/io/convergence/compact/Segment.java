package io.convergence.compact;

import io.convergence.ledger.LedgerEntry;
import io.convergence.raw.PlacedFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Files in a row that may share outputs: of one kind, generation and partition, with nothing between them that stays as it is. */
final class Segment {
    private final List<PlacedFile> firsts = new ArrayList<>();
    private final List<SmallCompacted.Joinable> compacted = new ArrayList<>();
    private int[] compactedAt = new int[4];
    private long[] bytes = new long[16];
    private long total;
    private boolean allKnown = true;
    private final Schemas schemas = new Schemas();

    /** The columns of files, where they change from file to file. */
    private static final class Schemas {
        private final List<List<MessageType>> runs = new ArrayList<>();
        private int[] from = new int[4];

        /** @param own of the raw files in a file; empty if not known */
        void add(int file, List<MessageType> own) {
            if (!runs.isEmpty() && runs.get(runs.size() - 1).equals(own)) {
                return;
            }
            if (from.length == runs.size()) {
                from = Arrays.copyOf(from, from.length * 2);
            }
            from[runs.size()] = file;
            runs.add(own);
        }

        List<MessageType> of(int file) {
            int found = Arrays.binarySearch(from, 0, runs.size(), file);
            return runs.get(found >= 0 ? found : -found - 2);
        }

        /** Of all files from one to before another. */
        ColumnUnion union(int first, int end) {
            ColumnUnion all = ColumnUnion.none();
            int found = Arrays.binarySearch(from, 0, runs.size(), first);
            for (int i = found >= 0 ? found : -found - 2; i < runs.size() && from[i] < end; i++) {
                all = all.joined(runs.get(i)).orElse(all);
            }

            return all;
        }
    }

    boolean isEmpty() {
        return firsts.isEmpty();
    }

    int size() {
        return firsts.size();
    }

    boolean hasCompacted() {
        return !compacted.isEmpty();
    }

    /** Bytes of outputs its rows will take. */
    long total() {
        return total;
    }

    PlacedFile last() {
        return firsts.get(firsts.size() - 1);
    }

    /** @param own columns of the raw files in it; empty if they are not known */
    void add(PlacedFile file, long expected, List<MessageType> own) {
        schemas.add(firsts.size(), own);
        if (bytes.length == firsts.size()) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        bytes[firsts.size()] = expected;
        total += expected;
        firsts.add(file);
    }

    /** @param known whether the columns of all its raw files are known, so that it does share outputs with the others */
    void add(SmallCompacted.Joinable file, boolean known, List<MessageType> own) {
        if (compactedAt.length == compacted.size()) {
            compactedAt = Arrays.copyOf(compactedAt, compacted.size() * 2);
        }
        compactedAt[compacted.size()] = firsts.size();
        add(file.sources().get(0), file.file().file().size(), own);
        allKnown &= known;
        compacted.add(file);
    }

    /**
     * Whether writing its compacted files again is worth it: for outputs in the band, or for at least as many bytes as the
     * largest of them has; a file that grew by a little each time would be written again each time.
     */
    boolean isWorthRewriting(long smallest) {
        long largest = compacted.stream()
                .mapToLong(file -> file.file().file().size())
                .max()
                .orElse(0);
        return (allKnown && total >= smallest) || total - largest >= largest;
    }

    void forEachRaw(Consumer<PlacedFile> action) {
        int next = 0;
        for (int i = 0; i < firsts.size(); i++) {
            if (next < compacted.size() && compactedAt[next] == i) {
                next++;
            } else {
                action.accept(firsts.get(i));
            }
        }
    }

    /** The same without its compacted files. */
    Segment ofRaw() {
        if (compacted.isEmpty()) {
            return this;
        }

        var raw = new Segment();
        int next = 0;
        for (int i = 0; i < firsts.size(); i++) {
            if (next < compacted.size() && compactedAt[next] == i) {
                next++;
            } else {
                raw.add(firsts.get(i), bytes[i], schemas.of(i));
            }
        }

        return raw;
    }

    /** Cuts it into groups of about the same size, each of at least so many outputs if there is more than one. */
    List<CompactionPlan.Group> groups(
            CompactionPlan.Kind kind,
            String partition,
            Sizing sizing,
            long outputsOfGroup,
            @Nullable String schemaChange) {
        long count = Math.max(1, sizing.outputs((double) total) / outputsOfGroup);
        List<CompactionPlan.Group> groups = new ArrayList<>();
        int from = 0;
        double done = 0;
        for (int i = 0; i < firsts.size(); i++) {
            boolean last = i + 1 == firsts.size();
            done += bytes[i];
            double end = total / (double) count * (groups.size() + 1);
            if (last || (groups.size() + 1 < count && done + bytes[i + 1] / 2.0 >= end)) {
                groups.add(group(kind, partition, sizing, from, i + 1, groups.isEmpty() ? schemaChange : null));
                from = i + 1;
            }
        }

        return groups;
    }

    /** @param next of the compacted files that is not before the file */
    private long originBytes(int file, int next) {
        return next < compacted.size() && compactedAt[next] == file
                ? OriginBytes.expected(compacted.get(next).sources())
                : OriginBytes.expected(firsts.get(file));
    }

    private CompactionPlan.Group group(
            CompactionPlan.Kind kind,
            String partition,
            Sizing sizing,
            int from,
            int to,
            @Nullable String schemaChange) {
        List<PlacedFile> sources = new ArrayList<>();
        List<LedgerEntry.CompactedFile> replaced = new ArrayList<>();
        List<CompactionPlan.Output> outputs = new ArrayList<>();
        var cut = new OutputCut(sizing);
        long rest = 0;
        for (int i = from; i < to; i++) {
            rest += bytes[i];
        }

        int next = 0;
        while (next < compacted.size() && compactedAt[next] < from) {
            next++;
        }
        int begun = from;
        long written = 0;
        long rows = 0;
        long origins = 0;
        for (int i = from; i < to; i++) {
            origins += originBytes(i, next);
            if (next < compacted.size() && compactedAt[next] == i) {
                SmallCompacted.Joinable joined = compacted.get(next++);
                sources.addAll(joined.sources());
                replaced.add(joined.file());
                rows += joined.file().file().rows();
            } else {
                sources.add(firsts.get(i));
                rows += firsts.get(i).evidence().rows();
            }
            written += bytes[i];
            rest -= bytes[i];
            cut.at(written, written);
            if (i + 1 == to
                    || cut.isFull(bytes[i + 1], rest)
                    || origins + originBytes(i + 1, next) > sizing.mostOrigins()) {
                outputs.add(new CompactionPlan.Output(begun - from, i + 1 - from, rows, written));
                cut.end(written);
                begun = i + 1;
                written = 0;
                rows = 0;
                origins = 0;
            }
        }

        return new CompactionPlan.Group(
                kind,
                partition,
                sources,
                replaced,
                outputs,
                schemaChange,
                schemas.union(from, to).toPlan());
    }
}
