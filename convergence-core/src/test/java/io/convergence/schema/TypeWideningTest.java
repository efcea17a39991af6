package io.convergence.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("S15: types widen without loss, or not at all")
class TypeWideningTest {
    @ParameterizedTest(name = "{0} and {1} give {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "int4 | int4 | int4",
                "int2 | int4 | int4",
                "int4 | int8 | int8",
                "int1 | uint1 | int2",
                "uint1 | uint4 | uint4",
                "uint4 | int2 | int8",
                "uint8 | int8 | numeric(20,0)",
                "int8 | numeric(10,2) | numeric(21,2)",
                "int4 | numeric(38,0) | numeric(38,0)",
                "numeric(10,2) | numeric(12,4) | numeric(12,4)",
                "numeric(10,2) | numeric(8,5) | numeric(13,5)",
                "numeric(20,0) | numeric(18,18) | numeric(38,18)",
                "real4 | real8 | real8",
                "datetime(3) | datetime(6) | datetime(6)",
                "time(0) | time(3) | time(3)",
                "string(20) | string(50) | string(50)",
                "string(20) | string | string",
                "string(20) | wstring(10) | wstring(20)",
                "string(20) | clob | clob",
                "wstring(20) | clob | nclob",
                "bytes(4) | bytes(8) | bytes(8)",
                "bytes(4) | blob | blob"
            })
    void widensToTheSmallestTypeThatHoldsBoth(String left, String right, String expected) {
        Optional<DataType> wanted = Optional.of(DataType.parse(expected));

        assertThat(DataType.parse(left).widen(DataType.parse(right))).isEqualTo(wanted);
        assertThat(DataType.parse(right).widen(DataType.parse(left))).isEqualTo(wanted);
    }

    @ParameterizedTest(name = "{0} and {1} give none")
    @CsvSource(
            delimiter = '|',
            value = {
                "numeric(38,0) | numeric(38,1)",
                "int8 | numeric(38,20)",
                "int4 | real8",
                "numeric(10,2) | real8",
                "date | datetime(6)",
                "boolean | int1",
                "string(10) | int4",
                "string(10) | bytes(10)",
                "time(3) | datetime(3)"
            })
    void findsNoneWhereAValueWouldBeLost(String left, String right) {
        assertThat(DataType.parse(left).widen(DataType.parse(right))).isEmpty();
        assertThat(DataType.parse(right).widen(DataType.parse(left))).isEmpty();
    }
}
