package io.convergence.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.raw.FileEvidence;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.ETag;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerJsonTest {
    private static final String KEY = "control/public/orders/log/00000000000000000000.json";
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901234Z");

    private static final RawSource FULL = new RawSource(
            "raw/ü \"quoted\"\n.parquet",
            new ETag("abc-2"),
            TIME,
            Long.MAX_VALUE,
            new FileEvidence(
                    3,
                    "2026010100000000" + "0".repeat(19),
                    "2026010100000001" + "0".repeat(19),
                    TIME,
                    TIME.plusNanos(1)));

    private static final RawSource BARE =
            new RawSource("raw/bare.parquet", new ETag("e"), TIME, 0, FileEvidence.ofRows(0));
    private static final LedgerFile FILE = new LedgerFile("lake/part-0.parquet", new ETag("f"), TIME, 10, 3);

    @Test
    void everyKindOfEntryComesBackAsItWasWritten() {
        var schema = new TableSchema(
                TableId.of("public", "orders"),
                List.of(
                        Column.required("id", DataType.of(DataType.Kind.INT8)),
                        Column.nullable("price", DataType.numeric(38, 10))),
                List.of("id"));
        List<LedgerEntry> entries = List.of(
                new LedgerEntry.Compaction("t1", -1, List.of(new LedgerEntry.CompactedFile(FILE, List.of(FULL, BARE)))),
                new LedgerEntry.Compaction("t2", 7, List.of()),
                new LedgerEntry.Merge("t3", 8, schema, TIME, List.of(FULL), List.of(FILE), List.of(FILE, FILE), TIME),
                new LedgerEntry.Merge("t4", 9, schema, TIME, List.of(), List.of(), List.of(), null),
                new LedgerEntry.Fence("t5", Long.MAX_VALUE - 1));

        assertThat(entries)
                .allSatisfy(entry -> assertThat(LedgerJson.read(KEY, LedgerJson.write(entry)))
                        .isEqualTo(entry));
    }

    @Test
    void fieldsOfALaterVersionArePassedOver() {
        LedgerEntry read = LedgerJson.read(KEY, """
                {"format": 1, "transaction": "t", "base": 3, "kind": "fence", "reason": "clean-up"}
                """);

        assertThat(read).isEqualTo(new LedgerEntry.Fence("t", 3));
    }

    @Test
    void aNewerFormatIsRefused() {
        assertThatThrownBy(() -> LedgerJson.read(
                        KEY, "{\"format\": 2, \"transaction\": \"t\", \"base\": 3, \"kind\": \"fence\"}"))
                .isInstanceOf(LedgerException.class)
                .hasMessage(
                        "Cannot read ledger slot '" + KEY
                                + "': it has format 2 and this version reads format 1. Use the version of Convergence that wrote it, or restore the object.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "nonsense",
                "{\"format\": 1",
                "{\"transaction\": \"t\", \"base\": 3, \"kind\": \"fence\"}",
                "{\"format\": \"1\", \"transaction\": \"t\", \"base\": 3, \"kind\": \"fence\"}",
                "{\"format\": 1, \"base\": 3, \"kind\": \"fence\"}",
                "{\"format\": 1, \"transaction\": 5, \"base\": 3, \"kind\": \"fence\"}",
                "{\"format\": 1, \"transaction\": \"t\", \"base\": \"3\", \"kind\": \"fence\"}",
                "{\"format\": 1, \"transaction\": \"t\", \"base\": 3.5, \"kind\": \"fence\"}",
                "{\"format\": 1, \"transaction\": \"t\", \"base\": 99999999999999999999, \"kind\": \"fence\"}",
                "{\"format\": 1, \"transaction\": \"t\", \"base\": 3, \"kind\": \"other\"}",
                "{\"format\": 1, \"transaction\": \"t\", \"base\": 3, \"kind\": \"fence\"} {}",
                "{\"format\": 1, \"transaction\": \"t\", \"base\": 3, \"base\": 4, \"kind\": \"fence\"}",
                "{\"format\": 1, \"transaction\": \"t\", \"base\": 3, \"kind\": \"compaction\"}",
                "{\"format\": 1, \"transaction\": \"t\", \"base\": 3, \"kind\": \"compaction\", \"outputs\": \"none\"}",
                "{\"format\": 1, \"transaction\": \"t\", \"base\": 3, \"kind\": \"compaction\", \"outputs\": {}}",
                "{\"format\": 1, \"transaction\": \"t\", \"base\": 3, \"kind\": \"compaction\", \"outputs\": [1]}"
            })
    void whatIsNoEntryIsRefusedWithItsKey(String text) {
        assertThatThrownBy(() -> LedgerJson.read(KEY, text))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("'" + KEY + "'");
    }

    @Test
    void anEntryCutAnywhereIsRefused() {
        String text = LedgerJson.write(new LedgerEntry.Compaction(
                        "t1", -1, List.of(new LedgerEntry.CompactedFile(FILE, List.of(FULL, BARE)))))
                .trim();
        for (int length = 0; length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThatThrownBy(() -> LedgerJson.read(KEY, cut)).as(cut).isInstanceOf(LedgerException.class);
        }
    }
}
