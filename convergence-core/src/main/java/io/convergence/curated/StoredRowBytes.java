package io.convergence.curated;

import io.convergence.change.ChangePosition;
import io.convergence.merge.KeyBytes;
import io.convergence.merge.LiveRow;
import io.convergence.merge.MergeKey;
import io.convergence.merge.RowCells;
import io.convergence.merge.RowLayout;
import io.convergence.merge.StoredRow;
import io.convergence.merge.Tombstone;
import io.convergence.store.internal.pages.ByteSink;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What is known of a key, as the rest of a row of a spool. Not thread-safe. */
final class StoredRowBytes {
    private static final int LIVE = 1;
    private static final int GONE = 0;

    private final RowLayout layout;
    private final RowForm form;

    StoredRowBytes(RowLayout layout) {
        this.layout = layout;
        this.form = new RowForm(layout.columns());
    }

    /** Begins a row of a spool. */
    static void begin(ByteSink target, int bucket, byte[] key) {
        target.clear();
        target.putInt(0);
        target.putInt(bucket);
        target.putInt(key.length);
        target.put(key, 0, key.length);
    }

    static void end(ByteSink target) {
        target.setInt(0, target.size());
    }

    void write(StoredRow row, ByteSink target) {
        byte[] key = KeyBytes.of(row.key());
        target.putInt(key.length);
        target.put(key, 0, key.length);
        putText(row.position().encode(), target);
        putText(row.keyChangedAt().map(ChangePosition::encode).orElse(null), target);
        if (row instanceof LiveRow live) {
            target.put(LIVE);
            putText(live.overTransaction(), target);
            putBytes(live.cells().inherited().toByteArray(), target);
            putBytes(live.cells().unknown().toByteArray(), target);
            form.write(live.cells(), target);
        } else {
            target.put(GONE);
        }
    }

    private static void putText(@Nullable String text, ByteSink target) {
        if (text == null) {
            target.putInt(-1);
        } else {
            putBytes(text.getBytes(StandardCharsets.UTF_8), target);
        }
    }

    private static void putBytes(byte[] content, ByteSink target) {
        target.putInt(content.length);
        target.put(content, 0, content.length);
    }

    StoredRow read(byte[] bytes, int from) {
        var reader = new Reader(bytes, from);
        MergeKey key = KeyBytes.parse(reader.bytes());
        ChangePosition position = ChangePosition.parse(reader.requiredText());
        ChangePosition keyChanged = Places.parsed(reader.text());
        if (bytes[reader.at++] == GONE) {
            return new Tombstone(key, position, keyChanged);
        }
        String placedOver = reader.text();
        var inherited = java.util.BitSet.valueOf(reader.bytes());
        var unknown = java.util.BitSet.valueOf(reader.bytes());
        var values = new @Nullable Object[layout.size()];
        for (int i = 0; i < values.length; i++) {
            boolean present = form.state(bytes, reader.at, i) == io.convergence.change.CellState.PRESENT;
            values[i] = present ? form.object(bytes, reader.at, i) : null;
        }
        return new LiveRow(key, position, keyChanged, placedOver, RowCells.of(layout, values, inherited, unknown));
    }

    private static final class Reader {
        private final byte[] content;
        private int at;

        Reader(byte[] content, int at) {
            this.content = content;
            this.at = at;
        }

        byte[] bytes() {
            int length = ByteSink.intAt(content, at);
            byte[] copy = java.util.Arrays.copyOfRange(content, at + Integer.BYTES, at + Integer.BYTES + length);
            at += Integer.BYTES + length;
            return copy;
        }

        @Nullable
        String text() {
            if (ByteSink.intAt(content, at) < 0) {
                at += Integer.BYTES;
                return null;
            }
            return new String(bytes(), StandardCharsets.UTF_8);
        }

        String requiredText() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }
    }
}
