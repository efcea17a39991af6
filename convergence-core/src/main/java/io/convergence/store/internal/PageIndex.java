package io.convergence.store.internal;

import static io.convergence.store.internal.pages.CompactThrift.BINARY;
import static io.convergence.store.internal.pages.CompactThrift.I64;
import static io.convergence.store.internal.pages.CompactThrift.LIST;
import static io.convergence.store.internal.pages.CompactThrift.demand;

import io.convergence.store.internal.pages.CompactThrift;
import java.util.Arrays;

/** What the column index of a source says of the bounds of a column chunk's pages. Immutable once read. */
public final class PageIndex {
    private final byte[] bytes;
    private boolean[] ofNulls = {};
    private int[] minStarts = {};
    private int[] minEnds = {};
    private int[] maxStarts = {};
    private int[] maxEnds = {};
    private long[] nulls = {};

    private PageIndex(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws CompactThrift.MalformedException if it is none */
    public static PageIndex read(byte[] bytes) {
        PageIndex index = new PageIndex(bytes);
        index.read(new CompactThrift(bytes, 0, bytes.length));
        return index;
    }

    private void read(CompactThrift thrift) {
        for (int field = thrift.next(0); field != 0; field = thrift.next(field)) {
            if (field == CompactThrift.field(1, LIST)) {
                ofNulls = new boolean[thrift.flags()];
                for (int i = 0; i < ofNulls.length; i++) {
                    ofNulls[i] = thrift.eightBits() == CompactThrift.TRUE;
                }
            } else if (field == CompactThrift.field(2, LIST)) {
                int count = thrift.elements(BINARY);
                minStarts = new int[count];
                minEnds = new int[count];
                places(thrift, minStarts, minEnds);
            } else if (field == CompactThrift.field(3, LIST)) {
                int count = thrift.elements(BINARY);
                maxStarts = new int[count];
                maxEnds = new int[count];
                places(thrift, maxStarts, maxEnds);
            } else if (field == CompactThrift.field(5, LIST)) {
                nulls = new long[thrift.elements(I64)];
                for (int i = 0; i < nulls.length; i++) {
                    nulls[i] = thrift.zigzag();
                }
            } else {
                thrift.pass(field, 0);
            }
        }
        demand(
                minStarts.length == ofNulls.length && maxStarts.length == ofNulls.length,
                "it has not as many bounds as pages");
    }

    private static void places(CompactThrift thrift, int[] starts, int[] ends) {
        for (int i = 0; i < starts.length; i++) {
            int length = thrift.binary();
            starts[i] = thrift.position() - length;
            ends[i] = thrift.position();
        }
    }

    public int pages() {
        return ofNulls.length;
    }

    public boolean isOfNulls(int page) {
        return ofNulls[page];
    }

    /** How many values of a page are null; -1 if that is not told. */
    public long nulls(int page) {
        return page < nulls.length ? nulls[page] : -1;
    }

    public byte[] min(int page) {
        return Arrays.copyOfRange(bytes, minStarts[page], minEnds[page]);
    }

    public byte[] max(int page) {
        return Arrays.copyOfRange(bytes, maxStarts[page], maxEnds[page]);
    }
}
