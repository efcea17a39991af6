package io.convergence.pipeline;

import io.convergence.merge.MergeKey;
import io.convergence.reconcile.RowSource;
import io.convergence.schema.Bytes;
import io.convergence.schema.TableSchema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares a published table with what is to replace it, whatever the order of their rows. Of each key only digests are held,
 * of some keys at a time; the tables are read once for every so many keys. Not thread-safe.
 */
final class ReloadComparison {
    /** So many take 48 MB. */
    private static final int KEYS_AT_A_TIME = 1 << 20;

    private final RowSource before;
    private final RowSource after;
    private final int examples;
    private final int keysAtATime;
    private final List<String> both;
    private final MessageDigest digest;
    private long keysBefore;
    private long keysAfter;
    private long appeared;
    private long changed;
    private long vanished;
    private final TreeSet<MergeKey> appearing = new TreeSet<>();
    private final TreeSet<MergeKey> changing = new TreeSet<>();
    private final TreeSet<MergeKey> vanishing = new TreeSet<>();

    ReloadComparison(RowSource before, RowSource after, int examples) {
        this(before, after, examples, KEYS_AT_A_TIME);
    }

    ReloadComparison(RowSource before, RowSource after, int examples, int keysAtATime) {
        this.before = before;
        this.after = after;
        this.examples = examples;
        this.keysAtATime = keysAtATime;
        List<String> columns = after.schema().columnNames();
        this.both =
                before.schema().columnNames().stream().filter(columns::contains).toList();
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    ReloadPreview preview() {
        keysBefore = count(before);
        keysAfter = count(after);
        int passes = (int) (keysBefore / keysAtATime) + 1;
        for (int pass = 0; pass < passes; pass++) {
            compare(pass, passes);
        }
        List<String> namesBefore = before.schema().columnNames();
        List<String> namesAfter = after.schema().columnNames();
        return new ReloadPreview(
                keysBefore,
                keysAfter,
                appeared,
                changed,
                vanished,
                List.copyOf(appearing),
                List.copyOf(changing),
                List.copyOf(vanishing),
                namesAfter.stream().filter(name -> !both.contains(name)).toList(),
                namesBefore.stream().filter(name -> !both.contains(name)).toList());
    }

    private static long count(RowSource table) {
        try (Stream<List<@Nullable Object>> rows = table.rows()) {
            return rows.count();
        }
    }

    private void compare(int pass, int passes) {
        var known = new Digests(keysBefore / passes);
        each(before, pass, passes, row -> known.add(row.high, row.low, row.cells));
        each(after, pass, passes, row -> {
            int place = known.find(row.high, row.low);
            if (place < 0) {
                appeared++;
                note(appearing, row.key);
                return;
            }
            known.seen.set(place);
            if (known.cells[place] != row.cells) {
                changed++;
                note(changing, row.key);
            }
        });
        long gone = known.size - known.seen.cardinality();
        vanished += gone;
        if (gone > 0 && examples > 0) {
            each(before, pass, passes, row -> {
                if (!known.seen.get(known.find(row.high, row.low))) {
                    note(vanishing, row.key);
                }
            });
        }
    }

    /** The first in key order. */
    private void note(TreeSet<MergeKey> keys, MergeKey key) {
        keys.add(key);
        if (keys.size() > examples) {
            keys.pollLast();
        }
    }

    private record Digested(MergeKey key, long high, long low, long cells) {}

    private void each(RowSource table, int pass, int passes, Consumer<Digested> to) {
        TableSchema schema = table.schema();
        int[] key = schema.primaryKey().stream().mapToInt(schema::indexOf).toArray();
        int[] cells = both.stream().mapToInt(schema::indexOf).toArray();
        try (Stream<List<@Nullable Object>> rows = table.rows()) {
            rows.forEach(row -> {
                List<Object> values = new ArrayList<>(key.length);
                for (int place : key) {
                    values.add(java.util.Objects.requireNonNull(row.get(place)));
                }
                MergeKey keyOfRow = MergeKey.of(values);
                keyOfRow.values().forEach(this::update);
                ByteBuffer ofKey = ByteBuffer.wrap(digest.digest());
                long high = ofKey.getLong();
                long low = ofKey.getLong();
                if (Long.remainderUnsigned(high, passes) == pass) {
                    for (int place : cells) {
                        update(row.get(place));
                    }
                    to.accept(new Digested(
                            keyOfRow,
                            high,
                            low,
                            ByteBuffer.wrap(digest.digest()).getLong()));
                }
            });
        }
    }

    /** Numbers by value: a reload may change a column's type. */
    private void update(@Nullable Object value) {
        byte[] content;
        char kind;
        if (value == null) {
            kind = '0';
            content = new byte[0];
        } else if (value instanceof Bytes bytes) {
            kind = 'b';
            content = bytes.toArray();
        } else {
            Object canonical = MergeKey.of(value).values().get(0);
            kind = canonical instanceof Number ? 'n' : canonical instanceof String ? 's' : 'o';
            content = canonical.toString().getBytes(StandardCharsets.UTF_8);
        }
        digest.update((byte) kind);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(content.length).array());
        digest.update(content);
    }

    /** An open hash table. */
    private static final class Digests {
        private final long[] high;
        private final long[] low;
        private final long[] cells;
        private final BitSet taken = new BitSet();
        private final BitSet seen = new BitSet();
        private int size;

        Digests(long keys) {
            int capacity = Integer.highestOneBit((int) Math.max(16, keys * 5 / 4)) * 2;
            high = new long[capacity];
            low = new long[capacity];
            cells = new long[capacity];
        }

        void add(long highBits, long lowBits, long cellsOfRow) {
            if (size * 8L > high.length * 7L) {
                throw new IllegalStateException("The published table grew while it was read.");
            }
            int place = (int) (lowBits & (high.length - 1));
            while (taken.get(place)) {
                place = (place + 1) & (high.length - 1);
            }
            taken.set(place);
            high[place] = highBits;
            low[place] = lowBits;
            cells[place] = cellsOfRow;
            size++;
        }

        int find(long highBits, long lowBits) {
            int place = (int) (lowBits & (high.length - 1));
            while (taken.get(place)) {
                if (high[place] == highBits && low[place] == lowBits) {
                    return place;
                }
                place = (place + 1) & (high.length - 1);
            }
            return -1;
        }
    }
}
