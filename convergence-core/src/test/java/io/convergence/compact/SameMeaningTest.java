package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.PlainValues;
import java.math.BigInteger;
import java.util.List;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SameMeaningTest {
    @ParameterizedTest(name = "{1} of {0} is {3} of {2}")
    @CsvSource(delimiter = '|', textBlock = """
                    int32                                      | -7          | int64                                      | -7
                    int32 %s (INTEGER(8,false))                | 255         | int32 %s (INTEGER(16,true))                | 255
                    int32 %s (INTEGER(32,false))               | -1          | int64                                      | 4294967295
                    int64 %s (INTEGER(64,false))               | -1          | fixed_len_byte_array(9) %s (DECIMAL(20,0)) | 18446744073709551615
                    int32 %s (DECIMAL(9,2))                    | 1250        | int64 %s (DECIMAL(18,4))                   | 125000
                    fixed_len_byte_array(7) %s (DECIMAL(15,2)) | -1250       | int64 %s (DECIMAL(15,2))                   | -1250
                    fixed_len_byte_array(4) %s (DECIMAL(9,2))  | 1250        | int32 %s (DECIMAL(9,2))                    | 1250
                    binary %s (DECIMAL(18,2))                  | 987654321   | int64 %s (DECIMAL(18,2))                   | 987654321
                    fixed_len_byte_array(4) %s (DECIMAL(9,2))  | -1          | fixed_len_byte_array(16) %s (DECIMAL(38,4))| -100
                    int64 %s (TIMESTAMP(MILLIS,true))          | -5          | int64 %s (TIMESTAMP(MICROS,true))          | -5000
                    int32 %s (TIME(MILLIS,true))               | 86399999    | int64 %s (TIME(MICROS,true))               | 86399999000
                    """)
    void numbersAreComparedByWhatTheyMean(String from, BigInteger before, String to, BigInteger after) {
        var meaning = new SameMeaning(type(from), type(to));

        assertThat(meaning.holds(values(from, before, before), values(to, after, after)))
                .isTrue();
        for (int bit = 0; bit < 16; bit++) {
            BigInteger other = after.flipBit(bit).mod(BigInteger.ONE.shiftLeft(31));
            if (!other.equals(after)) {
                assertThat(meaning.holds(values(from, before, before), values(to, after, other)))
                        .as("%s", other)
                        .isFalse();
            }
        }
        assertThat(meaning.holds(values(from, before, before), values(to, after)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1.5, 1.5, true", "1.5, 1.25, false", "0.1, 0.1, false", "NaN, NaN, true", "0.0, -0.0, false"})
    void aFloatIsTheDoubleOfTheSameNumber(float before, double after, boolean same) {
        PrimitiveType from = type("float");
        PrimitiveType to = type("double");
        PlainValues source = values("float", BigInteger.valueOf(Float.floatToRawIntBits(before)));
        PlainValues target = values("double", BigInteger.valueOf(Double.doubleToRawLongBits(after)));

        assertThat(new SameMeaning(from, to).holds(source, target)).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({"258, 258, true", "258, 259, false"})
    void bytesOfOneLengthAreTheSameOfAny(long before, long after, boolean same) {
        var meaning = new SameMeaning(type("fixed_len_byte_array(5)"), type("binary"));
        byte[] wide = bytes(BigInteger.valueOf(after), 5);
        ByteSink sink = new ByteSink(16);
        sink.putInt(wide.length);
        sink.put(wide, 0, wide.length);
        PlainValues target = new PlainValues(type("binary"));
        target.set(sink.bytes(), 0, sink.size(), 1);

        assertThat(meaning.holds(values("fixed_len_byte_array(5)", BigInteger.valueOf(before)), target))
                .isEqualTo(same);
    }

    private static PrimitiveType type(String text) {
        String field = text.contains("%s") ? text.replace("%s", "a") : text + " a";
        return MessageTypeParser.parseMessageType("message m { required " + field + "; }")
                .getType(0)
                .asPrimitiveType();
    }

    private static PlainValues values(String text, BigInteger... numbers) {
        PrimitiveType type = type(text);
        ByteSink sink = new ByteSink(64);
        for (BigInteger number : numbers) {
            switch (type.getPrimitiveTypeName()) {
                case INT32, FLOAT -> sink.putInt(number.intValue());
                case INT64, DOUBLE -> sink.putLong(number.longValue());
                default -> {
                    boolean fixed = type.getTypeLength() > 0;
                    byte[] bytes = fixed ? bytes(number, type.getTypeLength()) : number.toByteArray();
                    if (!fixed) {
                        sink.putInt(bytes.length);
                    }
                    sink.put(bytes, 0, bytes.length);
                }
            }
        }
        PlainValues values = new PlainValues(type);
        values.set(sink.bytes(), 0, sink.size(), List.of(numbers).size());
        return values;
    }

    private static byte[] bytes(BigInteger number, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[length - 1 - i] = number.shiftRight(8 * i).byteValue();
        }

        return bytes;
    }
}
