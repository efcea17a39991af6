package io.convergence.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LedgerKeysTest {
    private final LedgerKeys keys = new LedgerKeys("control", TableId.of("public", "orders"));

    @Test
    void slotsAreTwentyDigitsSoThatTheyListInOrder() {
        assertThat(keys.slot(0)).isEqualTo("control/public/orders/log/00000000000000000000.json");
        assertThat(keys.slot(Long.MAX_VALUE)).isEqualTo("control/public/orders/log/09223372036854775807.json");
        assertThat(keys.slot(9)).isLessThan(keys.slot(10));
    }

    @Test
    void aSlotsKeyGivesItsNumberBack() {
        assertThat(keys.number(keys.slot(42))).hasValue(42);
        assertThat(keys.number(keys.slot(Long.MAX_VALUE))).hasValue(Long.MAX_VALUE);
    }

    @Test
    void otherObjectsInTheFolderAreNoSlots() {
        for (String name : List.of(
                "",
                "1.json",
                "0000000000000000000a.json",
                "00000000000000000001.json.tmp",
                "00000000000000000001.txt",
                "000000000000000000001.json",
                "99999999999999999999.json",
                "-0000000000000000001.json")) {
            assertThat(keys.number(keys.log() + name)).as(name).isEmpty();
        }
    }

    @Test
    void aControlPrefixNeedsNoSlashAtItsEnd() {
        TableId table = TableId.of("s", "t");

        assertThat(new LedgerKeys("a/b", table).log())
                .isEqualTo(new LedgerKeys("a/b/", table).log())
                .isEqualTo("a/b/s/t/log/");
        assertThat(new LedgerKeys("", table).log()).isEqualTo("s/t/log/");
    }

    @Test
    void namesWithUnusualCharactersAreEscapedAndNoTwoTablesShareAFolder() {
        Set<String> folders = new HashSet<>();
        List<TableId> tables = List.of(
                TableId.of("a", "b/c"),
                TableId.of("a/b", "c"),
                TableId.of("a", "b%2Fc"),
                TableId.of("a", ".."),
                TableId.of("a", "B"),
                TableId.of("a", "b"),
                TableId.of("a", "ü"),
                TableId.of("a", "u\u0308"),
                TableId.of("a", "\uD83D\uDE00"));

        tables.forEach(table -> folders.add(new LedgerKeys("", table).tableFolder()));

        assertThat(folders).hasSize(tables.size()).allMatch(folder -> folder.matches("[\\w%-]+/[\\w%-]+/"));
        assertThat(LedgerKeys.escape("b/c.ü")).isEqualTo("b%2Fc%2E%C3%BC");
    }

    @Test
    void escapedNamesCanBeReadBackSoThatDifferentNamesNeverMeet() {
        var random = new Random(20240612);
        String alphabet = "ab%/.2F\\ _-é\uD83D\uDE00";
        Set<String> names = new HashSet<>();
        Set<String> escaped = new HashSet<>();

        for (int i = 0; i < 20_000; i++) {
            int[] points = random.ints(1 + random.nextInt(4), 0, alphabet.codePointCount(0, alphabet.length()))
                    .map(at -> alphabet.codePointAt(alphabet.offsetByCodePoints(0, at)))
                    .toArray();
            String name = new String(points, 0, points.length);
            String folder = LedgerKeys.escape(name);

            assertThat(folder).matches("[A-Za-z0-9_%-]+");
            assertThat(URLDecoder.decode(folder, StandardCharsets.UTF_8)).isEqualTo(name);
            names.add(name);
            escaped.add(folder);
        }

        assertThat(escaped).hasSameSizeAs(names).hasSizeGreaterThan(5_000);
    }
}
