package io.convergence.merge;

import io.convergence.schema.Bytes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keys as bytes, built value by value: compared unsigned they order as {@link MergeKey} does, and equal keys have equal bytes
 * whatever type their columns have widened to. A value is a byte that tells its class, then
 *
 * <ul>
 *   <li>of a number its floor, by 8 bytes with the sign bit turned if it fits into a long, else by its digits after their
 *       count; then the digits of its fraction, each plus one, and a 0;
 *   <li>of text its UTF-8, of bytes themselves, a 0 in them followed by 255; then a 0;
 *   <li>of doubles, dates and times 8 bytes that order as they do, of a date with time 4 more for the nanoseconds.
 * </ul>
 *
 * The hash of a key is FNV-1a of 64 bits over its bytes, mixed by the last steps of Murmur3. Both are part of the format of
 * published tables and never change. Not thread-safe.
 */
public final class KeyBytes {
    private static final int FALSE = 0x08;
    private static final int TRUE = 0x09;
    private static final int BELOW = 0x10;
    private static final int NUMBER = 0x11;
    private static final int ABOVE = 0x12;
    private static final int REAL = 0x20;
    private static final int TEXT = 0x30;
    private static final int BINARY = 0x40;
    private static final int DATE = 0x50;
    private static final int TIME = 0x58;
    private static final int DATE_TIME = 0x60;
    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger GREATEST = BigInteger.valueOf(Long.MAX_VALUE);

    private byte[] bytes = new byte[64];
    private int size;

    public static byte[] of(MergeKey key) {
        var made = new KeyBytes();
        key.values().forEach(made::put);
        return made.copy();
    }

    /** The key that has these bytes. */
    public static MergeKey parse(byte[] bytes, int from, int to) {
        return new Parser(bytes, from, to).key();
    }

    public static MergeKey parse(byte[] bytes) {
        return parse(bytes, 0, bytes.length);
    }

