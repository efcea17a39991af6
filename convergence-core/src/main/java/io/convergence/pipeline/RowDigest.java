package io.convergence.pipeline;

import io.convergence.change.CellState;
import io.convergence.change.ChangeRecord;
import io.convergence.change.RowImage;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The content of a change by which a replay is told (rule S3): operation, commit time, and all cells with their states;
 * not the change sequence, but for its time part where there is no timestamp column. 128 bits of SHA-256: that two
 * different rows among a billion have the same is less likely than one in 10<sup>20</sup>. Columns count by name, absent
 * cells not at all, and numbers by value, so that it does not matter whether a row is read from its raw file or from a
 * compacted one (rule S18), nor whether a column became wider. Not thread-safe.
 */
final class RowDigest {
    private final MessageDigest digest;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    private List<Column> columns = List.of();
    private int[] order = new int[0];
    private List<Column> beforeColumns = List.of();
    private int[] beforeOrder = new int[0];

    RowDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Cannot compare rows: this Java has no SHA-256.", e);
        }
    }

    void add(ChangeRecord change, RowHashes to) {
        digest.update((byte) change.operation().letter());
        Instant time = RowHashes.timeOf(change);
        if (time != null) {
            put(time.getEpochSecond());
            put(time.getNano());
        }

        RowImage image = change.image();
        if (image.columns() != columns) {
            columns = image.columns();
            order = byName(columns);
        }
        put(image, order);
        change.before().ifPresent(before -> {
            if (before.columns() != beforeColumns) {
                beforeColumns = before.columns();
                beforeOrder = byName(beforeColumns);
            }
            digest.update((byte) 'B');
            put(before, beforeOrder);
        });
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        to.add(hash.getLong(), hash.getLong());
    }

    private static int[] byName(List<Column> columns) {
        return IntStream.range(0, columns.size())
                .boxed()
                .sorted(Comparator.comparing(place -> columns.get(place).name()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private void put(RowImage image, int[] places) {
        for (int place : places) {
            CellState state = image.state(place);
            if (state == CellState.ABSENT) {
                continue;
            }
            put('C', image.columns().get(place).name().getBytes(StandardCharsets.UTF_8));
            switch (state) {
                case NULL -> digest.update((byte) 'N');
                case UNKNOWN -> digest.update((byte) 'U');
                default -> put(image.value(place));
            }
        }
    }

    private void put(Object value) {
        if (value instanceof String text) {
            put('T', text.getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof Bytes bytes) {
            put('Y', bytes.toArray());
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            put(BigDecimal.valueOf(((Number) value).longValue()));
        } else if (value instanceof BigInteger whole) {
            put(new BigDecimal(whole));
        } else if (value instanceof BigDecimal decimal) {
            put(decimal);
        } else if (value instanceof Float real) {
            // Both zeros and all NaN apart, as their bits are; a float and the double it widens to alike.
            put('F', Double.toString(real).getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof Double) {
            put('F', value.toString().getBytes(StandardCharsets.UTF_8));
        } else {
            put('V', value.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void put(BigDecimal value) {
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        put('D', plain.unscaledValue().toByteArray());
        put(plain.scale());
    }

    private void put(char kind, byte[] content) {
        digest.update((byte) kind);
        put(content.length);
        digest.update(content);
    }

    private void put(long value) {
        digest.update(number.clear().putLong(value).flip());
    }
}
