package io.convergence.change;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.*;
import org.jspecify.annotations.Nullable;

final class PagesOfReader implements ChunkCursor.Pages {
    private final PageReader reader;
    private final boolean optional;
    private final @Nullable DictionaryPage dict;

    PagesOfReader(PageReader reader, boolean optional) {
        this.reader = reader;
        this.optional = optional;
        this.dict = reader.readDictionaryPage();
    }

    @Override
    public @Nullable ValuePage dictionary() {
        try {
            if (dict == null) return null;
            byte[] b = dict.getBytes().toByteArray();
            return new ValuePage(b, 0, 0, -1, 0, b.length, dict.getDictionarySize(), Encoding.PLAIN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ValuePage next() {
        DataPage page = reader.readPage();
        try {
            if (page instanceof DataPageV1 v1) {
                byte[] b = v1.getBytes().toByteArray();
                if (!optional) return new ValuePage(b, 0, 0, -1, 0, b.length, v1.getValueCount(), v1.getValueEncoding());
                if (v1.getDlEncoding() == Encoding.RLE) {
                    int n = (int) ChunkCursor.INTS.get(b, 0);
                    return new ValuePage(b, 4, 4 + n, -1, 4 + n, b.length, v1.getValueCount(), v1.getValueEncoding());
                }
                int n = (v1.getValueCount() + 7) / 8;
                return new ValuePage(b, 0, 0, 0, n, b.length, v1.getValueCount(), v1.getValueEncoding());
            }
            DataPageV2 v2 = (DataPageV2) page;
            byte[] l = v2.getDefinitionLevels().toByteArray();
            byte[] d = v2.getData().toByteArray();
            byte[] b = java.util.Arrays.copyOf(l, l.length + d.length);
            System.arraycopy(d, 0, b, l.length, d.length);
            return new ValuePage(b, 0, optional ? l.length : 0, -1, l.length, b.length, v2.getValueCount(), v2.getDataEncoding());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
