package io.convergence.store.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.VersionParser;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.jspecify.annotations.Nullable;

/**
 * Opens files of writers whose {@code created_by} parquet-java cannot parse. For DMS's "AWS" it logs a warning with a
 * stack trace when it converts the statistics of the first file, although nothing is wrong and nobody reads them.
 */
public final class ParquetFooter {
    private static final int END = 8;
    private static final int SMALLEST_FILE = 12;

    private ParquetFooter() {}

    /** A reader of the file, to which a writer "AWS" is "AWS version unknown". */
    public static ParquetFileReader open(ParquetInput input, ParquetReadOptions settings) throws IOException {
        FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(bytes(input)));
        footer.setCreated_by(parseable(footer.getCreated_by()));

        var metadata = new ParquetMetadataConverter(settings).fromParquetMetadata(footer);
        return new ParquetFileReader(input, metadata, settings, input.newStream());
    }

    private static String parseable(@Nullable String createdBy) {
        if (createdBy == null || createdBy.isBlank()) {
            return "unknown version unknown";
        }

        try {
            VersionParser.parse(createdBy);
            return createdBy;
        } catch (VersionParser.VersionParseException | RuntimeException e) {
            return createdBy + " version unknown";
        }
    }

    private static byte[] bytes(ParquetInput input) throws IOException {
        long size = input.getLength();
        if (size < SMALLEST_FILE) {
            throw new IOException("it has " + size + " bytes, too few for a Parquet file");
        }

        byte[] end = new byte[END];
        input.read(size - END, end, 0, END);
        if (!new String(end, END / 2, END / 2, StandardCharsets.US_ASCII).equals("PAR1")) {
            throw new IOException("it does not end with PAR1, so it is no whole, unencrypted Parquet file");
        }

        int length = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (length <= 0 || length > size - SMALLEST_FILE) {
            throw new IOException("its footer claims " + length + " bytes, the file has " + size);
        }

        byte[] footer = new byte[length];
        input.read(size - END - length, footer, 0, length);
        return footer;
    }
}
