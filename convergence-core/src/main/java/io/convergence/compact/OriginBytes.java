package io.convergence.compact;

import io.convergence.change.Provenance;
import io.convergence.change.SourceSpan;
import io.convergence.raw.PlacedFile;
import io.convergence.schema.Column;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How many bytes of an output's footer tell where its rows come from: never less than they will be, and little more. An output ends before
 * they are more than readers take. Not thread-safe.
 */
final class OriginBytes {
    /**
     * Where outputs end. {@link Provenance} reads more, and readers of Parquet that limit what Thrift may take, parquet-java and Spark
     * among them, take footers of 100 MB.
     */
    static final long MOST = 32_000_000;

    /** Beyond this part of the most a compacted file is not written again to be joined with others: it would end where it ends. */
    private static final int PART_THAT_JOINS = 2;

    private static final int OF_HEAD = 100;

    /** Names of fields, numbers of 64 bits and instants; all but texts. */
    private static final int OF_SPAN = 470;

    private static final int OF_SEQUENCES = 80;
    private static final int OF_TEXT = 3;
    private static final int OF_TYPE = 48;

    private final Set<List<String>> columns;
    private final Set<List<Column>> types;
    private long bytes;

    OriginBytes() {
        this(new HashSet<>(), new HashSet<>(), OF_HEAD);
    }

    private OriginBytes(Set<List<String>> columns, Set<List<Column>> types, long bytes) {
        this.columns = columns;
        this.types = types;
        this.bytes = bytes;
    }

    long bytes() {
        return bytes;
    }

    void add(SourceSpan span) {
        bytes += OF_SPAN
                + text(span.key())
                + text(span.etag().value())
                + span.evidence().first().map(OriginBytes::text).orElse(0L)
                + span.evidence().last().map(OriginBytes::text).orElse(0L);
        if (columns.add(span.columns())) {
            bytes += span.columns().stream().mapToLong(OriginBytes::text).sum() + OF_TEXT;
        }
        if (types.add(span.types())) {
            bytes += (long) OF_TYPE * span.types().size() + OF_TEXT;
        }
    }

    /** What they would be with those of another file. */
    long with(List<SourceSpan> more) {
        OriginBytes both = new OriginBytes(new HashSet<>(columns), new HashSet<>(types), bytes);
        more.forEach(both::add);
        return both.bytes;
    }

    /** Of a raw file that was not read yet: its columns are not known, and mostly those of others. */
    static long expected(PlacedFile file) {
        return expected(file.key(), file.file().stat().etag().value());
    }

    private static long expected(String key, String etag) {
        return OF_SPAN + OF_SEQUENCES + text(key) + text(etag);
    }

    static long expected(List<PlacedFile> files) {
        return files.stream().mapToLong(OriginBytes::expected).sum();
    }

    /** Whether a compacted file of these raw files may be written again together with others. */
    static boolean mayGrow(List<PlacedFile> files, long most) {
        return expected(files) <= most / PART_THAT_JOINS;
    }

    private static long text(String text) {
        return utf8(text) + OF_TEXT;
    }

    /** As JSON, in which a few characters are escaped. */
    private static long utf8(String text) {
        long size = 0;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            size += each < ' ' ? 6 : each == '"' || each == '\\' ? 2 : each < 0x80 ? 1 : each < 0x800 ? 2 : 3;
        }

        return size;
    }

    /**
     * The text of a footer's entry, if its reader will take it.
     *
     * @throws CompactionException if it is too long; nothing may refer to the output then
     */
    static String demandReadable(String key, String json) {
        if (json.length() > Provenance.LONGEST_JSON) {
            throw CompactionException.wrong(
                    key,
                    "its footer would tell the origin of its rows in " + json.length()
                            + " characters, and readers take " + Provenance.LONGEST_JSON);
        }

        return json;
    }
}
