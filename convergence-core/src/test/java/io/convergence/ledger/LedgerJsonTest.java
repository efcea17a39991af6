package io.convergence.ledger;

import static io.convergence.ledger.Entries.raw;
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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerJsonTest {
    private static final String FENCE = "{\"format\":1,\"transaction\":\"t\",\"base\":-1,\"kind\":\"fence\"}";

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
    void compactionHasAStableText() {
        var evidence = new FileEvidence(
                3,
                "20240612103027360000000000000000017",
                "20240612103027360000000000000000021",
                Instant.parse("2024-06-12T10:30:27.362108Z"),
                Instant.parse("2024-06-12T10:30:28Z"));
        var entry = new LedgerEntry.Compaction(
                "5eed",
                6,
                List.of(new LedgerEntry.CompactedFile(
                        Entries.file("compacted/part-00000.parquet", 3),
                        List.of(RawSource.of(raw("a.parquet"), evidence)))));

        String text = LedgerJson.write(entry);

        assertThat(text).isEqualTo("""
                        {
                          "format" : 1,
                          "transaction" : "5eed",
                          "base" : 6,
                          "kind" : "compaction",
                          "outputs" : [
                            {
                              "file" : {
                                "key" : "compacted/part-00000.parquet",
                                "etag" : "e-compacted/part-00000.parquet",
                                "lastModified" : "2024-06-12T10:31:25Z",
                                "size" : 2000,
                                "rows" : 3
                              },
                              "sources" : [
                                {
                                  "key" : "raw/public/orders/a.parquet",
                                  "etag" : "e-a.parquet",
                                  "lastModified" : "2024-06-12T10:31:25Z",
                                  "size" : 1000,
                                  "rows" : 3,
                                  "firstSequence" : "20240612103027360000000000000000017",
                                  "lastSequence" : "20240612103027360000000000000000021",
                                  "smallestTime" : "2024-06-12T10:30:27.362108Z",
                                  "largestTime" : "2024-06-12T10:30:28Z"
                                }
                              ]
                            }
                          ]
                        }
                        """);
        assertThat(LedgerJson.read("k", text)).isEqualTo(entry);
    }

    @Test
    void mergeComesBackAsItWas() {
        LedgerEntry.Merge merge = Entries.merge("t", 41, raw("a"), raw("b \"quoted\" \u2028 ü.parquet"));
        var timeless = new LedgerEntry.Merge(
                "t", -1, merge.schema(), merge.generation(), merge.applied(), merge.data(), merge.state(), null);

        assertThat(LedgerJson.read("k", LedgerJson.write(merge))).isEqualTo(merge);
        assertThat(LedgerJson.read("k", LedgerJson.write(timeless))).isEqualTo(timeless);
        assertThat(LedgerJson.write(merge))
                .isEqualTo(LedgerJson.write(Entries.merge("t", 41, raw("a"), raw("b \"quoted\" \u2028 ü.parquet"))));
    }

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
                new LedgerEntry.Compaction(
                        "t2b", 7, List.of(new LedgerEntry.CompactedFile(FILE, List.of(FULL))), List.of(FILE, FILE)),
                new LedgerEntry.Merge("t3", 8, schema, TIME, List.of(FULL), List.of(FILE), List.of(FILE, FILE), TIME),
                new LedgerEntry.Merge("t4", 9, schema, TIME, List.of(), List.of(), List.of(), null),
                new LedgerEntry.Merge(
                        "t4b", 9, schema, TIME, List.of(), List.of(), List.of(), null, Map.of("b", "2 \"x\"", "a", "")),
                new LedgerEntry.Fence("t5", Long.MAX_VALUE - 1),
                new LedgerEntry.Fence("t6", 9, 4),
                new LedgerEntry.Suspect("t7", 9, "gone \"away\"", TIME, List.of(FULL, BARE)),
                new LedgerEntry.Suspect("t8", 9, "", null, List.of()),
                new LedgerEntry.Stopped(
                        "t8b", 9, "DISPUTED", "KEY_COLLISION", 2, TIME, List.of("a:3", "b"), List.of(BARE), 7, "ab"),
                new LedgerEntry.Suspect("t8b", 9, "altered", TIME, List.of(), 7L),
                new LedgerEntry.Declared("t9", 9, LedgerEntry.Declared.Kind.COLUMN_DEFAULT, "a=1", List.of(3L, 9L)),
                new LedgerEntry.Undo("t10", 9, 8),
                new LedgerEntry.Retirement("t11", 9, List.of(BARE)));

        assertThat(entries)
                .allSatisfy(entry -> assertThat(LedgerJson.read(KEY, LedgerJson.write(entry)))
                        .isEqualTo(entry));
    }

    @Test
    void fieldsOfANewerVersionArePassedOver() {
        String text = FENCE.replace("{", "{\"reason\":{\"by\":[\"clean-up\"]},");

        assertThat(LedgerJson.read("k", text)).isEqualTo(new LedgerEntry.Fence("t", -1));
    }

    @Test
    void newerFormatIsRefused() {
        assertThatThrownBy(() -> LedgerJson.read(
                        "control/log/00000000000000000003.json", FENCE.replace("\"format\":1", "\"format\":2")))
                .isInstanceOf(LedgerException.class)
                .hasMessage(
                        "Cannot read ledger slot 'control/log/00000000000000000003.json': it has format 2 and this version reads format 1."
                                + " Use the version of Convergence that wrote it, or restore the object.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "format\":1 | format\":\"1\" | field 'format' is no whole number",
                "format\":1 | format\":1.0 | field 'format' is no whole number",
                "base\":-1 | base\":\"x\" | field 'base' is no whole number",
                "base\":-1 | base\":92233720368547758070 | field 'base' is no whole number",
                "\"base\":-1, | '' | field 'base' is missing",
                "transaction\":\"t\" | transaction\":7 | field 'transaction' is no text",
                "\"kind\":\"fence\" | \"kind\":\"purge\" | its kind 'purge' is not known",
                "\"kind\":\"fence\" | \"kind\":\"compaction\" | field 'outputs' is missing",
                "\"kind\":\"fence\" | \"kind\":\"compaction\",\"outputs\":\"none\" | field 'outputs' is no list",
                "\"fence\"} | \"fence\" | it is no JSON",
                "\"fence\"} | \"fence\"}} | it is no JSON",
                "\"fence\"} | \"fence\",\"base\":4} | it is no JSON (Duplicate field 'base')",
            })
    void brokenSlotSaysWhatIsWrong(String part, String replacement, String reason) {
        String text = FENCE.replace(part, replacement);

        assertThat(text).isNotEqualTo(FENCE);
        assertThatThrownBy(() -> LedgerJson.read("slot.json", text))
                .isInstanceOf(LedgerException.class)
                .hasMessageStartingWith("Cannot read ledger slot 'slot.json': ")
                .hasMessageContaining(reason);
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
    void everyTruncationIsRefused() {
        String text = LedgerJson.write(Entries.merge("t", 41, raw("a"))).stripTrailing();

        for (int length = 0; length < text.length(); length++) {
            String truncated = text.substring(0, length);
            assertThatThrownBy(() -> LedgerJson.read("slot.json", truncated)).isInstanceOf(LedgerException.class);
        }
    }

    @Test
    void aSlotWithoutAFieldIsNeverReadAsAnother() {
        String text = LedgerJson.write(Entries.merge("t", 41, raw("a")));
        LedgerEntry whole = LedgerJson.read("slot.json", text);

        List<String> required = List.of(
                "format",
                "transaction",
                "base",
                "kind",
                "generation",
                "schema",
                "applied",
                "data",
                "state",
                "key",
                "etag",
                "lastModified",
                "size",
                "rows",
                "columns",
                "name",
                "type",
                "nullable",
                "primaryKey");

        for (String field : required) {
            String renamed = text.replaceFirst("\"" + field + "\" :", "\"x\" :");
            assertThat(renamed).isNotEqualTo(text);
            assertThatThrownBy(() -> LedgerJson.read("slot.json", renamed))
                    .as(field)
                    .isInstanceOf(LedgerException.class);
        }
        assertThat(LedgerJson.read("slot.json", text.replace("\"completeThrough\"", "\"x\"")))
                .isNotEqualTo(whole);
    }
}
