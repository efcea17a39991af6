package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ledger.LedgerEntry.Declared.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of declaration at the command line: what the dry run says, what the log holds, what show and the next merge make of it. */
class DeclareKindsTest {
    private static final String LATER = "public/orders/20260302-100000000.parquet";
    private static final String SEQUENCE = "20260302095950000000000000000000009";
    private static final String MOMENT = "20\\d\\d-\\d\\d-\\d\\dT[\\d:.]+Z";
    private static final List<Object> LOAD_START = List.of("--load-start", "2026-03-01T09:00:00Z");
    private static final List<Object> AT_ONCE = List.of("--settle", "0s");

    @TempDir
    private Path folder;

    private Path zone;
    private Path lake;

    /** What happens to a landing zone and its table. */
    private interface Event {
        void happens(DeclareKindsTest in) throws IOException;
    }

    /** What is declared, with the text that is logged, as a pattern. */
    private record Said(Kind kind, @Nullable String value, String logged) {
        List<Object> words() {
            return value == null ? List.of(kind.label()) : List.of(kind.label(), value);
        }

        @Override
        public String toString() {
            return kind.label() + (value == null ? "" : " " + value);
        }
    }

    /**
     * How the table stands before and after, by {@code show}.
     *
     * @param shown what show says of the declaration, as a pattern
     */
    private record Stands(String before, String after, String shown) {}

    /** What the merge behind the declaration says, and the rows then published. */
    private record Merged(String line, String... rows) {}

    /**
     * @param options with which the table is looked at and merged
     * @param before what makes the table ask for it
     * @param since what the source does once it is declared
     */
    private record Case(Said said, List<Object> options, Event before, Event since, Stands stands, Merged merged) {
        @Override
        public String toString() {
            return said.toString();
        }
    }

    static Stream<Case> cases() {
        Event nothing = in -> {};
        return Stream.of(
                new Case(
                        new Said(Kind.TRUNCATED, null, "declared/1 at=" + MOMENT),
                        AT_ONCE,
                        DeclareKindsTest::mergeAndWipe,
                        nothing,
                        new Stands("SUSPECT", "CURRENT", MOMENT),
                        new Merged("PUBLISHED, 0 rows, from 0 files")),
                new Case(
                        new Said(Kind.RELOADED, null, "declared/1 at=" + MOMENT),
                        AT_ONCE,
                        DeclareKindsTest::mergeAndWipe,
                        in -> in.write(
                                OrdersZone.LOAD,
                                DmsFile.of(OrdersZone.OWN_COLUMNS).row("2026-03-02 09:00:00.000001", 9L, "new", null)),
                        new Stands("SUSPECT", "AWAITING_LOAD", MOMENT),
                        new Merged("PUBLISHED, 1 rows, from 1 files", "9 new ")),
                new Case(
                        new Said(Kind.EXPIRED, null, "declared/1 at=" + MOMENT),
                        AT_ONCE,
                        DeclareKindsTest::mergeAndWipe,
                        nothing,
                        new Stands("SUSPECT", "CURRENT", MOMENT),
                        new Merged("UNCHANGED, 2 rows, from 0 files", "1 paid 1000", "3 open 3000")),
                new Case(
                        new Said(
                                Kind.LOAD_START,
                                "2026-03-01T09:00:00Z",
                                "declared/1 at=2026-03-01T09:00:00Z load=" + MOMENT),
                        AT_ONCE,
                        in -> in.write(
                                OrdersZone.LOAD,
                                DmsFile.of(OrdersZone.OWN_COLUMNS)
                                        .row(null, 1L, "open", OrdersZone.amount("10.00"))
                                        .row(null, 2L, "open", OrdersZone.amount("-20.50"))),
                        nothing,
                        new Stands("HELD", "CURRENT", "2026-03-01T09:00:00Z of load " + MOMENT),
                        new Merged("PUBLISHED, 2 rows, from 3 files", "1 paid 1000", "3 open 3000")),
                new Case(
                        new Said(Kind.LOAD_COMPLETE, null, "declared/1 load=" + MOMENT),
                        LOAD_START,
                        nothing,
                        nothing,
                        new Stands("LOADING", "CURRENT", "of load " + MOMENT),
                        new Merged("PUBLISHED, 1 rows, from 3 files", "1 paid 1000")),
                new Case(
                        new Said(Kind.COLUMN_DEFAULT, "channel='shop'", "channel='shop'"),
                        AT_ONCE,
                        in -> in.mergeThenInsert(OrdersZone.CHANGE_COLUMNS + "optional binary channel (UTF8);", "web"),
                        nothing,
                        new Stands("SUSPECT", "CURRENT", "channel='shop'"),
                        new Merged(
                                "PUBLISHED, 3 rows, from 1 files",
                                "1 paid 1000 shop",
                                "3 open 3000 shop",
                                "4 open  web")),
                new Case(
                        new Said(Kind.RENAMED, "state=status", "state=status"),
                        AT_ONCE,
                        in -> in.mergeThenInsert(OrdersZone.CHANGE_COLUMNS.replace("state", "status")),
                        nothing,
                        new Stands("SUSPECT", "CURRENT", "state=status"),
                        new Merged("PUBLISHED, 3 rows, from 1 files", "1 paid 1000", "3 open 3000", "4 open ")),
                // Which changes disagree only rows tell, so show does not know before.
                new Case(
                        new Said(Kind.ORDER, "2026-03-01T10:00:00Z=counter", "2026-03-01T10:00:00Z=counter"),
                        with(AT_ONCE, LOAD_START),
                        in -> {
                            in.write(
                                    OrdersZone.LAST_CHANGES,
                                    DmsFile.of(OrdersZone.CHANGE_COLUMNS)
                                            .row(
                                                    "U",
                                                    "20260301095940000000000000000000003",
                                                    "2026-03-01 09:59:40.000000",
                                                    1L,
                                                    "sent",
                                                    null));
                            assertThat(in.run("merge", with(AT_ONCE, LOAD_START), "--key", "id")
                                            .lines())
                                    .contains("public.orders: DISPUTED, nothing published");
                        },
                        nothing,
                        new Stands("DISPUTED", "CURRENT", "2026-03-01T10:00:00Z=counter"),
                        new Merged("PUBLISHED, 1 rows, from 3 files", "1 sent ")));
    }

