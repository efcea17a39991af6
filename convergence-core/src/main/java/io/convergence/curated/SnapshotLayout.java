package io.convergence.curated;

import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Which file holds what of a published table: the note {@code layout} of its commit. Rows stand in the bucket that the highest bits of the
 * hash of their key name ({@link io.convergence.merge.KeyBytes}), in it in key order, over one data file or several that follow each other. A
 * state file has a row for each row of its data file, in the same order. A bucket's tombstones stand in a file of their own. If the table is
 * partitioned, the rows of a bucket stand in key order in each partition, whose folder is in the files' keys. Immutable.
 *
 * @param bits of the hash that name the bucket; there are 2 to that power
 * @param partitioning by what the rows of a bucket are parted
 * @param buckets in their order; those without rows and tombstones are empty
 */
record SnapshotLayout(int bits, Partitioning partitioning, List<Bucket> buckets) {
    static final String NOTE = "layout";
    private static final String VERSION = "1";
    private static final String PARTITIONED = "2";

    /** Without partitions. */
    SnapshotLayout(int bits, List<Bucket> buckets) {
        this(bits, Partitioning.none(), buckets);
    }

    /**
     * The files of a bucket.
     *
     * @param data in key order; of a partitioned table the files of a partition follow each other
     * @param state one for each of {@code data}
     * @param gone tombstones in key order; none or one
     */
    record Bucket(List<LedgerFile> data, List<LedgerFile> state, List<LedgerFile> gone) {
        static final Bucket EMPTY = new Bucket(List.of(), List.of(), List.of());

        Bucket {
            data = List.copyOf(data);
            state = List.copyOf(state);
            gone = List.copyOf(gone);
        }

        /** Of parts, which have rows alone, and tombstones. */
        static Bucket of(Collection<Bucket> parts, Bucket gone) {
            return new Bucket(
                    parts.stream().flatMap(part -> part.data().stream()).toList(),
                    parts.stream().flatMap(part -> part.state().stream()).toList(),
                    gone.gone());
        }

        /** The tombstones alone. */
        Bucket goneAlone() {
            return new Bucket(List.of(), List.of(), gone);
        }

        long bytes() {
            return data.stream().mapToLong(LedgerFile::size).sum();
        }

        boolean isEmpty() {
            return data.isEmpty() && gone.isEmpty();
        }
    }

    /** The rows of a bucket that stand in one partition. */
    record Part(String folder, Bucket files) {}

    SnapshotLayout {
        buckets = List.copyOf(buckets);
    }

