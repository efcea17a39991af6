package io.convergence.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.WriteCondition;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParsedTextsTest {
    private static final int QUARTER = 1 << 18;

    private final ParsedTexts.Memo<String, String> memo = new ParsedTexts.Memo<>();

    @Test
    void onlyTheSameContentOfTheSameObjectIsKnown() {
        memo.keep("a", "one", 3, "1");

        assertThat(memo.find("a", "one")).contains("1");
        assertThat(memo.find("a", "two")).isEmpty();
        assertThat(memo.find("b", "one")).isEmpty();

        memo.keep("a", "two", 3, "2");

        assertThat(memo.find("a", "one")).isEmpty();
        assertThat(memo.find("a", "two")).contains("2");
    }

    @Test
    void whatWasUsedLongestAgoIsForgottenAndWhatIsLargeNotKept() {
        for (String key : new String[] {"a", "b", "c", "d"}) {
            memo.keep(key, key, QUARTER, key);
        }
        memo.find("a", "a");
        memo.keep("e", "e", 1, "e");
        memo.keep("large", "large", QUARTER + 1, "large");

        assertThat(memo.find("a", "a")).isPresent();
        assertThat(memo.find("b", "b")).isEmpty();
        assertThat(memo.find("c", "c")).isPresent();
        assertThat(memo.find("e", "e")).isPresent();
        assertThat(memo.find("large", "large")).isEmpty();
    }

    /** What was parsed once is not believed for it: a slot that was rewritten is read as it is now. */
    @Test
    void aRewrittenSlotIsReadAnew() {
        var store = new InMemoryObjectStore(InstantSource.system());
        Ledger ledger = Ledger.open(store, "control", Entries.ORDERS, new Random(1), Ledger.Backoff.none());
        ledger.commit(new LedgerEntry.Fence("first", -1));
        assertThat(ledger.entries().get(0).transaction()).isEqualTo("first");
        String text = store.get(ledger.keys().slot(0)).orElseThrow().text();

        store.put(ledger.keys().slot(0), text.replace("first", "other").getBytes(UTF_8), WriteCondition.none());

        assertThat(ledger.entries().get(0).transaction()).isEqualTo("other");
    }

    @Test
    void textsOfAnotherTableAreRefused() {
        var store = new InMemoryObjectStore(InstantSource.system());
        Ledger ledger = Ledger.open(store, "control", Entries.ORDERS, new Random(1), Ledger.Backoff.none());

        assertThatThrownBy(() -> ledger.withTexts(new ParsedTexts(TableId.of("public", "other"))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
