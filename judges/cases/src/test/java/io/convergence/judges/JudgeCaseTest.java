package io.convergence.judges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeCaseTest {
    private static final String DESCRIPTION = """
            {"name":"a","files":["data/x.parquet"],"ordered":true,"expectedFrom":"by hand",
             "columns":[{"name":"n","type":"int8"},{"name":"d","type":"numeric(5,2)"},{"name":"t","type":"datetime(6)"}]}
            """;

    @TempDir
    Path folder;

    private void write(String description, String rows) throws IOException {
        Path one = Files.createDirectories(folder.resolve("a/data"));
        Files.writeString(one.resolve("x.parquet"), "");
        Files.writeString(folder.resolve("a/case.json"), description);
        Files.writeString(folder.resolve("a/expected.jsonl"), rows);
    }

    @Test
    void cellsAreReadByTheirColumnsType() throws IOException {
        write(
                DESCRIPTION,
                "{\"n\":\"9007199254740993\",\"d\":\"1.50\",\"t\":\"2024-02-29T23:59:59.000001\"}\n"
                        + "{\"n\":null,\"d\":null,\"t\":null}\n");

        JudgeCase judged = JudgeCase.in(folder).get(0);

        assertThat(judged.expected(judged.columns()))
                .containsExactly(
                        new Row(List.of(
                                new BigInteger("9007199254740993"),
                                new BigDecimal("1.50"),
                                LocalDateTime.parse("2024-02-29T23:59:59.000001"))),
                        new Row(Arrays.asList(null, null, null)));
    }

    @Test
    void aMissingFolderIsRefused() {
        assertThatThrownBy(() -> JudgeCase.in(folder.resolve("none")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void anEmptyFolderIsRefused() {
        assertThatThrownBy(() -> JudgeCase.in(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("holds no case");
    }

    @Test
    void aCaseWithoutRowsIsRefused() throws IOException {
        write(DESCRIPTION, "");

        JudgeCase judged = JudgeCase.in(folder).get(0);

        assertThatThrownBy(() -> judged.expected(judged.columns())).hasMessageContaining("holds no row");
    }

    @Test
    void aFileThatTheDescriptionDoesNotListIsRefused() throws IOException {
        write(DESCRIPTION, "");
        Files.writeString(folder.resolve("a/data/y.parquet"), "");

        assertThatThrownBy(() -> JudgeCase.in(folder)).hasMessageContaining("y.parquet");
    }

    @Test
    void aCellOfTheWrongShapeIsRefusedWithItsPlace() throws IOException {
        write(DESCRIPTION, "{\"n\":1,\"d\":\"1.5\",\"t\":null}\n");

        JudgeCase judged = JudgeCase.in(folder).get(0);

        assertThatThrownBy(() -> judged.expected(judged.columns())).hasMessageContaining("column 'd' of row 0");
    }
}
