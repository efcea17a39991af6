package io.convergence.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerKeysTest {
    @ParameterizedTest
    @CsvSource({
        "orders, orders",
        "Order_Lines-2, Order_Lines-2",
        "a/b, a%2Fb",
        ".., %2E%2E",
        "a%2Fb, a%252Fb",
        "'order lines', order%20lines",
        "größe, gr%C3%B6%C3%9Fe",
        "a\\b, a%5Cb"
    })
    void namesBecomeOneFolderEach(String name, String folder) {
        var keys = new LedgerKeys("control/", TableId.of("s", name));

        assertThat(keys.slot(7)).isEqualTo("control/s/" + folder + "/log/00000000000000000007.json");
        assertThat(keys.number(keys.slot(7))).hasValue(7);
    }

    @Test
    void differentNamesNeverShareAFolder() {
        var random = new Random(20240612);
        String alphabet = "ab%/.2F\\ _-é\uD83D\uDE00";
        Set<String> names = new HashSet<>();
        Set<String> folders = new HashSet<>();

        for (int i = 0; i < 20_000; i++) {
            int[] points = random.ints(1 + random.nextInt(4), 0, alphabet.codePointCount(0, alphabet.length()))
                    .map(at -> alphabet.codePointAt(alphabet.offsetByCodePoints(0, at)))
                    .toArray();
            String name = new String(points, 0, points.length);
            String folder = LedgerKeys.escape(name);

            assertThat(folder).matches("[A-Za-z0-9_%-]+");
            assertThat(URLDecoder.decode(folder, StandardCharsets.UTF_8)).isEqualTo(name);
            names.add(name);
            folders.add(folder);
        }

        assertThat(folders).hasSameSizeAs(names).hasSizeGreaterThan(5_000);
    }
}
