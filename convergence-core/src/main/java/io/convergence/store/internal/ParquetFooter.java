package io.convergence.store.internal;

import io.convergence.store.internal.pages.CompactThrift;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.VersionParser;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Opens files of writers whose {@code created_by} parquet-java cannot parse. For DMS's "AWS" it logs a warning with a
 * stack trace when it converts the statistics of the first file, although nothing is wrong and nobody reads them.
 */
public final class ParquetFooter {
    private static final int END = 8;
    private static final int SMALLEST_FILE = 12;

    private ParquetFooter() {}

    /** What the file's footer says. @throws IOException if it is none, or damaged */
    public static Footer read(ParquetInput input) throws IOException {
        return read(bytes(input));
    }

    /** What a footer says. @param footer without length and magic. @throws IOException if it is damaged */
    public static Footer read(byte[] footer) throws IOException {
        try {
            return FooterReader.read(footer);
        } catch (CompactThrift.MalformedException e) {
            throw undecodable(e);
        } catch (FooterReader.UnusualException e) {
            checkLengths(footer);
            ParquetReadOptions settings =
                    ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
            return Footer.of(metadata(footer, settings));
        }
    }

    /** parquet-java takes the memory that lists and texts claim to need. */
    private static void checkLengths(byte[] footer) throws IOException {
        try {
            CompactThrift thrift = new CompactThrift(footer, 0, footer.length);
            for (int field = thrift.next(0); field != 0; field = thrift.next(field)) {
                thrift.pass(field, 0);
            }
        } catch (CompactThrift.MalformedException e) {
            throw undecodable(e);
        }
    }

    private static IOException undecodable(CompactThrift.MalformedException e) {
        return new IOException("it cannot be decoded: " + e.why(), e);
    }

    /** A reader of the file, to which a writer "AWS" is "AWS version unknown". */
    public static ParquetFileReader open(ParquetInput input, ParquetReadOptions settings) throws IOException {
        return new ParquetFileReader(input, metadata(bytes(input), settings), settings, input.newStream());
    }

    /** What a footer says, to which a writer "AWS" is "AWS version unknown". @param footer without length and magic */
    public static ParquetMetadata metadata(byte[] footer, ParquetReadOptions settings) throws IOException {
        FileMetaData file = Util.readFileMetaData(new ByteArrayInputStream(footer));
        file.setCreated_by(parseable(file.getCreated_by()));
        return new ParquetMetadataConverter(settings).fromParquetMetadata(file);
    }

    static String parseable(@Nullable String createdBy) {
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
