package io.convergence.compact;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.ForeignValues;
import io.convergence.store.internal.pages.LevelRuns;
import io.convergence.store.internal.pages.PackedIds;
import io.convergence.store.internal.pages.PageCodecs;
import io.convergence.store.internal.pages.PlainValues;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Decodes pages that were just encoded, and folds what comes out, so that it can be compared with what was read: ids by the entries that
 * the output's dictionary has for them. What compressing makes of them is not decoded. Not thread-safe.
 */
final class PageProof {
    /** None of the old writers whose deltas need the page before. */
    private static final String WRITER = "convergence version 1";

    private final ForeignValues foreign;
    private final CellFold written;
    private final LevelRuns levels = new LevelRuns();
    private final PlainValues plain;
    private final ByteSink rewritten = new ByteSink(1 << 10);
    private final boolean bits;
    private int[] ids = {};

    PageProof(ColumnDescriptor column, PageCodecs codecs, CellFold written) {
        this.foreign = new ForeignValues(column, WRITER);
        this.plain = new PlainValues(column.getPrimitiveType());
        this.bits = column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BOOLEAN;
        this.written = written;
    }

    /** @param body levels and values of a page of version 1 */
    void take(byte[] body, int size, int rows, Encoding encoding, ColumnDictionary dictionary) {
        levels.clear();
        int start = Integer.BYTES + ByteSink.intAt(body, 0);
        levels.read(body, Integer.BYTES, start, rows);
        int present = levels.present();
        if (encoding == Encoding.RLE_DICTIONARY) {
            if (ids.length < present + 8) {
                ids = new int[present + 8];
            }
            PackedIds.read(body, start, size, present, dictionary.size(), ids);
            written.values(ids, present, dictionary.terms());
        } else if (encoding == Encoding.PLAIN && bits) {
            rewritten.clear();
            for (int i = 0; i < present; i++) {
                rewritten.put(body[start + i / 8] >>> i % 8 & 1);
            }
            plain.set(rewritten.bytes(), 0, present, present);
            written.plain(plain);
        } else if (encoding == Encoding.PLAIN) {
            plain.set(body, start, size, present);
            written.plain(plain);
        } else {
            rewritten.clear();
            foreign.read(encoding, body, start, size, rows, present, rewritten);
            plain.set(rewritten.bytes(), 0, rewritten.size(), present);
            written.plain(plain);
        }
        written.levels(levels);
    }
}
