package io.convergence.change;

import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.PrimitiveType;

/** Pages of a row group whose declared counts are checked before parquet-java allocates for them. */
final class CheckedPages implements PageReadStore {
    private final PageReadStore pages;

    CheckedPages(PageReadStore pages) {
        this.pages = pages;
    }

    @Override
    public PageReader getPageReader(ColumnDescriptor descriptor) {
        PageReader reader = pages.getPageReader(descriptor);
        if (reader == null) {
            throw new ParquetDecodingException(
                    "the row group has no pages of column '" + descriptor.getPath()[0] + "'");
        }

        return new Checked(reader, descriptor);
    }

    @Override
    public long getRowCount() {
        return pages.getRowCount();
    }

    @Override
    public void close() {
        pages.close();
    }

    private static final class Checked implements PageReader {
        private final PageReader reader;
        private final ColumnDescriptor column;
        private long remaining;

        Checked(PageReader reader, ColumnDescriptor column) {
            this.reader = reader;
            this.column = column;
            this.remaining = reader.getTotalValueCount();
        }

        @Override
        public DictionaryPage readDictionaryPage() {
            DictionaryPage page = reader.readDictionaryPage();
            if (page != null) {
                long most = page.getUncompressedSize() / leastBytes(column.getPrimitiveType());
                if (page.getDictionarySize() < 0 || page.getDictionarySize() > most) {
                    throw new ParquetDecodingException("a dictionary of " + page.getUncompressedSize()
                            + " bytes claims " + page.getDictionarySize() + " values");
                }
            }

            return page;
        }

        @Override
        public DataPage readPage() {
            DataPage page = reader.readPage();
            if (page == null) {
                throw new ParquetDecodingException(remaining + " values are missing at the end of a column");
            }
            if (page.getValueCount() < 0 || page.getValueCount() > remaining) {
                throw new ParquetDecodingException(
                        "a page claims " + page.getValueCount() + " values, " + remaining + " are left in its column");
            }

            remaining -= page.getValueCount();
            return PageCheck.check(page, column);
        }

        @Override
        public long getTotalValueCount() {
            return reader.getTotalValueCount();
        }

        /** The fewest bytes a dictionary needs for one value. */
        private static int leastBytes(PrimitiveType type) {
            return switch (type.getPrimitiveTypeName()) {
                case BOOLEAN -> 1;
                case INT32, FLOAT, BINARY -> 4;
                case INT64, DOUBLE -> 8;
                case INT96 -> 12;
                case FIXED_LEN_BYTE_ARRAY -> Math.max(1, type.getTypeLength());
            };
        }
    }

    @Override
    public Optional<Long> getRowIndexOffset() {
        return pages.getRowIndexOffset();
    }
}