    /** Empty for a table of a version without the note. @throws CuratedTableException if the note does not fit the files */
    static Optional<SnapshotLayout> of(LedgerEntry.Merge published) {
        String note = published.notes().get(NOTE);
        if (note == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(note, published));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw CuratedTableException.unreadable(
                    "(note " + NOTE + " of transaction " + published.transaction() + ")",
                    "it does not tell the files of the commit: " + e.getMessage() + ".",
                    e);
        }
    }

    private static SnapshotLayout parse(String note, LedgerEntry.Merge published) {
        String[] parts = note.split(";", -1);
        boolean partitioned = parts[0].equals(PARTITIONED);
        if (!partitioned && !parts[0].equals(VERSION)) {
            throw new IllegalArgumentException("it is of version " + parts[0] + ", which a newer Convergence wrote");
        }
        int bits = Integer.parseInt(parts[1]);
        Partitioning partitioning = partitioned ? Partitioning.parse(parts[2]) : Partitioning.none();
        List<Bucket> buckets = new ArrayList<>();
        for (String bucket : parts[partitioned ? 3 : 2].split(",", -1)) {
            buckets.add(bucket(bucket, published));
        }
        if (bits < 0 || bits > 30 || buckets.size() != 1 << bits) {
            throw new IllegalArgumentException(buckets.size() + " buckets are told apart by " + bits + " bits");
        }
        return new SnapshotLayout(bits, partitioning, buckets);
    }

    /** {@code data/state} for each data file, {@code -gone} for tombstones, by their places in the commit. */
    private static Bucket bucket(String text, LedgerEntry.Merge published) {
        List<LedgerFile> data = new ArrayList<>();
        List<LedgerFile> state = new ArrayList<>();
        List<LedgerFile> gone = new ArrayList<>();
        for (String file : text.isEmpty() ? new String[0] : text.split("\\+", -1)) {
            if (file.startsWith("-")) {
                gone.add(published.state().get(Integer.parseInt(file.substring(1))));
                continue;
            }
            String[] pair = file.split("/", -1);
            data.add(published.data().get(Integer.parseInt(pair[0])));
            state.add(published.state().get(Integer.parseInt(pair[1])));
        }
        for (int i = 0; i < data.size(); i++) {
            if (!name(data.get(i)).equals(name(state.get(i)))) {
                throw new IllegalArgumentException(
                        "'" + data.get(i).key() + "' and '" + state.get(i).key() + "' were not written together");
            }
            if (data.get(i).rows() != state.get(i).rows()) {
                throw new IllegalArgumentException("'" + data.get(i).key() + "' has "
                        + data.get(i).rows() + " rows, '" + state.get(i).key() + "' has "
                        + state.get(i).rows());
            }
        }
        return new Bucket(data, state, gone);
    }

    /** What files that were written together share: folder of the commit, bucket, number. */
    private static String name(LedgerFile file) {
        String key = file.key();
        int slash = key.lastIndexOf('/');
        return key.substring(key.lastIndexOf('/', slash - 1) + 1, slash + 1) + key.substring(key.indexOf('-', slash));
    }

    /** The partitions of a bucket, in the order of their folders; one without a name if the table has none. */
    List<Part> parts(Bucket bucket) {
        List<Part> parts = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= bucket.data().size(); i++) {
            String folder = folder(bucket.data().get(from));
            if (i == bucket.data().size() || !folder.equals(folder(bucket.data().get(i)))) {
                parts.add(new Part(
                        folder,
                        new Bucket(
                                bucket.data().subList(from, i), bucket.state().subList(from, i), List.of())));
                from = i;
            }
        }
        return parts;
    }

    /** The folders of the partition, without the last slash. */
    private String folder(LedgerFile file) {
        String key = file.key();
        int end = key.lastIndexOf('/');
        int start = end;
        for (int i = 0; i < partitioning.by().size(); i++) {
            start = key.lastIndexOf('/', start - 1);
        }
        return start == end ? "" : key.substring(start + 1, end);
    }

    List<LedgerFile> data() {
        return buckets.stream().flatMap(bucket -> bucket.data().stream()).toList();
    }

    List<LedgerFile> state() {
        List<LedgerFile> files = new ArrayList<>();
        for (Bucket bucket : buckets) {
            files.addAll(bucket.state());
            files.addAll(bucket.gone());
        }
        return files;
    }

    /** Tables without partitions keep the version that older programs read. */
    private String head() {
        return partitioning.isPartitioned()
                ? PARTITIONED + ";" + bits + ";" + partitioning.toNote() + ";"
                : VERSION + ";" + bits + ";";
    }

    String toNote() {
        Map<String, Integer> places = new HashMap<>();
        List<LedgerFile> data = data();
        for (int i = 0; i < data.size(); i++) {
            places.put(data.get(i).key(), i);
        }
        List<LedgerFile> state = state();
        for (int i = 0; i < state.size(); i++) {
            places.put(state.get(i).key(), i);
        }
        var text = new StringJoiner(",", head(), "");
        for (Bucket bucket : buckets) {
            var files = new StringJoiner("+");
            for (int i = 0; i < bucket.data().size(); i++) {
                files.add(places.get(bucket.data().get(i).key()) + "/"
                        + places.get(bucket.state().get(i).key()));
            }
            bucket.gone().forEach(file -> files.add("-" + places.get(file.key())));
            text.add(files.toString());
        }
        return text.toString();
    }
}
