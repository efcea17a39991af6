package io.convergence.change;

import static io.convergence.store.internal.pages.CompactThrift.demand;

import io.convergence.store.internal.pages.CompactThrift;

/**
 * Walks the headers of a column chunk's pages. parquet-java takes the memory for a page of the last chunk it reads by what the header
 * claims, even past the end of the chunk, because parquet-mr up to 1.2.8 recorded its sizes too small.
 */
final class PageHeaders {
    private PageHeaders() {}

    /**
     * Checks that the pages lie inside their chunk.
     *
     * @param valuesOfChunk by the footer; what follows the page that holds the last is not looked at
     * @throws CompactThrift.MalformedException if they do not
     */
    static void check(byte[] bytes, int start, int end, long valuesOfChunk) {
        int at = start;
        long left = valuesOfChunk;
        while (left > 0 && at < end) {
            CompactThrift thrift = new CompactThrift(bytes, at, end);
            int[] size = {-1};
            int[] values = {0};
            int[] levels = {0, 0};
            thrift.struct(0, (id, type) -> {
                if (id == 3 && type == CompactThrift.I32) {
                    size[0] = (int) thrift.zigzag();
                    return true;
                }
                if ((id != 5 && id != 8) || type != CompactThrift.STRUCT) {
                    return false;
                }

                thrift.struct(1, (field, any) -> {
                    boolean count = field == 1;
                    boolean level = id == 8 && (field == 5 || field == 6);
                    if (any != CompactThrift.I32 || (!count && !level)) {
                        return false;
                    }

                    int value = (int) thrift.zigzag();
                    if (count) {
                        values[0] = value;
                    } else {
                        levels[field - 5] = value;
                    }
                    return true;
                });
                return true;
            });
            demand(
                    size[0] >= 0 && size[0] <= end - thrift.position(),
                    "a page claims " + size[0] + " bytes, " + (end - thrift.position()) + " are left in its column");
            demand(
                    levels[0] >= 0 && levels[1] >= 0 && levels[0] <= size[0] - levels[1],
                    "a page of " + size[0] + " bytes claims " + levels[0] + " and " + levels[1] + " bytes of levels");
            at = thrift.position() + size[0];
            left -= Math.max(0, values[0]);
        }
    }
}