    @BeforeEach
    void zone() {
        zone = OrdersZone.in(folder.resolve("zone"));
        lake = folder.resolve("lake");
    }

    private static List<Object> with(List<Object> some, List<Object> more) {
        return Stream.of(some, more).flatMap(List::stream).toList();
    }

    private Cli run(String command, List<Object> options, Object... more) {
        List<Object> words = new ArrayList<>(List.of(command, zone, "--to", lake, "--table", "public.orders"));
        words.addAll(options);
        words.addAll(Arrays.asList(more));
        return Cli.run(OrdersZone.with(words.toArray()));
    }

    private void write(String file, DmsFile content) {
        content.writeTo(zone.resolve(file));
    }

    private void merged() {
        run("merge", with(AT_ONCE, LOAD_START), "--key", "id").succeeds();
    }

    private void mergeAndWipe() throws IOException {
        merged();
        for (String file : List.of(OrdersZone.LOAD, OrdersZone.FIRST_CHANGES, OrdersZone.LAST_CHANGES)) {
            Files.delete(zone.resolve(file));
        }
    }

    /** Key 4 in a file of other columns. */
    private void mergeThenInsert(String columns, @Nullable Object... more) {
        merged();
        List<@Nullable Object> cells =
                new ArrayList<>(Arrays.asList("I", SEQUENCE, "2026-03-02 09:59:50.000000", 4L, "open", null));
        cells.addAll(Arrays.asList(more));
        write(LATER, DmsFile.of(columns).row(cells.toArray()));
    }

    /** The content of every file, the ledger's among them. */
    private Map<String, List<Byte>> stored() throws IOException {
        Map<String, List<Byte>> stored = new TreeMap<>();
        if (Files.exists(lake)) {
            try (Stream<Path> files = Files.walk(lake)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    List<Byte> content = new ArrayList<>();
                    for (byte one : Files.readAllBytes(file)) {
                        content.add(one);
                    }
                    stored.put(lake.relativize(file).toString(), content);
                }
            }
        }
        return stored;
    }

    /** Cells of the rows in the files of the newest commit. */
    private List<String> rows() throws IOException {
        try (Stream<Path> files = Files.walk(lake.resolve("tables"))) {
            Map<Long, List<Path>> bySlot = new TreeMap<>();
            files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .forEach(file -> bySlot.computeIfAbsent(
                                    Long.parseLong(file.getParent()
                                            .getFileName()
                                            .toString()
                                            .split("-")[1]),
                                    any -> new ArrayList<>())
                            .add(file));
            List<Path> newest =
                    bySlot.get(bySlot.keySet().stream().reduce((a, b) -> b).orElseThrow());
            return newest.stream()
                    .flatMap(file -> Parquet.rows(file).stream())
                    .map(row -> String.join(" ", row))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aDeclarationIsLoggedShownAndActedOn(Case one) throws IOException {
        Said said = one.said();
        one.before().happens(this);
        Map<String, List<Byte>> before = stored();

        Cli dry = run("declare", with(said.words(), one.options()), "--dry-run").succeeds();
        Map<String, List<Byte>> afterDry = stored();
        Cli declare = run("declare", with(said.words(), one.options()), "--note", "by hand");
        Cli log = Cli.run("ledger", "log", lake).succeeds();
        Cli show = run("show", one.options());
        one.since().happens(this);
        Cli merge = run("merge", one.options(), "--key", "id");

        assertThat(afterDry).as("a dry run writes nothing").isEqualTo(before);
        assertThat(dry.lines().get(0))
                .matches("declaration of public\\.orders at slot -?\\d+: "
                        + said.kind().label() + " " + said.logged());
        assertThat(dry.lines())
                .contains("before, public.orders: " + one.stands().before())
                .contains("after, public.orders: " + one.stands().after());
        declare.succeeds();
        assertThat(declare.lines().get(0))
                .matches("public\\.orders: declared " + said.kind().label() + " " + said.logged()
                        + "( -- by hand)? in slot \\d+");
        assertThat(declare.lines().get(1))
                .isEqualTo("  it was " + one.stands().before() + " and is "
                        + one.stands().after() + " now; the next merge acts on it");
        assertThat(log.lines().get(log.lines().size() - 1))
                .matches(" {2}\\d+ {2}" + MOMENT + " {2}declared: "
                        + said.kind().label() + " " + said.logged() + "( -- by hand)? {2}[0-9a-f]{32}");
        assertThat(show.lines().get(0))
                .isEqualTo("public.orders: " + one.stands().after());
        assertThat(show.lines())
                .anyMatch(line -> line.matches(" {2}declared in slot \\d+: "
                        + said.kind().label() + " " + one.stands().shown() + "( \\(by hand\\))?"));
        assertThat(merge.lines()).startsWith("public.orders: " + one.merged().line());
        assertThat(one.merged().rows().length == 0 ? List.of() : rows())
                .isEqualTo(List.of(one.merged().rows()));
    }

    @Test
    void everyKindIsAmongTheCases() {
        assertThat(cases().map(one -> one.said().kind())).containsExactlyInAnyOrder(Kind.values());
    }
}
