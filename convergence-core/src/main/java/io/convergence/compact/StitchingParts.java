package io.convergence.compact;

import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.PrimitiveType;

/** What columns are stitched with. Tests take parts that have faults, and see whether the verification finds them. */
interface StitchingParts {
    StitchingParts SOUND = new StitchingParts() {};

    default ColumnDictionary dictionary(PrimitiveType type) {
        return new ColumnDictionary(type);
    }

    default PageInMaking making(PrimitiveType type) {
        return new PageInMaking(type);
    }

    /** @param key of the source */
    default ValueConversion conversion(String key, ColumnDescriptor source, ColumnFeed feed) {
        return new ValueConversion(key, source, feed);
    }

    /** The pages of a column chunk as they are handed to the one who writes them. */
    default List<StitchedPage> handedOver(List<StitchedPage> pages) {
        return pages;
    }
}
