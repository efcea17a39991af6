package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangesCommandTest {
    private static final String FIRST_CHANGES_AS_JSON = """
            {"file":"public/orders/20260301-100000000.parquet","row":0,"table":"public.orders","op":"U",\
            "commitTimestamp":"2026-03-01T09:59:50Z","changeSequence":"20260301095950000000000000000000001",\
            "values":{"id":"1","state":"paid","amount":"10.00"},"unknown":[]}
            {"file":"public/orders/20260301-100000000.parquet","row":1,"table":"public.orders","op":"D",\
            "commitTimestamp":"2026-03-01T09:59:51Z","changeSequence":"20260301095951000000000000000000002",\
            "values":{"id":"2","state":null,"amount":null},"unknown":[]}
            """;

    @TempDir
    private Path folder;

    @Test
    void changesAreALineEachInOrder() {
        OrdersZone.in(folder);

        Cli changes = Cli.run(OrdersZone.with("changes", folder)).succeeds();

        assertThat(changes.out()).isEqualToNormalizingNewlines("""
                        - public.orders 2026-03-01T09:00:00.000001Z id=1 state=open amount=10.00  (public/orders/LOAD00000001.parquet row 0)
                        - public.orders 2026-03-01T09:00:00.000002Z id=2 state=open amount=-20.50  (public/orders/LOAD00000001.parquet row 1)
                        U public.orders 2026-03-01T09:59:50Z 20260301095950000000000000000000001 id=1 state=paid amount=10.00  (public/orders/20260301-100000000.parquet row 0)
                        D public.orders 2026-03-01T09:59:51Z 20260301095951000000000000000000002 id=2 state=NULL amount=NULL  (public/orders/20260301-100000000.parquet row 1)
                        I public.orders 2026-03-01T09:59:52Z 20260301095952000000000000000000003 id=3 state=open amount=30.00  (public/orders/20260301-100500000.parquet row 0)
                        """);
    }

    @Test
    void jsonHasTheFieldsOfTheContractAndNullOpInALoadWithoutOp() {
        OrdersZone.load().writeTo(folder.resolve(OrdersZone.LOAD));
        OrdersZone.firstChanges().writeTo(folder.resolve(OrdersZone.FIRST_CHANGES));

        Cli changes = Cli.run(OrdersZone.with("changes", folder, "--json")).succeeds();

        assertThat(changes.out()).isEqualToNormalizingNewlines("""
                        {"file":"public/orders/LOAD00000001.parquet","row":0,"table":"public.orders","op":null,\
                        "commitTimestamp":"2026-03-01T09:00:00.000001Z","changeSequence":null,\
                        "values":{"id":"1","state":"open","amount":"10.00"},"unknown":[]}
                        {"file":"public/orders/LOAD00000001.parquet","row":1,"table":"public.orders","op":null,\
                        "commitTimestamp":"2026-03-01T09:00:00.000002Z","changeSequence":null,\
                        "values":{"id":"2","state":"open","amount":"-20.50"},"unknown":[]}
                        """ + FIRST_CHANGES_AS_JSON);
    }

    @Test
    void jsonLosesNothingOfAnyType() {
        DmsFile.of("optional binary Op (UTF8); optional int64 big; optional int64 unsigned (UINT_64);"
                        + "optional int32 small; optional fixed_len_byte_array(16) money (DECIMAL(38,4));"
                        + "optional float f; optional double d; optional binary bytes; optional boolean flag;"
                        + "optional int64 at (TIMESTAMP_MICROS); optional int32 day (DATE);"
                        + "optional int32 time (TIME_MILLIS); optional binary text (UTF8);")
                .row(
                        "I",
                        Long.MAX_VALUE,
                        -1L,
                        -7,
                        new BigDecimal("-1234567890123456789012345678901234.5678"),
                        Float.NaN,
                        Double.NEGATIVE_INFINITY,
                        new byte[] {0, (byte) 0xFF, 16},
                        true,
                        1_772_359_200_123_456L,
                        20_513,
                        3_723_004,
                        "line\nend \"quoted\" ü")
                .row("I", null, null, null, null, 0.1f, 1e300, null, null, -1L, null, null, null)
                .writeTo(folder.resolve("t/all/20260301-100000000.parquet"));

        Cli changes = Cli.run("changes", folder, "--json").endsWith(ExitCode.DATA);

        assertThat(changes.err()).contains("SEQUENCE_AND_TIMESTAMP_MISSING");
        assertThat(changes.lines()).containsExactly("""
                        {"file":"t/all/20260301-100000000.parquet","row":0,"table":"t.all","op":"I","commitTimestamp":null,\
                        "changeSequence":null,"values":{"big":"9223372036854775807","unsigned":"18446744073709551615",\
                        "small":-7,"money":"-1234567890123456789012345678901234.5678","f":"NaN","d":"-Infinity",\
                        "bytes":"AP8Q","flag":true,"at":"2026-03-01T10:00:00.123456","day":"2026-03-01",\
                        "time":"01:02:03.004","text":"line\\nend \\"quoted\\" ü"},"unknown":[]}""", """
                        {"file":"t/all/20260301-100000000.parquet","row":1,"table":"t.all","op":"I","commitTimestamp":null,\
                        "changeSequence":null,"values":{"big":null,"unsigned":null,"small":null,"money":null,"f":0.1,\
                        "d":1.0E300,"bytes":null,"flag":null,"at":"1969-12-31T23:59:59.999999","day":null,"time":null,\
                        "text":null},"unknown":[]}""");
    }

    @Test
    void unknownCellsAreListedAndAbsentOnesLeftOut() throws IOException {
        String columns = "optional binary Op (UTF8); optional binary ts (UTF8); optional int32 id;";
        DmsFile.of(columns + "optional binary note (UTF8);")
                .row("U", "2026-03-01 09:59:50.000000", 1, null)
                .row("D", "2026-03-01 09:59:51.000000", 2, null)
                .writeTo(folder.resolve("public/notes/20260301-100000000.parquet"));
        DmsFile.of(columns)
                .row("I", "2026-03-01 10:00:50.000000", 3)
                .writeTo(folder.resolve("public/notes/20260301-100100000.parquet"));
        Path schema = folder.resolve("schema.json");
        Files.writeString(schema, """
                {"tables":[{"schema":"public","name":"notes","primaryKey":["id"],"columns":[
                  {"name":"id","type":"int4"},{"name":"note","type":"nclob"}]}]}
                """);

        Cli changes = Cli.run(
                "changes",
                folder.resolve("public"),
                "--json",
                "--schema",
                schema,
                "--timestamp-column",
                "ts",
                "--table",
                "public.notes");
        Cli whole = Cli.run(
                        "changes",
                        folder.resolve("public/notes"),
                        "--json",
                        "--schema",
                        schema,
                        "--timestamp-column",
                        "ts")
                .succeeds();

        assertThat(whole.lines())
                .map(line -> line.substring(line.indexOf("\"values\"")))
                .containsExactly(
                        "\"values\":{\"id\":1},\"unknown\":[\"note\"]}",
                        "\"values\":{\"id\":2},\"unknown\":[]}",
                        "\"values\":{\"id\":3},\"unknown\":[]}");
        assertThat(changes.lines()).hasSize(3);
    }

    @Test
    void keyChangeIsShownWithTheKeyBefore() {
        DmsFile.of("optional binary Op (UTF8); optional binary ts (UTF8); optional int32 id; optional int32 before_id;")
                .row("U", "2026-03-01 09:59:50.000000", 8, 7)
                .writeTo(folder.resolve("s/t/20260301-100000000.parquet"));

        Cli changes = Cli.run("changes", folder, "--timestamp-column", "ts", "--before-image-prefix", "before_")
                .succeeds();

        assertThat(changes.lines())
                .containsExactly(
                        "U s.t 2026-03-01T09:59:50Z id=8  before: id=7  (s/t/20260301-100000000.parquet row 0)");
    }

    @Test
    void controlCharactersDoNotBreakALine() {
        DmsFile.of("optional binary Op (UTF8); optional binary ts (UTF8); optional binary text (UTF8);")
                .row("I", "2026-03-01 09:59:50.000000", "a\nb\u001b[31m")
                .writeTo(folder.resolve("s/t/20260301-100000000.parquet"));

        Cli changes = Cli.run("changes", folder, "--timestamp-column", "ts").succeeds();

        assertThat(changes.lines())
                .containsExactly(
                        "I s.t 2026-03-01T09:59:50Z text=a\\u000ab\\u001b[31m  (s/t/20260301-100000000.parquet row 0)");
    }

    @Test
    void oneFileIsReadByPathAndByFileUri() {
        OrdersZone.in(folder);
        Path file = folder.resolve(OrdersZone.FIRST_CHANGES);
        String expected = FIRST_CHANGES_AS_JSON.replace("public/orders/", "");

        Cli path = Cli.run(OrdersZone.with("changes", file, "--json")).succeeds();
        Cli uri = Cli.run(OrdersZone.with("changes", file.toUri(), "--json")).succeeds();
        Cli shortUri =
                Cli.run(OrdersZone.with("changes", "file:" + file, "--json")).succeeds();

        assertThat(List.of(path.out(), uri.out(), shortUri.out()))
                .allSatisfy(out -> assertThat(out).isEqualToNormalizingNewlines(expected));
    }

    @Test
    void brokenFileIsToldAndTheOthersAreRead() throws IOException {
        OrdersZone.in(folder);
        Path broken = folder.resolve(OrdersZone.FIRST_CHANGES);
        byte[] content = Files.readAllBytes(broken);
        Files.write(broken, Arrays.copyOf(content, content.length - 10));

        Cli changes = Cli.run(OrdersZone.with("changes", folder));

        changes.fails(
                ExitCode.DATA,
                "Cannot read 'public/orders/20260301-100000000.parquet': it does not begin and end with PAR1, so it is no whole Parquet file. The file is damaged: restore it or reload the table.");
        assertThat(changes.lines()).hasSize(3).allMatch(line -> !line.contains("100000000"));
    }

    @Test
    void emptyFolderIsRefused() {
        Cli.run("changes", folder)
                .fails(
                        ExitCode.USAGE,
                        "Cannot find DMS files under '" + folder
                                + "': no object there is named as DMS names them in a folder schema/table. Check the URI, or name the table with --table.");
    }

    @Test
    void findingsThatNeedNobodyAreToldOnlyWithVerbose() {
        OrdersZone.in(folder);
        OrdersZone.lastChanges().writeTo(folder.resolve("public/orders/20260228-100000000.parquet"));

        Cli quiet = Cli.run(OrdersZone.with("changes", folder)).succeeds();
        Cli verbose = Cli.run(OrdersZone.with("changes", folder, "--verbose")).endsWith(ExitCode.DONE);

        assertThat(verbose.out()).isEqualTo(quiet.out());
        assertThat(verbose.err().lines())
                .singleElement()
                .asString()
                .startsWith("convergence: INFO CHANGES_BEFORE_LOAD");
    }
}