    /** Of part of an array. */
    public static long hash(byte[] bytes, int from, int to) {
        long hash = 0xCBF29CE484222325L;
        for (int i = from; i < to; i++) {
            hash = (hash ^ bytes[i] & 0xFF) * 0x100000001B3L;
        }
        hash = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ hash >>> 33) * 0xC4CEB9FE1A85EC53L;
        return hash ^ hash >>> 33;
    }

    /** @param bits how many of the hash's highest bits name the bucket, 0 to 30: a bucket splits into two with one more */
    public static int bucket(long hash, int bits) {
        return bits == 0 ? 0 : (int) (hash >>> Long.SIZE - bits);
    }

    /** Begins another key. */
    public void clear() {
        size = 0;
    }

    /** The first {@link #size} bytes are the key; the array changes as it grows. */
    public byte[] bytes() {
        return bytes;
    }

    public int size() {
        return size;
    }

    public byte[] copy() {
        return Arrays.copyOf(bytes, size);
    }

    /** @param value as {@link MergeKey} takes it */
    public void put(Object value) {
        if (value instanceof Long number) {
            putLong(number);
        } else if (value instanceof BigDecimal decimal) {
            putDecimal(decimal);
        } else if (value instanceof BigInteger integer) {
            putDecimal(new BigDecimal(integer));
        } else if (value instanceof Number real && (value instanceof Double || value instanceof Float)) {
            putDouble(real.doubleValue());
        } else if (value instanceof Number small) {
            putLong(small.longValue());
        } else if (value instanceof String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            putText(utf8, 0, utf8.length);
        } else if (value instanceof Bytes binary) {
            byte[] content = binary.toArray();
            putBinary(content, 0, content.length);
        } else if (value instanceof Boolean truth) {
            putByte(truth ? TRUE : FALSE);
        } else if (value instanceof LocalDate date) {
            putDate(date.toEpochDay());
        } else if (value instanceof LocalTime time) {
            putByte(TIME);
            put8(time.toNanoOfDay());
        } else if (value instanceof LocalDateTime time) {
            putDateTime(time.toEpochSecond(ZoneOffset.UTC), time.getNano());
        } else {
            throw new IllegalArgumentException("Cannot use a value of class "
                    + value.getClass().getName() + " in a key: it is none of the classes of column values.");
        }
    }

    public void putLong(long value) {
        putByte(NUMBER);
        put8(value ^ Long.MIN_VALUE);
        putByte(0);
    }

    public void putDecimal(BigDecimal value) {
        BigDecimal floor = value.setScale(0, RoundingMode.FLOOR);
        BigInteger whole = floor.unscaledValue();
        if (whole.compareTo(LEAST) < 0) {
            putByte(BELOW);
            putDigits(whole.negate().toString(), -1);
        } else if (whole.compareTo(GREATEST) > 0) {
            putByte(ABOVE);
            putDigits(whole.toString(), 0);
        } else {
            putByte(NUMBER);
            put8(whole.longValueExact() ^ Long.MIN_VALUE);
        }
        BigDecimal fraction = value.subtract(floor).stripTrailingZeros();
        if (fraction.signum() > 0) {
            String digits = fraction.unscaledValue().toString();
            for (int i = digits.length(); i < fraction.scale(); i++) {
                putByte(1);
            }
            for (int i = 0; i < digits.length(); i++) {
                putByte(digits.charAt(i) - '0' + 1);
            }
        }
        putByte(0);
    }

    /** @param turn -1 to let longer and larger ones come first, else 0 */
    private void putDigits(String digits, int turn) {
        putByte(digits.length() >>> 8 ^ turn);
        putByte(digits.length() ^ turn);
        for (int i = 0; i < digits.length(); i++) {
            putByte(digits.charAt(i) ^ turn);
        }
    }

    public void putDouble(double value) {
        long bits = Double.doubleToLongBits(value == 0.0 ? 0.0 : value);
        putByte(REAL);
        put8(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE);
    }

    public void putText(byte[] utf8, int from, int to) {
        putByte(TEXT);
        putEscaped(utf8, from, to);
    }

    public void putBinary(byte[] content, int from, int to) {
        putByte(BINARY);
        putEscaped(content, from, to);
    }

    private void putEscaped(byte[] content, int from, int to) {
        reserve(2 * (to - from) + 1);
        for (int i = from; i < to; i++) {
            bytes[size++] = content[i];
            if (content[i] == 0) {
                bytes[size++] = -1;
            }
        }
        bytes[size++] = 0;
    }

    public void putDate(long epochDay) {
        putByte(DATE);
        put8(epochDay ^ Long.MIN_VALUE);
    }

    public void putDateTime(long second, int nano) {
        putByte(DATE_TIME);
        put8(second ^ Long.MIN_VALUE);
        for (int shift = 24; shift >= 0; shift -= 8) {
            putByte(nano >>> shift);
        }
    }

    private void put8(long value) {
        reserve(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    private void putByte(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }

    private static final class Parser {
        private final byte[] bytes;
        private final int end;
        private int at;

        Parser(byte[] bytes, int from, int to) {
            this.bytes = bytes;
            this.at = from;
            this.end = to;
        }

        MergeKey key() {
            List<Object> values = new ArrayList<>(2);
            while (at < end) {
                values.add(value(bytes[at++]));
            }
            return MergeKey.of(values);
        }

        private Object value(int kind) {
            return switch (kind) {
                case FALSE -> false;
                case TRUE -> true;
                case BELOW -> fraction(new BigDecimal(digits(-1)).negate());
                case NUMBER -> number();
                case ABOVE -> fraction(new BigDecimal(digits(0)));
                case REAL -> {
                    long bits = take8();
                    yield Double.longBitsToDouble(bits < 0 ? bits ^ Long.MIN_VALUE : ~bits);
                }
                case TEXT -> new String(unescaped(), StandardCharsets.UTF_8);
                case BINARY -> Bytes.of(unescaped());
                case DATE -> LocalDate.ofEpochDay(take8() ^ Long.MIN_VALUE);
                case TIME -> LocalTime.ofNanoOfDay(take8());
                case DATE_TIME -> {
                    long second = take8() ^ Long.MIN_VALUE;
                    int nano = 0;
                    for (int i = 0; i < 4; i++) {
                        nano = nano << 8 | bytes[at++] & 0xFF;
                    }
                    yield LocalDateTime.ofEpochSecond(second, nano, ZoneOffset.UTC);
                }
                default ->
                    throw new IllegalArgumentException("Cannot read a key: a value of kind " + kind + " is unknown.");
            };
        }

        private Object number() {
            long floor = take8() ^ Long.MIN_VALUE;
            if (bytes[at] == 0) {
                at++;
                return floor;
            }
            return fraction(BigDecimal.valueOf(floor));
        }

        private BigDecimal fraction(BigDecimal floor) {
            var text = new StringBuilder("0.");
            while (bytes[at] != 0) {
                text.append((char) ('0' + bytes[at++] - 1));
            }
            at++;
            return text.length() == 2 ? floor : floor.add(new BigDecimal(text.toString()));
        }

        private String digits(int turn) {
            int count = (bytes[at++] ^ turn) & 0xFF;
            count = count << 8 | (bytes[at++] ^ turn) & 0xFF;
            var text = new StringBuilder(count);
            for (int i = 0; i < count; i++) {
                text.append((char) ((bytes[at++] ^ turn) & 0xFF));
            }
            return text.toString();
        }

        private byte[] unescaped() {
            byte[] content = new byte[end - at];
            int length = 0;
            while (bytes[at] != 0 || at + 1 < end && bytes[at + 1] == -1) {
                content[length++] = bytes[at];
                at += bytes[at] == 0 ? 2 : 1;
            }
            at++;
            return Arrays.copyOf(content, length);
        }

        private long take8() {
            long value = 0;
            for (int i = 0; i < 8; i++) {
                value = value << 8 | bytes[at++] & 0xFF;
            }
            return value;
        }
    }
}
